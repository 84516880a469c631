//! Twitter's cache traces: seven columns without a header, in the order of <https://github.com/twitter/cache-trace>:
//! time in seconds, key, size of the key, size of the value, client, operation, time to live in seconds (0 is none).
//!
//! A request's size is that of its key and its value. Keys are anonymised and may hold commas.

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::clock::{Clock, Told};
use crate::format::decimal::whole;
use crate::format::field::Field;
use crate::format::map::Map;
use crate::format::quote::quoted;
use crate::format::rows::{size, time_to_live};
use crate::format::unit::Unit;
use crate::format::words;
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Taken};
use crate::request::{Details, Key, Op, Row};

const COLUMNS: usize = 7;

/// Operations that these traces have; one more is a fault in the file.
const OPS: [&str; 11] =
    ["get", "gets", "set", "add", "replace", "cas", "append", "prepend", "delete", "incr", "decr"];

pub(super) const FORMAT: Format = Format {
    name: "twitter",
    title: "Twitter's cache traces: seven columns without a header",
    sniff,
    open: |input, options, _| {
        let map = Map::of_fixed(options, "twitter")?;
        let leaves = Field::ALL.map(|field| map.leaves(field));
        Ok(Box::new(LineReader::new(
            input,
            Twitter { leaves, clock: Clock::new(Told::Surely(Unit::Seconds)) },
        )))
    },
};

/// Sure where nine lines of ten have the columns, an operation among them.
fn sniff(head: &Head) -> u8 {
    let mut lines = 0;
    let mut fits = 0;
    for line in head.lines().filter(|line| !line.is_empty()).take(64) {
        lines += 1;
        let numbers =
            |columns: &[&[u8]; COLUMNS]| [0, 2, 3, 6].iter().all(|at| whole(columns[*at]).is_some());
        fits += usize::from(split(line).is_ok_and(|columns| numbers(&columns) && is_op(columns[5])));
    }
    if head.is_text() && lines > 0 && fits * 10 >= lines * 9 { 95 } else { 0 }
}

struct Twitter {
    /// Fields that the user does not want.
    leaves: [bool; Field::COUNT],
    clock: Clock,
}

impl Twitter {
    fn wants(&self, field: Field) -> bool {
        !self.leaves[field as usize]
    }
}

impl LineFormat for Twitter {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if line.is_empty() {
            return Ok(Taken::Nothing);
        }
        let [time, key, key_size, value_size, _, op, ttl] = split(line)?;
        if key.is_empty() {
            return Err(Wrong::new(
                "there is no key",
                "every record of a cache trace has one in its second column",
            ));
        }
        if !is_op(op) {
            return Err(Wrong::new(
                format!("{} is no operation", quoted(op)),
                format!("operations of these traces are {}", OPS.join(", ")),
            ));
        }
        let time = if self.wants(Field::Time) { Some(self.clock.read(time)?) } else { None };
        let size = if self.wants(Field::Size) {
            Some(size(key_size)?.saturating_add(size(value_size)?))
        } else {
            None
        };
        let ttl = if self.wants(Field::Ttl) { Some(time_to_live(ttl, Unit::Seconds)?) } else { None };
        let details = Details {
            op: if self.wants(Field::Op) { words::op(op) } else { Op::Read },
            ttl: ttl.filter(|ttl| *ttl > 0),
            ..Details::default()
        };
        block.push(&Row { key: Key::parse(key), time, size, details })?;
        Ok(Taken::Record)
    }
}

fn is_op(word: &[u8]) -> bool {
    OPS.iter().any(|op| op.as_bytes() == word)
}

/// The columns: one from the left, five from the right, and the key between them.
fn split(line: &[u8]) -> Result<[&[u8]; COLUMNS], Wrong> {
    let mut columns = [&b""[..]; COLUMNS];
    let mut rest = line;
    let mut found = 0;
    for at in (2..COLUMNS).rev() {
        let Some(comma) = memchr::memrchr(b',', rest) else { break };
        columns[at] = &rest[comma + 1..];
        rest = &rest[..comma];
        found += 1;
    }
    match memchr::memchr(b',', rest).filter(|_| found == COLUMNS - 2) {
        Some(comma) => (columns[0], columns[1]) = (&rest[..comma], &rest[comma + 1..]),
        None => {
            let found = line.iter().filter(|byte| **byte == b',').count() + 1;
            return Err(Wrong::new(
                format!("the row has {found} fields, and {COLUMNS} are expected"),
                "columns are time, key, key size, value size, client, operation and time to live; `csv:FILE` reads \
                 others",
            ));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::reader::Options;

    fn twitter(left: &[Field]) -> Twitter {
        let leaves = Field::ALL.map(|field| left.contains(&field));
        Twitter { leaves, clock: Clock::new(Told::Surely(Unit::Seconds)) }
    }

    fn take(line: &str) -> Result<Block, Wrong> {
        let mut block = Block::new(Rules::ALL);
        twitter(&[]).take(line.as_bytes(), &mut block)?;
        Ok(block)
    }

    #[test]
    fn the_size_is_that_of_key_and_value_and_a_ttl_of_zero_is_none() {
        let block = take("7,nz:u:abc,23,304,1,set,86400").expect("reads");
        assert_eq!((block.key(0), block.times[0], block.sizes[0]), (Key::Text(b"nz:u:abc"), 7_000_000, 327));
        assert_eq!(
            block.details[0],
            Details { op: Op::Write, ttl: Some(86_400_000_000), ..Details::default() }
        );
        assert_eq!(take("7,k,1,2,1,get,0").expect("reads").details[0], Details::default());
    }

    #[test]
    fn a_key_may_hold_commas() {
        assert_eq!(take("7,a,b,c,5,1,1,get,0").expect("reads").key(0), Key::Text(b"a,b,c"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (line, message) in [
            ("7,k,1,2,1,get", "the row has 6 fields, and 7 are expected"),
            ("x", "the row has 1 fields, and 7 are expected"),
            ("7,k,1,2,1,look,0", "`look` is no operation"),
            ("7,,1,2,1,get,0", "there is no key"),
            ("7,k,1,-2,1,get,0", "the size `-2` is negative"),
            ("x,k,1,2,1,get,0", "`x` is no time"),
            ("7,k,1,2,1,get,never", "`never` is no time to live in seconds"),
        ] {
            assert_eq!(take(line).expect_err("is refused").message, message, "{line}");
        }
    }

    #[test]
    fn fields_can_be_left_out_but_not_moved() {
        let mut block = Block::new(Rules::ALL);
        let line = b"x,k,1,x,1,set,never";
        twitter(&[Field::Time, Field::Size, Field::Ttl, Field::Op])
            .take(line, &mut block)
            .expect("reads the key");
        assert!(block.times.is_empty() && block.sizes.is_empty() && block.details[0] == Details::default());
        let mut options = Options::default();
        options.map.insert("key".to_owned(), "3".to_owned());
        assert!(Map::of_fixed(&options, "twitter").is_err());
    }
}
