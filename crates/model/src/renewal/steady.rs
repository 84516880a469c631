//! The steady state of a cache: its characteristic time, and who is without a copy.

use crate::crossing::{PRECISION, passage_near};
use crate::quadrature::integral;
use crate::renewal::swaps::{Absent, Fetched, LEFT_ALONE, Left, Mixing, Swaps};
use crate::renewal::{Lives, Rank, Warming};

/// Most steps of the search for a rate of expiry.
const STEPS: usize = 100;

/// A cache that demand fills, and a warmer that may follow the hot set.
#[derive(Debug, Clone)]
pub struct Cache {
    /// Its keys.
    pub ranks: Vec<Rank>,
    /// Copies that it holds.
    pub capacity: f64,
    /// Rate at which a hot key changes places with another, per second.
    pub churn: f64,
    /// What ends lives beside eviction.
    pub lives: Lives,
    /// Mean time that a fetch takes, in seconds; requests meanwhile wait for it.
    pub fetch: f64,
    /// Whether keys are fetched that enter the followed ranks and have no copy.
    pub follows: bool,
    /// Which copy it gives up when it is full.
    pub evicts: Evicts,
}

/// Which copy a full cache gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Evicts {
    /// The one that was not asked for longest: LRU.
    #[default]
    IdleLongest,
    /// The one that was fetched first: FIFO.
    Oldest,
}

/// What has become of it.
#[derive(Debug, Clone)]
pub struct Steady {
    /// For how long a copy that is not asked for stays: its characteristic time; infinite where nothing is evicted.
    pub window: f64,
    /// The age at which copies are evicted: since their last request, which is the window, or since their fetch.
    pub age: f64,
    /// Share of the requests of each rank that find no copy, if fetches took no time.
    pub absent: Absent,
    /// Rate at which copies of each rank expire.
    pub expire: Vec<f64>,
    /// How often each copy is fetched anew before it is gone.
    pub renewals: Vec<f64>,
    /// How keys leave their ranks.
    pub swaps: Swaps,
    /// What swaps leave of the lives of copies.
    pub left: Left,
}

impl Cache {
    /// Its steady state.
    ///
    /// # Formula
    /// The characteristic time T is the window at the end of which the copies fill the cache:
    /// `Σ (1 − wᵢ(T)) / (1 + λᵢ wᵢ(T) Z) = C`, Z being the time of a fetch: while it is under way its key takes no room.
    ///
    /// The rate μᵢ at which copies expire is the one that makes a rank on its own, whose keys come without a copy, have the
    /// share of requests with a copy that lives of a fixed length give it, λX / (1 + λX) with X of [`Lives::of`]: exact
    /// without swaps, and without a time to live.
    ///
    /// Where the oldest copy is evicted, requests prolong nothing: that is a cache that evicts none, in which all live T at
    /// most from their fetch on; hᵢ = λᵢT / (1 + λᵢT) without anything else (equation E2 of this project's theory notes).
    ///
    /// # Assumptions
    /// Independent requests; evictions at one age (Che's assumption); copies that expire free their place at once.
    pub fn steady(&self) -> Steady {
        self.steady_where((self.first_guess(), 2.0), |_| Some(self.fetch))
    }

    /// The same where the time of a fetch follows from who is without a copy; none where that is without end.
    ///
    /// `near` is an age of eviction, and how far from it the search begins to look, as a factor.
    pub(super) fn steady_where(
        &self,
        near: (f64, f64),
        mut fetch: impl FnMut(&Steady) -> Option<f64>,
    ) -> Steady {
        let swaps = Swaps::new(&self.ranks, self.churn);
        let all = self.with_window(swaps, f64::INFINITY);
        if self.capacity <= 0.0 {
            return self.with_window(swaps, 0.0);
        }
        let mut over = |steady: &Steady| match fetch(steady) {
            Some(fetch) => self.occupied(&steady.absent.of, fetch) - self.capacity,
            None => -self.capacity,
        };
        if over(&all) <= 0.0 {
            return all;
        }
        let mut found = None;
        let mut at_age = |age: f64| {
            let steady = self.with_age(swaps, age);
            let over = over(&steady);
            found = Some(steady);
            over
        };
        let (guess, factor) = near;
        let at = passage_near(guess, factor, self.capacity * PRECISION, &mut at_age);
        found.filter(|steady| steady.age == at.low).unwrap_or_else(|| self.with_age(swaps, at.low))
    }

