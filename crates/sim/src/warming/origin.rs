//! The origin: so many fetches at a time, demand ahead of warming, at a rate that it allows.

use std::collections::VecDeque;

use rand::{Rng, RngExt};
use trace::synthetic::Nanos;

use crate::warming::bucket::TokenBucket;
use crate::warming::load::Level;
use crate::warming::setup::{OriginSetup, Service, Shape};
use crate::warming::streams::Luck;

/// Fetches that wait and those that are worked on.
pub(crate) struct Origin {
    setup: OriginSetup,
    cap: Option<TokenBucket>,
    busy: Level,
    /// Whether it will be told to go on.
    told: bool,
    waiting: Queues,
    /// For demand and for warming, so that one does not change the other's luck.
    luck: [Luck; 2],
}

#[derive(Default)]
struct Queues {
    demand: VecDeque<u32>,
    warm: VecDeque<u32>,
}

/// What the origin does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// It begins a fetch.
    Begins {
        fetch: u32,
        warm: bool,
        /// When that ends.
        ends: Nanos,
        fails: bool,
    },
    /// It may begin one then.
    Waits(Nanos),
    /// It works on all that it can.
    Nothing,
}

impl Origin {
    pub(crate) fn new(setup: &OriginSetup, luck: [Luck; 2]) -> Self {
        let cap = setup.cap.map(TokenBucket::new);
        Self {
            setup: setup.clone(),
            cap,
            busy: Level::default(),
            told: false,
            waiting: Queues::default(),
            luck,
        }
    }

    /// A fetch arrives.
    pub(crate) fn enqueue(&mut self, fetch: u32, warm: bool) {
        match warm {
            true => self.waiting.warm.push_back(fetch),
            false => self.waiting.demand.push_back(fetch),
        }
    }

    /// A fetch has ended.
    pub(crate) fn done(&mut self, now: Nanos) {
        self.busy.step(now, false);
    }

    /// How long it has worked, all servers together.
    pub(crate) fn worked(&self, now: Nanos) -> u128 {
        self.busy.sum_at(now)
    }

    /// Fetches that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.demand.len() + self.waiting.warm.len()
    }

    /// The fetch whose turn is next.
    pub(crate) fn front(&self) -> Option<u32> {
        self.waiting.demand.front().or(self.waiting.warm.front()).copied()
    }

    /// The fetch whose turn is next goes without.
    pub(crate) fn drop_front(&mut self) {
        self.dequeue(self.waiting.demand.is_empty());
    }

    /// Whether it has to be told then to go on, which it was not yet.
    pub(crate) fn wakes(&mut self, at: Nanos) -> bool {
        !std::mem::replace(&mut self.told, true) && at < Nanos::MAX
    }

    /// It was told to go on.
    pub(crate) fn woken(&mut self) {
        self.told = false;
    }

    /// Begins the next fetch, if it may; it takes `cost` times as long as one usually does.
    pub(crate) fn next(&mut self, now: Nanos, cost: f64) -> Next {
        if self.setup.servers.is_some_and(|servers| self.busy.now() >= servers) {
            return Next::Nothing;
        }
        let Some(fetch) = self.front() else { return Next::Nothing };
        let warm = self.waiting.demand.is_empty();
        if let Some(cap) = &mut self.cap {
            let ready = cap.ready(now);
            if ready > now {
                return Next::Waits(ready);
            }
            cap.take(now);
        }
        self.dequeue(warm);
        self.busy.step(now, true);
        let luck = &mut self.luck[usize::from(warm)];
        let service = if warm { self.setup.warm } else { self.setup.demand };
        let time = draw(service, &self.setup.times, luck);
        let slow = self.setup.slow.iter().filter(|slow| (slow.from..slow.until).contains(&now));
        let time = slow.fold(time * cost, |time, slow| time * slow.factor);
        let fails = self.setup.failure_share > 0.0 && luck.random::<f64>() < self.setup.failure_share;
        Next::Begins { fetch, warm, ends: now.saturating_add(time.round() as Nanos), fails }
    }

    fn dequeue(&mut self, warm: bool) {
        match warm {
            true => self.waiting.warm.pop_front(),
            false => self.waiting.demand.pop_front(),
        };
    }
}

