//! Rails: what has stopped the warmer, and what lets it go on.
//!
//! Signals at an instant come ahead of everything else but the end of an interval, so that nothing begins at the
//! instant of a stop, and a stop that is over then holds nothing back. What a fetch says is heard ahead of what begins
//! at the instant at which it ends.

use std::collections::VecDeque;

use trace::synthetic::Nanos;

use crate::warming::events::{Event, Signal};
use crate::warming::setup::{Between, Breaker, LatencyStop, PressureStop};
use crate::warming::world::World;

/// What stops the warmer at present.
#[derive(Default)]
pub(crate) struct Rails {
    /// For good.
    latched: bool,
    /// A stop for latency lasts.
    slow: bool,
    /// Stops for latency so far.
    stops: u32,
    /// How long the latest fetches took, and their sum.
    recent: VecDeque<Nanos>,
    sum: i128,
    /// Tries in a row that failed.
    failures: u32,
    circuit: Circuit,
    /// Memory pressure, in percent.
    pub(crate) pressure: f64,
    pressed: bool,
    /// Whether the pressure has been found to stop something since it rose.
    halted: bool,
    /// Breakdowns that last.
    down: u32,
    acted: [Acted; Rail::ALL.len()],
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Circuit {
    #[default]
    Closed,
    Open,
    /// One operation may begin, or has begun with this fetch.
    Probing(Option<u32>),
}

/// Something that stops a warmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rail {
    /// A slow origin.
    Latency,
    /// Failures in a row.
    Breaker,
    /// Short memory.
    Pressure,
    /// Its own breakdown.
    Breakdown,
}

impl Rail {
    /// Every rail.
    pub const ALL: [Self; 4] = [Self::Latency, Self::Breaker, Self::Pressure, Self::Breakdown];
}

/// What a rail did in a run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Acted {
    /// Times that it stopped the warmer.
    pub times: u64,
    /// When first.
    pub first: Option<Nanos>,
    /// What it had found then: a mean in nanoseconds, failures in a row, a pressure in percent; 1 for a breakdown.
    pub found: f64,
    /// Whether it stopped the warmer for good.
    pub latched: bool,
}

impl Rails {
    /// Whether the warmer may begin anything, as far as that does not depend on what it is.
    pub(crate) fn are_open(&self, pressure: Option<PressureStop>) -> bool {
        let pressed = self.pressed && pressure.is_some_and(|stop| stop.between == Between::Operations);
        let broken = !matches!(self.circuit, Circuit::Closed | Circuit::Probing(None));
        !(self.latched || self.slow || broken || pressed || self.down > 0)
    }

    pub(crate) fn is_latched(&self) -> bool {
        self.latched
    }

    /// What each did so far, in the order of [`Rail::ALL`].
    pub(crate) fn acted(&self) -> [Acted; Rail::ALL.len()] {
        self.acted
    }

    /// A fetch is sent.
    pub(crate) fn sends(&mut self, fetch: u32) {
        if self.circuit == Circuit::Probing(None) {
            self.circuit = Circuit::Probing(Some(fetch));
        }
    }

    fn acts(&mut self, rail: Rail, now: Nanos, found: f64) -> &mut Acted {
        let acted = &mut self.acted[rail as usize];
        acted.times += 1;
        if acted.first.is_none() {
            (acted.first, acted.found) = (Some(now), found);
        }
        acted
    }

    /// Another fetch has been measured: whether it makes the mean too long, and what that changes.
    fn measured(&mut self, stop: &LatencyStop, took: Nanos, now: Nanos) -> (bool, Option<Change>) {
        self.recent.push_back(took);
        self.sum += i128::from(took);
        if self.recent.len() > stop.over as usize {
            self.sum -= self.recent.pop_front().map_or(0, i128::from);
        }
        if self.recent.len() < stop.over as usize {
            return (false, None);
        }
        let all = i128::from(stop.over);
        let too_long = self.sum > i128::from(stop.above) * all;
        let short = stop.resume_below.is_some_and(|below| self.sum < i128::from(below) * all);
        if self.latched {
            return (too_long, None);
        }
        let change = match (self.slow, too_long, short) {
            (false, true, _) => {
                let mean = self.sum as f64 / all as f64;
                self.acts(Rail::Latency, now, mean).latched |= stop.latches();
                self.stops += 1;
                self.latched = stop.latches();
                Some(Change::Stops)
            }
            (true, _, true) => Some(Change::GoesOn),
            _ => None,
        };
        if let Some(change) = change {
            self.slow = change == Change::Stops;
            self.forget_latency();
        }
        (too_long, change)
    }

    fn forget_latency(&mut self) {
        self.recent.clear();
        self.sum = 0;
    }

    /// A try has ended; when the circuit is to be probed, where that has opened it.
    fn tried(&mut self, breaker: Breaker, fetch: u32, failed: bool, now: Nanos) -> Option<Nanos> {
        match self.circuit {
            Circuit::Closed if failed => {
                self.failures += 1;
                if self.failures < breaker.failures {
                    return None;
                }
            }
            Circuit::Probing(Some(probe)) if probe == fetch && failed => self.failures += 1,
            Circuit::Probing(Some(probe)) if probe != fetch => return None,
            Circuit::Open | Circuit::Probing(None) => return None,
            Circuit::Closed | Circuit::Probing(_) => {
                (self.failures, self.circuit) = (0, Circuit::Closed);
                return None;
            }
        }
        self.circuit = Circuit::Open;
        self.acts(Rail::Breaker, now, f64::from(self.failures));
        Some(now.saturating_add(breaker.pause))
    }

