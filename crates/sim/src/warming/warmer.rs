//! Warm operations: planned, queued, paced, sent, tried again.

use std::collections::VecDeque;

use rand::RngExt;
use trace::synthetic::{Change, Nanos};

use crate::warming::bucket::TokenBucket;
use crate::warming::events::Event;
use crate::warming::fetches::{Fetch, NOTHING, Purpose};
use crate::warming::select::Ahead;
use crate::warming::setup::{Budget, Job, Schedule, Setup};
use crate::warming::streams::Luck;
use crate::warming::world::World;

/// Operations that wait, and what holds them back.
pub(crate) struct Warmer {
    budget: Budget,
    bucket: Option<TokenBucket>,
    /// Keys whose operation has not begun.
    queue: VecDeque<u32>,
    /// Fetches to be sent anew, whose workers wait.
    again: VecDeque<u32>,
    /// Operations that have begun.
    busy: u32,
    /// Of these, those of the batch at hand.
    batch: u32,
    /// A batch has ended, and the next may not begin before.
    paused: Option<Nanos>,
    /// Whether a key has an operation, and whether it was asked for since.
    pending: Vec<u8>,
    /// When the warmer was told to go on.
    wake: Option<Nanos>,
    stopped: bool,
    luck: Luck,
}

const OPEN: u8 = 1;
const LATE: u8 = 2;

impl Warmer {
    pub(crate) fn new(budget: &Budget, luck: Luck) -> Self {
        Self {
            bucket: budget.rate.map(TokenBucket::new),
            budget: budget.clone(),
            queue: VecDeque::new(),
            again: VecDeque::new(),
            busy: 0,
            batch: 0,
            paused: None,
            pending: vec![],
            wake: None,
            stopped: false,
            luck,
        }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        self.pending.resize(keys, 0);
    }

    /// A key is asked for in vain: whether that is news for an operation that is to bring it.
    pub(crate) fn is_late(&mut self, key: u32) -> bool {
        if self.unfinished() == 0 {
            return false;
        }
        let pending = &mut self.pending[key as usize];
        let news = *pending == OPEN;
        *pending |= if news { LATE } else { 0 };
        news
    }

    /// Operations without a fate.
    pub(crate) fn unfinished(&self) -> u64 {
        self.queue.len() as u64 + u64::from(self.busy)
    }

    pub(crate) fn woken(&mut self, now: Nanos) {
        self.wake = None;
        self.paused = self.paused.filter(|until| *until > now);
    }

    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether another operation may begin, as far as workers and batches go.
    fn has_hands(&self) -> bool {
        let all_busy = self.budget.workers.is_some_and(|workers| self.busy >= workers);
        let batch_full = self.budget.batch.is_some_and(|(size, _)| self.batch >= size);
        !(all_busy || batch_full || self.paused.is_some())
    }

    /// The key at the head of the queue is not to be warmed.
    fn drop_first(&mut self) {
        if let Some(key) = self.queue.pop_front() {
            self.pending[key as usize] = 0;
        }
    }

    /// Takes the right to send a fetch, or says when there will be one.
    fn allowed(&mut self, now: Nanos) -> Result<(), Nanos> {
        let Some(bucket) = &mut self.bucket else { return Ok(()) };
        let ready = bucket.ready(now);
        if ready > now {
            return Err(ready);
        }
        bucket.take(now);
        Ok(())
    }

    /// An operation that had begun has its fate; when the next batch begins, if this was the last of one.
    fn end(&mut self, key: u32, now: Nanos) -> Option<Nanos> {
        self.pending[key as usize] = 0;
        self.busy -= 1;
        let (size, pause) = self.budget.batch?;
        if self.busy > 0 || (self.batch < size && !self.queue.is_empty()) {
            return None;
        }
        (self.batch, self.paused) = (0, Some(now.saturating_add(pause)));
        self.paused
    }
}

impl World {
    /// Lets every job begin that begins with the cache.
    pub(crate) fn start_jobs(&mut self, now: Nanos) {
        for nth in 0..self.setup.jobs.len() {
            match self.setup.jobs[nth].schedule {
                Schedule::AtStart | Schedule::OnChange => self.schedule(now, Event::Job(nth as u32)),
                Schedule::Every { .. } => {}
            }
        }
    }

