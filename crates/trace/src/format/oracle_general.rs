//! libCacheSim's binary: 24 bytes a record, packed, little-endian: u32 time in seconds, u64 key, u32 size, i64 index of
//! the next request for the same key. The last is ignored: what follows is found from the requests themselves.
//!
//! Records of size 0 are passed over, as libCacheSim does.

use std::io::BufRead;

use crate::block::Block;
use crate::fault::{Fault, Spot, Wrong};
use crate::format::{Format, Head};
use crate::lines::unreadable;
use crate::reader::Reader;

/// Bytes of a record.
pub const RECORD: usize = 24;

pub(super) const FORMAT: Format = Format {
    name: "oracle-general",
    title: "libCacheSim oracleGeneral binary",
    sniff,
    open: |input, _, _| Ok(Box::new(OracleGeneral::new(input))),
};

/// Sure where the name says so or the records make sense: time never falls, the next request lies ahead.
fn sniff(head: &Head) -> u8 {
    if head.name.to_lowercase().contains("oraclegeneral") {
        return 100;
    }
    let cut = head.whole && !head.bytes.len().is_multiple_of(RECORD);
    let mut before = 0;
    let mut sensible = |(nth, bytes): (usize, &[u8; RECORD])| {
        let record = Record::of(bytes);
        let ahead = record.next == -1 || record.next > nth as i64 + 1;
        let sensible = record.time >= before && ahead;
        before = record.time;
        sensible
    };
    let (records, _) = head.bytes.as_chunks::<RECORD>();
    let all = !records.is_empty() && records.iter().enumerate().all(&mut sensible);
    if all && !cut && !head.is_text() { 90 } else { 0 }
}

#[derive(Debug, Clone, Copy)]
struct Record {
    time: u32,
    key: u64,
    size: u32,
    next: i64,
}

impl Record {
    fn of(bytes: &[u8; RECORD]) -> Self {
        let (time, rest) = bytes.split_first_chunk().unwrap_or((&[0; 4], &[]));
        let (key, rest) = rest.split_first_chunk().unwrap_or((&[0; 8], &[]));
        let (size, rest) = rest.split_first_chunk().unwrap_or((&[0; 4], &[]));
        let next = rest.first_chunk().unwrap_or(&[0; 8]);
        Self {
            time: u32::from_le_bytes(*time),
            key: u64::from_le_bytes(*key),
            size: u32::from_le_bytes(*size),
            next: i64::from_le_bytes(*next),
        }
    }
}

struct OracleGeneral {
    input: Box<dyn BufRead + Send>,
    /// Records taken, and those of them that were empty.
    taken: u64,
    empty: u64,
    bytes: Vec<u8>,
    /// What of `bytes` is read and not yet taken.
    used: usize,
    end: usize,
}

impl OracleGeneral {
    fn new(input: Box<dyn BufRead + Send>) -> Self {
        Self { input, taken: 0, empty: 0, bytes: vec![0; RECORD * Block::ROOM], used: 0, end: 0 }
    }

    /// Reads on until there is a whole record; false at the end.
    fn refill(&mut self) -> Result<bool, Fault> {
        self.bytes.copy_within(self.used..self.end, 0);
        (self.used, self.end) = (0, self.end - self.used);
        while self.end < RECORD {
            match self.input.read(&mut self.bytes[self.end..]) {
                Ok(0) if self.end == 0 => return Ok(false),
                Ok(0) => {
                    let message = format!("the record has {} of {RECORD} bytes", self.end);
                    let help =
                        "the file is cut short, or no oracleGeneral; `--skip-bad 1` uses what is there";
                    return Err(self.fault(Wrong::new(message, help), true));
                }
                Ok(read) => self.end += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.fault(unreadable(&error), true)),
            }
        }
        Ok(true)
    }

    /// Something wrong with the record that comes next.
    fn fault(&mut self, wrong: Wrong, last: bool) -> Fault {
        self.taken += 1;
        Fault { spot: self.spot(), wrong, last }
    }
}

impl Reader for OracleGeneral {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Fault> {
        while block.has_room() {
            if self.end - self.used < RECORD && !self.refill()? {
                return Ok(false);
            }
            let whole = (self.end - self.used) / RECORD;
            let records = whole.min(Block::ROOM - block.len());
            let bytes = &self.bytes[self.used..self.used + records * RECORD];
            let mut largest = block.largest.map_or(0, |(size, _)| size);
            for bytes in bytes.as_chunks::<RECORD>().0 {
                let record = Record::of(bytes);
                self.used += RECORD;
                if let Err(wrong) = block.advance(i64::from(record.time) * 1_000_000) {
                    return Err(self.fault(wrong, false));
                }
                self.taken += 1;
                if record.size == 0 {
                    self.empty += 1;
                    continue;
                }
                block.numbers.push(record.key);
                block.times.push(i64::from(record.time) * 1_000_000);
                block.sizes.push(u64::from(record.size));
                if u64::from(record.size) > largest {
                    largest = u64::from(record.size);
                    block.note_size(largest, spot(self.taken));
                }
            }
        }
        Ok(true)
    }

    fn spot(&self) -> Spot {
        spot(self.taken)
    }

    fn found(&self) -> Vec<String> {
        match self.empty {
            0 => vec![],
            empty => vec![format!("{empty} records of size 0 are passed over, as libCacheSim does")],
        }
    }
}

/// Where a record stands, counted from 1.
fn spot(record: u64) -> Spot {
    Spot { record, line: None, byte: Some(record.saturating_sub(1) * RECORD as u64) }
}
