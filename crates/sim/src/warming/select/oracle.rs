//! A predictor that is made to have a stated quality, out of what is to come.
//!
//! It looks at the requests within its horizon, for keys beyond the hot set as that is now. Of those keys it names as
//! many as give the stated recall, and so many others besides as give the stated precision: right (1 - p)/p, drawn among
//! the keys that nobody asks for within the horizon, and where these do not suffice, phantoms. What rounding leaves over
//! or short is carried to the next forecast, so that recall and precision of a whole run are as stated to within one
//! request and one key.

use rand::RngExt;
use rand::seq::SliceRandom;

use crate::warming::outcome::Predicted;
use crate::warming::select::choice::{Choice, Moment, PHANTOM};
use crate::warming::setup::Oracle;
use crate::warming::streams::Luck;

/// A predictor, and what it keeps between forecasts.
pub(super) struct Foresight {
    oracle: Oracle,
    /// Requests within the horizon, by key.
    counts: Vec<u32>,
    named: Vec<bool>,
    /// Weight that the keys named so far fall short of the stated recall.
    short: f64,
    /// Wrong keys that are still owed.
    owed: f64,
    delivered: Predicted,
}

/// A forecast: keys that are right, those that are wrong, and how many phantoms beside them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Forecast {
    right: Vec<u32>,
    wrong: Vec<u32>,
    phantoms: usize,
}

/// A key that is asked for.
struct Candidate {
    key: u32,
    weight: f64,
    luck: f64,
    chosen: bool,
}

impl Choice for Foresight {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let until = moment.now.saturating_add(self.oracle.horizon).min(moment.end);
        let forecast = self.forecast(moment.ahead.keys(until), moment.hot, moment.luck);
        let mut keys = forecast.right;
        keys.shuffle(moment.luck);
        keys.extend(forecast.wrong);
        keys.resize(keys.len() + forecast.phantoms, PHANTOM);
        if !self.oracle.right_first {
            keys.shuffle(moment.luck);
        }
        keys
    }

    fn delivered(&self) -> Predicted {
        self.delivered
    }
}

impl Foresight {
    pub(super) fn new(oracle: Oracle) -> Self {
        Self { oracle, counts: vec![], named: vec![], short: 0.0, owed: 0.0, delivered: Predicted::default() }
    }

    /// Names keys. `ahead` are the keys that are asked for within the horizon, in order; keys below `hot.len()` exist.
    fn forecast(
        &mut self,
        ahead: impl Iterator<Item = u32> + Clone,
        hot: &[bool],
        luck: &mut Luck,
    ) -> Forecast {
        self.counts.resize(hot.len(), 0);
        self.named.resize(hot.len(), false);
        let oracle = &{ self.oracle };
        let beyond = ahead.filter(|key| !hot[*key as usize]);
        let mut asked = vec![];
        for key in beyond.clone() {
            let count = &mut self.counts[key as usize];
            *count += 1;
            if *count == 1 {
                asked.push(key);
            }
        }
        let right = self.right(oracle, &asked, luck);
        let (wrong, phantoms) = self.wrong(oracle, right.len(), asked.len(), hot, luck);
        let keys: Vec<u32> = right.iter().chain(&wrong).copied().collect();
        self.measure(&keys, phantoms, &asked, beyond);
        asked.iter().for_each(|key| self.counts[*key as usize] = 0);
        Forecast { right, wrong, phantoms }
    }

    /// Keys that are asked for, so many that recall is as stated: each by its own luck first, then those whose luck was
    /// closest are turned while that helps.
    fn right(&mut self, oracle: &Oracle, asked: &[u32], luck: &mut Luck) -> Vec<u32> {
        if oracle.precision <= 0.0 {
            return vec![];
        }
        let weight = |key: u32| if oracle.by_keys { 1.0 } else { f64::from(self.counts[key as usize]) };
        let mut candidates: Vec<Candidate> = asked
            .iter()
            .map(|key| {
                let luck = luck.random::<f64>();
                Candidate { key: *key, weight: weight(*key), luck, chosen: luck < oracle.recall }
            })
            .collect();
        let all: f64 = candidates.iter().map(|one| one.weight).sum();
        let chosen: f64 = candidates.iter().filter(|one| one.chosen).map(|one| one.weight).sum();
        self.short += all * oracle.recall - chosen;
        let close = |one: &Candidate| (one.luck - oracle.recall).abs();
        candidates.sort_by(|a, b| close(a).total_cmp(&close(b)));
        for one in &mut candidates {
            if self.short.abs() <= 0.5 {
                break;
            }
            let turned = self.short + if one.chosen { one.weight } else { -one.weight };
            if turned.abs() < self.short.abs() {
                one.chosen = !one.chosen;
                self.short = turned;
            }
        }
        candidates.into_iter().filter(|one| one.chosen).map(|one| one.key).collect()
    }

