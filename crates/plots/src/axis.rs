//! Ticks at round numbers.

use crate::numbers;

/// The distance between two ticks, kept as digits so that ticks are exactly the decimals they are labelled with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    mantissa: f64,
    exponent: i32,
}

impl Step {
    /// The smallest of 1, 2 or 5 times a power of ten that divides `range` into at most `count` parts.
    fn at_least(range: f64, count: usize) -> Step {
        let raw = range / count as f64;
        let exponent = raw.log10().floor() as i32;
        let fraction = raw / 10f64.powi(exponent);
        // A range such as 0.3 in 3 parts must not miss its round step by a rounding error.
        let round = [1.0, 2.0, 5.0].into_iter().find(|mantissa| fraction <= mantissa * (1.0 + 1e-9));
        match round {
            Some(mantissa) => Step { mantissa, exponent },
            None => Step { mantissa: 1.0, exponent: exponent + 1 },
        }
    }

    fn times(self, factor: f64) -> f64 {
        if self.exponent >= 0 {
            factor * self.mantissa * 10f64.powi(self.exponent)
        } else {
            factor * self.mantissa / 10f64.powi(-self.exponent)
        }
    }
}

/// One axis: its range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) ticks: Vec<f64>,
    decimals: i32,
    scale: Scale,
}

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Evenly.
    Linear,
    /// By their logarithm; values are above 0.
    Logarithmic,
}

impl Axis {
    /// An axis of exactly this range with about `count` ticks inside.
    pub(crate) fn exact(low: f64, high: f64, count: usize) -> Axis {
        let (low, high) = widened(low, high);
        let step = Step::at_least(high - low, count.max(1));
        let first = (low / step.times(1.0) - 1e-6).ceil();
        let last = (high / step.times(1.0) + 1e-6).floor();
        Axis::between(low, high, step, first, last)
    }

    /// An axis of exactly this range, above 0, by the logarithm, with at most about `count` ticks inside: powers of ten,
    /// and between them their double and fivefold where there is room.
    pub(crate) fn logarithmic(low: f64, high: f64, count: usize) -> Axis {
        let (low, high) = if high > low * (1.0 + 1e-9) { (low, high) } else { (low / 2.0, low * 2.0) };
        let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let inside = |mantissas: &[f64], every: i32| -> Vec<f64> {
            let powers = powers.clone().filter(|power| power.rem_euclid(every) == 0);
            let ticks =
                powers.flat_map(|power| mantissas.iter().map(move |mantissa| mantissa * 10f64.powi(power)));
            ticks.filter(|tick| *tick >= low * (1.0 - 1e-9) && *tick <= high * (1.0 + 1e-9)).collect()
        };
        let sparser = (1..20).map(|every| inside(&[1.0], every));
        let choices = [inside(&[1.0, 2.0, 5.0], 1), inside(&[1.0, 3.0], 1)].into_iter().chain(sparser);
        let ticks = choices.into_iter().find(|ticks| ticks.len() <= count.max(1)).unwrap_or_default();
        let decimals = ticks.first().map_or(0, |least| (-least.log10().floor() as i32).max(0));
        Axis { low, high, ticks, decimals, scale: Scale::Logarithmic }
    }

    /// An axis that begins and ends with a tick and covers this range.
    pub(crate) fn covering(low: f64, high: f64, count: usize) -> Axis {
        let (low, high) = widened(low, high);
        let step = Step::at_least(high - low, count.max(1));
        let first = (low / step.times(1.0) + 1e-6).floor();
        let last = (high / step.times(1.0) - 1e-6).ceil();
        Axis::between(low.min(step.times(first)), high.max(step.times(last)), step, first, last)
    }

    fn between(low: f64, high: f64, step: Step, first: f64, last: f64) -> Axis {
        let count = (last - first + 1.0).max(0.0) as usize;
        let ticks = (0..count).map(|index| step.times(first + index as f64)).collect();
        Axis { low, high, ticks, decimals: (-step.exponent).max(0), scale: Scale::Linear }
    }

    /// An axis without ticks.
    pub(crate) fn silent() -> Axis {
        Axis { ticks: vec![], ..Axis::exact(0.0, 1.0, 1) }
    }

