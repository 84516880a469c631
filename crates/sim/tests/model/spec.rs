//! `name:key=value:key=value`, as typed after `--policies`.

use std::collections::BTreeMap;
use std::str::FromStr;

pub struct Spec<'a> {
    pub name: &'a str,
    parameters: BTreeMap<&'a str, &'a str>,
}

impl<'a> Spec<'a> {
    pub fn parse(text: &'a str) -> Self {
        let mut parts = text.split(':');
        let name = parts.next().expect("splitting gives at least one part");
        let parameters =
            parts.map(|part| part.split_once('=').expect("a parameter reads key=value")).collect();
        Spec { name, parameters }
    }

    pub fn text(&mut self, key: &str) -> Option<&'a str> {
        self.parameters.remove(key)
    }

    pub fn number<N: FromStr>(&mut self, key: &str, default: N) -> N {
        match self.text(key) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|_| panic!("`{key}={text}` is not a number")),
        }
    }

    /// Refuses parameters that nobody asked for.
    pub fn finish(self) {
        assert!(self.parameters.is_empty(), "{} takes no {:?}", self.name, self.parameters);
    }
}

/// A share of the capacity, truncated.
pub fn part(capacity: u64, share: f64) -> u64 {
    (capacity as f64 * share) as u64
}
