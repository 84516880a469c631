//! From keys to what is true, for claims and the gate.

use evaluation::{Engine, Flag, Metric, Window};

use crate::check::Check;
use crate::claim::{Assertion, Bound, Claim, Gate, Subject};
use crate::file::{ClaimKeys, ClaimKind, GateKeys};
use crate::physics::Simulation;
use crate::quantity::Quantity;
use crate::stated::Stated;
use crate::strategy::Strategy;

/// The claims of the file, each with one thing that it asserts, of a strategy that exists.
pub(crate) fn resolve_claims(
    check: &mut Check<'_>,
    list: &[ClaimKeys],
    strategies: &[Strategy],
    simulation: Option<&Simulation>,
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
        match assertion(keys) {
            Ok(assertion) => {
                let strategy = spoken_of(check, &here, &id, keys, &assertion, strategies);
                let window = simulation.and_then(|all| window(check, &here, keys, &assertion, all));
                let (text, engine) = (keys.text.clone(), keys.engine);
                claims.push(Claim { id, text, strategy, engine, window, assertion });
            }
            Err(help) => check.at(&here, format!("claim `{id}` does not say what it asserts"), help),
        }
    }
    claims
}

/// The strategy that a claim speaks of; none where its own numbers settle it.
fn spoken_of(
    check: &mut Check<'_>,
    here: &str,
    id: &str,
    keys: &ClaimKeys,
    assertion: &Assertion,
    strategies: &[Strategy],
) -> Option<String> {
    if let Assertion::Bounded { subject: Subject::Stated(_), .. } = assertion {
        if keys.strategy.is_some() || keys.engine.is_some() {
            let message = format!("the numbers of claim `{id}` settle it");
            check.at(here, message, "remove `strategy` and `engine`, which it has no use for");
        }
        return None;
    }
    if *assertion == Assertion::Unmeasured && keys.strategy.is_none() {
        return None;
    }
    let strategy = keys.strategy.clone().unwrap_or_default();
    known_strategy(check, here, &format!("claim `{id}`"), &strategy, strategies);
    Some(strategy)
}

/// The stretch of time that a claim speaks of: whole intervals of the simulation's time series.
fn window(
    check: &mut Check<'_>,
    here: &str,
    keys: &ClaimKeys,
    assertion: &Assertion,
    simulation: &Simulation,
) -> Option<Window> {
    if keys.from_s.is_none() && keys.until_s.is_none() {
        return None;
    }
    let mut refuse = |message: &str, help: &str| check.at(here, message.to_owned(), help);
    let in_time = |metric: &Metric| Metric::IN_TIME.contains(metric);
    match assertion {
        Assertion::Bounded { subject: Subject::Metric(metric), .. } if in_time(metric) => {}
        _ => {
            let names: Vec<_> = Metric::IN_TIME.iter().map(|metric| metric.name()).collect();
            let help = format!("remove from_s and until_s, or bound one of {}", names.join(", "));
            refuse("from_s and until_s go with what time series have", &help);
        }
    }
    if keys.engine.is_some_and(|engine| engine != Engine::Simulation) {
        refuse("only a simulation has time series", "write engine = \"simulation\", or remove it");
    }
    if simulation.steady_state || simulation.interval_requests.is_some() {
        refuse(
            "a claim on a stretch of time needs intervals whose times are known beforehand",
            "write simulation.measure_from_s and simulation.interval_s in place of steady_state and interval_requests",
        );
    }
    let (begins, ends) = (simulation.measure_from.get(), simulation.duration.get());
    let interval = simulation.interval.get();
    let from_s = keys.from_s.map_or(begins, Quantity::get);
    let until_s = keys.until_s.map_or(ends, Quantity::get);
    let between = |at: f64| {
        let intervals = (at - begins) / interval;
        at < ends && (intervals - intervals.round()).abs() > 1e-6
    };
    if !(begins <= from_s && from_s < until_s && until_s <= ends) {
        let message = format!(
            "the simulation counts from {begins} s to {ends} s, and the claim is about {from_s} s to {until_s} s"
        );
        refuse(&message, "write a stretch within that time; simulation.measure_from_s and duration_s set it");
    } else if between(from_s) || between(until_s) {
        let message =
            format!("{from_s} s to {until_s} s are not whole intervals of {interval} s from {begins} s on");
        refuse(&message, "move them, or write another simulation.interval_s");
    }
    Some(Window { from_s, until_s })
}

/// What a claim asserts, or what is missing.
fn assertion(keys: &ClaimKeys) -> Result<Assertion, &'static str> {
    let bounds = [keys.at_least, keys.at_most, keys.equals];
    if bounds.into_iter().flatten().any(|bound| !bound.is_finite()) {
        return Err("bounds must be finite numbers");
    }
    if keys.kind == Some(ClaimKind::Unmeasured) {
        return unmeasured(keys);
    }
    if let Some(stated) = stated(keys)? {
        return on_stated(keys, stated);
    }
    match (keys.metric, keys.flag, keys.kind) {
        (None, None, _) => Err("write `metric` with at_least, at_most or equals, or `flag` with raised"),
        (Some(_), Some(_), _) => Err("write `metric` or `flag`, not both"),
        (None, Some(flag), None) => on_flag(keys, flag),
        (None, Some(_), Some(_)) => Err("a claim on a flag has no `kind`"),
        (Some(_), None, _) if keys.raised.is_some() => Err("`raised` goes with `flag`, not with `metric`"),
        (Some(metric), None, kind) => {
            let bound = bound(keys, kind == Some(ClaimKind::Equality))?;
            Ok(Assertion::Bounded { subject: Subject::Metric(metric), bound })
        }
    }
}

