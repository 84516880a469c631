//! The model's rails: what has stopped its warmer, found by looking back at all that was measured.

use warmcast_sim::warming::{Acted, Between, Rail};

use super::{Event, Model};

/// What stops the warmer, or lets it go on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    Pressure,
    Down,
    Up,
    Resume(u64),
    Probe,
    Deadline,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Circuit {
    #[default]
    Closed,
    Open,
    Ready,
    Probing(usize),
}

#[derive(Default)]
pub(super) struct Rails {
    pub(super) latched: bool,
    slow: bool,
    /// Times of fetches since the warmer stopped or went on.
    measured: Vec<i64>,
    circuit: Circuit,
    failed: u32,
    /// Whether the pressure stopped something since it rose.
    noted: bool,
}

impl Model {
    pub(super) fn start_rails(&mut self) {
        let rails = &self.setup.rails;
        let pressures = self.setup.pressure.iter().map(|pressure| (pressure.from, Signal::Pressure));
        let downs = rails.breakdowns.at.iter().map(|at| (*at, Signal::Down));
        let ups = rails.breakdowns.at.iter().map(|at| (at + rails.breakdowns.lasts, Signal::Up));
        self.events.extend(pressures.chain(downs).chain(ups).map(|(at, signal)| (at, Event::Signal(signal))));
    }

    fn act(&mut self, rail: Rail, found: f64, latched: bool) {
        let acted: &mut Acted = &mut self.found.rails[rail as usize];
        if acted.times == 0 {
            (acted.first, acted.found) = (Some(self.now), found);
        }
        acted.times += 1;
        acted.latched |= latched;
        self.rails.latched |= latched;
    }

    pub(super) fn signal(&mut self, signal: Signal) {
        let breakdowns = self.setup.rails.breakdowns.clone();
        match signal {
            Signal::Pressure if !self.is_pressed() => self.rails.noted = false,
            Signal::Pressure => {
                if self.setup.rails.pressure.is_some_and(|stop| stop.between == Between::Operations) {
                    self.halt();
                }
            }
            Signal::Down => {
                self.act(Rail::Breakdown, 1.0, false);
                if !breakdowns.resumes {
                    self.drop_until(i64::MAX);
                }
            }
            Signal::Up if !breakdowns.resumes => self.start_jobs(self.now),
            Signal::Up => {}
            Signal::Resume(stop) => {
                if self.rails.slow && self.found.rails[Rail::Latency as usize].times == stop {
                    self.rails.slow = false;
                    self.rails.measured.clear();
                }
            }
            Signal::Probe => self.rails.circuit = Circuit::Ready,
            Signal::Deadline => self.drop_until(self.now),
        }
        self.events.push((self.now, Event::Warmer));
    }

    /// What may not begin any more is held back.
    fn drop_until(&mut self, until: i64) {
        let (gone, kept): (Vec<_>, Vec<_>) = self.queue.drain(..).partition(|waits| waits.until <= until);
        self.queue = kept;
        self.found.ledger.held_back += gone.len() as u64;
        for waits in gone {
            self.settle(waits.key);
        }
    }

    /// Pressure now, after all that it was before.
    pub(super) fn pressure(&self) -> f64 {
        let mut before = self.setup.pressure.iter().filter(|pressure| pressure.from <= self.now);
        before.next_back().map_or(0.0, |pressure| pressure.percent)
    }

    fn is_pressed(&self) -> bool {
        let Some(stop) = self.setup.rails.pressure else { return false };
        let mut pressed = false;
        for pressure in self.setup.pressure.iter().filter(|pressure| pressure.from <= self.now) {
            pressed = pressure.percent >= stop.at || (pressed && pressure.percent >= stop.below);
        }
        pressed
    }

