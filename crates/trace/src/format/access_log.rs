//! Access logs of web servers and caches: Common, Combined, and whatever a `log_format` describes.
//!
//! A key is the target of a request, path and query string; where the layout has a host, with the host ahead.

use std::io::BufRead;
use std::ops::Range;

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::columns::Columns;
use crate::format::field::{Field, alike};
use crate::format::key_text::KeyText;
use crate::format::known_layouts::guess;
use crate::format::layout::Layout;
use crate::format::map::{Map, Wish};
use crate::format::quote::quoted;
use crate::format::rows::{BIN, EMPTY, HOST, QUERY, Rows};
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Options, Reader, Taken};

/// Variables that tell a host, the likeliest to be that of the request first.
const HOSTS: [&str; 3] = ["host", "http_host", "server_name"];

pub(super) const FORMAT: Format = Format {
    name: "access-log",
    title: "access log: Common, Combined, nginx, Apache, Varnish; `--log-format` describes others",
    sniff: |head| match guess(head) {
        Some((_, share)) if share >= 0.9 && head.is_text() => 90,
        Some(_) => 20,
        None => 0,
    },
    open,
};

fn open(input: Box<dyn BufRead + Send>, options: &Options, head: &Head) -> Result<Box<dyn Reader>, Wrong> {
    let map = Map::of(options)?;
    let (layout, note) = match &options.log_format {
        Some(text) => (Layout::parse(text)?, None),
        None => {
            let (layout, _) = guess(head).ok_or_else(|| unknown(head))?;
            let note = format!("the layout is taken for `{}`; `--log-format` gives another", layout.text);
            (layout, Some(note))
        }
    };
    let mut columns = Columns::named(&layout.names, &map)?;
    columns.notes.splice(0..0, note);
    Ok(Box::new(LineReader::new(input, AccessLog::new(layout, columns, &map))))
}

fn unknown(head: &Head) -> Wrong {
    let first = head.lines().find(|line| !line.is_empty()).unwrap_or_default();
    Wrong::new(
        format!("the layout of this access log is not known; it begins with {}", quoted(first)),
        "`--log-format '$remote_addr [$time_local] \"$request\" $status'` describes it, in the notation of nginx or of \
         Apache",
    )
}

struct AccessLog {
    layout: Layout,
    /// Slot of each variable.
    plan: Vec<usize>,
    values: Vec<Range<usize>>,
    rows: Rows,
}

impl AccessLog {
    fn new(layout: Layout, mut columns: Columns, map: &Map) -> Self {
        let position = |name: &&str| layout.names.iter().position(|known| known == name);
        let host = HOSTS.iter().filter(|_| map.wish(Field::Key) == Wish::Open).find_map(position);
        if let Some(host) = host {
            let name = &layout.names[host];
            columns
                .notes
                .push(format!("keys have the host of `{name}` ahead; `--map key=COLUMN` does without"));
        }
        let slot = |index: usize| match columns.field_at(index) {
            Some(field) => field as usize,
            None if host == Some(index) => HOST,
            None if columns.query == Some(index) => QUERY,
            None => BIN,
        };
        let request_line = columns.of(Field::Key).is_some_and(|key| alike(&key.name, "request"));
        let key = KeyText::new(request_line, host.is_some(), columns.query.is_some());
        Self {
            plan: (0..layout.names.len()).map(slot).collect(),
            rows: Rows::new(&columns, key),
            values: vec![],
            layout,
        }
    }
}

impl LineFormat for AccessLog {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if line.trim_ascii_end().is_empty() {
            return Ok(Taken::Nothing);
        }
        self.layout.split(line, &mut self.values)?;
        let mut cells = EMPTY;
        for (value, slot) in self.values.iter().zip(&self.plan) {
            cells[*slot] = &line[value.clone()];
        }
        let size = &mut cells[Field::Size as usize];
        if *size == b"-" {
            *size = b"0";
        }
        self.rows.add(cells, block)
    }

    fn found(&self) -> Vec<String> {
        self.rows.found()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::request::{Details, Key, Op};
    use std::io::Cursor;

    fn read(
        log_format: Option<&str>,
        map: &[(&str, &str)],
        text: &str,
    ) -> Result<(Block, Vec<String>), Wrong> {
        let map = map.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
        let options = Options { map, log_format: log_format.map(str::to_owned) };
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let mut reader = open(Box::new(Cursor::new(text.as_bytes().to_vec())), &options, &head)?;
        let mut block = Block::new(Rules::ALL);
        reader.fill(&mut block).map_err(|fault| fault.wrong)?;
        Ok((block, reader.found()))
    }

    const LINE: &str = r#"1.2.3.4 - - [17/May/2015:10:05:03 +0000] "PUT /a?b HTTP/1.1" 200 - "-" "x""#;

    #[test]
    fn the_host_stands_ahead_of_the_key_where_the_layout_has_one() {
        let line = format!("example.org:443 {LINE}\n");
        let (block, found) = read(None, &[], &line).expect("reads");
        assert_eq!((block.key(0), block.sizes[0]), (Key::Text(b"example.org/a?b"), 0));
        assert_eq!(block.times, [1_431_857_103_000_000]);
        assert!(found.iter().any(|sentence| sentence.starts_with("keys have the host of `host` ahead")));
        assert_eq!(read(None, &[("key", "request")], &line).expect("reads").0.key(0), Key::Text(b"/a?b"));
    }

    #[test]
    fn a_layout_may_be_given() {
        let layout =
            "$time_iso8601|$request_method|$uri|$args|$bytes_sent|$upstream_response_time|$request_time";
        let text = "2026-11-20T15:20:06+00:00|GET|/a|x=1|7|-|0.250\n2026-11-20T15:20:07+00:00|PURGE|/a|-|7|0.1, 0.2|0.5\n";
        let (block, _) = read(Some(layout), &[], text).expect("reads");
        assert_eq!([block.key(0), block.key(1)], [Key::Text(b"/a?x=1"), Key::Text(b"/a")]);
        assert_eq!(block.details[0], Details::default());
        assert_eq!(
            block.details[1],
            Details { op: Op::Delete, latency_ms: Some(300.0), ..Details::default() }
        );
        let (block, _) =
            read(Some(layout), &[("latency", "request_time"), ("time", "-")], text).expect("reads");
        assert_eq!((block.details[0].latency_ms, block.times.len()), (Some(250.0), 0));
    }

    #[test]
    fn a_request_of_a_dash_asks_for_nothing_and_is_counted() {
        let dash = LINE.replace("PUT /a?b HTTP/1.1", "-").replace("200", "408");
        let (block, found) = read(None, &[], &format!("{dash}\n{LINE}\n{dash}\n")).expect("reads");
        assert_eq!(block.len(), 1);
        assert_eq!(
            found.last().map(String::as_str),
            Some("2 lines without a request, logged as `-`, are passed over")
        );
    }

    #[test]
    fn garbage_in_place_of_a_request_is_refused() {
        let garbage = LINE.replace("PUT /a?b HTTP/1.1", r"\x16\x03\x01\x02");
        let wrong = read(None, &[], &garbage).expect_err("is refused");
        assert_eq!(wrong.message, r"`\x16\x03\x01\x02` is no request line");
    }

    #[test]
    fn a_layout_that_is_not_known_is_asked_for() {
        let wrong = read(None, &[], "something else\n").expect_err("is refused");
        assert_eq!(
            wrong.message,
            "the layout of this access log is not known; it begins with `something else`"
        );
        let wrong = read(Some("$status"), &[], "200\n").expect_err("is refused");
        assert_eq!(wrong.message, "no column is known to be the key");
    }
}
