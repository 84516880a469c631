//! Risk flags of this engine: one rule a flag.

use evaluation::{Flag, Metric, RiskFlag};
use scenario::{Preset, Scenario, Strategy, lints};

/// An answer to be judged.
pub(super) struct Found<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) strategy: &'a Strategy,
    pub(super) metrics: &'a [(Metric, f64)],
}

type Rule = fn(&Found<'_>) -> Option<RiskFlag>;

const RULES: &[Rule] =
    &[prefetch_precision, recall, capacity_shortfall, prefetch_load, steady_hit_rate, overload, target];

/// Flags that are raised, by arithmetic or by what was found, in the order of the registry; each once.
pub(super) fn raised(found: &Found<'_>) -> Vec<RiskFlag> {
    let by_rule = RULES.iter().filter_map(|rule| rule(found));
    let mut flags: Vec<RiskFlag> = by_rule.chain(lints(found.scenario, found.strategy)).collect();
    flags.sort_by_key(|flag| flag.code);
    flags.dedup_by_key(|flag| flag.code);
    flags
}

impl Found<'_> {
    fn value(&self, metric: Metric) -> Option<f64> {
        self.metrics.iter().find(|(known, _)| *known == metric).map(|(_, value)| *value)
    }

    fn predicts(&self) -> bool {
        self.strategy.preset.predicts()
    }
}

fn prefetch_precision(found: &Found<'_>) -> Option<RiskFlag> {
    let stated = found.scenario.predictor.as_ref().filter(|_| found.predicts())?.precision.get();
    let least = found.scenario.thresholds.min_precision.get();
    (stated < least).then(|| {
        Flag::PrefetchPrecisionLow.raise(
            stated,
            least,
            format!("predictor precision {stated} is below {least}"),
        )
    })
}

fn stated_recall(found: &Found<'_>) -> Option<f64> {
    found.scenario.predictor.as_ref().filter(|_| found.predicts()).map(|predictor| predictor.recall.get())
}

fn recall(found: &Found<'_>) -> Option<RiskFlag> {
    let (stated, least) = (stated_recall(found)?, found.scenario.thresholds.min_recall.get());
    (stated < least).then(|| {
        Flag::InsufficientRecall.raise(stated, least, format!("predictor recall {stated} is below {least}"))
    })
}

fn capacity_shortfall(found: &Found<'_>) -> Option<RiskFlag> {
    let (stated, bounds) = (stated_recall(found)?, &found.scenario.thresholds);
    let (hot, room) =
        (found.scenario.workload.hotset_fraction.get(), found.scenario.cache.capacity_fraction.get());
    let least = bounds.min_recall_when_capacity_short.get();
    let short = hot - room > bounds.max_capacity_gap.get();
    (short && stated < least).then(|| {
        let message = format!(
            "recall {stated} is below {least} while the cache holds {room:.3} of the requests, less than the hot set's {hot:.3}"
        );
        Flag::CapacityShortfall.raise(stated, least, message)
    })
}

fn prefetch_load(found: &Found<'_>) -> Option<RiskFlag> {
    let ops = found.value(Metric::OpsLoad).filter(|_| found.predicts())?;
    let share = found.scenario.thresholds.max_prefetch_load_share.get();
    let most = share * found.scenario.workload.request_rate.get();
    (ops > most).then(|| {
        let message = format!(
            "{ops:.2} warm operations per minute exceed {share} of the requests ({most:.2} per minute)"
        );
        Flag::PrefetchLoadHeavy.raise(ops, most, message)
    })
}

fn steady_hit_rate(found: &Found<'_>) -> Option<RiskFlag> {
    let ratio = found.value(Metric::HitRatio).filter(|_| found.strategy.preset == Preset::Demand)?;
    let Scenario { workload, cache, thresholds, .. } = found.scenario;
    let hot = workload.hotset_fraction.get().min(cache.capacity_fraction.get());
    let least = (thresholds.min_steady_share_of_hotset.get() * hot).max(thresholds.min_steady_hit_rate.get());
    (ratio < least).then(|| {
        let message = format!("hit ratio {ratio:.3} without warming is below {least:.3}");
        Flag::LowSteadyHitRate.raise(ratio, least, message)
    })
}

fn overload(found: &Found<'_>) -> Option<RiskFlag> {
    let used = found.value(Metric::OriginUtilisation)?;
    let most = found.scenario.thresholds.max_origin_utilisation.get();
    (used > most).then(|| {
        let message = format!("{used:.2} of the time the origin's servers work, more than {most}");
        Flag::OriginOverload.raise(used, most, message)
    })
}

/// Only where the scenario itself has a target.
fn target(found: &Found<'_>) -> Option<RiskFlag> {
    let simulation = &found.scenario.simulation;
    let (ratio, target) = (found.value(Metric::HitRatio)?, simulation.target_hit_ratio.get());
    (simulation.has_target && ratio < target).then(|| {
        let message = format!("the hit ratio does not stay at {target}; in the long run it is {ratio:.3}");
        Flag::TargetHitRatioMissed.raise(ratio, target, message)
    })
}
