//! W-TinyLFU: who leaves the window must be asked for more often than whom it would displace.
//!
//! A window that adapts climbs as Caffeine's (`determineAdjustment` of its `BoundedLocalCache`), from the first sample
//! that has one to be compared with, and towards more window first. Steps add up unrounded. The main part keeps its
//! proportions, and nothing enters or leaves the window until room is made.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};
use std::collections::BTreeMap;

const MOST_FREQUENT: u64 = 15;
const FEWEST_RESIDENTS: u64 = 10;

/// Requests per resident whose hit ratio is compared with the one before, and the fewest residents for that.
const CLIMB_SAMPLE: u64 = 10;
const CLIMB_FEWEST_RESIDENTS: u64 = 100;
const FIRST_STEP: f64 = 0.0625;
const STEP_DECAY: f64 = 0.98;
/// A change of the hit ratio by so much starts with the first step again.
const RESTART: f64 = 0.05;
/// Of the cache, the most that the window climbs to.
const WIDEST: f64 = 0.99;

/// How often each key was asked for, halved from time to time.
#[derive(Default)]
struct Frequencies {
    counters: BTreeMap<u32, u64>,
    /// Increments since the last halving.
    increments: u64,
}

impl Frequencies {
    fn of(&self, key: u32) -> u64 {
        self.counters.get(&key).copied().unwrap_or(0)
    }

    fn increment(&mut self, key: u32, period: u64) {
        let raised = self.of(key) + 1;
        self.counters.insert(key, raised.min(MOST_FREQUENT));
        self.increments += 1;
        if self.increments >= period {
            self.increments = 0;
            self.counters.values_mut().for_each(|counter| *counter /= 2);
        }
    }
}

/// The hit ratios that a window that adapts has led to.
#[derive(Default)]
struct Climb {
    /// Requests of this sample, true for a hit.
    outcomes: Vec<bool>,
    /// Of all samples before.
    hit_ratios: Vec<f64>,
}

impl Climb {
    /// The next step, as a share of the cache, when this request ends a sample; below 0 the window is to shrink.
    fn step(&mut self, hit: bool, residents: u64) -> Option<f64> {
        self.outcomes.push(hit);
        let requests = self.outcomes.len();
        if (requests as u64) < CLIMB_SAMPLE * residents.max(CLIMB_FEWEST_RESIDENTS) {
            return None;
        }
        let hits = self.outcomes.drain(..).filter(|hit| *hit).count();
        self.hit_ratios.push(hits as f64 / requests as f64);
        self.steps().last().copied()
    }

    /// All steps from the beginning on.
    fn steps(&self) -> Vec<f64> {
        let (mut upward, mut length) = (true, FIRST_STEP);
        let step = |pair: &[f64]| {
            let change = pair[1] - pair[0];
            upward ^= change < 0.0;
            let step = if upward { length } else { -length };
            length = if change.abs() >= RESTART { FIRST_STEP } else { length * STEP_DECAY };
            step
        };
        self.hit_ratios.windows(2).map(step).collect()
    }
}

pub struct WTinyLfu {
    capacity: u64,
    window_capacity: u64,
    /// The same, unrounded.
    width: f64,
    protected_share: f64,
    /// Increments per resident between halvings.
    sample: u64,
    frequencies: Frequencies,
    climb: Option<Climb>,
    residents: u64,
    window: Queue,
    probation: Queue,
    protected: Queue,
}

