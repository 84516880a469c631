//! What a sweep varies: keys with the values that they take.

use std::collections::BTreeSet;
use std::path::Path;

use super::decimal::{Decimal, NoRange, powers, steps};
use crate::failure::Failure;
use crate::files::{read_text, shown_name};

/// Keys that vary together, and how.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// What was written on the command line.
    pub(crate) typed: String,
    /// The keys, one but for a curve.
    pub(crate) keys: Vec<String>,
    /// The unit behind the numbers of a span; empty where there is none, and of a list.
    pub(crate) unit: String,
    pub(crate) values: AxisValues,
}

/// The values of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AxisValues {
    /// Those that are written, with one for each key.
    Listed(Vec<Vec<String>>),
    /// All between two ends.
    Between(Span),
}

/// All values between two ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether ratios count in place of differences.
    pub(crate) log: bool,
    /// Whether the key takes whole numbers only.
    pub(crate) whole: bool,
}

impl Span {
    /// The value at a share of the way.
    ///
    /// Whole numbers are all equally probable, the ends included.
    pub(crate) fn at(&self, share: f64) -> f64 {
        let Self { low, high, log, whole } = *self;
        let (low, high) = if whole { (low - 0.5, high + 0.5) } else { (low, high) };
        let value = if log { low * (high / low).powf(share) } else { low + (high - low) * share };
        if whole { value.round().clamp(self.low, self.high) } else { value.clamp(self.low, self.high) }
    }
}

/// Most values on one axis; more is a mistyped step.
const MOST: usize = 1_000_000;

const FORM: &str = "write KEY=A:B:STEP or KEY=A:B:xFACTOR with both ends, or KEY=v1,v2,...; KEY=A:B or KEY=A:B:log for a sample";

impl Axis {
    /// Reads one `--vary`.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let typed = format!("--vary {text}");
        let refuse = |message: &str, help: &str| Failure::usage(&format!("{typed}: {message}"), help);
        let (key, values) = text.split_once('=').ok_or_else(|| refuse("there are no values", FORM))?;
        let parts: Vec<_> = values.split(':').map(str::trim).collect();
        let told = |(message, help): (String, String)| refuse(&message, &help);
        let values = match parts[..] {
            [list] => list.split(',').map(|value| value.trim().to_owned()).collect(),
            [from, to] | [from, to, "log"] => {
                let (span, unit) = span(from, to, parts.len() == 3).map_err(told)?;
                return Ok(Self { typed, ..Self::between(key.trim(), span, &unit) });
            }
            [from, to, step] => range(from, to, step).map_err(told)?,
            _ => return Err(refuse("this is neither a range nor a list", FORM)),
        };
        if values.iter().any(String::is_empty) {
            return Err(refuse("there is an empty value", FORM));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = values.iter().find(|value| !seen.insert(value.as_str())) {
            return Err(refuse(&format!("`{twice}` stands there twice"), "write each value once"));
        }
        let values = AxisValues::Listed(values.into_iter().map(|value| vec![value]).collect());
        Ok(Self { typed, keys: vec![key.trim().to_owned()], unit: String::new(), values })
    }

    /// All values of a key between two ends.
    pub(crate) fn between(key: &str, span: Span, unit: &str) -> Self {
        let keys = vec![key.to_owned()];
        Self {
            typed: format!("the range of {key}"),
            keys,
            unit: unit.to_owned(),
            values: AxisValues::Between(span),
        }
    }

    /// Reads a curve: a CSV with a column for each key, and a row for each combination.
    pub(crate) fn curve(path: &Path) -> Result<Self, Failure> {
        let name = shown_name(path);
        let typed = format!("--curve {name}");
        let refuse = |message: String, help: &str| Failure::usage(&format!("{typed}: {message}"), help);
        let text = read_text(path)?;
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let form = "write a header of scenario keys, and a row for each combination of their values";
        let told = |error: csv::Error| match error.position() {
            Some(place) => refuse(format!("line {}: {error}", place.line()), form),
            None => refuse(error.to_string(), form),
        };
        let keys: Vec<String> = reader.headers().map_err(told)?.iter().map(str::to_owned).collect();
        if keys.iter().any(String::is_empty) {
            return Err(refuse("a column has no name".to_owned(), form));
        }
        let mut rows: Vec<Vec<String>> = vec![];
        for record in reader.records() {
            let record = record.map_err(told)?;
            let line = record.position().map_or(0, csv::Position::line);
            let row: Vec<String> = record.iter().map(str::to_owned).collect();
            if let Some(empty) = row.iter().position(String::is_empty) {
                return Err(refuse(format!("line {line}: there is no value for {}", keys[empty]), form));
            }
            if rows.contains(&row) {
                return Err(refuse(
                    format!("line {line} repeats an earlier one"),
                    "write each combination once",
                ));
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(refuse("there are no rows".to_owned(), form));
        }
        Ok(Self { typed, keys, unit: String::new(), values: AxisValues::Listed(rows) })
    }
}

fn number(text: &str) -> Result<Decimal, (String, String)> {
    let help = "write plain decimals, such as 0.5:1:0.05; for values with different units write a list";
    Decimal::parse(text).ok_or_else(|| (format!("`{text}` is not a decimal number"), help.to_owned()))
}

/// A number and the unit behind it; a power of ten is none.
pub(crate) fn unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || "-.".contains(c))).unwrap_or(text.len());
    let power = text[end..]
        .strip_prefix(['e', 'E'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)));
    if power { (text, "") } else { text.split_at(end) }
}

