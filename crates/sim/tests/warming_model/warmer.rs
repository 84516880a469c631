//! The model's origin and its warmer.

use warmcast_sim::warming::{JobOrder, Schedule, Selector};

use super::rails::Signal;
use super::{Copy, Event, Fetch, Model, Waits};

impl Model {
    /// The fetch that others can wait for: the latest.
    pub(super) fn under_way(&self, key: u32) -> Option<usize> {
        let found =
            self.fetches.iter().rposition(|fetch| fetch.key == key && !fetch.over && !fetch.elsewhere);
        found.filter(|_| self.setup.origin.coalesce)
    }

    pub(super) fn send(&mut self, key: u32, warm: Option<u32>, waiters: Vec<i64>) {
        self.probe_with_warm(warm);
        self.send_for(key, warm, waiters, false);
        if warm.is_some() {
            for _ in 1..self.setup.budget.instances {
                self.send_for(key, warm, vec![], true);
            }
        }
    }

    fn probe_with_warm(&mut self, warm: Option<u32>) {
        if warm.is_some() {
            self.probe_with(self.fetches.len());
        }
    }

    fn send_for(&mut self, key: u32, warm: Option<u32>, waiters: Vec<i64>, elsewhere: bool) {
        let nth = self.fetches.len();
        self.fetches.push(Fetch { key, at: self.now, warm, elsewhere, stale: None, over: false, waiters });
        self.waiting[usize::from(warm.is_some())].push(nth);
        self.sent.push(self.now);
        if let Some(timeout) = self.setup.origin.timeout {
            self.events.push((self.now + timeout, Event::Timeout(nth)));
        }
    }

    /// When the origin can begin a fetch that waits, as far as that is a question of time.
    pub(super) fn origin_goes_on(&self) -> Option<i64> {
        let full = self.setup.origin.servers.is_some_and(|servers| self.serving >= servers);
        let any = self.waiting.iter().any(|queue| !queue.is_empty());
        self.cap.as_ref().filter(|_| any && !full).map(|cap| cap.ready(self.now))
    }

    /// The origin begins what it may, demand first; nobody begins a fetch that was given up.
    pub(super) fn origin_on(&mut self) {
        let Self { waiting, fetches, .. } = self;
        waiting.iter_mut().for_each(|queue| queue.retain(|fetch| !fetches[*fetch].over));
        loop {
            let full = self.setup.origin.servers.is_some_and(|servers| self.serving >= servers);
            let Some(class) = (0..2).find(|class| !self.waiting[*class].is_empty() && !full) else { break };
            if let Some(cap) = &mut self.cap {
                if cap.ready(self.now) > self.now {
                    break;
                }
                cap.take(self.now);
            }
            let fetch = self.waiting[class].remove(0);
            self.serving += 1;
            self.fetches[fetch].stale = Some(false);
            let origin = &self.setup.origin;
            let mut time = [origin.demand, origin.warm][class].mean;
            for slow in &origin.slow {
                if slow.from <= self.now && self.now < slow.until {
                    time *= slow.factor as i64;
                }
            }
            let done = if class == 0 { Event::DemandDone(fetch) } else { Event::WarmDone(fetch) };
            self.events.push((self.now + time, done));
        }
        let waiting = self.waiting.iter().map(|queue| queue.len() as u64).sum();
        self.found.queue_peak = self.found.queue_peak.max(waiting);
    }

