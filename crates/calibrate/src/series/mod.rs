//! Counters over time: how many requests, how many of them hits, and what states say of the cache.
//!
//! ```text
//! table, dumps ─► Series ─► intervals (increments; resets, gaps and nonsense set aside and counted) ─► Evidence
//! ```

mod info;
mod intervals;
mod read;
mod role;

pub use read::Series;

use trace::Wrong;

use crate::estimate::{Estimate, events};
use crate::evidence::{Evidence, shown};
use crate::finding::Finding;
use crate::parameter::Parameter;
use crate::ratio::{Sums, ratio, share};
use intervals::Intervals;
use role::Role;

/// Groups of neighbouring intervals that a mean is taken over.
const BATCHES: usize = 30;
/// Requests fewer than which are thin.
const FEW: f64 = 1000.0;
/// Standard errors, and share of a rate, by which halves differ that drift.
const ERRORS: f64 = 3.0;
const RATE: f64 = 0.1;
const MINUTE: f64 = 60.0;

impl Series {
    /// What the series says of a scenario.
    ///
    /// # Errors
    /// What was set aside, where no interval is left.
    pub fn evidence(&self, name: &str) -> Result<Evidence, Wrong> {
        let mut told = Evidence::default();
        let named = |repair: &String| format!("{name}: {repair}");
        told.repairs.extend(self.repairs.iter().map(named));
        told.notes.extend(self.found.iter().map(|found| format!("Times of {name}: {found}.")));
        let intervals = Intervals::of(self);
        told.repairs.extend(intervals.repairs.iter().map(named));
        told.notes.extend(intervals.notes.iter().map(|note| format!("{name}: {note}.")));
        let nothing = || {
            let why = [&self.repairs[..], &intervals.repairs].concat();
            let why = if why.is_empty() { "there are not two rows".to_owned() } else { why.join("; ") };
            Wrong::new(
                format!("no interval between rows is left to count in: {why}"),
                "name counters with at least two rows, and values that make sense",
            )
        };
        if intervals.rows.is_empty() {
            return Err(nothing());
        }
        let rows = &intervals.rows;
        let requests: f64 = rows.iter().map(|row| row.requests()).sum();
        let rate =
            batched(rows.iter().map(|row| [row.requests(), row.seconds]), requests as u64).or_else(|| {
                let seconds = rows.iter().map(|row| row.seconds).sum::<f64>();
                let (low, high) = events(requests);
                let n = requests as u64;
                (seconds > 0.0).then(|| Estimate {
                    value: requests / seconds,
                    low: low / seconds,
                    high: high / seconds,
                    n,
                })
            });
        let rate = rate.ok_or_else(nothing)?;
        let per_minute = Estimate { low: rate.low.max(0.0), ..rate }.scaled(MINUTE);
        let method = format!("{} over time, batch means", intervals.what);
        told.parameters.push(Parameter::found("workload.request_rate_per_minute", per_minute, method, name));
        self.of_hits(&intervals, name, &mut told);
        self.of_states(name, &mut told);
        self.of_latencies(name, &mut told);
        if requests < FEW {
            let message = format!("{name} counts {requests:.0} requests");
            told.findings.push(Finding::ThinTelemetry.raise(requests, FEW, message));
        }
        told.findings.extend(drift(&intervals, name));
        Ok(told)
    }

    fn of_hits(&self, intervals: &Intervals, name: &str, told: &mut Evidence) {
        let pairs = intervals.rows.iter().filter_map(|row| Some([row.hits?, row.hits? + row.misses?]));
        let pairs: Vec<Sums> = pairs.collect();
        let n = pairs.iter().map(|pair| pair[1]).sum::<f64>();
        let Some(hits) = share(&groups(&pairs), n as u64).filter(|_| n > 0.0) else { return };
        let method = "hits of all answers: what the most popular keys of the cache have at least";
        told.parameters.push(Parameter::found("cache.capacity_fraction", hits, method, name));
        told.notes.push(format!(
            "{name} has a hit ratio of {:.3} (95 %: {:.3} to {:.3}).",
            hits.value, hits.low, hits.high
        ));
        let bytes = intervals.rows.iter().filter_map(|row| Some([row.miss_bytes?, row.misses?]));
        let bytes: Vec<Sums> = bytes.collect();
        let misses = bytes.iter().map(|pair| pair[1]).sum::<f64>() as u64;
        let object = ratio(&groups(&bytes), misses).filter(|bytes| bytes.value >= 1.0);
        let at_least_one = |bytes: Estimate| Estimate { low: bytes.low.max(1.0), ..bytes };
        told.parameters.extend(object.map(|bytes| {
            Parameter::found("workload.mean_object_bytes", at_least_one(bytes), "bytes by misses", name)
        }));
    }

