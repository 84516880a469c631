//! Which keys were asked for most.

use std::cmp::Reverse;

use trace::{Keys, Micros};

use crate::lane::Stretch;

/// Counts requests for keys.
#[derive(Debug, Default)]
pub struct Popularity {
    keys: Vec<Known>,
    /// Keys that were asked for, most often first; of equals the lesser first.
    ranked: Vec<u32>,
    /// For each key, the index of its first request after the count, where the future is known.
    next: Vec<u32>,
}

/// What is known of a key.
#[derive(Debug, Clone, Copy)]
struct Known {
    requests: u64,
    /// Of the last request.
    size: u64,
    ttl: Option<Micros>,
}

/// A key asked for often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hot {
    /// The key.
    pub key: u32,
    /// What it took up when it was last asked for.
    pub size: u64,
    /// Time to live that was last asked for.
    pub ttl: Option<Micros>,
    /// Index of its next request, where that is known.
    pub next: Option<u32>,
}

impl Popularity {
    /// Counts requests.
    pub fn note(&mut self, stretch: &Stretch, keys: usize) {
        self.keys.resize(keys, Known { requests: 0, size: 1, ttl: None });
        for (nth, key) in stretch.keys.iter().enumerate() {
            let known = &mut self.keys[*key as usize];
            known.requests += 1;
            known.size = stretch.sizes.of(stretch.first + nth, *key).unwrap_or(1);
            known.ttl = stretch.ttls.get(nth).copied().flatten();
        }
    }

    /// Looks ahead: the first of these requests for each key is its next.
    pub fn look_ahead(&mut self, stretch: &Stretch, keys: usize) {
        self.next = vec![crate::NEVER; keys];
        for (nth, key) in stretch.keys.iter().enumerate().rev() {
            self.next[*key as usize] = (stretch.first + nth) as u32;
        }
    }

    /// Ends the count, and ranks: by requests, then by key, as numbers where all keys asked for so far are, else by their
    /// bytes.
    pub fn rank(&mut self, keys: &Keys) {
        let count = |key: u32| self.keys[key as usize].requests;
        let mut ranked: Vec<u32> = (0..self.keys.len() as u32).filter(|key| count(*key) > 0).collect();
        // Text that comes later must not change the order of what came before.
        if ranked.iter().all(|key| keys.number(*key).is_some()) {
            ranked.sort_by_cached_key(|key| (Reverse(count(*key)), keys.number(*key)));
        } else {
            ranked.sort_by(|a, b| count(*b).cmp(&count(*a)).then_with(|| keys.order(*a, *b)));
        }
        self.ranked = ranked;
    }

    /// The most popular keys, hottest first, up to the first that does not fit any more.
    pub fn hottest(&self, capacity: u64, bytes: bool) -> Vec<Hot> {
        let mut room = capacity;
        let hot = self.ranked.iter().map(|key| Hot {
            key: *key,
            size: self.keys[*key as usize].size,
            ttl: self.keys[*key as usize].ttl,
            next: self.next.get(*key as usize).copied(),
        });
        let fitting = hot.take_while(|hot| {
            let size = if bytes { hot.size } else { 1 };
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        });
        fitting.collect()
    }
}
