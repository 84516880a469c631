//! A slow and obvious model of warming: what may happen next is found by looking at everything that could, and nothing is
//! told to wake up. Only the numbers that come out of it have the engine's types.

mod rails;
mod warmer;

use std::collections::BTreeMap;

use evaluation::Ledger;
use rails::{Rails, Signal};
use warmcast_sim::warming::{Acted, Counts, OnWrite, Rate, Schedule, Served, Setup};

/// What the model says of a run.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Modelled {
    pub(crate) served: Vec<Served>,
    pub(crate) counts: Counts,
    pub(crate) series: Vec<Counts>,
    /// Requests that arrived while it was measured, and how long they waited together.
    pub(crate) waited: (u64, u128),
    /// Those of them that had no answer.
    pub(crate) errors: u64,
    pub(crate) origin_peak: u64,
    pub(crate) queue_peak: u64,
    pub(crate) ledger: Ledger,
    pub(crate) rails: [Acted; 4],
}

/// What keys are, and when they are written.
#[derive(Debug, Default)]
pub(crate) struct Things {
    pub(crate) writes: Vec<(i64, u32)>,
    pub(crate) sizes: Vec<u32>,
}

/// Whose a key is.
pub(crate) fn tenant(key: u32) -> &'static str {
    if key.is_multiple_of(2) { "even" } else { "odd" }
}

/// What happens at an instant, the first first; requests arrive after all of it.
#[derive(Debug, Clone, Copy)]
enum Event {
    Expires(u32),
    Signal(Signal),
    Restart,
    Flush(usize),
    WarmDone(usize),
    DemandDone(usize),
    Timeout(usize),
    Origin,
    Retry { key: u32, tried: u32 },
    Warmer,
    Job(usize),
    Mark,
}

fn rank(event: Event) -> usize {
    match event {
        Event::Expires(_) => 0,
        Event::Mark => 1,
        Event::Signal(_) => 2,
        Event::Restart => 3,
        Event::Flush(_) => 4,
        Event::WarmDone(_) => 5,
        Event::DemandDone(_) => 6,
        Event::Timeout(_) => 7,
        Event::Origin => 8,
        Event::Retry { .. } => 9,
        Event::Warmer => 10,
        Event::Job(_) => 11,
    }
}

/// A key in the cache.
struct Copy {
    key: u32,
    warmed: bool,
    unused: bool,
    wrong: bool,
    stale: bool,
    end: Option<i64>,
}

/// A fetch that was sent; none is ever forgotten.
struct Fetch {
    key: u32,
    at: i64,
    /// Tries of its warm operation, this one included; none for demand.
    warm: Option<u32>,
    /// It is another instance's.
    elsewhere: bool,
    /// Its key was written since the origin began to work on it; none before that.
    stale: Option<bool>,
    over: bool,
    waiters: Vec<i64>,
}

/// An operation that has not begun.
#[derive(Clone, Copy)]
struct Waits {
    key: u32,
    phase: u32,
    urgent: u8,
    until: i64,
}

/// Tokens, counted in the time that they take to flow in.
struct Tokens {
    each: i64,
    most: i64,
    stock: i64,
    at: i64,
}

impl Tokens {
    fn new(rate: Rate) -> Self {
        let each = (1e9 / rate.per_second).round() as i64;
        let most = each * rate.burst as i64;
        Self { each, most, stock: most, at: 0 }
    }

    fn ready(&self, now: i64) -> i64 {
        let stock = self.most.min(self.stock + now - self.at);
        now + (self.each - stock).max(0)
    }

    fn take(&mut self, now: i64) {
        self.stock = self.most.min(self.stock + now - self.at) - self.each;
        self.at = now;
    }
}

/// What keeps to a rate.
enum Limit {
    Tokens(Tokens),
    /// So many within a window of a length, and when each of all began.
    Window {
        length: i64,
        most: usize,
        begun: Vec<i64>,
    },
}

impl Limit {
    fn new(rate: Rate, window: Option<i64>) -> Self {
        match window {
            None => Self::Tokens(Tokens::new(rate)),
            Some(length) => {
                let most = (length / (1e9 / rate.per_second) as i64) as usize;
                Self::Window { length, most, begun: vec![] }
            }
        }
    }

    fn ready(&self, now: i64) -> i64 {
        match self {
            Self::Tokens(tokens) => tokens.ready(now),
            Self::Window { length, most, begun } => {
                let within = |at: i64| begun.iter().filter(|one| **one > at - length).count();
                let times = begun.iter().map(|one| one + length).chain([now]);
                times.filter(|at| *at >= now && within(*at) < *most).min().expect("it is there at last")
            }
        }
    }

    fn take(&mut self, now: i64) {
        match self {
            Self::Tokens(tokens) => tokens.take(now),
            Self::Window { begun, .. } => begun.push(now),
        }
    }
}