    /// The state with an age at which copies are evicted.
    pub(crate) fn with_age(&self, swaps: Swaps, age: f64) -> Steady {
        if self.evicts == Evicts::IdleLongest || age.is_infinite() {
            return self.with_window(swaps, age);
        }
        let ttl = Some(self.lives.ttl.map_or(age, |ttl| ttl.min(age)));
        let lives = Lives { ttl, ..self.lives };
        Steady { age, ..Self { lives, ..self.clone() }.with_window(swaps, f64::INFINITY) }
    }

    /// Lets a warmer keep copies fresh and the hot set warm.
    pub(super) fn take(&mut self, warming: &Warming) {
        self.lives.refresh = warming.refresh;
        if let Some(keys) = warming.follows {
            self.follow(keys);
        }
    }

    /// Lets a warmer keep the first ranks warm: it fetches a key that enters them.
    pub fn follow(&mut self, keys: f64) {
        let mut before = 0.0;
        for rank in &mut self.ranks {
            rank.followed = before + 0.5 < keys;
            before += rank.keys;
        }
        self.follows = true;
    }

    fn fetched(&self) -> Fetched {
        if self.follows { Fetched::Absent } else { Fetched::Never }
    }

    /// Copies, given who is without one if fetches take no time, and how long they take.
    pub fn occupied(&self, absent: &[f64], fetch: f64) -> f64 {
        let each = self.ranks.iter().zip(absent);
        each.map(|(rank, absent)| rank.keys * (1.0 - absent) / rank.prolonged(*absent, fetch)).sum()
    }

    /// Requests a second for all keys together.
    pub fn requests(&self) -> f64 {
        self.ranks.iter().map(|rank| rank.keys * rank.rate).sum()
    }

    /// The time in which requests would fill it if each were for another key.
    pub(crate) fn first_guess(&self) -> f64 {
        self.capacity / self.requests()
    }

    /// What swaps leave of the lives of copies.
    ///
    /// # Formula
    /// A key of the hot set is asked for so often that only its life ends its copy. It leaves at an age t < D that is
    /// exponential with rate c; then there are D − t left, of which the characteristic time T is used where it is shorter:
    /// E\[min(D − t, T)\] / min(D, T). A key that enters has a copy of any age up to min(D, T), and uses what is left, r, until it
    /// leaves: E\[1 − e^(−c r)\] / (1 − e^(−c D)).
    fn left(&self, swaps: Swaps, window: f64) -> Left {
        let Some(ttl) = self.lives.ttl.filter(|_| !self.lives.sliding && swaps.hot > 0.0) else {
            return LEFT_ALONE;
        };
        let used = window.min(ttl);
        let leaves = |age: f64| swaps.hot * (-swaps.hot * age).exp();
        // For the first D − T all of T is used.
        let early = -(-swaps.hot * (ttl - used)).exp_m1() * used;
        let late = integral(ttl - used, ttl, |age| leaves(age) * (ttl - age));
        let leaving = (early + late) / (-(-swaps.hot * ttl).exp_m1() * used);
        let stays = |left: f64| -(-swaps.hot * left).exp_m1();
        let entering = integral(ttl - used, ttl, stays) / (used * stays(ttl));
        Left { leaving: leaving.min(1.0), entering }
    }

