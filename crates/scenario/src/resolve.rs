//! From keys to what is true: which keys a scenario needs, and how they hang together.
//!
//! Physical keys (counts, sizes, a popularity law) are primary; `hotset_fraction` and `capacity_fraction` are
//! shares of the traffic that follow from them: F(hot keys) and F(capacity). A file that gives only the
//! shares means two-class popularity, and the key counts that an engine may need are marked assumed.

use crate::check::Check;
use crate::decode::decode;
use crate::document::Document;
use crate::file::{CacheKeys, ScenarioFile, WorkloadKeys};
use crate::physics::OnWrite;
use crate::popularity::Popularity;
use crate::problem::{Problem, Problems};
use crate::quantity::Quantity;
use crate::resolve_claims::{resolve_claims, resolve_gate};
use crate::resolve_lists::resolve_strategies;
use crate::scenario::{Assumption, Cache, Confidence, Origin, Scenario, Workload};
use crate::units::{Fraction, Items};

/// Number of keys of a scenario that gives only traffic shares.
const ASSUMED_KEYS: f64 = 10_000.0;
/// How far a stated share may lie from the one that the physical keys give.
const SHARE_TOLERANCE: f64 = 0.005;

impl Scenario {
    /// Reads a scenario from TOML; of several variants the first. `name` is the name of a file, or any other
    /// that messages may use.
    ///
    /// # Errors
    /// Everything that is wrong with the text, each with its place and what to write instead.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, Problems> {
        let document = Document::parse(name, text)?;
        match document.variants().first() {
            None => Self::resolve(&document, None),
            Some(variant) => Self::resolve(&document.variant(variant)?, Some(variant)),
        }
    }

    /// Reads a scenario from a document whose variant, if it has any, is already laid over it.
    ///
    /// # Errors
    /// Every unknown key, wrong type, value out of range and missing key; or else every contradiction.
    pub fn resolve(document: &Document<'_>, variant: Option<&str>) -> Result<Self, Problems> {
        if document.is_empty() {
            let help =
                "`warmcast init` writes a starter, `warmcast explain scenario` prints every key".to_owned();
            let place = Some(document.place(0..0));
            return Err(
                Problem { place, message: "the scenario is empty".to_owned(), help: Some(help) }.into()
            );
        }
        let (file, mut problems) = decode(document);
        let mut check = Check { document, missing_only: !problems.is_empty(), problems: vec![] };
        let scenario = check.scenario(file, variant);
        problems.extend(check.problems);
        match scenario {
            Some(scenario) if problems.is_empty() => Ok(scenario),
            _ => Err(Problems(problems)),
        }
    }
}

