//! The layout of a log's lines: variables, and the text between them.

use std::ops::Range;

use crate::fault::Wrong;
use crate::format::ncsa;
use crate::format::quote::quoted;

/// What stands between two places of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// This text.
    Literal(Vec<u8>),
    /// The value of a variable.
    Variable(Shape),
}

/// How far a value goes that is neither quoted nor bracketed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Up to the next space.
    Word,
    /// Like `0.1, 0.2 : 0.3`: a space behind a comma, or around a colon, is part of it.
    List,
    /// Up to the text that follows, spaces or not.
    Text,
    /// Two words: `17/May/2015:10:05:03 +0000`.
    Date,
    /// Up to the end of the line.
    Rest,
}

impl Shape {
    fn of(name: &str) -> Self {
        match name {
            "time_local" => Self::Date,
            "remote_user" => Self::Text,
            "rest" => Self::Rest,
            "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => Self::List,
            _ if name.starts_with("upstream_") => Self::List,
            _ => Self::Word,
        }
    }
}

/// A layout.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// As it is written, in nginx' notation.
    pub(super) text: String,
    /// Names of its variables, in order.
    pub(super) names: Vec<String>,
    pieces: Vec<Piece>,
}

impl Layout {
    /// Reads a layout in nginx' notation (`$variable`), or in that of Apache and Varnish (`%r`).
    ///
    /// # Errors
    /// Where it has no variables, or two between which there is nothing that ends the first.
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        let text = unquoted(text);
        let text = if text.contains('%') && !text.contains('$') { ncsa::to_variables(&text) } else { text };
        let mut layout = Self { text: text.trim_end().to_owned(), names: vec![], pieces: vec![] };
        let mut rest = layout.text.clone();
        while let Some(at) = rest.find('$') {
            layout.literal(&rest[..at]);
            let (name, behind) = variable(&rest[at + 1..]).ok_or_else(|| {
                Wrong::new(
                    format!(
                        "the layout has a `$` without a name behind it: {}",
                        quoted(&rest.as_bytes()[at..])
                    ),
                    "a variable is `$name` or `${name}`",
                )
            })?;
            layout.variable(name)?;
            rest = behind.to_owned();
        }
        layout.literal(&rest);
        if layout.names.is_empty() {
            return Err(Wrong::new(
                format!("the layout {} has no variables", quoted(layout.text.as_bytes())),
                "write it as in nginx' `log_format`: `$msec $request_uri $upstream_cache_status`",
            ));
        }
        Ok(layout)
    }

    fn literal(&mut self, text: &str) {
        if !text.is_empty() {
            self.pieces.push(Piece::Literal(text.replace("\\t", "\t").replace("\\\"", "\"").into_bytes()));
        }
    }

    fn variable(&mut self, name: &str) -> Result<(), Wrong> {
        if let (Some(Piece::Variable(_)), Some(before)) = (self.pieces.last(), self.names.last())
            && !is_path(name)
        {
            return Err(Wrong::new(
                format!("nothing in the layout ends `${before}` ahead of `${name}`"),
                "there has to be a space, a quote or other text between two variables",
            ));
        }
        self.names.push(name.to_owned());
        self.pieces.push(Piece::Variable(Shape::of(name)));
        Ok(())
    }

    /// Finds the value of each variable in a line.
    ///
    /// # Errors
    /// Where the line has another layout.
    pub(super) fn split(&self, line: &[u8], values: &mut Vec<Range<usize>>) -> Result<(), Wrong> {
        let line = line.trim_ascii_end();
        match self.split_prefix(line, values) {
            Ok(end) if end == line.len() => Ok(()),
            Ok(end) => Err(self.unlike(&format!("it goes on with {}", quoted(&line[end..])))),
            Err((literal, at)) => Err(self.unlike(&format!(
                "{} is expected, and there is {}",
                quoted(literal),
                if at == line.len() { "nothing".to_owned() } else { quoted(&line[at..]) }
            ))),
        }
    }

    /// Finds the values in the beginning of a line, and where they end; else the text that is missing, and where.
    pub(super) fn split_prefix<'a>(
        &'a self,
        line: &[u8],
        values: &mut Vec<Range<usize>>,
    ) -> Result<usize, (&'a [u8], usize)> {
        values.clear();
        let mut at = 0;
        for (nth, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Literal(text) if line[at..].starts_with(text) => at += text.len(),
                Piece::Literal(text) => return Err((text, at)),
                Piece::Variable(shape) => {
                    let length = match self.pieces.get(nth + 1) {
                        _ if *shape == Shape::Rest => line.len() - at,
                        Some(Piece::Literal(text)) => {
                            length(&line[at..], *shape, text).ok_or((&text[..], at))?
                        }
                        Some(Piece::Variable(_)) => {
                            memchr::memchr(b'/', &line[at..]).ok_or((&b"/"[..], at))?
                        }
                        None => length(&line[at..], *shape, b" ").unwrap_or(line.len() - at),
                    };
                    values.push(at..at + length);
                    at += length;
                }
            }
        }
        Ok(at)
    }

    fn unlike(&self, what: &str) -> Wrong {
        Wrong::new(
            format!("the line is not in the layout of the log: {what}"),
            format!(
                "the layout is `{}`; `--log-format` gives another, `--skip-bad N` passes over up to N such lines",
                self.text
            ),
        )
    }
}

