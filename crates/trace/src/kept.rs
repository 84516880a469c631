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
            keeping.fit(bytes)?;
        }
        Ok(keeping.kept(stream.passed().clone(), stream.found()))
    }

    /// Reads two streams at once, of which the second goes on where the first ends, but begins with `repeated` requests of the
    /// first; the same as reading them one behind the other. None where that has to be done, for there is something to tell: a
    /// record that cannot be used, or one that comes late.
    pub fn load_both(streams: [&mut Stream; 2], repeated: usize, bytes: usize, seed: u64) -> Option<Self> {
        let [first, second] = streams;
        let read = |stream: &mut Stream, repeated: usize| {
            let mut keeping = Keeping { repeated, ..Keeping::new(seed) };
            while let Some(block) = stream.next().ok()? {
                keeping.take(block).ok()?;
                keeping.fit(bytes).ok()?;
            }
            (stream.passed().late == 0).then_some(keeping)
        };
        let (one, two) = std::thread::scope(|scope| {
            let two = scope.spawn(|| read(second, repeated));
            (read(first, 0), two.join().ok().flatten())
        });
        let (mut one, two) = (one?, two?);
        if let (Some(last), Some(next)) = (one.last, two.first)
            && next < last
        {
            return None;
        }
        one.append(two).ok()?;
        one.fit(bytes).ok()?;
        let mut passed = first.passed().clone();
        passed.left_out += second.passed().left_out;
        Some(one.kept(passed, first.found()))
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
    /// Requests to pass over.
    repeated: usize,
    /// The first time and the last.
    first: Option<Micros>,
    last: Option<Micros>,
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
            some: Block::new(Rules::UNSORTED),
            repeated: 0,
            first: None,
            last: None,
        }
    }

    fn kept(self, passed: Passed, found: Vec<String>) -> Kept {
        let Self { interner, requests, times, sizes, rate, total, draw, .. } = self;
        Kept { keys: interner.into_keys(), requests, times, sizes, rate, total, passed, found, draw }
    }

    fn take(&mut self, block: &Block) -> Result<(), LoadError> {
        let passed_over = self.repeated.min(block.len());
        self.repeated -= passed_over;
        self.total += (block.len() - passed_over) as u64;
        self.first = self.first.or(block.times.get(passed_over).copied());
        self.last = block.times.last().copied().or(self.last);
        if self.rate == 1.0 && passed_over == 0 {
            return Ok(self.keep(block)?);
        }
        let mut some = std::mem::take(&mut self.some);
        some.clear();
        let mut failed = None;
        block.each_key(|nth, key| {
            if nth >= passed_over && self.draw.place(key) < self.rate {
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

    /// Drops keys until it fits into so many bytes.
    fn fit(&mut self, bytes: usize) -> Result<(), TooManyKeys> {
        while self.bytes() > bytes && self.requests.len() > Block::ROOM {
            self.halve()?;
        }
        Ok(())
    }

    /// Takes what another has kept, behind its own.
    fn append(&mut self, mut other: Self) -> Result<(), TooManyKeys> {
        while self.rate > other.rate {
            self.halve()?;
        }
        while other.rate > self.rate {
            other.halve()?;
        }
        let keys = other.interner.into_keys();
        let mut ids = vec![];
        intern(&mut self.interner, &keys, |_| true, &mut ids)?;
        for (id, size) in ids.iter().zip(&other.sizes) {
            if *id as usize == self.sizes.len() {
                self.sizes.push(*size);
            }
        }
        self.requests.extend(other.requests.iter().map(|key| ids[*key as usize]));
        self.times.extend(other.times);
        self.total += other.total;
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
        let (mut left, mut ids) = (vec![], vec![]);
        let stays = |key: Key<'_>| {
            left.push(self.draw.place(key) < self.rate);
            left.last() == Some(&true)
        };
        intern(&mut self.interner, &keys, stays, &mut ids)?;
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

/// Interns those keys that are wanted, in their order.
fn intern(
    interner: &mut Interner,
    keys: &Keys,
    mut wanted: impl FnMut(Key<'_>) -> bool,
    ids: &mut Vec<u32>,
) -> Result<(), TooManyKeys> {
    let mut block = Block::new(Rules::UNSORTED);
    for id in 0..keys.len() as u32 {
        let text = keys.text(id);
        let key = Key::parse(&text);
        if wanted(key) {
            let row = Row { key, time: None, size: None, details: Details::default() };
            let taken = block.push(&row);
            debug_assert!(taken.is_ok(), "a key was taken before");
        }
        if !block.has_room() {
            interner.intern(&block, ids)?;
            block.clear();
        }
    }
    interner.intern(&block, ids)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::format::{Head, named};
    use crate::reader::Options;

    fn stream(text: &str) -> Stream {
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let csv = named("csv").expect("is there");
        let input = Box::new(Cursor::new(text.to_owned()));
        Stream::new((csv.open)(input, &Options::default(), &head).expect("opens"), Rules::default(), 0)
    }

    fn load(text: &str, bytes: usize) -> Kept {
        let mut seen = 0;
        let mut stream = stream(text);
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

    /// The text in two parts, cut behind so many lines; the second with the header and the first row again.
    fn cut(text: &str, lines: usize) -> [String; 2] {
        let at = text.match_indices('\n').nth(lines).map_or(text.len(), |(at, _)| at + 1);
        let begin = text.match_indices('\n').nth(1).map_or(0, |(at, _)| at + 1);
        [text[..at].to_owned(), text[..begin].to_owned() + &text[at..]]
    }

    #[test]
    fn two_halves_at_once_are_the_whole() {
        let text = text();
        for bytes in [usize::MAX, 600_000] {
            let whole = load(&text, bytes);
            let [one, two] = cut(&text, 70_001);
            let both =
                Kept::load_both([&mut stream(&one), &mut stream(&two)], 1, bytes, 7).expect("is clean");
            assert_eq!((whole.rate, whole.total), (both.rate, both.total));
            assert_eq!(
                (&whole.requests, &whole.times, &whole.sizes),
                (&both.requests, &both.times, &both.sizes)
            );
            assert!((0..whole.keys.len() as u32).all(|id| whole.keys.text(id) == both.keys.text(id)));
        }
    }

    #[test]
    fn what_there_is_to_tell_is_told_of_one_piece() {
        let head = "timestamp_s,key\n1,a\n";
        let both = |one: &str, two: &str| {
            let (one, two) = (head.to_owned() + one, head.to_owned() + two);
            Kept::load_both([&mut stream(&one), &mut stream(&two)], 1, usize::MAX, 7)
        };
        assert!(both("2,b\n", "3,c\n").is_some());
        assert!(both("5,b\n", "3,c\n").is_none(), "late at the seam");
        assert!(both("2,b\n", "x,c\n").is_none(), "no time");
    }
}
