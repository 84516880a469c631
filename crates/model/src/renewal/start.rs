//! Keys that are warmed when a cache starts: which, and when each is there.

use crate::renewal::{Cache, Evicts, Lives};

/// Parts of a list, each of which has its turn at once.
const PARTS: u32 = 50;

/// What a warmer does when a cache starts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Beginning {
    /// Nothing.
    #[default]
    Nothing,
    /// It warms a list.
    List(Start),
    /// It warms a list in a time that has no closed form.
    Untimed,
}

/// A list that is warmed from the start of a cache on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Keys of the list.
    pub keys: f64,
    /// Which they are.
    pub list: List,
    /// Whether the best of them are warmed last.
    pub best_last: bool,
    /// How fast they are warmed.
    pub pace: Pace,
    /// Whether keys are passed over that are in the cache by the time.
    pub skips: bool,
}

/// Which keys are warmed, the best first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum List {
    /// Those asked for most, by the law in force.
    Popular,
    /// Those asked for last.
    Recent {
        /// Within so many seconds before the start.
        window: f64,
    },
}

/// When operations begin, and how long each takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pace {
    /// Seconds that an operation takes.
    pub takes: f64,
    /// Each holds them back on its own.
    pub limits: [Option<Steps>; 3],
}

/// Operations that may have begun: `first` at once, and `each` more every `every` seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// At once.
    pub first: f64,
    /// Every so often.
    pub each: f64,
    /// Seconds.
    pub every: f64,
}

impl Steps {
    /// When so many have begun.
    fn time(&self, operations: f64) -> f64 {
        ((operations - self.first) / self.each).ceil().max(0.0) * self.every
    }
}

impl Pace {
    /// When so many operations have begun.
    pub fn time(&self, operations: f64) -> f64 {
        self.limits.iter().flatten().map(|steps| steps.time(operations)).fold(0.0, f64::max)
    }

    /// Operations a second, at most, once those have begun that may at once; infinite where nothing holds them back.
    pub fn per_second(&self) -> f64 {
        let each = self.limits.iter().flatten().map(|steps| steps.each / steps.every);
        each.fold(f64::INFINITY, f64::min)
    }
}

/// How far a list has come: at which times so many of its keys had their turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Turns(Vec<(f64, f64)>);

impl Turns {
    /// Keys that have had their turn at a time.
    pub fn at(&self, time: f64) -> f64 {
        let after = self.0.partition_point(|(at, _)| *at <= time);
        match (after.checked_sub(1).map(|last| self.0[last]), self.0.get(after)) {
            (None, _) => 0.0,
            (Some((_, keys)), None) => keys,
            (Some((from, before)), Some((to, behind))) => {
                before + (behind - before) * (time - from) / (to - from)
            }
        }
    }
}

impl Start {
    /// For each rank the probability that its key is not among the first of the list.
    pub fn absent(&self, cache: &Cache, first: f64) -> Vec<f64> {
        if !self.best_last {
            return self.list.absent(cache, first);
        }
        let (all, rest) = (self.list.absent(cache, self.keys), self.list.absent(cache, self.keys - first));
        all.iter().zip(rest).map(|(all, rest)| 1.0 - (rest - all)).collect()
    }

    /// When its keys have their turns.
    ///
    /// # Formula
    /// A key is passed over that was asked for before its turn, by which nothing is spent: of the keys whose turn comes at t
    /// e^(−λt) are fetched, and as many operations have to be allowed by then. Where nothing is passed over that is in the
    /// cache, still a key is for which a fetch is under way: e^(−λt) + 1 − e^(−λ(t − Z)) are fetched.
    ///
    /// # Method
    /// The list in equal parts, of which each has its turn at once.
    pub fn turns(&self, cache: &Cache) -> Turns {
        if self.pace.time(self.keys) == 0.0 {
            return Turns(vec![(0.0, self.keys)]);
        }
        let (mut turns, mut operations, mut time) = (vec![(0.0, 0.0)], 0.0, 0.0);
        let mut before = vec![1.0; cache.ranks.len()];
        for part in 1..=PARTS {
            let first = self.keys * f64::from(part) / f64::from(PARTS);
            let absent = self.absent(cache, first);
            for ((rank, before), absent) in cache.ranks.iter().zip(&before).zip(&absent) {
                let asked = |time: f64| -(-rank.rate * time.max(0.0)).exp_m1();
                let there = if self.skips { 0.0 } else { asked(time - cache.fetch) };
                operations += rank.keys * (before - absent) * (1.0 - asked(time) + there);
            }
            before = absent;
            time = self.pace.time(operations).max(time);
            turns.push((time, first));
        }
        Turns(turns)
    }
}

