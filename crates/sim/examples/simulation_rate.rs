//! Requests a second of the simulation with everything on, beside bare replay of the same requests, one thread:
//! `simulation_rate [ROUNDS]`.
//!
//! Zipf 1.0 over one million keys at 5,000 requests a second, capacity for a hit ratio of about 0.9, time to live,
//! origin with servers and exponential times, coalescing, the hot set warmed at a limited rate. Requests are made before
//! the clock starts. Prints CSV: what, hit ratio, then million requests a second of each round.
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::sync::Arc;
use std::time::Instant;

use scenario::Scenario;
use trace::synthetic::{Chunk, Workload};
use trace::{Sizes, Widths};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{Recorded, Requests, replicate, setups, workload};
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
ttl_s = "2h"
[origin]
miss_penalty_ms = 20
warm_cost_ms = 10
servers = 200
service = "exponential"
[[strategy]]
preset = "static"
[strategy.budget]
rate_per_minute = "500/s"
workers = 50
[simulation]
duration_s = 4000
measure_from_s = 2000
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rounds: usize = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let scenario = Scenario::from_toml("bench", SCENARIO)?;
    let spec = Arc::new(workload(&scenario).map_err(|refusal| refusal.message)?);
    let (_, strategies) = setups(&scenario).map_err(|refusal| refusal.message)?;
    let setup = Arc::new(strategies.into_iter().next().ok_or("no strategy")?);

    let begun = Instant::now();
    let mut recorded = Recorded { known: spec.keys, ..Recorded::default() };
    let (mut source, mut chunk) = (Workload::new(spec.clone(), 1, 0), Chunk::default());
    while chunk.until < setup.measure.until {
        source.fill(&mut chunk, 1 << 16);
        recorded.times.extend_from_slice(&chunk.times);
        recorded.keys.extend_from_slice(&chunk.keys);
    }
    let requests = recorded.times.len();
    let rate = |begun: Instant| requests as f64 / 1e6 / begun.elapsed().as_secs_f64();
    println!("made,,{:.1}", rate(begun));

    let ids = recorded.keys.clone();
    let made = [Requests::Recorded(Arc::new(recorded)), Requests::Synthetic(spec)];
    for (what, requests) in ["simulated, made before", "simulated and made"].iter().zip(&made) {
        let mut line = String::new();
        let mut ratio = 0.0;
        for _ in 0..rounds {
            let begun = Instant::now();
            let outcomes = replicate(requests, std::slice::from_ref(&setup), 1, 0)?;
            line.push_str(&format!(",{:.1}", rate(begun)));
            ratio = outcomes[0].counts.hit_ratio().unwrap_or(0.0);
        }
        println!("{what},{ratio:.3}{line}");
    }
    for (what, express) in [("replayed", false), ("replayed by the express way", true)] {
        let policy = Chosen::parse("lru")?;
        let mut line = String::new();
        let mut ratio = 0.0;
        for _ in 0..rounds {
            let begun = Instant::now();
            let cache = warmcast_sim::Setup { capacity: 400_000, bytes: false, ttl: None, seed: 1, express };
            let mut replay = Replay::new(&policy, cache, Start::Warm, None);
            replay.reserve(setup.hot_keys.max(1_000_000) as usize);
            replay.begin(None, None);
            let sizes = Sizes::OfKeys(Widths::Narrow(vec![1; 1_000_000]));
            let stretch = Stretch { keys: &ids, first: 0, sizes: &sizes, times: &[], ttls: &[], next: &[] };
            replay.measure(&stretch);
            ratio = replay.finish()?.total.hit_ratio().unwrap_or(0.0);
            line.push_str(&format!(",{:.1}", rate(begun)));
        }
        println!("{what},{ratio:.3}{line}");
    }
    Ok(())
}
