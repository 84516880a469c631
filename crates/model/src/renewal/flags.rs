//! Risk flags of this engine: one rule a flag.

use evaluation::{Flag, Metric, RiskFlag};
use scenario::{Fraction, Predictor, Preset, Scenario, Strategy, lints, rules};

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

fn stated(found: &Found<'_>, of: impl Fn(&Predictor) -> Fraction) -> Option<(f64, String)> {
    let stated = of(found.scenario.predictor.as_ref().filter(|_| found.predicts())?).get();
    Some((stated, format!(" {stated}")))
}

fn prefetch_precision(found: &Found<'_>) -> Option<RiskFlag> {
    let (stated, said) = stated(found, |predictor| predictor.precision)?;
    rules::prefetch_precision(found.scenario, stated, &said)
}

fn recall(found: &Found<'_>) -> Option<RiskFlag> {
    let (stated, said) = stated(found, |predictor| predictor.recall)?;
    rules::recall(found.scenario, stated, &said)
}

fn capacity_shortfall(found: &Found<'_>) -> Option<RiskFlag> {
    let (stated, said) = stated(found, |predictor| predictor.recall)?;
    rules::capacity_shortfall(found.scenario, stated, &said)
}

fn prefetch_load(found: &Found<'_>) -> Option<RiskFlag> {
    rules::prefetch_load(found.scenario, found.value(Metric::OpsLoad).filter(|_| found.predicts())?)
}

fn steady_hit_rate(found: &Found<'_>) -> Option<RiskFlag> {
    let ratio = found.value(Metric::HitRatio).filter(|_| found.strategy.preset == Preset::Demand)?;
    rules::steady_hit_rate(found.scenario, ratio)
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