impl WTinyLfu {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        let window = part(capacity, spec.number("window", 0.01)).max(1).min(capacity);
        WTinyLfu {
            capacity,
            window_capacity: window,
            width: window as f64,
            protected_share: spec.number("protected", 0.8),
            sample: spec.number("sample", 10),
            frequencies: Frequencies::default(),
            climb: (spec.text("adaptive") != Some("off")).then(Climb::default),
            residents: 0,
            window: Queue::default(),
            probation: Queue::default(),
            protected: Queue::default(),
        }
    }

    fn count(&mut self, key: u32) {
        self.frequencies.increment(key, self.sample * self.residents.max(FEWEST_RESIDENTS));
    }

    fn main_capacity(&self) -> u64 {
        self.capacity - self.window_capacity
    }

    fn protected_capacity(&self) -> u64 {
        part(self.main_capacity(), self.protected_share)
    }

    fn probation_capacity(&self) -> u64 {
        self.main_capacity() - self.protected_capacity()
    }

    fn main_used(&self) -> u64 {
        self.probation.used() + self.protected.used()
    }

    fn fits_main(&self, size: u64) -> bool {
        self.main_used() + size <= self.main_capacity()
    }

    fn holds(&mut self, key: u32) -> bool {
        let queues = [&mut self.window, &mut self.probation, &mut self.protected];
        queues.into_iter().any(|queue| queue.find(key).is_some())
    }

    fn adapt(&mut self, hit: bool) {
        let residents = self.residents;
        if let Some(step) = self.climb.as_mut().and_then(|climb| climb.step(hit, residents)) {
            let cache = self.capacity as f64;
            self.width = (self.width + step * cache).clamp(1.0, (WIDEST * cache).max(1.0));
            self.window_capacity = self.width as u64;
            self.demote();
        }
    }

    fn hit_on_probation(&mut self, object: Object) {
        if object.size > self.protected_capacity() {
            self.probation.push(object);
            return;
        }
        self.protected.push(object);
        self.demote();
    }

    /// What the protected part has no more room for goes back on probation.
    fn demote(&mut self) {
        while self.protected.used() > self.protected_capacity() {
            self.probation.push(self.protected.pop().expect("protected is used"));
        }
    }

    fn drop_candidate(&mut self) {
        self.window.pop().expect("there is a candidate");
        self.residents -= 1;
    }

    fn drop_victim(&mut self) {
        self.probation.pop().or_else(|| self.protected.pop()).expect("there is a victim");
        self.residents -= 1;
    }

    fn candidate_enters_main(&mut self) {
        let candidate = self.window.pop().expect("there is a candidate");
        let probation_is_full = self.probation.used() + candidate.size > self.probation_capacity();
        let protected_has_room = self.protected.used() + candidate.size <= self.protected_capacity();
        if probation_is_full && protected_has_room {
            self.protected.push(candidate);
        } else {
            self.probation.push(candidate);
        }
    }

    fn contest(&mut self, candidate: Object, victim: Object) {
        let wins = self.frequencies.of(candidate.key) > self.frequencies.of(victim.key);
        self.count(candidate.key);
        if !wins || candidate.size > self.main_capacity() {
            self.drop_candidate();
            return;
        }
        while !self.fits_main(candidate.size) {
            self.drop_victim();
        }
        self.candidate_enters_main();
    }
}

impl Policy for WTinyLfu {
    fn lookup(&mut self, request: Request) -> bool {
        self.count(request.key);
        let hit = self.holds(request.key);
        self.adapt(hit);
        if self.window.refresh(request.key) || self.protected.refresh(request.key) {
            return true;
        }
        let object = self.probation.take(request.key);
        object.map(|object| self.hit_on_probation(object)).is_some()
    }

    fn used(&self) -> u64 {
        self.window.used() + self.main_used()
    }

    fn evict(&mut self, _: Request) {
        let victim = self.probation.oldest().or_else(|| self.protected.oldest());
        match (self.window.oldest(), victim) {
            (Some(candidate), _) if self.fits_main(candidate.size) => self.candidate_enters_main(),
            (Some(candidate), Some(victim)) if self.fits_main(0) => self.contest(candidate, victim),
            (_, Some(_)) => self.drop_victim(),
            (_, None) => self.drop_candidate(),
        }
    }

    fn insert(&mut self, newcomer: Request) {
        self.residents += 1;
        self.window.push(newcomer.into());
    }
}
