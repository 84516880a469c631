//! How a request is served: from the cache, by a fetch under way, or by one of its own.

use trace::synthetic::Nanos;

use crate::warming::events::Event;
use crate::warming::fetches::{Fetch, NOTHING, Purpose};
use crate::warming::origin::Next;
use crate::warming::outcome::Served;
use crate::warming::world::World;

impl World {
    /// A request whose key is not there, after everything that happened before it.
    #[inline(never)]
    pub(crate) fn miss(&mut self, key: u32, now: Nanos) -> Served {
        self.counts.requests += 1;
        self.ledger.late += u64::from(self.warmer.is_late(key));
        let flight = self.flights[key as usize];
        if flight != NOTHING && self.setup.origin.coalesce {
            self.counts.delayed += 1;
            self.fetches.wait(flight, now);
            return Served::Delayed;
        }
        self.counts.misses += 1;
        self.counts.demand_fetches += 1;
        let fetch = self.fetches.begin(key, Purpose::Demand);
        self.fetches.wait(fetch, now);
        self.send(key, fetch, now);
        self.go_on_at_origin(now);
        Served::Missed
    }

    /// Sends a fetch to the origin.
    pub(crate) fn send(&mut self, key: u32, fetch: u32, now: Nanos) {
        let before = std::mem::replace(&mut self.flights[key as usize], fetch);
        self.fetches.send(fetch, before);
        self.forward(fetch, now);
    }

    /// A fetch goes to the origin.
    pub(crate) fn forward(&mut self, fetch: u32, now: Nanos) {
        self.fetches.get_mut(fetch).at = now;
        if let Some(timeout) = self.setup.origin.timeout {
            self.fetches.refer(fetch);
            self.schedule(now.saturating_add(timeout), Event::Timeout(fetch));
        }
        self.origin_peak.note(now);
        self.origin.enqueue(fetch, self.fetches.get(fetch).purpose != Purpose::Demand);
    }

    /// Lets the origin begin what it may.
    pub(crate) fn go_on_at_origin(&mut self, now: Nanos) {
        loop {
            while let Some(fetch) = self.origin.front().filter(|fetch| self.fetches.get(*fetch).over) {
                self.origin.drop_front();
                self.fetches.release(fetch);
            }
            match self.origin.next(now, self.cost_of_next()) {
                Next::Begins { fetch, warm, ends, fails } => {
                    let version = self.version(self.fetches.get(fetch).key);
                    let begun = self.fetches.get_mut(fetch);
                    (begun.fails, begun.version) = (fails, version);
                    self.load.begun += 1;
                    self.load.waited += (now - begun.at) as u128;
                    let event = if warm { Event::WarmDone(fetch) } else { Event::DemandDone(fetch) };
                    self.schedule(ends, event);
                }
                Next::Waits(until) => {
                    if self.origin.wakes(until) {
                        self.schedule(until, Event::Origin);
                    }
                    break;
                }
                Next::Nothing => break,
            }
        }
        self.queue_peak = self.queue_peak.max(self.origin.waiting() as u64);
    }

    /// How many times as long as usual the next fetch takes for its key.
    fn cost_of_next(&self) -> f64 {
        let next = self.origin.front().filter(|_| self.objects.costs_vary());
        let key = next.and_then(|fetch| self.selectors.key(self.fetches.get(fetch).key));
        key.map_or(1.0, |key| self.objects.cost(key))
    }

    /// Nobody has to wait for a fetch any more; false where that was so already.
    pub(crate) fn conclude(&mut self, fetch: u32) -> bool {
        let found = self.fetches.get_mut(fetch);
        let first = !std::mem::replace(&mut found.over, true);
        let key = found.key;
        let flight = &mut self.flights[key as usize];
        if first && *flight == fetch {
            *flight = self.fetches.under_way(fetch, key);
        }
        first
    }

    /// A fetch has ended.
    pub(crate) fn deliver(&mut self, fetch: u32, now: Nanos) {
        let Fetch { purpose, fails, .. } = *self.fetches.get(fetch);
        match purpose {
            Purpose::Warm { .. } => self.end_warm(fetch, now),
            Purpose::Demand if fails => self.lose(fetch, now),
            Purpose::Demand => {
                if self.setup.rails.latency.is_some_and(|stop| stop.of_demand) {
                    self.measure(fetch, now);
                }
                if self.setup.cache.fill_on_miss {
                    self.fill(fetch, now, false);
                }
                self.answer(fetch, now, false);
            }
            Purpose::Elsewhere => {}
        }
    }

    /// A fetch has failed.
    pub(crate) fn lose(&mut self, fetch: u32, now: Nanos) {
        match self.fetches.get(fetch).purpose {
            Purpose::Demand => _ = self.answer(fetch, now, true),
            Purpose::Warm { .. } => self.fail_warm(fetch, now),
            Purpose::Elsewhere => {}
        }
    }

    /// Lets the requests go that wait for a fetch; whether there were any.
    pub(crate) fn answer(&mut self, fetch: u32, now: Nanos, failed: bool) -> bool {
        let Self { fetches, latency, errors, setup, .. } = self;
        fetches.answer(fetch, |arrived| {
            if arrived >= setup.measure.from {
                latency.record(now.saturating_sub(arrived).saturating_add(setup.cache.hit_latency) as u64);
                *errors += u64::from(failed);
            }
        })
    }
}
