//! Keys in classes of like popularity, each estimated for itself.

/// Sampled keys of a class at the least; a class with fewer goes with the one below.
const LEAST: u32 = 4;

/// Classes by powers of two: never asked for again, once, 2 to 3 times, 4 to 7, …
const POWERS: usize = 33;

/// Keys by how often they are asked for again: the few hot ones, of which a sample may hold too many or too few, do not
/// speak for the many cold ones.
#[derive(Debug)]
pub(super) struct Classes {
    /// Class by power of two.
    merged: [u8; POWERS],
    /// Keys of each class in the trace.
    keys: Vec<u32>,
}

fn power(reuses: u32) -> usize {
    (u32::BITS - reuses.leading_zeros()) as usize
}

impl Classes {
    /// Classes for a sample, given how often each key of the trace is asked for again and which are sampled.
    ///
    /// Class 0 holds the keys that are never asked for again.
    pub(super) fn new(reuses: &[u32], sampled: &[u32]) -> Self {
        let (mut all, mut drawn) = ([0u32; POWERS], [0u32; POWERS]);
        reuses.iter().for_each(|reuses| all[power(*reuses)] += 1);
        sampled.iter().for_each(|id| drawn[power(reuses[*id as usize])] += 1);
        let (mut merged, mut keys) = ([0; POWERS], vec![all[0]]);
        // From the hottest down: each power has more keys than the one above, as a rule.
        let (mut members, mut sample) = (0, 0);
        for power in (1..POWERS).rev() {
            merged[power] = keys.len() as u8;
            members += all[power];
            sample += drawn[power];
            if sample >= LEAST {
                keys.push(members);
                (members, sample) = (0, 0);
            }
        }
        // What is left below goes with the class above, if there is one.
        match keys.len() - 1 {
            0 => keys.push(members),
            last => {
                keys[last] += members;
                merged.iter_mut().for_each(|class| *class = (*class).min(last as u8));
            }
        }
        Self { merged, keys }
    }

    /// The class of a key that is asked for again so often.
    pub(super) fn of(&self, reuses: u32) -> u8 {
        self.merged[power(reuses)]
    }

    /// Keys of the trace for which each sampled key stands, class by class, where `sample` has the class of each; 0 for
    /// a class of which there is none.
    pub(super) fn weights(&self, sample: impl Iterator<Item = u8>) -> Vec<f64> {
        let mut drawn = vec![0u32; self.keys.len()];
        sample.for_each(|class| drawn[class as usize] += 1);
        let weight =
            |(keys, drawn): (&u32, &u32)| if *drawn > 0 { f64::from(*keys) / f64::from(*drawn) } else { 0.0 };
        self.keys.iter().zip(&drawn).map(weight).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_by_powers_of_two_where_the_sample_has_enough_of_them() {
        // 100 keys never again, 40 once, 20 two or three times, 4 a thousand times.
        let reuses = [vec![0; 100], vec![1; 40], vec![2; 10], vec![3; 10], vec![1000; 4]].concat();
        let every = (0..reuses.len() as u32).collect::<Vec<_>>();
        let classes = Classes::new(&reuses, &every);
        assert_eq!([0, 1, 2, 3, 1000].map(|reuses| classes.of(reuses)), [0, 3, 2, 2, 1]);
        assert_eq!(classes.keys, [100, 4, 20, 40]);
        // Of the hottest three alone, of those two or three times the first ten, of those once the first two.
        let some: Vec<u32> = [vec![100, 101], (140..150).collect(), vec![160, 161, 162]].concat();
        let classes = Classes::new(&reuses, &some);
        assert_eq!([0, 1, 2, 3, 1000].map(|reuses| classes.of(reuses)), [0, 1, 1, 1, 1]);
        assert_eq!(classes.keys, [100, 64]);
        assert_eq!(classes.weights([0, 1, 1, 1, 1].into_iter()), [100.0, 16.0]);
    }

    #[test]
    fn a_sample_without_a_key_of_a_class_gives_it_no_weight() {
        let classes = Classes::new(&[0, 0, 1], &[]);
        assert_eq!(classes.weights([].into_iter()), [0.0, 0.0]);
        assert_eq!(classes.weights([0].into_iter()), [2.0, 0.0]);
    }

    #[test]
    fn a_sample_of_every_key_gives_each_weight_1() {
        let reuses: Vec<u32> = (0..500).map(|key| key * key % 97).collect();
        let every: Vec<u32> = (0..500).collect();
        let classes = Classes::new(&reuses, &every);
        let weights = classes.weights(reuses.iter().map(|reuses| classes.of(*reuses)));
        assert!(weights.iter().all(|weight| *weight == 1.0), "{weights:?}");
    }
}
