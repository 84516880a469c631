//! Warm operations that wait: what begins next, and when.

use std::collections::VecDeque;

use rand::RngExt;
use trace::synthetic::Nanos;

use crate::warming::events::Event;
use crate::warming::fetches::{NOTHING, Purpose};
use crate::warming::limiter::Limiter;
use crate::warming::queue::{Need, Queue, Waiting};
use crate::warming::setup::{Budget, Setup};
use crate::warming::streams::Luck;
use crate::warming::world::World;

/// Operations that wait, and what holds them back.
pub(crate) struct Warmer {
    budget: Budget,
    limiter: Option<Limiter>,
    pub(crate) queue: Queue,
    /// Phases that were planned, and that of the operation that began last.
    phases: [u32; 2],
    /// The last deadline.
    deadline: Nanos,
    /// Fetches to be sent anew, whose workers wait.
    again: VecDeque<u32>,
    /// Operations that have begun.
    busy: u32,
    /// Of these, those that wait for another try without a worker.
    idle: u32,
    /// Operations that the batch at hand has had, and until when one keeps its place that was given up.
    batch: u32,
    rests: Nanos,
    /// A batch has ended, and the next may not begin before.
    paused: Option<Nanos>,
    /// When the warmer was told to go on.
    wake: Option<Nanos>,
    stopped: bool,
    /// For pauses, and for values.
    luck: [Luck; 2],
}

impl Warmer {
    pub(crate) fn new(budget: &Budget, luck: [Luck; 2]) -> Self {
        Self {
            limiter: Limiter::of(budget),
            budget: budget.clone(),
            queue: Queue::new(budget.by_priority),
            phases: [0, 0],
            deadline: Nanos::MAX,
            again: VecDeque::new(),
            busy: 0,
            idle: 0,
            batch: 0,
            rests: 0,
            paused: None,
            wake: None,
            stopped: false,
            luck,
        }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        self.queue.reserve(keys);
    }

    /// A key is asked for in vain: whether that is news for an operation that is to bring it.
    pub(crate) fn is_late(&mut self, key: u32) -> bool {
        if self.unfinished() == 0 {
            return false;
        }
        self.queue.is_late(key)
    }

    /// Operations without a fate.
    pub(crate) fn unfinished(&self) -> u64 {
        self.queue.len() + u64::from(self.busy)
    }

    pub(crate) fn woken(&mut self, now: Nanos) {
        self.wake = None;
        self.paused = self.paused.filter(|until| *until > now);
    }

    /// Nothing begins any more.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What is planned from now on is a phase of its own.
    pub(crate) fn begin_phase(&mut self) {
        self.phases[0] += 1;
    }

    /// A key is to be warmed, and to begin before an instant; whether that is a new deadline.
    pub(crate) fn enqueue(&mut self, key: u32, until: Nanos, need: Need) -> bool {
        let Need { urgent, renews } = need;
        self.queue.push(Waiting { key, phase: self.phases[0], urgent, until }, renews);
        std::mem::replace(&mut self.deadline, until) != until
    }

    /// Whether the operation at the head of the queue would begin a batch, or a phase.
    pub(crate) fn begins(&self) -> (bool, bool) {
        (self.batch == 0, self.queue.first().is_some_and(|first| first.phase != self.phases[1]))
    }

    pub(crate) fn next_again(&self) -> Option<u32> {
        self.again.front().copied()
    }

    /// A fetch is to be sent anew, behind others.
    pub(crate) fn try_anew(&mut self, fetch: u32) {
        self.again.push_back(fetch);
    }

    /// The next fetch to be sent anew is not sent.
    pub(crate) fn drop_again(&mut self) {
        self.take_again();
    }

    /// A try has failed, and another follows: whoever waits for it may let its worker go.
    pub(crate) fn pause_for_another(&mut self) {
        self.idle += u32::from(!self.budget.retry_holds_worker);
    }

    /// The next fetch to be sent anew has a worker, or needs none any more.
    fn take_again(&mut self) {
        self.again.pop_front();
        self.idle -= u32::from(!self.budget.retry_holds_worker);
    }

    /// A share of the jitter of a pause.
    pub(crate) fn luck(&mut self) -> f64 {
        self.luck[0].random()
    }

    /// Whether the warmer puts the right value into the cache.
    pub(crate) fn is_right(&mut self) -> bool {
        let share = self.budget.value_correct_share;
        share >= 1.0 || self.luck[1].random::<f64>() < share
    }

    /// Whether a worker is free.
    fn has_worker(&self) -> bool {
        self.budget.workers.is_none_or(|workers| self.busy - self.idle < workers)
    }

    /// Whether the fetch at hand may be sent anew, as far as workers go.
    fn has_worker_again(&self) -> bool {
        self.budget.retry_holds_worker || self.has_worker()
    }

    /// Whether another operation may begin, as far as workers and batches go.
    fn has_hands(&self) -> bool {
        let batch_full = self.budget.batch.is_some_and(|(size, _)| self.batch >= size);
        self.has_worker() && !batch_full && self.paused.is_none()
    }

    /// The operation at the head of the queue begins.
    fn begin_first(&mut self) {
        if let Some(first) = self.queue.begin_first() {
            self.phases[1] = first.phase;
            self.busy += 1;
            self.batch += 1;
        }
    }

    /// Takes the right to send a fetch, or says when there will be one.
    fn allowed(&mut self, now: Nanos) -> Result<(), Nanos> {
        let Some(limiter) = &mut self.limiter else { return Ok(()) };
        let ready = limiter.ready(now);
        if ready > now {
            return Err(ready);
        }
        limiter.take(now);
        Ok(())
    }

