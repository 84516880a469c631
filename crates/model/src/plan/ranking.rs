//! Which keys first.

use crate::plan::worth::{Worth, worth};
use crate::residency::{Population, until_evicted};

/// A key that may be warmed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Requests a second, 0 or more.
    pub rate: f64,
    /// Rate per second at which it stops being asked for; 0 where nothing is known of churn.
    pub leaves: f64,
    /// What fetching it costs, above 0; only ratios between keys matter.
    pub cost: f64,
    /// Room that it takes, above 0: 1 where the cache counts objects.
    pub weight: f64,
}

/// How long copies are of use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CopyLife {
    /// Room of the cache; none where it holds anything.
    pub room: Option<f64>,
    /// Time to live from the fetch on, in seconds.
    pub ttl: Option<f64>,
    /// Whether each hit starts it anew.
    pub sliding: bool,
    /// Seconds after the end of the warm-up beyond which nothing counts.
    pub horizon: Option<f64>,
    /// Whether misses fill the cache and evict; if not, only what was warmed is ever in it.
    pub fills: bool,
}

/// Nothing ends the life of a copy, so that all keys are worth the same: they are used some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endless;

/// The keys that fit, the most valuable first.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Which keys, by their place among the candidates.
    pub order: Vec<u32>,
    /// For each of them the time until it is evicted unless it was asked for, with the most valuable loaded last.
    pub until_evicted: Vec<f64>,
    /// Time after which a cache filled by misses is as warm as one that was preloaded; infinite where it holds all keys.
    pub characteristic: f64,
    population: Population,
    weights: Vec<f64>,
    life: CopyLife,
}

/// Ranks keys by what fetching them saves over what it costs.
///
/// # Method
/// The value of a key is the number of misses that it saves: the probability of its use where misses fill the cache, else
/// its hits, over at most a characteristic time, time to live and horizon; divided by its cost, and by its room where that
/// differs between keys and not all of them fit. Of equal ones the more requested is first, then the one named first. Keys
/// that nobody asks for are left out, and those that do not fit behind the ones ahead of them.
///
/// # Errors
/// Where no time ends the life of a copy.
pub fn rank(candidates: &[Candidate], life: CopyLife) -> Result<Ranking, Endless> {
    let population = Population::new(candidates.iter().map(|one| (one.rate, one.weight)));
    let room = life.room.unwrap_or(f64::INFINITY);
    let characteristic = if life.fills { population.time_to_fill(room) } else { f64::INFINITY };
    let longest =
        characteristic.min(life.ttl.unwrap_or(f64::INFINITY)).min(life.horizon.unwrap_or(f64::INFINITY));
    if longest.is_infinite() {
        return Err(Endless);
    }
    let asked = || candidates.iter().filter(|one| one.rate > 0.0);
    let sized = candidates.windows(2).any(|pair| pair[0].weight != pair[1].weight);
    let by_room = sized && asked().map(|one| one.weight).sum::<f64>() > room;
    let value = |one: &Candidate| {
        let worth = worth(one.rate, one.leaves, longest, longest);
        saved(&worth, life.fills) / one.cost / if by_room { one.weight } else { 1.0 }
    };
    let mut order: Vec<(f64, u32)> =
        (0..).zip(candidates).filter(|(_, one)| one.rate > 0.0).map(|(key, one)| (value(one), key)).collect();
    let rate = |key: u32| candidates[key as usize].rate;
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| rate(b.1).total_cmp(&rate(a.1))));
    let mut taken = 0.0;
    let fits = |key: &u32| {
        let weight = candidates[*key as usize].weight;
        let fits = taken + weight <= room;
        if fits {
            taken += weight;
        }
        fits
    };
    let order: Vec<u32> = order.into_iter().map(|(_, key)| key).filter(fits).collect();
    let weights: Vec<f64> = candidates.iter().map(|one| one.weight).collect();
    let mut ranking = Ranking { order, until_evicted: vec![], characteristic, population, weights, life };
    ranking.until_evicted = ranking.evicted(&ranking.order);
    Ok(ranking)
}

impl Ranking {
    /// For each of these keys, the one loaded last first, the time until it is evicted unless it was asked for.
    pub fn evicted(&self, loaded: &[u32]) -> Vec<f64> {
        match self.life.room.filter(|_| self.life.fills) {
            Some(room) => until_evicted(&self.population, &self.weights, loaded, room),
            None => vec![f64::INFINITY; loaded.len()],
        }
    }

