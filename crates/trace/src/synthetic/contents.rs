//! Requests for contents that come and go.

use std::collections::VecDeque;

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::random::{Clock, Purpose, below, exponential, stream};
use crate::synthetic::spec::{Contents, Nanos};
use crate::synthetic::{HOUR, SECOND};

/// Requests for contents in order of time.
///
/// A content that is asked for Poisson(V) times, uniformly over a life L, is asked for by a Poisson process of rate V / L
/// while it lives. So all that live together are asked for by one of as many times that rate, each of them alike; and
/// because lives are equally long, they are those that arrived last.
#[derive(Debug)]
pub(super) struct ContentRequests {
    births: ChaCha8Rng,
    /// Nanoseconds between arrivals on average.
    distance: f64,
    clock: Clock,
    born: Nanos,
    lives: Nanos,
    /// When each of those that live dies.
    deaths: VecDeque<Nanos>,
    /// The id of the next to arrive.
    next: u32,
    random: ChaCha8Rng,
    /// Requests per nanosecond for each of them.
    rate: f64,
    /// The instant of the latest arrival or death, and nanoseconds since then until the latest request.
    since: Nanos,
    after: f64,
    /// Operational time that is left until the next request.
    left: f64,
    due: Nanos,
    key: u32,
}

impl ContentRequests {
    pub(super) fn new(contents: &Contents, first: u32, seed: u64, replication: u32) -> Self {
        let lives = (contents.lives_s * SECOND) as Nanos;
        let mut births = stream(seed, replication, Purpose::Births);
        let mut random = stream(seed, replication, Purpose::Contents);
        let distance = HOUR / contents.per_hour;
        let mut clock = Clock::new(lives.saturating_neg());
        let mut requests = Self {
            born: clock.advance(distance * exponential(births.next_u64())),
            births,
            distance,
            clock,
            lives,
            deaths: VecDeque::new(),
            next: first,
            left: exponential(random.next_u64()),
            random,
            rate: contents.requests / (contents.lives_s * SECOND),
            since: 0,
            after: 0.0,
            due: Nanos::MAX,
            key: 0,
        };
        // Those that arrived before time 0 have lived for a while.
        while requests.born < 0 {
            requests.arrive();
        }
        requests.wait();
        requests
    }

    fn arrive(&mut self) {
        self.deaths.push_back(self.born.saturating_add(self.lives));
        self.next = self.next.checked_add(1).expect("ids of contents are below 2^32");
        self.born = self.clock.advance(self.distance * exponential(self.births.next_u64()));
    }

    /// Finds the next request.
    fn wait(&mut self) {
        self.due = loop {
            let rate = self.rate * self.deaths.len() as f64;
            let dies = self.deaths.front().copied().unwrap_or(Nanos::MAX);
            let end = dies.min(self.born);
            let length = (end - self.since) as f64;
            let after = self.after + self.left / rate;
            if after < length {
                self.after = after;
                self.left = exponential(self.random.next_u64());
                let alive = self.deaths.len() as u32;
                self.key = self.next - alive + below(self.random.next_u64(), alive);
                break self.since + after as Nanos;
            }
            if end == Nanos::MAX || self.rate == 0.0 {
                break Nanos::MAX;
            }
            self.left -= (length - self.after) * rate;
            (self.since, self.after) = (end, 0.0);
            if dies <= self.born {
                self.deaths.pop_front();
            } else {
                self.arrive();
            }
        };
    }

    /// When the next request comes; at the end of time where none does.
    pub(super) fn due(&self) -> Nanos {
        self.due
    }

    /// The key of the request that comes next.
    pub(super) fn take(&mut self) -> u32 {
        let key = self.key;
        self.wait();
        key
    }

    /// The first id beyond those of contents that have arrived.
    pub(super) fn end(&self) -> u32 {
        self.next
    }
}
