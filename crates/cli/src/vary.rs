//! `--vary KEY=VALUES`: one axis of a sweep.

use std::collections::BTreeSet;

use crate::failure::Failure;

/// A scenario key and the values that it takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// The key.
    pub(crate) key: String,
    /// The values, as they would be written in a file.
    pub(crate) values: Vec<String>,
    /// `key=value` for each value.
    pub(crate) assignments: Vec<String>,
}

/// Most values on one axis; more is a mistyped step.
const MOST: usize = 1_000_000;

impl Axis {
    /// Reads `KEY=A:B:STEP` or `KEY=v1,v2,...`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let refuse = |message: &str, help: &str| Failure::usage(&format!("--vary {text}: {message}"), help);
        let form = "write KEY=A:B:STEP, with both ends, or KEY=v1,v2,...";
        let (key, values) = text.split_once('=').ok_or_else(|| refuse("there are no values", form))?;
        let parts: Vec<_> = values.split(':').map(str::trim).collect();
        let values = match parts[..] {
            [from, to, step] => range(from, to, step).map_err(|(message, help)| refuse(&message, &help))?,
            [list] => list.split(',').map(|value| value.trim().to_owned()).collect(),
            _ => return Err(refuse("this is neither a range nor a list", form)),
        };
        if values.iter().any(String::is_empty) {
            return Err(refuse("there is an empty value", form));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = values.iter().find(|value| !seen.insert(value.as_str())) {
            return Err(refuse(&format!("`{twice}` stands there twice"), "write each value once"));
        }
        let key = key.trim().to_owned();
        let assignments = values.iter().map(|value| format!("{key}={value}")).collect();
        Ok(Self { key, values, assignments })
    }
}

/// A decimal number as an integer times a power of ten, so that steps fall on the decimals one would write.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    places: usize,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if !plain(whole.strip_prefix('-').unwrap_or(whole))
            || !plain(fraction)
            || whole.len() + fraction.len() > 18
        {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { digits, places: fraction.len() })
    }

    /// The digits at `places` behind the point, which must be at least its own.
    fn at(self, places: usize) -> i128 {
        self.digits * 10_i128.pow((places - self.places) as u32)
    }

    fn show(digits: i128, places: usize) -> String {
        let sign = if digits < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
        let (whole, fraction) = text.split_at(text.len() - places);
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// Both ends and every step between them.
fn range(from: &str, to: &str, step: &str) -> Result<Vec<String>, (String, String)> {
    let number = |text: &str| {
        let help = "write plain decimals, such as 0.5:1:0.05; for values with units write a list".to_owned();
        Decimal::parse(text).ok_or_else(|| (format!("`{text}` is not a decimal number"), help))
    };
    let (from, to, step) = (number(from)?, number(to)?, number(step)?);
    let places = from.places.max(to.places).max(step.places);
    let (low, high, by) = (from.at(places), to.at(places), step.at(places));
    if by <= 0 || high < low {
        return Err((
            "the range does not go up".to_owned(),
            "write the lower end first and a step above 0".to_owned(),
        ));
    }
    if (high - low) % by != 0 {
        let last = Decimal::show(low + (high - low) / by * by, places);
        let message = format!("steps from the lower end reach {last}, not the upper end");
        return Err((message, format!("end at {last}, or choose a step that divides the range")));
    }
    let steps = (high - low) / by;
    if steps >= MOST as i128 {
        return Err((
            format!("{} values on one axis", steps + 1),
            format!("choose a larger step; {MOST} is the most"),
        ));
    }
    Ok((0..=steps).map(|nth| Decimal::show(low + nth * by, places)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        Axis::parse(text).expect("parses").values
    }

    #[test]
    fn ranges_hold_both_ends_on_the_decimals_one_would_write() {
        assert_eq!(values("a=0.5:0.8:0.1"), ["0.5", "0.6", "0.7", "0.8"]);
        assert_eq!(values("a=0:1:0.25"), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(values("a=10:30:10"), ["10", "20", "30"]);
        assert_eq!(values("a=-0.1:0.1:0.1"), ["-0.1", "0.0", "0.1"]);
        assert_eq!(values("a=2:2:1"), ["2"]);
        assert_eq!(values("a=300/s, 400/s"), ["300/s", "400/s"]);
    }

    #[test]
    fn ranges_that_cannot_be_meant_are_refused() {
        let message = |text: &str| match Axis::parse(text) {
            Err(Failure::Input(problems)) => problems.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(message("a=0:1:0.3").contains("reach 0.9, not the upper end"));
        assert!(message("a=1:0:0.1").contains("does not go up"));
        assert!(message("a=0:1:0").contains("does not go up"));
        assert!(message("a=0:1e9:1").contains("`1e9` is not a decimal number"));
        assert!(message("a=0:1").contains("neither a range nor a list"));
        assert!(message("a").contains("no values"));
        assert!(message("a=1,,2").contains("empty value"));
        assert!(message("a=1,2,1").contains("`1` stands there twice"));
        assert!(message("a=0:1:0.00000001").contains("100000001 values"));
    }
}