pub(crate) struct Model {
    setup: Setup,
    keys: u32,
    writes: Vec<(i64, u32)>,
    sizes: Vec<u32>,
    /// A hit moves a key to the end, as in LRU; in FIFO it stays.
    moves: bool,
    now: i64,
    events: Vec<(i64, Event)>,
    /// Who goes first is first.
    cache: Vec<Copy>,
    fetches: Vec<Fetch>,
    /// Fetches that wait at the origin, for demand and for warming.
    waiting: [Vec<usize>; 2],
    serving: u32,
    cap: Option<Tokens>,
    rate: Option<Limit>,
    /// Keys whose operation has not begun.
    queue: Vec<Waits>,
    /// Phases that were planned, and that of the operation that began last.
    phases: u32,
    phase: u32,
    rails: Rails,
    /// Keys to be tried anew now, with the tries that failed.
    again: Vec<(u32, u32)>,
    /// Keys with operations, how many, and whether they were asked for since.
    pending: BTreeMap<u32, (u32, bool)>,
    busy: u32,
    batch: u32,
    /// Until when one keeps its place in it that was given up.
    rests: i64,
    paused: Option<i64>,
    last: BTreeMap<u32, i64>,
    marks: Vec<Counts>,
    sent: Vec<i64>,
    found: Modelled,
    stopped: bool,
}

impl Model {
    pub(crate) fn new(setup: &Setup, keys: u32, things: &Things, moves: bool) -> Self {
        Self {
            setup: setup.clone(),
            keys,
            writes: things.writes.clone(),
            sizes: things.sizes.clone(),
            moves,
            now: 0,
            events: vec![],
            cache: vec![],
            fetches: vec![],
            waiting: [vec![], vec![]],
            serving: 0,
            cap: setup.origin.cap.map(Tokens::new),
            rate: setup.budget.rate.map(|rate| Limit::new(rate, setup.budget.rate_window)),
            queue: vec![],
            phases: 0,
            phase: 0,
            rails: Rails::default(),
            again: vec![],
            pending: BTreeMap::new(),
            busy: 0,
            batch: 0,
            rests: 0,
            paused: None,
            last: BTreeMap::new(),
            marks: vec![],
            sent: vec![],
            found: Modelled::default(),
            stopped: false,
        }
    }

    /// Serves requests, each an instant and a key; the twin is how they were served without warming.
    pub(crate) fn play(mut self, requests: &[(i64, u32)], twin: Option<&[Served]>) -> Modelled {
        let measure = self.setup.measure;
        self.setup.restarts.clone().into_iter().for_each(|at| self.events.push((at, Event::Restart)));
        for (nth, flush) in self.setup.flushes.iter().enumerate() {
            self.events.push((flush.at, Event::Flush(nth)));
        }
        self.events.push((measure.from, Event::Mark));
        self.start_rails();
        self.start_jobs(0);
        for (nth, job) in self.setup.jobs.iter().enumerate() {
            if let Schedule::Every { first, .. } = job.schedule {
                self.events.push((first, Event::Job(nth)));
            }
        }
        for (nth, (at, key)) in requests.iter().enumerate() {
            self.write_until(*at);
            self.run(*at);
            let served = self.arrive(*key);
            self.found.served.push(served);
            let missed = (twin.map(|twin| twin[nth] == Served::Missed), served == Served::Missed);
            self.found.counts.avoided += u64::from(missed == (Some(true), false));
            self.found.counts.polluted += u64::from(missed == (Some(false), true));
        }
        self.write_until(measure.until - 1);
        self.run(measure.until - 1);
        let end = self.found.counts;
        let ends = self.marks.iter().skip(1).chain([&end]);
        self.found.series = self.marks.iter().zip(ends).map(|(from, to)| *to - *from).collect();
        self.found.ledger.resident_unused_at_end =
            self.cache.iter().filter(|copy| copy.unused).count() as u64;
        self.found.ledger.unfinished_at_end = self.queue.len() as u64 + u64::from(self.busy);
        let mut seconds = BTreeMap::new();
        self.sent.iter().for_each(|at| *seconds.entry(at / 1_000_000_000).or_default() += 1);
        self.found.origin_peak = seconds.into_values().max().unwrap_or(0);
        let (ledger, rails, queue_peak) = (self.found.ledger, self.found.rails, self.found.queue_peak);
        self.stopped = true;
        self.run(i64::MAX);
        let counts = end - self.marks[0];
        self.found.waited.0 += counts.hits();
        self.found.waited.1 += u128::from(counts.hits()) * self.setup.cache.hit_latency as u128;
        Modelled { counts, ledger, rails, queue_peak, ..self.found }
    }

    /// Everything that is written up to an instant.
    fn write_until(&mut self, until: i64) {
        while let Some((at, key)) = self.writes.first().copied().filter(|(at, _)| *at <= until) {
            self.run(at);
            self.writes.remove(0);
            let begun = self.fetches.iter_mut().filter(|fetch| fetch.key == key);
            begun.filter_map(|fetch| fetch.stale.as_mut()).for_each(|stale| *stale = true);
            match self.setup.cache.on_write {
                OnWrite::Invalidate => self.lose(|copy| copy.key == key),
                OnWrite::Nothing => {
                    let copies = self.cache.iter_mut().filter(|copy| copy.key == key);
                    copies.for_each(|copy| copy.stale = true);
                }
            }
        }
    }

