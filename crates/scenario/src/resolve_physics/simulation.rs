//! How long a simulation plays, and what of that it counts.

use crate::check::Check;
use crate::file::{ScenarioFile, SimulationKeys};
use crate::physics::{Calendar, Simulation, time_zone};
use crate::quantity::Quantity;
use crate::scenario::Workload;
use crate::units::{Fraction, Items, Seconds};

/// How long a simulation plays by default, in seconds.
const DURATION: f64 = 7200.0;
/// From when on it counts: half of that, by when a cache of ordinary size is full.
const MEASURED_SHARE: f64 = 0.5;
/// Intervals of a time series.
const INTERVALS: f64 = 120.0;
/// Replications.
const REPLICATIONS: f64 = 10.0;
/// Most replications.
const MOST_REPLICATIONS: f64 = 100_000.0;
/// Hit ratio whose time is asked for.
const TARGET: f64 = 0.9;
/// When it begins: a Monday's midnight.
const STARTS_AT: &str = "2026-01-05T00:00:00";
/// How far below it a hit ratio may lie that stays.
const TOLERANCE: f64 = 0.01;
/// Least of that: it takes 1/ε² requests to tell.
const LEAST_TOLERANCE: f64 = 1e-4;

impl Check<'_> {
    pub(crate) fn simulation(
        &mut self,
        file: &ScenarioFile,
        workload: Option<&Workload>,
    ) -> Option<Simulation> {
        let keys: &SimulationKeys = &file.simulation;
        let recorded = workload.filter(|workload| workload.trace.is_some()).map(Workload::length);
        let usual = recorded.unwrap_or(Seconds::wrap(DURATION));
        let duration = keys.duration_s.unwrap_or(usual);
        let measure_from_request = self.measure_from_request(keys, workload);
        let steady_state = self.steady_state(file);
        let from_start = measure_from_request.is_some() || steady_state;
        let usual = if from_start { 0.0 } else { duration.get() * MEASURED_SHARE };
        let measure_from = keys.measure_from_s.unwrap_or(Seconds::wrap(usual));
        if measure_from.get() >= duration.get() {
            let message =
                format!("nothing is left to count of {} s from {} s on", duration.get(), measure_from.get());
            self.at("simulation.measure_from_s", message, "write less than simulation.duration_s");
        }
        let interval =
            keys.interval_s.unwrap_or(Seconds::wrap((duration.get() - measure_from.get()) / INTERVALS));
        if keys.interval_s.is_some_and(|interval| interval.get() < 0.001) {
            self.at("simulation.interval_s", "such intervals hold nothing".to_owned(), "write 1 ms or more");
        }
        let interval_requests = self.interval_requests(keys, workload);
        let replications = keys.replications.unwrap_or(Items::wrap(REPLICATIONS));
        if !(1.0..=MOST_REPLICATIONS).contains(&replications.get()) {
            let message = format!("{} replications cannot be played", replications.get());
            self.at("simulation.replications", message, "write 1 to 100000");
        }
        let target = keys.target_hit_ratio.unwrap_or(Fraction::wrap(TARGET));
        if keys.tolerance.is_some_and(|tolerance| tolerance.get() < LEAST_TOLERANCE) {
            let message = "no run is long enough to tell such hit ratios apart".to_owned();
            self.at("simulation.tolerance", message, "write 0.0001 or more");
        }
        let tolerance = keys.tolerance.unwrap_or(Fraction::wrap(TOLERANCE));
        let calendar = self.calendar(keys)?;
        Some(Simulation {
            duration,
            measure_from,
            measure_from_request,
            steady_state,
            interval,
            interval_requests,
            replications,
            target_hit_ratio: target,
            has_target: keys.target_hit_ratio.is_some(),
            tolerance,
            calendar,
        })
    }

    fn calendar(&mut self, keys: &SimulationKeys) -> Option<Calendar> {
        let zone = match time_zone(keys.time_zone.as_deref().unwrap_or("UTC")) {
            Ok(zone) => zone,
            Err((message, help)) => {
                self.at("simulation.time_zone", message, &help);
                return None;
            }
        };
        let calendar = Calendar::new(keys.starts_at.as_deref().unwrap_or(STARTS_AT), zone);
        calendar.map_err(|(message, help)| self.at("simulation.starts_at", message, help)).ok()
    }

    /// A steady state has no beginning of its own, and is not that of a cache that restarts.
    fn steady_state(&mut self, file: &ScenarioFile) -> bool {
        let (keys, key) = (&file.simulation, "simulation.steady_state");
        let asked = keys.steady_state.unwrap_or(false);
        if asked && (keys.measure_from_s.is_some() || keys.measure_from_request.is_some()) {
            let message = "counting begins where a steady state is reached, not at a stated time".to_owned();
            self.at(key, message, "remove steady_state, or measure_from_s and measure_from_request");
        }
        if asked && keys.interval_requests.is_some() {
            let message = "a steady state is looked for in intervals of time".to_owned();
            self.at(key, message, "write interval_s in place of interval_requests");
        }
        let cache = &file.cache;
        if asked && !(cache.restart_at_s.is_empty() && cache.restart_at_request.is_empty()) {
            let message = "a restart is a transient, and a steady state has none".to_owned();
            self.at(key, message, "remove steady_state, or the restarts");
        }
        asked
    }

    fn measure_from_request(&mut self, keys: &SimulationKeys, workload: Option<&Workload>) -> Option<u64> {
        let (stated, key) = (keys.measure_from_request?, "simulation.measure_from_request");
        if keys.measure_from_s.is_some() {
            let message = "counting cannot begin at a time and at a request".to_owned();
            self.at(key, message, "remove one of measure_from_s and measure_from_request");
        }
        let requests = self.recorded_requests(key, workload)?;
        let nth = stated.of(requests);
        if nth >= requests {
            let message = format!("nothing is left to count of {requests} requests from request {nth} on");
            self.at(key, message, "write less; the first request is 0");
        }
        Some(nth)
    }

    fn interval_requests(&mut self, keys: &SimulationKeys, workload: Option<&Workload>) -> Option<u64> {
        /// Intervals that a series may have.
        const MOST: u64 = 100_000;
        let (length, key) = (keys.interval_requests?.get() as u64, "simulation.interval_requests");
        if keys.interval_s.is_some() {
            let message = "intervals cannot have a length in time and in requests".to_owned();
            self.at(key, message, "remove one of interval_s and interval_requests");
        }
        let requests = self.recorded_requests(key, workload)?;
        if length == 0 || requests / length > MOST {
            let least = (requests / MOST).max(1);
            let message = format!("intervals of {length} requests, of {requests}, are too short");
            self.at(key, message, &format!("write {least} or more"));
            return None;
        }
        Some(length)
    }

    /// How many requests a trace has, for a key that counts them.
    pub(crate) fn recorded_requests(&mut self, key: &str, workload: Option<&Workload>) -> Option<u64> {
        let workload = workload?; // What is wrong with it was told.
        let requests = workload.trace.as_ref().map(|trace| trace.requests);
        if requests.is_none() {
            let message = "only the requests of a trace have numbers".to_owned();
            self.at(key, message, "name a time instead, or a trace with workload.trace");
        }
        requests
    }
}
