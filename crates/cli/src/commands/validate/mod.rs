//! `warmcast validate`: formulas against simulation, on random scenarios.

mod compare;
mod draw;
mod points;
mod reached;

use evaluation::Provenance;
use frames::Values;
use plots::{Chart, Points, Series};
use rayon::prelude::*;
use report::sheet::Sheet;

use crate::Outcome;
use crate::args::{Common, ValidateArgs};
use crate::failure::Failure;
use crate::files::refuse_twice;
use crate::progress::Progress;
use crate::sheets::{Answer, check_outputs, deliver_sheet};
use compare::{Compared, Pair, compare};
use draw::Draw;

/// What is compared with what.
const NOTES: [&str; 3] = [
    "Drawn at random: 10^3 to 10^6 keys, Zipf 0.5 to 1.3, capacity 0.5 to 40 % of the keys, churn 0 to 1 an hour, no time to live or one of 30 s to a day, 0.1 to 5,000 requests a second, fetches of 5 to 500 ms, a predictor of precision and recall 0.3 to 1 that looks 1 to 30 minutes ahead. What takes more than ten million requests to be steady is drawn anew.",
    "Errors are those of formula and simulation together: a hit ratio of one run of 2.5 million requests or more has a standard error of up to 0.0003. The formula is asked for the rate at which requests came. Origin load is a share of the requests; its relative error counts where 5 % of them miss.",
    "Time to 90 %: of the steady hit ratio, behind an empty start, for capacities of 100 and more, against the mean curve of 200 replications or of as many as it takes to see it to about a percent.",
];

pub(crate) fn run(args: &ValidateArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("validate")?;
    check_outputs(&args.output, common)?;
    check_outputs(&args.points, common)?;
    refuse_twice(args.output.iter().chain(&args.points))?;
    let progress = Progress::points(common, args.scenarios);
    let done = std::sync::atomic::AtomicU64::new(0);
    let each = (0..args.scenarios).into_par_iter().map(|nth| {
        let draw = Draw::nth(common.seed, nth);
        let pairs = compare(&draw, common.seed, nth);
        progress.at(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1);
        pairs
    });
    let pairs: Vec<Pair> = each.flatten_iter().collect();
    drop(progress);
    let sheet = sheet(&pairs, common.seed, args.scenarios);
    let chart = Some(chart(&pairs));
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION"),
        seed: common.seed,
        scenario_digest: None,
        trace_digest: None,
        command: format!("warmcast validate --scenarios {}", args.scenarios),
    };
    if !args.points.is_empty() {
        let provenance = provenance.clone();
        let points = points::sheet(&pairs, common.seed);
        let answer = Answer { sheet: &points, list: "points", provenance, chart: chart.clone() };
        deliver_sheet(&answer, &args.points, common)?;
    }
    deliver_sheet(&Answer { sheet: &sheet, list: "validation", provenance, chart }, &args.output, common)?;
    Ok(Outcome::Answered)
}

/// How far the formula's hit ratio is off, over the simulated one.
fn chart(pairs: &[Pair]) -> Chart {
    let of = |strategy: &&'static str| {
        let hits = pairs.iter().filter(|pair| pair.strategy == *strategy && pair.what == Compared::HitRatio);
        let points = hits.map(|pair| (pair.simulated, pair.formula - pair.simulated)).collect();
        Series { name: (*strategy).to_owned(), points }
    };
    Chart::Points(Points {
        title: "Hit ratio: formula less simulation".to_owned(),
        x_label: "simulated hit ratio".to_owned(),
        y_label: "formula less simulation".to_owned(),
        series: strategies(pairs).iter().map(of).collect(),
    })
}

/// Strategies that were compared, in order.
fn strategies(pairs: &[Pair]) -> Vec<&'static str> {
    let mut names: Vec<&str> = vec![];
    pairs.iter().for_each(|pair| {
        if !names.contains(&pair.strategy) {
            names.push(pair.strategy);
        }
    });
    names
}

/// A quantile of values in order, the nearest rank.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let nth = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(nth.max(1) - 1).copied()
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// What is compared of a strategy: its name, the metric, and both answers for each scenario.
type Row<'a> = (&'static str, Compared, Vec<&'a Pair>);

fn sheet(pairs: &[Pair], seed: u64, scenarios: u64) -> Sheet {
    let mut rows: Vec<Row<'_>> = vec![];
    for strategy in strategies(pairs) {
        for what in Compared::ALL {
            let of: Vec<&Pair> =
                pairs.iter().filter(|pair| pair.strategy == strategy && pair.what == what).collect();
            if !of.is_empty() {
                rows.push((strategy, what, of));
            }
        }
    }
    let absolute = |pair: &&Pair| (pair.formula - pair.simulated).abs();
    let relative = |pair: &&Pair| (pair.formula / pair.simulated - 1.0).abs();
    let number = |of: &dyn Fn(&[&Pair]) -> Option<f64>| {
        Values::Number(rows.iter().map(|(_, _, pairs)| of(pairs)).collect())
    };
    let abs = |share: f64| number(&|pairs| quantile(&sorted(pairs.iter().map(absolute)), share));
    // Where nothing is missed, an error has nothing to be a share of.
    let matters = |pair: &&&Pair| pair.what != Compared::OriginLoad || pair.misses >= 0.05;
    let rel =
        |share: f64| number(&|pairs| quantile(&sorted(pairs.iter().filter(matters).map(relative)), share));
    let worst = |pairs: &[&Pair]| {
        pairs.iter().max_by(|a, b| absolute(a).total_cmp(&absolute(b))).map_or(0, |pair| pair.nth)
    };
    let text = |of: &dyn Fn(&Row<'_>) -> String| Values::Text(rows.iter().map(of).collect());
    let notes = NOTES.map(str::to_owned).to_vec();
    Sheet {
        title: format!("renewal against simulation, {scenarios} random scenarios"),
        notes,
        ..Sheet::default()
    }
    .with("strategy", "strategy", 0, text(&|(strategy, _, _)| (*strategy).to_owned()))
    .with("metric", "metric", 0, text(&|(_, what, _)| what.name().to_owned()))
    .with("scenarios", "scenarios", 0, Values::Count(rows.iter().map(|(_, _, of)| of.len() as u64).collect()))
    .with("median_abs_error", "median", 5, abs(0.5))
    .with("p90_abs_error", "p90", 5, abs(0.9))
    .with("p99_abs_error", "p99", 5, abs(0.99))
    .with("max_abs_error", "worst", 5, abs(1.0))
    .with("median_rel_error", "median, relative", 4, rel(0.5))
    .with("p99_rel_error", "p99, relative", 4, rel(0.99))
    .with("worst_scenario", "", 0, text(&|(_, _, of)| Draw::nth(seed, worst(of)).steady_toml()))
    .with(
        "worst_seed",
        "",
        0,
        Values::Count(rows.iter().map(|(_, _, of)| seed.wrapping_add(worst(of))).collect()),
    )
}
