//! The trace of the reference, and its names of policies.

use std::io::Cursor;

use trace::{Options, Rules, Source, Stream, Trace, Wanted, format};
use warmcast_sim::eviction::Chosen;

pub(crate) fn cloudphysics() -> Trace {
    let bytes: &[u8] = include_bytes!("../../../../traces/cloudphysics_io.oracleGeneral.bin.gz");
    let source = Source::open(Cursor::new(bytes)).expect("opens");
    let bytes = source.head.clone();
    let head =
        format::Head { bytes: &bytes, whole: source.whole, name: "cloudphysics_io.oracleGeneral.bin.gz" };
    let format = format::sniffed(&head).expect("is known");
    assert_eq!(format.name, "oracle-general");
    let reader = (format.open)(source.content(), &Options::default(), &head).expect("reads");
    Trace::load(&mut Stream::new(reader, Rules::default(), 0), Wanted { times: true, ..Wanted::default() })
        .expect("loads")
}

/// Rows of `data/warm_start_cloudphysics.csv` whose counts a policy of ours has to meet to the miss when it is asked
/// request by request, each with our name of its policy.
pub(crate) fn exact_starts() -> Vec<(csv::StringRecord, String)> {
    let mut rows = csv::Reader::from_reader(&include_bytes!("../data/warm_start_cloudphysics.csv")[..]);
    let rows = rows.records().map(|row| {
        let row = row.expect("is CSV");
        let policy = ours(&row[1].replace("qdlp", "belady"), &row[2]);
        (row, policy)
    });
    let exact = rows.filter(|(row, policy)| {
        let chosen = Chosen::parse(policy).expect("is known");
        !chosen.entry.needs_future && !matches!(&row[1], "lirs" | "wtinylfu")
    });
    exact.collect()
}

/// Our name of the policy that the reference calls so, as golden/README.md maps them.
pub(crate) fn ours(policy: &str, params: &str) -> String {
    let name = match policy {
        "s3fifov0" => "s3-fifo",
        "s3fifo" => "s3-fifo:fill=main",
        "slru" if params.is_empty() => "slru:segments=4",
        "wtinylfu" => "w-tinylfu:adaptive=off",
        other => other,
    };
    let mut text = name.to_owned();
    for part in params.split(';').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').expect("is key=value");
        text.push_str(&match key {
            "n-bit-counter" => format!(":bits={value}"),
            "Ain-size-ratio" => format!(":in={value}"),
            "Aout-size-ratio" => format!(":out={value}"),
            "small-size-ratio" => format!(":small={value}"),
            "ghost-size-ratio" => format!(":ghost={value}"),
            "move-to-main-threshold" => format!(":threshold={value}"),
            "n-seg" => format!(":segments={value}"),
            "seg-size" => format!(":ratio={}", value.replace(':', "-")),
            "window-size" => format!(":window={value}"),
            "main-cache" if value == "LRU" => ":protected=0".to_owned(),
            "main-cache" => String::new(),
            "k" => format!(":k={value}"),
            other => panic!("{other} is unknown"),
        });
    }
    text
}