impl List {
    /// For each rank the probability that its key is not among the best of the list.
    ///
    /// # Formula
    /// The n keys asked for last are those that an LRU cache of n copies holds: all that were asked for within its
    /// characteristic time, or within the window of the list where that is shorter.
    fn absent(self, cache: &Cache, best: f64) -> Vec<f64> {
        match self {
            Self::Popular => {
                let mut before = 0.0;
                let part = |keys: f64| {
                    let listed = ((best - before) / keys).clamp(0.0, 1.0);
                    before += keys;
                    1.0 - listed
                };
                cache.ranks.iter().map(|rank| rank.keys).map(part).collect()
            }
            Self::Recent { window } => {
                let remembers = Cache {
                    capacity: best,
                    lives: Lives::default(),
                    fetch: 0.0,
                    follows: false,
                    evicts: Evicts::IdleLongest,
                    ..cache.clone()
                };
                let last = remembers.steady();
                let within =
                    if last.window <= window { last } else { remembers.with_window(last.swaps, window) };
                within.absent.of
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renewal::steady::tests::zipf;

    fn cache() -> Cache {
        zipf(1000.0, 0.8, 1.0, 10.0, 300.0, 0.0)
    }

    fn listed(absent: &[f64]) -> f64 {
        cache().ranks.iter().zip(absent).map(|(rank, absent)| rank.keys * (1.0 - absent)).sum()
    }

    fn start(list: List, best_last: bool, pace: Pace) -> Start {
        Start { keys: 100.0, list, best_last, pace, skips: true }
    }

    /// By hand: two at once and then one every half second, four at a time for a second each.
    #[test]
    fn the_strictest_limit_paces() {
        let steps = |first, each, every| Some(Steps { first, each, every });
        let pace = Pace { takes: 1.0, limits: [steps(2.0, 1.0, 0.5), steps(4.0, 4.0, 1.0), None] };
        assert_eq!(
            [1.0, 2.0, 3.0, 4.0, 5.0, 9.0].map(|keys| pace.time(keys)),
            [0.0, 0.0, 0.5, 1.0, 1.5, 3.5]
        );
        assert_eq!(pace.per_second(), 2.0);
        assert_eq!((Pace::default().time(9.0), Pace::default().per_second()), (0.0, f64::INFINITY));
    }

    /// A hundred keys, each asked for once in 100 s, one operation a second: after t a share e^(−t/100) of the next is not
    /// there yet, so that 100 (e^(t/100) − 1) have had their turn, and all of them after 100 ln 2.
    #[test]
    fn keys_that_are_there_do_not_keep_a_list() {
        let cache = zipf(100.0, 0.0, 1.0, 10.0, 300.0, 0.0);
        let pace =
            Pace { takes: 0.0, limits: [Some(Steps { first: 0.0, each: 1e-3, every: 1e-3 }), None, None] };
        let turns = start(List::Popular, false, pace).turns(&cache);
        for time in [20.0, 50.0, 69.0] {
            let expected = 100.0 * ((time / 100.0_f64).exp() - 1.0);
            assert!(
                (turns.at(time) - expected).abs() < 0.01 * expected,
                "{time}: {} {expected}",
                turns.at(time)
            );
        }
        // Where they are fetched nevertheless, a turn is an operation.
        let again = Start { skips: false, ..start(List::Popular, false, pace) }.turns(&cache);
        assert!((again.at(50.0) - 50.0).abs() < 1e-9, "{}", again.at(50.0));
        assert_eq!((again.at(-1.0), again.at(0.0), again.at(1e9)), (0.0, 0.0, 100.0));
        assert_eq!(start(List::Popular, false, Pace::default()).turns(&cache).at(0.0), 100.0);
    }

    #[test]
    fn lists_hold_as_many_keys_as_were_warmed() {
        let recent = List::Recent { window: f64::INFINITY };
        for list in [List::Popular, recent] {
            for best_last in [false, true] {
                let start = start(list, best_last, Pace::default());
                for warmed in [0.0, 30.0, 100.0] {
                    let found = listed(&start.absent(&cache(), warmed));
                    assert!((found - warmed).abs() < 1e-5, "{list:?} {best_last} {warmed}: {found}");
                }
            }
        }
        // The hundred keys asked for last of a thousand: the characteristic time of the notes' equation E1 is 133.864732735.
        let found = recent.absent(&cache(), 100.0)[0];
        let expected = (-133.864_732_735 * cache().ranks[0].rate).exp();
        assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
    }

    #[test]
    fn a_short_memory_lists_fewer() {
        let listed = listed(&List::Recent { window: 50.0 }.absent(&cache(), 100.0));
        let asked: f64 = cache().ranks.iter().map(|rank| rank.keys * -(-50.0 * rank.rate).exp_m1()).sum();
        assert!((listed - asked).abs() < 1e-9 && listed < 50.0, "{listed} {asked}");
    }

    /// Warmed last are the best, so that what is warmed first are the worst of the list.
    #[test]
    fn the_best_may_come_last() {
        let start = start(List::Popular, true, Pace::default());
        let half = start.absent(&cache(), 50.0);
        assert_eq!((half[0], half[49], half[50], half[99]), (1.0, 1.0, 0.0, 0.0));
    }
}
