//! Zipf's law over keys of which not all were seen, in groups of ranks that are about alike.

/// Ranks that stand for themselves; those behind them share groups, each so much wider than the one before.
const ALONE: usize = 64;
const WIDER: f64 = 1.1;

/// Zipf's law: the key of rank i of N is asked for in proportion to i^−α.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Law {
    /// α.
    pub exponent: f64,
    /// N.
    pub keys: f64,
}

/// Ranks that are about alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Group {
    /// How many, which need not be whole in the last one.
    pub(crate) keys: f64,
    /// The share of requests of each, on average.
    pub(crate) share: f64,
    /// The rank of the last.
    pub(crate) last: f64,
}

impl Law {
    /// All ranks, the most popular first.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![];
        let mut last = 0.0;
        while last < self.keys {
            let keys = if groups.len() < ALONE { 1.0 } else { (last * (WIDER - 1.0)).floor().max(1.0) };
            let keys = if keys.min(self.keys - last) < keys { self.keys - last } else { keys };
            let share = self.weight(last, keys) / keys;
            last += keys;
            groups.push(Group { keys, share, last });
        }
        let all: f64 = groups.iter().map(|group| group.keys * group.share).sum();
        groups.iter_mut().for_each(|group| group.share /= all);
        groups
    }

    /// The share of requests that goes to the first ranks.
    pub fn head_share(&self, ranks: f64) -> f64 {
        let heads = self.groups().into_iter().map(|group| {
            let within = (ranks - (group.last - group.keys)).clamp(0.0, group.keys);
            within * group.share
        });
        heads.sum::<f64>().min(1.0)
    }

    /// Σ i^−α over so many ranks behind one, by the integral from the middle before the first to that behind the last.
    fn weight(&self, before: f64, keys: f64) -> f64 {
        if keys == 1.0 {
            return (before + 1.0).powf(-self.exponent);
        }
        let (from, to) = (before + 0.5, before + keys + 0.5);
        let power = 1.0 - self.exponent;
        if power.abs() < 1e-9 { (to / from).ln() } else { (to.powf(power) - from.powf(power)) / power }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of Zipf's law with exponent 1 over 1,000 keys the first ten have H(10) / H(1000) = 2.928968 / 7.485471.
    #[test]
    fn the_head_has_its_share() {
        let law = Law { exponent: 1.0, keys: 1000.0 };
        assert!((law.head_share(10.0) - 2.928_968 / 7.485_471).abs() < 1e-5);
        assert!((law.head_share(5000.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn groups_have_the_shares_of_their_ranks() {
        for exponent in [0.0, 0.6, 1.0, 1.3] {
            let law = Law { exponent, keys: 5000.0 };
            let all: f64 = (1..=5000).map(|rank| f64::from(rank).powf(-exponent)).sum();
            let mut before = 0;
            for group in law.groups() {
                let ranks = before + 1..=group.last as u32;
                let share: f64 = ranks.map(|rank| f64::from(rank).powf(-exponent) / all).sum();
                assert!(
                    (group.keys * group.share / share - 1.0).abs() < 1e-4,
                    "{exponent} {group:?} {share}"
                );
                before = group.last as u32;
            }
            assert_eq!(before, 5000);
        }
    }
}
