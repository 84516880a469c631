//! A cache, its origin and its warmer, served one workload.
//!
//! # Order of things
//!
//! Time is in whole nanoseconds. At one instant keys expire first, then an interval ends, rails stop the warmer or let
//! it go on, the cache restarts or is flushed, warm operations end, demand ends, jobs plan, keys are written, and requests arrive last; after each of these the origin and the warmer go
//! on. An entry is expired when now >= expiry.

use std::sync::Arc;

use evaluation::Ledger;
use trace::synthetic::{Chunk, Nanos, Objects};

use crate::policy::equal;
use crate::statistics::LatencyHistogram;
use crate::warming::aliases::Aliases;
use crate::warming::contents::{Contents, Gone};
use crate::warming::events::{Event, Events};
use crate::warming::fetches::{Fetches, NOTHING};
use crate::warming::load::{Load, Peak, Stretches};
use crate::warming::origin::Origin;
use crate::warming::outcome::{Contradiction, Counts, Outcome, Served};
use crate::warming::rails::Rails;
use crate::warming::refresh::Refreshes;
use crate::warming::replicate::Requests;
use crate::warming::select::{Ahead, Selectors};
use crate::warming::setup::Setup;
use crate::warming::streams::{Purposes, stream};
use crate::warming::stretch::Stretch;
use crate::warming::updates::Turns;
use crate::warming::warmer::Warmer;

/// A strategy at work in one replication.
pub(crate) struct World {
    pub(crate) setup: Arc<Setup>,
    /// What the keys of the workload are; every world of a replication has the same.
    pub(crate) objects: Arc<Objects>,
    pub(crate) contents: Box<dyn Contents>,
    /// How often each key was written at the origin, where any is.
    pub(crate) versions: Option<Vec<u32>>,
    /// The fetch under way for each key that later requests can wait for.
    pub(crate) flights: Vec<u32>,
    pub(crate) fetches: Fetches,
    pub(crate) origin: Origin,
    pub(crate) warmer: Warmer,
    pub(crate) rails: Rails,
    pub(crate) selectors: Selectors,
    pub(crate) refreshes: Refreshes,
    pub(crate) events: Events,
    pub(crate) counts: Counts,
    pub(crate) ledger: Ledger,
    /// When something happens next, at the earliest.
    pub(crate) due: Nanos,
    pub(crate) latency: LatencyHistogram,
    /// Requests that arrived while measured and had no answer.
    pub(crate) errors: u64,
    pub(crate) load: Load,
    pub(crate) paced: Stretches,
    pub(crate) joined: u64,
    pub(crate) overdue: u64,
    pub(crate) stretch: Stretch,
    /// Most bytes that a plan might warm, where they are limited.
    pub(crate) most_bytes: Option<u64>,
    pub(crate) origin_peak: Peak,
    pub(crate) warm_peak: Peak,
    expired_peak: Peak,
    pub(crate) queue_peak: u64,
    /// Counts and work when measuring began, and at the end of each interval since.
    marks: Vec<(Counts, Load)>,
    served: Vec<Served>,
}

/// Requests whose keys are looked at together beforehand, so that their memory accesses overlap.
const TOGETHER: usize = 64;

