//! From the texts of a record to a request: what all formats with columns share.

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::clock::Clock;
use crate::format::columns::Columns;
use crate::format::decimal::{scaled, whole};
use crate::format::field::Field;
use crate::format::key_text::KeyText;
use crate::format::quote::quoted;
use crate::format::unit::Unit;
use crate::format::words;
use crate::reader::Taken;
use crate::request::{Details, Key, Micros, Op, Row};

/// Texts of one record by slot: those of the fields, then of what keys may be put together from, then one for columns
/// that nobody reads. Empty where the record does not have it.
pub(super) type Cells<'a> = [&'a [u8]; SLOTS];

/// Slot of the host that a key belongs to.
pub(super) const HOST: usize = Field::COUNT;
/// Slot of the query string.
pub(super) const QUERY: usize = HOST + 1;
/// Slot of everything else.
pub(super) const BIN: usize = QUERY + 1;
const SLOTS: usize = BIN + 1;

/// No texts.
pub(super) const EMPTY: Cells = [b""; SLOTS];

/// Makes requests of texts.
pub(super) struct Rows {
    key: KeyText,
    values: Values,
    notes: Vec<String>,
}

impl Rows {
    /// Requests of these columns, whose keys are put together as `key` says.
    pub(super) fn new(columns: &Columns, key: KeyText) -> Self {
        let mut has = Field::ALL.map(|field| columns.of(field).is_some());
        has[Field::Op as usize] |= key.tells_op();
        let detailed =
            Field::ALL.iter().any(|field| *field as usize > Field::Size as usize && has[*field as usize]);
        let values = Values {
            has,
            detailed,
            clock: Clock::new(columns.told()),
            ttl: columns.unit(Field::Ttl).unwrap_or(Unit::Seconds),
            latency: columns.unit(Field::Latency).unwrap_or(Unit::Millis),
            endless: 0,
        };
        Self { key, values, notes: columns.notes.clone() }
    }

    /// Adds the request that these texts tell, if they tell one.
    ///
    /// # Errors
    /// Where one of them cannot be read, or a time, key or size is missing.
    #[inline]
    pub(super) fn add<'a>(&'a mut self, mut cells: Cells<'a>, block: &mut Block) -> Result<Taken, Wrong> {
        if !self.key.complete(&mut cells)? {
            return Ok(Taken::Nothing);
        }
        block.push(&self.values.row(&cells)?)?;
        Ok(Taken::Record)
    }

    /// What was found out.
    pub(super) fn found(&self) -> Vec<String> {
        let mut found = self.notes.clone();
        found.extend(self.values.clock.found());
        found.extend(self.key.found());
        if self.values.endless > 0 {
            found.push(format!("a time to live of 0 is read as none, {} times", self.values.endless));
        }
        found
    }
}

/// Reads values.
struct Values {
    has: [bool; Field::COUNT],
    /// Whether it has more than time, key and size.
    detailed: bool,
    clock: Clock,
    ttl: Unit,
    latency: Unit,
    /// Times to live of 0, which are none.
    endless: u64,
}