    /// Keys that nobody asks for, and phantoms where there are too few of them.
    fn wrong(
        &mut self,
        oracle: &Oracle,
        right: usize,
        asked: usize,
        hot: &[bool],
        luck: &mut Luck,
    ) -> (Vec<u32>, usize) {
        if oracle.precision <= 0.0 {
            return (vec![], 0);
        }
        self.owed += right as f64 * (1.0 - oracle.precision) / oracle.precision;
        let wanted = (self.owed + 0.5).floor().max(0.0);
        self.owed -= wanted;
        let wanted = wanted as usize;
        let idle = |key: &u32| !hot[*key as usize] && self.counts[*key as usize] == 0;
        let all = hot.iter().filter(|hot| !**hot).count() - asked;
        let mut keys: Vec<u32> = vec![];
        if wanted.saturating_mul(4) >= all {
            keys = (0..hot.len() as u32).filter(idle).collect();
            keys.shuffle(luck);
            keys.truncate(wanted);
        } else {
            while keys.len() < wanted {
                let key = luck.random_range(0..hot.len() as u32);
                if idle(&key) && !std::mem::replace(&mut self.named[key as usize], true) {
                    keys.push(key);
                }
            }
            keys.iter().for_each(|key| self.named[*key as usize] = false);
        }
        let phantoms = wanted - keys.len();
        (keys, phantoms)
    }

    /// Counts what was delivered, from the requests themselves.
    fn measure(&mut self, keys: &[u32], phantoms: usize, asked: &[u32], beyond: impl Iterator<Item = u32>) {
        keys.iter().for_each(|key| self.named[*key as usize] = true);
        let delivered = &mut self.delivered;
        delivered.keys += (keys.len() + phantoms) as u64;
        delivered.phantoms += phantoms as u64;
        delivered.right += keys.iter().filter(|key| self.counts[**key as usize] > 0).count() as u64;
        for key in beyond {
            delivered.requests += 1;
            delivered.requests_named += u64::from(self.named[key as usize]);
        }
        delivered.asked += asked.len() as u64;
        delivered.asked_named += asked.iter().filter(|key| self.named[**key as usize]).count() as u64;
        keys.iter().for_each(|key| self.named[*key as usize] = false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn delivered(oracle: Oracle, keys: u32, draws: usize) -> Predicted {
        let mut luck = Luck::seed_from_u64(3);
        let mut foresight = Foresight::new(oracle);
        let hot: Vec<bool> = (0..keys).map(|key| key < keys / 100).collect();
        for _ in 0..50 {
            let ahead: Vec<u32> =
                (0..draws).map(|_| (f64::from(keys) * luck.random::<f64>().powi(3)) as u32).collect();
            foresight.forecast(ahead.iter().copied(), &hot, &mut luck);
        }
        foresight.delivered
    }

    #[test]
    fn a_forecast_has_the_precision_and_recall_that_were_stated() {
        for (precision, recall) in [(0.8, 0.7), (0.3, 0.9), (1.0, 0.25), (0.55, 1.0)] {
            for by_keys in [false, true] {
                for (keys, draws) in [(10_000, 500), (2_000, 20_000)] {
                    let oracle = Oracle { precision, recall, by_keys, horizon: 1, right_first: false };
                    let found = delivered(oracle, keys, draws);
                    let (part, whole) = match by_keys {
                        true => (found.asked_named, found.asked),
                        false => (found.requests_named, found.requests),
                    };
                    let measured = [found.right as f64 / found.keys as f64, part as f64 / whole as f64];
                    assert!((measured[0] - precision).abs() < 0.001, "{oracle:?}, {keys} keys: {measured:?}");
                    assert!((measured[1] - recall).abs() < 0.001, "{oracle:?}, {keys} keys: {measured:?}");
                }
            }
        }
    }

    #[test]
    fn phantoms_stand_in_where_every_key_is_asked_for() {
        let oracle = Oracle { precision: 0.5, recall: 1.0, by_keys: true, horizon: 1, right_first: false };
        let mut luck = Luck::seed_from_u64(1);
        let hot = [true, false, false, false];
        let forecast = Foresight::new(oracle).forecast([1, 2, 0, 1].into_iter(), &hot, &mut luck);
        let mut right = forecast.right;
        right.sort_unstable();
        // Two keys right, so two wrong: one is left to be wrong about.
        assert_eq!((right, forecast.wrong, forecast.phantoms), (vec![1, 2], vec![3], 1));
    }

    #[test]
    fn without_recall_nothing_is_named() {
        let oracle = Oracle { precision: 0.5, recall: 0.0, by_keys: false, horizon: 1, right_first: false };
        assert_eq!(delivered(oracle, 1000, 500).keys, 0);
    }
}