    fn of_states(&self, name: &str, told: &mut Evidence) {
        let left = self.mean(Role::LeftMs).map(|ms| ms.scaled(1e-3)).or_else(|| self.mean(Role::LeftS));
        if let Some(left) = left.filter(|left| left.value > 0.0) {
            let method = "twice the mean time that copies have left, as if they came evenly and lived alike";
            told.parameters.push(Parameter::found("cache.ttl_s", left.scaled(2.0), method, name));
        }
        if let Some(keys) = self.mean(Role::Keys) {
            told.notes.push(format!("{name}: the cache holds {} keys on average.", shown(keys.value)));
        }
        if let (Some(used), Some(room)) =
            (self.mean(Role::Used), self.mean(Role::Room).filter(|room| room.value > 0.0))
        {
            told.notes.push(format!(
                "{name}: {:.0} % of the cache's {} bytes are used.",
                100.0 * used.value / room.value,
                shown(room.value)
            ));
        }
    }

    fn of_latencies(&self, name: &str, told: &mut Evidence) {
        let of = |ms, s| self.mean(ms).or_else(|| self.mean(s).map(|seconds| seconds.scaled(1e3)));
        let (hit, miss) = (of(Role::HitMs, Role::HitS), of(Role::MissMs, Role::MissS));
        told.parameters
            .extend(hit.map(|hit| Parameter::found("cache.hit_latency_ms", hit, "mean of the rows", name)));
        let Some(miss) = miss else { return };
        let less = hit.map_or(0.0, |hit| hit.value);
        let penalty = Estimate {
            value: miss.value - less,
            low: (miss.low - less).max(0.0),
            high: miss.high - less,
            n: miss.n,
        };
        if penalty.value > 0.0 {
            let method = "mean latency of misses over the rows, less that of hits where that is told";
            told.parameters.push(Parameter::found("origin.miss_penalty_ms", penalty, method, name));
        }
    }

    /// The mean of a state over rows, in batches.
    fn mean(&self, role: Role) -> Option<Estimate> {
        let column = self.columns.iter().find(|column| column.role == role)?;
        let values: Vec<Sums> = column
            .values
            .iter()
            .flatten()
            .filter(|value| **value >= 0.0)
            .map(|value| [*value, 1.0])
            .collect();
        let n = values.len() as u64;
        let alone = values.first().map(|[value, _]| Estimate::exact(*value, n));
        ratio(&groups(&values), n).or(alone)
    }
}

/// A ratio over batches of neighbours.
fn batched(pairs: impl Iterator<Item = Sums>, n: u64) -> Option<Estimate> {
    ratio(&groups(&pairs.collect::<Vec<_>>()), n)
}

/// Sums of up to thirty groups of neighbours.
fn groups(pairs: &[Sums]) -> Vec<Sums> {
    let size = pairs.len().div_ceil(BATCHES).max(1);
    pairs
        .chunks(size)
        .map(|group| group.iter().fold([0.0; 2], |sum, pair| [sum[0] + pair[0], sum[1] + pair[1]]))
        .collect()
}