    /// A fetch that somebody waited for has ended.
    pub(super) fn end(&mut self, fetch: usize, failed: bool) {
        let Fetch { key, at, warm, elsewhere, stale, .. } = self.fetches[fetch];
        let stale = stale == Some(true);
        if elsewhere {
            return;
        }
        let waiters = std::mem::take(&mut self.fetches[fetch].waiters);
        for arrived in &waiters {
            if *arrived >= self.setup.measure.from {
                self.found.errors += u64::from(failed);
                self.found.waited.0 += 1;
                self.found.waited.1 += (self.now - arrived + self.setup.cache.hit_latency) as u128;
            }
        }
        if warm.is_some() {
            self.heed(fetch, failed);
        }
        let measured = warm.is_some() || self.setup.rails.latency.is_some_and(|stop| stop.of_demand);
        let fills = failed || !measured || self.measure(self.now - at);
        let failed = failed || (warm.is_some() && !fills);
        match warm {
            None if failed || !self.setup.cache.fill_on_miss => {}
            None => self.fill(key, None, stale),
            Some(tried) if !failed && self.setup.budget.only_if_absent && self.place(key).is_some() => {
                self.finish(key, tried, false)
            }
            Some(tried) if !failed => {
                self.found.ledger.filled += 1;
                let known = key < self.keys;
                let useful = known && self.setup.budget.value_correct_share > 0.0;
                self.found.ledger.mismatched += u64::from(!useful);
                match useful {
                    true => self.fill(key, Some(waiters.is_empty()), stale),
                    false => self.fill(key, None, stale),
                }
                if let Some(nth) = self.place(key).filter(|_| known && !useful) {
                    (self.cache[nth].warmed, self.cache[nth].wrong) = (true, true);
                }
                self.finish(key, tried, true);
            }
            Some(tried) if tried > self.setup.budget.retries || self.rails.latched => {
                self.finish(key, tried, false)
            }
            Some(tried) => {
                let pause = self.setup.budget.backoff << (tried - 1);
                self.events.push((self.now + pause, Event::Retry { key, tried }));
            }
        }
    }

    /// A copy comes in; `warm` says of a warmed one whether nobody has asked for it.
    fn fill(&mut self, key: u32, warm: Option<bool>, stale: bool) {
        // Another name of a key is as large as the key.
        let (sizes, by_bytes, keys) = (&self.sizes, self.setup.cache.bytes, self.keys);
        let size = |key: u32| by_bytes.map_or(1, |_| u64::from(sizes[(key % keys) as usize]));
        let capacity = by_bytes.unwrap_or(self.setup.cache.capacity);
        let ledger = &mut self.found.ledger;
        if size(key) > capacity {
            ledger.evicted_unused += u64::from(warm.is_some());
            return;
        }
        let unused = warm == Some(true);
        ledger.used += u64::from(warm == Some(false));
        let end = self.setup.cache.ttl.map(|ttl| self.now + ttl.mean);
        let copy = Copy { key, warmed: warm.is_some(), unused, wrong: false, stale, end };
        match self.cache.iter().position(|copy| copy.key == key) {
            Some(nth) => {
                ledger.overwritten_unused += u64::from(self.cache.remove(nth).unused);
                self.cache.insert(if self.moves { self.cache.len() } else { nth }, copy);
            }
            None => {
                while self.cache.iter().map(|copy| size(copy.key)).sum::<u64>() + size(key) > capacity {
                    ledger.evicted_unused += u64::from(self.cache.remove(0).unused);
                    self.found.counts.evictions += 1;
                }
                self.cache.push(copy);
            }
        }
    }

