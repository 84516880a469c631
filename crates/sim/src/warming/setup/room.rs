//! How many bytes a plan may warm, and how they are shared out.

/// How many bytes a plan may warm, and how they are shared out. By default all are allowed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Room {
    /// Bytes of a plan at most.
    pub bytes: Option<u64>,
    /// A share of the memory that depends on its pressure.
    pub memory: Option<MemoryShare>,
    /// Whether keys behind one that does not fit are tried; otherwise the first ends it.
    pub skips: bool,
    /// Parts of a plan, warmed one after the other; none for all keys as they come.
    pub phases: Vec<Phase>,
}

/// A share of the memory that depends on its pressure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryShare {
    /// Bytes of memory.
    pub available: u64,
    /// Share of it at low, moderate, high and critical pressure.
    pub shares: [f64; 4],
    /// Pressures, in percent, from which on it is moderate, high and critical.
    pub levels: [f64; 3],
    /// Bytes at least, where the share is not 0.
    pub floor: u64,
    /// Share of the memory at most, the floor included.
    pub cap: f64,
}

/// A part of a plan: keys of some importance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Least importance.
    pub least: u8,
    /// Greatest importance.
    pub most: u8,
    /// Share of the bytes.
    pub share: f64,
    /// Whether that is a share of what the phases before have left; otherwise of all bytes of the plan. There is never more
    /// than is left.
    pub of_rest: bool,
    /// It is left out unless more bytes than these are left.
    pub only_above: u64,
}

impl MemoryShare {
    /// Bytes at a pressure, in percent.
    pub fn bytes(&self, pressure: f64) -> u64 {
        let level = self.levels.iter().filter(|level| pressure >= **level).count();
        let share = self.shares[level];
        if share <= 0.0 {
            return 0;
        }
        let of = |share: f64| (self.available as f64 * share).round() as u64;
        of(share).max(self.floor).min(of(self.cap))
    }
}

impl Room {
    /// Bytes that a plan may warm at a pressure; none for any number.
    pub fn at(&self, pressure: f64) -> Option<u64> {
        let memory = self.memory.map(|memory| memory.bytes(pressure));
        [self.bytes, memory].into_iter().flatten().min()
    }

    /// The keys that are warmed, phase by phase, the first first.
    pub fn fill(
        &self,
        bytes: u64,
        keys: &[u32],
        size: impl Fn(u32) -> u64,
        importance: impl Fn(u32) -> u8,
    ) -> Vec<Vec<u32>> {
        // Places of keys that no phase has taken.
        let mut others: Vec<usize> = (0..keys.len()).collect();
        if self.phases.is_empty() {
            return vec![self.take(bytes, keys, &mut others, |_| true, &size).0];
        }
        let mut left = bytes;
        let each = self.phases.iter().map(|phase| {
            if left <= phase.only_above {
                return vec![];
            }
            let whole = if phase.of_rest { left } else { bytes };
            let room = ((whole as f64 * phase.share).round() as u64).min(left);
            let range = phase.least..=phase.most;
            let (chosen, used) =
                self.take(room, keys, &mut others, |key| range.contains(&importance(key)), &size);
            left -= used;
            chosen
        });
        each.collect()
    }

