//! What stands behind a known layout: cache status and times, with names or without.

use crate::format::known_layouts::are_seconds;
use crate::format::words::is_cache_status;

/// One value behind a known layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    /// What stands ahead of `=`, or nothing.
    name: &'a [u8],
    quoted: bool,
    value: &'a [u8],
}

/// The layout of what stands behind a known one, by its first lines; `$rest` where these are not alike.
pub(super) fn layout(tails: &[&[u8]]) -> String {
    let lines: Option<Vec<Vec<Token>>> = tails.iter().map(|tail| tokens(tail)).collect();
    let alike = |a: &[Token], b: &[Token]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a.name, a.quoted) == (b.name, b.quoted))
    };
    match lines.as_deref() {
        None => " $rest".to_owned(),
        Some([]) => String::new(),
        Some([first, others @ ..]) if others.iter().all(|line| alike(line, first)) => {
            named(first, &names(lines.as_deref().unwrap_or_default()))
        }
        Some(_) if tails.iter().all(|tail| tail.starts_with(b" ")) => " $rest".to_owned(),
        Some(_) => String::new(),
    }
}

fn named(tokens: &[Token], names: &[String]) -> String {
    let mut out = String::new();
    for (token, name) in tokens.iter().zip(names) {
        out.push(' ');
        if !token.name.is_empty() {
            out += &format!("{}=", String::from_utf8_lossy(token.name));
        }
        let quote = if token.quoted { "\"" } else { "" };
        out += &format!("{quote}${name}{quote}");
    }
    out
}

/// A variable for each value, by its name or by what all lines have there.
fn names(lines: &[Vec<Token>]) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for (nth, token) in lines.first().into_iter().flatten().enumerate() {
        let values: Vec<&[u8]> = lines.iter().map(|line| line[nth].value).collect();
        let known = match token.name {
            b"" => by_values(&values, &names),
            name => by_name(name).filter(|name| suits(name, &values)),
        };
        let free = known.filter(|known| !names.iter().any(|name| name == known));
        names.push(free.map_or_else(|| format!("tail_{}", nth + 1), str::to_owned));
    }
    names
}

fn by_name(name: &[u8]) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_slice() {
        b"rt" | b"request_time" => "request_time",
        b"urt" | b"upstream_response_time" | b"ut" => "upstream_response_time",
        b"cs" | b"ucs" | b"cache" | b"cache_status" | b"upstream_cache_status" => "upstream_cache_status",
        _ => return None,
    })
}

/// Whether the values can be what their name says.
fn suits(name: &str, values: &[&[u8]]) -> bool {
    match name {
        "upstream_cache_status" => values.iter().all(|value| is_dash(value) || is_cache_status(value)),
        _ => values.iter().all(|value| is_dash(value) || are_seconds(value)),
    }
}

/// Of two times nginx' users log that of the request first, then that of the upstream.
fn by_values(values: &[&[u8]], taken: &[String]) -> Option<&'static str> {
    if values.iter().all(|value| is_dash(value)) {
        None
    } else if suits("upstream_cache_status", values) {
        Some("upstream_cache_status")
    } else if !suits("request_time", values) {
        None
    } else if taken.iter().any(|name| name == "request_time") {
        Some("upstream_response_time")
    } else {
        Some("request_time")
    }
}

fn is_dash(value: &[u8]) -> bool {
    matches!(value, b"" | b"-")
}

/// The values of a tail; none where they are not separated by single spaces.
fn tokens(tail: &[u8]) -> Option<Vec<Token<'_>>> {
    let mut tokens = vec![];
    let mut rest = tail;
    while !rest.is_empty() {
        rest = rest.strip_prefix(b" ")?;
        let (name, value) = name(rest);
        let (token, behind) = match value.strip_prefix(b"\"") {
            Some(inner) => {
                let end = closing_quote(inner)?;
                (Token { name, quoted: true, value: &inner[..end] }, &inner[end + 1..])
            }
            None => {
                let end = word_end(value).filter(|end| *end > 0)?;
                (Token { name, quoted: false, value: &value[..end] }, &value[end..])
            }
        };
        tokens.push(token);
        rest = behind;
    }
    Some(tokens)
}

/// The name ahead of a value, if it has one.
fn name(text: &[u8]) -> (&[u8], &[u8]) {
    let part_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.iter().take_while(|byte| part_of_name(byte)).count();
    match text.get(length) {
        Some(b'=') if length > 0 => (&text[..length], &text[length + 1..]),
        _ => (b"", text),
    }
}

fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })
}

/// Where a value without quotes ends: at a space, unless it is one within `0.1, 0.2 : 0.3`.
fn word_end(text: &[u8]) -> Option<usize> {
    let next = |from: usize| memchr::memchr(b' ', &text[from..]).map_or(text.len(), |at| from + at);
    let mut end = next(0);
    while end < text.len()
        && (text[..end].ends_with(b",") || text[end..].starts_with(b" : ") || text[..end].ends_with(b" :"))
    {
        end = next(end + 1);
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tails: &[&str]) -> String {
        layout(&tails.iter().map(|tail| tail.as_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn values_are_told_by_what_all_lines_have() {
        assert_eq!(
            of(&[" - -", " HIT 0.001", " MISS 0.100, 0.200"]),
            " $upstream_cache_status $request_time"
        );
        assert_eq!(of(&[" 0.100 0.200 -"]), " $request_time $upstream_response_time $tail_3");
        assert_eq!(of(&[" HIT", " other"]), " $tail_1");
        assert_eq!(of(&[" 1.2"]), " $tail_1");
        assert_eq!(of(&["", ""]), "");
        assert_eq!(of(&[]), "");
    }

    #[test]
    fn names_are_believed_if_the_values_suit_them() {
        assert_eq!(of(&[r#" rt=0.100 cs="-""#]), r#" rt=$request_time cs="$upstream_cache_status""#);
        assert_eq!(of(&[" rt=fast cs=17"]), " rt=$tail_1 cs=$tail_2");
    }

    #[test]
    fn lines_that_are_not_alike_have_a_rest() {
        assert_eq!(of(&[" a b", " \"a\" b", " a"]), " $rest");
        assert_eq!(of(&[" \"open"]), " $rest");
        assert_eq!(of(&[" a", ""]), "");
    }
}
