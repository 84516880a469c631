//! Watches a CSV on its way to the parser for a quote that is never closed, which the parser would take as one
//! long last field.

use std::io::Read;

/// Where in a field the last byte left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote in a quoted field: its end, or the first half of an escaped quote.
    MaybeClosed,
}

/// Passes bytes on and knows whether a quoted field is open.
pub(crate) struct QuoteWatch<R> {
    inner: R,
    state: State,
    ended: bool,
}

impl<R> QuoteWatch<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, state: State::FieldStart, ended: false }
    }

    /// Whether the input has ended inside quotes.
    pub(crate) fn ended_open(&self) -> bool {
        self.ended && self.state == State::Quoted
    }

    fn watch(&mut self, bytes: &[u8]) {
        let quiet = !matches!(self.state, State::Quoted | State::MaybeClosed) && !bytes.contains(&b'"');
        // Without quotes only the last byte matters.
        let bytes = if quiet { &bytes[bytes.len().saturating_sub(1)..] } else { bytes };
        for byte in bytes {
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::MaybeClosed,
                (State::Quoted, _) => State::Quoted,
                (State::FieldStart | State::MaybeClosed, b'"') => State::Quoted,
                (_, b',' | b'\n' | b'\r') => State::FieldStart,
                _ => State::Unquoted,
            };
        }
    }
}

impl<R: Read> Read for QuoteWatch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.watch(&buffer[..read]);
        self.ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(parts: &[&str]) -> bool {
        let mut watch = QuoteWatch::new(std::io::empty());
        parts.iter().for_each(|part| watch.watch(part.as_bytes()));
        watch.ended = true;
        watch.ended_open()
    }

    #[test]
    fn only_an_open_quoted_field_counts() {
        assert!(!open(&["a,b\n1,2\n"]));
        assert!(!open(&["a,\"b\nc\",d\n"]));
        assert!(!open(&["a,\"b \"\" c\"\n"]));
        assert!(!open(&["5\" disk,b\n"]), "a quote inside an unquoted field is text");
        assert!(open(&["a,\"b\nc,d\n"]));
        assert!(open(&["a,", "\"b", "\nc,d\n"]));
        assert!(!open(&["a,\"b\"", "\",c\"\n"]));
    }
}
