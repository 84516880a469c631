//! Fetches under way, and the requests that wait for them.

use trace::synthetic::Nanos;

/// A fetch from the origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fetch {
    pub(crate) key: u32,
    pub(crate) purpose: Purpose,
    /// Nobody waits for it any more.
    pub(crate) over: bool,
    pub(crate) fails: bool,
    /// The fetch for the same key that was under way when this one was sent.
    pub(crate) before: u32,
    /// When it was sent.
    pub(crate) at: Nanos,
    /// How often its key had been written when the origin began to work on it.
    pub(crate) version: u32,
    /// Its number among the fetches that were sent; 0 for one that was not.
    sent: u64,
    /// Events and queues that still speak of it.
    references: u8,
    /// The latest request that waits for it.
    waiter: u32,
}

/// Why a fetch was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A request missed.
    Demand,
    /// A warm operation, after so many tries that failed.
    Warm { failed: u32 },
    /// Another instance warms the same key, for its own cache.
    Elsewhere,
}

#[derive(Debug, Clone, Copy)]
struct Waiter {
    arrived: Nanos,
    next: u32,
}

const NOBODY: u32 = u32::MAX;

/// No fetch.
pub(crate) const NOTHING: u32 = u32::MAX;

/// All of them; places are used again.
#[derive(Debug, Default)]
pub(crate) struct Fetches {
    fetches: Vec<Fetch>,
    free: Vec<u32>,
    waiters: Vec<Waiter>,
    free_waiters: Vec<u32>,
    sent: u64,
}

impl Fetches {
    /// A new fetch, of which one event or queue speaks.
    pub(crate) fn begin(&mut self, key: u32, purpose: Purpose) -> u32 {
        let fetch = Fetch {
            key,
            purpose,
            over: false,
            fails: false,
            before: NOTHING,
            at: 0,
            version: 0,
            sent: 0,
            references: 1,
            waiter: NOBODY,
        };
        match self.free.pop() {
            Some(place) => {
                self.fetches[place as usize] = fetch;
                place
            }
            None => {
                self.fetches.push(fetch);
                self.fetches.len() as u32 - 1
            }
        }
    }

    pub(crate) fn get(&self, fetch: u32) -> &Fetch {
        &self.fetches[fetch as usize]
    }

    pub(crate) fn get_mut(&mut self, fetch: u32) -> &mut Fetch {
        &mut self.fetches[fetch as usize]
    }

    /// A fetch is sent while another one for its key, or none, is under way.
    pub(crate) fn send(&mut self, fetch: u32, before: u32) {
        self.sent += 1;
        let sent = self.sent;
        let fetch = self.get_mut(fetch);
        (fetch.before, fetch.sent) = (before, sent);
    }

    /// The latest fetch for a key that is under way, where `fetch` is the latest that was sent.
    pub(crate) fn under_way(&self, mut fetch: u32, key: u32) -> u32 {
        let mut later = u64::MAX;
        while fetch != NOTHING {
            let found = self.get(fetch);
            // A place that is used again: what stood there of this key is over.
            if found.key != key || found.sent == 0 || found.sent >= later {
                return NOTHING;
            }
            later = found.sent;
            if !found.over {
                return fetch;
            }
            fetch = found.before;
        }
        NOTHING
    }

    /// Another event speaks of it.
    pub(crate) fn refer(&mut self, fetch: u32) {
        self.fetches[fetch as usize].references += 1;
    }

    /// One that spoke of it is done; after the last its place is free.
    pub(crate) fn release(&mut self, fetch: u32) {
        let references = &mut self.fetches[fetch as usize].references;
        *references -= 1;
        if *references == 0 {
            self.free.push(fetch);
        }
    }

    /// A request waits for it.
    pub(crate) fn wait(&mut self, fetch: u32, arrived: Nanos) {
        let next = self.fetches[fetch as usize].waiter;
        let waiter = Waiter { arrived, next };
        self.fetches[fetch as usize].waiter = match self.free_waiters.pop() {
            Some(place) => {
                self.waiters[place as usize] = waiter;
                place
            }
            None => {
                self.waiters.push(waiter);
                self.waiters.len() as u32 - 1
            }
        };
    }

    /// Lets all that wait for it go, the latest first; whether there was one.
    pub(crate) fn answer(&mut self, fetch: u32, mut each: impl FnMut(Nanos)) -> bool {
        let mut place = std::mem::replace(&mut self.fetches[fetch as usize].waiter, NOBODY);
        let any = place != NOBODY;
        while place != NOBODY {
            let Waiter { arrived, next } = self.waiters[place as usize];
            each(arrived);
            self.free_waiters.push(place);
            place = next;
        }
        any
    }

    /// Fetches that somebody speaks of.
    #[cfg(test)]
    pub(crate) fn known(&self) -> usize {
        self.fetches.len() - self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_free_when_nobody_speaks_of_them_and_waiters_are_let_go_once() {
        let mut fetches = Fetches::default();
        let first = fetches.begin(7, Purpose::Demand);
        fetches.refer(first);
        fetches.wait(first, 1);
        fetches.wait(first, 2);
        let second = fetches.begin(8, Purpose::Warm { failed: 0 });
        fetches.wait(second, 3);
        let mut gone = vec![];
        assert!(fetches.answer(first, |arrived| gone.push(arrived)));
        assert!(!fetches.answer(first, |_| unreachable!("nobody is left")));
        assert_eq!(gone, [2, 1]);
        fetches.release(first);
        assert_eq!(fetches.known(), 2);
        fetches.release(first);
        assert_eq!((fetches.known(), fetches.begin(9, Purpose::Demand)), (1, first));
        assert_eq!(fetches.get(first).key, 9);
    }
}
