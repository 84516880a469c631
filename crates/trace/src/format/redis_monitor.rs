//! What `redis-cli MONITOR` prints: `1339518083.107412 [0 127.0.0.1:60866] "GET" "k"`.
//!
//! A command with several keys is as many requests. Keys of another database than 0 have `dbN:` ahead.

use std::ops::Range;

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::clock::{Clock, Told};
use crate::format::decimal::{scaled, whole};
use crate::format::field::Field;
use crate::format::map::Map;
use crate::format::quote::quoted;
use crate::format::redis_commands::{Command, Keys, command, ttl};
use crate::format::unit::Unit;
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Taken};
use crate::request::{Details, Key, Micros, Op, Row};

pub(super) const FORMAT: Format = Format {
    name: "redis-monitor",
    title: "what `redis-cli MONITOR` prints",
    sniff,
    open: |input, options, _| {
        let map = Map::of_fixed(options, "redis-monitor")?;
        Ok(Box::new(LineReader::new(input, Monitor::new(Field::ALL.map(|field| map.leaves(field))))))
    },
};

/// Sure where nine lines of ten are commands.
fn sniff(head: &Head) -> u8 {
    let lines = head.lines().filter(|line| !matches!(*line, b"" | b"OK" | b"+OK"));
    let fits: Vec<bool> = lines.take(64).map(|line| parts(line).is_ok()).collect();
    let fitting = fits.iter().filter(|fits| **fits).count();
    if !fits.is_empty() && fitting * 10 >= fits.len() * 9 { 95 } else { 0 }
}

struct Monitor {
    /// Fields that the user does not want.
    leaves: [bool; Field::COUNT],
    clock: Clock,
    /// Arguments of the command, the command itself included, one behind the other.
    text: Vec<u8>,
    arguments: Vec<Range<usize>>,
    /// Key of another database.
    key: Vec<u8>,
    /// Commands without keys, and requests of other databases than 0.
    without: u64,
    elsewhere: u64,
}

impl Monitor {
    fn new(leaves: [bool; Field::COUNT]) -> Self {
        let clock = Clock::new(Told::Surely(Unit::Seconds));
        Self { leaves, clock, text: vec![], arguments: vec![], key: vec![], without: 0, elsewhere: 0 }
    }

    /// Adds a request for one of the arguments.
    fn push(
        &mut self,
        argument: usize,
        database: &[u8],
        time: Option<Micros>,
        details: Details,
        block: &mut Block,
    ) -> Result<(), Wrong> {
        let mut key = &self.text[self.arguments[argument].clone()];
        if key.is_empty() {
            return Err(Wrong::new(
                "the key is empty",
                "Redis allows it, warmcast does not; `--skip-bad N` passes over it",
            ));
        }
        if database != b"0" {
            self.key.clear();
            for part in [b"db", database, b":", key] {
                self.key.extend_from_slice(part);
            }
            self.elsewhere += 1;
            key = &self.key;
        }
        block.push(&Row { key: Key::parse(key), time, size: None, details })
    }
}

impl LineFormat for Monitor {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if matches!(line, b"" | b"OK" | b"+OK") {
            return Ok(Taken::Nothing);
        }
        let Parts { time, database, arguments } = parts(line)?;
        unescape(arguments, &mut self.text, &mut self.arguments)?;
        let Command { op, keys } = command(&self.text[self.arguments[0].clone()]);
        let count = self.arguments.len();
        let (keys, step) = match keys {
            Keys::None => (0..0, 1),
            Keys::First => (1..count.min(2), 1),
            Keys::Second => (2..count.min(3), 1),
            Keys::All => (1..count, 1),
            Keys::AllButLast => (1..count.saturating_sub(1), 1),
            Keys::Pairs => (1..count, 2),
        };
        if keys.is_empty() {
            self.without += 1;
            return Ok(Taken::Nothing);
        }
        let instant = self.clock.read(time)?;
        let argument = |nth: usize| self.arguments.get(nth).map(|range| &self.text[range.clone()]);
        let ttl = if self.leaves[Field::Ttl as usize] { None } else { ttl(count, &argument, instant)? };
        let op = if self.leaves[Field::Op as usize] { Op::Read } else { op };
        let details = Details { op, ttl, ..Details::default() };
        let time = (!self.leaves[Field::Time as usize]).then_some(instant);
        for nth in keys.step_by(step) {
            self.push(nth, database, time, details, block)?;
        }
        Ok(Taken::Record)
    }

    fn found(&self) -> Vec<String> {
        let mut found = vec![];
        if self.without > 0 {
            found.push(format!("commands without a key are passed over, {} of them", self.without));
        }
        if self.elsewhere > 0 {
            found.push(format!(
                "requests for databases other than 0 have `dbN:` ahead of their keys, {} of them",
                self.elsewhere
            ));
        }
        found
    }
}

/// A line of MONITOR.
struct Parts<'a> {
    time: &'a [u8],
    database: &'a [u8],
    arguments: &'a [u8],
}

