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
        let of_rate = [("burst", keys.burst.is_some()), ("when_exhausted", keys.when_exhausted.is_some())];
        for (key, _) in
            of_rate.into_iter().filter(|(_, set)| *set && keys.rate_per_minute.or(usual.rate).is_none())
        {
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
            deadline: keys.deadline_s.or(usual.deadline),
            instances: keys.instances.unwrap_or(usual.instances),
            room: self.room(&format!("strategy.{nth}.budget"), keys, &usual.room, sized),
            dependencies: keys.dependencies.unwrap_or(usual.dependencies),
            key_match_share: keys.key_match_share.unwrap_or(usual.key_match_share),
            value_correct_share: keys.value_correct_share.unwrap_or(usual.value_correct_share),
        }
    }
}
