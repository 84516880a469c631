//! Inputs of a scenario that are uncertain, and how far they may go.

use scenario::{Document, Scenario};

use crate::failure::Failure;
use crate::sweeping::{Axis, AxisValues, Span, unit};

/// Sections whose numbers are uncertain: what is found, not what is chosen of a strategy.
const SECTIONS: [&str; 4] = ["workload.", "cache.", "origin.", "predictor."];

/// An input and its range.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) key: String,
    /// The scenario's own value, in the unit of the range; none where it states none as a number.
    pub(crate) own: Option<f64>,
    pub(crate) axis: Axis,
}

impl Input {
    /// Its range.
    pub(crate) fn span(&self) -> Span {
        match self.axis.values {
            AxisValues::Between(span) => span,
            AxisValues::Listed(_) => unreachable!("inputs are made of spans"),
        }
    }

    /// A value as one would write it.
    pub(crate) fn show(&self, value: f64) -> String {
        format!("{}{}", significant(value), self.axis.unit)
    }
}

/// The inputs that `--vary` names, each with a range.
pub(crate) fn varied(document: &Document<'_>, texts: &[String]) -> Result<Vec<Input>, Failure> {
    let mut inputs: Vec<Input> = vec![];
    for text in texts {
        let axis = Axis::parse(text)?;
        if !matches!(axis.values, AxisValues::Between(_)) {
            let message = format!("{}: sensitivity needs a range without a step", axis.typed);
            return Err(Failure::usage(&message, "write KEY=A:B, or KEY=A:B:log"));
        }
        let key = axis.keys[0].clone();
        if inputs.iter().any(|input| input.key == key) {
            return Err(Failure::usage(
                &format!("{}: {key} is varied twice", axis.typed),
                "write one range for it",
            ));
        }
        let own = own(document, &key).filter(|(_, unit)| *unit == axis.unit).map(|(value, _)| value);
        inputs.push(Input { key, own, axis });
    }
    Ok(inputs)
}

/// Every number that a scenario states of workload, cache, origin and predictor, give or take a share of it.
///
/// A range ends where the key's own does. Zeros have no share, and what does not vary by itself is left out.
pub(crate) fn stated(document: &Document<'_>, within: f64) -> Vec<Input> {
    let keys = scenario::keys()
        .iter()
        .filter(|manual| SECTIONS.iter().any(|section| manual.key.starts_with(section)));
    let mut inputs: Vec<Input> = vec![];
    for manual in keys.filter(|manual| !manual.example.is_empty()) {
        let key = manual.key.as_str();
        if inputs.iter().any(|input| input.key == key) {
            continue;
        }
        let Some((value, unit)) = own(document, key).filter(|(value, _)| *value > 0.0) else { continue };
        let ends = [1.0 - within, 1.0 + within].map(|factor| farthest(document, key, value, factor, &unit));
        if let [Some(low), Some(high)] = ends
            && low < high
        {
            let span = Span { low, high, log: false, whole: false };
            inputs.push(Input {
                key: key.to_owned(),
                own: Some(value),
                axis: Axis::between(key, span, &unit),
            });
        }
    }
    inputs
}

/// How far a key goes towards a factor of its value: all the way, to a whole number, or to the end of a share.
fn farthest(document: &Document<'_>, key: &str, value: f64, factor: f64, unit: &str) -> Option<f64> {
    let wanted = plain(value * factor);
    let whole = if factor < 1.0 { wanted.floor().max(1.0) } else { wanted.ceil() };
    let full = if unit == "%" { 100.0 } else { 1.0 };
    let resolves = |value: f64| {
        let mut document = document.clone();
        let assignment = format!("{key}={value}{unit}");
        document.set_by("the range of an input", &assignment).is_ok()
            && Scenario::resolve(&document, None).is_ok()
    };
    let end = if factor > 1.0 { vec![wanted, whole, full] } else { vec![wanted, whole] };
    end.into_iter().find(|end| (factor > 1.0) == (*end > value) && *end != value && resolves(*end))
}

/// A number with four significant digits, or all of a whole one.
pub(crate) fn significant(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e9 {
        return format!("{value}");
    }
    format!("{value:.3e}").parse().unwrap_or(value).to_string()
}

/// A product without the dust of binary fractions.
fn plain(value: f64) -> f64 {
    format!("{value:.9e}").parse().unwrap_or(value)
}

/// The number that a scenario writes for a key, and the unit behind it.
fn own(document: &Document<'_>, key: &str) -> Option<(f64, String)> {
    let place = document.locate(key)?;
    let text = place.text.get(place.span)?.trim_matches(['"', '\'']).replace('_', "");
    let (number, unit) = unit(text.trim());
    Some((number.trim().parse().ok()?, unit.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_keep_units_and_end_where_a_key_does() {
        let text = "strategy = [{ preset = 'demand' }]
            [workload]
            request_rate_per_minute = '50/s'
            keys = 1_001
            zipf_exponent = 0.9
            hot_keys = 3
            churn_per_hour = 0
            [cache]
            capacity_items = 100
            hit_latency_ms = 2
            [origin]
            miss_penalty_ms = 80
            warm_cost_ms = 5
            [predictor]
            precision = 0.9
            recall = '90%'";
        let document = Document::parse("t.toml", text).expect("parses");
        let inputs = stated(&document, 0.2);
        let range = |key: &str| {
            let input =
                inputs.iter().find(|input| input.key == key).unwrap_or_else(|| panic!("{key}: {inputs:?}"));
            (input.span().low, input.span().high, input.axis.unit.as_str())
        };
        assert_eq!(range("workload.request_rate_per_minute"), (40.0, 60.0, "/s"));
        assert_eq!(range("workload.keys"), (800.0, 1202.0, ""));
        assert_eq!(range("workload.hot_keys"), (2.0, 4.0, ""));
        assert_eq!(range("predictor.precision"), (0.72, 1.0, ""));
        assert_eq!(range("predictor.recall"), (72.0, 100.0, "%"));
        assert!(inputs.iter().all(|input| input.key != "workload.churn_per_hour"), "0 has no share");
    }
}