    /// Lets every job begin that keeps to the clock.
    pub(crate) fn start_clocks(&mut self) {
        for nth in 0..self.setup.jobs.len() {
            if let Schedule::Every { first, .. } = self.setup.jobs[nth].schedule {
                self.schedule(first, Event::Job(nth as u32));
            }
        }
    }

    /// A job plans.
    pub(crate) fn plan(&mut self, job: usize, now: Nanos, ahead: &Ahead) {
        let Self { selectors, contents, .. } = self;
        let keys = selectors.select(job, now, ahead, |key| contents.holds(key));
        let Job { keys: most, held_back, .. } = self.setup.jobs[job];
        let within = keys.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let allowed = (within as f64 * (1.0 - held_back)).round() as usize;
        self.ledger.planned += (keys.len() - allowed) as u64;
        self.ledger.over_budget += (keys.len() - within) as u64;
        self.ledger.held_back += (within - allowed) as u64;
        keys[..allowed].iter().for_each(|key| self.plan_key(*key, now));
        if let Schedule::Every { period, .. } = self.setup.jobs[job].schedule {
            self.schedule(now.saturating_add(period.max(1)), Event::Job(job as u32));
        }
        self.go_on_warming(now);
    }

    fn plan_key(&mut self, key: u32, now: Nanos) {
        self.ledger.planned += 1;
        if self.warmer.pending[key as usize] != 0 {
            self.ledger.deduplicated += 1;
            return;
        }
        self.warmer.pending[key as usize] = OPEN;
        self.warmer.queue.push_back(key);
        // What can begin at once does not have to wait.
        if let Some(most) = self.setup.budget.queue {
            self.go_on_warming(now);
            if self.warmer.queue.len() as u64 > most {
                self.warmer.queue.pop_back();
                self.warmer.pending[key as usize] = 0;
                self.ledger.dropped_queue += 1;
            }
        }
    }

    /// A key has entered the hot set in place of another.
    pub(crate) fn change(&mut self, change: &Change, now: Nanos) {
        self.selectors.change(change);
        let follows = |job: &Job| {
            let keys = job.keys as f64 * (1.0 - job.held_back);
            job.schedule == Schedule::OnChange && f64::from(change.rank) < keys
        };
        if self.setup.jobs.iter().any(follows) {
            let phantoms = self.selectors.phantoms();
            if !self.setup.cache.fill_on_miss {
                self.contents.remove(phantoms.id(change.demoted));
            }
            self.plan_key(phantoms.id(change.promoted), now);
            self.go_on_warming(now);
        }
    }

    /// Begins what may begin.
    pub(crate) fn go_on_warming(&mut self, now: Nanos) {
        while let Some(operation) = self.next_operation(now) {
            match self.warmer.allowed(now) {
                Ok(()) => self.start(operation, now),
                Err(_) if self.setup.budget.refuse => self.refuse(operation, now),
                Err(ready) => {
                    self.wake_warmer(ready);
                    break;
                }
            }
        }
        self.go_on_at_origin(now);
    }

    /// The operation that begins next, as far as workers and batches go; those ahead of it that have nothing to do end.
    fn next_operation(&mut self, now: Nanos) -> Option<Operation> {
        if self.warmer.stopped {
            return None;
        }
        while let Some(fetch) = self.warmer.again.front().copied() {
            if !self.is_needless(self.fetches.get(fetch).key) {
                return Some(Operation::Again(fetch));
            }
            // Somebody else has brought the key, or will: the operation itself has failed.
            self.give_up(fetch, now);
        }
        while let Some(key) = self.warmer.queue.front().copied().filter(|_| self.warmer.has_hands()) {
            if !self.is_needless(key) {
                return Some(Operation::First(key));
            }
            let fresh = self.setup.budget.skip_fresh && self.contents.holds(key);
            self.ledger.skipped_fresh += u64::from(fresh);
            self.ledger.deduplicated += u64::from(!fresh);
            self.warmer.drop_first();
        }
        None
    }

