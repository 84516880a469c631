//! Claims: a verdict for each, from the answer and its uncertainty.

use evaluation::{BreakEven, Engine, Estimate, Evaluation, Flag, Told, Window};
use scenario::{Assertion, Bound, Claim, Subject};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Section;

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The whole interval lies within the bound.
    Holds,
    /// The whole interval lies outside the bound.
    Fails,
    /// The interval straddles the bound.
    Inconclusive,
    /// No engine has an answer.
    Unsupported,
}

impl Verdict {
    /// In lower case, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Inconclusive => "inconclusive",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A claim and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimResult {
    /// The claim.
    pub claim: Claim,
    /// Position in the scenario's list of claims.
    pub nth: usize,
    /// Engine that judged it; none where none has an answer, and where the claim's own numbers settle it.
    pub engine: Option<Engine>,
    /// What was found; a flag counts as 1 where raised, 0 where not.
    pub found: Option<Estimate>,
    /// What became of it.
    pub verdict: Verdict,
    /// What would make it hold, where somebody has looked for that.
    pub changes: Option<Vec<Change>>,
}

/// A change of one key with which a claim holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key.
    pub key: String,
    /// Its value, as it is written in a file.
    pub value: String,
    /// What is found then, in words.
    pub found: String,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} = {} ({})", self.key, self.value, self.found)
    }
}

impl ClaimResult {
    /// Whether it stands in the way of a passing check.
    pub fn passes(&self, allow_inconclusive: bool) -> bool {
        match self.verdict {
            Verdict::Holds | Verdict::Unsupported => true,
            Verdict::Fails => false,
            Verdict::Inconclusive => allow_inconclusive,
        }
    }

    /// What is spoken of: a metric's name, that of a quantity which the claim's own numbers give, or `risk_flag:CODE`.
    pub fn subject(&self) -> String {
        match &self.claim.assertion {
            Assertion::Bounded { subject: Subject::Metric(metric), .. } => metric.name().to_owned(),
            Assertion::Bounded { subject: Subject::Stated(stated), .. } => stated.name().to_owned(),
            Assertion::Unmeasured => "unmeasured".to_owned(),
            Assertion::Raised { flag, .. } => format!("risk_flag:{flag}"),
        }
    }

    /// The same with what it is of: `hit_ratio of static from 300 s to 330 s`.
    pub fn subject_in_words(&self) -> String {
        let mut words = self.subject();
        if let Some(strategy) = &self.claim.strategy {
            words.push_str(&format!(" of {strategy}"));
        }
        words + &self.window_in_words()
    }

    /// The stretch of time that is spoken of, with a space ahead.
    pub fn window_in_words(&self) -> String {
        let window = self.claim.window;
        window
            .map_or_else(String::new, |Window { from_s, until_s }| format!(" from {from_s} s to {until_s} s"))
    }

    /// What is asserted and what was found: `hit_ratio of static at least 0.9, found 0.85`; of what no metric tells, its text.
    pub fn in_words(&self) -> String {
        match (&self.claim.assertion, &self.claim.text) {
            (Assertion::Unmeasured, Some(text)) => format!("“{text}”, which no metric tells"),
            _ => format!(
                "{} {}, found {}",
                self.subject_in_words(),
                self.bound_in_words(),
                self.found_in_words()
            ),
        }
    }

    /// What would make it hold, with a semicolon ahead; nothing where nobody has looked for that.
    pub fn changes_in_words(&self) -> String {
        let Some(changes) = &self.changes else { return String::new() };
        let each: Vec<String> = changes.iter().map(Change::to_string).collect();
        match each.is_empty() {
            true => "; no single key that was tried makes it hold".to_owned(),
            false => format!("; it would hold with {}", each.join(", or with ")),
        }
    }