impl Check<'_> {
    fn scenario(&mut self, file: ScenarioFile, variant: Option<&str>) -> Option<Scenario> {
        let mut assumptions = self.assumptions(&file);
        let workload = self.workload(&file.workload, &mut assumptions);
        let cache = match &workload {
            Some(workload) => self.cache(&file, workload, &mut assumptions),
            None => self.cache_alone(&file.cache),
        };
        let miss_penalty = self.need(file.origin.miss_penalty_ms, "origin.miss_penalty_ms");
        let warm_cost = self.need(file.origin.warm_cost_ms, "origin.warm_cost_ms");
        let predictor = self.predictor(&file.predictor);
        let memory = self.memory(&file);
        let object = workload.as_ref().and_then(|workload| workload.objects.mean_bytes);
        let costs = self.costs(&file.costs, object);
        let capacity = self.capacity(&file.origin);
        let simulation = self.simulation(&file, workload.as_ref());
        let strategies = resolve_strategies(self, &file);
        let claims = resolve_claims(self, &file.claim, &strategies, simulation.as_ref());
        let gate = resolve_gate(self, file.gate, &strategies);
        let advice = self.advice(&file.advice);
        for (key, text) in
            [("name", &file.name), ("description", &file.description), ("source", &file.source)]
        {
            self.printable(key, text.as_deref());
        }
        if file.name.as_ref().is_some_and(|name| !name.contains(char::is_alphanumeric)) {
            self.at("name", "the name has neither letter nor digit".to_owned(), "files are named after it");
        }
        let stem = self.document.source().rsplit(['/', '\\']).next().unwrap_or_default();
        Some(Scenario {
            name: file.name.unwrap_or_else(|| stem.trim_end_matches(".toml").to_owned()),
            variant: variant.map(str::to_owned),
            description: file.description,
            source: file.source,
            workload: workload?,
            cache: cache?,
            origin: Origin { miss_penalty: miss_penalty?, warm_cost: warm_cost?, capacity },
            predictor,
            memory,
            costs,
            strategies,
            simulation: simulation?,
            thresholds: file.thresholds,
            claims,
            gate,
            advice,
            assumptions,
        })
    }

    fn workload(&mut self, keys: &WorkloadKeys, assumptions: &mut Vec<Assumption>) -> Option<Workload> {
        if keys.trace.is_some() {
            let recorded = self.trace("workload.trace", keys.trace.as_deref())?;
            return self.recorded_workload(keys, recorded, assumptions);
        }
        let request_rate = self.need(keys.request_rate_per_minute, "workload.request_rate_per_minute");
        let churn = self.need(keys.churn_per_hour, "workload.churn_per_hour");
        let measured = match keys.popularity_file.as_deref() {
            Some(path) => Some(self.measured("workload.popularity_file", path)?),
            None => None,
        };
        let counted = measured.as_ref().map(|measured| measured.names.len() as f64);
        let count = counted.or(keys.keys.map(Items::get)).unwrap_or(ASSUMED_KEYS);
        let hot = keys.hot_keys.map_or((count * 0.01).ceil().max(10.0).min(count), Items::get);
        if keys.hot_keys.is_none() && (keys.keys.is_some() || counted.is_some()) {
            let why = "1 % of the keys, at least 10; write how many keys a static warmer would list";
            assumptions.push(assumed("workload.hot_keys", hot, why));
        }
        if hot > count {
            let message = format!("the hot set of {hot} keys is larger than all {count} keys");
            self.at("workload.hot_keys", message, "write fewer hot keys, or set workload.keys");
        }
        for (key, value) in [("workload.keys", keys.keys), ("workload.hot_keys", keys.hot_keys)] {
            if value.is_some_and(|value| value.get() < 1.0) {
                self.at(
                    key,
                    "0 keys are nothing to cache".to_owned(),
                    "write 1 or more, or leave the key out",
                );
                return None;
            }
        }
        let names = measured.as_ref().map(|measured| measured.names.clone());
        let (popularity, hotset_fraction) = match (keys.zipf_exponent, keys.hotset_fraction) {
            (exponent, stated) if let Some(measured) = measured => {
                let second =
                    [("workload.zipf_exponent", exponent.is_some()), ("workload.keys", keys.keys.is_some())];
                for (key, _) in second.into_iter().filter(|(_, set)| *set) {
                    let message = format!("`{key}` beside workload.popularity_file, which tells the same");
                    self.at(key, message, "leave one of the two out");
                }
                let law = Popularity::Measured(measured.counts);
                let derived = law.head_share(hot);
                let from = format!("the top {hot} of the {count} keys that were counted");
                (law, self.agree("workload.hotset_fraction", stated, derived, &from))
            }
            (None, None) => {
                self.missing(
                    "workload.hotset_fraction",
                    "write the share of the requests that goes to the hot set, or workload.keys with workload.zipf_exponent, or workload.popularity_file",
                );
                return None;
            }
            (None, Some(share)) => {
                if keys.keys.is_none() {
                    let why = "only traffic shares are given; engines that need key counts take this many";
                    assumptions.push(assumed("workload.keys", count, why));
                }
                (Popularity::TwoClass { keys: count, hot_keys: hot, hot_share: share.get() }, share)
            }
            (Some(_), _) if keys.keys.is_none() => {
                self.missing("workload.keys", "workload.zipf_exponent needs the number of keys");
                return None;
            }
            (Some(exponent), stated) => {
                let law = Popularity::Zipf { keys: count, exponent: exponent.get() };
                let derived = law.head_share(hot);
                let from = format!("the top {hot} of {count} keys at Zipf exponent {}", exponent.get());
                (law, self.agree("workload.hotset_fraction", stated, derived, &from))
            }
        };
        Some(Workload {
            request_rate: request_rate?,
            popularity,
            names,
            hot_keys: Items::wrap(hot),
            hotset_fraction,
            churn: churn?,
            arrivals: self.arrivals(keys),
            trace: None,
            ignored: vec![],
            objects: self.objects(keys),
            updates: self.updates(keys),
            extras: self.extras(keys),
        })
    }

    fn cache(
        &mut self,
        file: &ScenarioFile,
        workload: &Workload,
        assumptions: &mut Vec<Assumption>,
    ) -> Option<Cache> {
        let keys = &file.cache;
        let hit_latency = self.need(keys.hit_latency_ms, "cache.hit_latency_ms");
        if file.workload.mean_object_bytes.is_some_and(|size| size.get() < 1.0) {
            let message = "objects of 0 bytes fill no cache".to_owned();
            self.at("workload.mean_object_bytes", message, "write 1 or more");
            return None;
        }
        let items = self.capacity_items(file, workload);
        // A trace and a file of counts tell their keys, and what a trace counted stands above a stated share.
        let counted = file.workload.keys.is_some() || workload.trace.is_some() || workload.names.is_some();
        let (capacity, capacity_fraction) = match (items?, keys.capacity_fraction) {
            (None, None) => {
                self.missing(
                    "cache.capacity_fraction",
                    "write the share of the requests that the cache can hold, or cache.capacity_items with workload.keys",
                );
                return None;
            }
            (None, Some(share)) => {
                let capacity = workload.popularity.keys_for_share(share.get());
                if !counted {
                    assumptions.push(assumed("cache.capacity_items", capacity, "follows from workload.keys"));
                }
                (Items::wrap(capacity), share)
            }
            (Some(_), _) if !counted => {
                self.missing(
                    "workload.keys",
                    "without the number of keys, a capacity in items or bytes is no share of the traffic",
                );
                return None;
            }
            (Some(capacity), stated) => {
                let stated = stated.filter(|_| workload.trace.is_none());
                let derived = workload.popularity.head_share(capacity.get());
                let from = format!("the top {} of {} keys", capacity.get(), workload.popularity.keys());
                (capacity, self.agree("cache.capacity_fraction", stated, derived, &from))
            }
        };
        self.printable("cache.policy", keys.policy.as_deref());
        let of_ttl = [
            ("cache.ttl_jitter", keys.ttl_jitter.is_some()),
            ("cache.ttl_sliding", keys.ttl_sliding.is_some()),
        ];
        for (key, _) in of_ttl.into_iter().filter(|(_, set)| *set && keys.ttl_s.is_none()) {
            self.at(key, format!("`{key}` speaks of a time to live, and there is none"), "add cache.ttl_s");
        }
        Some(Cache {
            capacity,
            capacity_fraction,
            hit_latency: hit_latency?,
            ttl: keys.ttl_s,
            ttl_jitter: keys.ttl_jitter.unwrap_or(Fraction::ZERO),
            ttl_sliding: keys.ttl_sliding.unwrap_or(false),
            policy: keys.policy.clone().unwrap_or_else(|| "lru".to_owned()),
            fill_on_miss: keys.fill_on_miss.unwrap_or(true),
            restarts: keys.restart_at_s.clone(),
            restarts_at_request: self.restarts_at_request(keys, workload),
            bytes: keys.capacity_bytes.filter(|_| workload.objects.size_variation > 0.0),
            on_write: keys.on_write.unwrap_or(OnWrite::Nothing),
            flushes: self.flushes(&keys.flush, &workload.objects.tenants),
        })
    }

    fn restarts_at_request(&mut self, keys: &CacheKeys, workload: &Workload) -> Vec<u64> {
        let key = "cache.restart_at_request";
        let Some(requests) =
            keys.restart_at_request.first().and_then(|_| self.recorded_requests(key, Some(workload)))
        else {
            return vec![];
        };
        let restarts: Vec<u64> = keys.restart_at_request.iter().map(|nth| nth.get() as u64).collect();
        if let Some(nth) = restarts.iter().find(|nth| **nth >= requests) {
            let message = format!("there is no request {nth} of {requests}");
            self.at(key, message, "write less; the first request is 0");
        }
        restarts
    }

    /// Without a workload only the keys that stand alone can be checked.
    fn cache_alone(&mut self, keys: &CacheKeys) -> Option<Cache> {
        self.need(keys.hit_latency_ms, "cache.hit_latency_ms");
        None
    }

    /// The capacity in items as the file gives it; the outer `None` has said what is wrong.
    fn capacity_items(&mut self, file: &ScenarioFile, workload: &Workload) -> Option<Option<Items>> {
        let (Some(room), items) = (file.cache.capacity_bytes, file.cache.capacity_items) else {
            return Some(file.cache.capacity_items);
        };
        let measured = workload.trace.as_ref().and_then(|trace| trace.mean_object);
        let size = self.need(file.workload.mean_object_bytes.or(measured), "workload.mean_object_bytes")?;
        let fit = Items::that_fit(room, size);
        match items {
            Some(stated) if stated != fit => {
                let message = format!(
                    "cache.capacity_items = {} contradicts cache.capacity_bytes = {}: {} objects of {} bytes fit",
                    stated.get(),
                    room.get(),
                    fit.get(),
                    size.get()
                );
                self.at("cache.capacity_items", message, "leave out one of the two");
                None
            }
            _ => Some(Some(fit)),
        }
    }

    /// A stated traffic share must agree with the one that follows from physical keys.
    fn agree(&mut self, key: &str, stated: Option<Fraction>, derived: f64, from: &str) -> Fraction {
        let derived = derived.clamp(0.0, 1.0); // rounding in the last bit only
        if let Some(stated) = stated.filter(|stated| (stated.get() - derived).abs() > SHARE_TOLERANCE) {
            let message = format!(
                "{key} = {} contradicts {from}, which receive {derived:.4} of the requests",
                stated.get()
            );
            self.at(key, message, "leave out the share, or correct the counts");
        }
        stated.unwrap_or(Fraction::wrap(derived))
    }

    /// The file's own remarks on its values; they must speak of keys that are there.
    fn assumptions(&mut self, file: &ScenarioFile) -> Vec<Assumption> {
        let lists = [(Confidence::Inferred, &file.inferred), (Confidence::Assumed, &file.assumed)];
        let mut found = vec![];
        for (confidence, list) in lists {
            for (key, why) in list {
                let place = self.document.locate(key);
                let doubted = confidence == Confidence::Assumed && file.inferred.contains_key(key);
                if doubted || why.trim().is_empty() || self.document.holds_sections(key) {
                    let place = self.document.locate(confidence.name());
                    let message = format!("[{}] does not say why `{key}` has its value", confidence.name());
                    self.problem(
                        place,
                        message,
                        "name one key, in one of [inferred] and [assumed], with its reason",
                    );
                }
                if place.is_none() {
                    let place = self.document.locate(confidence.name());
                    self.problem(
                        place,
                        format!("[{}] speaks of `{key}`, which this file does not set", confidence.name()),
                        "set the key, or remove the remark",
                    );
                }
                // A value from the command line or a variant is not the one that the remark speaks of.
                if let Some(place) = place.filter(|_| !self.document.outdates_remark(confidence.name(), key))
                {
                    let value = place.text[place.span].trim_matches('"').to_owned();
                    found.push(Assumption { key: key.clone(), value, confidence, why: why.clone() });
                }
            }
        }
        found
    }
}

fn assumed(key: &str, value: f64, why: &str) -> Assumption {
    let (key, why) = (key.to_owned(), why.to_owned());
    Assumption { key, value: value.to_string(), confidence: Confidence::Assumed, why }
}