    pub(super) fn plan(&mut self, nth: usize) {
        let job = self.setup.jobs[nth].clone();
        let most = job.keys as usize;
        let keys: Vec<u32> = match job.selector {
            Selector::Keys(keys) => keys.to_vec(),
            Selector::Popularity => (0..self.keys).take(most).collect(),
            Selector::Recent { window } => {
                let since = if job.sees_requests { self.now - window } else { i64::MAX };
                let mut keys: Vec<_> = self.last.iter().filter(|(_, at)| **at >= since).collect();
                keys.sort_by_key(|(key, at)| (-**at, **key));
                keys.into_iter().map(|(key, _)| *key).take(most).collect()
            }
            _ => unreachable!("it has no model"),
        };
        let within = keys.len().min(most);
        let mut left = self.bytes_of_a_plan();
        let mut fits = vec![];
        for key in &keys[..within] {
            let size = u64::from(self.sizes[*key as usize]);
            if size <= left {
                left -= size;
                fits.push(*key);
            } else if !self.setup.budget.room.skips {
                break;
            }
        }
        let allowed = (fits.len() as f64 * (1.0 - job.held_back)).round() as usize;
        let ledger = &mut self.found.ledger;
        ledger.planned += keys.len() as u64;
        ledger.over_budget += (keys.len() - fits.len()) as u64;
        ledger.held_back += (fits.len() - allowed) as u64;
        self.phases += 1;
        let until = self.setup.budget.deadline.map_or(i64::MAX, |time| self.now + time);
        if until < i64::MAX {
            self.events.push((until, Event::Signal(Signal::Deadline)));
        }
        let mut chosen = fits[..allowed].to_vec();
        if job.order == JobOrder::ColdestFirst {
            chosen.reverse();
        }
        for (place, key) in chosen.iter().enumerate() {
            // What a warmer that never matches calls a key.
            let name = if self.setup.budget.key_match_share > 0.0 { *key } else { self.keys + *key };
            let key = &name;
            if self.rails.latched {
                self.found.ledger.held_back += 1;
                continue;
            }
            if self.pending.contains_key(key) && self.setup.budget.deduplicate {
                self.found.ledger.deduplicated += 1;
                continue;
            }
            self.pending.entry(*key).or_default().0 += 1;
            let urgent = job.priority.unwrap_or(100 - (place * 100 / allowed) as u8);
            let before = |other: &Waits| !self.setup.budget.by_priority || other.urgent >= urgent;
            let place = self.queue.iter().take_while(|other| before(other)).count();
            self.queue.insert(place, Waits { key: *key, phase: self.phases, urgent, until });
            if let Some(most) = self.setup.budget.queue {
                self.warm_on();
                if self.queue.len() as u64 > most {
                    let last = self.queue.iter().rposition(|other| other.key == *key).expect("it waits");
                    self.queue.remove(last);
                    self.settle(*key);
                    self.found.ledger.dropped_queue += 1;
                }
            }
        }
        if let Schedule::Every { period, .. } = job.schedule {
            self.events.push((self.now + period, Event::Job(nth)));
        }
        self.warm_on();
    }

    fn bytes_of_a_plan(&self) -> u64 {
        let room = &self.setup.budget.room;
        let most = room.bytes.unwrap_or(u64::MAX);
        let Some(memory) = room.memory else { return most };
        let pressure = self.pressure();
        let share = match memory.levels {
            [_, _, critical] if pressure >= critical => memory.shares[3],
            [_, high, _] if pressure >= high => memory.shares[2],
            [moderate, ..] if pressure >= moderate => memory.shares[1],
            _ => memory.shares[0],
        };
        let of = |share: f64| (memory.available as f64 * share).round() as u64;
        let wanted = if of(share) < memory.floor { memory.floor } else { of(share) };
        let allowed = if wanted > of(memory.cap) { of(memory.cap) } else { wanted };
        if share == 0.0 { 0 } else { most.min(allowed) }
    }

    /// One operation less for a key.
    pub(super) fn settle(&mut self, key: u32) {
        let (operations, _) = self.pending.get_mut(&key).expect("it has one");
        *operations -= 1;
        if *operations == 0 {
            self.pending.remove(&key);
        }
    }

    fn has_worker(&self) -> bool {
        let pauses = self.events.iter().filter(|(_, event)| matches!(event, Event::Retry { .. })).count();
        let holds = self.setup.budget.retry_holds_worker;
        let idle = if holds { 0 } else { (pauses + self.again.len()) as u32 };
        self.setup.budget.workers.is_none_or(|workers| self.busy - idle < workers)
    }

    /// The first that is to be tried anew, where there is a worker for it.
    fn next_again(&self) -> Option<(u32, u32)> {
        self.again.first().copied().filter(|_| self.setup.budget.retry_holds_worker || self.has_worker())
    }

