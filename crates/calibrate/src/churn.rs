//! How fast hot keys change places with others, without what chance adds.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use statrs::distribution::{DiscreteCDF, Poisson};

use crate::estimate::{Estimate, Z, events};
use crate::law::{Group, Law};
use crate::requests::Requests;
use crate::stretches::stretches;

/// Requests that the last hot rank should have in half of a window.
const ENOUGH: f64 = 6.0;
/// Windows at least and at most.
const FEWEST: usize = 4;
const MOST: usize = 64;
/// Share of the lists that has to be left for a rate to be told.
const LEFT: f64 = 0.2;
/// The same for which a later window is taken.
const HALF: f64 = 0.5;
const HOUR: f64 = 3600.0;

/// The rate at which a hot key changes places with a tail key, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Churn {
    /// κ per hour; below 0 by chance alone.
    pub per_hour: Estimate,
    /// H, the hot ranks.
    pub hot_keys: f64,
    /// Length of a window, and the time from one to that with which it is compared, in seconds.
    pub window: f64,
    /// See there.
    pub apart: f64,
    /// Share of a list that is found again in the other half of the same window, and in a later window.
    pub same: f64,
    /// See there.
    pub later: f64,
}

/// Finds it; none where hot keys are asked for too seldom to be followed, or change too quickly.
///
/// # Method
/// The time is cut into windows, and the requests of each are dealt at random into two halves. A list is of the keys that have
/// at least so many requests in a half, whatever those of others: so the lists of two halves differ by chance alone if they
/// are of the same window, and by chance and churn if they are of different ones. The ratio of what they share is free of
/// chance: as many are in two lists as Σ qᵢ² of the probabilities qᵢ of a rank to be listed.
///
/// # Formula
/// R(κ) = Σ over ranks of the probability that a key is listed at a time and a time t later, by Σ qᵢ². A hot rank has the
/// same key with e^(−κt), and another tail rank has it with (1 − π)(1 − e^(−(κ+κ')t)), π = H / N and κ' = κ H / (N − H); the
/// rest has come back to any hot rank. Tail ranks alike. κ solves R(κ) = what was found; where that is above 1 it is read off
/// the slope at 0.
///
/// # Interval
/// Sampling: each key's part in what is shared later, less R times that in what is shared at once, has mean 0 and is squared.
/// Swaps are events of a Poisson process over H ranks and the time observed, of which Garwood's limits are taken. A swap concerns
/// two keys, each of which has half of what it changes, so that half of its variance is in the squares already and taken out.
///
/// Of a sample of keys the lists hold as large a share, and so do the swaps that are seen; the ratio is the same.
///
/// # Assumptions
/// The law holds at every instant, and all hot ranks swap at one rate.
pub fn churn(all: &Requests<'_>, law: &Law, hot_keys: f64, seed: u64) -> Option<Churn> {
    let Requests { times, requests, sampling, .. } = *all;
    let seconds = all.seconds();
    if seconds == 0.0 {
        return None;
    }
    let groups = law.groups();
    let at = groups.iter().find(|group| group.last >= hot_keys)?;
    let marginal = at.share * all.total();
    let windows = ((marginal / 2.0 / ENOUGH) as usize).clamp(FEWEST, MOST);
    let threshold = (marginal / 2.0 / windows as f64).round().max(2.0);
    let mut halves = Halves::new(requests, seed);
    let lists = stretches(times, windows).map(|stretch| halves.listed(&requests[stretch], threshold as u32));
    let lists: Vec<[Vec<u32>; 2]> = lists.collect();
    let window = seconds / windows as f64;
    let listed = Listed::of(&groups, hot_keys, law.keys, all.total() / windows as f64 / 2.0, threshold);
    // The longest that leaves half of a list, which tells most of slow changes and enough of quick ones.
    let lags = (1..).map(|power| windows >> power).take_while(|lag| *lag > 0);
    let shared = lags.filter_map(|lag| Some((lag, Shared::of(&lists, lag, halves.counts.len())?)));
    let shared: Vec<(usize, Shared)> = shared.collect();
    let (lag, shared) = shared.iter().find(|(_, shared)| shared.ratio() > HALF).or(shared.last())?;
    let apart = window * *lag as f64 / HOUR;
    let value = listed.rate(shared.ratio(), apart).filter(|_| shared.ratio() > LEFT)?;
    let exposed = hot_keys * sampling.rate * seconds / HOUR;
    let swaps = value.max(0.0) * exposed;
    let (fewest, most) = events(swaps);
    let uneven = uneven(*lag as f64 / windows as f64);
    let error = shared.error() / listed.slope(value.max(0.0), apart).abs();
    // Half of the variance of swaps is in the squares.
    let sampling = (error.powi(2) - uneven * swaps / exposed.powi(2) / 2.0).max(0.0);
    let half = |off: f64| (Z * Z * sampling + uneven * (off / exposed).powi(2)).sqrt();
    Some(Churn {
        per_hour: Estimate {
            value,
            low: value - half(swaps - fewest),
            high: value + half(most - swaps),
            n: requests.len() as u64,
        },
        hot_keys,
        window,
        apart: apart * HOUR,
        same: shared.same / shared.size,
        later: shared.later / shared.size,
    })
}

