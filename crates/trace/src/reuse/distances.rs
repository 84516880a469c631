//! Exact LRU stack distances, request by request.

use std::num::NonZeroU32;

use super::timeline::Timeline;

/// No request so far.
const NEVER: u32 = u32::MAX;

/// Requests whose last instants are looked up together, so that their memory accesses overlap.
const TOGETHER: usize = 64;

/// Instants of a timeline at the least.
const INSTANTS: usize = 1 << 16;

/// Instants a key: a timeline lasts for three requests a key before it is numbered anew.
const INSTANTS_A_KEY: usize = 4;

/// Finds how far back in the order of last use the key of each request stands.
///
/// The stack distance of a request is the number of distinct keys asked for since the last request for the same key,
/// that key included; a first request has none. A cache of `C` items that evicts the least recently used finds a
/// request exactly where its distance is at most `C`.
///
/// Time is O(log₁₆ K) a request and memory 4 bytes and some 6 bits a key for `K` keys, whatever the number of requests.
/// Beyond 2³⁰ keys the timeline has fewer than four instants a key and is numbered anew more often.
///
/// Source: Mattson, Gecsei, Slutz & Traiger, *Evaluation techniques for storage hierarchies*, IBM Systems Journal 9(2),
/// 1970; counting marks on a timeline: Bennett & Kruskal, *LRU stack processing*, IBM Journal of Research and
/// Development 19(4), 1975.
///
/// ```
/// let mut distances = warmcast_trace::reuse::StackDistances::default();
/// distances.reserve(3);
/// let found: Vec<_> = [0, 1, 1, 2, 0].map(|key| distances.next(key)).into();
/// assert_eq!(found, [None, None, Some(1), None, Some(3)]);
/// ```
#[derive(Debug, Clone)]
pub struct StackDistances {
    /// Instant of each key's last request.
    last: Vec<u32>,
    timeline: Timeline,
    /// The instant that comes next.
    now: usize,
    /// Keys asked for so far.
    seen: u32,
    /// Instants of a timeline at the least.
    instants: usize,
}

impl Default for StackDistances {
    fn default() -> Self {
        Self::with_instants(INSTANTS)
    }
}

impl StackDistances {
    fn with_instants(instants: usize) -> Self {
        Self { last: vec![], timeline: Timeline::new(instants), now: 0, seen: 0, instants }
    }

    /// Makes room for ids below `keys`; called before such ids come.
    pub fn reserve(&mut self, keys: usize) {
        if keys > self.last.len() {
            self.last.resize(keys, NEVER);
        }
    }

    /// Keys asked for so far.
    pub fn keys(&self) -> u64 {
        u64::from(self.seen)
    }

    /// The distance of the next request; none where it is the first for its key.
    ///
    /// # Panics
    /// Where there is no room for the key.
    pub fn next(&mut self, key: u32) -> Option<u64> {
        let mut distance = None;
        self.each(&[key], |_, found| distance = found);
        distance.map(|distance| u64::from(distance.get()))
    }

    /// Passes the key and the distance of each of the next requests to `note`, in order. Several at once are faster
    /// than one by one.
    ///
    /// # Panics
    /// Where there is no room for a key.
    pub fn each(&mut self, keys: &[u32], mut note: impl FnMut(u32, Option<NonZeroU32>)) {
        let mut rest = keys;
        let mut before = [NEVER; TOGETHER];
        while !rest.is_empty() {
            if self.now == self.timeline.len() {
                self.renumber();
            }
            let room = self.timeline.len() - self.now;
            let (together, behind) = rest.split_at(rest.len().min(TOGETHER).min(room));
            rest = behind;
            for (before, key) in before.iter_mut().zip(together) {
                *before = std::mem::replace(&mut self.last[*key as usize], self.now as u32);
                self.now += 1;
            }
            for (before, key) in before.iter().zip(together) {
                if *before == NEVER {
                    self.seen += 1;
                    note(*key, None);
                } else {
                    note(*key, NonZeroU32::new(self.seen - self.timeline.take(*before)));
                }
            }
        }
    }

    /// Numbers the instants that stand for a key anew from 0, in their order.
    fn renumber(&mut self) {
        for last in &mut self.last {
            if *last != NEVER {
                *last = self.timeline.before(*last);
            }
        }
        self.now = self.seen as usize;
        // Whole words of instants, none of which is NEVER.
        let most = NEVER as usize / 64 * 64;
        self.timeline = Timeline::new((INSTANTS_A_KEY * self.now).clamp(self.instants, most));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Distances by the definition.
    fn defined(requests: &[u32]) -> Vec<Option<u64>> {
        let distance = |(nth, key): (usize, &u32)| {
            let last = requests[..nth].iter().rposition(|other| other == key)?;
            Some(requests[last..nth].iter().collect::<std::collections::BTreeSet<_>>().len() as u64)
        };
        requests.iter().enumerate().map(distance).collect()
    }

    fn found(mut distances: StackDistances, requests: &[u32], together: usize) -> Vec<Option<u64>> {
        distances.reserve(requests.iter().max().map_or(0, |most| *most as usize + 1));
        let mut found = vec![];
        for part in requests.chunks(together) {
            let from = found.len();
            distances.each(part, |key, distance| {
                assert_eq!(key, part[found.len() - from]);
                found.push(distance.map(|distance| u64::from(distance.get())));
            });
        }
        found
    }

    fn requests() -> impl Strategy<Value = Vec<u32>> {
        (1u32..200).prop_flat_map(|keys| {
            proptest::collection::vec((0..keys).prop_map(move |a| a * a / keys), 0..600)
        })
    }

    proptest! {
        #[test]
        fn distances_agree_with_their_definition(requests in requests(), together in 1usize..200) {
            prop_assert_eq!(found(StackDistances::default(), &requests, together), defined(&requests));
        }

        #[test]
        fn numbering_anew_changes_nothing(requests in requests(), instants in 1usize..300) {
            let short = found(StackDistances::with_instants(instants), &requests, 50);
            prop_assert_eq!(short, found(StackDistances::default(), &requests, 50));
        }
    }

    #[test]
    fn a_timeline_grows_with_keys_and_not_with_requests() {
        let mut distances = StackDistances::default();
        distances.reserve(100_000);
        for round in 0..20 {
            for key in 0..100_000 {
                assert_eq!(distances.next(key), (round > 0).then_some(100_000));
            }
        }
        assert_eq!(distances.timeline.len(), 400_000);
    }
}
