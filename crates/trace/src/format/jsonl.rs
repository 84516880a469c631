//! One JSON object a line. Values inside of others go by their path: `request.uri`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::columns::Columns;
use crate::format::field::{Field, alike};
use crate::format::key_text::KeyText;
use crate::format::map::Map;
use crate::format::quote::quoted;
use crate::format::rows::{EMPTY, QUERY, Rows};
use crate::format::table::without_mark;
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Options, Reader, Taken};

/// Objects that are looked at to learn which values there are.
const SAMPLE: usize = 64;

/// Levels of objects inside of each other.
const DEEPEST: usize = 16;

pub(super) const FORMAT: Format =
    Format { name: "jsonl", title: "one JSON object a line (NDJSON)", sniff, open };

/// An object whose values are still text.
type Object<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// Sure of an object in the first line.
fn sniff(head: &Head) -> u8 {
    let first = head.lines().map(without_mark).find(|line| !line.is_empty());
    let object = |line: &[u8]| serde_json::from_slice::<Object>(line).is_ok();
    if first.is_some_and(|line| line.trim_ascii_start().starts_with(b"{") && object(line)) { 95 } else { 0 }
}

fn open(input: Box<dyn BufRead + Send>, options: &Options, head: &Head) -> Result<Box<dyn Reader>, Wrong> {
    let map = Map::of(options)?;
    let names = names(head);
    if names.is_empty() {
        // What is wrong with the lines is told where they are read.
        let rows = Rows::new(&Columns::default(), KeyText::plain());
        return Ok(Box::new(LineReader::new(input, JsonLines { paths: vec![], rows })));
    }
    let columns = Columns::named(&names, &map)?;
    let request_line = columns.of(Field::Key).is_some_and(|key| alike(&key.name, "request"));
    let slots = (0..names.len()).map(|index| match columns.field_at(index) {
        None => (columns.query == Some(index)).then_some(QUERY),
        field => field.map(|field| field as usize),
    });
    let wanted = names.iter().zip(slots).filter_map(|(name, slot)| slot.map(|slot| (name.clone(), slot)));
    let key = KeyText::new(request_line, false, columns.query.is_some());
    let lines = JsonLines { paths: wanted.collect(), rows: Rows::new(&columns, key) };
    Ok(Box::new(LineReader::new(input, lines)))
}

/// Paths of the single values in the first objects, in the order in which they appear.
fn names(head: &Head) -> Vec<String> {
    let mut names = vec![];
    for line in head.lines().map(without_mark).take(SAMPLE) {
        if let Ok(object @ Value::Object(_)) = serde_json::from_slice(line) {
            walk("", &object, DEEPEST, &mut names);
        }
    }
    names
}

fn walk(path: &str, value: &Value, depth: usize, names: &mut Vec<String>) {
    match value {
        Value::Object(members) if depth > 0 => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(&path, value, depth - 1, names);
            }
        }
        Value::Object(_) | Value::Array(_) => {}
        _ if names.iter().any(|name| name == path) => {}
        _ => names.push(path.to_owned()),
    }
}

struct JsonLines {
    /// Where values stand, and the slot of each.
    paths: Vec<(String, usize)>,
    rows: Rows,
}

impl LineFormat for JsonLines {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        let line = without_mark(line).trim_ascii();
        if line.is_empty() {
            return Ok(Taken::Nothing);
        }
        let object: Object = serde_json::from_slice(line).map_err(|error| no_object(line, &error))?;
        let mut texts = Vec::with_capacity(self.paths.len());
        for (path, slot) in &self.paths {
            if let Some(value) = at(&object, path) {
                texts.push((*slot, text(path, value)?));
            }
        }
        let mut cells = EMPTY;
        for (slot, text) in &texts {
            cells[*slot] = text.as_bytes();
        }
        self.rows.add(cells, block)
    }

    fn found(&self) -> Vec<String> {
        self.rows.found()
    }
}

/// The value at a path; a member whose name holds dots comes before a path of several names.
fn at<'a>(object: &Object<'a>, path: &str) -> Option<&'a RawValue> {
    if let Some(value) = object.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let inner = object.get(&path[..dot])?;
        at(&serde_json::from_str(inner.get()).ok()?, &path[dot + 1..])
    })
}

