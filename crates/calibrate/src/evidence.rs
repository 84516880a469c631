//! What inputs say, put together, and what stands in where they say nothing.

use crate::day::Day;
use crate::finding::Found;
use crate::parameter::Parameter;

/// How much an input can tell at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Counters over time: how many requests, how many hits; of keys nothing.
    Aggregates,
    /// How often each key was asked for; in which order, nobody knows.
    Frequencies,
    /// Every request.
    Trace,
}

impl Level {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aggregates => "aggregates",
            Self::Frequencies => "frequency snapshot",
            Self::Trace => "trace",
        }
    }

    /// What it cannot answer.
    pub const fn cannot_tell(self) -> &'static str {
        match self {
            Self::Aggregates => "how requests spread over keys, which are hot, and how fast that changes",
            Self::Frequencies => "how fast hot keys change, how soon keys are asked for again, and latencies",
            Self::Trace => {
                "what the cache and the origin do, beyond the hits and latencies that the requests carry"
            }
        }
    }
}

/// What inputs say.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Keys of a scenario that they tell.
    pub parameters: Vec<Parameter>,
    /// What whoever relies on it has to know.
    pub findings: Vec<Found>,
    /// What was repaired, with counts, one sentence each.
    pub repairs: Vec<String>,
    /// What else there is to say, one sentence each.
    pub notes: Vec<String>,
    /// How the rate follows the hour of the day.
    pub day: Option<Day>,
    /// Keys that were counted, where their counts stand in place of a law that does not fit.
    pub counted: Option<usize>,
}

/// The numbers of the starter scenario, which stand in where nothing else does.
const STARTER: &[(&str, f64, &str)] = &[
    ("workload.request_rate_per_minute", 3000.0, "no input tells times"),
    ("workload.churn_per_hour", 0.1, "no input tells how fast hot keys change"),
    ("cache.hit_latency_ms", 2.0, "no input tells latencies of hits"),
    ("origin.miss_penalty_ms", 80.0, "no input tells latencies of misses"),
    ("origin.warm_cost_ms", 5.0, "no input tells how long a warm operation takes"),
];
/// The same, where nothing tells how requests spread over keys.
const WITHOUT_KEYS: &[(&str, f64, &str)] = &[
    ("workload.hotset_fraction", 0.4, "no input tells keys"),
    ("cache.capacity_fraction", 0.55, "no input tells what the cache holds"),
];
/// The share of the keys that a cache is taken to hold where nothing tells its capacity.
const CAPACITY_SHARE: f64 = 0.1;

impl Evidence {
    /// Takes what another input says; of two that tell the same key the first stands, and a note says so.
    pub fn join(&mut self, other: Self) {
        for parameter in other.parameters {
            match self.get(parameter.key) {
                Some(known) => self.notes.push(format!(
                    "{} is taken from {}; {} says {}.",
                    parameter.key,
                    known.source,
                    parameter.source,
                    shown(parameter.value)
                )),
                None => self.parameters.push(parameter),
            }
        }
        self.counted = self.counted.or(other.counted);
        self.day = self.day.or(other.day);
        self.findings.extend(other.findings);
        self.repairs.extend(other.repairs);
        self.notes.extend(other.notes);
    }