    /// An operation that had begun has its fate; when the next batch begins, if this was the last of one.
    pub(crate) fn end(&mut self, key: u32, now: Nanos) -> Option<Nanos> {
        self.queue.settle(key);
        self.busy -= 1;
        self.end_of_batch(now)
    }

    /// The operation at the head of the queue is given up for want of rate; when the next batch begins, if this was the
    /// last of one.
    fn refuse_first(&mut self, now: Nanos) -> Option<Nanos> {
        self.queue.drop_first();
        let pause = self.budget.refusal_pause;
        if pause == 0 {
            return None;
        }
        self.batch += 1;
        self.rests = self.rests.max(now.saturating_add(pause));
        self.end_of_batch(now)
    }

    /// A batch is over where none of its operations is under way and no other belongs to it.
    fn end_of_batch(&mut self, now: Nanos) -> Option<Nanos> {
        let (size, pause) = self.budget.batch?;
        if self.busy > 0 || (self.batch < size && self.queue.first().is_some()) {
            return None;
        }
        (self.batch, self.paused) = (0, Some(now.max(self.rests).saturating_add(pause)));
        self.paused
    }
}

impl World {
    /// Begins what may begin.
    pub(crate) fn go_on_warming(&mut self, now: Nanos) {
        while let Some(operation) = self.next_operation(now) {
            match self.warmer.allowed(now) {
                Ok(()) => self.start(operation, now),
                Err(_) if self.setup.budget.refuse => self.refuse(operation, now),
                Err(ready) => {
                    self.paced.note(now, ready);
                    self.wake_warmer(ready);
                    break;
                }
            }
        }
        self.go_on_at_origin(now);
        self.stretch.note(now, self.warmer.unfinished(), self.ledger.attempted);
    }

    /// The operation that begins next, as far as workers and batches go; those ahead of it that have nothing to do end.
    fn next_operation(&mut self, now: Nanos) -> Option<Operation> {
        if self.warmer.stopped || !self.rails.are_open(self.setup.rails.pressure) {
            return None;
        }
        while let Some(fetch) = self.warmer.next_again().filter(|_| self.warmer.has_worker_again()) {
            if !self.is_needless(self.fetches.get(fetch).key) {
                return Some(Operation::Again(fetch));
            }
            // Somebody else has brought the key, or will: the operation itself has failed.
            self.give_up(fetch, now);
        }
        while let Some(Waiting { key, .. }) = self.warmer.queue.first().filter(|_| self.warmer.has_hands()) {
            if self.is_pressed(now) {
                return None;
            }
            if !self.is_needless(key) {
                match self.awaited(key) {
                    Some(above) => self.warmer.queue.set_aside(above),
                    None => return Some(Operation::First(key)),
                }
                continue;
            }
            let fresh = self.is_fresh(key);
            self.ledger.skipped_fresh += u64::from(fresh);
            self.ledger.deduplicated += u64::from(!fresh);
            self.warmer.queue.drop_first();
        }
        None
    }

    /// Whether a key is there, and its copy is to be left alone.
    fn is_fresh(&self, key: u32) -> bool {
        self.setup.budget.skip_fresh && self.contents.holds(key) && !self.warmer.queue.renews(key)
    }

    /// The key above one, where that one has to wait for it.
    fn awaited(&mut self, key: u32) -> Option<u32> {
        let above = if self.setup.budget.dependencies { self.above(key) } else { None };
        above.filter(|above| self.warmer.queue.has(*above))
    }

    /// Whether a key is there, or is being fetched and will be there.
    fn is_needless(&self, key: u32) -> bool {
        let Setup { origin, cache, .. } = &*self.setup;
        self.is_fresh(key) || (origin.coalesce && cache.fill_on_miss && self.flights[key as usize] != NOTHING)
    }

    fn start(&mut self, operation: Operation, now: Nanos) {
        let (key, fetch) = match operation {
            Operation::First(key) => {
                self.warmer.begin_first();
                (key, self.fetches.begin(key, Purpose::Warm { failed: 0 }))
            }
            Operation::Again(fetch) => {
                self.warmer.take_again();
                (self.fetches.get(fetch).key, fetch)
            }
        };
        let instances = self.setup.budget.instances;
        self.counts.warm_fetches += u64::from(instances);
        self.warm_peak.note_many(now, u64::from(instances));
        self.rails.sends(fetch);
        self.send(key, fetch, now);
        for _ in 1..instances {
            let elsewhere = self.fetches.begin(key, Purpose::Elsewhere);
            self.forward(elsewhere, now);
        }
    }

    fn refuse(&mut self, operation: Operation, now: Nanos) {
        match operation {
            Operation::First(_) => {
                self.ledger.rate_limited += 1;
                if let Some(next) = self.warmer.refuse_first(now) {
                    self.wake_warmer(next);
                }
            }
            Operation::Again(fetch) => self.give_up(fetch, now),
        }
    }

    pub(crate) fn wake_warmer(&mut self, at: Nanos) {
        if self.warmer.wake != Some(at) {
            self.warmer.wake = Some(at);
            self.schedule(at, Event::Warmer);
        }
    }
}

/// An operation that may begin.
#[derive(Debug, Clone, Copy)]
enum Operation {
    /// The key at the head of the queue.
    First(u32),
    /// A fetch to be sent anew.
    Again(u32),
}
