//! The keys of a workload by their request rates, and how long a number of them takes to be asked for.

/// Most groups of keys whose rates are kept apart; with more rates, those closest to each other are taken together.
const GROUPS: usize = 4096;

/// Keys that are none: what rounding leaves of a group from which all were taken out.
const GONE: f64 = 1e-9;

/// Steps after which Newton's method is given up; from below it takes 3 to 20.
const STEPS: usize = 200;

/// Keys by their request rates; keys of one rate, or of nearly one, together.
#[derive(Debug, Clone)]
pub struct Population {
    groups: Vec<Group>,
    /// The group of each key.
    of: Vec<u32>,
}

/// Keys of one rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Requests a second for each of them.
    pub rate: f64,
    /// How many they are; a part of a key counts as that.
    pub keys: f64,
    /// Room that they take together.
    pub weight: f64,
}

impl Population {
    /// Keys with their rate, 0 or more, and the room that each takes, above 0.
    ///
    /// # Accuracy
    /// More than 4096 different rates are put into as many classes of equal width in log λ. Within a class keys have its
    /// mean rate; over twelve decades of rates that moves no share of requests by more than 1e-5 of itself.
    pub fn new(keys: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::grouped(keys.into_iter().collect(), GROUPS)
    }

    /// The same, with a group for each different rate, however many there are.
    pub fn exact(keys: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self::grouped(keys.into_iter().collect(), usize::MAX)
    }

    fn grouped(keys: Vec<(f64, f64)>, groups_at_most: usize) -> Self {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        let rate = |key: u32| keys[key as usize].0;
        order.sort_unstable_by(|a, b| rate(*b).total_cmp(&rate(*a)));
        let least = order.iter().rev().map(|key| rate(*key)).find(|rate| *rate > 0.0).unwrap_or(1.0);
        let different = order.windows(2).filter(|pair| rate(pair[0]) != rate(pair[1])).count();
        let most = order.first().map_or(1.0, |key| rate(*key));
        // Nothing is wider than 0 while every rate can have its own group.
        let width = if different < groups_at_most { 0.0 } else { (most / least).ln() / GROUPS as f64 };
        let mut of = vec![0; keys.len()];
        let mut groups: Vec<Group> = vec![];
        let mut first = f64::NAN;
        for key in order {
            let (rate, weight) = keys[key as usize];
            let same = rate == first || width > 0.0 && rate > 0.0 && (first / rate).ln() < width;
            match groups.last_mut().filter(|_| same) {
                Some(group) => {
                    group.keys += 1.0;
                    group.weight += weight;
                    group.rate += (rate - group.rate) / group.keys;
                }
                None => {
                    groups.push(Group { rate, keys: 1.0, weight });
                    first = rate;
                }
            }
            of[key as usize] = groups.len() as u32 - 1;
        }
        Self { groups, of }
    }

    /// Takes a key out, given the room that it takes.
    pub(super) fn remove(&mut self, key: usize, weight: f64) {
        let group = &mut self.groups[self.of[key] as usize];
        group.keys -= 1.0;
        group.weight -= weight;
    }

    /// Keys of one rate together, the most popular first.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Requests a second for all keys together.
    pub fn rate(&self) -> f64 {
        self.groups.iter().rev().map(|group| group.rate * group.keys).sum()
    }

    /// Groups of keys that are asked for.
    fn asked(&self) -> impl DoubleEndedIterator<Item = &Group> {
        self.groups.iter().filter(|group| group.rate > 0.0 && group.keys > GONE)
    }

    /// Sums a number per key over the keys that are asked for, the least popular first.
    pub(crate) fn over_keys(&self, per_key: impl Fn(f64) -> f64) -> f64 {
        self.asked().rev().map(|group| group.keys * per_key(group.rate)).sum()
    }

    /// Room of all keys that are asked for.
    pub(crate) fn asked_weight(&self) -> f64 {
        self.asked().rev().map(|group| group.weight).sum()
    }

    /// Room that the keys take on average, given the share of time for which a key of a rate above 0 is there.
    pub(crate) fn occupied(&self, there: impl Fn(f64) -> f64) -> f64 {
        self.asked().rev().map(|group| group.weight * there(group.rate)).sum()
    }

