//! Parameters of a policy: `name:key=value:key=value`.

use std::fmt;

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it may be, and what it is where nothing is said.
    pub kind: Kind,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A whole number in a range, ends included.
    Count {
        /// Where nothing is said.
        default: u64,
        /// The least.
        from: u64,
        /// The greatest.
        to: u64,
    },
    /// A share of the capacity or a weight, in a range, ends included.
    Share {
        /// Where nothing is said.
        default: f64,
        /// The least.
        from: f64,
        /// The greatest.
        to: f64,
    },
    /// One of several words; the first where nothing is said.
    Word(&'static [&'static str]),
    /// Whole numbers joined by `-`, each at least 1; empty where nothing is said.
    Ratio {
        /// How many at most.
        most: usize,
    },
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Count(u64),
    Share(f64),
    Word(&'static str),
    Ratio(Vec<u64>),
}

/// The values of a policy's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    values: Vec<(&'static str, Value)>,
    /// Seed of what the policy draws at random.
    pub seed: u64,
}

/// What is wrong with a policy as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadPolicy {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Parameter {
    /// A whole number.
    pub const fn count(name: &'static str, meaning: &'static str, default: u64, from: u64, to: u64) -> Self {
        Self { name, meaning, kind: Kind::Count { default, from, to } }
    }

    /// A share.
    pub const fn share(name: &'static str, meaning: &'static str, default: f64, from: f64, to: f64) -> Self {
        Self { name, meaning, kind: Kind::Share { default, from, to } }
    }

    /// One of several words.
    pub const fn word(name: &'static str, meaning: &'static str, words: &'static [&'static str]) -> Self {
        Self { name, meaning, kind: Kind::Word(words) }
    }

    fn default(&self) -> Value {
        match self.kind {
            Kind::Count { default, .. } => Value::Count(default),
            Kind::Share { default, .. } => Value::Share(default),
            Kind::Word(words) => Value::Word(words[0]),
            Kind::Ratio { .. } => Value::Ratio(vec![]),
        }
    }

    fn parse(&self, text: &str) -> Option<Value> {
        match self.kind {
            Kind::Count { from, to, .. } => {
                text.parse().ok().filter(|count| (from..=to).contains(count)).map(Value::Count)
            }
            Kind::Share { from, to, .. } => {
                text.parse().ok().filter(|share| (from..=to).contains(share)).map(Value::Share)
            }
            Kind::Word(words) => words.iter().find(|word| **word == text).map(|word| Value::Word(word)),
            Kind::Ratio { most } => {
                let parts: Option<Vec<u64>> = text
                    .split('-')
                    .map(|part| part.parse().ok().filter(|part| (1..=1_000_000).contains(part)))
                    .collect();
                parts.filter(|parts| (2..=most).contains(&parts.len())).map(Value::Ratio)
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Count { from, to, default } => {
                write!(f, "a whole number from {from} to {to}, {default} by default")
            }
            Self::Share { from, to, default } => {
                write!(f, "a number from {from} to {to}, {default} by default")
            }
            Self::Word(words) => write!(f, "{}, the first by default", words.join(" or ")),
            Self::Ratio { most } => write!(f, "2 to {most} whole numbers joined by `-`, such as 1-4"),
        }
    }
}

impl Parameters {
    /// Reads `key=value` parts for a policy's parameters; what is not named keeps its default.
    ///
    /// # Errors
    /// Where a part names no parameter, names one twice, or its value is out of range.
    pub fn parse<'a>(
        policy: &str,
        known: &[Parameter],
        parts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, BadPolicy> {
        let mut values: Vec<_> =
            known.iter().map(|parameter| (parameter.name, parameter.default())).collect();
        let mut named = vec![];
        for part in parts {
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            let Some(at) = known.iter().position(|parameter| parameter.name == name) else {
                let names: Vec<_> = known.iter().map(|parameter| parameter.name).collect();
                let help = match *names {
                    [] => format!("write `{policy}` alone"),
                    _ => format!("it has {}", names.join(", ")),
                };
                return Err(BadPolicy { message: format!("{policy} has no parameter `{name}`"), help });
            };
            if named.contains(&at) {
                let message = format!("{policy} is given `{name}` twice");
                return Err(BadPolicy { message, help: "write it once".to_owned() });
            }
            named.push(at);
            values[at].1 = known[at].parse(text).ok_or_else(|| BadPolicy {
                message: format!("`{text}` is no value for {policy}'s `{name}`"),
                help: format!("write {}", known[at].kind),
            })?;
        }
        Ok(Self { values, seed: 1 })
    }

    /// A whole number.
    pub(crate) fn count(&self, name: &str) -> u64 {
        match self.get(name) {
            Some(Value::Count(count)) => *count,
            other => unreachable!("{name} is declared as {other:?}"),
        }
    }

    /// A share.
    pub(crate) fn share(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Share(share)) => *share,
            other => unreachable!("{name} is declared as {other:?}"),
        }
    }

    /// A word.
    pub(crate) fn word(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Word(word)) => word,
            other => unreachable!("{name} is declared as {other:?}"),
        }
    }

    /// Whole numbers; none where nothing was said.
    pub(crate) fn ratio(&self, name: &str) -> &[u64] {
        match self.get(name) {
            Some(Value::Ratio(ratio)) => ratio,
            other => unreachable!("{name} is declared as {other:?}"),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(one, _)| *one == name).map(|(_, value)| value)
    }
}

/// A share of a capacity, cut to a whole number.
pub(crate) fn part(capacity: u64, share: f64) -> u64 {
    (capacity as f64 * share) as u64
}