    /// `bound`, `equality` or `flag`.
    pub fn kind(&self) -> &'static str {
        match &self.claim.assertion {
            Assertion::Bounded { bound: Bound::Between { .. }, .. } => "bound",
            Assertion::Bounded { bound: Bound::Equals { .. }, .. } => "equality",
            Assertion::Unmeasured => "unmeasured",
            Assertion::Raised { .. } => "flag",
        }
    }

    /// The bound as in JSON.
    pub fn bound(&self) -> Value {
        match self.claim.assertion {
            Assertion::Bounded { bound: Bound::Between { at_least, at_most }, .. } => {
                json!({ "at_least": at_least, "at_most": at_most })
            }
            Assertion::Bounded { bound: Bound::Equals { equals, tolerance }, .. } => {
                json!({ "equals": equals, "tolerance": tolerance })
            }
            Assertion::Unmeasured => json!({}),
            Assertion::Raised { raised, .. } => json!({ "raised": raised }),
        }
    }

    /// The bound in words: `at most 60 ms`.
    pub fn bound_in_words(&self) -> String {
        match &self.claim.assertion {
            Assertion::Bounded { subject, bound: Bound::Between { at_least, at_most } } => {
                let part = |word: &str, bound: Option<f64>| {
                    bound.map(|bound| {
                        format!("{word} {}", quantity(bound, unit(subject), |value| value.to_string()))
                    })
                };
                let parts: Vec<_> =
                    [part("at least", *at_least), part("at most", *at_most)].into_iter().flatten().collect();
                parts.join(" and ")
            }
            Assertion::Bounded { subject, bound: Bound::Equals { equals, tolerance } } => {
                let shown = |value: f64| quantity(value, unit(subject), |value| value.to_string());
                match unit(subject) {
                    "B" => format!("{} ± {}", shown(*equals), shown(*tolerance)),
                    other => format!("{equals} ± {tolerance}{}", spaced(other)),
                }
            }
            Assertion::Unmeasured => "as its text says".to_owned(),
            Assertion::Raised { raised: true, .. } => "raised".to_owned(),
            Assertion::Raised { raised: false, .. } => "not raised".to_owned(),
        }
    }

    /// What was found, in words; what the claim's own numbers give, with the arithmetic.
    pub fn found_in_words(&self) -> String {
        match (self.found, &self.claim.assertion) {
            (None, _) | (_, Assertion::Unmeasured) => "nothing".to_owned(),
            (Some(found), _) if found.value.is_infinite() => "never".to_owned(),
            (Some(found), Assertion::Raised { .. }) => {
                if found.value > 0.0 { "raised" } else { "not raised" }.to_owned()
            }
            (Some(_), Assertion::Bounded { subject: Subject::Stated(stated), .. }) => stated.arithmetic(),
            (Some(found), Assertion::Bounded { subject, .. }) => {
                let half = found.half_width.filter(|width| *width > 0.0);
                match (unit(subject), half) {
                    ("B", Some(half)) => {
                        format!("{} ± {}", bytes(found.value, significant), bytes(half, significant))
                    }
                    (unit, None) => quantity(found.value, unit, significant),
                    (unit, Some(half)) => {
                        format!("{} ± {}{}", significant(found.value), significant(half), spaced(unit))
                    }
                }
            }
        }
    }
}

fn unit(subject: &Subject) -> &'static str {
    match subject {
        Subject::Metric(metric) => metric.spec().unit,
        Subject::Stated(stated) => stated.unit(),
    }
}

/// Six significant digits, without trailing zeros.
pub(super) fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number with its unit.
fn quantity(value: f64, unit: &str, shown: impl Fn(f64) -> String) -> String {
    match unit {
        "B" => bytes(value, shown),
        unit => format!("{}{}", shown(value), spaced(unit)),
    }
}

/// Bytes in the largest decimal unit of which there is one.
fn bytes(value: f64, shown: impl Fn(f64) -> String) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")];
    let (scale, unit) = units.into_iter().find(|(scale, _)| value.abs() >= *scale).unwrap_or((1.0, "B"));
    format!("{} {unit}", shown(value / scale))
}

fn spaced(unit: &str) -> String {
    match unit {
        "" => String::new(),
        "/min" => " per minute".to_owned(),
        "/s" => " per second".to_owned(),
        unit => format!(" {unit}"),
    }
}

/// A verdict for each claim of the section, once for each engine that judges it.
pub fn judge_claims(section: &Section) -> Vec<ClaimResult> {
    let each = section.scenario.claims.iter().enumerate();
    each.flat_map(|(nth, claim)| judge_claim(section, nth, claim)).collect()
}

fn judge_claim(section: &Section, nth: usize, claim: &Claim) -> Vec<ClaimResult> {
    let result = |engine, found, verdict| ClaimResult {
        claim: claim.clone(),
        nth,
        engine,
        found,
        verdict,
        changes: None,
    };
    if let Assertion::Bounded { subject: Subject::Stated(stated), bound } = &claim.assertion {
        let found = Estimate::exact(stated.value());
        return vec![result(None, Some(found), verdict(found, *bound))];
    }
    if let Assertion::Raised { flag, raised } = claim.assertion
        && flag.spec().told == Told::Stated
    {
        let (engine, found) = stated_flag(section, claim, flag);
        let verdict = if found == raised { Verdict::Holds } else { Verdict::Fails };
        return vec![result(engine, Some(truth(found)), verdict)];
    }
    let judges = section.evaluations.iter().filter(|answer| claim.speaks_of(&answer.strategy, answer.engine));
    let judged = judges.filter_map(|answer| {
        let (found, verdict) = judge(claim, answer).or_else(|| never(section, answer, claim))?;
        Some(result(Some(answer.engine), Some(found), verdict))
    });
    let judged: Vec<_> = judged.collect();
    if judged.is_empty() { vec![result(None, None, Verdict::Unsupported)] } else { judged }
}

