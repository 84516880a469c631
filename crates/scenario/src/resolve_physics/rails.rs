//! When a strategy holds back.

use crate::check::Check;
use crate::file::{RailsKeys, ScenarioFile};
use crate::physics::{
    Between, Breakdowns, Breaker, Budget, LatencyIs, LatencyOf, LatencyStop, PressureStop, Rails,
};
use crate::quantity::Quantity;
use crate::resolve_physics::ONE_OR_MORE;
use crate::strategy::Preset;
use crate::units::{Items, Seconds};

impl Check<'_> {
    /// The rails of the strategy at that place of the list.
    pub(crate) fn rails(
        &mut self,
        nth: usize,
        file: &ScenarioFile,
        preset: Preset,
        budget: &Budget,
    ) -> Rails {
        let (here, keys) = (format!("strategy.{nth}.rails"), &file.strategy[nth].rails);
        let usual = preset.rails();
        if preset == Preset::Demand && self.sets(&here) {
            let message = "this strategy warms nothing that rails could hold back".to_owned();
            self.at(&here, message, "remove the rails, or write another preset");
        }
        let of_hybrid = [
            ("clamp_below_precision", keys.clamp_below_precision.is_some()),
            ("clamp_above_churn_per_hour", keys.clamp_above_churn_per_hour.is_some()),
            ("clamp_share", keys.clamp_share.is_some()),
            ("stop_below_precision", keys.stop_below_precision.is_some()),
        ];
        let elsewhere = of_hybrid.into_iter().filter(|(_, set)| *set && preset != Preset::Hybrid);
        for (key, _) in elsewhere {
            let message = format!("only the preset hybrid reads `{key}`");
            self.at(&format!("{here}.{key}"), message, "remove it, or write preset = \"hybrid\"");
        }
        Rails {
            clamp_below_precision: keys.clamp_below_precision.unwrap_or(usual.clamp_below_precision),
            clamp_above_churn_per_hour: keys
                .clamp_above_churn_per_hour
                .unwrap_or(usual.clamp_above_churn_per_hour),
            clamp_share: keys.clamp_share.unwrap_or(usual.clamp_share),
            stop_below_precision: keys.stop_below_precision.unwrap_or(usual.stop_below_precision),
            latency: self.latency_stop(&here, keys, file.origin.timeout_ms.is_some()),
            breaker: self.breaker(&here, keys),
            pressure: self.pressure_stop(&here, keys, !file.pressure.is_empty(), budget).or(usual.pressure),
            breakdowns: self.breakdowns(&here, keys),
        }
    }

    fn latency_stop(&mut self, here: &str, keys: &RailsKeys, timeout: bool) -> Option<LatencyStop> {
        let at = |key: &str| format!("{here}.{key}");
        self.passes(&at("origin_latency_over"), keys.origin_latency_over, ONE_OR_MORE);
        let Some(above) = keys.stop_above_origin_latency_ms else {
            let parts = [
                ("origin_latency_over", keys.origin_latency_over.is_some()),
                ("origin_latency_of", keys.origin_latency_of.is_some()),
                ("origin_latency_is", keys.origin_latency_is.is_some()),
                ("slow_fetch_fills", keys.slow_fetch_fills.is_some()),
                ("stop_latches", keys.stop_latches.is_some()),
                ("resume_below_origin_latency_ms", keys.resume_below_origin_latency_ms.is_some()),
                ("resume_after_s", keys.resume_after_s.is_some()),
            ];
            self.belong(here, &parts, "stop_above_origin_latency_ms");
            return None;
        };
        let (below, after) = (keys.resume_below_origin_latency_ms, keys.resume_after_s);
        let recovers = below.is_some() || after.is_some();
        match keys.stop_latches {
            Some(true) if recovers => {
                let message = "a stop that latches does not end".to_owned();
                self.at(
                    &at("stop_latches"),
                    message,
                    "remove it, or the keys that say when the warmer resumes",
                );
            }
            Some(false) if !recovers => {
                let message = "nothing says when the warmer resumes".to_owned();
                let help = "add resume_after_s or resume_below_origin_latency_ms";
                self.at(&at("stop_latches"), message, help);
            }
            _ => {}
        }
        let of = keys.origin_latency_of.unwrap_or(LatencyOf::Warm);
        let is = keys.origin_latency_is.unwrap_or(LatencyIs::Measured);
        if let Some(below) = below {
            let key = at("resume_below_origin_latency_ms");
            if below.get() > above.get() {
                let message = format!("{} ms lies above {} ms, at which it stops", below.get(), above.get());
                self.at(&key, message, "write a latency of at most stop_above_origin_latency_ms");
            }
            if of == LatencyOf::Warm {
                let message = "a warmer that has stopped has no fetches whose latency could fall".to_owned();
                self.at(&key, message, "write origin_latency_of = \"all\", or resume_after_s");
            }
        }
        if is == LatencyIs::Timeout && !timeout {
            let message = "the origin has no timeout".to_owned();
            self.at(&at("origin_latency_is"), message, "add origin.timeout_ms, or write \"measured\"");
        }
        Some(LatencyStop {
            above,
            over: keys.origin_latency_over.unwrap_or(Items::wrap(1.0)),
            of,
            is,
            fills: keys.slow_fetch_fills.unwrap_or(true),
            resume_below: below,
            resume_after: after,
        })
    }

    fn breaker(&mut self, here: &str, keys: &RailsKeys) -> Option<Breaker> {
        self.passes(&format!("{here}.break_after_failures"), keys.break_after_failures, ONE_OR_MORE);
        match (keys.break_after_failures, keys.break_for_s) {
            (Some(failures), Some(pause)) => Some(Breaker { failures, pause }),
            (None, None) => None,
            _ => {
                let message = "a circuit breaker needs break_after_failures and break_for_s".to_owned();
                self.at(here, message, "write break_after_failures = 5 and break_for_s = 30, for example");
                None
            }
        }
    }

    fn pressure_stop(
        &mut self,
        here: &str,
        keys: &RailsKeys,
        signal: bool,
        budget: &Budget,
    ) -> Option<PressureStop> {
        let Some(at) = keys.stop_at_pressure_percent else {
            let parts = [
                ("resume_below_pressure_percent", keys.resume_below_pressure_percent.is_some()),
                ("pressure_stop_latches", keys.pressure_stop_latches.is_some()),
                ("pressure_stop_between", keys.pressure_stop_between.is_some()),
            ];
            self.belong(here, &parts, "stop_at_pressure_percent");
            return None;
        };
        let latches = keys.pressure_stop_latches.unwrap_or(false);
        let below = keys.resume_below_pressure_percent;
        let key = format!("{here}.resume_below_pressure_percent");
        if let Some(below) = below.filter(|below| below.get() > at.get()) {
            let message = format!("{} % lies above {} %, at which it stops", below.get(), at.get());
            self.at(&key, message, "write at most stop_at_pressure_percent");
        }
        if latches && below.is_some() {
            let message = "a stop that latches does not end".to_owned();
            self.at(&key, message, "remove it, or pressure_stop_latches");
        }
        if !signal {
            let message = "nothing says how high the pressure is".to_owned();
            self.at(
                &format!("{here}.stop_at_pressure_percent"),
                message,
                "add [[pressure]] with from_s and percent",
            );
        }
        let between = keys.pressure_stop_between.unwrap_or(Between::Operations);
        if between == Between::Batches && budget.batch.is_none() {
            let message = "this strategy has no batches".to_owned();
            self.at(&format!("{here}.pressure_stop_between"), message, "add batch to the strategy's budget");
        }
        Some(PressureStop { at, below: below.unwrap_or(at), latches, between })
    }

    fn breakdowns(&mut self, here: &str, keys: &RailsKeys) -> Breakdowns {
        if keys.interrupt_at_s.is_empty() {
            let parts =
                [("interrupt_for_s", keys.interrupt_for_s.is_some()), ("resume", keys.resume.is_some())];
            self.belong(here, &parts, "interrupt_at_s");
        }
        Breakdowns {
            at: keys.interrupt_at_s.clone(),
            lasts: keys.interrupt_for_s.unwrap_or(Seconds::wrap(0.0)),
            resumes: keys.resume.unwrap_or(true),
        }
    }

    /// Complains about each key that is set and says nothing without `whole`.
    pub(super) fn belong(&mut self, here: &str, parts: &[(&str, bool)], whole: &str) {
        for (key, _) in parts.iter().filter(|(_, set)| *set) {
            let message = format!("`{key}` belongs to `{whole}`, and there is none");
            self.at(&format!("{here}.{key}"), message, &format!("add {whole}"));
        }
    }
}
