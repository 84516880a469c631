//! How long the renewal engine takes for a million keys, and how much longer a simulation that is as accurate.
//!
//! `cargo run --release --no-default-features --example renewal_rate`: one core, medians of 21 rounds. A simulation is as accurate when its hit
//! ratio has a standard error of 0.0005, the error of the formulas at the median of `warmcast validate`.

#![allow(clippy::disallowed_methods, reason = "it times what it runs")]

use std::hint::black_box;
use std::time::Instant;

use evaluation::Metric;
use model::renewal;
use scenario::Scenario;
use sim::warming::Experiment;

const ROUNDS: usize = 21;
/// Standard error at which a simulation is as good.
const ERROR: f64 = 0.0005;

fn main() {
    println!("what,renewal ms,worst ms,simulation ms,ratio");
    let calm = scenario("0", "", "demand");
    let churned = scenario("0.5", "", "demand");
    for (what, scenario) in [
        ("demand", &calm),
        ("demand with churn", &churned),
        ("demand with churn and a time to live", &scenario("0.5", "ttl_s = \"20m\"\n", "demand")),
        ("static with churn", &scenario("0.5", "", "static")),
        ("refresh-ahead", &scenario("0", "ttl_s = \"20m\"\n", "refresh-ahead")),
        ("predictive", &scenario("0", "", "predictive")),
        ("predictive with churn", &scenario("0.5", "", "predictive")),
    ] {
        let strategy = &scenario.strategies[0];
        let (median, worst) = timed(|| renewal::outcome(scenario, strategy).map(|found| found.shares));
        let simulated = simulation_ms(scenario);
        println!("{what},{median:.3},{worst:.3},{simulated:.0},{:.0}", simulated / median);
    }
    let all = ["demand", "static", "predictive", "hybrid", "refresh-ahead"]
        .map(|preset| scenario("0.5", "ttl_s = \"20m\"\n", preset));
    let (median, worst) =
        timed(|| all.iter().map(|one| renewal::evaluate(one).evaluations.len()).sum::<usize>());
    println!("five strategies with times to target,{median:.3},{worst:.3},,");
}

fn scenario(churn: &str, ttl: &str, preset: &str) -> Scenario {
    let text = format!(
        "[workload]\nrequest_rate_per_minute = \"2000/s\"\nkeys = 1_000_000\nzipf_exponent = 0.9\nchurn_per_hour = {churn}\n\
         [cache]\ncapacity_items = 50_000\nhit_latency_ms = 1\n{ttl}\
         [origin]\nmiss_penalty_ms = 50\nwarm_cost_ms = 50\n\
         [predictor]\nprecision = 0.8\nrecall = 0.7\nhorizon_s = 60\n\
         [[strategy]]\npreset = \"{preset}\"\n\
         [simulation]\nduration_s = 600\nmeasure_from_s = 300\ntarget_hit_ratio = 0.5\n"
    );
    Scenario::from_toml("a million keys", &text).expect("is a scenario")
}

/// Median and worst of the times that something takes, in milliseconds.
fn timed<T>(mut of: impl FnMut() -> T) -> (f64, f64) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(of());
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[ROUNDS / 2], times[ROUNDS - 1])
}

/// What a simulation takes on one core until its hit ratio is as sure, what it takes to fill the cache included.
fn simulation_ms(scenario: &Scenario) -> f64 {
    let experiment = Experiment::new(scenario, 1).expect("can be played");
    let begun = Instant::now();
    let answer = experiment.run(1, || ()).expect("is sound");
    let took = begun.elapsed().as_secs_f64() * 1e3;
    let ratio = answer.evaluations[0].get(Metric::HitRatio).expect("has one").value;
    // Half of its time is counted; requests are all but independent.
    let counted = scenario.workload.request_rate.get() / 60.0 * 300.0;
    let needed = ratio * (1.0 - ratio) / (ERROR * ERROR);
    took / 2.0 * (1.0 + needed / counted)
}
