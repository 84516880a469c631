//! When keys expire: at the instant `now >= expiry`, whether or not somebody asks for them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

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
        Clock { ttl: self, lives: vec![], queue: Queue::default() }
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

    /// When the life of a key ends that is there.
    fn ends(&self, key: u32) -> Micros;

    /// Fetches what is known of a key into the processor's cache.
    fn look_at(&self, key: u32);

    /// Fetches what is known of keys that may expire soon into the processor's cache, and tells of them.
    fn look_ahead(&self, each: impl FnMut(u32));

    /// When a life may end next; never later than the first that does.
    fn due(&self) -> Micros;

    /// Ends all lives, and forgets them.
    fn clear(&mut self);
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

    fn ends(&self, _: u32) -> Micros {
        NO_END
    }

    fn look_at(&self, _: u32) {}

    fn look_ahead(&self, _: impl FnMut(u32)) {}

    fn due(&self) -> Micros {
        Micros::MAX
    }

    fn clear(&mut self) {}
}

/// Keys expire.
pub(crate) struct Clock {
    ttl: Ttl,
    lives: Vec<Life>,
    /// When keys are looked at; an entry that differs from its key's is void.
    queue: Queue,
}

/// The life of a key.
#[derive(Debug, Clone, Copy)]
struct Life {
    /// When it ends; `NO_END` where it does not.
    end: Micros,
    /// When the key is looked at next, never after the end: a life may have been renewed since that was planned.
    look: Micros,
}

const NO_LIFE: Life = Life { end: NO_END, look: NO_END };

/// Instants with their keys, the earliest first. Most lives are as long as each other, so that they end in the order in
/// which they began: those stand in a line, and only the others in a heap.
#[derive(Default)]
struct Queue {
    line: VecDeque<(Micros, u32)>,
    heap: BinaryHeap<Reverse<(Micros, u32)>>,
}

impl Queue {
    fn push(&mut self, due: Micros, key: u32) {
        match self.line.back() {
            Some((last, _)) if due < *last => self.heap.push(Reverse((due, key))),
            _ => self.line.push_back((due, key)),
        }
    }

    fn peek(&self) -> Option<(Micros, u32)> {
        let heap = self.heap.peek().map(|Reverse(next)| *next);
        match (self.line.front().copied(), heap) {
            (Some(line), Some(heap)) => Some(line.min(heap)),
            (line, heap) => line.or(heap),
        }
    }

    fn pop(&mut self) {
        match (self.line.front(), self.heap.peek()) {
            (Some(line), Some(Reverse(heap))) if heap < line => _ = self.heap.pop(),
            (None, _) => _ = self.heap.pop(),
            (Some(_), _) => _ = self.line.pop_front(),
        }
    }

    fn len(&self) -> usize {
        self.line.len() + self.heap.len()
    }

    fn retain(&mut self, stands: impl Fn(Micros, u32) -> bool) {
        self.line.retain(|(due, key)| stands(*due, *key));
        self.heap.retain(|Reverse((due, key))| stands(*due, *key));
    }

    fn clear(&mut self) {
        self.line.clear();
        self.heap.clear();
    }
}

/// Places in the line of those that are looked at ahead: where that happens every 64 requests, about as many lives end
/// meanwhile at a hit ratio of 0.9.
const SOON: std::ops::Range<usize> = 8..16;

const NO_END: Micros = Micros::MAX;

impl Clock {
    fn end(&self, now: Micros, lives: Option<Micros>) -> Micros {
        lives.or(self.ttl.lives).map_or(NO_END, |lives| now.saturating_add(lives))
    }

    /// A key lives until then: plans to look at it when that is over, unless that is planned for earlier.
    fn live(&mut self, key: u32, end: Micros) {
        let life = &mut self.lives[key as usize];
        life.end = end;
        if end < life.look {
            self.plan(key, end);
        }
    }

    /// Looks at a key then, and not when that was planned before.
    fn plan(&mut self, key: u32, look: Micros) {
        self.lives[key as usize].look = look;
        if look == NO_END {
            return;
        }
        if self.queue.len() > 2 * self.lives.len() + FEW {
            let lives = &self.lives;
            self.queue.retain(|due, key| lives[key as usize].look == due);
        }
        self.queue.push(look, key);
    }
}

/// Void entries that do not matter, however few keys there are.
const FEW: usize = 1 << 10;

impl Expiry for Clock {
    const EXPIRES: bool = true;

    fn reserve(&mut self, keys: usize) {
        self.lives.resize(keys, NO_LIFE);
    }

    fn advance(&mut self, now: Micros, mut remove: impl FnMut(u32) -> bool) -> u64 {
        let mut expired = 0;
        while let Some((due, key)) = self.queue.peek()
            && due <= now
        {
            self.queue.pop();
            let life = &mut self.lives[key as usize];
            if life.look != due {
                continue;
            }
            life.look = NO_END;
            let end = life.end;
            if end <= now {
                life.end = NO_END;
                expired += u64::from(remove(key));
            } else {
                self.live(key, end);
            }
        }
        expired
    }

    fn begin(&mut self, key: u32, now: Micros, lives: Option<Micros>) {
        let end = self.end(now, lives);
        let life = &mut self.lives[key as usize];
        life.end = end;
        // Were a key left to be looked at when its life of before would have ended, the end would then come out of order.
        if life.look != end {
            self.plan(key, end);
        }
    }

    fn renew(&mut self, key: u32, now: Micros, lives: Option<Micros>) {
        if self.ttl.sliding && self.lives[key as usize].end != NO_END {
            let end = self.end(now, lives);
            self.live(key, end);
        }
    }

    fn ends(&self, key: u32) -> Micros {
        self.lives[key as usize].end
    }

    fn look_at(&self, key: u32) {
        std::hint::black_box(self.lives[key as usize].end);
    }

    fn look_ahead(&self, mut each: impl FnMut(u32)) {
        for (_, key) in self.queue.line.iter().take(SOON.end).skip(SOON.start) {
            self.look_at(*key);
            each(*key);
        }
    }

    fn due(&self) -> Micros {
        self.queue.peek().map_or(Micros::MAX, |(due, _)| due)
    }

    fn clear(&mut self) {
        self.lives.fill(NO_LIFE);
        self.queue.clear();
    }
}
