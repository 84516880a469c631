//! What is wrong with an input, where, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A stretch of a named text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File name, `<stdin>` or `--set`.
    pub source: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// Byte range within the text.
    pub span: Range<usize>,
}

impl Place {
    /// Line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// Column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.before().chars().rev().take_while(|c| *c != '\n').count() + 1
    }

    fn before(&self) -> &str {
        let mut end = self.span.start.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        &self.text[..end]
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source, self.line(), self.column())
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where; none where the input as a whole is at fault.
    pub place: Option<Place>,
    /// What.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong with one input; never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (nth, problem) in self.0.iter().enumerate() {
            if nth > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// The candidate most like what was typed, if any is alike.
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let alike = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(typed, candidate), candidate));
    let best = alike.filter(|(similarity, _)| *similarity > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, candidate)| candidate)
}

/// Help for an unknown name: the closest one that is known, and all of them.
pub(crate) fn suggest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let list = known.join(", ");
    match closest(typed, known) {
        Some(candidate) => format!("did you mean `{candidate}`? known here: {list}"),
        None => format!("known here: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let text: Arc<str> = "a = 1\nµ = 2\n".into();
        let place = |at| Place { source: "x.toml".into(), text: text.clone(), span: at..at };
        assert_eq!(place(0).to_string(), "x.toml:1:1");
        assert_eq!(place(11).to_string(), "x.toml:2:5");
        assert_eq!(place(7).to_string(), "x.toml:2:1"); // inside µ: falls back to its start
        assert_eq!(place(99).to_string(), "x.toml:3:1");
    }
}
