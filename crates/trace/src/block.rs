//! A stretch of requests, column by column.

use crate::fault::{Spot, Wrong};
use crate::request::{Details, Key, Micros, Op, Row};

/// Bytes that no object has (256 TiB), so that sums of sizes stay numbers.
const LARGEST: u64 = 1 << 48;

/// Requests column by column. A column that the format does not have stays empty; the others have one entry a request.
#[derive(Debug, Default)]
pub struct Block {
    /// Keys that are numbers; 0 in place of text.
    pub numbers: Vec<u64>,
    /// Requests whose key is text, in order: their index, and the end of their text in `text`.
    pub texts: Vec<(u32, u32)>,
    /// The texts, one behind the other.
    pub text: Vec<u8>,
    /// When, never decreasing.
    pub times: Vec<Micros>,
    /// Bytes.
    pub sizes: Vec<u64>,
    /// Everything else.
    pub details: Vec<Details>,
    /// Requests left out because they do not read.
    pub left_out: u64,
    /// The first of the largest sizes seen, of earlier blocks too, and where it stands.
    pub largest: Option<(u64, Spot)>,
    /// Where the record stands that is being taken.
    spot: Spot,
    /// Time of the last request, of an earlier block too.
    clock: Option<Micros>,
    all_operations: bool,
    no_deletes: bool,
}

impl Block {
    /// Requests that a reader puts into a block at most.
    pub const ROOM: usize = 4096;

    /// An empty block that takes reads alone, or `all_operations`.
    pub fn new(all_operations: bool) -> Self {
        Self { all_operations, ..Self::default() }
    }

    /// The same, but without what deletes its key, which asks for nothing.
    #[must_use]
    pub fn without_deletes(self) -> Self {
        Self { no_deletes: true, ..self }
    }

    /// An empty block that takes what this one takes.
    pub(crate) fn like(&self) -> Self {
        Self { no_deletes: self.no_deletes, ..Self::new(self.all_operations) }
    }

    /// Goes on where another block ends.
    pub(crate) fn follow(&mut self, before: &Self) {
        (self.clock, self.largest, self.left_out) = (before.clock, before.largest, before.left_out);
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether another request fits.
    pub fn has_room(&self) -> bool {
        self.len() < Self::ROOM
    }

    /// Empties it; what time it is and what was left out stay.
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.texts.clear();
        self.text.clear();
        self.times.clear();
        self.sizes.clear();
        self.details.clear();
    }

    /// Appends a request, if it is one of those that are wanted.
    ///
    /// # Errors
    /// Where time runs backwards.
    pub fn push(&mut self, row: &Row) -> Result<(), Wrong> {
        if let Some(size) = row.size.filter(|size| *size > LARGEST) {
            return Err(Wrong::new(
                format!("a size of {size} bytes is no size"),
                "sizes are in bytes; `--map size=COLUMN` names another column",
            ));
        }
        if let Some(time) = row.time {
            self.advance(time)?;
        }
        let wanted = match row.details.op {
            Op::Read => true,
            Op::Delete => self.all_operations && !self.no_deletes,
            _ => self.all_operations,
        };
        if !wanted {
            self.left_out += 1;
            return Ok(());
        }
        match row.key {
            Key::Number(number) => self.numbers.push(number),
            Key::Text(text) => {
                self.text.extend_from_slice(text);
                self.texts.push((self.numbers.len() as u32, self.text.len() as u32));
                self.numbers.push(0);
            }
        }
        self.times.extend(row.time);
        if let Some(size) = row.size {
            self.note_size(size, self.spot);
            self.sizes.push(size);
        }
        self.details.push(row.details);
        Ok(())
    }

    /// Says where the record stands whose requests come next.
    pub fn stands_at(&mut self, spot: Spot) {
        self.spot = spot;
    }

    /// Remembers where the largest size stands.
    pub(crate) fn note_size(&mut self, size: u64, spot: Spot) {
        if self.largest.is_none_or(|(largest, _)| size > largest) {
            self.largest = Some((size, spot));
        }
    }

    /// Moves the clock to the time of the next request.
    ///
    /// # Errors
    /// Where that lies before the request ahead of it.
    pub fn advance(&mut self, time: Micros) -> Result<(), Wrong> {
        match self.clock {
            Some(clock) if time < clock => Err(Wrong::new(
                format!("time runs backwards, {} s after {} s", seconds(time), seconds(clock)),
                "sort the trace by time, or leave its times out with `--map time=-`",
            )),
            _ => {
                self.clock = Some(time);
                Ok(())
            }
        }
    }

    /// The key of a request.
    pub fn key(&self, request: usize) -> Key<'_> {
        match self.texts.binary_search_by_key(&(request as u32), |(index, _)| *index) {
            Ok(nth) => {
                let start = if nth == 0 { 0 } else { self.texts[nth - 1].1 };
                Key::Text(&self.text[start as usize..self.texts[nth].1 as usize])
            }
            Err(_) => Key::Number(self.numbers[request]),
        }
    }
}

/// Microseconds as seconds, without trailing zeros.
pub(crate) fn seconds(time: Micros) -> String {
    let (sign, time) = if time < 0 { ("-", time.unsigned_abs()) } else { ("", time.unsigned_abs()) };
    let text = format!("{sign}{}.{:06}", time / 1_000_000, time % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, time: Micros) -> Row<'_> {
        Row { key: Key::parse(key.as_bytes()), time: Some(time), size: None, details: Details::default() }
    }

    #[test]
    fn keys_read_back_whatever_their_kind() {
        let mut block = Block::new(false);
        for key in ["17", "a", "bc", "3"] {
            block.push(&row(key, 0)).expect("fits");
        }
        let keys: Vec<_> = (0..4).map(|nth| block.key(nth)).collect();
        assert_eq!(keys, [Key::Number(17), Key::Text(b"a"), Key::Text(b"bc"), Key::Number(3)]);
    }

    #[test]
    fn time_may_stand_still_but_not_run_backwards_even_across_blocks() {
        let mut block = Block::new(false);
        block.push(&row("1", 2_000_000)).expect("first");
        block.push(&row("1", 2_000_000)).expect("same instant");
        block.clear();
        let wrong = block.push(&row("1", 1_500_000)).expect_err("earlier");
        assert_eq!(wrong.message, "time runs backwards, 1.5 s after 2 s");
    }

    #[test]
    fn writes_are_left_out_and_counted_unless_wanted() {
        let write = Row { details: Details { op: Op::Write, ..Details::default() }, ..row("1", 0) };
        let mut reads = Block::new(false);
        reads.push(&write).expect("is taken");
        assert_eq!((reads.len(), reads.left_out), (0, 1));
        let mut all = Block::new(true);
        all.push(&write).expect("is taken");
        assert_eq!((all.len(), all.left_out), (1, 0));
    }
}
