//! The back-test: fitted to the first half of a trace, held against the second.

use std::sync::Arc;

use calibrate::{Asked, Draft, Evidence, Finding, Found, Level, Requests, Reuse, Sampling, shown};
use evaluation::{Evaluation, Metric};
use model::residency::{Population, hit_ratio};
use model::{renewal, screening};
use scenario::{Document, FileContents, KeyList, KeyRow, Scenario};
use trace::reuse::Recorder;

use super::requests::key_row;
use crate::failure::Failure;

/// An error of the hit ratio from which on an engine fails.
pub(super) const BOUND: f64 = 0.02;
/// Requests without which there is no back-test.
const FEWEST: usize = 1000;
/// Half of an interval of the hit ratio from which on it is unsettled.
const UNSETTLED: f64 = 0.1;

/// What an engine foretold of a cache, and what came.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) capacity: u64,
    pub(super) engine: &'static str,
    /// None where it has no answer.
    pub(super) told: Option<Told>,
    /// What draws that do not depend on each other have, from measured popularity.
    pub(super) independent: f64,
    pub(super) found: Told,
}

/// Hit ratio, latency in milliseconds, and fetches a minute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) hit_ratio: f64,
    pub(super) latency: f64,
    pub(super) origin: Option<f64>,
}

impl Row {
    /// The error of the hit ratio.
    pub(super) fn error(&self) -> Option<f64> {
        self.told.map(|told| told.hit_ratio - self.found.hit_ratio)
    }

    /// Whether it is above the bound.
    pub(super) fn fails(&self) -> bool {
        self.error().is_some_and(|error| error.abs() > BOUND)
    }
}

/// Fits to the first half, and holds every engine against the second.
pub(super) fn backtest(
    all: &Requests<'_>,
    capacities: &[u64],
    asked: Asked,
) -> Result<(Vec<Row>, Vec<Found>), Failure> {
    let count = all.requests.len();
    if count < FEWEST {
        return Ok((vec![], vec![]));
    }
    let (first, second) = (all.part(0, count / 2), all.part(count / 2, count));
    // Of what memory does not hold there is so much that another fit takes longer than it tells.
    let later = || if all.sampling.leaves_out() { second.rate() } else { second.evidence(asked).0 };
    let ((mut fitted, workload), after) = rayon::join(|| first.evidence(asked), later);
    fitted.complete();
    let mut curve = Recorder::default();
    curve.reserve(all.keys);
    curve.skip(first.requests);
    curve.record(second.requests);
    let curve = curve.finish();
    let kept = second.requests.len() as f64;
    let counts = Arc::new(fitted.counted.map_or_else(KeyList::default, |_| counted(&first)));
    let reuse = Reuse::of(&first, capacities);
    let ahead: Vec<_> = reuse.ahead().collect();
    let draws = Draws::of(&first);
    let rates = [&fitted, &after].map(rate);
    let latencies = ["cache.hit_latency_ms", "origin.miss_penalty_ms"]
        .map(|key| fitted.get(key).map_or(0.0, |known| known.value));
    let made = |hit_ratio: f64, rate: Option<f64>| Told {
        hit_ratio,
        latency: latencies[0] + (1.0 - hit_ratio) * latencies[1],
        origin: rate.map(|rate| rate * (1.0 - hit_ratio)),
    };
    let mut rows = vec![];
    for (nth, capacity) in capacities.iter().enumerate() {
        let found =
            made(all.sampling.hit_ratio(curve.hits(all.sampling.room(*capacity)) as f64, kept), rates[1]);
        let independent = draws.hit_ratio(*capacity);
        let mut row = |engine, told| rows.push(Row { capacity: *capacity, engine, told, independent, found });
        row("simulation", ahead[nth].map(|ahead| made(ahead.value, rates[0])));
        if workload.is_some() || fitted.counted.is_some() {
            let scenario = scenario(&fitted, &counts, *capacity)?;
            row("renewal", demand(&renewal::evaluate(&scenario).evaluations));
            row("screening", screening::evaluate(&scenario).ok().and_then(|found| demand(&found)));
        }
    }
    let mut findings = failures(&rows);
    findings.extend(unsettled(capacities, &ahead));
    findings.extend(drift(&fitted, &after, &reuse, &Reuse::of(&second, capacities)));
    Ok((rows, findings))
}

/// Draws that do not depend on each other, from how often keys were asked for.
struct Draws {
    population: Population,
    keys: usize,
    kept: f64,
    sampling: Sampling,
}

impl Draws {
    fn of(requests: &Requests<'_>) -> Self {
        let asked = requests.counts().into_iter().filter(|count| *count > 0);
        let asked: Vec<(f64, f64)> = asked.map(|count| (count as f64, 1.0)).collect();
        let kept = requests.requests.len() as f64;
        Self { keys: asked.len(), kept, sampling: requests.sampling, population: Population::new(asked) }
    }

    fn hit_ratio(&self, capacity: u64) -> f64 {
        let room = self.sampling.room(capacity);
        if room as usize >= self.keys {
            return 1.0;
        }
        let time = self.population.time_to_fill(room as f64);
        self.sampling.hit_ratio(self.kept * hit_ratio(&self.population, time, None, false), self.kept)
    }
}

/// How often each key of a part was asked for.
fn counted(part: &Requests<'_>) -> KeyList {
    let asked = part.counts().into_iter().enumerate().filter(|(_, count)| *count > 0);
    let rows = asked.map(|(key, count)| KeyRow { count: Some(count as f64), ..key_row(&key.to_string()) });
    KeyList { source: "back-test".to_owned(), rows: rows.collect() }
}

