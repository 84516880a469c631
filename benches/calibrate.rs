//! How fast `calibrate` reads: megabytes of CSV a second, the whole program from its start to its answer.
//!
//! `cargo bench --bench calibrate -- 1000` takes a gigabyte; without a number it takes 200 MB. Requests are drawn from two million
//! keys by Zipf's law with exponent 0.9, a thousand a second, with seed 1.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench looks at the clock and writes its input"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use trace::synthetic::{Chunk, Law, Spec, Workload};

const RUNS: usize = 5;

fn main() {
    let size = std::env::args().filter_map(|argument| argument.parse::<usize>().ok()).next().unwrap_or(200);
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("requests.csv");
    let bytes = write(&path, size * 1_000_000);
    let mut rates: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            let mut run = Command::new(env!("CARGO_BIN_EXE_warmcast"));
            run.arg("calibrate").arg(&path).args(["--quiet", "--format", "json"]);
            let output = run.output().expect("runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            bytes as f64 / 1e6 / begin.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    println!(
        "calibrate {:.0} MB of CSV: {:.0} MB/s ({:.0} to {:.0} in {RUNS} runs)",
        bytes as f64 / 1e6,
        rates[RUNS / 2],
        rates[0],
        rates[RUNS - 1]
    );
}

/// Writes so many bytes of requests at least.
fn write(path: &std::path::Path, size: usize) -> usize {
    let spec = Spec::calm(Law::zipf(2_000_000, 0.9), 1000.0);
    let mut workload = Workload::new(Arc::new(spec), 1, 0);
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).expect("creates"));
    let (mut chunk, mut text, mut written) = (Chunk::default(), String::from("timestamp_s,key,size\n"), 0);
    while written < size {
        workload.fill(&mut chunk, 8192);
        for (nanoseconds, key) in chunk.times.iter().zip(&chunk.keys) {
            let time = 1_700_000_000_000 + nanoseconds / 1_000_000;
            let name = u64::from(*key) * 2_654_435_761 % 4_294_967_296;
            let size = 200 + key % 5000;
            writeln!(text, "{}.{:03},{name},{size}", time / 1000, time % 1000).expect("writes");
        }
        file.write_all(text.as_bytes()).expect("writes");
        written += text.len();
        text.clear();
    }
    written
}
