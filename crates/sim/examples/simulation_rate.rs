//! Requests a second of the simulation with everything on, beside bare replay of the same requests, one thread:
//! `simulation_rate [ROUNDS]`.
//!
//! Zipf 1.0 over one million keys at 5,000 requests a second, capacity and time to live for a hit ratio of about 0.9
//! (copies are evicted and expire), origin with servers and exponential times, coalescing, the hot set warmed anew every
//! two minutes at a limited rate, ledger and latencies. Bare replay has none of these and no time to live. In each round
//! all of them run one after the other, so that what else the machine does falls on all alike; time is that of the
//! processor where the system tells it (Linux), else that of the clock. Prints CSV: million requests a second of each
//! round, their median and worst, and the simulation's share of what replay does; then what became of copies.
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Instant;

use scenario::Scenario;
use trace::synthetic::{Chunk, Workload};
use trace::{Sizes, Widths};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{Outcome, Recorded, Requests, replicate, setups, workload};
use warmcast_sim::{Replay, Start, Stretch};

const SCENARIO: &str = r#"
[workload]
request_rate_per_minute = "5000/s"
keys = 1_000_000
zipf_exponent = 1.0
churn_per_hour = 0.1
[cache]
capacity_items = 400_000
hit_latency_ms = 1
ttl_s = "20m"
[origin]
miss_penalty_ms = 20
warm_cost_ms = 10
servers = 200
service = "exponential"
[[strategy]]
name = "hot set anew"
preset = "custom"
[strategy.budget]
rate_per_minute = "500/s"
workers = 50
[[strategy.job]]
selector = "popularity"
keys = 10_000
schedule = "every"
every_s = "2m"
[simulation]
duration_s = 4000
measure_from_s = 2000
"#;

type Failure = Box<dyn std::error::Error>;

/// What is timed, in order; the first is set against the last two.
const COLUMNS: [&str; 4] = ["simulated", "simulated and made", "replayed", "replayed by the express way"];

fn main() -> Result<(), Failure> {
    let rounds: usize = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let scenario = Scenario::from_toml("bench", SCENARIO)?;
    let spec = Arc::new(workload(&scenario).map_err(|refusal| refusal.message)?);
    let (_, strategies) = setups(&scenario).map_err(|refusal| refusal.message)?;
    let setup = strategies.into_iter().next().ok_or("no strategy")?;
    let (capacity, keys) = (setup.cache.capacity, spec.keys);

    let mut recorded = Recorded { known: keys, ..Recorded::default() };
    let (mut source, mut chunk) = (Workload::new(spec.clone(), 1, 0), Chunk::default());
    while chunk.until < setup.measure.until {
        source.fill(&mut chunk, 1 << 16);
        recorded.times.extend_from_slice(&chunk.times);
        recorded.keys.extend_from_slice(&chunk.keys);
    }
    let ids = recorded.keys.clone();
    let (recorded, synthetic) = (Requests::Recorded(Arc::new(recorded)), Requests::Synthetic(spec));
    let setups = [Arc::new(setup)];

    println!("round,{},share of replay,share of the express way", COLUMNS.join(","));
    let (mut table, mut outcomes) = (vec![], vec![]);
    for round in 1..=rounds {
        let mut rates = vec![];
        let mut time = |work: &mut dyn FnMut() -> Result<(), Failure>| {
            let begun = processor_seconds();
            work()?;
            rates.push(ids.len() as f64 / 1e6 / (processor_seconds() - begun));
            Ok::<_, Failure>(())
        };
        time(&mut || {
            outcomes = replicate(&recorded, &setups, 1, 0)?;
            Ok(())
        })?;
        time(&mut || {
            replicate(&synthetic, &setups, 1, 0)?;
            Ok(())
        })?;
        time(&mut || replay(&ids, keys, capacity, false))?;
        time(&mut || replay(&ids, keys, capacity, true))?;
        rates.extend([rates[0] / rates[2], rates[0] / rates[3]]);
        print(&round.to_string(), &rates);
        table.push(rates);
    }
    let mut columns = vec![vec![]; COLUMNS.len() + 2];
    table.iter().flat_map(|rates| rates.iter().enumerate()).for_each(|(nth, rate)| columns[nth].push(*rate));
    columns.iter_mut().for_each(|column| column.sort_unstable_by(f64::total_cmp));
    print("median", &columns.iter().map(|column| column[rounds / 2]).collect::<Vec<_>>());
    print("worst", &columns.iter().map(|column| column[0]).collect::<Vec<_>>());
    outcomes.first().map(describe);
    Ok(())
}

fn print(name: &str, rates: &[f64]) {
    let rates: Vec<String> = rates.iter().map(|rate| format!("{rate:.2}")).collect();
    println!("{name},{}", rates.join(","));
}

/// What happened while it was measured, and to warm operations from the beginning on.
fn describe(outcome: &Outcome) {
    let (counts, ledger) = (outcome.counts, outcome.ledger);
    println!("hit ratio,{:.3}", counts.hit_ratio().unwrap_or(0.0));
    for (what, count) in [
        ("requests", counts.requests),
        ("misses", counts.misses),
        ("delayed hits", counts.delayed),
        ("copies evicted", counts.evictions),
        ("copies expired", counts.expired),
        ("warm operations sent", counts.warm_fetches),
        ("warm operations planned in all", ledger.planned),
        ("warm operations filled in all", ledger.filled),
    ] {
        println!("{what},{count}");
    }
}

fn replay(ids: &[u32], keys: u32, capacity: u64, express: bool) -> Result<(), Failure> {
    let cache = warmcast_sim::Setup { capacity, bytes: false, ttl: None, seed: 1, express };
    let mut replay = Replay::new(&Chosen::parse("lru")?, cache, Start::Warm, None);
    replay.reserve(keys as usize);
    replay.begin(None, None);
    let sizes = Sizes::OfKeys(Widths::Narrow(vec![1; keys as usize]));
    replay.measure(&Stretch { keys: ids, first: 0, sizes: &sizes, times: &[], ttls: &[], next: &[] });
    replay.finish()?;
    Ok(())
}

/// Seconds that this thread has had a processor, or since the first call.
fn processor_seconds() -> f64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let begun = BEGUN.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| begun.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}