    pub(super) fn is_open(&self) -> bool {
        let down = &self.setup.rails.breakdowns;
        let down = down.at.iter().any(|at| *at <= self.now && self.now < at + down.lasts);
        let everywhere = self.setup.rails.pressure.is_some_and(|stop| stop.between == Between::Operations);
        let closed = matches!(self.rails.circuit, Circuit::Closed | Circuit::Ready);
        let pressed = everywhere && self.is_pressed();
        closed && !down && !self.rails.latched && !self.rails.slow && !pressed
    }

    /// Whether the first in the queue has to wait for less pressure.
    pub(super) fn is_kept(&self) -> bool {
        let Some(stop) = self.setup.rails.pressure.filter(|_| self.is_pressed()) else { return false };
        match stop.between {
            Between::Operations => true,
            Between::Batches => self.batch == 0,
            Between::Phases => self.queue.first().is_some_and(|waits| waits.phase != self.phase),
        }
    }

    /// The pressure keeps something back.
    pub(super) fn halt(&mut self) {
        let latches = self.setup.rails.pressure.is_some_and(|stop| stop.latches);
        if !self.rails.noted && !self.rails.latched {
            self.act(Rail::Pressure, self.pressure(), latches);
        }
        self.rails.noted = true;
        if latches {
            self.hold_all_back();
        }
    }

    fn hold_all_back(&mut self) {
        self.drop_until(i64::MAX);
        for (key, tried) in std::mem::take(&mut self.again) {
            self.finish(key, tried, false);
        }
    }

    /// A fetch was sent.
    pub(super) fn probe_with(&mut self, fetch: usize) {
        if self.rails.circuit == Circuit::Ready {
            self.rails.circuit = Circuit::Probing(fetch);
        }
    }

    /// A fetch took so long and succeeded; whether it may be put into the cache.
    pub(super) fn measure(&mut self, took: i64) -> bool {
        let Some(stop) = self.setup.rails.latency else { return true };
        self.rails.measured.push(stop.taken_for.unwrap_or(took));
        let last: Vec<_> = self.rails.measured.iter().rev().take(stop.over as usize).copied().collect();
        if last.len() < stop.over as usize {
            return true;
        }
        let mean = last.iter().sum::<i64>() as f64 / last.len() as f64;
        let too_long = mean > stop.above as f64;
        let short = stop.resume_below.is_some_and(|below| mean < below as f64);
        let latches = stop.resume_after.is_none() && stop.resume_below.is_none();
        if !self.rails.latched && !self.rails.slow && too_long {
            self.act(Rail::Latency, mean, latches);
            self.rails.slow = true;
            self.rails.measured.clear();
            if let Some(after) = stop.resume_after {
                let nth = self.found.rails[Rail::Latency as usize].times;
                self.events.push((self.now + after, Event::Signal(Signal::Resume(nth))));
            }
            if latches {
                self.hold_all_back();
            }
        } else if !self.rails.latched && self.rails.slow && short {
            self.rails.slow = false;
            self.rails.measured.clear();
        }
        stop.fills || !too_long
    }

    /// A try of a warm operation has ended.
    pub(super) fn heed(&mut self, fetch: usize, failed: bool) {
        let Some(breaker) = self.setup.rails.breaker else { return };
        let opens = match self.rails.circuit {
            Circuit::Closed if failed => {
                self.rails.failed += 1;
                self.rails.failed >= breaker.failures
            }
            Circuit::Probing(probe) if probe == fetch && failed => {
                self.rails.failed += 1;
                true
            }
            Circuit::Closed => {
                self.rails.failed = 0;
                false
            }
            Circuit::Probing(probe) if probe == fetch => {
                (self.rails.circuit, self.rails.failed) = (Circuit::Closed, 0);
                false
            }
            _ => false,
        };
        if opens {
            self.rails.circuit = Circuit::Open;
            self.act(Rail::Breaker, f64::from(self.rails.failed), false);
            self.events.push((self.now + breaker.pause, Event::Signal(Signal::Probe)));
        }
    }
}
