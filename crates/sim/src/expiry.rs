//! When keys expire: at the instant `now >= expiry`, whether or not somebody asks for them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use trace::Micros;

/// A time to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ttl {
    /// How long, where a request does not say otherwise; none leaves such keys alive.
    pub lives: Option<Micros>,
    /// Whether each hit starts it anew.
    pub sliding: bool,
}

impl Ttl {
    /// A clock for it.
    pub(crate) fn start(self) -> Clock {
        Clock { ttl: self, ends: vec![], looks: vec![], queue: BinaryHeap::new() }
    }
}

/// Follows the lives of the keys in a cache.
pub(crate) trait Expiry: Send + 'static {
    /// Whether any key ever expires.
    const EXPIRES: bool;

    fn reserve(&mut self, keys: usize);

    /// Ends the lives that are over; `remove` says whether the key was still there. How many were.
    fn advance(&mut self, now: Micros, remove: impl FnMut(u32) -> bool) -> u64;

    /// A key was inserted; `lives` is what the request says of its time to live.
    fn begin(&mut self, key: u32, now: Micros, lives: Option<Micros>);

    /// A key was hit.
    fn renew(&mut self, key: u32, now: Micros, lives: Option<Micros>);
}

/// Keys live until they are evicted.
pub(crate) struct Forever;

impl Expiry for Forever {
    const EXPIRES: bool = false;

    fn reserve(&mut self, _: usize) {}

    fn advance(&mut self, _: Micros, _: impl FnMut(u32) -> bool) -> u64 {
        0
    }

    fn begin(&mut self, _: u32, _: Micros, _: Option<Micros>) {}

    fn renew(&mut self, _: u32, _: Micros, _: Option<Micros>) {}
}

/// Keys expire.
pub(crate) struct Clock {
    ttl: Ttl,
    /// When each key's life ends; `NO_END` where it does not.
    ends: Vec<Micros>,
    /// When each key is looked at next, never after its end: a life may have been renewed since that was planned.
    looks: Vec<Micros>,
    /// These instants, the earliest first; an entry that differs from its key's is void.
    queue: BinaryHeap<Reverse<(Micros, u32)>>,
}

const NO_END: Micros = Micros::MAX;

impl Clock {
    fn end(&self, now: Micros, lives: Option<Micros>) -> Micros {
        lives.or(self.ttl.lives).map_or(NO_END, |lives| now.saturating_add(lives))
    }

    /// Plans to look at a key when its life ends, unless that is planned for earlier.
    fn look(&mut self, key: u32) {
        let end = self.ends[key as usize];
        if end < self.looks[key as usize] {
            self.looks[key as usize] = end;
            self.queue.push(Reverse((end, key)));
        }
    }
}

impl Expiry for Clock {
    const EXPIRES: bool = true;

    fn reserve(&mut self, keys: usize) {
        self.ends.resize(keys, NO_END);
        self.looks.resize(keys, NO_END);
    }

    fn advance(&mut self, now: Micros, mut remove: impl FnMut(u32) -> bool) -> u64 {
        let mut expired = 0;
        while let Some(Reverse((due, key))) = self.queue.peek().copied()
            && due <= now
        {
            self.queue.pop();
            if self.looks[key as usize] != due {
                continue;
            }
            self.looks[key as usize] = NO_END;
            let end = self.ends[key as usize];
            if end <= now {
                self.ends[key as usize] = NO_END;
                expired += u64::from(remove(key));
            } else {
                self.look(key);
            }
        }
        expired
    }

    fn begin(&mut self, key: u32, now: Micros, lives: Option<Micros>) {
        let end = self.end(now, lives);
        self.ends[key as usize] = end;
        self.look(key);
    }

    fn renew(&mut self, key: u32, now: Micros, lives: Option<Micros>) {
        if self.ttl.sliding && self.ends[key as usize] != NO_END {
            self.ends[key as usize] = self.end(now, lives);
            self.look(key);
        }
    }
}
