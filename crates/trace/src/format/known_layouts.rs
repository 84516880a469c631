//! Layouts of access logs that are recognised without being told.

use std::ops::Range;

use crate::format::Head;
use crate::format::date;
use crate::format::decimal::{scaled, whole};
use crate::format::layout::Layout;
use crate::format::tail;
use crate::format::words::{absent, is_cache_status};

/// Lines that are looked at.
const SAMPLE: usize = 128;

/// Layouts, the more particular first. More may stand behind them, which [`tail`] looks into.
const LAYOUTS: [&str; 5] = [
    // Combined and common, with the virtual host ahead (Apache's vhost_combined).
    r#"$host $remote_addr $remote_ident $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    r#"$remote_addr $remote_ident $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    r#"$host $remote_addr $remote_ident $remote_user [$time_local] "$request" $status $body_bytes_sent"#,
    r#"$remote_addr $remote_ident $remote_user [$time_local] "$request" $status $body_bytes_sent"#,
    // A cache in front of its origin, as nginx users log it to judge it.
    "$msec $request_uri $upstream_cache_status $upstream_response_time $body_bytes_sent",
];

/// The layout of a log by its first lines, and the share of them that has it; none below a half.
pub(super) fn guess(head: &Head) -> Option<(Layout, f64)> {
    let lines = head.lines().map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    let lines: Vec<&[u8]> = lines.take(SAMPLE).collect();
    LAYOUTS.iter().find_map(|text| {
        let base = Layout::parse(text).ok()?;
        let mut values = vec![];
        let mut tails = vec![];
        for line in &lines {
            match base.split_prefix(line, &mut values) {
                Ok(end) if fits(&base, line, &values) => tails.push(&line[end..]),
                _ => {}
            }
        }
        let share = tails.len() as f64 / lines.len().max(1) as f64;
        let layout = Layout::parse(&format!("{text}{}", tail::layout(&tails))).ok()?;
        (share >= 0.5).then_some((layout, share))
    })
}

/// Whether every value is what its name says.
fn fits(layout: &Layout, line: &[u8], values: &[Range<usize>]) -> bool {
    layout.names.iter().zip(values).all(|(name, value)| is_plausible(name, &line[value.clone()]))
}

fn is_plausible(name: &str, value: &[u8]) -> bool {
    match name {
        "remote_addr" => value.iter().any(|byte| matches!(byte, b'.' | b':')) || value == b"localhost",
        "time_local" => date::log(value).is_some(),
        "msec" => value.len() >= 12 && value.contains(&b'.') && scaled(value, 0).is_some(),
        "request_uri" => value.starts_with(b"/") || memchr::memmem::find(value, b"://").is_some(),
        "status" => value.len() == 3 && whole(value).is_some(),
        "body_bytes_sent" => value == b"-" || whole(value).is_some(),
        "upstream_cache_status" => value == b"-" || is_cache_status(value),
        "upstream_response_time" => are_seconds(value),
        // Behind a common log, a cache status may stand where a combined one has its referer.
        "http_referer" => !is_cache_status(value),
        _ => true,
    }
}

/// Whether these are times as nginx and Varnish log them, in seconds with three decimals or more, or a dash.
pub(super) fn are_seconds(value: &[u8]) -> bool {
    value.split(|byte| matches!(byte, b',' | b':')).all(|part| {
        let part = part.trim_ascii();
        let decimals = part.iter().position(|byte| *byte == b'.').map_or(0, |at| part.len() - at - 1);
        part == b"-" || decimals >= 3 && scaled(part, 6).is_some_and(|time| time >= 0)
    }) && !absent(value.split(|byte| *byte == b',').next().unwrap_or(b"x").trim_ascii())
        || value == b"-"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(text: &str) -> Option<String> {
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        guess(&head).map(|(layout, _)| layout.text)
    }

    const COMMON: &str = r#"1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5"#;
    const COMBINED: &str =
        r#"1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "x [y] (z, a)""#;

    #[test]
    fn each_layout_is_told_from_the_others() {
        for (line, nth) in [
            (format!("example.org:443 {COMBINED}"), 0),
            (COMBINED.to_owned(), 1),
            (format!("example.org {COMMON}"), 2),
            (COMMON.to_owned(), 3),
            ("1700000000.123 /x HIT - 512".to_owned(), 4),
            ("1700000000.123 /x MISS 0.010, 0.200 512".to_owned(), 4),
        ] {
            assert_eq!(guessed(&line).as_deref(), Some(LAYOUTS[nth]), "{line}");
        }
    }

    #[test]
    fn what_is_no_access_log_is_not_taken_for_one() {
        for text in [
            "",
            "a b c\n",
            "1 2 3 4 5\n",
            "1339518083.107412 [0 127.0.0.1:60866] \"GET\" \"k\"\n",
            "1.2.3.4 - - [yesterday] \"GET / HTTP/1.1\" 200 5\n",
        ] {
            assert_eq!(guessed(text), None, "{text}");
        }
    }

    #[test]
    fn what_stands_behind_is_understood() {
        for (tail, want) in [
            (r#" "HIT" 0.123"#, r#" "$upstream_cache_status" $request_time"#),
            (
                r#" rt=0.100 urt="0.200" cs=MISS"#,
                r#" rt=$request_time urt="$upstream_response_time" cs=$upstream_cache_status"#,
            ),
            (" hit 0.000123", " $upstream_cache_status $request_time"),
            (r#" "10.0.0.1, 10.0.0.2" 3.21"#, r#" "$tail_1" $tail_2"#),
        ] {
            assert_eq!(
                guessed(&format!("{COMBINED}{tail}\n")),
                Some(format!("{}{want}", LAYOUTS[1])),
                "{tail}"
            );
        }
        let common = guessed(&format!("{COMMON} \"MISS\" \"0.200\"\n"));
        assert_eq!(common, Some(format!("{}{}", LAYOUTS[3], r#" "$upstream_cache_status" "$request_time""#)));
    }
}
