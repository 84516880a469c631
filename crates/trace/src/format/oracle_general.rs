//! libCacheSim's binary: 24 bytes a record, packed, little-endian: u32 time in seconds, u64 key, u32 size, i64 index of
//! the next request for the same key. The last is ignored: what follows is found from the requests themselves.
//!
//! Records of size 0 are passed over, as libCacheSim does.

use std::io::BufRead;

use crate::block::Block;
use crate::fault::{Fault, Spot, Wrong};
use crate::format::field::Field;
use crate::format::map::Map;
use crate::format::{Format, Head};
use crate::lines::unreadable;
use crate::reader::Reader;

/// Bytes of a record.
pub const RECORD: usize = 24;

/// Records read at once: more bytes than readers below buffer, so that these hand them on without a copy.
const READ: usize = 1 << 13;

pub(super) const FORMAT: Format = Format {
    name: "oracle-general",
    title: "libCacheSim oracleGeneral binary",
    sniff,
    open: |input, options, _| {
        let map = Map::of_fixed(options, "oracle-general")?;
        let (timed, sized) = (!map.leaves(Field::Time), !map.leaves(Field::Size));
        Ok(Box::new(OracleGeneral { timed, sized, ..OracleGeneral::new(input) }))
    },
};

/// Sure where the name says so or the records make sense: time never falls, the next request lies ahead.
fn sniff(head: &Head) -> u8 {
    let file = head.name.rsplit(['/', '\\']).next().unwrap_or_default();
    if file.to_lowercase().contains("oraclegeneral") && !head.is_text() {
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

/// Takes records all of which are as they should be and none larger than any before; false, with nothing taken, where
/// one is not.
fn plain(records: &[[u8; RECORD]], block: &mut Block) -> bool {
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return true };
    let largest = block.largest.map_or(0, |(size, _)| size);
    let fits = |bytes: &[u8; RECORD]| {
        let size = u64::from(Record::of(bytes).size);
        size > 0 && size <= largest
    };
    let in_order = |pair: &[[u8; RECORD]]| Record::of(&pair[0]).time <= Record::of(&pair[1]).time;
    // Without short cuts, so that the compiler can look at several at once.
    let plain = records.iter().fold(true, |all, bytes| all & fits(bytes))
        & records.windows(2).fold(true, |all, pair| all & in_order(pair));
    if !plain || block.advance(Record::of(first).micros()).is_err() {
        return false;
    }
    let _ = block.advance(Record::of(last).micros());
    block.numbers.extend(records.iter().map(|bytes| Record::of(bytes).key));
    block.times.extend(records.iter().map(|bytes| Record::of(bytes).micros()));
    block.sizes.extend(records.iter().map(|bytes| u64::from(Record::of(bytes).size)));
    true
}

impl Record {
    fn micros(&self) -> i64 {
        i64::from(self.time) * 1_000_000
    }

    #[inline]
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
    /// Whether times and sizes are wanted.
    timed: bool,
    sized: bool,
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
        Self {
            input,
            timed: true,
            sized: true,
            taken: 0,
            empty: 0,
            bytes: vec![0; RECORD * READ],
            used: 0,
            end: 0,
        }
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

    /// Takes records that need a closer look.
    fn one_by_one(&mut self, records: usize, block: &mut Block) -> Result<(), Fault> {
        for _ in 0..records {
            let Some(bytes) = self.bytes[self.used..].first_chunk() else { break };
            let record = Record::of(bytes);
            self.used += RECORD;
            let time = match self.timed.then(|| block.advance(record.micros())).transpose() {
                Ok(time) => time,
                Err(wrong) => return Err(self.fault(wrong, false)),
            };
            self.taken += 1;
            if record.size == 0 {
                self.empty += 1;
                continue;
            }
            block.numbers.push(record.key);
            block.times.extend(time);
            if !self.sized {
                continue;
            }
            block.sizes.push(u64::from(record.size));
            block.note_size(u64::from(record.size), spot(self.taken));
        }
        Ok(())
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
            let records = bytes.as_chunks::<RECORD>().0;
            match self.timed && self.sized && plain(records, block) {
                true => {
                    self.taken += records.len() as u64;
                    self.used += bytes.len();
                }
                false => self.one_by_one(records.len(), block)?,
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