/// A time in nanoseconds.
fn draw(service: Service, times: &[f64], luck: &mut impl Rng) -> f64 {
    let mean = service.mean as f64;
    match service.shape {
        Shape::Constant => mean,
        Shape::Exponential => mean * -open(luck).ln(),
        Shape::LogNormal(variation) => mean * factor(variation, luck),
        Shape::Empirical(variation) => {
            let time = mean * times[luck.random_range(0..times.len())];
            if variation > 0.0 { time * factor(variation, luck) } else { time }
        }
    }
}

/// Log-normal with mean 1: ln X is normal with variance s² = ln(1 + cv²) and mean -s²/2.
fn factor(variation: f64, luck: &mut impl Rng) -> f64 {
    let variance = variation.mul_add(variation, 1.0).ln();
    (variance.sqrt() * normal(luck) - variance / 2.0).exp()
}

/// Uniform, above 0 and up to 1.
fn open(luck: &mut impl Rng) -> f64 {
    1.0 - luck.random::<f64>()
}

/// Standard normal (Box and Muller 1958), two draws for one value.
fn normal(luck: &mut impl Rng) -> f64 {
    (-2.0 * open(luck).ln()).sqrt() * (std::f64::consts::TAU * luck.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use std::sync::Arc;

    fn setup(servers: u32) -> OriginSetup {
        let service = Service { mean: 10, shape: Shape::Constant };
        OriginSetup {
            servers: Some(servers),
            demand: service,
            warm: Service { mean: 3, ..service },
            times: Arc::default(),
            cap: None,
            failure_share: 0.0,
            timeout: None,
            slow: vec![Slow { from: 100, until: 200, factor: 4.0 }],
            coalesce: true,
        }
    }

    use crate::warming::setup::Slow;

    fn luck() -> [Luck; 2] {
        [1, 2].map(Luck::seed_from_u64)
    }

    #[test]
    fn demand_goes_ahead_of_warming_and_servers_are_not_overbooked() {
        let mut origin = Origin::new(&setup(2), luck());
        for (fetch, warm) in [(0, true), (1, true), (2, true), (3, false)] {
            origin.enqueue(fetch, warm);
        }
        let begins = |fetch, warm, ends| Next::Begins { fetch, warm, ends, fails: false };
        assert_eq!(origin.next(0, 1.0), begins(3, false, 10));
        assert_eq!(origin.next(0, 1.0), begins(0, true, 3));
        assert_eq!(origin.next(0, 1.0), Next::Nothing);
        origin.done(3);
        // Nobody waits for the next any more.
        assert_eq!(origin.front(), Some(1));
        origin.drop_front();
        // In the slow hour everything takes four times as long, and this key twice as long anyway.
        assert_eq!(origin.next(120, 2.0), begins(2, true, 144));
        assert_eq!((origin.waiting(), origin.next(120, 1.0)), (0, Next::Nothing));
    }

    #[test]
    fn times_have_the_mean_and_the_variation_that_were_asked_for() {
        let luck = &mut Luck::seed_from_u64(7);
        let list = [0.8, 0.8, 0.8, 0.8, 1.8];
        for (shape, variation) in [
            (Shape::Constant, 0.0),
            (Shape::Exponential, 1.0),
            (Shape::LogNormal(0.5), 0.5),
            (Shape::LogNormal(2.0), 2.0),
            // By hand: the list has mean 1 and variance (4·0.04 + 0.64) / 5 = 0.16.
            (Shape::Empirical(0.0), 0.4),
            // (1 + 0.16)(1 + 0.25) - 1 = 0.45.
            (Shape::Empirical(0.5), 0.45_f64.sqrt()),
        ] {
            let times: Vec<f64> =
                (0..200_000).map(|_| draw(Service { mean: 1_000_000, shape }, &list, luck)).collect();
            let mean = times.iter().sum::<f64>() / times.len() as f64;
            let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / times.len() as f64;
            // Four standard errors of the mean; the variation of the widest is slower to settle.
            assert!(
                (mean / 1e6 - 1.0).abs() < 4.0 * variation / 200_000_f64.sqrt() + 1e-12,
                "{shape:?}: {mean}"
            );
            assert!((variance.sqrt() / mean - variation).abs() < 0.08 * variation + 1e-12, "{shape:?}");
        }
    }
}