fn unmeasured(keys: &ClaimKeys) -> Result<Assertion, &'static str> {
    let others = ClaimKeys { id: None, text: None, strategy: None, kind: None, ..keys.clone() };
    match (&keys.text, others == ClaimKeys::default()) {
        (Some(_), true) => Ok(Assertion::Unmeasured),
        _ => Err("kind \"unmeasured\" takes `text`, and `strategy` where it speaks of one, and nothing else"),
    }
}

fn on_flag(keys: &ClaimKeys, flag: Flag) -> Result<Assertion, &'static str> {
    match (keys.raised, keys.at_least.or(keys.at_most).or(keys.equals), keys.tolerance) {
        (Some(raised), None, None) => Ok(Assertion::Raised { flag, raised }),
        _ => Err("a claim on a flag takes `raised = true` or `false` and no bound"),
    }
}

fn on_stated(keys: &ClaimKeys, stated: Stated) -> Result<Assertion, &'static str> {
    if keys.metric.is_some() || keys.flag.is_some() || keys.raised.is_some() {
        return Err("a claim that its own numbers settle has no `metric`, `flag` or `raised`");
    }
    let unbounded = keys.at_least.or(keys.at_most).or(keys.equals).is_none() && keys.tolerance.is_none();
    let bound = match stated {
        Stated::HitLatency { .. } if unbounded => Bound::Between { at_least: Some(0.0), at_most: None },
        _ => bound(keys, keys.equals.is_some())?,
    };
    Ok(Assertion::Bounded { subject: Subject::Stated(stated), bound })
}

/// The quantity of a claim that its own numbers settle; none for other kinds.
fn stated(keys: &ClaimKeys) -> Result<Option<Stated>, &'static str> {
    let ratios = || -> Option<[f64; 2]> {
        let ratios: Vec<f64> = keys.hit_ratios.iter().map(|ratio| ratio.get()).collect();
        ratios.try_into().ok()
    };
    let latencies = || -> Option<[f64; 2]> {
        let latencies: Vec<f64> = keys.latencies_ms.iter().map(|latency| latency.get()).collect();
        latencies.try_into().ok()
    };
    let others =
        (keys.terms.is_empty(), keys.hit_ratios.is_empty(), keys.latencies_ms.is_empty(), keys.warm_share);
    match (keys.kind, others) {
        (Some(ClaimKind::Sum), (false, true, true, None)) => {
            Ok(Some(Stated::Sum { terms: keys.terms.clone() }))
        }
        (Some(ClaimKind::Sum), _) => Err("kind \"sum\" takes `terms` and a bound"),
        (Some(ClaimKind::Latencies), (true, false, false, None)) => {
            let (Some(hit_ratios), Some(latencies_ms)) = (ratios(), latencies()) else {
                return Err(
                    "kind \"latencies\" takes two `hit_ratios` and two `latencies_ms`: before and after",
                );
            };
            if hit_ratios[0] >= hit_ratios[1] || latencies_ms[0] < latencies_ms[1] {
                return Err(
                    "the second of the `hit_ratios` must be the higher, and the second of the `latencies_ms` not the longer",
                );
            }
            Ok(Some(Stated::HitLatency { hit_ratios, latencies_ms }))
        }
        (Some(ClaimKind::Latencies), _) => Err("kind \"latencies\" takes `hit_ratios` and `latencies_ms`"),
        (Some(ClaimKind::Calls), (true, false, true, Some(warm_share))) => {
            let Some(hit_ratios) = ratios().filter(|ratios| ratios[0] < 1.0) else {
                return Err("kind \"calls\" takes two `hit_ratios`, before and after, the first below 1");
            };
            Ok(Some(Stated::Calls { hit_ratios, warm_share: warm_share.get() }))
        }
        (Some(ClaimKind::Calls), _) => Err("kind \"calls\" takes `hit_ratios`, `warm_share` and a bound"),
        (_, (true, true, true, None)) => Ok(None),
        _ => Err(
            "`terms`, `hit_ratios`, `latencies_ms` and `warm_share` go with kind \"sum\", \"latencies\" or \"calls\"",
        ),
    }
}

fn bound(keys: &ClaimKeys, equality: bool) -> Result<Bound, &'static str> {
    match (equality, keys.at_least, keys.at_most, keys.equals, keys.tolerance) {
        (false, Some(low), Some(high), None, None) if low > high => Err("at_least lies above at_most"),
        (false, at_least, at_most, None, None) if at_least.or(at_most).is_some() => {
            Ok(Bound::Between { at_least, at_most })
        }
        (false, ..) => Err("kind \"bound\" takes `at_least` or `at_most`, or both, and nothing else"),
        (true, None, None, Some(equals), Some(tolerance)) => {
            Ok(Bound::Equals { equals, tolerance: tolerance.get() })
        }
        (true, ..) => Err("an equality takes `equals` and `tolerance`, and nothing else"),
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
