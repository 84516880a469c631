//! How much a strategy warms, and how fast.

use crate::check::Check;
use crate::file::BudgetKeys;
use crate::physics::{Budget, WhenExhausted};
use crate::resolve_physics::ONE_OR_MORE;
use crate::strategy::Preset;

impl Check<'_> {
    pub(crate) fn budget(&mut self, nth: usize, keys: &BudgetKeys, preset: Preset, sized: bool) -> Budget {
        let usual = preset.budget();
        let at = |key: &str| format!("strategy.{nth}.budget.{key}");
        let counts = [
            ("burst", keys.burst),
            ("workers", keys.workers),
            ("batch", keys.batch),
            ("instances", keys.instances),
        ];
        for (key, value) in counts {
            self.passes(&at(key), value, ONE_OR_MORE);
        }
        self.passes(&at("rate_per_minute"), keys.rate_per_minute, "leave the key out for no limit");
        self.passes(&at("deadline_s"), keys.deadline_s, "leave the key out for no deadline");
        let of_rate = [
            ("burst", keys.burst.is_some()),
            ("rate_window_s", keys.rate_window_s.is_some()),
            ("when_exhausted", keys.when_exhausted.is_some()),
        ];
        for (key, _) in
            of_rate.into_iter().filter(|(_, set)| *set && keys.rate_per_minute.or(usual.rate).is_none())
        {
            self.at(&at(key), format!("`{key}` belongs to a rate, and there is none"), "add rate_per_minute");
        }
        self.limits_of_a_window(&at, keys, &usual);
        let refuse = keys.when_exhausted.map_or(usual.refuse, |what| what == WhenExhausted::Refuse);
        if keys.refusal_pause_ms.is_some() && !(refuse && keys.batch.or(usual.batch).is_some()) {
            let message =
                "an operation keeps its place in a batch where it is given up for want of rate".to_owned();
            self.at(&at("refusal_pause_ms"), message, "add when_exhausted = \"refuse\" and a batch");
        }
        Budget {
            keys: keys.keys,
            rate: keys.rate_per_minute.or(usual.rate),
            burst: keys.burst.unwrap_or(usual.burst),
            rate_window: keys.rate_window_s,
            refuse,
            refusal_pause: keys.refusal_pause_ms.unwrap_or(usual.refusal_pause),
            workers: keys.workers.or(usual.workers),
            queue: keys.queue.or(usual.queue),
            queue_order: keys.queue_order.unwrap_or(usual.queue_order),
            deduplicate: keys.deduplicate.unwrap_or(usual.deduplicate),
            batch: keys.batch.or(usual.batch),
            batch_delay: keys.batch_delay_ms.unwrap_or(usual.batch_delay),
            skip_fresh: keys.skip_fresh.unwrap_or(usual.skip_fresh),
            only_if_absent: keys.only_if_absent.unwrap_or(usual.only_if_absent),
            retries: keys.retries.unwrap_or(usual.retries),
            backoff: keys.backoff_ms.unwrap_or(usual.backoff),
            backoff_jitter: keys.backoff_jitter.unwrap_or(usual.backoff_jitter),
            retry_holds_worker: keys.retry_holds_worker.unwrap_or(usual.retry_holds_worker),
            deadline: keys.deadline_s.or(usual.deadline),
            instances: keys.instances.unwrap_or(usual.instances),
            room: self.room(&format!("strategy.{nth}.budget"), keys, &usual.room, sized),
            dependencies: keys.dependencies.unwrap_or(usual.dependencies),
            key_match_share: keys.key_match_share.unwrap_or(usual.key_match_share),
            value_correct_share: keys.value_correct_share.unwrap_or(usual.value_correct_share),
        }
    }

    /// A window has room for a whole number of operations, which may all begin at once.
    fn limits_of_a_window(&mut self, at: &impl Fn(&str) -> String, keys: &BudgetKeys, usual: &Budget) {
        let Some((window, rate)) = keys.rate_window_s.zip(keys.rate_per_minute.or(usual.rate)) else {
            return;
        };
        let most = (window.get() * rate.get() / 60.0 + 1e-6).floor();
        if most < 1.0 {
            let message = format!("{} a minute are less than one in {} s", rate.get(), window.get());
            self.at(&at("rate_window_s"), message, "write a longer window");
        }
        if let Some(burst) = keys.burst.filter(|burst| burst.get() != most) {
            let message = format!("{most} may begin at once within {} s, not {}", window.get(), burst.get());
            self.at(&at("burst"), message, "remove `burst` or `rate_window_s`");
        }
    }
}
