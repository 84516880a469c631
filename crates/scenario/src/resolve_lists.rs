//! From keys to what is true, for the lists of a scenario: strategies, claims, and the gate over them.

use crate::check::Check;
use crate::claim::{Assertion, Claim, Gate};
use crate::file::{ClaimKeys, ClaimKind, GateKeys, ScenarioFile};
use crate::physics::{Job, Schedule, Selector};
use crate::strategy::{Preset, Strategy};

/// The strategies of the file; of a file without any, every preset that it has the numbers for.
pub(crate) fn resolve_strategies(check: &mut Check<'_>, file: &ScenarioFile) -> Vec<Strategy> {
    let predictor = file.predictor.precision.is_some() || file.predictor.recall.is_some();
    if file.strategy.is_empty() {
        let order = [Preset::Static, Preset::Predictive, Preset::Demand, Preset::Hybrid];
        return order.into_iter().filter(|p| predictor || !p.predicts()).map(Strategy::preset).collect();
    }
    let mut strategies: Vec<Strategy> = vec![];
    for (nth, keys) in file.strategy.iter().enumerate() {
        let Some(preset) = keys.preset else {
            check.at(&format!("strategy.{nth}"), "this strategy has no `preset`".to_owned(), &presets());
            continue;
        };
        let name = keys.name.clone().unwrap_or_else(|| preset.name().to_owned());
        if strategies.iter().any(|other| other.name == name) {
            let message = format!("two strategies are called `{name}`");
            check.at(&format!("strategy.{nth}"), message, "give one of them another `name`");
        }
        check.printable(&format!("strategy.{nth}.name"), Some(&name));
        if preset.predicts() && !predictor {
            let message = format!("strategy `{name}` predicts, but the scenario has no [predictor]");
            check.at(&format!("strategy.{nth}"), message, "add [predictor] with precision and recall");
        }
        let budget = check.budget(nth, &keys.budget, preset, file.workload.mean_object_bytes.is_some());
        let rails = check.rails(nth, file, preset, &budget);
        let own = keys
            .job
            .iter()
            .enumerate()
            .filter_map(|(at, job)| check.job(&format!("strategy.{nth}.job.{at}"), job));
        let own: Vec<Job> = own.collect();
        happens(check, &format!("strategy.{nth}"), &own, file);
        let known = |tenant: &str| file.workload.tenant.iter().any(|one| one.name.as_deref() == Some(tenant));
        for (at, job) in keys.job.iter().enumerate().filter(|_| file.workload.trace.is_none()) {
            if let Some(tenant) = job.tenant.as_deref().filter(|tenant| !known(tenant)) {
                let message = format!("there is no tenant `{tenant}`");
                let names = file.workload.tenant.iter().filter_map(|one| one.name.as_deref());
                let help = crate::problem::suggest(tenant, names.collect::<Vec<_>>());
                check.at(&format!("strategy.{nth}.job.{at}.tenant"), message, &help);
            }
        }
        if preset == Preset::Custom && keys.job.is_empty() {
            let message = format!("strategy `{name}` is custom and has no jobs");
            check.at(&format!("strategy.{nth}"), message, "add [[strategy.job]], or write another preset");
        }
        if preset != Preset::Custom && !keys.job.is_empty() {
            let message = format!("strategy `{name}` has jobs of its own, and a preset");
            check.at(&format!("strategy.{nth}"), message, "write preset = \"custom\", or remove the jobs");
        }
        if own.iter().any(|job| job.selector == Selector::Oracle) && !predictor {
            let message = format!("strategy `{name}` predicts, but the scenario has no [predictor]");
            check.at(&format!("strategy.{nth}"), message, "add [predictor] with precision and recall");
        }
        let jobs = if own.is_empty() { preset.jobs() } else { own };
        let renews = jobs.iter().any(|job| matches!(job.schedule, Schedule::RefreshAhead { .. }));
        if renews && file.cache.ttl_s.is_none() {
            let message = format!("strategy `{name}` fetches copies anew before they expire, and none does");
            check.at(&format!("strategy.{nth}"), message, "add cache.ttl_s");
        }
        strategies.push(Strategy { name, preset, rails, budget, jobs });
    }
    strategies
}

/// What jobs wait for has to happen: writes, and promotions that somebody knows of.
fn happens(check: &mut Check<'_>, here: &str, jobs: &[Job], file: &ScenarioFile) {
    let workload = &file.workload;
    let written =
        workload.trace.is_some() || workload.updates_per_minute.is_some_and(|rate| rate.get() > 0.0);
    let known = workload.crowd.iter().any(|crowd| crowd.known_ahead_s.is_some());
    for job in jobs {
        match job.schedule {
            Schedule::OnWrite if !written => {
                let help = "add workload.updates_per_minute";
                check.at(here, "a job warms what is written, and nothing is".to_owned(), help);
            }
            Schedule::OnPromotion if !known => {
                let message = "a job warms what is promoted, and nobody knows of a promotion".to_owned();
                check.at(here, message, "add [[workload.crowd]] with known_ahead_s");
            }
            _ => {}
        }
    }
}