impl Values {
    #[inline]
    fn row<'a>(&mut self, cells: &Cells<'a>) -> Result<Row<'a>, Wrong> {
        let key = cells[Field::Key as usize];
        if key.is_empty() {
            return Err(Wrong::new(
                "there is no key",
                "every record needs one; `--map key=COLUMN` names another column",
            ));
        }
        let (mut time, mut bytes) = (None, None);
        if self.has[Field::Time as usize] {
            time = Some(self.time(cells[Field::Time as usize])?);
        }
        if self.has[Field::Size as usize] {
            bytes = Some(size(cells[Field::Size as usize])?);
        }
        let details = if self.detailed { self.details(cells)? } else { Details::default() };
        Ok(Row { key: Key::parse(key), time, size: bytes, details })
    }

    #[inline]
    fn time(&mut self, text: &[u8]) -> Result<Micros, Wrong> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(Wrong::new(
                "there is no time",
                "every record needs one, or none: `--map time=-` leaves times out",
            ));
        }
        self.clock.read(text)
    }

    fn details(&mut self, cells: &Cells) -> Result<Details, Wrong> {
        let cell =
            |field: Field| Some(cells[field as usize].trim_ascii()).filter(|text| !words::absent(text));
        let ttl = cell(Field::Ttl).map(|text| time_to_live(text, self.ttl)).transpose()?;
        self.endless += u64::from(ttl == Some(0));
        Ok(Details {
            op: cell(Field::Op).map_or(Op::Read, words::op),
            ttl: ttl.filter(|ttl| *ttl > 0),
            hit: cell(Field::Hit).map(words::hit).transpose()?.flatten(),
            latency_ms: cell(Field::Latency)
                .map(|text| latency_ms(text, self.latency))
                .transpose()?
                .flatten(),
            cost: cell(Field::Cost).map(cost).transpose()?,
        })
    }
}

/// A size in bytes.
///
/// # Errors
/// Where it is no whole number.
#[inline]
pub(super) fn size(text: &[u8]) -> Result<u64, Wrong> {
    let trimmed = text.trim_ascii();
    // Tools that know no missing integers write whole numbers as 512.0.
    let integer = trimmed.strip_suffix(b".0").unwrap_or(trimmed);
    whole(text).or_else(|| whole(integer)).ok_or_else(|| {
        let text = trimmed;
        let shown = quoted(text);
        let message = match scaled(text, 0) {
            _ if text.is_empty() => "there is no size".to_owned(),
            Some(number) if number < 0 => format!("the size {shown} is negative"),
            Some(_) => format!("the size {shown} is no whole number of bytes"),
            None if text.iter().all(u8::is_ascii_digit) => format!("the size {shown} is too large"),
            None => format!("{shown} is no size"),
        };
        Wrong::new(
            message,
            "sizes are whole numbers of bytes; `--map size=COLUMN` names another column, `--map size=-` leaves sizes out",
        )
    })
}

/// A time to live.
///
/// # Errors
/// Where it is no number of 0 or more.
pub(super) fn time_to_live(text: &[u8], unit: Unit) -> Result<Micros, Wrong> {
    scaled(text, unit.places()).filter(|ttl| *ttl >= 0).ok_or_else(|| {
        Wrong::new(
            format!("{} is no time to live in {}", quoted(text), unit.plural()),
            "times to live are numbers of 0 or more; `--map ttl=COLUMN:ms` says the unit, `--map ttl=-` leaves them out",
        )
    })
}

/// A latency in milliseconds. Of several, `0.1, 0.2 : 0.3` as nginx logs the upstreams it asked in turn, the sum;
/// none where all of them are missing.
fn latency_ms(text: &[u8], unit: Unit) -> Result<Option<f64>, Wrong> {
    let mut sum = None;
    for part in text.split(|byte| matches!(byte, b',' | b':' | b';')) {
        let part = part.trim_ascii();
        if words::absent(part) {
            continue;
        }
        // Nanoseconds, so that decimals add up exactly.
        let nanos = scaled(part, unit.places() + 3).filter(|nanos| *nanos >= 0);
        sum = nanos.and_then(|nanos| nanos.checked_add(sum.unwrap_or(0)));
        if sum.is_none() {
            return Err(Wrong::new(
                format!("{} is no latency in {}", quoted(text), unit.plural()),
                "latencies are numbers of 0 or more; `--map latency=COLUMN:ms` says the unit, `--map latency=-` leaves \
                 them out",
            ));
        }
    }
    Ok(sum.map(|nanos| nanos as f64 / 1e6))
}