    /// The state with a characteristic time.
    pub(crate) fn with_window(&self, swaps: Swaps, window: f64) -> Steady {
        let lasting = self.lives.ttl.is_none() || self.lives.sliding;
        let each = self.ranks.iter().map(|rank| {
            if lasting {
                return (0.0, 0.0);
            }
            let leaves = swaps.of(rank);
            let life = self.lives.of(rank.rate, leaves, window);
            (expiry(rank.rate, leaves, window, life.time), life.renewals)
        });
        let (expire, renewals): (Vec<f64>, Vec<f64>) = each.unzip();
        let left = self.left(swaps, window);
        let mixing = Mixing { ranks: &self.ranks, swaps, expire: &expire, fetched: self.fetched(), left };
        let absent = mixing.at(self.lives.span(window).max(f64::MIN_POSITIVE));
        Steady { window, age: window, absent, expire, renewals, swaps, left }
    }
}

/// The rate μ of expiry with which λ / (λ + κ) (1 − e^(−(λ + κ)T)) = λX / (1 + λX), κ = μ + c.
fn expiry(rate: f64, leaves: f64, window: f64, time: f64) -> f64 {
    if time.is_infinite() || rate <= 0.0 {
        return 0.0;
    }
    if window.is_infinite() {
        return (1.0 / time - leaves).max(0.0);
    }
    // (1 − e^(−sT)) / s falls in s and is convex, so that Newton's method climbs to the root from below.
    let goal = time / (1.0 + rate * time);
    let mut sum = rate + leaves;
    for _ in 0..STEPS {
        let x = sum * window;
        let gone = -(-x).exp_m1();
        let slope = (window * (1.0 - gone) * sum - gone) / (sum * sum);
        let step = (goal - gone / sum) / slope;
        if step.is_nan() || step <= 1e-13 * sum {
            break;
        }
        sum += step;
    }
    sum - rate - leaves
}

impl Steady {
    /// How its ranks mix.
    pub(crate) fn mixing<'a>(&'a self, cache: &'a Cache) -> Mixing<'a> {
        Mixing {
            ranks: &cache.ranks,
            swaps: self.swaps,
            expire: &self.expire,
            fetched: cache.fetched(),
            left: self.left,
        }
    }

