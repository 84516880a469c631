//! Plays a trace to many caches at once, from memory or as it is read.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use sim::eviction::Chosen;
use sim::{Broken, Counted, Interval, Popularity, Replay, Setup, Start, Stretch};
use trace::{LoadError, Micros, Stream, Trace};

use crate::chunks::{Reading, in_chunks};
use crate::failure::Failure;
use crate::spans::refuse_too_short;

/// What to play, and to which caches.
pub(crate) struct Plan {
    /// Policies and what their caches are built from, in the order of the answer.
    pub(crate) cells: Vec<(Chosen, Setup)>,
    pub(crate) start: Start,
    pub(crate) interval: Option<Interval>,
    /// First request that counts.
    pub(crate) measure_from: usize,
}

/// What came of it.
pub(crate) struct Played {
    /// Of each cell.
    pub(crate) cells: Vec<Counted>,
    /// What was asked for, whatever the cache.
    pub(crate) asked: Counted,
}

/// Why a stream was not played to its end.
#[derive(Debug)]
pub(crate) enum PlayError {
    Load(LoadError),
    Broken(Broken),
    Refused(Failure),
}

impl From<LoadError> for PlayError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<Failure> for PlayError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl From<Broken> for PlayError {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// What came of a stream.
pub(crate) struct Streamed {
    pub(crate) played: Played,
    pub(crate) requests: u64,
    pub(crate) keys: u64,
    /// Whether requests have times.
    pub(crate) timed: bool,
    /// Whether any says how long its key lives.
    pub(crate) lives: bool,
}

impl Plan {
    /// Refuses intervals that are too short for a trace that spans so much time.
    pub(crate) fn refuse_short_intervals(&self, span: Option<(Micros, Micros)>) -> Result<(), Failure> {
        match self.interval {
            Some(Interval::Time(length)) => refuse_too_short("--interval", "intervals", length, span),
            _ => Ok(()),
        }
    }

    fn replays(&self) -> Vec<Replay> {
        let cells = self.cells.iter();
        cells.map(|(policy, setup)| Replay::new(policy, *setup, self.start, self.interval)).collect()
    }

    /// Plays a trace in memory, each cache on its own; `served` hears how many requests are done.
    pub(crate) fn play(&self, trace: &Trace, served: impl Fn(u64) + Sync) -> Result<Played, Broken> {
        let future = self.cells.iter().any(|(policy, _)| policy.entry.needs_future);
        let next = if future { trace.next_uses() } else { vec![] };
        let whole = Stretch::of(trace, &next);
        let (before, after) = whole.split_at(self.measure_from.min(trace.len()));
        let popularity = (self.start == Start::StaticTop).then(|| {
            let mut popularity = Popularity::default();
            popularity.note(&before, trace.keys.len());
            popularity.look_ahead(&after, trace.keys.len());
            popularity.rank(&trace.keys);
            popularity
        });
        let now = after.times.first().copied();
        let done = AtomicU64::new(0);
        let play = |mut replay: Replay| {
            let note = |served_now: usize| {
                served(done.fetch_add(served_now as u64, Ordering::Relaxed) + served_now as u64);
            };
            replay.reserve(trace.keys.len());
            in_parts(before, |part| {
                replay.prepare(&part);
                note(part.keys.len());
            });
            replay.begin(popularity.as_ref(), now);
            in_parts(after, |part| {
                replay.measure(&part);
                note(part.keys.len());
            });
            replay.finish()
        };
        let asked = match (self.interval, self.measure_from) {
            (None, 0) => totals(trace),
            _ => play(Replay::of_nothing(self.interval))?,
        };
        let cells: Result<Vec<Counted>, Broken> = self.replays().into_par_iter().map(play).collect();
        Ok(Played { cells: cells?, asked })
    }

    /// Plays a stream to all caches side by side; only keys are kept.
    pub(crate) fn play_stream(&self, stream: &mut Stream, reading: Reading) -> Result<Streamed, PlayError> {
        let mut replays = self.replays();
        replays.push(Replay::of_nothing(self.interval));
        let mut popularity = (self.start == Start::StaticTop).then(Popularity::default);
        let (mut seen, mut begun, mut timed, mut lives) = (0, false, false, false);
        let mut first_time = None;
        let keys = in_chunks(stream, reading, |chunk, keys| {
            let whole = chunk.stretch();
            let (before, after) =
                whole.split_at(self.measure_from.saturating_sub(seen).min(whole.keys.len()));
            if let Some(popularity) = popularity.as_mut().filter(|_| !before.keys.is_empty()) {
                popularity.note(&before, chunk.known);
            }
            let begins = !begun && (chunk.last || !after.keys.is_empty());
            if let Some(popularity) = popularity.as_mut().filter(|_| begins) {
                keys.look(|keys| popularity.rank(keys));
            }
            if let Some((first, last)) = chunk.span {
                let first = *first_time.get_or_insert(first);
                self.refuse_short_intervals(Some((first, last)))?;
            }
            let (popularity, now) = (popularity.as_ref(), after.times.first().copied());
            replays.par_iter_mut().for_each(|replay| {
                replay.reserve(chunk.known);
                replay.prepare(&before);
                if begins {
                    replay.begin(popularity, now);
                }
                if begun || begins {
                    replay.measure(&after);
                }
            });
            begun |= begins;
            seen += whole.keys.len();
            timed |= chunk.span.is_some();
            lives |= whole.ttls.iter().any(Option::is_some);
            Ok(())
        })?;
        let mut cells: Vec<Counted> = replays.into_iter().map(Replay::finish).collect::<Result<_, _>>()?;
        let asked = cells.pop().unwrap_or_default();
        Ok(Streamed { played: Played { cells, asked }, requests: seen as u64, keys, timed, lives })
    }
}

/// What a whole trace asks for.
fn totals(trace: &Trace) -> Counted {
    let requests = trace.len() as u64;
    let total = sim::Tally {
        requests,
        misses: requests,
        missed_bytes: trace.bytes.unwrap_or(requests),
        ..sim::Tally::default()
    };
    Counted { total, intervals: vec![] }
}

/// Hands a stretch over in parts, so that progress can be told between them.
fn in_parts(mut rest: Stretch<'_>, mut take: impl FnMut(Stretch<'_>)) {
    while rest.keys.len() > 1 << 20 {
        let (part, behind) = rest.split_at(1 << 20);
        take(part);
        rest = behind;
    }
    take(rest);
}
