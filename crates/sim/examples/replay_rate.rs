//! Requests a second of each policy on a trace in memory, one thread: `replay_rate FILE ROUNDS POLICY@CAPACITY…`.
//!
//! Prints CSV: policy, capacity, misses, then the seconds of each round. `load` alone times reading the file.
#![allow(clippy::disallowed_methods, reason = "a measurement reads a file and the clock")]

use std::fs::File;
use std::time::Instant;

use trace::{Options, Rules, Source, Stream, Trace, Wanted, format};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::{Replay, Setup, Start, Stretch};

type Failed = Box<dyn std::error::Error>;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, rounds, cells @ ..] = &arguments[..] else {
        return Err("usage: replay_rate FILE ROUNDS POLICY@CAPACITY…".into());
    };
    let begun = Instant::now();
    let trace = load(path)?;
    println!("load,{},{},{:.4}", trace.len(), trace.keys.len(), begun.elapsed().as_secs_f64());
    let future = cells.iter().any(|cell| cell.starts_with("belady"));
    let next = if future { trace.next_uses() } else { vec![] };
    let whole = Stretch::of(&trace, &next);
    for cell in cells {
        let (policy, capacity) = cell.split_once('@').ok_or("write POLICY@CAPACITY")?;
        let policy = Chosen::parse(policy)?;
        let setup = Setup { capacity: capacity.parse()?, bytes: false, ttl: None, seed: 1, express: true };
        let mut line = String::new();
        let mut misses = 0;
        for _ in 0..rounds.parse()? {
            let begun = Instant::now();
            let mut replay = Replay::new(&policy, setup, Start::Warm, None);
            replay.reserve(trace.keys.len());
            replay.begin(None, None);
            replay.measure(&whole);
            misses = replay.finish()?.total.misses;
            line.push_str(&format!(",{:.4}", begun.elapsed().as_secs_f64()));
        }
        println!("{},{capacity},{misses}{line}", policy.text);
    }
    Ok(())
}

fn load(path: &str) -> Result<Trace, Failed> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let source = Source::open(file)?;
    let bytes = source.head.clone();
    let head = format::Head { bytes: &bytes, whole: source.whole, name: path };
    let format = format::sniffed(&head).ok_or("unknown format")?;
    let wrong = |wrong: trace::Wrong| wrong.message;
    let reader = (format.open)(source.content(), &Options::default(), &head).map_err(wrong)?;
    let requests = size as usize / format::ORACLE_GENERAL_RECORD;
    let wanted = Wanted { requests, ..Wanted::default() };
    Ok(Trace::load(&mut Stream::new(reader, Rules::default(), 0), wanted)?)
}
