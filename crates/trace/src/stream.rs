//! Requests block by block, with bad records passed over as far as the caller allows.

use crate::block::Block;
use crate::fault::{Fault, Spot};
use crate::reader::Reader;

/// Faults that are kept to be told.
const KEPT: usize = 3;

/// Reads blocks.
pub struct Stream {
    reader: Box<dyn Reader>,
    block: Block,
    allowed: u64,
    passed: Passed,
    ended: bool,
}

/// What was passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passed {
    /// Bad records.
    pub bad: u64,
    /// The first of them.
    pub first: Vec<Fault>,
    /// Requests that do not read.
    pub not_reads: u64,
}

impl Stream {
    /// Reads requests from `reader`, all of them or reads alone, and passes over up to `allowed` bad records.
    pub fn new(reader: Box<dyn Reader>, all_operations: bool, allowed: u64) -> Self {
        let block = Block::new(all_operations);
        Self { reader, block, allowed, passed: Passed::default(), ended: false }
    }

    /// The next requests; none at the end.
    ///
    /// # Errors
    /// Where one record more is bad than is allowed.
    #[expect(clippy::should_implement_trait, reason = "the block is lent, which an iterator cannot do")]
    pub fn next(&mut self) -> Result<Option<&Block>, Fault> {
        self.block.clear();
        while !self.ended && self.block.has_room() {
            match self.reader.fill(&mut self.block) {
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
        self.passed.not_reads = self.block.left_out;
        Ok((!self.block.is_empty()).then_some(&self.block))
    }

    /// What was passed over so far.
    pub fn passed(&self) -> &Passed {
        &self.passed
    }

    /// What the reader found out, as far as it has read.
    pub fn found(&self) -> Vec<String> {
        self.reader.found()
    }

    /// The first of the largest sizes so far, and where it stands.
    pub fn largest(&self) -> Option<(u64, Spot)> {
        self.block.largest
    }
}