/// Whether a flag is raised that arithmetic settles: by arithmetic, or by an engine that has seen it happen.
fn stated_flag(section: &Section, claim: &Claim, flag: Flag) -> (Option<Engine>, bool) {
    let of_claim = |strategy: &str| claim.strategy.as_deref() == Some(strategy);
    if section.lints().iter().any(|(strategy, lint)| of_claim(strategy) && lint.code == flag) {
        return (None, true);
    }
    let seen = section.evaluations.iter().find(|answer| of_claim(&answer.strategy) && answer.raises(flag));
    (seen.map(|answer| answer.engine), seen.is_some())
}

/// A flag counts as 1 where it is raised.
fn truth(raised: bool) -> Estimate {
    Estimate::exact(f64::from(u8::from(raised)))
}

/// A break-even that is nowhere: beyond every value that a claim could bound it by.
fn never(section: &Section, answer: &Evaluation, claim: &Claim) -> Option<(Estimate, Verdict)> {
    let Assertion::Bounded { subject: Subject::Metric(metric), bound } = claim.assertion else {
        return None;
    };
    let preset = section.scenario.strategies.iter().find(|one| one.name == answer.strategy)?.preset;
    let nowhere = |one: &&BreakEven| {
        one.metric() == Some(metric)
            && (one.engine, one.strategy) == (answer.engine, preset.name())
            && one.wins.intervals.is_empty()
    };
    section.break_evens.iter().find(nowhere)?;
    let found = Estimate::exact(f64::INFINITY);
    let holds = bound.ends().1 == f64::INFINITY;
    Some((found, if holds { Verdict::Holds } else { Verdict::Fails }))
}

fn judge(claim: &Claim, answer: &Evaluation) -> Option<(Estimate, Verdict)> {
    match &claim.assertion {
        Assertion::Bounded { subject: Subject::Metric(metric), bound } => {
            let found = match claim.window {
                Some(window) => answer.within(window, *metric),
                None => answer.get(*metric),
            }?;
            Some((found, verdict(found, *bound)))
        }
        Assertion::Bounded { subject: Subject::Stated(_), .. } | Assertion::Unmeasured => None,
        Assertion::Raised { flag, raised } => {
            let found = answer.raises(*flag);
            // Who does not look for a flag cannot say that it is not raised.
            if !found && !flag.spec().told.by(answer.engine) {
                return None;
            }
            let verdict = if found == *raised { Verdict::Holds } else { Verdict::Fails };
            Some((truth(found), verdict))
        }
    }
}

/// Both ends of the bound belong to it, as they are written in decimal: a last bit of binary rounding is let pass.
fn verdict(found: Estimate, bound: Bound) -> Verdict {
    let (low, high) = bound.ends();
    let width = found.half_width.unwrap_or(0.0);
    let dust = 1e-12 * found.value.abs().max(if low.is_finite() { low.abs() } else { 0.0 });
    let (least, most) = (found.value - width, found.value + width);
    if least >= low - dust && most <= high + dust {
        Verdict::Holds
    } else if most < low - dust || least > high + dust {
        Verdict::Fails
    } else {
        Verdict::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_decides_only_where_it_lies_on_one_side_of_the_bound() {
        let at = |value, half_width| Estimate { value, half_width };
        let verdict = |found, low, high| {
            super::verdict(found, Bound::Between { at_least: Some(low), at_most: Some(high) })
        };
        assert_eq!(verdict(at(59.0, None), 0.0, 60.0), Verdict::Holds);
        assert_eq!(verdict(at(59.0, Some(0.5)), 0.0, 60.0), Verdict::Holds);
        assert_eq!(verdict(at(59.8, Some(0.5)), 0.0, 60.0), Verdict::Inconclusive);
        assert_eq!(verdict(at(61.0, Some(0.5)), 0.0, 60.0), Verdict::Fails);
        assert_eq!(verdict(at(0.3, None), 0.1 + 0.2, f64::INFINITY), Verdict::Holds);
    }

    #[test]
    fn found_values_show_six_significant_digits() {
        for (value, shown) in [
            (59.0936, "59.0936"),
            (5.2991, "5.2991"),
            (1234567.8, "1234568"),
            (0.000123456789, "0.000123457"),
            (72.0, "72"),
        ] {
            assert_eq!(significant(value), shown);
        }
    }
}
