//! One key a line; nothing else is known.

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::Format;
use crate::format::map::Map;
use crate::reader::{LineFormat, LineReader, Taken};
use crate::request::{Details, Key, Row};

pub(super) const FORMAT: Format = Format {
    name: "keys",
    title: "one key a line",
    sniff: |head| {
        let plain = |line: &&[u8]| !line.iter().any(|byte| matches!(byte, b',' | b'\t' | b' ' | b';' | b'"'));
        let file = head.name.trim_end_matches(".gz").trim_end_matches(".zst");
        if file.ends_with(".keys") && head.is_text() {
            return 95;
        }
        u8::from(head.is_text() && !head.bytes.is_empty() && head.lines().all(|line| plain(&line)))
    },
    open: |input, options, _| {
        Map::of_fixed(options, "keys")?;
        Ok(Box::new(LineReader::new(input, Keys)))
    },
};

struct Keys;

impl LineFormat for Keys {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if line.is_empty() {
            return Ok(Taken::Nothing);
        }
        block.push(&Row { key: Key::parse(line), time: None, size: None, details: Details::default() })?;
        Ok(Taken::Record)
    }
}
