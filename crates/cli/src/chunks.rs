//! A stream in chunks, its keys turned into ids, by a thread of its own where that may be.

use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};

use sim::Stretch;
use trace::{Interner, Keys, LoadError, Micros, Sizes, Stream, Wanted, Widths};

use crate::replaying::PlayError;

/// How to read a stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// What of each request.
    pub(crate) wanted: Wanted,
    /// Requests in a chunk, and a block more at most.
    pub(crate) together: usize,
    /// Whether a thread of its own may read ahead.
    pub(crate) ahead: bool,
}

impl Reading {
    /// For so many caches: one finds each chunk still in the processor's cache; for several that take turns the longer
    /// stretch counts.
    pub(crate) fn of(wanted: Wanted, caches: usize, ahead: bool) -> Self {
        Self { wanted, together: if caches == 1 { 1 << 16 } else { 1 << 20 }, ahead }
    }
}

/// Chunks that the reader may be ahead.
const AHEAD: usize = 2;

/// Requests of a stream that are played together.
#[derive(Default)]
pub(crate) struct Chunk {
    keys: Vec<u32>,
    sizes: Option<Sizes>,
    times: Vec<Micros>,
    ttls: Vec<Option<Micros>>,
    /// First and last instant.
    pub(crate) span: Option<(Micros, Micros)>,
    /// Keys known by its end.
    pub(crate) known: usize,
    /// Whether the stream has ended.
    pub(crate) last: bool,
}

impl Chunk {
    /// Takes the next requests in place of what it has.
    fn fill(
        &mut self,
        stream: &mut Stream,
        interner: &mut Interner,
        reading: Reading,
    ) -> Result<(), LoadError> {
        let mut sizes = match self.sizes.take() {
            Some(Sizes::OfRequests(Widths::Narrow(mut sizes))) => {
                sizes.clear();
                Widths::Narrow(sizes)
            }
            _ => Widths::default(),
        };
        self.keys.clear();
        self.times.clear();
        self.ttls.clear();
        (self.span, self.last) = (None, true);
        while let Some(block) = stream.next()? {
            interner.intern(block, &mut self.keys)?;
            sizes.extend(&block.sizes);
            if let (Some(first), Some(last)) = (block.times.first(), block.times.last()) {
                self.span = Some((self.span.map_or(*first, |span| span.0), *last));
            }
            if reading.wanted.times {
                self.times.extend_from_slice(&block.times);
            }
            if reading.wanted.ttls {
                self.ttls.extend(block.details.iter().map(|details| details.ttl));
            }
            if self.keys.len() >= reading.together {
                self.last = false;
                break;
            }
        }
        self.sizes = Some(if sizes.is_empty() { Sizes::None } else { Sizes::OfRequests(sizes) });
        self.known = interner.keys().len();
        Ok(())
    }

    pub(crate) fn stretch(&self) -> Stretch<'_> {
        Stretch {
            keys: &self.keys,
            first: 0,
            sizes: self.sizes.as_ref().unwrap_or(&Sizes::None),
            times: &self.times,
            ttls: &self.ttls,
            next: &[],
        }
    }
}

/// The keys of all chunks so far, and perhaps of some to come.
#[derive(Default)]
pub(crate) struct Known(Mutex<Interner>);

impl Known {
    /// Looks at them.
    pub(crate) fn look(&self, look: impl FnOnce(&Keys)) {
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).keys());
    }

    fn fill(&self, chunk: &mut Chunk, stream: &mut Stream, reading: Reading) -> Result<(), LoadError> {
        chunk.fill(stream, &mut self.0.lock().unwrap_or_else(PoisonError::into_inner), reading)
    }
}

/// Hands a stream over chunk by chunk, the last of which may be empty; how many keys it has.
pub(crate) fn in_chunks(
    stream: &mut Stream,
    reading: Reading,
    mut take: impl FnMut(&Chunk, &Known) -> Result<(), PlayError>,
) -> Result<u64, PlayError> {
    let known = Known::default();
    let mut chunk = Chunk::default();
    if !reading.ahead {
        while !chunk.last {
            known.fill(&mut chunk, stream, reading)?;
            take(&chunk, &known)?;
        }
        return Ok(chunk.known as u64);
    }
    let (filled, chunks) = sync_channel(AHEAD);
    let (empty, used) = sync_channel::<Chunk>(AHEAD + 1);
    std::thread::scope(|scope| {
        let known = &known;
        scope.spawn(move || {
            loop {
                let mut chunk = used.try_recv().unwrap_or_default();
                let result = known.fill(&mut chunk, stream, reading).map(|()| chunk);
                let ends = result.as_ref().map_or(true, |chunk| chunk.last);
                if filled.send(result).is_err() || ends {
                    return;
                }
            }
        });
        for next in chunks {
            let chunk = next?;
            take(&chunk, known)?;
            let keys = chunk.known as u64;
            if chunk.last {
                return Ok(keys);
            }
            // Where nobody takes it the thread has ended.
            let _ = empty.try_send(chunk);
        }
        Ok(0)
    })
}