/// By how much the variance of swaps grows as those in the middle of the time fall between more of the windows that are compared
/// than those at its ends; `lag` is how far apart these are, as a share of the time, up to a half.
fn uneven(lag: f64) -> f64 {
    (1.0 - 4.0 / 3.0 * lag) / (1.0 - lag).powi(2)
}

/// Deals requests into halves and lists what has enough of them.
struct Halves {
    counts: Vec<[u32; 2]>,
    random: ChaCha8Rng,
}

impl Halves {
    fn new(requests: &[u32], seed: u64) -> Self {
        let keys = requests.iter().max().map_or(0, |most| *most as usize + 1);
        Self { counts: vec![[0; 2]; keys], random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// The keys that have so many in each half, in ascending order.
    fn listed(&mut self, requests: &[u32], threshold: u32) -> [Vec<u32>; 2] {
        for part in requests.chunks(64) {
            let mut coins: u64 = self.random.random();
            for key in part {
                self.counts[*key as usize][(coins & 1) as usize] += 1;
                coins >>= 1;
            }
        }
        let mut lists = [vec![], vec![]];
        for key in requests {
            let counts = std::mem::take(&mut self.counts[*key as usize]);
            for (list, count) in lists.iter_mut().zip(counts) {
                if count >= threshold {
                    list.push(*key);
                }
            }
        }
        lists.iter_mut().for_each(|list| list.sort_unstable());
        lists
    }
}

/// What lists share.
struct Shared {
    /// Keys that are in both lists of a window, and in a list of a window and one of a later, on average.
    same: f64,
    later: f64,
    /// Keys of a list on average.
    size: f64,
    /// Of each key its part in `same` and in `later`.
    parts: Vec<[f64; 2]>,
}

impl Shared {
    fn of(lists: &[[Vec<u32>; 2]], lag: usize, keys: usize) -> Option<Self> {
        let windows = lists.len();
        let pairs = windows.checked_sub(lag).filter(|pairs| *pairs > 0)?;
        let mut parts = vec![[0.0; 2]; keys];
        // At once only in the windows that are compared, and as often.
        let weight = |nth: usize| f64::from(u8::from(nth < pairs)) + f64::from(u8::from(nth >= lag));
        for (nth, [a, b]) in lists.iter().enumerate() {
            both(a, b, |key| parts[key][0] += weight(nth) / (2 * pairs) as f64);
            if let Some(later) = lists.get(nth + lag) {
                for one in [a, b] {
                    later
                        .iter()
                        .for_each(|other| both(one, other, |key| parts[key][1] += 1.0 / (4 * pairs) as f64));
                }
            }
        }
        let sum = |which: usize| parts.iter().map(|part| part[which]).sum::<f64>();
        let size = lists.iter().flatten().map(Vec::len).sum::<usize>() as f64 / (2 * windows) as f64;
        let (same, later) = (sum(0), sum(1));
        (same > 0.0).then_some(Self { same, later, size, parts })
    }

    fn ratio(&self) -> f64 {
        self.later / self.same
    }

    /// Standard error of the ratio.
    fn error(&self) -> f64 {
        let ratio = self.ratio();
        let squares: f64 = self.parts.iter().map(|[same, later]| (later - ratio * same).powi(2)).sum();
        squares.sqrt() / self.same
    }
}

/// Calls for each key that is in both of two ascending lists.
fn both(a: &[u32], b: &[u32], mut found: impl FnMut(usize)) {
    let mut b = b.iter().peekable();
    for key in a {
        while b.next_if(|other| *other < key).is_some() {}
        if b.next_if_eq(&key).is_some() {
            found(*key as usize);
        }
    }
}

/// Sums over the probabilities of ranks to be listed.
struct Listed {
    hot: f64,
    tail: f64,
    /// Σ q² and Σ q of hot ranks and of others.
    squares: [f64; 2],
    sums: [f64; 2],
}

impl Listed {
    fn of(groups: &[Group], hot_keys: f64, keys: f64, requests: f64, threshold: f64) -> Self {
        let (mut squares, mut sums) = ([0.0; 2], [0.0; 2]);
        let mut before = 0.0;
        for group in groups {
            let q = at_least(threshold, group.share * requests);
            let hot = (hot_keys - before).clamp(0.0, group.keys);
            for (class, count) in [hot, group.keys - hot].into_iter().enumerate() {
                squares[class] += count * q * q;
                sums[class] += count * q;
            }
            before = group.last;
        }
        Self { hot: hot_keys, tail: (keys - hot_keys).max(1.0), squares, sums }
    }

    /// R(κ) after so many hours.
    fn share(&self, per_hour: f64, hours: f64) -> f64 {
        let back = per_hour * self.hot / self.tail;
        let part = self.hot / (self.hot + self.tail);
        let settled = (-(per_hour + back) * hours).exp();
        let stays = [(-per_hour * hours).exp(), (-back * hours).exp()];
        // Where a key is that was in a class: in the same class after a move, and in the other.
        let returned = [part + (1.0 - part) * settled - stays[0], 1.0 - part + part * settled - stays[1]];
        let gone = [(1.0 - part) * (1.0 - settled), part * (1.0 - settled)];
        let means = [self.sums[0] / self.hot, self.sums[1] / self.tail];
        let of = |class: usize| {
            self.squares[class] * stays[class]
                + self.sums[class] * (returned[class] * means[class] + gone[class] * means[1 - class])
        };
        (of(0) + of(1)) / (self.squares[0] + self.squares[1])
    }

    /// How R falls with κ.
    fn slope(&self, per_hour: f64, hours: f64) -> f64 {
        let step = 1e-5 / hours;
        (self.share(per_hour + step, hours) - self.share(per_hour, hours)) / step
    }

    /// The rate with which so much is left; none where no rate leaves so little.
    fn rate(&self, ratio: f64, hours: f64) -> Option<f64> {
        if ratio >= 1.0 {
            return Some((ratio - 1.0) / self.slope(0.0, hours));
        }
        let (mut low, mut high) = (0.0, 1.0 / hours);
        while self.share(high, hours) > ratio {
            high *= 2.0;
            if high * hours > 50.0 {
                return None;
            }
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if self.share(middle, hours) > ratio { low = middle } else { high = middle }
        }
        Some(high)
    }
}

/// P(X ≥ k) of a Poisson law, for k of 1 or more.
fn at_least(k: f64, mean: f64) -> f64 {
    Poisson::new(mean).map_or(0.0, |law| law.sf(k as u64 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(hot: f64, tail: f64) -> Listed {
        Listed { hot, tail, squares: [hot, 0.0], sums: [hot, 0.0] }
    }

    /// Two hot keys that are always listed, two others that never are: in the end each of four is hot for half of the time.
    #[test]
    fn lists_share_what_the_ranks_of_their_keys_say() {
        let listed = listed(2.0, 2.0);
        assert!((listed.share(0.0, 1.0) - 1.0).abs() < 1e-12);
        assert!((listed.share(3.0, 1e3) - 0.5).abs() < 1e-12);
        // After ln 2 / 2 at rates of 1 there and back: 1/2 + 1/2 e^(−2t) = 3/4.
        assert!((listed.share(1.0, 2f64.ln() / 2.0) - 0.75).abs() < 1e-12);
    }

    /// With hardly any chance to come back, e^(−κt) is left.
    #[test]
    fn the_rate_is_the_one_that_leaves_so_much() {
        let listed = listed(10.0, 1e12);
        let found = listed.rate((-0.6f64).exp(), 2.0).expect("some is left");
        assert!((found - 0.3).abs() < 1e-6, "{found}");
        let above = listed.rate(1.02, 2.0).expect("is read off the slope");
        assert!((above + 0.01).abs() < 1e-4, "{above}");
    }

    /// Triangles: of windows half of the time apart, a swap in the middle is between all pairs, one at an end between none.
    #[test]
    fn swaps_in_the_middle_count_for_more() {
        assert!((uneven(0.5) - 4.0 / 3.0).abs() < 1e-12);
        assert!((uneven(0.0) - 1.0).abs() < 1e-12);
    }

    /// P(X ≥ 3) of mean 2 is 0.323324.
    #[test]
    fn poisson_tails_are_those_of_the_table() {
        assert!((at_least(3.0, 2.0) - 0.323_324).abs() < 1e-6);
        // Summed term by term, each by the logarithm of the gamma function: 0.504205.
        assert!((at_least(1000.0, 1000.0) - 0.504_205).abs() < 1e-6);
    }

    #[test]
    fn where_nothing_can_be_followed_there_is_no_rate() {
        let law = Law { exponent: 1.0, keys: 1000.0 };
        assert_eq!(churn(&Requests::of(&[], &[], 0), &law, 10.0, 1), None);
        assert_eq!(churn(&Requests::of(&[0, 1_000_000], &[0, 1], 2), &law, 10.0, 1), None);
        assert_eq!(churn(&Requests::of(&[5; 100], &[0; 100], 1), &law, 10.0, 1), None);
    }
}