    /// Share of all requests, given the share of those for a key of a rate above 0; 0 where there are none.
    pub(crate) fn of_requests(&self, share: impl Fn(f64) -> f64) -> f64 {
        let all = self.rate();
        let sum: f64 = self.asked().rev().map(|group| group.keys * group.rate * share(group.rate)).sum();
        if all > 0.0 { sum / all } else { 0.0 }
    }

    /// The time until the keys that were asked for fill so much room; infinite where all of them do not.
    ///
    /// With the room of an LRU cache this is its characteristic time: a key stays for that long behind its last request.
    ///
    /// # Formula
    /// The t that solves `Σ wᵢ (1 − e^(−λᵢ t)) = C`. The sum is concave in t, so that Newton's method from C / Σ wᵢ λᵢ
    /// climbs to the root and never passes it.
    ///
    /// # Source
    /// Che, Tung & Wang, *Hierarchical Web caching systems: modeling, design and experimental results*, IEEE JSAC 20(7),
    /// 2002.
    pub fn time_to_fill(&self, room: f64) -> f64 {
        let asked = || self.asked();
        if room <= 0.0 {
            return 0.0;
        }
        if asked().map(|group| group.weight).sum::<f64>() <= room {
            return f64::INFINITY;
        }
        let mut time = room / asked().map(|group| group.weight * group.rate).sum::<f64>();
        for _ in 0..STEPS {
            let (mut filled, mut slope) = (0.0, 0.0);
            for group in asked() {
                let gone = -(-group.rate * time).exp_m1();
                filled += group.weight * gone;
                slope += group.weight * group.rate * (1.0 - gone);
            }
            let step = (room - filled) / slope;
            // What is left to climb is rounding, or the sum has no slope any more.
            if !step.is_finite() || step <= 1e-14 * time {
                break;
            }
            time += step;
        }
        time
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Zipf's law with one request a second.
    pub(crate) fn zipf(keys: u32, exponent: f64) -> Vec<(f64, f64)> {
        let weights: Vec<f64> = (1..=keys).map(|rank| f64::from(rank).powf(-exponent)).collect();
        let sum: f64 = weights.iter().rev().sum();
        weights.into_iter().map(|weight| (weight / sum, 1.0)).collect()
    }

    /// Characteristic times by an independent program, for this project's theory notes (equation E1); the first is also
    /// within the range that the Icarus simulator's own test asserts (72.1 to 72.3).
    #[test]
    fn characteristic_times_match_reference_values() {
        for (keys, exponent, room, time) in [
            (100, 0.8, 40.0, 72.210_921_638),
            (1000, 0.8, 100.0, 133.864_732_735),
            (10_000, 0.8, 1000.0, 1_472.479_532_207),
            (10_000, 1.2, 100.0, 225.638_794_058),
        ] {
            let found = Population::exact(zipf(keys, exponent)).time_to_fill(room);
            assert!((found / time - 1.0).abs() < 1e-11, "{keys} {exponent} {room}: {found}");
            let in_classes = Population::new(zipf(keys, exponent)).time_to_fill(room);
            assert!((in_classes / time - 1.0).abs() < 1e-6, "{keys} {exponent} {room}: {in_classes}");
        }
    }

    #[test]
    fn a_cache_that_holds_all_keys_never_fills() {
        let keys = Population::new([(2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]);
        assert_eq!(keys.time_to_fill(2.0), f64::INFINITY, "nobody asks for the third");
        assert_eq!(keys.time_to_fill(0.0), 0.0);
        assert_eq!(keys.rate(), 3.0);
    }

    /// Two keys of one rate: 2 (1 − e^−t) = 1 at t = ln 2; in bytes, 30 (1 − e^−t) = 15.
    #[test]
    fn equal_keys_are_worked_by_hand() {
        assert!((Population::new([(1.0, 1.0); 2]).time_to_fill(1.0) - 2f64.ln()).abs() < 1e-15);
        assert!((Population::new([(1.0, 10.0), (1.0, 20.0)]).time_to_fill(15.0) - 2f64.ln()).abs() < 1e-15);
    }
}