    /// Copies are lost.
    fn lose(&mut self, lost: impl Fn(&Copy) -> bool) {
        let unused = self.cache.extract_if(.., |copy| lost(copy)).filter(|copy| copy.unused).count();
        self.found.ledger.evicted_unused += unused as u64;
    }

    fn start_jobs(&mut self, at: i64) {
        for (nth, job) in self.setup.jobs.iter().enumerate() {
            if matches!(job.schedule, Schedule::AtStart | Schedule::OnChange) {
                self.events.push((at, Event::Job(nth)));
            }
        }
    }

    /// All that happens up to an instant.
    fn run(&mut self, until: i64) {
        loop {
            let expiries =
                self.cache.iter().filter_map(|copy| Some((copy.end?, Event::Expires(copy.key), None)));
            let planned = self.events.iter().enumerate().map(|(nth, (at, event))| (*at, *event, Some(nth)));
            let origin = self.origin_goes_on().map(|at| (at, Event::Origin, None));
            let warmer = self.warmer_goes_on().map(|at| (at, Event::Warmer, None));
            let all = expiries.chain(planned).chain(origin).chain(warmer);
            let Some((at, event, nth)) =
                all.filter(|(at, ..)| *at <= until).min_by_key(|(at, event, _)| (*at, rank(*event)))
            else {
                self.now = until;
                return;
            };
            self.now = at;
            nth.map(|nth| self.events.remove(nth));
            self.happen(event);
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Expires(key) => {
                let nth = self.place(key).expect("it was there");
                let unused = self.cache.remove(nth).unused;
                self.found.counts.expired += 1;
                self.found.ledger.expired_unused += u64::from(unused);
            }
            Event::Restart if !self.stopped => {
                self.lose(|_| true);
                self.start_jobs(self.now);
            }
            Event::Flush(nth) if !self.stopped => {
                let whose = self.setup.flushes[nth].tenant.clone();
                self.lose(|copy| whose.as_ref().is_none_or(|whose| tenant(copy.key) == whose));
            }
            Event::WarmDone(fetch) | Event::DemandDone(fetch) => {
                self.serving -= 1;
                if !std::mem::replace(&mut self.fetches[fetch].over, true) {
                    self.end(fetch, self.setup.origin.failure_share > 0.0);
                }
                self.warm_on();
            }
            Event::Timeout(fetch) => {
                if !std::mem::replace(&mut self.fetches[fetch].over, true) {
                    self.end(fetch, true);
                }
                self.warm_on();
            }
            Event::Origin => self.origin_on(),
            Event::Retry { key, tried } if !self.stopped => {
                match self.rails.latched {
                    true => self.finish(key, tried, false),
                    false => self.again.push((key, tried)),
                }
                self.warm_on();
            }
            Event::Warmer => {
                self.paused = self.paused.filter(|until| *until > self.now);
                self.warm_on();
            }
            Event::Signal(signal) if !self.stopped => self.signal(signal),
            Event::Job(nth) if !self.stopped => self.plan(nth),
            Event::Mark if !self.stopped => self.mark(),
            Event::Signal(_)
            | Event::Restart
            | Event::Flush(_)
            | Event::Retry { .. }
            | Event::Job(_)
            | Event::Mark => {}
        }
    }

    fn mark(&mut self) {
        if self.marks.is_empty() {
            self.sent.clear();
            self.found.queue_peak = self.waiting.iter().map(|queue| queue.len() as u64).sum();
        }
        self.marks.push(self.found.counts);
        let next = self.now + self.setup.measure.interval;
        if next < self.setup.measure.until {
            self.events.push((next, Event::Mark));
        }
    }

    pub(super) fn place(&self, key: u32) -> Option<usize> {
        self.cache.iter().position(|copy| copy.key == key)
    }

    fn arrive(&mut self, key: u32) -> Served {
        self.found.counts.requests += 1;
        self.last.insert(key, self.now);
        if let Some(nth) = self.place(key) {
            let mut copy = self.cache.remove(nth);
            self.found.counts.warm_hits += u64::from(copy.warmed);
            self.found.counts.wrong_hits += u64::from(copy.wrong);
            self.found.counts.stale_hits += u64::from(copy.stale);
            self.found.ledger.used += u64::from(copy.unused);
            copy.unused = false;
            if let Some(lives) = self.setup.cache.ttl.filter(|ttl| ttl.sliding) {
                copy.end = Some(self.now + lives.mean);
            }
            self.cache.insert(if self.moves { self.cache.len() } else { nth }, copy);
            return Served::Hit;
        }
        if let Some((_, late)) = self.pending.get_mut(&key) {
            self.found.ledger.late += u64::from(!std::mem::replace(late, true));
        }
        if let Some(fetch) = self.under_way(key) {
            self.found.counts.delayed += 1;
            self.fetches[fetch].waiters.push(self.now);
            return Served::Delayed;
        }
        self.found.counts.misses += 1;
        self.found.counts.demand_fetches += 1;
        self.send(key, None, vec![self.now]);
        self.origin_on();
        Served::Missed
    }
}