    /// What a copy is worth that has been in the cache for so many seconds when the warm-up is over.
    pub fn worth(&self, key: &Candidate, until_evicted: f64, waited: f64) -> Worth {
        let expires = self.life.ttl.map_or(f64::INFINITY, |ttl| ttl - waited);
        let counts = self.characteristic.min(self.life.horizon.unwrap_or(f64::INFINITY));
        let whole = if self.life.sliding { counts } else { counts.min(expires) };
        let Worth { used, hits } = worth(key.rate, key.leaves, until_evicted.min(expires).min(counts), whole);
        let still = (-key.leaves * waited).exp();
        // A time to live that slides lets a copy expire at its first pause; there is no closed form for that.
        let hits = hits.filter(|_| whole <= expires).map(|hits| hits * still);
        Worth { used: used * still, hits }
    }

    /// Misses that a copy of that worth saves, at least: one at most where misses fill the cache, else its hits.
    pub fn saved(&self, worth: &Worth) -> f64 {
        saved(worth, self.life.fills)
    }

    /// The keys of the workload.
    pub fn population(&self) -> &Population {
        &self.population
    }
}

fn saved(worth: &Worth, fills: bool) -> f64 {
    worth.hits.filter(|_| !fills).unwrap_or(worth.used)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: CopyLife =
        CopyLife { room: None, ttl: Some(10.0), sliding: false, horizon: None, fills: true };

    fn key(rate: f64) -> Candidate {
        Candidate { rate, leaves: 0.0, cost: 1.0, weight: 1.0 }
    }

    #[test]
    fn the_most_requested_are_first_and_those_never_requested_are_left_out() {
        let ranking = rank(&[key(1.0), key(0.0), key(3.0), key(1.0)], LIFE).expect("ends");
        assert_eq!(ranking.order, [2, 0, 3]);
        assert_eq!(ranking.until_evicted, [f64::INFINITY; 3]);
    }

    /// Used with 1 − e^−1 at a cost of 2, against 1 − e^−0.6 at a cost of 1: .316 against .451.
    #[test]
    fn a_dear_fetch_comes_behind_a_cheap_one() {
        let dear = Candidate { cost: 2.0, ..key(0.1) };
        assert_eq!(rank(&[dear, key(0.06)], LIFE).expect("ends").order, [1, 0]);
    }

    #[test]
    fn room_counts_where_not_all_fit() {
        let large = Candidate { weight: 4.0, ..key(0.1) };
        let keys = [large, key(0.06), key(0.05)];
        let life = |room| CopyLife { room: Some(room), fills: false, ..LIFE };
        assert_eq!(rank(&keys, life(4.0)).expect("ends").order, [1, 2]);
        assert_eq!(rank(&keys, life(6.0)).expect("ends").order, [0, 1, 2]);
    }

    #[test]
    fn copies_that_stay_for_ever_cannot_be_ranked() {
        let endless = CopyLife { room: Some(5.0), ttl: None, ..LIFE };
        assert_eq!(rank(&[key(1.0)], endless).err(), Some(Endless));
        assert!(rank(&[key(1.0)], CopyLife { horizon: Some(60.0), ..endless }).is_ok());
    }

    /// λ = 0.1, T = 10, 4 s in the cache already: 1 − e^−0.6 and 0.6.
    #[test]
    fn a_copy_that_waited_is_worth_less() {
        let ranking = rank(&[key(0.1)], LIFE).expect("ends");
        let found = ranking.worth(&key(0.1), f64::INFINITY, 4.0);
        assert!(
            (found.used + (-0.6f64).exp_m1()).abs() < 1e-14
                && (found.hits.expect("ends") - 0.6).abs() < 1e-14
        );
        assert_eq!(ranking.worth(&key(0.1), f64::INFINITY, 10.0), Worth::NONE);
        let sliding = CopyLife { sliding: true, horizon: Some(60.0), ..LIFE };
        let ranking = rank(&[key(0.1)], sliding).expect("ends");
        let found = ranking.worth(&key(0.1), f64::INFINITY, 4.0);
        assert!((found.used + (-0.6f64).exp_m1()).abs() < 1e-14 && found.hits.is_none());
    }
}
