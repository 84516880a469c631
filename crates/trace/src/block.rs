//! A stretch of requests, column by column.

use crate::fault::{Spot, Wrong};
use crate::request::{Details, Key, Micros, Op, Row};

/// Bytes that no object has (256 TiB), so that sums of sizes stay numbers.
const LARGEST: u64 = 1 << 48;

/// Which requests to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// By what they do to their key.
    pub operations: Operations,
    /// How far the time of a request may lie before that of the one ahead of it; it counts as at the same time then.
    pub late: Micros,
    /// Whether times stand as they are, in whatever order, for a caller that sorts them; `late` has no part then.
    pub as_they_stand: bool,
}

impl Rules {
    /// Every request, in order of time.
    pub const ALL: Self = Self { operations: Operations::All, late: 0, as_they_stand: false };

    /// Every request, in the order of the file.
    pub const UNSORTED: Self = Self { as_they_stand: true, ..Self::ALL };
}

/// Requests by what they do to their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Operations {
    /// Those that read.
    #[default]
    Reads,
    /// All but those that delete their key, which ask for nothing.
    Accesses,
    /// All.
    All,
}

impl Operations {
    fn take(self, op: Op) -> bool {
        match self {
            Self::Reads => op == Op::Read,
            Self::Accesses => op != Op::Delete,
            Self::All => true,
        }
    }
}

/// Requests column by column. A column that the format does not have stays empty; the others have one entry a request.
#[derive(Debug, Default)]
pub struct Block {
    /// Keys that are numbers; 0 in place of text.
    pub numbers: Vec<u64>,
    /// Requests whose key is text, in order: their index, and the end of their text in `text`.
    pub texts: Vec<(u32, u32)>,
    /// The texts, one behind the other.
    pub text: Vec<u8>,
    /// When, never decreasing unless the rules let times stand as they are.
    pub times: Vec<Micros>,
    /// Bytes.
    pub sizes: Vec<u64>,
    /// Everything else.
    pub details: Vec<Details>,
    /// Requests left out because of what they do, of earlier blocks too.
    pub left_out: u64,
    /// Requests that came late, of earlier blocks too.
    pub late: u64,
    /// By how much the latest of them came late, of earlier blocks too.
    pub latest: Micros,
    /// The first of the largest sizes seen, of earlier blocks too, and where it stands.
    pub largest: Option<(u64, Spot)>,
    /// Where the record stands that is being taken.
    spot: Spot,
    /// Time of the last request, of an earlier block too.
    clock: Option<Micros>,
    rules: Rules,
}

impl Block {
    /// Requests that a reader puts into a block at most.
    pub const ROOM: usize = 4096;

    /// An empty block.
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// An empty block that takes what this one takes.
    pub(crate) fn like(&self) -> Self {
        Self::new(self.rules)
    }

    /// Goes on where another block ends.
    pub(crate) fn follow(&mut self, before: &Self) {
        (self.clock, self.largest) = (before.clock, before.largest);
        (self.left_out, self.late, self.latest) = (before.left_out, before.late, before.latest);
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
        let time = row.time.map(|time| self.advance(time)).transpose()?;
        if !self.rules.operations.take(row.details.op) {
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
        self.times.extend(time);
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

    /// Moves the clock to the time of the next request, and says at what time that counts.
    ///
    /// # Errors
    /// Where that lies before the request ahead of it by more than may be.
    pub fn advance(&mut self, time: Micros) -> Result<Micros, Wrong> {
        let now = self.clock.unwrap_or(time).max(time);
        let late = now.saturating_sub(time);
        if late > self.rules.late && !self.rules.as_they_stand {
            return Err(Wrong::new(
                format!("time runs backwards, {} s after {} s", seconds(time), seconds(now)),
                format!(
                    "sort the trace by time; or take such requests as coming at the same time, `--late {}`; or leave \
                     times out, `--map time=-`",
                    length(late)
                ),
            ));
        }
        self.late += u64::from(late > 0);
        self.latest = self.latest.max(late);
        self.clock = Some(now);
        Ok(if self.rules.as_they_stand { time } else { now })
    }

    /// Calls with every request and its key, in order.
    pub(crate) fn each_key(&self, mut take: impl FnMut(usize, Key<'_>)) {
        let mut texts = self.texts.iter().peekable();
        let mut start = 0;
        for (nth, number) in self.numbers.iter().enumerate() {
            match texts.next_if(|(index, _)| *index as usize == nth) {
                Some((_, end)) => {
                    take(nth, Key::Text(&self.text[start..*end as usize]));
                    start = *end as usize;
                }
                None => take(nth, Key::Number(*number)),
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

/// A length of time that is at least so many microseconds, in a round unit.
fn length(time: Micros) -> String {
    let units = [(3_600_000_000, "h"), (60_000_000, "m"), (1_000_000, "s"), (1_000, "ms")];
    let (unit, name) = units.into_iter().find(|(unit, _)| time >= *unit).unwrap_or((1, "us"));
    format!("{}{name}", time.saturating_add(unit - 1) / unit)
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
        let mut block = Block::new(Rules::default());
        for key in ["17", "a", "bc", "3"] {
            block.push(&row(key, 0)).expect("fits");
        }
        let keys: Vec<_> = (0..4).map(|nth| block.key(nth)).collect();
        assert_eq!(keys, [Key::Number(17), Key::Text(b"a"), Key::Text(b"bc"), Key::Number(3)]);
    }

    #[test]
    fn time_may_stand_still_but_not_run_backwards_even_across_blocks() {
        let mut block = Block::new(Rules::default());
        block.push(&row("1", 2_000_000)).expect("first");
        block.push(&row("1", 2_000_000)).expect("same instant");
        block.clear();
        let wrong = block.push(&row("1", 1_500_000)).expect_err("earlier");
        assert_eq!(wrong.message, "time runs backwards, 1.5 s after 2 s");
    }

    #[test]
    fn a_request_may_come_late_by_so_much_and_counts_as_at_the_same_time() {
        let mut block = Block::new(Rules { late: 1_000_000, ..Rules::default() });
        for time in [5_000_000, 4_000_000, 4_500_000, 6_000_000, 5_000_001] {
            block.push(&row("1", time)).expect("late by a second at most");
        }
        assert_eq!(block.times, [5_000_000, 5_000_000, 5_000_000, 6_000_000, 6_000_000]);
        assert_eq!(block.late, 3);
        let wrong = block.push(&row("1", 4_999_999)).expect_err("too late");
        assert_eq!(wrong.message, "time runs backwards, 4.999999 s after 6 s");
        assert!(wrong.help.contains("`--late 2s`"), "{}", wrong.help);
    }

    #[test]
    fn times_may_stand_as_they_are_and_what_is_late_is_counted() {
        let mut block = Block::new(Rules { as_they_stand: true, ..Rules::default() });
        for time in [5, 9, 3, 8] {
            block.push(&row("1", time)).expect("any order will do");
        }
        assert_eq!(block.times, [5, 9, 3, 8]);
        assert_eq!((block.late, block.latest), (2, 6));
    }

    #[test]
    fn writes_are_left_out_and_counted_unless_wanted() {
        let write = Row { details: Details { op: Op::Write, ..Details::default() }, ..row("1", 0) };
        let mut reads = Block::new(Rules::default());
        reads.push(&write).expect("is taken");
        assert_eq!((reads.len(), reads.left_out), (0, 1));
        let mut all = Block::new(Rules::ALL);
        all.push(&write).expect("is taken");
        assert_eq!((all.len(), all.left_out), (1, 0));
    }
}