    /// What is known of a key.
    pub fn get(&self, key: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.key == key)
    }

    /// Puts in what a scenario needs and nothing told, marked assumed, in the order of a scenario.
    pub fn complete(&mut self) {
        self.findings.sort_by_key(|found| found.finding);
        self.assume(
            "origin.warm_cost_ms",
            self.get("origin.miss_penalty_ms").map(|known| known.value),
            "as long as a miss",
        );
        let counted = self.counted.map(|keys| keys as f64);
        let keys = counted.or(self.get("workload.keys").map(|keys| keys.value));
        let items = keys.map(|keys| (keys * CAPACITY_SHARE).ceil());
        let keys_are_known = items.is_some();
        let told = ["cache.capacity_fraction", "cache.capacity_items", "cache.capacity_bytes"];
        if !told.iter().any(|key| self.get(key).is_some()) {
            self.assume(
                "cache.capacity_items",
                items,
                "a tenth of the keys; no input tells what the cache holds",
            );
        }
        let holds = told.iter().any(|key| self.get(key).is_some());
        let starter = STARTER.iter().chain(if keys_are_known { &[] } else { WITHOUT_KEYS });
        for (key, value, why) in starter {
            if !(holds && told.contains(key)) {
                self.assume(key, Some(*value), &format!("{why}; the value is that of the starter scenario"));
            }
        }
        self.parameters.sort_by_key(|parameter| ORDER.iter().position(|key| *key == parameter.key));
    }

    fn assume(&mut self, key: &'static str, value: Option<f64>, why: &str) {
        if let Some(value) = value.filter(|_| self.get(key).is_none()) {
            self.parameters.push(Parameter::assumed(key, value, why));
        }
    }
}

/// The keys that telemetry tells, in the order of a scenario.
pub(crate) const ORDER: &[&str] = &[
    "workload.request_rate_per_minute",
    "workload.keys",
    "workload.zipf_exponent",
    "workload.hot_keys",
    "workload.hotset_fraction",
    "workload.churn_per_hour",
    "workload.mean_object_bytes",
    "workload.updates_per_minute",
    "cache.capacity_items",
    "cache.capacity_bytes",
    "cache.capacity_fraction",
    "cache.ttl_s",
    "cache.hit_latency_ms",
    "origin.miss_penalty_ms",
    "origin.warm_cost_ms",
    "origin.failure_share",
    "predictor.precision",
    "predictor.recall",
    "predictor.horizon_s",
    "predictor.period_s",
];

/// So many of something.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A number as a person writes it: six digits, without zeros behind.
pub fn shown(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;

    fn found(key: &'static str, value: f64) -> Parameter {
        let estimate = Estimate { value, low: value * 0.9, high: value * 1.1, n: 100 };
        Parameter::found(key, estimate, "counted", "a.csv")
    }

    #[test]
    fn what_nothing_tells_is_assumed_and_says_so() {
        let mut evidence =
            Evidence { parameters: vec![found("workload.keys", 1000.0)], ..Evidence::default() };
        evidence.complete();
        let assumed: Vec<_> =
            evidence.parameters.iter().filter(|one| one.assumed).map(|one| (one.key, one.value)).collect();
        assert_eq!(
            assumed,
            [
                ("workload.request_rate_per_minute", 3000.0),
                ("workload.churn_per_hour", 0.1),
                ("cache.capacity_items", 100.0),
                ("cache.hit_latency_ms", 2.0),
                ("origin.miss_penalty_ms", 80.0),
                ("origin.warm_cost_ms", 5.0),
            ]
        );
        assert!(evidence.parameters.iter().all(|one| one.assumed == one.interval.is_none()));
    }

    #[test]
    fn the_first_input_that_tells_a_key_stands() {
        let mut one = Evidence { parameters: vec![found("workload.keys", 10.0)], ..Evidence::default() };
        one.join(Evidence { parameters: vec![found("workload.keys", 12.0)], ..Evidence::default() });
        assert_eq!(one.get("workload.keys").map(|keys| keys.value), Some(10.0));
        assert_eq!(one.notes, ["workload.keys is taken from a.csv; a.csv says 12."]);
    }

    #[test]
    fn numbers_are_written_as_people_do() {
        let cases = [
            (0.0, "0"),
            (0.657_123_4, "0.657123"),
            (21_016.44, "21016.4"),
            (1e7, "10000000"),
            (0.000_96, "0.00096"),
        ];
        assert!(
            cases.iter().all(|(value, text)| shown(*value) == *text),
            "{:?}",
            cases.map(|(value, _)| shown(value))
        );
    }
}