/// The text of a single value; empty for null.
fn text<'a>(path: &str, value: &'a RawValue) -> Result<Cow<'a, str>, Wrong> {
    let raw = value.get();
    match raw.as_bytes() {
        b"null" => Ok(Cow::Borrowed("")),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => Ok(Cow::Borrowed(&raw[1..raw.len() - 1])),
        [b'"', ..] => {
            serde_json::from_str(raw).map(Cow::Owned).map_err(|error| no_object(raw.as_bytes(), &error))
        }
        [b'{' | b'[', ..] => Err(Wrong::new(
            format!("{} is no single value: {}", quoted(path.as_bytes()), quoted(raw.as_bytes())),
            "a field is a number, a text, true, false or null; `--map FIELD=PATH.OF.NAMES` reaches inside",
        )),
        _ => Ok(Cow::Borrowed(raw)),
    }
}

fn no_object(line: &[u8], error: &serde_json::Error) -> Wrong {
    let error = error.to_string();
    let reason = error.split(" at line ").next().unwrap_or(&error);
    Wrong::new(
        format!("{} is no JSON object: {reason}", quoted(line)),
        "every line is one object, `{\"ts\": 1, \"key\": \"a\"}`; `--skip-bad N` passes over up to N such lines",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::request::{Details, Key};
    use std::io::Cursor;

    fn read(text: &str, map: &[(&str, &str)]) -> Result<Block, Wrong> {
        let map = map.iter().map(|(field, path)| ((*field).to_owned(), (*path).to_owned())).collect();
        let options = Options { map, log_format: None };
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let mut reader = open(Box::new(Cursor::new(text.as_bytes().to_vec())), &options, &head)?;
        let mut block = Block::new(Rules::ALL);
        reader.fill(&mut block).map_err(|fault| fault.wrong)?;
        Ok(block)
    }

    #[test]
    fn numbers_keep_every_digit() {
        let block =
            read(r#"{"ts": 1700000000.123456, "key": 123456789012345678901234567890}"#, &[]).expect("reads");
        assert_eq!(block.times, [1_700_000_000_123_456]);
        assert_eq!(block.key(0), Key::Text(b"123456789012345678901234567890"));
    }

    #[test]
    fn values_inside_of_others_go_by_their_path() {
        let text = r#"{"time":"2026-11-20T15:20:06Z","http":{"a.b":{"uri":"/\u00fc\"x"}},"res":{"bytes":5}}"#;
        let block = read(text, &[("key", "http.a.b.uri"), ("size", "res.bytes")]).expect("reads");
        assert_eq!((block.key(0), block.sizes[0]), (Key::Text("/ü\"x".as_bytes()), 5));
    }

    #[test]
    fn logs_of_nginx_are_read_with_their_request_line() {
        let text = concat!(
            r#"{"msec":"1700000000.123","request":"PUT /a?b HTTP/1.1","upstream_cache_status":"","#,
            r#""upstream_response_time":"0.1, 0.2","body_bytes_sent":"7"}"#
        );
        let block = read(text, &[]).expect("reads");
        assert_eq!((block.key(0), block.sizes[0]), (Key::Text(b"/a?b"), 7));
        let want = Details { op: crate::request::Op::Write, latency_ms: Some(300.0), ..Details::default() };
        assert_eq!(block.details[0], want);
    }

    #[test]
    fn what_appears_later_is_known_from_the_beginning() {
        let block =
            read("{\"key\":1}\n{\"key\":2,\"hit\":true}\n{\"key\":3,\"hit\":null}\n", &[]).expect("reads");
        let hits: Vec<_> = block.details.iter().map(|details| details.hit).collect();
        assert_eq!(hits, [None, Some(true), None]);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let message = |text: &str| read(text, &[]).expect_err("is refused").message;
        assert!(message("{\"key\":1}\n[1]\n").starts_with("`[1]` is no JSON object: "));
        assert!(message("{\"key\":1}\n{\"key\":\n").starts_with("`{\"key\":` is no JSON object: EOF"));
        assert_eq!(message("{\"key\":1}\n{\"key\":{\"a\":1}}\n"), "`key` is no single value: `{\"a\":1}`");
        assert_eq!(message("{\"key\":1}\n{\"kye\":1}\n"), "there is no key");
        assert_eq!(message("{\"a\":1}\n"), "no column is known to be the key");
        assert!(message("x\n").starts_with("`x` is no JSON object"));
    }
}
