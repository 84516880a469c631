//! Copies that are fetched anew before their lives end.

use trace::synthetic::Nanos;

use crate::warming::events::Event;
use crate::warming::planning::ALL;
use crate::warming::queue::Need;
use crate::warming::setup::{Job, Refresh, RefreshWhen, Schedule};
use crate::warming::world::World;

/// The jobs that do so, and what they know of each copy.
pub(crate) struct Refreshes {
    jobs: Vec<Turns>,
}

/// A job, and when it looks at each key.
struct Turns {
    /// Its place among all jobs.
    job: usize,
    refresh: Refresh,
    keys: Vec<Turn>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    /// How long before the end of its life the window of a copy opens.
    lead: Nanos,
    /// When the key is looked at next, never after its window opens.
    look: Nanos,
}

const NEVER: Nanos = Nanos::MAX;

impl Refreshes {
    pub(crate) fn new(jobs: &[Job]) -> Self {
        let each = jobs.iter().enumerate().filter_map(|(nth, job)| match &job.schedule {
            Schedule::Refresh(refresh) => Some(Turns { job: nth, refresh: *refresh, keys: vec![] }),
            _ => None,
        });
        Self { jobs: each.collect() }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        let none = Turn { lead: 0, look: NEVER };
        self.jobs.iter_mut().for_each(|job| job.keys.resize(keys, none));
    }

    /// Whether hits may renew a copy.
    pub(crate) fn on_hit(&self) -> bool {
        self.jobs.iter().any(|job| job.refresh.when == RefreshWhen::OnHit)
    }
}

impl World {
    /// A fetch brings its key.
    pub(crate) fn fill(&mut self, fetch: u32, now: Nanos, warm: bool) {
        let key = self.fetches.get(fetch).key;
        self.contents.fill(key, now, self.arrival(fetch, warm));
        for nth in 0..self.refreshes.jobs.len() {
            let ends = self.contents.ends(key);
            if ends == NEVER {
                return;
            }
            let job = &mut self.refreshes.jobs[nth];
            let life = ends.saturating_sub(now);
            let until_window = ((life as f64 * job.refresh.from).round() as Nanos).max(1);
            job.keys[key as usize].lead = life.saturating_sub(until_window);
            self.look_at_window(nth, key);
        }
    }

    /// Looks at a key when the window of its copy opens, unless it is looked at before that.
    fn look_at_window(&mut self, nth: usize, key: u32) {
        let opens = self.contents.ends(key);
        let turn = &mut self.refreshes.jobs[nth].keys[key as usize];
        let opens = opens.saturating_sub(turn.lead);
        if opens < turn.look {
            turn.look = opens;
            self.schedule(opens, Event::Refresh { nth: nth as u32, key });
        }
    }

    /// The window of a copy opens, unless the copy is gone, or there is another, or it lives longer by now.
    pub(crate) fn open_window(&mut self, nth: usize, key: u32, now: Nanos) {
        let ends = self.contents.ends(key);
        let Turns { job, refresh: Refresh { when, warmed_only, .. }, keys } = &mut self.refreshes.jobs[nth];
        let turn = &mut keys[key as usize];
        if turn.look != now {
            return;
        }
        turn.look = NEVER;
        if ends == NEVER {
            return;
        }
        if ends.saturating_sub(turn.lead) > now {
            return self.look_at_window(nth, key);
        }
        let standing = self.contents.standing(key);
        if *warmed_only && !standing.warmed || self.selectors.excludes(*job, key, &self.objects) {
            return;
        }
        match when {
            RefreshWhen::OnHit => self.contents.watch(key, true),
            RefreshWhen::IfUsed if !standing.asked_for => {}
            RefreshWhen::IfUsed | RefreshWhen::Always => self.renew(key, now),
        }
    }

    /// A copy was asked for while its window was open; that may have begun its life anew.
    pub(crate) fn hit_in_window(&mut self, key: u32, now: Nanos) {
        let ends = self.contents.ends(key);
        let jobs = self.refreshes.jobs.iter();
        let mut on_hit = jobs.filter(|job| job.refresh.when == RefreshWhen::OnHit);
        let open = on_hit.any(|job| ends.saturating_sub(job.keys[key as usize].lead) <= now);
        self.contents.watch(key, open);
        if !open {
            (0..self.refreshes.jobs.len()).for_each(|nth| self.look_at_window(nth, key));
        }
        if !self.warmer.queue.has(key) {
            self.renew(key, now);
        }
    }

    fn renew(&mut self, key: u32, now: Nanos) {
        self.plan_operation(key, Need { urgent: ALL, renews: true }, now);
        self.go_on_warming(now);
    }
}