    /// Where a value lies between `from`, the place of the low end, and `to`, that of the high end.
    pub(crate) fn place(&self, value: f64, from: f64, to: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Logarithmic => (value / self.low).ln() / (self.high / self.low).ln(),
        };
        from + share * (to - from)
    }

    pub(crate) fn label(&self, tick: f64) -> String {
        let largest = self.low.abs().max(self.high.abs());
        if largest >= 1e7 || self.decimals > 5 {
            return if tick == 0.0 { "0".to_string() } else { format!("{tick:e}").replace('-', "−") };
        }
        numbers::fixed(tick, self.decimals as usize)
    }
}

/// The range itself, or a wider one around values that are all equal.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > (size * 1e-9).max(1e-12) {
        return (low, high);
    }
    let margin = if size > 1e-9 { size * 0.1 } else { 1.0 };
    (low - margin, high + margin)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        for (low, high, count, expected) in [
            (0.0, 1.0, 5, "0.0 0.2 0.4 0.6 0.8 1.0"),
            (0.0, 0.3, 3, "0.0 0.1 0.2 0.3"),
            (-0.005, 1.005, 5, "0.0 0.5 1.0"),
            (59.0, 80.4, 5, "60 65 70 75 80"),
            (-30.0, 30.0, 4, "−20 0 20"),
            (0.0, 50000.0, 5, "0 10\u{a0}000 20\u{a0}000 30\u{a0}000 40\u{a0}000 50\u{a0}000"),
            (0.0, 4e9, 4, "0 1e9 2e9 3e9 4e9"),
            (0.0, 2e-8, 2, "0 1e−8 2e−8"),
            (72.0, 72.0, 4, "65 70 75"),
            (0.0, 0.0, 4, "−1.0 −0.5 0.0 0.5 1.0"),
        ] {
            let axis = Axis::exact(low, high, count);
            let labels: Vec<_> = axis.ticks.iter().map(|tick| axis.label(*tick)).collect();
            assert_eq!(labels.join(" "), expected, "{low} to {high}");
        }
    }

    #[test]
    fn logarithmic_ticks_are_powers_of_ten_and_between_them() {
        for (low, high, count, expected) in [
            (100.0, 10_000.0, 6, "100 300 1000 3000 10\u{a0}000"),
            (100.0, 10_000.0, 7, "100 200 500 1000 2000 5000 10\u{a0}000"),
            (1.0, 1e6, 4, "1 100 10\u{a0}000 1\u{a0}000\u{a0}000"),
            (40.0, 60.0, 4, "50"),
            (0.01, 1.0, 3, "0.01 0.10 1.00"),
        ] {
            let axis = Axis::logarithmic(low, high, count);
            let labels: Vec<_> = axis.ticks.iter().map(|tick| axis.label(*tick)).collect();
            assert_eq!(labels.join(" "), expected, "{low} to {high}");
        }
        let axis = Axis::logarithmic(10.0, 1000.0, 3);
        assert!((axis.place(100.0, 0.0, 1.0) - 0.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn ticks_ascend_evenly_inside_the_axis(low in -1e15..1e15f64, range in 1e-6..1e15f64, count in 1usize..12) {
            let axis = Axis::exact(low, low + range, count);
            let slack = (axis.high - axis.low) * 1e-5;
            prop_assert!(axis.ticks.len() <= count + 1);
            prop_assert!(axis.ticks.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(axis.ticks.iter().all(|tick| *tick >= axis.low - slack && *tick <= axis.high + slack));
        }

        #[test]
        fn a_covering_axis_begins_and_ends_with_a_tick(low in -1e6..1e6f64, range in 1e-3..1e6f64, count in 1usize..12) {
            let axis = Axis::covering(low, low + range, count);
            let slack = range * 1e-5;
            prop_assert!(axis.low <= low && low + range <= axis.high);
            prop_assert!((axis.ticks[0] - axis.low).abs() <= slack);
            prop_assert!((axis.ticks[axis.ticks.len() - 1] - axis.high).abs() <= slack);
        }

        #[test]
        fn labels_of_neighbouring_ticks_differ(low in -1e6..1e6f64, range in 1e-2..1e6f64) {
            let axis = Axis::exact(low, low + range, 5);
            let labels: Vec<_> = axis.ticks.iter().map(|tick| axis.label(*tick)).collect();
            prop_assert!(labels.windows(2).all(|pair| pair[0] != pair[1]), "{labels:?}");
        }
    }
}