/// How far a value goes that ends where `text` begins.
fn length(line: &[u8], shape: Shape, text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'"') {
        return before_quote(line, text);
    }
    let mut at = find(line, text)?;
    if text.first() != Some(&b' ') {
        return Some(at);
    }
    match shape {
        Shape::Date => find(&line[at + 1..], text).map(|more| at + 1 + more),
        Shape::List => {
            while line[..at].ends_with(b",") || line[at..].starts_with(b" : ") || line[..at].ends_with(b" :")
            {
                at += 1 + find(&line[at + 1..], text)?;
            }
            Some(at)
        }
        Shape::Word => line[..at].iter().all(|byte| *byte != b' ').then_some(at),
        Shape::Text | Shape::Rest => Some(at),
    }
}

/// Where `text` begins, whose first byte is a quote that no backslash escapes.
fn before_quote(line: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &line[at..])?;
        if line[at] == b'\\' {
            at += 2;
        } else if line[at..].starts_with(text) {
            return Some(at);
        } else {
            at += 1;
        }
        if at > line.len() {
            return None;
        }
    }
}

fn find(line: &[u8], text: &[u8]) -> Option<usize> {
    match text {
        [byte] => memchr::memchr(*byte, line),
        _ => memchr::memmem::find(line, text),
    }
}

/// Variables that begin with a slash, which ends what is ahead of them.
fn is_path(name: &str) -> bool {
    matches!(name, "request_uri" | "uri" | "document_uri")
}

/// The name of a variable, and what is behind it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = match text.strip_prefix('{') {
        Some(inner) => inner.split_once('}')?,
        None => {
            let part_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            text.split_at(text.find(|letter| !part_of_name(letter)).unwrap_or(text.len()))
        }
    };
    (!name.is_empty()).then_some((name, rest))
}

/// A layout as it stands in a configuration, in pieces between single quotes, put together.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('\'').and_then(|inner| inner.trim_end_matches(';').strip_suffix('\'')) {
        Some(inner) => inner.split('\'').step_by(2).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(layout: &str, line: &str) -> Result<Vec<String>, Wrong> {
        let layout = Layout::parse(layout)?;
        let mut values = vec![];
        layout.split(line.as_bytes(), &mut values)?;
        assert_eq!(values.len(), layout.names.len());
        Ok(values.into_iter().map(|value| line[value].to_owned()).collect())
    }

    #[test]
    fn values_end_where_the_text_behind_them_begins() {
        let combined = r#"$remote_addr - $remote_user [$time_local] "$request" $status"#;
        let line = r#"1.2.3.4 - john doe [17/May/2015:10:05:03 +0000] "GET /a\"b HTTP/1.1" 200"#;
        let want = ["1.2.3.4", "john doe", "17/May/2015:10:05:03 +0000", "GET /a\\\"b HTTP/1.1", "200"];
        assert_eq!(split(combined, line).expect("fits"), want);
        assert_eq!(split("$time_local $uri", "17/May/2015:10:05:03 +0000 /").expect("fits").len(), 2);
    }

    #[test]
    fn times_of_several_upstreams_are_one_value() {
        let layout = "$upstream_response_time $body_bytes_sent";
        for times in ["0.1", "-", "0.1, 0.2", "0.1 : 0.2", "0.1, 0.2 : 0.3, -"] {
            assert_eq!(split(layout, &format!("{times} 7")).expect("fits"), [times, "7"]);
        }
        assert_eq!(
            split("$status $upstream_response_time", "200 0.1, 0.2").expect("fits"),
            ["200", "0.1, 0.2"]
        );
    }

    #[test]
    fn a_host_ends_where_its_path_begins() {
        let layout = "$scheme://$host$request_uri|$status";
        assert_eq!(split(layout, "https://a.b/c|200").expect("fits"), ["https", "a.b", "/c", "200"]);
    }

    #[test]
    fn a_layout_may_be_pasted_from_a_configuration() {
        let pasted = "'$remote_addr [$time_local] '\n    '\"$request\" ${status}';";
        let layout = Layout::parse(pasted).expect("reads");
        assert_eq!(layout.text, "$remote_addr [$time_local] \"$request\" ${status}");
        assert_eq!(layout.names, ["remote_addr", "time_local", "request", "status"]);
        assert_eq!(split("%s %U%q", "200 /a?b").expect("fits"), ["200", "/a?b"]);
        assert_eq!(
            split("%D%s", "1 200").expect_err("has no end").message,
            "nothing in the layout ends `$duration_us` ahead of `$status`"
        );
    }

    #[test]
    fn a_line_of_another_layout_is_refused_with_the_place() {
        for (line, message) in [
            ("1 2", "` \"` is expected, and there is `1 2`"),
            ("1 \"x\" y", "it goes on with ` y`"),
            ("1", "` \"` is expected, and there is `1`"),
            ("1 \"x", "`\"` is expected, and there is `x`"),
            ("1 \"x\\", "`\"` is expected, and there is `x\\`"),
            ("1 \"", "`\"` is expected, and there is nothing"),
        ] {
            let wrong = split("$a \"$b\"", line).expect_err("is refused");
            assert_eq!(
                wrong.message,
                format!("the line is not in the layout of the log: {message}"),
                "{line}"
            );
        }
    }

    #[test]
    fn a_layout_has_to_make_sense() {
        for layout in ["", "no variables", "$", "${open", "$a$b", "100 $"] {
            assert!(Layout::parse(layout).is_err(), "{layout}");
        }
    }
}
