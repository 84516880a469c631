//! What a trace says of a scenario.

use trace::reuse::Recorder;

use crate::churn::Churn;
use crate::day::day;
use crate::estimate::Estimate;
use crate::evidence::{Evidence, shown};
use crate::finding::Finding;
use crate::law::Law;
use crate::parameter::Parameter;
use crate::rate::rate;
use crate::ratio::share;
use crate::request_log::RequestLog;
use crate::requests::Requests;
use crate::times::regular;
use crate::workload::{Workload, hot_set, workload};

/// What the user may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The share of all keys that is the hot set.
    pub hot_share: f64,
    /// Seed of what is drawn.
    pub seed: u64,
}

/// Requests fewer than which are thin.
const FEW: usize = 5000;
/// Stretches that a share is counted in.
const BATCHES: usize = 30;
/// The share of first requests from which on reuse is little, and of the time that may be without any.
const MOSTLY: f64 = 0.5;
/// A factor between the ends of an interval of the number of keys that leaves it open.
const UNSETTLED: f64 = 100.0;
const MINUTE: f64 = 60.0;

impl Requests<'_> {
    /// What they say; and how requests spread over keys, where any law tells.
    pub fn evidence(&self, asked: Asked) -> (Evidence, Option<Workload>) {
        let mut told = Evidence::default();
        self.of_times(&mut told);
        self.of_reuse(&mut told);
        let found = workload(self, asked.hot_share, asked.seed);
        match &found {
            Some(found) => self.of_keys(found, asked.hot_share, &mut told),
            None => self.without_law(0.0, "how often keys are asked for decides no Zipf exponent", &mut told),
        }
        if self.requests.len() < FEW {
            let count = self.requests.len();
            told.findings.push(Finding::ThinTelemetry.raise(
                count as f64,
                FEW as f64,
                format!("{} has {count} requests", self.name),
            ));
        }
        (told, found)
    }

    /// What they say of the rate alone.
    pub fn rate(&self) -> Evidence {
        let mut told = Evidence::default();
        self.of_times(&mut told);
        told
    }

    fn of_times(&self, told: &mut Evidence) {
        let Some(rate) = rate(self.times) else {
            let why = if self.times.is_empty() {
                "tells no times"
            } else {
                "has all requests at one instant, or nearly"
            };
            told.notes.push(format!("{} {why}, and so neither rate nor churn.", self.name));
            return;
        };
        let per_minute = rate.scaled(MINUTE * self.sampling.each);
        let method = "batch means of 30 stretches";
        told.parameters.push(Parameter::found(
            "workload.request_rate_per_minute",
            per_minute,
            method,
            self.name,
        ));
        if let Some(regular) = regular(self.times) {
            match regular.rounded {
                true => told.notes.push(format!("Times of {} are {}.", self.name, regular.what)),
                false => told.findings.push(Finding::ArtificialTimes.raise(
                    regular.share,
                    regular.threshold,
                    format!("times of {} are {}", self.name, regular.what),
                )),
            }
        }
        if !told.findings.iter().any(|found| found.finding == Finding::ArtificialTimes) {
            told.day = day(self.times, self.sampling.each);
        }
        let longest = self.times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0) as f64 / 1e6;
        let share = longest / self.seconds();
        if share > MOSTLY {
            let message = format!(
                "{} has no request for {} s, {:.0} % of the time",
                self.name,
                shown(longest),
                100.0 * share
            );
            told.findings.push(Finding::TimeGap.raise(share, MOSTLY, message));
        }
    }

    fn of_reuse(&self, told: &mut Evidence) {
        let [keys, once] = self.asked_for();
        let first = keys / self.sampling.rate / self.total();
        if first > MOSTLY {
            let message = format!(
                "{:.0} % of the requests in {} are the first for their key, and {:.0} % of the keys are asked for once: no cache \
                 finds more than {:.1} % of the requests, and a list of past keys warms none of the first ones",
                100.0 * first,
                self.name,
                100.0 * once / keys,
                100.0 * (1.0 - first)
            );
            told.findings.push(Finding::LittleReuse.raise(first, MOSTLY, message));
        }
    }

    fn of_keys(&self, found: &Workload, hot_share: f64, told: &mut Evidence) {
        let fit = &found.popularity;
        let window = match found.window < self.requests.len() {
            true => format!(", within windows of {} requests", found.window),
            false => String::new(),
        };
        told.parameters.push(Parameter::found(
            "workload.zipf_exponent",
            fit.exponent,
            fit.method(&window),
            self.name,
        ));
        let [seen, _] = self.asked_for();
        let seen = (seen / self.sampling.rate).round();
        let at_least = |keys: f64| keys.round().max(seen);
        let Estimate { value, low, high, n } = fit.keys;
        let whole = Estimate { value: at_least(value), low: at_least(low), high: at_least(high), n };
        let settled = fit.keys.high < UNSETTLED * fit.keys.low
            && fit.keys.value < UNSETTLED * self.keys as f64 / self.sampling.rate;
        if !settled {
            self.without_law(0.0, "the number of keys is open: the more, the better a Zipf law fits", told);
        } else if fit.misfit.is_bad() {
            let misplaced = fit.misfit.misplaced;
            self.without_law(
                misplaced,
                &format!("the best Zipf law misplaces {:.1} % of the requests", 100.0 * misplaced),
                told,
            );
        }
        let keys = told.counted.map_or(whole, |keys| Estimate::exact(keys as f64, whole.n));
        let method = match told.counted {
            Some(_) => "counted".to_owned(),
            None => format!("the same fit{window}, at least the {seen} that were asked for"),
        };
        told.parameters.push(Parameter::found("workload.keys", keys, method, self.name));
        let hot = |keys: f64| hot_set(keys, hot_share).min(keys);
        let churn = found.churn.filter(|_| settled);
        let value = churn.map_or(hot(keys.value), |churn| churn.hot_keys);
        let (low, high) = (hot(keys.low).min(value), hot(keys.high).max(value));
        let hot_keys = Estimate { value, low, high, n: keys.n };
        let method = format!(
            "{} % of the keys, at least 10: the hot set that churn speaks of",
            shown(100.0 * hot_share)
        );
        told.parameters.push(Parameter::found("workload.hot_keys", hot_keys, method, self.name));
        self.of_hot_set(&fit.popularity(), value, told);
        self.of_churn(churn.as_ref(), told);
    }

    /// The share of the requests that goes to so many keys: under the law, or to those asked for most where none fits.
    fn of_hot_set(&self, [low, law, high]: &[Law; 3], hot_keys: f64, told: &mut Evidence) {
        let key = "workload.hotset_fraction";
        if told.counted.is_none() {
            let [low, value, high] = [low, law, high].map(|law| law.head_share(hot_keys));
            let n = self.total().round() as u64;
            let method = "what the law gives to the hot keys; from both ends of the exponent";
            told.parameters.push(Parameter::found(key, Estimate { value, low, high, n }, method, self.name));
            return;
        }
        let hot = self.hottest(hot_keys as usize);
        let size = self.requests.len().div_ceil(BATCHES).max(1);
        let asked = |part: &[u32]| part.iter().filter(|key| hot[**key as usize]).count() as f64;
        let groups: Vec<[f64; 2]> =
            self.requests.chunks(size).map(|part| [asked(part), part.len() as f64]).collect();
        let found = share(&groups, self.requests.len() as u64);
        let method = "what goes to the keys that are asked for most, batch means";
        told.parameters.extend(found.map(|found| Parameter::found(key, found, method, self.name)));
    }

    /// Lets measured counts stand in place of a law.
    fn without_law(&self, misplaced: f64, why: &str, told: &mut Evidence) {
        let instead = match self.sampling.leaves_out() {
            true => "of a sample of keys no counts can stand in its place",
            false => "measured counts stand in its place",
        };
        if !self.sampling.leaves_out() {
            told.counted = Some(self.asked_for()[0] as usize);
        }
        let message = format!("{}: {why}; {instead}", self.name);
        told.findings.push(Finding::LawDoesNotFit.raise(misplaced, crate::tally::WORTH_SAYING, message));
    }

    fn of_churn(&self, churn: Option<&Churn>, told: &mut Evidence) {
        let Some(churn) = churn else {
            if !self.times.is_empty() {
                let message = format!(
                    "hot keys of {} are asked for too seldom, or change too quickly, to be followed",
                    self.name
                );
                told.findings.push(Finding::ChurnNotTold.raise(0.0, 0.0, message));
            }
            return;
        };
        let raw = churn.per_hour;
        if raw.high < 0.0 {
            let message = format!(
                "lists of hot keys in {} agree more across windows than within one ({} per hour): requests come in scans or \
                 bursts, which no churn describes",
                self.name,
                shown(raw.value)
            );
            told.findings.push(Finding::ChurnNotTold.raise(raw.value, 0.0, message));
            return;
        }
        let below = if raw.value < 0.0 {
            format!("; {}, below 0 by chance, is taken as 0", shown(raw.value))
        } else {
            String::new()
        };
        let method = format!(
            "lists of {} hot keys, {} s apart, against halves of one window{below}",
            shown(churn.hot_keys),
            shown(churn.apart)
        );
        let rate = Estimate { value: raw.value.max(0.0), low: raw.low.max(0.0), ..raw };
        told.parameters.push(Parameter::found("workload.churn_per_hour", rate, method, self.name));
    }

    /// What a log says of the cache that wrote it.
    pub fn of_log(&self, log: &RequestLog, told: &mut Evidence) {
        let name = self.name;
        let mut add = |key, estimate: Option<Estimate>, method: &str| {
            told.parameters.extend(estimate.map(|estimate| Parameter::found(key, estimate, method, name)));
        };
        add("cache.hit_latency_ms", log.hit_ms(), "mean of hits, batch means");
        let penalty = log.penalty_ms();
        add(
            "origin.miss_penalty_ms",
            penalty.filter(|penalty| penalty.value > 0.0),
            "mean of misses less that of hits, batch means",
        );
        let capacity = log.hit_ratio().and_then(|hits| self.capacity(hits));
        add(
            "cache.capacity_items",
            capacity,
            "the LRU cache that has the hit ratio of the log on these requests",
        );
        match log.ttl() {
            Ok(ttl) => add("cache.ttl_s", Some(ttl), "what nine in ten requests give or more"),
            Err(0) => {}
            Err(different) => told.notes.push(format!(
                "Requests of {name} give {different} different times to live, none of them common."
            )),
        }
        match (log.hit_ratio(), capacity) {
            (Some(hits), None) => {
                let message =
                    format!("no LRU cache has the hit ratio {} of {name} on its requests", shown(hits.value));
                told.findings.push(Finding::AnswersUnknown.raise(hits.value, 0.0, message));
            }
            (Some(hits), Some(_)) => told.notes.push(format!(
                "{name} says that {:.1} % of its requests were hits (95 %: {:.1} to {:.1}).",
                100.0 * hits.value,
                100.0 * hits.low,
                100.0 * hits.high
            )),
            (None, _) => {}
        }
        if penalty.is_some_and(|penalty| penalty.value <= 0.0) {
            told.notes.push(format!(
                "Misses of {name} are no slower than hits: its latencies are not those of fetches."
            ));
        }
    }

    /// The LRU cache that has a hit ratio, counted where half of the requests have filled it.
    fn capacity(&self, hits: Estimate) -> Option<Estimate> {
        let mut recorder = Recorder::default();
        recorder.reserve(self.keys);
        let (before, counted) = self.requests.split_at(self.requests.len() / 2);
        recorder.skip(before);
        recorder.record(counted);
        let curve = recorder.finish();
        let kept = counted.len() as f64;
        let short = kept * (1.0 - self.sampling.each * self.sampling.rate);
        // What hot keys were drawn by more or less than their share hits at any capacity.
        let of_kept = |ratio: f64| (ratio * (kept - short) + short) / kept;
        let at =
            |ratio: f64| curve.least_capacity(of_kept(ratio)).map(|items| items as f64 / self.sampling.rate);
        let value = at(hits.value).filter(|items| *items >= 1.0)?;
        let high = at(hits.high).unwrap_or(curve.keys() as f64 / self.sampling.rate);
        Some(Estimate { value, low: at(hits.low).unwrap_or(value).max(1.0), high, n: hits.n })
    }
}

/// The mean size of objects, of which each has one.
pub fn object_bytes(sizes: &[u64]) -> Option<Estimate> {
    let sizes: Vec<f64> = sizes.iter().map(|size| *size as f64).collect();
    let mean = Estimate::mean(&sizes).filter(|mean| mean.value >= 1.0)?;
    Some(Estimate { low: mean.low.max(1.0), ..mean })
}