fn parts(line: &[u8]) -> Result<Parts<'_>, Wrong> {
    let split = || {
        let (time, rest) = line.split_at_checked(memchr::memchr(b' ', line)?)?;
        let rest = rest.strip_prefix(b" [")?;
        // An address of IPv6 has brackets of its own.
        let (client, arguments) = rest.split_at_checked(memchr::memmem::find(rest, b"] \"")?)?;
        let database = &client[..memchr::memchr(b' ', client)?];
        scaled(time, 6)?;
        whole(database)?;
        Some(Parts { time, database, arguments: &arguments[2..] })
    };
    split().ok_or_else(|| {
        Wrong::new(
            format!("{} is no line of MONITOR", quoted(line)),
            "a line is `1339518083.107412 [0 127.0.0.1:60866] \"GET\" \"k\"`; `--skip-bad N` passes over up to N others",
        )
    })
}

/// Takes the quoted arguments of a line, of which there is at least one.
fn unescape(line: &[u8], text: &mut Vec<u8>, arguments: &mut Vec<Range<usize>>) -> Result<(), Wrong> {
    text.clear();
    arguments.clear();
    let mut rest = line;
    loop {
        let begin = text.len();
        let inside = rest.strip_prefix(b"\"").and_then(|inside| unescape_one(inside, text));
        rest = inside.ok_or_else(|| {
            Wrong::new(
                format!("{} is no quoted argument", quoted(rest)),
                "arguments are in double quotes, with one space between them; was the line cut off?",
            )
        })?;
        arguments.push(begin..text.len());
        match rest {
            [] => return Ok(()),
            [b' ', behind @ ..] => rest = behind,
            _ => {}
        }
    }
}

/// Takes one argument, up to its closing quote; what is behind it.
fn unescape_one<'a>(mut rest: &'a [u8], text: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let end = memchr::memchr2(b'"', b'\\', rest)?;
        text.extend_from_slice(&rest[..end]);
        match &rest[end..] {
            [b'"', behind @ ..] => return Some(behind),
            [b'\\', b'x', high, low, behind @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                text.push((digit(*high)? * 16 + digit(*low)?) as u8);
                rest = behind;
            }
            [b'\\', letter, behind @ ..] => {
                text.push(match letter {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'a' => 7,
                    b'b' => 8,
                    other => *other,
                });
                rest = behind;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;

    /// Keys and what else is known of them, then what was found out.
    type Taken = (Vec<(String, Details)>, Vec<String>);

    fn take(commands: &[&str]) -> Result<Taken, Wrong> {
        let mut monitor = Monitor::new([false; Field::COUNT]);
        let mut block = Block::new(Rules::ALL);
        for command in commands {
            monitor.take(format!("1339518083.107412 {command}").as_bytes(), &mut block)?;
        }
        assert!(block.times.iter().all(|time| *time == 1_339_518_083_107_412));
        let key = |nth| match block.key(nth) {
            Key::Number(number) => number.to_string(),
            Key::Text(text) => String::from_utf8_lossy(text).into_owned(),
        };
        let requests = (0..block.len()).map(|nth| (key(nth), block.details[nth])).collect();
        Ok((requests, monitor.found()))
    }

    fn keys(command: &str) -> Vec<String> {
        let line = format!("[0 127.0.0.1:60866] {command}");
        take(&[&line]).expect("reads").0.into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn arguments_are_unescaped() {
        assert_eq!(keys(r#""GET" "a\"b\\c\n\x41""#), ["a\"b\\c\nA"]);
        assert_eq!(keys(r#""get" "] \"x""#), ["] \"x"]);
    }

    #[test]
    fn a_command_with_several_keys_is_as_many_requests() {
        assert_eq!(keys(r#""MGET" "a" "b" "7""#), ["a", "b", "7"]);
        assert_eq!(keys(r#""MSET" "a" "1" "b" "2""#), ["a", "b"]);
        assert_eq!(keys(r#""DEL" "a" "b""#), ["a", "b"]);
        assert_eq!(keys(r#""HGET" "a" "field""#), ["a"]);
        assert_eq!(keys(r#""BLPOP" "a" "b" "0""#), ["a", "b"]);
        assert_eq!(keys(r#""OBJECT" "ENCODING" "a""#), ["a"]);
    }

    #[test]
    fn commands_without_keys_are_passed_over_and_counted() {
        let lines = [r#"[0 1.2.3.4:5] "PING""#, r#"[0 lua] "INFO" "all""#, r#"[0 [::1]:5] "SELECT" "3""#];
        assert_eq!(
            take(&lines),
            Ok((vec![], vec!["commands without a key are passed over, 3 of them".to_owned()]))
        );
    }

    #[test]
    fn an_unknown_command_is_something_else_with_its_first_argument_as_key() {
        let (requests, _) = take(&[r#"[0 lua] "BF.EXISTS" "filter" "x""#]).expect("reads");
        assert_eq!(requests, [("filter".to_owned(), Details { op: Op::Other, ..Details::default() })]);
    }

    #[test]
    fn databases_are_kept_apart() {
        let (requests, found) = take(&[r#"[0 lua] "GET" "a""#, r#"[12 unix:/s] "GET" "a""#]).expect("reads");
        assert_eq!([&requests[0].0, &requests[1].0], ["a", "db12:a"]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for line in [
            "",
            "GET a",
            "[0 x]",
            "[x y] \"GET\" \"a\"",
            "[0 y] \"GET\" \"a",
            "[0 y] \"GET\" a",
            "[0 y] \"\\",
        ] {
            assert!(take(&[line]).is_err(), "{line}");
        }
        assert_eq!(take(&[r#"[0 y] "GET" """#]).expect_err("is refused").message, "the key is empty");
    }
}
