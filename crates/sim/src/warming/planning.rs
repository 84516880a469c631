//! What jobs plan, and what becomes of it before it waits.

use trace::synthetic::{Change, Nanos};

use crate::warming::events::{Event, Signal};
use crate::warming::queue::Need;
use crate::warming::select::Ahead;
use crate::warming::setup::{Job, JobOrder, Schedule};
use crate::warming::world::World;

/// How urgent the first key of a plan is, in percent.
pub(crate) const ALL: u8 = 100;

/// How urgent a key is by its place in a plan: ⌈100 − 100 i / n⌉.
fn by_place(nth: usize, of: usize) -> u8 {
    ALL - (100 * nth / of) as u8
}

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
        let Self { selectors, contents, objects, .. } = self;
        let keys = selectors.select(job, now, ahead, objects, |key| contents.holds(key));
        let Job { keys: most, held_back, order, priority, .. } = &self.setup.jobs[job];
        let (most, held_back, order, priority) = (*most, *held_back, *order, *priority);
        let within = keys.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        let phases = self.phases(&keys[..within]);
        let fits: usize = phases.iter().map(Vec::len).sum();
        let mut allowed = (fits as f64 * (1.0 - held_back)).round() as usize;
        self.ledger.planned += (keys.len() - allowed) as u64;
        self.ledger.over_budget += (keys.len() - fits) as u64;
        self.ledger.held_back += (fits - allowed) as u64;
        for mut phase in phases {
            self.warmer.begin_phase();
            phase.truncate(allowed);
            allowed -= phase.len();
            match order {
                JobOrder::HottestFirst => {}
                JobOrder::ColdestFirst => phase.reverse(),
                JobOrder::Any => self.selectors.shuffle(&mut phase),
            }
            for (nth, name) in phase.iter().enumerate() {
                let urgent = priority.unwrap_or_else(|| by_place(nth, phase.len()));
                self.plan_operation(*name, Need { urgent, renews: false }, now);
            }
        }
        if let Some(next) = self.setup.jobs[job].schedule.next(now) {
            self.schedule(next, Event::Job(job as u32));
        }
        self.go_on_warming(now);
    }

    /// What of a plan fits into its bytes, phase by phase, as the warmer calls it.
    fn phases(&mut self, keys: &[u32]) -> Vec<Vec<u32>> {
        let setup = self.setup.clone();
        let mut ids: Vec<u32> = keys.iter().map(|key| self.selectors.aliases.of(*key)).collect();
        if setup.budget.dependencies {
            ids = self.parents_first(&ids);
        }
        let Some(bytes) = setup.budget.room.at(self.rails.pressure) else { return vec![ids] };
        self.most_bytes = self.most_bytes.max(Some(bytes));
        let Self { selectors, objects, .. } = self;
        // Of a key that nobody asks for nothing is known.
        let key =
            |id: u32| selectors.phantoms().key(selectors.aliases.key(id).unwrap_or(id)).unwrap_or(u32::MAX);
        setup.budget.room.fill(bytes, &ids, |id| objects.bytes(key(id)), |id| objects.importance(key(id)))
    }

    /// One operation more.
    pub(crate) fn plan_operation(&mut self, key: u32, need: Need, now: Nanos) {
        self.ledger.planned += 1;
        if self.rails.is_latched() {
            self.ledger.held_back += 1;
            return;
        }
        if self.setup.budget.deduplicate && self.warmer.queue.has(key) {
            self.ledger.deduplicated += 1;
            return;
        }
        let until = self.setup.budget.deadline.map_or(Nanos::MAX, |time| now.saturating_add(time));
        if self.warmer.enqueue(key, until, need) {
            self.schedule(until, Event::Signal(Signal::Deadline));
        }
        // What can begin at once does not have to wait.
        if let Some(most) = self.setup.budget.queue {
            self.go_on_warming(now);
            if self.warmer.queue.len() > most {
                self.warmer.queue.drop_last(key);
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
        let phantoms = self.selectors.phantoms();
        let [promoted, demoted] = [change.promoted, change.demoted].map(|key| phantoms.id(key));
        let Self { setup, selectors, objects, .. } = self;
        let mut jobs = setup.jobs.iter().enumerate();
        let found = jobs.find(|(nth, job)| follows(job) && !selectors.excludes(*nth, promoted, objects));
        if let Some((_, job)) = found {
            let need = Need { urgent: job.priority.unwrap_or(ALL), renews: false };
            if !self.setup.cache.fill_on_miss {
                let demoted = self.selectors.aliases.of(demoted);
                self.contents.remove(demoted);
            }
            self.plan_alone(promoted, need, now);
        }
    }

    /// One key is planned, where the budget has bytes for it.
    fn plan_alone(&mut self, id: u32, need: Need, now: Nanos) {
        self.warmer.begin_phase();
        match self.phases(&[id]).into_iter().flatten().next() {
            Some(name) => self.plan_operation(name, need, now),
            None => {
                self.ledger.planned += 1;
                self.ledger.over_budget += 1;
            }
        }
        self.go_on_warming(now);
    }

    /// A key was written: whoever warms what is written fetches it anew.
    pub(crate) fn written(&mut self, id: u32, now: Nanos) {
        let Self { setup, selectors, objects, .. } = self;
        let mut jobs = setup.jobs.iter().enumerate().filter(|(_, job)| job.schedule == Schedule::OnWrite);
        if let Some((_, job)) = jobs.find(|(nth, _)| !selectors.excludes(*nth, id, objects)) {
            let need = Need { urgent: job.priority.unwrap_or(ALL), renews: true };
            self.plan_alone(id, need, now);
        }
    }
}
