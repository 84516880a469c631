//! Requests in bounded memory: all of them, or those for a share of the keys where they are too many.

use crate::block::{Block, Rules};
use crate::interner::{Interner, TooManyKeys};
use crate::keys::Keys;
use crate::request::{Details, Key, Micros, Row};
use crate::reuse::Draw;
use crate::stream::{Passed, Stream};
use crate::trace::LoadError;

/// Bytes that a key takes in tables beside its own.
const TABLES: usize = 24;

/// Requests of a stream, in its order, those for keys that were not drawn left out.
///
/// Keys are drawn by a hash of what they are, so that all requests for a key are kept or none (spatial sampling: Waldspurger, Park,
/// Garthwaite & Ahmad, *Efficient MRC construction with SHARDS*, FAST 2015). The rate is 1 until memory is used up, and is
/// halved each time it is.
#[derive(Debug)]
pub struct Kept {
    /// Keys that were drawn, in order of first appearance unless some were dropped later.
    pub keys: Keys,
    /// The key of each request that is kept.
    pub requests: Vec<u32>,
    /// When each came; empty where the stream does not tell.
    pub times: Vec<Micros>,
    /// The first size of each key; empty where the stream has none.
    pub sizes: Vec<u64>,
    /// The share of keys that was drawn.
    pub rate: f64,
    /// Requests of the stream.
    pub total: u64,
    /// What was passed over while reading.
    pub passed: Passed,
    /// What the reader found out.
    pub found: Vec<String>,
    draw: Draw,
}

impl Kept {
    /// Reads a stream to its end into so many bytes, and shows each stretch of it to somebody who wants more of them.
    ///
    /// # Errors
    /// Where a record cannot be used and may not be passed over.
    pub fn load(
        stream: &mut Stream,
        bytes: usize,
        seed: u64,
        mut shown: impl FnMut(&Block),
    ) -> Result<Self, LoadError> {
        let mut keeping = Keeping::new(seed);
        while let Some(block) = stream.next()? {
            shown(block);
            keeping.take(block)?;
            while keeping.bytes() > bytes && keeping.requests.len() > Block::ROOM {
                keeping.halve()?;
            }
        }
        let Keeping { interner, requests, times, sizes, rate, total, draw, .. } = keeping;
        let (keys, passed, found) = (interner.into_keys(), stream.passed().clone(), stream.found());
        Ok(Self { keys, requests, times, sizes, rate, total, passed, found, draw })
    }

    /// Whether requests for a key are kept.
    pub fn draws(&self, key: Key<'_>) -> bool {
        self.draw.place(key) < self.rate
    }
}

/// The same, in the making.
struct Keeping {
    interner: Interner,
    requests: Vec<u32>,
    times: Vec<Micros>,
    sizes: Vec<u64>,
    rate: f64,
    total: u64,
    draw: Draw,
    /// Room for what is kept of a block.
    some: Block,
}

impl Keeping {
    fn new(seed: u64) -> Self {
        Self {
            interner: Interner::default(),
            requests: vec![],
            times: vec![],
            sizes: vec![],
            rate: 1.0,
            total: 0,
            draw: Draw::of_all(seed),
            some: Block::new(Rules { as_they_stand: true, ..Rules::ALL }),
        }
    }

    fn take(&mut self, block: &Block) -> Result<(), LoadError> {
        self.total += block.len() as u64;
        if self.rate == 1.0 {
            return Ok(self.keep(block)?);
        }
        let mut some = std::mem::take(&mut self.some);
        some.clear();
        let mut failed = None;
        block.each_key(|nth, key| {
            if self.draw.place(key) < self.rate {
                let (time, size) = (block.times.get(nth).copied(), block.sizes.get(nth).copied());
                failed =
                    failed.take().or(some.push(&Row { key, time, size, details: Details::default() }).err());
            }
        });
        debug_assert!(failed.is_none(), "what was taken once is taken again");
        let kept = self.keep(&some);
        self.some = some;
        Ok(kept?)
    }

