//! How a simulation gets on: requests, replications, the half-width so far, and the time left.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use evaluation::Metric;
use sim::statistics::Summary;
use sim::warming::Watch;

use crate::args::Common;
use crate::progress::Progress;

/// The runs of a command, one after the other.
pub(crate) struct Watching {
    progress: Progress,
    /// Requests served, of all runs.
    served: AtomicU64,
    /// Requests that all runs will serve, as far as is known.
    total: AtomicU64,
}

impl Watching {
    /// Over runs that will serve so many requests.
    pub(crate) fn new(common: &Common, requests: u64) -> Self {
        let progress = Progress::simulation(common, requests);
        Self { progress, served: AtomicU64::new(0), total: AtomicU64::new(requests) }
    }

    /// A run of so many replications, of about so many requests each, as they are known beforehand.
    pub(crate) fn run(&self, replications: u32, requests: f64, metric: Metric) -> Run<'_> {
        let state = State { wanted: replications, played: 0, summaries: vec![] };
        Run { all: self, requests, metric, state: Mutex::new(state) }
    }
}

/// A run that is being watched.
pub(crate) struct Run<'a> {
    all: &'a Watching,
    /// Of a replication, about.
    requests: f64,
    /// Whose half-width is told.
    metric: Metric,
    state: Mutex<State>,
}

struct State {
    wanted: u32,
    played: u32,
    /// Of the metric, for each strategy.
    summaries: Vec<Summary>,
}

impl Watch for Run<'_> {
    fn wanted(&self, replications: u32) {
        let Ok(mut state) = self.state.lock() else { return };
        let requests = |replications: u32| (f64::from(replications) * self.requests) as u64;
        let (before, now) = (requests(state.wanted), requests(replications));
        state.wanted = replications;
        let total = self.all.total.load(Ordering::Relaxed).saturating_sub(before) + now;
        self.all.total.store(total, Ordering::Relaxed);
        self.all.progress.of(total);
    }

    fn served(&self, requests: u64) {
        let served = self.all.served.fetch_add(requests, Ordering::Relaxed) + requests;
        self.all.progress.at(served);
    }

    fn played(&self, metrics: &[&[(Metric, Option<f64>)]]) {
        let Ok(mut state) = self.state.lock() else { return };
        state.played += 1;
        state.summaries.resize(metrics.len(), Summary::new());
        for (summary, metrics) in state.summaries.iter_mut().zip(metrics) {
            let found = metrics.iter().find(|(metric, _)| *metric == self.metric);
            summary.push(found.and_then(|(_, value)| *value));
        }
        let halves = state.summaries.iter().filter_map(Summary::half_width);
        let half = halves.reduce(f64::max).map_or(String::new(), |half| {
            let spec = self.metric.spec();
            let unit = if spec.unit.is_empty() { String::new() } else { format!(" {}", spec.unit) };
            format!(", {} ±{}{unit}", spec.title, self.metric.show(half))
        });
        self.all.progress.tell(format!("{}/{} replications{half}", state.played, state.wanted));
    }
}
