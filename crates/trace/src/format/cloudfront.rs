//! Standard logs of Amazon CloudFront: fields separated by tabs, named by a `#Fields:` line. Dates are in UTC.
//!
//! A key is the path and the query string. The latency is the time to the first byte, which hits and misses both have.

use std::io::BufRead;

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::columns::Columns;
use crate::format::field::Field;
use crate::format::key_text::KeyText;
use crate::format::map::Map;
use crate::format::rows::{BIN, EMPTY, QUERY, Rows};
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Options, Reader, Taken};

const FIELDS: &[u8] = b"#Fields:";

pub(super) const FORMAT: Format = Format {
    name: "cloudfront",
    title: "standard log of Amazon CloudFront",
    sniff: |head| {
        let names = head.lines().take(8).find_map(|line| line.strip_prefix(FIELDS));
        let edge = names.is_some_and(|names| memchr::memmem::find(names, b"x-edge-").is_some());
        if edge { 100 } else { 0 }
    },
    open,
};

fn open(input: Box<dyn BufRead + Send>, options: &Options, _: &Head) -> Result<Box<dyn Reader>, Wrong> {
    Map::of(options)?;
    let log =
        CloudFront { options: options.clone(), fields: vec![], plan: None, time: vec![], notes: vec![] };
    Ok(Box::new(LineReader::new(input, log)))
}

struct CloudFront {
    options: Options,
    /// The `#Fields:` line that holds.
    fields: Vec<u8>,
    plan: Option<Plan>,
    /// Date and time of day, put together.
    time: Vec<u8>,
    /// What the readers of earlier fields found out.
    notes: Vec<String>,
}

/// What to do with each field.
struct Plan {
    slots: Vec<usize>,
    date: Option<usize>,
    rows: Rows,
}

impl CloudFront {
    /// Learns the fields. Logs that are put together repeat the line, and may change it.
    fn learn(&mut self, fields: &[u8]) -> Result<(), Wrong> {
        if self.plan.is_some() && self.fields == fields {
            return Ok(());
        }
        let text = String::from_utf8_lossy(fields);
        let mut names: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        let date = names.iter().position(|name| name == "date");
        if let Some(date) = date {
            // Only together with the time of day it is a time.
            names[date] = "day".to_owned();
        }
        let columns = Columns::named(&names, &Map::of(&self.options)?)?;
        let date = date.filter(|_| columns.of(Field::Time).is_some_and(|time| time.name == "time"));
        let slot = |index: usize| match columns.field_at(index) {
            Some(field) => field as usize,
            None if columns.query == Some(index) => QUERY,
            None => BIN,
        };
        let slots = (0..names.len()).map(slot).collect();
        let rows = Rows::new(&columns, KeyText::new(false, false, columns.query.is_some()));
        if let Some(plan) = self.plan.replace(Plan { slots, date, rows }) {
            self.notes.extend(plan.rows.found());
        }
        self.fields = fields.to_vec();
        Ok(())
    }
}

impl LineFormat for CloudFront {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if let Some(fields) = line.strip_prefix(FIELDS) {
            self.learn(fields)?;
        }
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(Taken::Nothing);
        }
        let Some(plan) = &mut self.plan else {
            return Err(Wrong::new(
                "there is no `#Fields:` line ahead of the first record",
                "put it back: it names the columns, as in `#Fields: date time x-edge-location sc-bytes`",
            ));
        };
        let mut cells = EMPTY;
        let mut date = &b""[..];
        let mut found = 0;
        for text in line.split(|byte| *byte == b'\t') {
            cells[plan.slots.get(found).map_or(BIN, |slot| *slot)] = text;
            if plan.date == Some(found) {
                date = text;
            }
            found += 1;
        }
        if found != plan.slots.len() {
            return Err(Wrong::new(
                format!("the row has {found} fields, and `#Fields:` names {}", plan.slots.len()),
                "fields are separated by tabs; `--skip-bad N` passes over up to N such records",
            ));
        }
        if plan.date.is_some() {
            self.time.clear();
            for part in [date, b"T", cells[Field::Time as usize], b"Z"] {
                self.time.extend_from_slice(part);
            }
            cells[Field::Time as usize] = &self.time;
        }
        plan.rows.add(cells, block)
    }

    fn found(&self) -> Vec<String> {
        let mut found = self.notes.clone();
        found.extend(self.plan.iter().flat_map(|plan| plan.rows.found()));
        found.sort();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::request::{Key, Op};

    fn log() -> CloudFront {
        CloudFront { options: Options::default(), fields: vec![], plan: None, time: vec![], notes: vec![] }
    }

    const NAMES: &str = "#Fields: date time x-edge-location sc-bytes cs-method cs-uri-stem cs-uri-query \
                         x-edge-result-type time-taken x-edge-detailed-result-type time-to-first-byte";

    #[test]
    fn fields_are_found_by_their_names() {
        let (mut log, mut block) = (log(), Block::new(Rules::ALL));
        for line in [
            "#Version: 1.0",
            NAMES,
            "2026-11-20\t15:20:06\tFRA50\t512\tGET\t/a\tx=1\tHit\t0.250\tHit\t0.010",
            "2026-11-20\t15:20:07\tFRA50\t0\tPOST\t/a\t-\tMiss\t0.250\tMiss\t0.100",
        ] {
            log.take(line.as_bytes(), &mut block).expect("reads");
        }
        assert_eq!([block.key(0), block.key(1)], [Key::Text(b"/a?x=1"), Key::Text(b"/a")]);
        assert_eq!(block.times, [1_795_188_006_000_000, 1_795_188_007_000_000]);
        assert_eq!(block.sizes, [512, 0]);
        let details = block.details[0];
        assert_eq!((details.op, details.hit, details.latency_ms), (Op::Read, Some(true), Some(10.0)));
        assert_eq!((block.details[1].op, block.details[1].hit), (Op::Write, Some(false)));
    }

    #[test]
    fn a_later_fields_line_counts_from_there() {
        let (mut log, mut block) = (log(), Block::new(Rules::ALL));
        for line in
            ["#Fields: cs-uri-stem x-edge-location", "/a\tX", "#Fields: x-edge-location cs-uri-stem", "X\t/b"]
        {
            log.take(line.as_bytes(), &mut block).expect("reads");
        }
        assert_eq!([block.key(0), block.key(1)], [Key::Text(b"/a"), Key::Text(b"/b")]);
        assert_eq!(log.found(), ["columns read: key from `cs-uri-stem`"]);
    }

    #[test]
    fn a_row_that_does_not_fit_is_refused() {
        let (mut log, mut block) = (log(), Block::new(Rules::ALL));
        assert!(
            log.take(b"2026-11-20\t15:20:06", &mut block)
                .expect_err("has no names")
                .message
                .contains("#Fields:")
        );
        log.take(NAMES.as_bytes(), &mut block).expect("reads");
        let wrong = log.take(b"2026-11-20\t15:20:06", &mut block).expect_err("is short");
        assert_eq!(wrong.message, "the row has 2 fields, and `#Fields:` names 11");
    }
}
