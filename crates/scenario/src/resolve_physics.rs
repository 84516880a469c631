//! From keys to what is true, for what only the simulation has to know. Every key has a default.

use crate::check::Check;
use crate::file::{
    BudgetKeys, JobKeys, OriginKeys, PredictorKeys, ScenarioFile, SimulationKeys, SlowKeys, WorkloadKeys,
};
use crate::physics::{
    Arrivals, ArrivalsKind, Budget, Capacity, Job, Order, Schedule, ScheduleKind, Selector, SelectorKind,
    ServiceKind, Simulation, Slow, Weighting, WhenExhausted,
};
use crate::quantity::Quantity;
use crate::scenario::Predictor;
use crate::strategy::Preset;
use crate::units::{Fraction, Items, Plain, Seconds};

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
/// How far a predictor looks ahead, in seconds.
const HORIZON: f64 = 600.0;
/// What to do about a count of 0.
const ONE_OR_MORE: &str = "write 1 or more, or leave the key out";

impl Check<'_> {
    pub(crate) fn arrivals(&mut self, keys: &WorkloadKeys) -> Arrivals {
        let kind = keys.arrivals.unwrap_or(ArrivalsKind::Poisson);
        let bursts = [
            ("workload.burst_factor", keys.burst_factor.is_some()),
            ("workload.burst_share", keys.burst_share.is_some()),
            ("workload.mean_burst_s", keys.mean_burst_s.is_some()),
        ];
        for (key, set) in bursts {
            if set && kind != ArrivalsKind::Bursty {
                self.at(
                    key,
                    format!("`{key}` speaks of bursts, and arrivals have none"),
                    "write arrivals = \"bursty\"",
                );
            }
        }
        let factor = keys.burst_factor.map_or(4.0, Plain::get);
        let share = keys.burst_share.unwrap_or(Fraction::wrap(0.1));
        if kind == ArrivalsKind::Bursty && (factor * share.get() > 1.0 || factor < 1.0) {
            let message = format!(
                "bursts at {factor} times the mean rate cannot take {} of the time: what is left would be below 0",
                share.get()
            );
            self.at(
                "workload.arrivals",
                message,
                "write burst_factor of 1 or more, and at most 1 / burst_share",
            );
        }
        let hourly = keys.hourly.as_ref().and_then(|list| self.hours(list));
        Arrivals {
            kind,
            burst_factor: factor,
            burst_share: share,
            mean_burst: keys.mean_burst_s.unwrap_or(Seconds::wrap(10.0)),
            hourly,
        }
    }

    fn hours(&mut self, list: &[Plain]) -> Option<[f64; 24]> {
        let hours: Option<[f64; 24]> = list.iter().map(|hour| hour.get()).collect::<Vec<_>>().try_into().ok();
        if hours.is_none_or(|hours| hours.iter().sum::<f64>() <= 0.0) {
            let message = format!("{} numbers are no profile of a day", list.len());
            self.at(
                "workload.hourly",
                message,
                "write 24 of them, one an hour from midnight on, not all of them 0",
            );
        }
        hours
    }

    /// Complains about a limit that lets nothing through; counts are whole numbers.
    fn passes<Q: Quantity>(&mut self, key: &str, limit: Option<Q>, help: &str) {
        if limit.is_some_and(|limit| limit.get() <= 0.0) {
            self.at(key, "0 lets nothing through".to_owned(), help);
        }
    }

    pub(crate) fn capacity(&mut self, keys: &OriginKeys) -> Capacity {
        self.passes("origin.servers", keys.servers, ONE_OR_MORE);
        self.passes("origin.cap_burst", keys.cap_burst, ONE_OR_MORE);
        self.passes("origin.cap_per_minute", keys.cap_per_minute, "leave the key out for no cap");
        if keys.service_variation.is_some() && keys.service != Some(ServiceKind::LogNormal) {
            let message = "only a log-normal service time has a variation of its own".to_owned();
            self.at("origin.service_variation", message, "write service = \"log-normal\"");
        }
        let slow = (0..keys.slow.len()).filter_map(|nth| self.slow(nth, &keys.slow[nth])).collect();
        Capacity {
            servers: keys.servers,
            service: keys.service.unwrap_or(ServiceKind::Constant),
            variation: keys.service_variation.map_or(1.0, Plain::get),
            cap: keys.cap_per_minute,
            cap_burst: keys.cap_burst.unwrap_or(Items::wrap(1.0)),
            failure_share: keys.failure_share.unwrap_or(Fraction::ZERO),
            timeout: keys.timeout_ms,
            coalesce: keys.coalesce.unwrap_or(true),
            slow,
        }
    }

    fn slow(&mut self, nth: usize, keys: &SlowKeys) -> Option<Slow> {
        match (keys.from_s, keys.for_s, keys.factor) {
            (Some(from), Some(lasts), Some(factor)) => Some(Slow { from, lasts, factor: factor.get() }),
            _ => {
                let message = "a slow time needs from_s, for_s and factor".to_owned();
                self.at(&format!("origin.slow.{nth}"), message, "write from_s = 600, for_s = 60, factor = 5");
                None
            }
        }
    }

    pub(crate) fn predictor(&mut self, keys: &PredictorKeys) -> Option<Predictor> {
        if keys.precision.is_none() && keys.recall.is_none() {
            return None;
        }
        let precision = self.need(keys.precision, "predictor.precision");
        let recall = self.need(keys.recall, "predictor.recall");
        let horizon = keys.horizon_s.unwrap_or(Seconds::wrap(HORIZON));
        let period = keys.period_s.unwrap_or(horizon);
        for (key, value) in [("predictor.horizon_s", horizon), ("predictor.period_s", period)] {
            if value.get() <= 0.0 {
                self.at(
                    key,
                    "a predictor cannot look ahead by nothing".to_owned(),
                    "write a length such as \"10m\"",
                );
            }
        }
        Some(Predictor {
            precision: precision?,
            recall: recall?,
            horizon,
            period,
            weighting: keys.weighting.unwrap_or(Weighting::Requests),
            order: keys.order.unwrap_or(Order::Random),
        })
    }

    pub(crate) fn budget(&mut self, nth: usize, keys: &BudgetKeys, preset: Preset) -> Budget {
        let usual = preset.budget();
        let at = |key: &str| format!("strategy.{nth}.budget.{key}");
        for (key, value) in [("burst", keys.burst), ("workers", keys.workers), ("batch", keys.batch)] {
            self.passes(&at(key), value, ONE_OR_MORE);
        }
        self.passes(&at("rate_per_minute"), keys.rate_per_minute, "leave the key out for no limit");
        let of_rate = [("burst", keys.burst.is_some()), ("when_exhausted", keys.when_exhausted.is_some())];
        for (key, _) in of_rate.into_iter().filter(|(_, set)| *set && keys.rate_per_minute.is_none()) {
            self.at(&at(key), format!("`{key}` belongs to a rate, and there is none"), "add rate_per_minute");
        }
        Budget {
            keys: keys.keys,
            rate: keys.rate_per_minute.or(usual.rate),
            burst: keys.burst.unwrap_or(usual.burst),
            refuse: keys.when_exhausted.map_or(usual.refuse, |what| what == WhenExhausted::Refuse),
            workers: keys.workers.or(usual.workers),
            queue: keys.queue.or(usual.queue),
            batch: keys.batch.or(usual.batch),
            batch_delay: keys.batch_delay_ms.unwrap_or(usual.batch_delay),
            skip_fresh: keys.skip_fresh.unwrap_or(usual.skip_fresh),
            retries: keys.retries.unwrap_or(usual.retries),
            backoff: keys.backoff_ms.unwrap_or(usual.backoff),
            backoff_jitter: keys.backoff_jitter.unwrap_or(usual.backoff_jitter),
        }
    }

    /// A job; `here` is its section.
    pub(crate) fn job(&mut self, here: &str, keys: &JobKeys) -> Option<Job> {
        let (Some(selector), Some(schedule)) = (keys.selector, keys.schedule) else {
            let message = "a job needs `selector` and `schedule`".to_owned();
            self.at(here, message, "write selector = \"popular\" and schedule = \"at-start\", for example");
            return None;
        };
        let windowed =
            matches!(selector, SelectorKind::Recent | SelectorKind::Trending | SelectorKind::Clairvoyant);
        if keys.window_s.is_some() != windowed {
            let (message, help) = match windowed {
                true => ("this selector needs `window_s`", "write a length of time such as \"24h\""),
                false => ("this selector has no window", "remove window_s"),
            };
            self.at(here, message.to_owned(), help);
        }
        let clocked = schedule == ScheduleKind::Every;
        if keys.every_s.is_some() != clocked || (keys.first_s.is_some() && !clocked) {
            let help = "write every_s with schedule = \"every\", and only with that";
            self.at(here, "`every_s` and `first_s` go with schedule = \"every\"".to_owned(), help);
        }
        if keys.every_s.is_some_and(|every| every.get() <= 0.0) {
            self.at(&format!("{here}.every_s"), "that never ends".to_owned(), "write a length above 0");
        }
        let window = keys.window_s.unwrap_or(Seconds::wrap(0.0));
        let period = keys.every_s.unwrap_or(Seconds::wrap(0.0));
        let selector = match selector {
            SelectorKind::Popularity => Selector::Popularity,
            SelectorKind::Popular => Selector::Popular,
            SelectorKind::Recent => Selector::Recent { window },
            SelectorKind::Trending => Selector::Trending { window },
            SelectorKind::HourOfDay => Selector::HourOfDay,
            SelectorKind::Oracle => Selector::Oracle,
            SelectorKind::Clairvoyant => Selector::Clairvoyant { horizon: window },
        };
        let schedule = match schedule {
            ScheduleKind::AtStart => Schedule::AtStart,
            ScheduleKind::Every => {
                Schedule::Every { period, first: keys.first_s.unwrap_or(Seconds::wrap(0.0)) }
            }
            ScheduleKind::OnChange => Schedule::OnChange,
        };
        Some(Job { selector, keys: keys.keys, schedule })
    }

    pub(crate) fn simulation(&mut self, file: &ScenarioFile) -> Simulation {
        let keys: &SimulationKeys = &file.simulation;
        let duration = keys.duration_s.unwrap_or(Seconds::wrap(DURATION));
        let measure_from = keys.measure_from_s.unwrap_or(Seconds::wrap(duration.get() * MEASURED_SHARE));
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
        let replications = keys.replications.unwrap_or(Items::wrap(REPLICATIONS));
        if !(1.0..=MOST_REPLICATIONS).contains(&replications.get()) {
            let message = format!("{} replications cannot be played", replications.get());
            self.at("simulation.replications", message, "write 1 to 100000");
        }
        let target = keys.target_hit_ratio.unwrap_or(Fraction::wrap(TARGET));
        Simulation { duration, measure_from, interval, replications, target_hit_ratio: target }
    }
}