/// Both ends and what lies between them, by a step or a factor.
fn range(from: &str, to: &str, step: &str) -> Result<Vec<String>, (String, String)> {
    let ((from, unit_from), (to, unit_to)) = (unit(from), unit(to));
    let (factor, step) = step.strip_prefix('x').map_or((false, step), |factor| (true, factor));
    let (step, unit_step) = unit(step);
    let units = [unit_from, unit_to, unit_step];
    let differ = unit_from != unit_to
        || !(unit_step == unit_to || unit_step.is_empty())
        || factor && !unit_step.is_empty();
    if differ {
        let help =
            "write one unit at both ends and at the step, such as 100/s:500/s:100/s; a factor has none";
        return Err((format!("the units {units:?} differ"), help.to_owned()));
    }
    let whole = |number: &str| format!("{number}{unit_from}");
    let (from, to, by) = (number(from)?, number(to)?, number(step)?);
    let values = if factor { powers(from, to, by, MOST) } else { steps(from, to, by, MOST) };
    let values = values.map_err(|error| match error {
        NoRange::DoesNotGoUp if factor => (
            "the range does not go up".to_owned(),
            "write the lower end first, above 0, and a factor above 1".to_owned(),
        ),
        NoRange::DoesNotGoUp => {
            ("the range does not go up".to_owned(), "write the lower end first and a step above 0".to_owned())
        }
        NoRange::PassesTheEnd(last) => {
            let last = whole(&last.show());
            let what = if factor { "powers" } else { "steps" };
            let message = format!("{what} from the lower end reach {last}, not the upper end");
            (
                message,
                format!(
                    "end at {last}, or choose {} that meets it",
                    if factor { "a factor" } else { "a step" }
                ),
            )
        }
        NoRange::TooMany(most) => {
            (format!("more than {most} values on one axis"), "choose a larger step".to_owned())
        }
    })?;
    Ok(values.into_iter().map(|value| whole(&value.show())).collect())
}

fn span(from: &str, to: &str, log: bool) -> Result<(Span, String), (String, String)> {
    for text in [from, to].into_iter().filter(|text| unit(text).0.is_empty()) {
        number(text)?;
    }
    let ((from, unit_from), (to, unit_to)) = (unit(from), unit(to));
    if unit_from != unit_to {
        let help = "write one unit at both ends, such as 100/s:500/s";
        return Err((format!("the units {:?} differ", [unit_from, unit_to]), help.to_owned()));
    }
    number(from)?;
    number(to)?;
    let value = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let (low, high) = (value(from), value(to));
    if low >= high || low.is_nan() || high.is_nan() {
        return Err(("the range does not go up".to_owned(), "write the lower end first".to_owned()));
    }
    if log && low <= 0.0 {
        return Err((
            "ratios need a lower end above 0".to_owned(),
            "raise it, or leave out `:log`".to_owned(),
        ));
    }
    Ok((Span { low, high, log, whole: false }, unit_to.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        match Axis::parse(text).expect("parses").values {
            AxisValues::Listed(rows) => rows.concat(),
            AxisValues::Between(_) => panic!("{text} is listed"),
        }
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
    fn ranges_may_have_units_and_factors() {
        assert_eq!(values("a=100/s:300/s:100/s"), ["100/s", "200/s", "300/s"]);
        assert_eq!(values("a=1GiB:2GiB:0.5"), ["1.0GiB", "1.5GiB", "2.0GiB"]);
        assert_eq!(values("a=1:1000:x10"), ["1", "10", "100", "1000"]);
        assert_eq!(values("a=0.01:1:x10"), ["0.01", "0.1", "1"]);
        assert_eq!(values("a=1m:8m:x2"), ["1m", "2m", "4m", "8m"]);
        assert_eq!(values("a=2:4.5:x1.5"), ["2", "3", "4.5"]);
    }

    #[test]
    fn ranges_that_cannot_be_meant_are_refused() {
        let message = |text: &str| match Axis::parse(text) {
            Err(Failure::Input(problems)) => problems.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(message("a=0:1:0.3").contains("reach 0.9, not the upper end"));
        assert!(message("a=1:1000:x3").contains("powers from the lower end reach 729, not the upper end"));
        assert!(message("a=1:0:0.1").contains("does not go up"));
        assert!(message("a=0:1:0").contains("does not go up"));
        assert!(message("a=0:8:x2").contains("does not go up"));
        assert!(message("a=1:8:x1").contains("does not go up"));
        assert!(message("a=0:1e9:1").contains("`1e9` is not a decimal number"));
        assert!(message("a=1m:2s:1").contains("differ"));
        assert!(message("a=0:1:2:3").contains("neither a range nor a list"));
        assert!(message("a=1:0").contains("does not go up"));
        assert!(message("a=0:1:log").contains("above 0"));
        assert!(message("a=low:high").contains("`low` is not a decimal number"));
        assert!(message("a").contains("no values"));
        assert!(message("a=1,,2").contains("empty value"));
        assert!(message("a=1,2,1").contains("`1` stands there twice"));
        assert!(message("a=0:1:0.00000001").contains("more than 1000000 values"));
    }

    #[test]
    fn all_between_two_ends_by_difference_or_by_ratio() {
        let span = |text: &str| match Axis::parse(text).expect("parses").values {
            AxisValues::Between(span) => span,
            AxisValues::Listed(_) => panic!("{text} is a span"),
        };
        assert_eq!([0.0, 0.25, 1.0].map(|share| span("a=10:30").at(share)), [10.0, 15.0, 30.0]);
        let ratios = [0.0, 0.5, 1.0].map(|share| span("a=1:100:log").at(share));
        assert!((ratios[1] - 10.0).abs() < 1e-12 && ratios[0] == 1.0 && ratios[2] == 100.0);
        let dice = Span { whole: true, ..span("a=1:6") };
        let rolls: Vec<f64> = (0..6).map(|nth| dice.at((f64::from(nth) + 0.5) / 6.0)).collect();
        assert_eq!(rolls, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
}