    /// Whether a key is there, or is being fetched and will be there.
    fn is_needless(&self, key: u32) -> bool {
        let Setup { budget, origin, cache, .. } = &*self.setup;
        let fresh = budget.skip_fresh && self.contents.holds(key);
        fresh || (origin.coalesce && cache.fill_on_miss && self.flights[key as usize] != NOTHING)
    }

    fn start(&mut self, operation: Operation, now: Nanos) {
        let (key, fetch) = match operation {
            Operation::First(key) => {
                self.warmer.queue.pop_front();
                self.warmer.busy += 1;
                self.warmer.batch += 1;
                (key, self.fetches.begin(key, Purpose::Warm { failed: 0 }))
            }
            Operation::Again(fetch) => {
                self.warmer.again.pop_front();
                (self.fetches.get(fetch).key, fetch)
            }
        };
        self.counts.warm_fetches += 1;
        self.send(key, fetch, now);
    }

    fn refuse(&mut self, operation: Operation, now: Nanos) {
        match operation {
            Operation::First(_) => {
                self.ledger.rate_limited += 1;
                self.warmer.drop_first();
            }
            Operation::Again(fetch) => self.give_up(fetch, now),
        }
    }

    /// The next fetch to be sent anew is not sent: that try was none, and its operation has failed.
    fn give_up(&mut self, fetch: u32, now: Nanos) {
        self.warmer.again.pop_front();
        let Fetch { key, purpose, .. } = *self.fetches.get(fetch);
        self.fetches.release(fetch);
        self.end_operation(key, tries(purpose) - 1, false, now);
    }

    fn wake_warmer(&mut self, at: Nanos) {
        if self.warmer.wake != Some(at) {
            self.warmer.wake = Some(at);
            self.schedule(at, Event::Warmer);
        }
    }

    /// A warm operation's fetch has brought its key, or has not.
    pub(crate) fn end_warm(&mut self, fetch: u32, now: Nanos) {
        let Fetch { key, purpose, fails, .. } = *self.fetches.get(fetch);
        if fails {
            return self.fail_warm(fetch, now);
        }
        self.ledger.filled += 1;
        self.contents.fill(key, now, true);
        if self.answer(fetch, now, false) {
            self.contents.use_up(key);
        }
        self.end_operation(key, tries(purpose), true, now);
    }

    /// A try has failed: another follows, or the operation has.
    pub(crate) fn fail_warm(&mut self, fetch: u32, now: Nanos) {
        let Fetch { key, purpose, .. } = *self.fetches.get(fetch);
        self.answer(fetch, now, true);
        let tried = tries(purpose);
        if tried > self.setup.budget.retries || self.warmer.stopped {
            return self.end_operation(key, tried, false, now);
        }
        let again = self.fetches.begin(key, Purpose::Warm { failed: tried });
        let pause = self.setup.budget.backoff as f64 * 2.0_f64.powi(tried as i32 - 1);
        let jitter = self.setup.budget.backoff_jitter * self.warmer.luck.random::<f64>();
        let pause = (pause * (1.0 + jitter)).round() as Nanos;
        self.schedule(now.saturating_add(pause), Event::Retry(again));
    }

    /// The pause ahead of another try is over.
    pub(crate) fn retry(&mut self, fetch: u32, now: Nanos) {
        self.warmer.again.push_back(fetch);
        self.go_on_warming(now);
    }

    /// An operation that had begun is finished.
    fn end_operation(&mut self, key: u32, tries: u32, filled: bool, now: Nanos) {
        self.ledger.attempted += 1;
        self.ledger.attempts += u64::from(tries);
        self.ledger.retries += u64::from(tries) - 1;
        self.ledger.failed += u64::from(!filled);
        if let Some(next) = self.warmer.end(key, now) {
            self.wake_warmer(next);
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

/// Tries of a warm operation, the one at hand included.
fn tries(purpose: Purpose) -> u32 {
    match purpose {
        Purpose::Warm { failed } => failed + 1,
        Purpose::Demand => 1,
    }
}
