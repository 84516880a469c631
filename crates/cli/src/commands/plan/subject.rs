//! What there is to warm: keys, how often each is asked for, what they are called.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use scenario::Scenario;
use trace::format::{Counted, Snapshot};
use trace::stats::Hourly;
use trace::{Keys, Micros, Sizes, Trace, Wanted};

use crate::args::Common;
use crate::commands::trace::load;
use crate::failure::Failure;
use crate::input::{ReadArgs, faulty, source};
use crate::load::Loaded;

const HOUR: Micros = 3_600_000_000;

/// Keys and what is known of them, one entry a key in every list that is there.
#[derive(Default)]
pub(crate) struct Subject {
    /// Where they come from.
    pub(crate) name: String,
    pub(crate) names: Names,
    /// How often each is asked for; only ratios are told.
    pub(crate) counts: Vec<f64>,
    /// When each was last asked for.
    last: Vec<Option<Micros>>,
    /// Requests a second for all of them together, where the source tells.
    pub(crate) rate: Option<f64>,
    /// Rate by hour of the day.
    pub(crate) hourly: Option<[f64; 24]>,
    /// The first so many are hot and leave the hot set at this rate per second.
    pub(crate) churn: Option<(usize, f64)>,
    pub(crate) sizes: Vec<Option<u64>>,
    /// Milliseconds that fetching each takes.
    pub(crate) fetch_ms: Vec<Option<f64>>,
    /// What to say about it.
    pub(crate) notes: Vec<String>,
}

/// What keys are called.
#[derive(Default)]
pub(crate) enum Names {
    /// By their rank, from 1 on.
    #[default]
    Ranks,
    Trace(Keys),
    Snapshot(Vec<String>),
    Listed(Arc<[Box<str>]>),
}

impl Names {
    /// A key as text; none where it is no text.
    pub(crate) fn of(&self, key: u32) -> Option<String> {
        match self {
            Self::Ranks => Some((key + 1).to_string()),
            Self::Trace(keys) => String::from_utf8(keys.text(key).into_owned()).ok(),
            Self::Snapshot(names) => names.get(key as usize).cloned(),
            Self::Listed(names) => names.get(key as usize).map(|name| name.to_string()),
        }
    }
}

impl Subject {
    /// The keys of a synthetic workload at its beginning.
    pub(crate) fn of_scenario(loaded: &Loaded) -> Result<Self, Failure> {
        let scenario = &loaded.scenario;
        let spec = sim::warming::workload(scenario).map_err(|refusal| {
            Failure::at(loaded.places.locate(refusal.key).cloned(), &refusal.message, &refusal.help)
        })?;
        let tail = spec.keys.saturating_sub(spec.hot_keys);
        let churns = spec.churn_per_hour > 0.0 && tail > 0;
        Ok(Self {
            name: scenario.name.clone(),
            names: scenario.workload.names.clone().map_or(Names::Ranks, Names::Listed),
            counts: spec.law.shares().to_vec(),
            churn: churns.then_some((spec.hot_keys as usize, spec.churn_per_hour / 3600.0)),
            ..Self::default()
        }
        .timed_by(scenario))
    }

    /// The keys that a trace asks for.
    pub(crate) fn of_trace(path: &Path, read: &ReadArgs, common: &Common) -> Result<Self, Failure> {
        let (trace, opened) = load(path, read, Wanted { times: true, ..Wanted::default() }, common)?;
        let keys = trace.keys.len();
        let (mut counts, mut last, mut sizes) = (vec![0.0; keys], vec![None; keys], vec![None; keys]);
        for (nth, key) in trace.requests.iter().enumerate() {
            let at = *key as usize;
            counts[at] += 1.0;
            last[at] = trace.times.get(nth).copied();
            sizes[at] = trace.sizes.of(nth, *key);
        }
        if trace.sizes == Sizes::None {
            sizes = vec![];
        }
        let span = trace.span.map_or(0, |(first, last)| last - first);
        let rate = (span > 0).then(|| trace.len() as f64 / (span as f64 / 1e6));
        let (hourly, mut notes) = match profile(&trace) {
            Some((hours, note)) => (Some(hours), vec![note]),
            None => (None, vec![]),
        };
        let once = counts.iter().filter(|count| **count == 1.0).count();
        notes.push(format!(
            "Each key is taken to be asked for as often as in the trace; {} of {} were asked for once, and many of those may \
             never be again.",
            report::sheet::grouped(once as u64),
            report::sheet::grouped(keys as u64)
        ));
        let name = opened.name;
        Ok(Self {
            name,
            counts,
            last,
            rate,
            hourly,
            sizes,
            notes,
            names: Names::Trace(trace.keys),
            ..Self::default()
        })
    }

