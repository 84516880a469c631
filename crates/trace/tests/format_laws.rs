//! What holds for every format, whatever it is given.

use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use warmcast_trace::format::{FORMATS, Format, Head, named};
use warmcast_trace::{Block, Options, Rules, Wrong};

const FIXTURES: [&[u8]; 14] = [
    include_bytes!("data/cloudphysics.csv"),
    include_bytes!("data/details.csv"),
    include_bytes!("data/dates.tsv"),
    include_bytes!("data/libcachesim.csv"),
    include_bytes!("data/twitter.csv"),
    include_bytes!("data/requests.jsonl"),
    include_bytes!("data/nested.jsonl"),
    include_bytes!("data/combined.log"),
    include_bytes!("data/common_vhost.log"),
    include_bytes!("data/nginx_combined.log"),
    include_bytes!("data/nginx_cache.log"),
    include_bytes!("data/varnish.log"),
    include_bytes!("data/cloudfront.log"),
    include_bytes!("data/monitor.txt"),
];

const FIELDS: [&str; 9] = ["time", "key", "size", "ttl", "op", "hit", "latency", "cost", "other"];

/// Text that formats give a meaning to.
const SPICE: [&str; 24] = [
    "\"",
    "\\",
    "\n",
    "\r\n",
    ",",
    ";",
    "\t",
    "|",
    "-",
    ".",
    "e",
    "{",
    "}",
    "[",
    "]",
    " ",
    "#",
    "$",
    "%",
    "\0",
    "\u{feff}",
    "99999999999999999999",
    "2026-11-20T15:20:06Z",
    "GET ",
];

/// A change to a text: where, how many bytes go, and what comes in their place.
type Change = (Index, usize, Vec<u8>);

fn change() -> impl Strategy<Value = Change> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..4),
        select(&SPICE[..]).prop_map(|text| text.as_bytes().to_vec()),
    ];
    (any::<Index>(), 0usize..12, bytes)
}

fn changed(mut text: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for (at, gone, come) in changes {
        let begin = at.index(text.len() + 1);
        let end = (begin + gone).min(text.len());
        text.splice(begin..end, come.iter().copied());
    }
    text
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    let mutated = (select(&FIXTURES[..]), prop::collection::vec(change(), 0..8));
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300),
        1 => prop::collection::vec(select(&SPICE[..]), 0..40).prop_map(|parts| parts.concat().into_bytes()),
        6 => mutated.prop_map(|(text, changes)| changed(text.to_vec(), &changes)),
    ]
}

fn options() -> impl Strategy<Value = Options> {
    let column = prop_oneof![
        Just("-".to_owned()),
        "[0-9]{1,2}(:ms)?",
        "[a-z_]{1,8}(:[a-z]{1,2})?",
        Just("request".to_owned())
    ];
    let map = prop::collection::vec((select(&FIELDS[..]), column), 0..3);
    let layout = prop_oneof![
        Just(
            "$remote_addr $remote_ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
                .to_owned()
        ),
        Just("%h %l %u %t \"%r\" %>s %b".to_owned()),
        "[$%{}a-z \"\\[\\]]{0,30}",
    ];
    (map, prop::option::of(layout)).prop_map(|(map, log_format)| {
        let map: BTreeMap<String, String> =
            map.into_iter().map(|(field, column)| (field.to_owned(), column)).collect();
        Options { map, log_format }
    })
}

fn speaks(wrong: &Wrong) {
    assert!(!wrong.message.trim().is_empty() && !wrong.help.trim().is_empty(), "{wrong:?}");
    assert!(!wrong.message.chars().any(char::is_control), "{wrong:?}");
    assert!(wrong.message.chars().count() < 400, "{wrong:?}");
}

/// Reads to the end, past every fault, with the first `seen` bytes as the head.
fn read(format: &Format, text: &[u8], seen: usize, options: &Options) {
    let head = Head { bytes: &text[..seen], whole: seen == text.len(), name: "" };
    assert!((format.sniff)(&head) <= 100);
    let mut reader = match (format.open)(Box::new(Cursor::new(text.to_vec())), options, &head) {
        Ok(reader) => reader,
        Err(wrong) => return speaks(&wrong),
    };
    let mut block = Block::new(Rules::ALL);
    for _ in 0..=text.len() + 1 {
        let filled = reader.fill(&mut block);
        let requests = block.len();
        for column in [block.times.len(), block.sizes.len(), block.details.len()] {
            assert!(column == 0 || column == requests, "{}: {column} of {requests}", format.name);
        }
        assert!(block.times.is_sorted());
        match filled {
            Ok(true) => block.clear(),
            Ok(false) => {
                assert!(reader.found().iter().all(|sentence| !sentence.is_empty()));
                return;
            }
            Err(fault) => {
                speaks(&fault.wrong);
                if fault.last {
                    return;
                }
            }
        }
    }
    panic!("{} does not come to an end", format.name);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_that_is_read_makes_a_format_panic(text in input(), seen in any::<Index>(), options in options()) {
        for format in FORMATS {
            read(format, &text, text.len(), &Options::default());
            read(format, &text, seen.index(text.len() + 1), &options);
        }
    }
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    for format in FORMATS {
        assert!(
            format.name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'),
            "{}",
            format.name
        );
        assert!(!format.title.is_empty());
        assert_eq!(named(format.name).map(|named| named.title), Some(format.title));
        assert_eq!(FORMATS.iter().filter(|other| other.name == format.name).count(), 1, "{}", format.name);
    }
}

#[test]
fn an_empty_trace_has_no_requests_and_no_faults() {
    for format in FORMATS {
        read(format, b"", 0, &Options::default());
    }
}
