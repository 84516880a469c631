//! Every comparison, one row each: what the quantiles are made of. What was never reached, or is not known, is left empty.

use frames::Values;
use report::sheet::Sheet;

use super::compare::Pair;

pub(super) fn sheet(pairs: &[Pair], seed: u64) -> Sheet {
    let number = |of: fn(&Pair) -> f64| {
        Values::Number(pairs.iter().map(|pair| Some(of(pair)).filter(|value| value.is_finite())).collect())
    };
    let text =
        |of: fn(&Pair) -> &'static str| Values::Text(pairs.iter().map(|pair| of(pair).to_owned()).collect());
    let count = |of: &dyn Fn(&Pair) -> u64| Values::Count(pairs.iter().map(of).collect());
    Sheet { title: "renewal against simulation, each comparison".to_owned(), ..Sheet::default() }
        .with("scenario", "scenario", 0, count(&|pair| pair.nth))
        .with("seed", "seed", 0, count(&|pair| seed.wrapping_add(pair.nth)))
        .with("strategy", "strategy", 0, text(|pair| pair.strategy))
        .with("metric", "metric", 0, text(|pair| pair.what.name()))
        .with("renewal", "renewal", 5, number(|pair| pair.formula))
        .with("simulation", "simulation", 5, number(|pair| pair.simulated))
        .with("error", "error", 5, number(|pair| pair.formula - pair.simulated))
        .with("miss_ratio", "misses", 4, number(|pair| pair.misses))
}