    /// Share of the requests that find a copy, that wait for a fetch under way, and that begin one.
    pub fn shares(&self, cache: &Cache) -> [f64; 3] {
        let all = cache.requests();
        let mut shares = [0.0; 3];
        for (rank, absent) in cache.ranks.iter().zip(&self.absent.of) {
            let (requests, waits) = (rank.keys * rank.rate / all, rank.rate * absent * cache.fetch);
            let found = [1.0 - absent, waits, *absent].map(|part| requests * part / (1.0 + waits));
            shares.iter_mut().zip(found).for_each(|(sum, part)| *sum += part);
        }
        shares
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::renewal::ranks;
    use scenario::Popularity;

    /// A cache in which copies live for ever and fetches take no time.
    pub(crate) fn zipf(keys: f64, exponent: f64, rate: f64, hot: f64, capacity: f64, churn: f64) -> Cache {
        let law = Popularity::Zipf { keys, exponent };
        Cache {
            ranks: ranks(&law, rate, hot, hot.min(capacity)),
            capacity,
            churn,
            lives: Lives::default(),
            fetch: 0.0,
            follows: false,
            evicts: Evicts::default(),
        }
    }

    /// Equation E1 of this project's theory notes.
    #[test]
    fn without_turnover_it_is_ches_approximation() {
        for (keys, exponent, capacity, window, ratio) in [
            (100.0, 0.8, 40.0, 72.210_921_638, 0.645_411_939_176),
            (1000.0, 0.8, 100.0, 133.864_732_735, 0.377_790_221_283),
            (10_000.0, 0.8, 1000.0, 1_472.479_532_207, 0.436_659_722_231),
            (10_000.0, 1.2, 100.0, 225.638_794_058, 0.656_341_446_801),
        ] {
            let cache = zipf(keys, exponent, 1.0, keys / 100.0, capacity, 0.0);
            let steady = cache.steady();
            assert!((steady.window / window - 1.0).abs() < 5e-6, "{keys}: {}", steady.window);
            assert!((steady.shares(&cache)[0] - ratio).abs() < 2e-6, "{keys}: {:?}", steady.shares(&cache));
        }
    }

    /// Equation E0 of this project's theory notes: simulated .3864, its own integration .3862.
    #[test]
    fn churn_lowers_the_hit_ratio_as_in_the_notes() {
        let cache = zipf(2000.0, 0.8, 0.5, 200.0, 200.0, 1.0 / 3600.0);
        let steady = cache.steady();
        assert!((steady.shares(&cache)[0] - 0.3862).abs() < 1e-4, "{:?}", steady.shares(&cache));
    }

    /// Simulated, active removal: equation E5 of this project's theory notes.
    #[test]
    fn times_to_live_lower_it_as_in_the_notes() {
        for (keys, exponent, capacity, ttl, ratio) in [
            (5000.0, 0.8, 500.0, 1500.0, 0.403_53),
            (5000.0, 1.0, 300.0, 3000.0, 0.573_32),
            (2000.0, 1.2, 200.0, 1000.0, 0.762_38),
            (5000.0, 0.8, 500.0, 400.0, 0.293_38),
        ] {
            let mut cache = zipf(keys, exponent, 1.0, keys / 100.0, capacity, 0.0);
            cache.lives.ttl = Some(ttl);
            let found = cache.steady().shares(&cache)[0];
            assert!((found - ratio).abs() < 1e-4, "{keys} {ttl}: {found}");
        }
    }

    /// Simulated, 2.5 million requests: .7184 on demand, .8911 if the hot set is kept warm. Its keys stay for an eleventh of a
    /// life, so that those that enter with a copy hardly ever see its end.
    #[test]
    fn copies_that_come_along_outlast_the_stay_of_their_keys() {
        let mut cache = zipf(147_295.0, 1.21, 0.255, 1473.0, 19_759.0, 0.634 / 3600.0);
        (cache.lives.ttl, cache.fetch) = (Some(62_400.0), 0.0371);
        let demand = cache.steady().shares(&cache)[0];
        cache.follow(1473.0);
        let warmed = cache.steady().shares(&cache)[0];
        assert!((demand - 0.7184).abs() < 0.001 && (warmed - 0.8911).abs() < 0.002, "{demand} {warmed}");
    }

    /// Equation E14: .3936 found, .2263 delayed.
    #[test]
    fn requests_wait_for_fetches_under_way() {
        let mut cache = zipf(10_000.0, 0.8, 1e4, 100.0, 1000.0, 0.0);
        cache.fetch = 0.5;
        let shares = cache.steady().shares(&cache);
        assert!((shares[0] - 0.3936).abs() < 1e-4 && (shares[1] - 0.2263).abs() < 1e-4, "{shares:?}");
    }

    /// Equation E2 of this project's theory notes: T = 98.546498, .594100237 and .394179101.
    #[test]
    fn where_the_oldest_goes_it_is_the_formula_of_the_notes() {
        for (keys, capacity, ratio) in [(100.0, 40.0, 0.594_100_237), (10_000.0, 1000.0, 0.394_179_101)] {
            let cache = Cache { evicts: Evicts::Oldest, ..zipf(keys, 0.8, 1.0, keys / 100.0, capacity, 0.0) };
            let steady = cache.steady();
            assert!((steady.shares(&cache)[0] - ratio).abs() < 2e-6, "{keys}: {:?}", steady.shares(&cache));
            assert!(keys > 100.0 || (steady.age - 98.546_498).abs() < 1e-3, "{}", steady.age);
        }
    }
}