    /// The keys of a snapshot, counted within so many seconds where that is known.
    pub(crate) fn of_snapshot(path: &Path, window: Option<f64>) -> Result<Self, Failure> {
        let (source, name) = source(path)?;
        if source.head.is_empty() {
            let help = "a snapshot is a CSV with the columns key and count";
            return Err(Failure::usage(&format!("{name} is empty"), help));
        }
        let snapshot = Snapshot::read(source.content()).map_err(|fault| faulty(&name, &fault))?;
        let all: f64 = snapshot.keys.iter().map(|key| key.count).sum();
        if all <= 0.0 {
            let message = match snapshot.keys.len() {
                0 => format!("{name} has no keys"),
                _ => format!("{name}: every count is 0, so that nothing is asked for"),
            };
            return Err(Failure::usage(&message, "name a snapshot with keys that were asked for"));
        }
        let list = |of: fn(&Counted) -> bool| snapshot.keys.iter().any(of);
        let (sized, costed, dated) = (
            list(|key| key.size.is_some()),
            list(|key| key.fetch_ms.is_some()),
            list(|key| key.last_access.is_some()),
        );
        let mut subject = Self {
            name,
            rate: window.map(|window| all / window),
            notes: snapshot.found.iter().map(|found| format!("Of last_access: {found}.")).collect(),
            ..Self::default()
        };
        // Of equal counts the one asked for last comes first.
        let mut keys = snapshot.keys;
        keys.sort_by_key(|key| Reverse(key.last_access));
        subject.counts = keys.iter().map(|key| key.count).collect();
        subject.last = if dated { keys.iter().map(|key| key.last_access).collect() } else { vec![] };
        subject.sizes = if sized { keys.iter().map(|key| key.size).collect() } else { vec![] };
        subject.fetch_ms = if costed { keys.iter().map(|key| key.fetch_ms).collect() } else { vec![] };
        subject.names = Names::Snapshot(keys.into_iter().map(|key| key.key).collect());
        Ok(subject)
    }

    /// With the rate and the day of a scenario, where it has none of its own.
    pub(crate) fn timed_by(mut self, scenario: &Scenario) -> Self {
        if self.rate.is_none() {
            self.rate = Some(scenario.workload.request_rate.get() / 60.0).filter(|rate| *rate > 0.0);
            self.hourly = self.hourly.or(scenario.workload.arrivals.hourly);
        }
        self
    }

    /// Leaves out keys not asked for within so much time of the latest request.
    pub(crate) fn leave_out(&mut self, max_age: Micros) -> Result<(), Failure> {
        let Some(latest) = self.last.iter().flatten().max().copied() else {
            let message = format!("--max-age: {} does not tell when keys were last asked for", self.name);
            return Err(Failure::usage(
                &message,
                "leave it out, or add a column last_access, or times to a trace",
            ));
        };
        let mut left_out = 0;
        for (count, last) in self.counts.iter_mut().zip(&self.last) {
            if *count > 0.0 && last.is_none_or(|last| latest - last > max_age) {
                *count = 0.0;
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.notes.push(format!(
                "{} left out: not asked for lately (--max-age).",
                report::sheet::counted(left_out, "key")
            ));
        }
        Ok(())
    }
}

/// The mean number of requests in each hour of the day, of whole hours alone; none where not every hour is seen.
fn profile(trace: &Trace) -> Option<([f64; 24], String)> {
    let (hourly, dated) = Hourly::by_clock(&trace.times)?;
    // Hours of a clock of its own begin with the first request.
    let begun = dated && trace.times.first()?.rem_euclid(HOUR) != 0;
    let whole = usize::from(begun)..hourly.requests.len().saturating_sub(1);
    let (mut sums, mut seen) = ([0.0; 24], [0.0; 24]);
    for nth in whole {
        let hour = (hourly.first + nth as i64).rem_euclid(24) as usize;
        sums[hour] += hourly.requests[nth] as f64;
        seen[hour] += 1.0;
    }
    if seen.contains(&0.0) {
        return None;
    }
    let zone = if dated { "are UTC" } else { "count from the first request" };
    let mean = std::array::from_fn(|hour| sums[hour] / seen[hour]);
    Some((mean, format!("The profile of the day is that of the trace; hours {zone}.")))
}
