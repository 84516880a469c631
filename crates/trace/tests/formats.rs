//! Each format reads its fixture as it should, and is recognised by it.

use std::io::Cursor;

use warmcast_trace::format::{FORMATS, Head, sniffed};
use warmcast_trace::{Block, Details, Key, Op, Options, Rules, Source};

/// One request, as text and numbers. Times are in microseconds.
#[derive(Debug, PartialEq)]
struct Request {
    time: Option<i64>,
    key: String,
    size: Option<u64>,
    details: Details,
}

fn request(time: impl Into<Option<i64>>, key: &str, size: impl Into<Option<u64>>) -> Request {
    Request { time: time.into(), key: key.to_owned(), size: size.into(), details: Details::default() }
}

impl Request {
    fn op(mut self, op: Op) -> Self {
        self.details.op = op;
        self
    }

    fn ttl(mut self, micros: i64) -> Self {
        self.details.ttl = Some(micros);
        self
    }

    fn hit(mut self, hit: bool) -> Self {
        self.details.hit = Some(hit);
        self
    }

    fn latency(mut self, ms: f64) -> Self {
        self.details.latency_ms = Some(ms);
        self
    }

    fn cost(mut self, cost: f64) -> Self {
        self.details.cost = Some(cost);
        self
    }
}

/// Name of the format that is recognised, requests, and what was found out.
fn read(bytes: &[u8]) -> (&'static str, Vec<Request>, Vec<String>) {
    let source = Source::open(Cursor::new(bytes.to_vec())).expect("opens");
    let bytes = source.head.clone();
    let head = Head { bytes: &bytes, whole: source.whole, name: "" };
    let format = sniffed(&head).expect("is recognised");
    let mut reader = (format.open)(source.content(), &Options::default(), &head).expect("opens");
    let mut block = Block::new(Rules::ALL);
    assert!(!reader.fill(&mut block).expect("reads"), "{} is short", format.name);
    let key = |nth| match block.key(nth) {
        Key::Number(number) => format!("#{number}"),
        Key::Text(text) => String::from_utf8_lossy(text).into_owned(),
    };
    let request = |nth| Request {
        time: block.times.get(nth).copied(),
        key: key(nth),
        size: block.sizes.get(nth).copied(),
        details: block.details.get(nth).copied().unwrap_or_default(),
    };
    (format.name, (0..block.len()).map(request).collect(), reader.found())
}

/// Reads a fixture.
macro_rules! fixture {
    ($name:literal) => {
        read(include_bytes!(concat!("data/", $name)))
    };
}

const NOON: i64 = 1_795_188_006_000_000; // 2026-11-20T15:20:06Z
const SECOND: i64 = 1_000_000;