fn presets() -> String {
    let names: Vec<_> = Preset::ALL.iter().map(|preset| preset.name()).collect();
    format!("write preset = one of {}", names.join(", "))
}

/// The claims of the file, each with a strategy that exists and one thing that it asserts.
pub(crate) fn resolve_claims(
    check: &mut Check<'_>,
    list: &[ClaimKeys],
    strategies: &[Strategy],
) -> Vec<Claim> {
    let mut claims: Vec<Claim> = vec![];
    for (nth, keys) in list.iter().enumerate() {
        let here = format!("claim.{nth}");
        let id = keys.id.clone().unwrap_or_else(|| format!("claim-{}", nth + 1));
        check.printable(&format!("claim.{nth}.id"), Some(&id));
        check.printable(&format!("claim.{nth}.text"), keys.text.as_deref());
        if claims.iter().any(|other| other.id == id) {
            check.at(&here, format!("two claims are called `{id}`"), "give one of them another `id`");
        }
        let strategy = keys.strategy.clone().unwrap_or_default();
        known_strategy(check, &here, &format!("claim `{id}`"), &strategy, strategies);
        match assertion(keys) {
            Ok(assertion) => {
                claims.push(Claim { id, text: keys.text.clone(), strategy, engine: keys.engine, assertion })
            }
            Err(help) => check.at(&here, format!("claim `{id}` does not say what it asserts"), help),
        }
    }
    claims
}

/// What a claim asserts, or what is missing.
fn assertion(keys: &ClaimKeys) -> Result<Assertion, &'static str> {
    let bounds = (keys.at_least, keys.at_most, keys.equals, keys.tolerance);
    match (keys.metric, keys.flag, keys.kind) {
        (None, None, _) => Err("write `metric` with at_least, at_most or equals, or `flag` with raised"),
        (Some(_), Some(_), _) => Err("write `metric` or `flag`, not both"),
        (None, Some(flag), None) => match (keys.raised, bounds) {
            (Some(raised), (None, None, None, None)) => Ok(Assertion::Raised { flag, raised }),
            _ => Err("a claim on a flag takes `raised = true` or `false` and no bound"),
        },
        (None, Some(_), Some(_)) => Err("a claim on a flag has no `kind`"),
        (Some(_), None, _) if keys.raised.is_some() => Err("`raised` goes with `flag`, not with `metric`"),
        (Some(metric), None, kind) => match (kind.unwrap_or(ClaimKind::Bound), bounds) {
            (_, (a, b, c, _)) if [a, b, c].into_iter().flatten().any(|bound| !bound.is_finite()) => {
                Err("bounds must be finite numbers")
            }
            (ClaimKind::Bound, (Some(low), Some(high), None, None)) if low > high => {
                Err("at_least lies above at_most")
            }
            (ClaimKind::Bound, (at_least, at_most, None, None)) if at_least.or(at_most).is_some() => {
                Ok(Assertion::Bound { metric, at_least, at_most })
            }
            (ClaimKind::Bound, _) => {
                Err("kind \"bound\" takes `at_least` or `at_most`, or both, and nothing else")
            }
            (ClaimKind::Equality, (None, None, Some(equals), Some(tolerance))) => {
                Ok(Assertion::Equality { metric, equals, tolerance: tolerance.get() })
            }
            (ClaimKind::Equality, _) => {
                Err("kind \"equality\" takes `equals` and `tolerance`, and nothing else")
            }
        },
    }
}

/// The gate; it may only name strategies that exist.
pub(crate) fn resolve_gate(check: &mut Check<'_>, keys: GateKeys, strategies: &[Strategy]) -> Gate {
    for name in &keys.strategies {
        known_strategy(check, "gate.strategies", "the gate", name, strategies);
    }
    Gate { strategies: keys.strategies, engine: keys.engine, deny: keys.deny }
}

fn known_strategy(check: &mut Check<'_>, at: &str, who: &str, name: &str, strategies: &[Strategy]) {
    if !strategies.iter().any(|strategy| strategy.name == name) {
        let message = if name.is_empty() {
            format!("{who} names no strategy")
        } else {
            format!("{who} speaks of strategy `{name}`, which this scenario does not have")
        };
        let mut known: Vec<_> = strategies.iter().map(|strategy| strategy.name.as_str()).collect();
        known.dedup();
        check.at(at, message, &crate::problem::suggest(name, known));
    }
}
