//! What jobs plan, and what becomes of it before it waits.

use trace::synthetic::{Change, Nanos};

use crate::warming::events::{Event, Signal};
use crate::warming::select::Ahead;
use crate::warming::setup::{Job, Schedule};
use crate::warming::world::World;

impl World {
    /// Lets every job begin that begins with the cache.
    pub(crate) fn start_jobs(&mut self, now: Nanos) {
        for nth in 0..self.setup.jobs.len() {
            if matches!(self.setup.jobs[nth].schedule, Schedule::AtStart | Schedule::OnChange) {
                self.schedule(now, Event::Job(nth as u32));
            }
        }
    }

    /// Lets every job begin that keeps to the clock.
    pub(crate) fn start_clocks(&mut self) {
        for nth in 0..self.setup.jobs.len() {
            if let Some(first) = self.setup.jobs[nth].schedule.first() {
                self.schedule(first, Event::Job(nth as u32));
            }
        }
    }

    /// A job plans.
    pub(crate) fn plan(&mut self, job: usize, now: Nanos, ahead: &Ahead) {
        let Self { selectors, contents, .. } = self;
        let keys = selectors.select(job, now, ahead, |key| contents.holds(key));
        let Job { keys: most, held_back, .. } = &self.setup.jobs[job];
        let (most, held_back) = (*most, *held_back);
        let within = keys.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let allowed = (within as f64 * (1.0 - held_back)).round() as usize;
        self.ledger.planned += (keys.len() - allowed) as u64;
        self.ledger.over_budget += (keys.len() - within) as u64;
        self.ledger.held_back += (within - allowed) as u64;
        self.warmer.begin_phase();
        for key in &keys[..allowed] {
            let name = self.selectors.aliases.of(*key);
            self.plan_key(name, now);
        }
        if let Some(next) = self.setup.jobs[job].schedule.next(now) {
            self.schedule(next, Event::Job(job as u32));
        }
        self.go_on_warming(now);
    }

    fn plan_key(&mut self, key: u32, now: Nanos) {
        self.plan_operation(key, now, false);
    }

    /// One operation more, which may renew a copy in the cache.
    pub(crate) fn plan_operation(&mut self, key: u32, now: Nanos, renews: bool) {
        self.ledger.planned += 1;
        if self.rails.is_latched() {
            self.ledger.held_back += 1;
            return;
        }
        if self.warmer.has(key) {
            self.ledger.deduplicated += 1;
            return;
        }
        let until = self.setup.budget.deadline.map_or(Nanos::MAX, |time| now.saturating_add(time));
        if self.warmer.enqueue(key, until, renews) {
            self.schedule(until, Event::Signal(Signal::Deadline));
        }
        // What can begin at once does not have to wait.
        if let Some(most) = self.setup.budget.queue {
            self.go_on_warming(now);
            if self.warmer.waiting() > most {
                self.warmer.drop_last();
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
            let [promoted, demoted] = [change.promoted, change.demoted].map(|key| phantoms.id(key));
            if !self.setup.cache.fill_on_miss {
                let demoted = self.selectors.aliases.of(demoted);
                self.contents.remove(demoted);
            }
            self.warmer.begin_phase();
            let promoted = self.selectors.aliases.of(promoted);
            self.plan_key(promoted, now);
            self.go_on_warming(now);
        }
    }
}