    /// Takes the keys that fit out of the others; the bytes that they need.
    fn take(
        &self,
        room: u64,
        keys: &[u32],
        others: &mut Vec<usize>,
        belongs: impl Fn(u32) -> bool,
        size: &impl Fn(u32) -> u64,
    ) -> (Vec<u32>, u64) {
        let (mut chosen, mut used, mut full) = (vec![], 0, false);
        others.retain(|place| {
            let key = keys[*place];
            if full || !belongs(key) {
                return true;
            }
            let size = size(key);
            if size <= room - used {
                used += size;
                chosen.push(key);
                return false;
            }
            full = !self.skips;
            true
        });
        (chosen, used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn memory(available: u64, shares: [f64; 4]) -> MemoryShare {
        MemoryShare { available, shares, levels: [70.0, 80.0, 90.0], floor: 10 * MB, cap: 0.9 }
    }

    /// Reference systems, A4: goldens at 1000 MB available, low, moderate, high.
    #[test]
    fn memory_budgets_are_those_of_the_reference() {
        for (strategy, goldens) in [
            (0.8, [800, 480, 160]),
            (0.6, [600, 360, 120]),
            (0.2, [200, 120, 40]),
            (0.5, [500, 300, 100]),
            (0.4, [400, 240, 80]),
        ] {
            let budget = memory(1000 * MB, [1.0, 0.6, 0.2, 0.0].map(|level| strategy * level));
            let found =
                [0.0, 69.9, 70.0, 79.9, 80.0, 89.9, 90.0, 100.0].map(|pressure| budget.bytes(pressure) / MB);
            let [low, moderate, high] = goldens;
            assert_eq!(found, [low, low, moderate, moderate, high, high, 0, 0]);
        }
        // The floor, and the cap above it: of 5 MB never more than 4.5 (A4).
        assert_eq!(memory(20 * MB, [0.2, 0.1, 0.1, 0.0]).bytes(0.0), 10 * MB);
        assert_eq!(memory(5 * MB, [0.8, 0.48, 0.16, 0.0]).bytes(0.0), 4_500_000);
        assert_eq!(memory(5 * MB, [0.8, 0.48, 0.16, 0.0]).bytes(95.0), 0);
    }

    fn phase(least: u8, most: u8, share: f64, of_rest: bool) -> Phase {
        Phase { least, most, share, of_rest, only_above: 0 }
    }

    /// Keys of 1 MB whose importance is their number modulo 10.
    fn filled(room: &Room, bytes: u64, keys: &[u32]) -> Vec<u64> {
        let chosen = room.fill(bytes, keys, |_| MB, |key| (key % 10) as u8);
        chosen.iter().map(|phase| phase.len() as u64).collect()
    }

    /// Reference systems, A4: aggressive takes 32, 28.8 and 19.2 % of 1000 MB, or 0, 48 and 32 % without critical keys;
    /// balanced 30, 21 and 9 %.
    #[test]
    fn phases_share_the_budget_as_in_the_reference() {
        let keys: Vec<u32> = (0..20_000).collect();
        let aggressive = Room {
            phases: vec![phase(8, 10, 0.4, false), phase(5, 7, 0.6, true), phase(0, 4, 1.0, true)],
            ..Room::default()
        };
        assert_eq!(filled(&aggressive, 800 * MB, &keys), [320, 288, 192]);
        let ordinary: Vec<u32> = keys.iter().copied().filter(|key| key % 10 < 8).collect();
        assert_eq!(filled(&aggressive, 800 * MB, &ordinary), [0, 480, 320]);
        let mut balanced = Room {
            phases: vec![phase(7, 10, 0.5, false), phase(4, 6, 0.7, true), phase(3, 3, 1.0, true)],
            ..Room::default()
        };
        balanced.phases[2].only_above = 50 * MB;
        assert_eq!(filled(&balanced, 600 * MB, &keys), [300, 210, 90]);
        // Of 300 MB 45 are left for the last phase, which is not worth it.
        assert_eq!(filled(&balanced, 300 * MB, &keys), [150, 105, 0]);
    }

    #[test]
    fn a_prefix_ends_at_the_first_key_that_does_not_fit_and_others_skip_it() {
        let sizes = [3, 9, 2, 5];
        let fill = |skips| {
            Room { skips, ..Room::default() }.fill(10, &[0, 1, 2, 3], |key| sizes[key as usize], |_| 5)
        };
        assert_eq!(fill(false), [[0]]);
        // By hand: 3, not 9, 2, 5: 10 in all.
        assert_eq!(fill(true), [[0, 2, 3]]);
    }
}