    /// Whether the next operation in the queue may begin, but for the rate.
    fn has_hands(&self) -> bool {
        let busy = !self.has_worker();
        let full = self.setup.budget.batch.is_some_and(|(size, _)| self.batch >= size);
        !busy && !full && self.paused.is_none()
    }

    /// When the warmer can go on, as far as that is a question of time: at the end of a pause, or with the next token.
    pub(super) fn warmer_goes_on(&self) -> Option<i64> {
        let first = !self.queue.is_empty() && self.has_hands() && !self.is_kept();
        let any = self.is_open() && (self.next_again().is_some() || first);
        let token = self.rate.as_ref().filter(|_| any).map(|rate| rate.ready(self.now));
        self.paused.or(token).filter(|_| !self.stopped)
    }

    pub(super) fn warm_on(&mut self) {
        while !self.stopped && self.warm_one() {}
        self.origin_on();
    }

    /// One operation begins or ends without; false where none may.
    fn warm_one(&mut self) -> bool {
        if !self.is_open() {
            return false;
        }
        let again = self.next_again();
        let first = self.queue.first().copied().filter(|_| again.is_none() && self.has_hands());
        if first.is_some() && self.is_kept() {
            self.halt();
            return false;
        }
        let first = first.map(|waits| (waits.key, waits.phase));
        let fresh = |key: u32| self.setup.budget.skip_fresh && self.cache.iter().any(|copy| copy.key == key);
        let comes = |key: u32| self.setup.cache.fill_on_miss && self.under_way(key).is_some();
        if let Some((key, tried)) = again.filter(|(key, _)| fresh(*key) || comes(*key)) {
            self.again.remove(0);
            self.finish(key, tried, false);
            return true;
        }
        if let Some((key, _)) = first {
            let fresh = fresh(key);
            if fresh || comes(key) {
                self.found.ledger.skipped_fresh += u64::from(fresh);
                self.found.ledger.deduplicated += u64::from(!fresh);
                self.queue.remove(0);
                self.settle(key);
                return true;
            }
        }
        let Some((key, tried)) = again.or(first.map(|(key, _)| (key, 0))) else { return false };
        let allowed = self.rate.as_ref().is_none_or(|rate| rate.ready(self.now) == self.now);
        if !allowed && !self.setup.budget.refuse {
            return false;
        }
        match again {
            Some(_) => _ = self.again.remove(0),
            None => _ = self.queue.remove(0),
        }
        match (allowed, again) {
            (true, _) => {
                if let Some(rate) = &mut self.rate {
                    rate.take(self.now);
                }
                self.busy += u32::from(again.is_none());
                self.batch += u32::from(again.is_none());
                if let (None, Some((_, phase))) = (again, first) {
                    self.phase = phase;
                }
                self.found.counts.warm_fetches += u64::from(self.setup.budget.instances);
                self.send(key, Some(tried + 1), vec![]);
            }
            (false, Some(_)) => self.finish(key, tried, false),
            (false, None) => {
                self.found.ledger.rate_limited += 1;
                self.settle(key);
                if self.setup.budget.refusal_pause > 0 {
                    self.batch += 1;
                    self.rests = self.rests.max(self.now + self.setup.budget.refusal_pause);
                    self.end_batch();
                }
            }
        }
        true
    }

    /// An operation has its fate.
    pub(super) fn finish(&mut self, key: u32, tries: u32, filled: bool) {
        let ledger = &mut self.found.ledger;
        ledger.attempted += 1;
        ledger.attempts += u64::from(tries);
        ledger.retries += u64::from(tries - 1);
        ledger.failed += u64::from(!filled);
        self.settle(key);
        self.busy -= 1;
        self.end_batch();
    }

    fn end_batch(&mut self) {
        if let Some((size, pause)) = self.setup.budget.batch
            && self.busy == 0
            && (self.batch == size || self.queue.is_empty())
        {
            (self.batch, self.paused) = (0, Some(self.now.max(self.rests) + pause));
        }
    }
}