#[test]
fn csv_with_a_header_has_keys_that_are_numbers() {
    let (format, requests, found) = fixture!("cloudphysics.csv");
    assert_eq!(format, "csv");
    let at = 5_633_898 * SECOND;
    assert_eq!(
        requests,
        [42_932_745, 42_932_746, 42_932_747].map(|key| request(at, &format!("#{key}"), 512))
    );
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn csv_with_a_header_has_keys_that_are_hex() {
    let (format, requests, _) = fixture!("twitter_c52.csv");
    assert_eq!(format, "csv");
    assert_eq!(
        requests,
        [
            request(0, "d3992e83e3084f1e", 54),
            request(0, "535b2842e81f6c40", 253),
            request(0, "eda121a8cfa58a3", 54),
        ]
    );
}

#[test]
fn csv_has_every_field_under_other_names() {
    let (format, requests, found) = fixture!("details.csv");
    assert_eq!(format, "csv");
    let at = 1_763_652_006_123_000;
    assert_eq!(
        requests,
        [
            request(at, "user:17", 512).ttl(300 * SECOND).hit(true).latency(0.85).cost(0.5),
            request(at, "a;b", 0).op(Op::Write),
            request(at + 877_000, "#17", 1024)
                .op(Op::Delete)
                .ttl(500_000)
                .hit(false)
                .latency(120.0)
                .cost(2.0),
        ]
    );
    assert_eq!(
        found,
        [
            "columns read: key from `obj_id`, size from `bytes`, op from `operation`, hit from `cache_status`",
            "columns are separated by semicolons",
        ]
    );
}

#[test]
fn tabs_dates_and_line_breaks_are_read() {
    let (format, requests, _) = fixture!("dates.tsv");
    assert_eq!(format, "csv");
    let at = NOON + 500_000;
    assert_eq!(requests, [request(at, "/a b", None), request(at, "two\nlines", None)]);
}

#[test]
fn columns_without_names_are_those_of_libcachesim() {
    let (format, requests, found) = fixture!("libcachesim.csv");
    assert_eq!(format, "csv");
    assert_eq!(requests, [request(0, "d3", 512), request(0, "a1", 64), request(2 * SECOND, "d3", 512)]);
    assert_eq!(found.len(), 2);
}

#[test]
fn twitter_has_operations_and_times_to_live() {
    let (format, requests, found) = fixture!("twitter.csv");
    assert_eq!(format, "twitter");
    assert_eq!(
        requests,
        [
            request(0, "nz:u:eeW511W3dcH3de3d15ec", 326),
            request(0, "nz:u:a,b", 24).op(Op::Write).ttl(86_400 * SECOND),
            request(SECOND, "#7", 101).op(Op::Delete),
        ]
    );
    assert!(found.is_empty());
}

#[test]
fn json_lines_are_read() {
    let (format, requests, _) = fixture!("requests.jsonl");
    assert_eq!(format, "jsonl");
    let at = 1_763_652_006 * SECOND;
    assert_eq!(
        requests,
        [
            request(at + 123_456, "user:17", 512).hit(true).latency(0.85),
            request(at + 500_000, "#17", 64).op(Op::Write).ttl(60 * SECOND),
            request(at + SECOND, "ü\"", 0),
        ]
    );
}

#[test]
fn json_lines_with_objects_inside_are_recognised() {
    let text = include_bytes!("data/nested.jsonl");
    let head = Head { bytes: text, whole: true, name: "" };
    let format = sniffed(&head).expect("is recognised");
    assert_eq!(format.name, "jsonl");
    let refused = (format.open)(Box::new(Cursor::new(text.to_vec())), &Options::default(), &head);
    let wrong = refused.err().expect("has no column that is known to be the key");
    assert!(wrong.help.contains("`http.request.uri`"), "{}", wrong.help);
    let map =
        [("key".to_owned(), "http.request.uri".to_owned()), ("size".to_owned(), "http.bytes".to_owned())];
    let options = Options { map: map.into(), log_format: None };
    let mut reader = (format.open)(Box::new(Cursor::new(text.to_vec())), &options, &head).expect("opens");
    let mut block = Block::new(Rules::default());
    reader.fill(&mut block).expect("reads");
    assert_eq!((block.key(0), &block.sizes[..]), (Key::Text(b"/a?x=1"), &[7, 8][..]));
}

#[test]
fn a_combined_log_is_read() {
    let (format, requests, _) = fixture!("combined.log");
    assert_eq!(format, "access-log");
    let at = 1_431_857_103 * SECOND; // 2015-05-17T10:05:03Z
    let path = "/presentations/logstash-monitorama-2013";
    assert_eq!(
        requests,
        [
            request(at, &format!("{path}/images/kibana-search.png"), 203_023),
            request(at + 40 * SECOND, &format!("{path}/images/kibana-dashboard3.png"), 171_717),
            request(at + 44 * SECOND, &format!("{path}/plugin/highlight/highlight.js"), 26_185),
            request(1_431_878_727 * SECOND, "/projects/xdotool/", 0),
        ]
    );
}

#[test]
fn a_common_log_with_hosts_is_read() {
    let (format, requests, found) = fixture!("common_vhost.log");
    assert_eq!(format, "access-log");
    assert_eq!(
        requests,
        [
            request(NOON, "example.org/a?x=1", 512),
            request(NOON + SECOND, "example.org/a", 0).op(Op::Delete),
            request(NOON + 2 * SECOND, "shop.example.org/a", 12).op(Op::Write),
        ]
    );
    assert!(found[0].starts_with("the layout is taken for `$host $remote_addr "), "{found:?}");
    assert_eq!(found.last().expect("says so"), "1 line without a request, logged as `-`, is passed over");
}

#[test]
fn a_log_of_nginx_with_names_behind_is_read() {
    let (format, requests, _) = fixture!("nginx_combined.log");
    assert_eq!(format, "access-log");
    assert_eq!(
        requests,
        [
            request(NOON, "/a", 512).hit(true),
            request(NOON + SECOND, "/b", 64).hit(false).latency(250.0),
            request(NOON + 2 * SECOND, "/b", 0).hit(true).latency(20.0),
        ]
    );
}

#[test]
fn a_log_of_nginx_as_a_cache_is_read() {
    let (format, requests, _) = fixture!("nginx_cache.log");
    assert_eq!(format, "access-log");
    assert_eq!(
        requests,
        [
            request(NOON + 123_000, "/a", 512).hit(true),
            request(NOON + 200_000, "/b?x=1", 64).hit(false).latency(300.0),
            request(NOON + SECOND, "/a", 512).hit(true).latency(10.0),
            request(NOON + SECOND + 1_000, "/c", 0),
        ]
    );
}

#[test]
fn a_log_of_varnish_is_read() {
    let (format, requests, _) = fixture!("varnish.log");
    assert_eq!(format, "access-log");
    assert_eq!(
        requests,
        [
            request(NOON, "http://example.org/a", 512).hit(true).latency(0.123),
            request(NOON + SECOND, "http://example.org/b", 64).hit(false).latency(250.0),
            request(NOON + SECOND, "http://example.org/c", 0).op(Op::Write).hit(false).latency(125.0),
            request(NOON + 2 * SECOND, "http://example.org/d", 0).latency(0.05),
        ]
    );
}

#[test]
fn a_log_of_cloudfront_is_read() {
    let (format, requests, _) = fixture!("cloudfront.log");
    assert_eq!(format, "cloudfront");
    assert_eq!(
        requests,
        [
            request(NOON, "/a?x=1", 512).hit(true).latency(1.0),
            request(NOON + SECOND, "/b", 64).hit(false).latency(250.0),
            request(NOON + SECOND, "/a?x=1", 64).hit(true).latency(100.0),
            request(NOON + 3 * SECOND, "/c", 0).op(Op::Write).latency(10.0),
        ]
    );
}

#[test]
fn what_monitor_prints_is_read() {
    let (format, requests, found) = fixture!("monitor.txt");
    assert_eq!(format, "redis-monitor");
    assert_eq!(
        requests,
        [
            request(NOON + 107_412, "user:17", None),
            request(NOON + 200_000, "a", None),
            request(NOON + 200_000, "b\u{1}\"\\", None),
            request(NOON + SECOND + 1, "user:17", None).op(Op::Write).ttl(1_500_000),
            request(NOON + SECOND + 2, "db2:7", None).op(Op::Delete),
        ]
    );
    assert_eq!(
        found,
        [
            "commands without a key are passed over, 1 of them",
            "requests for databases other than 0 have `dbN:` ahead of their keys, 1 of them",
        ]
    );
}

#[test]
fn one_key_a_line_is_read() {
    let (format, requests, _) = fixture!("urls.keys");
    assert_eq!(format, "keys");
    assert_eq!(
        requests,
        [request(None, "/index.html", None), request(None, "/a?b=c", None), request(None, "#17", None)]
    );
}

#[test]
fn a_head_is_recognised_by_one_format_alone() {
    let record = |time: u32, key: u64, size: u32| {
        [&time.to_le_bytes()[..], &key.to_le_bytes(), &size.to_le_bytes(), &(-1i64).to_le_bytes()].concat()
    };
    let oracle_general = [record(1, 42, 512), record(2, 43, 512)].concat();
    let heads: [(&str, &[u8]); 24] = [
        ("csv", include_bytes!("data/cloudphysics.csv")),
        ("csv", include_bytes!("data/twitter_c52.csv")),
        ("csv", include_bytes!("data/details.csv")),
        ("csv", include_bytes!("data/dates.tsv")),
        ("csv", include_bytes!("data/libcachesim.csv")),
        ("csv", b"timestamp_s,key,size\n0.000,0,512\n0.000,1,512\n"),
        ("csv", b"timestamp_s,key,size\n1291191960,85123A,1\n1291191960,71053,1\n"),
        ("csv", b"key\n/a\n/b\n"),
        ("csv", b"EdgeStartTimestamp,ClientRequestURI,CacheCacheStatus\n2026-11-20T15:20:06Z,/a,hit\n"),
        ("twitter", include_bytes!("data/twitter.csv")),
        ("jsonl", include_bytes!("data/requests.jsonl")),
        ("jsonl", include_bytes!("data/nested.jsonl")),
        ("access-log", include_bytes!("data/combined.log")),
        ("access-log", include_bytes!("data/common_vhost.log")),
        ("access-log", include_bytes!("data/nginx_combined.log")),
        ("access-log", include_bytes!("data/nginx_cache.log")),
        ("access-log", include_bytes!("data/varnish.log")),
        ("cloudfront", include_bytes!("data/cloudfront.log")),
        ("redis-monitor", include_bytes!("data/monitor.txt")),
        ("keys", include_bytes!("data/urls.keys")),
        ("keys", b"0\n1\n2\n"),
        ("keys", b"d3992e83e3084f1e\n535b2842e81f6c40\neda121a8cfa58a3\n"),
        ("keys", b"https://example.org/a?b=c&d=e\nhttps://example.org/\n"),
        ("oracle-general", &oracle_general),
    ];
    for (name, bytes) in heads {
        let head = Head { bytes, whole: true, name: "" };
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(sniffed(&head).map(|format| format.name), Some(name), "{text}");
        let sure: Vec<&str> =
            FORMATS.iter().filter(|format| (format.sniff)(&head) >= 80).map(|it| it.name).collect();
        assert!(sure.len() <= 1, "{sure:?} are sure of {text}");
    }
}

#[test]
fn what_is_no_trace_is_recognised_by_none() {
    for bytes in [&b""[..], b"Dear Sir,\nplease find attached\nthe trace\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]
    {
        let head = Head { bytes, whole: true, name: "" };
        let found = sniffed(&head).map(|format| format.name);
        assert_eq!(found, None, "{}", String::from_utf8_lossy(bytes));
    }
}