impl World {
    /// A world before its first request.
    pub(crate) fn new(setup: &Arc<Setup>, requests: &Requests, seed: u64, replication: u32) -> Self {
        let luck = |purpose| stream(seed, replication, purpose);
        let policy = &setup.cache.policy;
        let mut world = Self {
            contents: policy.contents(
                &setup.cache,
                seed.wrapping_add(u64::from(replication)),
                luck(Purposes::Lives),
            ),
            versions: requests.update().then(Vec::new),
            flights: vec![],
            fetches: Fetches::default(),
            origin: Origin::new(&setup.origin, [luck(Purposes::Demand), luck(Purposes::Warm)]),
            warmer: Warmer::new(&setup.budget, [luck(Purposes::Backoff), luck(Purposes::Values)]),
            rails: Rails::default(),
            selectors: Selectors::new(
                setup,
                requests.ranked(),
                [luck(Purposes::Predictor), luck(Purposes::Ties)],
                Aliases::new(setup.budget.key_match_share, luck(Purposes::Aliases)),
            ),
            refreshes: Refreshes::new(&setup.jobs),
            events: Events::default(),
            counts: Counts::default(),
            ledger: Ledger::default(),
            due: Nanos::MIN,
            latency: LatencyHistogram::default(),
            errors: 0,
            load: Load::default(),
            paced: Stretches::default(),
            joined: 0,
            overdue: 0,
            stretch: Stretch::default(),
            most_bytes: None,
            origin_peak: setup.origin.most_a_second().map_or_else(Peak::default, Peak::above),
            warm_peak: Peak::default(),
            expired_peak: Peak::default(),
            queue_peak: 0,
            marks: vec![],
            served: vec![],
            objects: Arc::default(),
            setup: setup.clone(),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        let setup = self.setup.clone();
        setup.restarts.iter().for_each(|at| self.schedule(*at, Event::Restart));
        setup.flushes.iter().zip(0..).for_each(|(flush, nth)| self.schedule(flush.at, Event::Flush(nth)));
        self.schedule(setup.measure.from, Event::Mark);
        self.start_rails();
        self.start_jobs(0);
        self.start_clocks();
    }

    /// Something is to happen.
    pub(crate) fn schedule(&mut self, at: Nanos, event: Event) {
        self.events.push(at, event);
        self.due = self.due.min(at);
    }

    /// Everything that happens up to an instant.
    #[inline(never)]
    pub(crate) fn catch_up(&mut self, until: Nanos, ahead: &Ahead) {
        loop {
            let (event, expiry) = (self.events.due(), self.contents.due());
            self.due = event.min(expiry);
            if self.due > until {
                return;
            }
            if expiry <= event {
                let expired = self.contents.expire(expiry);
                self.expired_peak.note_many(expiry, expired);
            } else if let Some((now, event)) = self.events.pop() {
                self.happen(event, now, ahead);
            }
        }
    }

    fn happen(&mut self, event: Event, now: Nanos, ahead: &Ahead) {
        match event {
            Event::Restart => {
                self.contents.clear();
                self.start_jobs(now);
            }
            Event::Flush(nth) => self.flush(nth as usize),
            Event::DemandDone(fetch) | Event::WarmDone(fetch) => {
                self.origin.done(now);
                if self.conclude(fetch) {
                    self.deliver(fetch, now);
                }
                self.fetches.release(fetch);
                self.go_on_warming(now);
            }
            Event::Timeout(fetch) => {
                if self.conclude(fetch) {
                    self.lose(fetch, now);
                }
                self.fetches.release(fetch);
                self.go_on_warming(now);
            }
            Event::Origin => {
                self.origin.woken();
                self.go_on_at_origin(now);
            }
            Event::Retry(fetch) => self.retry(fetch, now),
            Event::Warmer => {
                self.warmer.woken(now);
                self.go_on_warming(now);
            }
            Event::Signal(signal) => self.signal(signal, now),
            Event::Job(job) => self.plan(job as usize, now, ahead),
            Event::Refresh { nth, key } => self.open_window(nth as usize, key, now),
            Event::Mark => self.mark(now),
        }
    }

    /// Measures from now on, or ends an interval.
    fn mark(&mut self, now: Nanos) {
        if self.marks.is_empty() {
            for peak in [&mut self.origin_peak, &mut self.warm_peak, &mut self.expired_peak] {
                peak.restart();
            }
            self.queue_peak = self.origin.waiting() as u64;
        }
        self.marks.push((self.counts_now(), self.load_at(now)));
        let next = match &self.setup.marks {
            Some(marks) => marks.get(self.marks.len() - 1).copied().unwrap_or(Nanos::MAX),
            None => now.saturating_add(self.setup.measure.interval),
        };
        if next < self.setup.measure.until {
            self.schedule(next, Event::Mark);
        }
    }

    fn counts_now(&self) -> Counts {
        let Gone { evictions, expired, wrong_hits, .. } = self.contents.gone();
        Counts { evictions, expired, wrong_hits, ..self.counts }
    }

    fn load_at(&self, now: Nanos) -> Load {
        Load { busy: self.origin.worked(now), paced: self.paced.sum_at(now), ..self.load }
    }

    /// Books what is unfinished, and compares what was counted twice.
    fn reconciled(&mut self) -> Result<Ledger, Contradiction> {
        let Gone { fates, .. } = self.contents.gone();
        let ledger = Ledger {
            used: fates.used,
            evicted_unused: fates.evicted_unused,
            expired_unused: fates.expired_unused,
            overwritten_unused: fates.overwritten_unused,
            resident_unused_at_end: self.contents.unused(),
            unfinished_at_end: self.warmer.unfinished(),
            ..self.ledger
        };
        ledger.reconcile().map_err(Contradiction::Ledger)?;
        Ok(ledger)
    }

    /// Lets the requests that still wait have their answers; nothing new begins.
    fn drain(&mut self) {
        self.warmer.stop();
        while let Some((now, event)) = self.events.pop() {
            match event {
                Event::Restart
                | Event::Flush(_)
                | Event::Signal(_)
                | Event::Job(_)
                | Event::Refresh { .. }
                | Event::Mark
                | Event::Warmer
                | Event::Retry(_) => {}
                event => self.happen(event, now, &Ahead::NOTHING),
            }
        }
    }

    /// Serves the first chunk of those that are known, and says how each of its requests was served. The `twin` is how
    /// they were served without warming.
    pub(crate) fn play(&mut self, chunks: &[Chunk], twin: Option<&[Served]>) -> &[Served] {
        let (Some(chunk), Some(last)) = (chunks.first(), chunks.last()) else { return &[] };
        // Jobs may name keys that are asked for in later chunks alone.
        let all = self.selectors.reserve(last.known as usize);
        if all > self.flights.len() {
            self.contents.reserve(all);
            self.warmer.reserve(all);
            self.refreshes.reserve(all);
            self.flights.resize(all, NOTHING);
            self.versions.iter_mut().for_each(|versions| versions.resize(all, 0));
        }
        self.served.clear();
        let mut turns = Turns::of(chunk);
        let mut ahead = Ahead { chunks, at: 0 };
        let requests = chunk.keys.len();
        for from in (0..requests).step_by(TOGETHER) {
            let to = requests.min(from + TOGETHER);
            self.look_at(&chunk.keys[from..to]);
            while ahead.at < to {
                self.take_turns(&mut turns, ahead.at, &ahead);
                let until = turns.before().map_or(to, |before| to.min(before));
                ahead.at += self.serve(&ahead, until, twin);
            }
        }
        self.take_turns(&mut turns, usize::MAX, &ahead);
        self.selectors.pass(&ahead);
        &self.served
    }

    /// Fetches into the processor's cache what it takes to serve keys.
    fn look_at(&self, keys: &[u32]) {
        let phantoms = self.selectors.phantoms();
        let mut absent = self.contents.look_at(keys, phantoms);
        while absent != 0 {
            let key = phantoms.id(keys[absent.trailing_zeros() as usize]);
            std::hint::black_box(self.flights[key as usize]);
            absent &= absent - 1;
        }
    }

    /// Serves requests that come next, up to an index of the chunk at hand, until one misses or something else happens;
    /// how many.
    fn serve(&mut self, ahead: &Ahead, until: usize, twin: Option<&[Served]>) -> usize {
        let (phantoms, Some(chunk)) = (self.selectors.phantoms(), ahead.chunks.first()) else { return 0 };
        let (keys, times) = (&chunk.keys[ahead.at..until], &chunk.times[ahead.at..until]);
        let hits = self.contents.serve(keys, times, self.due, phantoms);
        self.due = self.due.min(self.contents.due());
        self.counts.requests += hits.all as u64;
        self.counts.warm_hits += hits.warmed as u64;
        self.counts.stale_hits += hits.stale as u64;
        self.served.resize(self.served.len() + hits.all, Served::Hit);
        let (whole_twin, twin) = (twin, twin.map(|twin| &twin[ahead.at..until]));
        let missed = |served: &&Served| **served == Served::Missed;
        self.counts.avoided += twin.map_or(0, |twin| twin[..hits.all].iter().filter(missed).count() as u64);
        let (Some(key), Some(now)) = (keys.get(hits.all), times.get(hits.all)) else { return hits.all };
        if *now >= self.due {
            self.catch_up(*now, &Ahead { at: ahead.at + hits.all, ..*ahead });
            return hits.all;
        }
        let id = phantoms.id(*key);
        if self.refreshes.on_hit() && self.contents.standing(id).watched {
            let next = Ahead { at: ahead.at + hits.all, ..*ahead };
            self.contents.watch(id, false);
            let served = self.serve(&next, next.at + 1, whole_twin);
            self.hit_in_window(id, *now);
            return hits.all + served;
        }
        let served = self.miss(id, *now);
        self.served.push(served);
        if let Some(twin) = twin {
            let (here, there) = (served == Served::Missed, twin[hits.all] == Served::Missed);
            self.counts.avoided += u64::from(there & !here);
            self.counts.polluted += u64::from(here & !there);
        }
        hits.all + 1
    }

    /// Ends it.
    ///
    /// # Errors
    /// Where two numbers of the run contradict each other.
    pub(crate) fn finish(&mut self) -> Result<Outcome, Contradiction> {
        let until = self.setup.measure.until;
        // What happens at the end or behind it does not count.
        self.catch_up(until - 1, &Ahead::NOTHING);
        let end = (self.counts_now(), self.load_at(until));
        let (ledger, joined) = (self.reconciled()?, self.joined);
        let work = self.stretch.longest(until, ledger.attempted);
        self.contents.check()?;
        let begun = self.marks.first().copied().unwrap_or_default();
        let counts = end.0 - begun.0;
        let ends = self.marks.iter().skip(1).copied().chain([end]);
        let rails = self.rails.acted();
        let each = self.marks.iter().zip(ends).map(|(begun, end)| (end.0 - begun.0, end.1 - begun.1));
        let (series, loads) = each.unzip();
        let [origin_peak, warm_peak, expired_peak] =
            [&self.origin_peak, &self.warm_peak, &self.expired_peak].map(Peak::most);
        let (seconds_over_cap, queue_peak) = (self.origin_peak.seconds_over(), self.queue_peak);
        self.drain();
        let mut latency = std::mem::take(&mut self.latency);
        latency.record_many(self.setup.cache.hit_latency as u64, counts.hits());
        equal(
            "the number of requests that were answered",
            latency.count(),
            "that of requests",
            counts.requests,
        )?;
        let predicted = self.selectors.predicted();
        let (errors, updates) = (self.errors, self.versions.is_some());
        Ok(Outcome {
            counts,
            series,
            loads,
            latency,
            errors,
            origin_peak,
            warm_peak,
            seconds_over_cap,
            expired_peak,
            queue_peak,
            ledger,
            rails,
            joined,
            overdue: self.overdue,
            work,
            most_bytes: self.most_bytes,
            predicted,
            updates,
        })
    }
}