fn cost(text: &[u8]) -> Result<f64, Wrong> {
    let cost = fast_float2::parse::<f64, _>(text).ok().filter(|cost| cost.is_finite() && *cost >= 0.0);
    cost.ok_or_else(|| {
        Wrong::new(
            format!("{} is no cost", quoted(text)),
            "costs are numbers of 0 or more; `--map cost=COLUMN` names another column, `--map cost=-` leaves them out",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::format::map::Map;
    use crate::reader::Options;

    fn rows(header: &str) -> (Rows, Columns) {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        let columns =
            Columns::named(&names, &Map::of(&Options::default()).expect("is empty")).expect("has a key");
        (Rows::new(&columns, KeyText::plain()), columns)
    }

    /// What becomes of one record.
    fn taken(header: &str, record: &str) -> Result<(Option<Micros>, Option<u64>, Details), String> {
        let (mut rows, columns) = rows(header);
        let mut cells = EMPTY;
        for (index, text) in record.split('|').enumerate() {
            cells[columns.field_at(index).map_or(BIN, |field| field as usize)] = text.as_bytes();
        }
        let mut block = Block::new(Rules::ALL);
        rows.add(cells, &mut block).map_err(|wrong| wrong.message)?;
        Ok((block.times.first().copied(), block.sizes.first().copied(), block.details[0]))
    }

    #[test]
    fn every_field_is_read() {
        let details = Details {
            op: Op::Write,
            ttl: Some(1_500_000),
            hit: Some(false),
            latency_ms: Some(600.0),
            cost: Some(0.25),
        };
        assert_eq!(
            taken(
                "ts,key,size,ttl_s,op,hit,upstream_response_time,cost",
                "5|k|7|1.5|SET|MISS|0.1, 0.2 : 0.3|0.25"
            ),
            Ok((Some(5_000_000), Some(7), details))
        );
    }

    #[test]
    fn what_is_optional_may_be_missing() {
        let header = "key,ttl,op,hit,latency,cost";
        for record in ["k|||||", "k|-|-|-|-|-", "k|null|NULL|\\N|-, -|", "k"] {
            assert_eq!(taken(header, record), Ok((None, None, Details::default())), "{record}");
        }
    }

    #[test]
    fn what_is_not_optional_may_not() {
        assert_eq!(taken("ts,key,size", "1||1"), Err("there is no key".to_owned()));
        assert_eq!(taken("ts,key,size", " |k|1"), Err("there is no time".to_owned()));
        assert_eq!(taken("ts,key,size", "1|k|"), Err("there is no size".to_owned()));
    }

    #[test]
    fn a_bad_value_is_quoted() {
        for (header, record, message) in [
            ("key,size", "k|-5", "the size `-5` is negative"),
            ("key,size", "k|1.5", "the size `1.5` is no whole number of bytes"),
            ("key,size", "k|big", "`big` is no size"),
            ("key,size", "k|99999999999999999999", "the size `99999999999999999999` is too large"),
            ("key,ttl", "k|-1", "`-1` is no time to live in seconds"),
            ("key,latency_us", "k|-1", "`-1` is no latency in microseconds"),
            ("key,latency", "k|1,x", "`1,x` is no latency in milliseconds"),
            ("key,cost", "k|inf", "`inf` is no cost"),
            ("key,hit", "k|perhaps", "`perhaps` is neither a hit nor a miss"),
        ] {
            assert_eq!(taken(header, record), Err(message.to_owned()), "{record}");
        }
    }

    #[test]
    fn a_time_to_live_of_zero_is_none_and_counted() {
        let (mut rows, _) = rows("key,ttl_ms");
        let mut cells = EMPTY;
        (cells[Field::Key as usize], cells[Field::Ttl as usize]) = (b"k", b"0");
        let mut block = Block::new(Rules::default());
        rows.add(cells, &mut block).expect("is fine");
        assert_eq!(block.details[0].ttl, None);
        assert_eq!(rows.found(), ["a time to live of 0 is read as none, 1 times"]);
    }
}
