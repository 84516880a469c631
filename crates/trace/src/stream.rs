//! Requests block by block, with bad records passed over as far as the caller allows.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::block::{Block, Rules};
use crate::fault::{Fault, Spot};
use crate::reader::Reader;
use crate::request::Micros;

/// Faults that are kept to be told.
const KEPT: usize = 3;

/// Blocks that a reader in the background may be ahead.
const AHEAD: usize = 16;

/// Reads blocks.
pub struct Stream {
    source: Source,
    block: Block,
    passed: Passed,
    found: Vec<String>,
}

/// What was passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    /// Bad records.
    pub bad: u64,
    /// The first of them.
    pub first: Vec<Fault>,
    /// Requests left out because of what they do.
    pub left_out: u64,
    /// Requests that came late and count as at the time of the one ahead, unless times stand as they are.
    pub late: u64,
    /// By how much the latest of them did.
    pub latest: Micros,
}

enum Source {
    Here(Filler),
    /// A thread fills blocks; empty ones go back to it.
    Behind {
        filled: Receiver<Filled>,
        empty: SyncSender<Block>,
    },
    Ended,
}

/// What a thread sends.
struct Filled {
    block: Block,
    result: Result<(), Fault>,
    passed: Passed,
    found: Vec<String>,
}

impl Stream {
    /// Reads the requests from `reader` that `rules` take, and passes over up to `allowed` bad records.
    pub fn new(reader: Box<dyn Reader>, rules: Rules, allowed: u64) -> Self {
        let filler = Filler { reader, allowed, passed: Passed::default(), ended: false };
        Self {
            source: Source::Here(filler),
            block: Block::new(rules),
            passed: Passed::default(),
            found: vec![],
        }
    }

    /// Lets a thread of its own read ahead, from now on.
    #[must_use]
    pub fn in_background(mut self) -> Self {
        if let Source::Here(mut filler) = std::mem::replace(&mut self.source, Source::Ended) {
            let (send_filled, filled) = sync_channel(AHEAD);
            let (empty, take_empty) = sync_channel::<Block>(2 * AHEAD);
            // One of them is with the caller; all know of one clock, which travels with the blocks in turn.
            let mut spare = std::mem::take(&mut self.block);
            self.block = spare.like();
            std::thread::spawn(move || {
                loop {
                    let result = filler.fill(&mut spare);
                    let goes_on = result.is_ok() && !spare.is_empty();
                    let mut next = take_empty.try_recv().unwrap_or_else(|_| spare.like());
                    next.follow(&spare);
                    let (passed, found) = (filler.passed.clone(), filler.reader.found());
                    let block = std::mem::replace(&mut spare, next);
                    let sent = send_filled.send(Filled { block, result, passed, found });
                    if sent.is_err() || !goes_on {
                        return;
                    }
                }
            });
            self.source = Source::Behind { filled, empty };
        }
        self
    }

    /// The next requests; none at the end.
    ///
    /// # Errors
    /// Where one record more is bad than is allowed.
    #[expect(clippy::should_implement_trait, reason = "the block is lent, which an iterator cannot do")]
    pub fn next(&mut self) -> Result<Option<&Block>, Fault> {
        match &mut self.source {
            Source::Ended => return Ok(None),
            Source::Here(filler) => {
                let result = filler.fill(&mut self.block);
                self.passed.clone_from(&filler.passed);
                result?;
                if self.block.is_empty() {
                    self.found = filler.reader.found();
                }
            }
            Source::Behind { filled, empty } => {
                let Ok(next) = filled.recv() else { return Ok(None) };
                let used = std::mem::replace(&mut self.block, next.block);
                // Where the thread has ended there is nobody to take it.
                let _ = empty.try_send(used);
                (self.passed, self.found) = (next.passed, next.found);
                next.result?;
            }
        }
        if self.block.is_empty() {
            self.source = Source::Ended;
            return Ok(None);
        }
        Ok(Some(&self.block))
    }

    /// What was passed over so far.
    pub fn passed(&self) -> &Passed {
        &self.passed
    }

    /// What the reader found out, when it has read everything.
    pub fn found(&self) -> Vec<String> {
        self.found.clone()
    }

    /// The first of the largest sizes so far, and where it stands.
    pub fn largest(&self) -> Option<(u64, Spot)> {
        self.block.largest
    }
}

/// Fills blocks.
struct Filler {
    reader: Box<dyn Reader>,
    allowed: u64,
    passed: Passed,
    ended: bool,
}

impl Filler {
    /// Fills a block; an empty one is the end.
    fn fill(&mut self, block: &mut Block) -> Result<(), Fault> {
        block.clear();
        while !self.ended && block.has_room() {
            match self.reader.fill(block) {
                Ok(more) => self.ended = !more,
                Err(fault) if self.passed.bad < self.allowed => {
                    self.passed.bad += 1;
                    self.ended = fault.last;
                    if self.passed.first.len() < KEPT {
                        self.passed.first.push(fault);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        (self.passed.left_out, self.passed.late) = (block.left_out, block.late);
        self.passed.latest = block.latest;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::format::{Head, named};
    use crate::reader::Options;

    fn stream(text: &str, allowed: u64) -> Stream {
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let csv = named("csv").expect("is there");
        let input = Box::new(Cursor::new(text.to_owned()));
        Stream::new((csv.open)(input, &Options::default(), &head).expect("opens"), Rules::default(), allowed)
    }

    /// Everything that there is to see of a stream.
    #[derive(Debug, PartialEq)]
    struct Seen {
        numbers: Vec<u64>,
        fault: Option<Fault>,
        passed: Passed,
        found: Vec<String>,
        largest: Option<(u64, Spot)>,
    }

    fn all(mut stream: Stream) -> Seen {
        let mut numbers = vec![];
        let fault = loop {
            match stream.next() {
                Ok(Some(block)) => numbers.extend_from_slice(&block.numbers),
                Ok(None) => break None,
                Err(fault) => break Some(fault),
            }
        };
        Seen {
            numbers,
            fault,
            passed: stream.passed().clone(),
            found: stream.found(),
            largest: stream.largest(),
        }
    }

    #[test]
    fn reading_ahead_changes_nothing() {
        let mut text = "timestamp_s,key,size\n".to_owned();
        for nth in 0..100_000u64 {
            let size = if nth == 70_000 { "999".to_owned() } else { (nth % 50).to_string() };
            let time = if nth == 50_000 { 0 } else { nth / 10 };
            text.push_str(&format!("{time},{},{size}\n", nth % 977));
        }
        for allowed in [0, 1] {
            let (here, behind) = (all(stream(&text, allowed)), all(stream(&text, allowed).in_background()));
            assert_eq!(here, behind);
            assert_eq!(here.fault.is_none(), allowed == 1);
        }
        let largest = all(stream(&text, 1)).largest;
        assert_eq!(largest.map(|(size, spot)| (size, spot.line)), Some((999, Some(70_002))));
    }

    #[test]
    fn a_caller_may_leave_before_the_end() {
        let text = "timestamp_s,key\n".to_owned() + &"1,2\n".repeat(200_000);
        let mut stream = stream(&text, 0).in_background();
        assert!(stream.next().expect("reads").is_some());
    }
}
