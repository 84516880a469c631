//! W-TinyLFU with a window that stays: who leaves it must be asked for more often than whom it would displace.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};
use std::collections::BTreeMap;

const MOST_FREQUENT: u64 = 15;
const FEWEST_RESIDENTS: u64 = 10;

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

pub struct WTinyLfu {
    main_capacity: u64,
    protected_capacity: u64,
    probation_capacity: u64,
    /// Increments per resident between halvings.
    sample: u64,
    frequencies: Frequencies,
    residents: u64,
    window: Queue,
    probation: Queue,
    protected: Queue,
}

impl WTinyLfu {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        assert_eq!(spec.text("adaptive"), Some("off"), "no model of a window that adapts");
        let window_capacity = part(capacity, spec.number("window", 0.01)).max(1).min(capacity);
        let main_capacity = capacity - window_capacity;
        let protected_capacity = part(main_capacity, spec.number("protected", 0.8));
        WTinyLfu {
            main_capacity,
            protected_capacity,
            probation_capacity: main_capacity - protected_capacity,
            sample: spec.number("sample", 10),
            frequencies: Frequencies::default(),
            residents: 0,
            window: Queue::default(),
            probation: Queue::default(),
            protected: Queue::default(),
        }
    }

    fn count(&mut self, key: u32) {
        self.frequencies.increment(key, self.sample * self.residents.max(FEWEST_RESIDENTS));
    }

    fn main_used(&self) -> u64 {
        self.probation.used() + self.protected.used()
    }

    fn fits_main(&self, size: u64) -> bool {
        self.main_used() + size <= self.main_capacity
    }

    fn hit_on_probation(&mut self, object: Object) {
        if object.size > self.protected_capacity {
            self.probation.push(object);
            return;
        }
        self.protected.push(object);
        while self.protected.used() > self.protected_capacity {
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
        let probation_is_full = self.probation.used() + candidate.size > self.probation_capacity;
        let protected_has_room = self.protected.used() + candidate.size <= self.protected_capacity;
        if probation_is_full && protected_has_room {
            self.protected.push(candidate);
        } else {
            self.probation.push(candidate);
        }
    }

    fn contest(&mut self, candidate: Object, victim: Object) {
        let wins = self.frequencies.of(candidate.key) > self.frequencies.of(victim.key);
        self.count(candidate.key);
        if !wins || candidate.size > self.main_capacity {
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