/// Whether the rates of the halves differ.
fn drift(intervals: &Intervals, name: &str) -> Option<crate::Found> {
    let (first, second) = intervals.rows.split_at(intervals.rows.len() / 2);
    let rate =
        |rows: &[intervals::Interval]| batched(rows.iter().map(|row| [row.requests(), row.seconds]), 0);
    let (one, two) = (rate(first)?, rate(second)?);
    let error = |estimate: &Estimate| (estimate.high - estimate.low) / 4.0;
    let off = two.value - one.value;
    let threshold = RATE * one.value;
    (off.abs() > threshold && off.abs() > ERRORS * error(&one).hypot(error(&two))).then(|| {
        let message = format!(
            "the halves of {name} differ: {} and {} requests per minute",
            shown(one.value * MINUTE),
            shown(two.value * MINUTE)
        );
        Finding::Drift.raise(off.abs() / one.value, RATE, message)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn told(text: &str) -> Evidence {
        Series::read(text.as_bytes(), &BTreeMap::new()).expect("reads").evidence("a.csv").expect("tells")
    }

    fn value(told: &Evidence, key: &str) -> f64 {
        told.get(key).expect("is told").value
    }

    /// By hand: 40 hits and 10 misses a minute, of 1,000 bytes each; counters begin anew after the third row.
    #[test]
    fn a_counter_that_falls_has_begun_anew() {
        let rows =
            ["0,100,50,7000", "60,140,60,17000", "120,180,70,27000", "180,40,10,10000", "240,80,20,20000"];
        let text = format!(
            "time_s,redis_keyspace_hits_total,redis_keyspace_misses_total,miss_bytes\n{}\n",
            rows.join("\n")
        );
        let told = told(&text);
        assert!((value(&told, "workload.request_rate_per_minute") - 50.0).abs() < 1e-9);
        assert!((value(&told, "cache.capacity_fraction") - 0.8).abs() < 1e-9);
        assert!((value(&told, "workload.mean_object_bytes") - 1000.0).abs() < 1e-9);
        assert!(told.repairs.iter().any(|repair| repair.contains("1 reset")), "{:?}", told.repairs);
    }

    /// The same in one row a series, out of order, with a time twice and a value that is none.
    #[test]
    fn a_long_table_tells_the_same_as_a_wide_one() {
        let text = "Time,Metric,Value\n\
            2024-01-01T00:01:00Z,keyspace_hits,140\n2024-01-01T00:00:00Z,keyspace_hits,100\n\
            2024-01-01T00:02:00Z,keyspace_hits,180\n2024-01-01T00:00:00Z,keyspace_misses,50\n\
            2024-01-01T00:01:00Z,keyspace_misses,60\n2024-01-01T00:02:00Z,keyspace_misses,NaN\n";
        let told = told(text);
        assert!((value(&told, "cache.capacity_fraction") - 0.8).abs() < 1e-9);
        assert!(told.repairs.iter().any(|repair| repair.contains("without a value")), "{:?}", told.repairs);
    }

    #[test]
    fn rows_of_an_interval_are_what_they_say() {
        let rows: Vec<String> =
            (0..40).map(|nth| format!("{},{},{},{}", nth * 5, 3 + nth % 3, 1 + nth % 2, 60)).collect();
        let told = told(&format!("timestamp_s,hits,misses,requests_total\n{}\n", rows.join("\n")));
        // The first row has no interval of its own: of 39 rows 156.0 hits and 59 misses.
        let hits: f64 = (1..40).map(|nth| f64::from(3 + nth % 3)).sum();
        let misses: f64 = (1..40).map(|nth| f64::from(1 + nth % 2)).sum();
        assert!(
            (value(&told, "workload.request_rate_per_minute") - (hits + misses) / 195.0 * 60.0).abs() < 1e-9
        );
        assert!((value(&told, "cache.capacity_fraction") - hits / (hits + misses)).abs() < 1e-9);
    }

    #[test]
    fn nonsense_is_set_aside_and_counted() {
        let text = "time_s,hits,misses,requests\n0,1,1,2\n10,5,5,10\n20,-3,5,2\n30,9,1,4\n40,5,5,10\n40,5,5,10\n50,4,6,10\n5000,5,5,10\n5010,6,4,10\n";
        let told = told(text);
        let all = told.repairs.join("\n");
        for part in [
            "1 row at a time",
            "1 interval with a count below 0 or above 1e15",
            "1 interval with more hits than requests",
            "1 gap",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!((value(&told, "cache.capacity_fraction") - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_table_with_keys_is_one_of_requests() {
        assert!(Series::sniff(b"time,hits,misses\n1,2,3\n"));
        assert!(Series::sniff(b"Time,Metric,Value\n1,keyspace_hits,3\n"));
        assert!(!Series::sniff(b"ts,key,hit,latency_ms\n1,a,HIT,3\n"));
    }

    #[test]
    fn columns_may_have_other_names() {
        let map = [("hits", "found"), ("misses", "lost"), ("time", "when:ms")];
        let map = map.map(|(field, column)| (field.to_owned(), column.to_owned())).into();
        let text = "when,found,lost\n0,0,0\n60000,30,10\n120000,60,20\n";
        let told = Series::read(text.as_bytes(), &map).expect("reads").evidence("a.csv").expect("tells");
        assert!((value(&told, "workload.request_rate_per_minute") - 40.0).abs() < 1e-9);
        let wrong = Series::read("a,b\n1,2\n".as_bytes(), &map).expect_err("is refused");
        assert_eq!(
            (wrong.message.as_str(), wrong.help.as_str()),
            ("--map hits=found names no column", "there are a, b")
        );
    }

    #[test]
    fn one_dump_tells_what_was_since_the_start() {
        let text = "# Server\r\nredis_version:7.2.0\r\nuptime_in_seconds:600\r\n# Stats\r\nkeyspace_hits:900\r\nkeyspace_misses:100\r\n# Keyspace\r\ndb0:keys=50,expires=50,avg_ttl=30000\r\n";
        let told = told(text);
        assert!((value(&told, "workload.request_rate_per_minute") - 100.0).abs() < 1e-9);
        assert!((value(&told, "cache.ttl_s") - 60.0).abs() < 1e-9);
        assert!((value(&told, "cache.capacity_fraction") - 0.9).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_table_of_counters_is_refused_with_what_there_is() {
        for (text, message) in [
            ("", "there is nothing in it"),
            ("time,foo\n1,2\n", "no column is a counter that is known"),
            ("hits,misses\n1,2\n", "no column is known to be the time"),
            ("time,hits\n1,x\n", "line 2: `x` in column hits is no number"),
            ("time,hits\nlater,1\n", "line 2:"),
        ] {
            let wrong = Series::read(text.as_bytes(), &BTreeMap::new()).expect_err("is refused");
            assert!(wrong.message.contains(message), "{text:?}: {}", wrong.message);
        }
        let wide = vec!["hits"; 5000].join(",");
        assert!(
            Series::read(wide.as_bytes(), &BTreeMap::new())
                .expect_err("is refused")
                .message
                .contains("5000 columns")
        );
    }
}