    fn keep(&mut self, block: &Block) -> Result<(), TooManyKeys> {
        let earlier = self.requests.len();
        self.interner.intern(block, &mut self.requests)?;
        self.times.extend_from_slice(&block.times);
        for (key, size) in self.requests[earlier..].iter().zip(&block.sizes) {
            // Ids count up with first appearance.
            if *key as usize == self.sizes.len() {
                self.sizes.push(*size);
            }
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        let keys = match self.interner.keys() {
            Keys::Numbers(numbers) => numbers.len() * (8 + TABLES),
            Keys::Texts { bytes, ends } => bytes.len() + ends.len() * (8 + TABLES),
        };
        keys + self.requests.len() * 4 + (self.times.len() + self.sizes.len()) * 8
    }

    /// Drops every other key that is left, by its hash.
    fn halve(&mut self) -> Result<(), TooManyKeys> {
        self.rate /= 2.0;
        let keys = std::mem::take(&mut self.interner).into_keys();
        let mut left = vec![];
        let mut block = Block::new(Rules { as_they_stand: true, ..Rules::ALL });
        let mut ids = vec![];
        for id in 0..keys.len() as u32 {
            let text = keys.text(id);
            let key = Key::parse(&text);
            let stays = self.draw.place(key) < self.rate;
            left.push(stays);
            if stays {
                let row = Row { key, time: None, size: None, details: Details::default() };
                let taken = block.push(&row);
                debug_assert!(taken.is_ok(), "a key was taken before");
            }
            if !block.has_room() || id + 1 == keys.len() as u32 {
                self.interner.intern(&block, &mut ids)?;
                block.clear();
            }
        }
        let mut ids = ids.into_iter();
        let places: Vec<Option<u32>> =
            left.iter().map(|stays| if *stays { ids.next() } else { None }).collect();
        let stay = |key: u32| places[key as usize];
        if !self.times.is_empty() {
            let pairs = self.requests.iter().zip(&self.times).filter(|(key, _)| stay(**key).is_some());
            self.times = pairs.map(|(_, time)| *time).collect();
        }
        self.requests = self.requests.iter().filter_map(|key| stay(*key)).collect();
        let sizes = self.sizes.iter().zip(&left).filter(|(_, stays)| **stays);
        self.sizes = sizes.map(|(size, _)| *size).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::format::{Head, named};
    use crate::reader::Options;

    fn load(text: &str, bytes: usize) -> Kept {
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let csv = named("csv").expect("is there");
        let reader =
            (csv.open)(Box::new(Cursor::new(text.to_owned())), &Options::default(), &head).expect("opens");
        let mut seen = 0;
        let mut stream = Stream::new(reader, Rules::default(), 0);
        let kept = Kept::load(&mut stream, bytes, 7, |block| seen += block.len()).expect("reads");
        assert_eq!(kept.total, seen as u64);
        kept
    }

    /// Keys that are numbers and keys that are text, each asked for a hundred times.
    fn text() -> String {
        let rows = (0..200_000u32).map(|nth| {
            let key = nth % 2000;
            let name = if key.is_multiple_of(3) { format!("user:{key}") } else { key.to_string() };
            format!("{},{name},{}\n", f64::from(nth) * 0.5, key + 1)
        });
        "timestamp_s,key,size\n".to_owned() + &rows.collect::<String>()
    }

    #[test]
    fn what_fits_is_kept_whole() {
        let kept = load(&text(), usize::MAX);
        assert_eq!((kept.rate, kept.requests.len(), kept.keys.len()), (1.0, 200_000, 2000));
        assert_eq!((kept.times[3], kept.sizes[5], kept.total), (1_500_000, 6, 200_000));
    }

    #[test]
    fn of_what_does_not_fit_keys_are_kept_with_all_their_requests() {
        let whole = load(&text(), usize::MAX);
        let kept = load(&text(), 600_000);
        assert!(kept.rate < 1.0 && kept.rate >= 0.125, "{}", kept.rate);
        let share = kept.keys.len() as f64 / 2000.0;
        assert!((share / kept.rate - 1.0).abs() < 0.25, "{share} at {}", kept.rate);
        assert_eq!(kept.requests.len(), 100 * kept.keys.len());
        // Every key that is drawn is there, in the order of requests, with its size and times.
        let drawn = |id: &u32| kept.draws(Key::parse(&whole.keys.text(*id)));
        let expected: Vec<_> = whole.requests.iter().zip(&whole.times).filter(|(id, _)| drawn(id)).collect();
        assert_eq!(expected.len(), kept.requests.len());
        for ((id, time), (key, at)) in expected.into_iter().zip(kept.requests.iter().zip(&kept.times)) {
            assert_eq!(whole.keys.text(*id), kept.keys.text(*key));
            assert_eq!((time, whole.sizes[*id as usize]), (at, kept.sizes[*key as usize]));
        }
    }
}
