//! What happened between rows: increments of counters, or what rows count themselves.

use super::read::{Column, Series};
use super::role::{Role, base};
use crate::evidence::shown;

/// The share of the rows that may be restarts where counters only grow.
const FALLS: f64 = 0.1;
/// Multiples of the median interval from which on one is a gap.
const GAP: f64 = 5.0;
const SECOND: f64 = 1e6;
/// A count that nothing has.
const LARGEST: f64 = 1e15;

/// The time between two rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) seconds: f64,
    pub(super) hits: Option<f64>,
    pub(super) misses: Option<f64>,
    pub(super) others: Option<f64>,
    pub(super) miss_bytes: Option<f64>,
}

impl Interval {
    /// Requests that reached the cache: hits and misses, or what is counted as such.
    pub(super) fn requests(&self) -> f64 {
        match (self.hits, self.misses) {
            (Some(hits), Some(misses)) => hits + misses,
            (Some(one), None) | (None, Some(one)) => self.others.unwrap_or(one),
            (None, None) => self.others.unwrap_or(0.0),
        }
    }
}

/// Intervals that make sense, and what was set aside.
pub(super) struct Intervals {
    pub(super) rows: Vec<Interval>,
    pub(super) repairs: Vec<String>,
    pub(super) notes: Vec<String>,
    /// What requests are counted by.
    pub(super) what: &'static str,
}

impl Intervals {
    pub(super) fn of(series: &Series) -> Self {
        let mut out = Self { rows: vec![], repairs: vec![], notes: vec![], what: "requests" };
        let mut sum = |role: Role| out.increments(series, role);
        let (hits, misses, others) = (sum(Role::Hits), sum(Role::Misses), sum(Role::Requests));
        let bytes = sum(Role::MissBytes);
        if hits.is_some() && misses.is_some() {
            out.what = "hits and misses";
        }
        let stated = series.columns.iter().find(|column| column.role == Role::Interval);
        let mut spans: Vec<f64> =
            series.times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / SECOND).collect();
        let mut sorted = spans.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        if let Some(stated) = stated {
            spans
                .iter_mut()
                .zip(&stated.values[1..])
                .for_each(|(span, stated)| *span = stated.unwrap_or(*span));
        }
        let mut aside = Aside::default();
        for (nth, seconds) in spans.iter().enumerate() {
            let at = |column: &Option<Vec<Option<f64>>>| column.as_ref().map(|values| values[nth]);
            let told = [&hits, &misses, &others].map(at);
            if told.iter().flatten().any(Option::is_none) {
                aside.absent += 1;
                continue;
            }
            let [hits, misses, others] = told.map(Option::flatten);
            if [hits, misses, others].iter().flatten().any(|count| !(0.0..=LARGEST).contains(count)) {
                aside.negative += 1;
                continue;
            }
            if others.is_some_and(|all| hits.unwrap_or(0.0) > all) {
                aside.above += 1;
                continue;
            }
            if *seconds > GAP * median {
                aside.gaps += 1;
                aside.missing += seconds;
                continue;
            }
            if *seconds <= 0.0 {
                aside.absent += 1;
                continue;
            }
            let miss_bytes = at(&bytes).flatten().filter(|bytes| *bytes >= 0.0);
            out.rows.push(Interval { seconds: *seconds, hits, misses, others, miss_bytes });
        }
        out.repairs.extend(aside.told());
        out
    }

    /// What each interval adds to all columns of a role together, from the second row on; none where there is no such column.
    fn increments(&mut self, series: &Series, role: Role) -> Option<Vec<Option<f64>>> {
        let columns: Vec<&Column> = series.columns.iter().filter(|column| column.role == role).collect();
        if columns.is_empty() {
            return None;
        }
        let mut sums = vec![Some(0.0); series.times.len().saturating_sub(1)];
        for column in &columns {
            let grown = self.grown(series, column);
            sums.iter_mut()
                .zip(grown)
                .for_each(|(sum, more)| *sum = sum.zip(more).map(|(sum, more)| sum + more));
        }
        if columns.len() > 1 {
            let names: Vec<&str> = columns.iter().map(|column| base(&column.name)).collect();
            let mut different = names.clone();
            different.dedup();
            let said = if different.len() < names.len() {
                format!("{} series of ", names.len())
            } else {
                String::new()
            };
            self.notes.push(format!("{said}{} are added up", different.join(", ")));
        }
        Some(sums)
    }

    /// What a column adds in each interval.
    fn grown(&mut self, series: &Series, column: &Column) -> Vec<Option<f64>> {
        let pairs = column.values.windows(2);
        let steps: Vec<Option<f64>> = pairs.map(|pair| Some(pair[1]? - pair[0]?)).collect();
        if !grows(series, labels(&column.name)) {
            return column.values[1..].to_vec();
        }
        let falls = steps.iter().flatten().filter(|step| **step < 0.0).count();
        if falls > 0 {
            let resets = if falls == 1 { "1 reset".to_owned() } else { format!("{falls} resets") };
            self.repairs.push(format!(
                "{resets} of {}, taken as restarts: counting from 0 again",
                base(&column.name)
            ));
        }
        let after = |(step, value): (Option<f64>, &Option<f64>)| {
            step.map(|step| if step < 0.0 { value.unwrap_or(0.0) } else { step })
        };
        steps.into_iter().zip(&column.values[1..]).map(after).collect()
    }
}

/// Whether counts with such labels only grow, but for restarts, at which all of them that change fall together; if not, each row
/// counts for itself.
fn grows(series: &Series, of: &str) -> bool {
    let counts = |column: &&Column| column.role.counts() && labels(&column.name) == of;
    let columns: Vec<&Column> = series.columns.iter().filter(counts).collect();
    if columns.iter().any(|column| column.values.iter().flatten().any(|value| *value < 0.0)) {
        return false;
    }
    let (mut changes, mut restarts) = (0, 0);
    for nth in 1..series.times.len() {
        let steps = columns.iter().filter_map(|column| Some(column.values[nth]? - column.values[nth - 1]?));
        let steps: Vec<f64> = steps.filter(|step| *step != 0.0).collect();
        let falls = steps.iter().filter(|step| **step < 0.0).count();
        if falls > 0 && falls < steps.len() {
            return false;
        }
        changes += usize::from(!steps.is_empty());
        restarts += usize::from(falls > 0);
    }
    changes > 0 && (restarts <= 1 || restarts as f64 <= FALLS * changes as f64)
}

/// The labels of a series.
fn labels(name: &str) -> &str {
    name.find('{').map_or("", |at| &name[at..])
}

/// Intervals that are set aside.
#[derive(Default)]
struct Aside {
    absent: usize,
    negative: usize,
    above: usize,
    gaps: usize,
    missing: f64,
}

impl Aside {
    fn told(&self) -> Vec<String> {
        let counted = |count: usize, one: &str, many: &str, what: &str| {
            (count > 0).then(|| format!("{count} {} {what}, set aside", if count == 1 { one } else { many }))
        };
        let of = |count, what| counted(count, "interval", "intervals", what);
        let gaps = counted(self.gaps, "gap", "gaps", &format!("of {} s together", shown(self.missing)));
        [
            of(self.absent, "without a value"),
            of(self.negative, "with a count below 0 or above 1e15"),
            of(self.above, "with more hits than requests"),
            gaps,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
