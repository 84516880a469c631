//! Keys that are put together: the target of a request line, a path with its query string, a host ahead of it.

use crate::fault::Wrong;
use crate::format::field::Field;
use crate::format::quote::quoted;
use crate::format::rows::{Cells, HOST, QUERY};

/// Makes keys of the texts of a record.
#[derive(Debug, Default)]
pub(super) struct KeyText {
    /// Whether the key is in a request line, `GET /path HTTP/1.1`, which also tells the operation.
    request_line: bool,
    host: bool,
    query: bool,
    /// Request lines of `-`: a connection that was closed, or refused, before it asked for anything.
    without: u64,
    buffer: Vec<u8>,
}

impl KeyText {
    /// Keys that are whole as they stand.
    pub(super) fn plain() -> Self {
        Self::default()
    }

    /// Keys in request lines, with a query string or a host in a slot of its own.
    pub(super) fn new(request_line: bool, host: bool, query: bool) -> Self {
        Self { request_line, host, query, ..Self::default() }
    }

    /// Whether it finds the operation.
    pub(super) fn tells_op(&self) -> bool {
        self.request_line
    }

    /// Puts the key, and the operation perhaps, into their slots; false where the record asks for nothing.
    ///
    /// # Errors
    /// Where a request line is none.
    #[inline]
    pub(super) fn complete<'a>(&'a mut self, cells: &mut Cells<'a>) -> Result<bool, Wrong> {
        if !(self.request_line || self.host || self.query) {
            return Ok(true);
        }
        self.put_together(cells)
    }

    fn put_together<'a>(&'a mut self, cells: &mut Cells<'a>) -> Result<bool, Wrong> {
        let mut key = cells[Field::Key as usize];
        if self.request_line {
            if matches!(key, b"-" | b"") {
                self.without += 1;
                return Ok(false);
            }
            let (method, target) = request_line(key)?;
            key = target;
            if cells[Field::Op as usize].is_empty() {
                cells[Field::Op as usize] = method;
            }
        }
        let host = if self.host { host(cells[HOST]) } else { b"" };
        let query = cells[QUERY].strip_prefix(b"?").unwrap_or(cells[QUERY]);
        let query = if self.query && !matches!(query, b"" | b"-") { query } else { b"" };
        let has_more = !host.is_empty() || !query.is_empty();
        if has_more && !key.is_empty() {
            self.buffer.clear();
            self.buffer.extend_from_slice(host);
            self.buffer.extend_from_slice(key);
            if !query.is_empty() {
                self.buffer.push(b'?');
                self.buffer.extend_from_slice(query);
            }
            key = &self.buffer;
        }
        cells[Field::Key as usize] = key;
        Ok(true)
    }

    /// What was found out.
    pub(super) fn found(&self) -> Option<String> {
        match self.without {
            0 => None,
            1 => Some("1 line without a request, logged as `-`, is passed over".to_owned()),
            without => Some(format!("{without} lines without a request, logged as `-`, are passed over")),
        }
    }
}

/// A host without its port.
fn host(text: &[u8]) -> &[u8] {
    if text == b"-" {
        return b"";
    }
    match text.iter().rposition(|byte| *byte == b':') {
        Some(at) if text[at + 1..].iter().all(u8::is_ascii_digit) => &text[..at],
        _ => text,
    }
}

/// Method and target of a request line, with its protocol or without.
///
/// # Errors
/// Where it has not both.
pub(super) fn request_line(line: &[u8]) -> Result<(&[u8], &[u8]), Wrong> {
    let split = line.iter().position(|byte| *byte == b' ').map(|at| (&line[..at], &line[at + 1..]));
    let (method, rest) = split.unwrap_or((b"", b""));
    let target = memchr::memmem::rfind(rest, b" HTTP/").map_or(rest, |at| &rest[..at]).trim_ascii();
    let is_token = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
    if method.is_empty() || target.is_empty() || !method.iter().all(is_token) {
        return Err(Wrong::new(
            format!("{} is no request line", quoted(line)),
            "a request line is `GET /path HTTP/1.1`; `--skip-bad N` passes over up to N such records",
        ));
    }
    Ok((method, target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::rows::EMPTY;

    fn key(mut text: KeyText, key: &str, host: &str, query: &str) -> Option<String> {
        let mut cells = EMPTY;
        cells[Field::Key as usize] = key.as_bytes();
        (cells[HOST], cells[QUERY]) = (host.as_bytes(), query.as_bytes());
        let complete = text.complete(&mut cells).expect("is fine");
        complete.then(|| String::from_utf8_lossy(cells[Field::Key as usize]).into_owned())
    }

    #[test]
    fn keys_are_put_together_from_what_there_is() {
        let all = || KeyText::new(true, true, true);
        assert_eq!(
            key(all(), "GET /a HTTP/1.1", "example.org:443", "?x=1").as_deref(),
            Some("example.org/a?x=1")
        );
        assert_eq!(key(all(), "GET /a HTTP/1.1", "-", "-").as_deref(), Some("/a"));
        assert_eq!(key(all(), "-", "example.org", ""), None);
        assert_eq!(key(KeyText::plain(), "GET /a", "h", "q").as_deref(), Some("GET /a"));
        assert_eq!(key(KeyText::new(false, false, true), "/a", "h", "x=1").as_deref(), Some("/a?x=1"));
        assert_eq!(key(KeyText::new(false, true, false), "/a", "[::1]:80", "x").as_deref(), Some("[::1]/a"));
    }

    #[test]
    fn a_request_line_has_a_method_and_a_target() {
        for (line, method, target) in [
            ("GET / HTTP/1.1", "GET", "/"),
            ("GET /a b?c HTTP/2.0", "GET", "/a b?c"),
            ("GET /old", "GET", "/old"),
            ("PURGE http://h/x HTTP/1.1", "PURGE", "http://h/x"),
            ("OPTIONS * HTTP/1.0", "OPTIONS", "*"),
        ] {
            assert_eq!(request_line(line.as_bytes()), Ok((method.as_bytes(), target.as_bytes())), "{line}");
        }
        for line in ["", "GET", "GET ", " / HTTP/1.1", "\\x16\\x03\\x01", "\\x16\\x03 /x", "GET  HTTP/1.1"] {
            assert!(request_line(line.as_bytes()).is_err(), "{line}");
        }
    }
}