    /// The pressure is another; whether that stops the warmer for good at once.
    fn press(&mut self, stop: Option<PressureStop>, percent: f64, now: Nanos) -> bool {
        self.pressure = percent;
        let Some(stop) = stop else { return false };
        if !self.pressed && percent >= stop.at {
            self.pressed = true;
            return stop.between == Between::Operations && self.halt(stop, now);
        }
        if self.pressed && percent < stop.below {
            (self.pressed, self.halted) = (false, false);
        }
        false
    }

    /// The pressure stops the warmer; whether for good.
    fn halt(&mut self, stop: PressureStop, now: Nanos) -> bool {
        if !std::mem::replace(&mut self.halted, true) && !self.latched {
            let pressure = self.pressure;
            self.acts(Rail::Pressure, now, pressure).latched |= stop.latches;
            self.latched = stop.latches;
        }
        stop.latches
    }

    /// Whether the pressure keeps back what would begin a batch, or a phase.
    fn halts(&self, stop: PressureStop, batch: bool, phase: bool) -> bool {
        self.pressed
            && match stop.between {
                Between::Operations => true,
                Between::Batches => batch,
                Between::Phases => phase,
            }
    }
}

/// What a measurement does to the warmer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Stops,
    GoesOn,
}

impl World {
    /// Lets the pressure and breakdowns come.
    pub(crate) fn start_rails(&mut self) {
        let setup = self.setup.clone();
        for (nth, pressure) in setup.pressure.iter().enumerate() {
            self.schedule(pressure.from, Event::Signal(Signal::Pressure(nth as u32)));
        }
        setup.rails.breakdowns.at.iter().for_each(|at| self.schedule(*at, Event::Signal(Signal::Down)));
    }

    /// A rail stops the warmer, or lets it go on.
    pub(crate) fn signal(&mut self, signal: Signal, now: Nanos) {
        let setup = self.setup.clone();
        let (rails, breakdowns) = (&setup.rails, &setup.rails.breakdowns);
        match signal {
            Signal::Pressure(nth) => {
                if self.rails.press(rails.pressure, setup.pressure[nth as usize].percent, now) {
                    self.hold_all_back(now);
                }
            }
            Signal::Down => {
                self.rails.down += 1;
                self.rails.acts(Rail::Breakdown, now, 1.0);
                if !breakdowns.resumes {
                    self.ledger.held_back += self.warmer.queue.drop_overdue(Nanos::MAX);
                }
                self.schedule(now.saturating_add(breakdowns.lasts), Event::Signal(Signal::Up));
            }
            Signal::Up => {
                self.rails.down -= 1;
                if !breakdowns.resumes {
                    self.start_jobs(now);
                }
            }
            // It may have gone on, and stopped again, since.
            Signal::Resume(stop) if self.rails.slow && self.rails.stops == stop => {
                self.rails.slow = false;
                self.rails.forget_latency();
            }
            Signal::Resume(_) => {}
            Signal::Probe => self.rails.circuit = Circuit::Probing(None),
            Signal::Deadline => {
                let overdue = self.warmer.queue.drop_overdue(now);
                self.ledger.held_back += overdue;
                self.overdue += overdue;
            }
        }
        // Not before all signals of this instant are in.
        self.wake_warmer(now);
    }

    /// A fetch has brought its key, and is measured; whether it may be put into the cache.
    pub(crate) fn measure(&mut self, fetch: u32, now: Nanos) -> bool {
        let Some(stop) = self.setup.rails.latency else { return true };
        let took = now.saturating_sub(self.fetches.get(fetch).at);
        let (too_long, change) = self.rails.measured(&stop, stop.taken_for.unwrap_or(took), now);
        if change == Some(Change::Stops) {
            match stop.resume_after {
                Some(after) => {
                    let resume = Event::Signal(Signal::Resume(self.rails.stops));
                    self.schedule(now.saturating_add(after), resume);
                }
                None if stop.latches() => self.hold_all_back(now),
                None => {}
            }
        }
        stop.fills || !too_long
    }

    /// A try of a warm operation has ended.
    pub(crate) fn heed(&mut self, fetch: u32, failed: bool, now: Nanos) {
        if let Some(breaker) = self.setup.rails.breaker
            && let Some(probe) = self.rails.tried(breaker, fetch, failed, now)
        {
            self.schedule(probe, Event::Signal(Signal::Probe));
        }
    }

    /// Whether the pressure keeps back the next operation of the queue.
    pub(crate) fn is_pressed(&mut self, now: Nanos) -> bool {
        let Some(stop) = self.setup.rails.pressure else { return false };
        let (batch, phase) = self.warmer.begins();
        let halts = self.rails.halts(stop, batch, phase);
        if halts && self.rails.halt(stop, now) {
            self.hold_all_back(now);
        }
        halts
    }

    /// Nothing begins any more: a stop has latched.
    fn hold_all_back(&mut self, now: Nanos) {
        self.ledger.held_back += self.warmer.queue.drop_overdue(Nanos::MAX);
        while let Some(fetch) = self.warmer.next_again() {
            self.give_up(fetch, now);
        }
    }
}