/// The scenario that was fitted, with a cache of so many items.
fn scenario(fitted: &Evidence, counts: &Arc<KeyList>, capacity: u64) -> Result<Scenario, Failure> {
    let popularity_file = fitted.counted.map(|_| "counts.csv");
    let draft = Draft { evidence: fitted, level: Level::Trace, inputs: &[], popularity_file };
    let text = draft.text();
    let assignment = format!("cache.capacity_items={capacity}");
    let mut document = Document::parse("back-test.toml", &text)?;
    document.set(&assignment)?;
    for file in document.files() {
        document.attach(&file, FileContents::Keys(counts.clone()));
    }
    Ok(Scenario::resolve(&document, None)?)
}

/// What an engine says of a cache that nothing warms.
fn demand(evaluations: &[Evaluation]) -> Option<Told> {
    let demand = evaluations.iter().find(|one| one.strategy == "demand")?;
    let of = |metric| demand.get(metric).map(|found| found.value);
    Some(Told {
        hit_ratio: of(Metric::HitRatio)?,
        latency: of(Metric::ExpectedLatency)?,
        origin: of(Metric::OriginLoad),
    })
}

fn rate(told: &Evidence) -> Option<f64> {
    told.get("workload.request_rate_per_minute").filter(|known| !known.assumed).map(|known| known.value)
}

/// One for each engine that fails anywhere.
fn failures(rows: &[Row]) -> Vec<Found> {
    let mut engines: Vec<&str> = rows.iter().map(|row| row.engine).collect();
    engines.sort_unstable();
    engines.dedup();
    let failed = engines.into_iter().filter_map(|engine| {
        let failed: Vec<&Row> = rows.iter().filter(|row| row.engine == engine && row.fails()).collect();
        let size = |row: &&&Row| row.error().map_or(0.0, f64::abs);
        let worst = failed.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
        let error = worst.error()?;
        let others = match failed.len() {
            1 => String::new(),
            count => format!(", and fails at {} more", count - 1),
        };
        let message = format!(
            "{engine} misses the hit ratio of the second half by {error:+.3} at {} items ({:.3} for {:.3}){others}",
            worst.capacity,
            worst.found.hit_ratio + error,
            worst.found.hit_ratio
        );
        Some(Finding::BacktestFailed.raise(error.abs(), BOUND, message))
    });
    failed.collect()
}

fn unsettled(capacities: &[u64], ahead: &[Option<calibrate::Estimate>]) -> Option<Found> {
    let widths = capacities.iter().zip(ahead).filter_map(|(capacity, ahead)| {
        let ahead = (*ahead)?;
        Some(((ahead.high - ahead.low) / 2.0, *capacity, ahead))
    });
    let (half, capacity, ahead) = widths.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (half > UNSETTLED).then(|| {
        let message = format!(
            "the hit ratio of an LRU cache of {capacity} items swings so much within the first half that anything from {:.2} to \
             {:.2} may come",
            ahead.low, ahead.high
        );
        Finding::ReuseUnsettled.raise(half, UNSETTLED, message)
    })
}

/// Standard errors that a difference has at least, and what share of a rate, or how much of an exponent or a hit ratio.
const ERRORS: f64 = 3.0;
const RATE: f64 = 0.1;
const EXPONENT: f64 = 0.05;

fn drift(first: &Evidence, second: &Evidence, before: &Reuse, after: &Reuse) -> Option<Found> {
    let pair = |key: &str| {
        let [one, two] = [first, second].map(|told| {
            let known = told.get(key).filter(|known| !known.assumed)?;
            let (low, high) = known.interval?;
            Some((known.value, (high - low) / (2.0 * 1.96)))
        });
        Some((one?, two?))
    };
    let moved = |((one, e), (two, f)): ((f64, f64), (f64, f64)), least: f64| {
        let off: f64 = two - one;
        (off.abs() > least && off.abs() > ERRORS * f64::hypot(e, f)).then_some(off)
    };
    let mut said = vec![];
    if let Some(both) = pair("workload.request_rate_per_minute")
        && let Some(off) = moved(both, RATE * both.0.0)
    {
        said.push((
            off.abs() / both.0.0,
            RATE,
            format!("requests per minute, {} and {}", shown(both.0.0), shown(both.1.0)),
        ));
    }
    if let Some(both) = pair("workload.zipf_exponent")
        && let Some(off) = moved(both, EXPONENT)
    {
        said.push((off.abs(), EXPONENT, format!("Zipf exponent, {:.3} and {:.3}", both.0.0, both.1.0)));
    }
    for ((capacity, one), two) in before.capacities.iter().zip(&before.blocks).zip(&after.blocks) {
        let (Some(one), Some(two)) = (mean(one), mean(two)) else { continue };
        if let Some(off) = moved((one, two), BOUND) {
            let what =
                format!("hit ratio of an LRU cache of {capacity} items, {:.3} and {:.3}", one.0, two.0);
            said.push((off.abs(), BOUND, what));
            break;
        }
    }
    let (observed, threshold, _) = *said.first().map(|(a, b, c)| (*a, *b, c)).as_ref()?;
    let words: Vec<&str> = said.iter().map(|(_, _, words)| words.as_str()).collect();
    Some(Finding::Drift.raise(observed, threshold, format!("the halves differ: {}", words.join("; "))))
}

/// Mean of a series, and its standard error as if its values did not depend on each other.
fn mean(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    if n < 3.0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, (squares / (n - 1.0) / n).sqrt()))
}
