//! The baseline: an earlier JSON result, and what moved since.

use evaluation::{Better, Estimate, Evaluation, Flag, Metric};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::claims::significant;
use crate::Report;

/// Why a baseline or a tolerance could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// Not the JSON of an earlier run.
    #[error("not a result of an earlier run: {0}")]
    Format(String),
    /// Written in another version of the format.
    #[error("the schema is {0:?}, this version reads \"{schema}\"", schema = crate::render::JSON_SCHEMA)]
    Schema(String),
    /// A tolerance that cannot be read.
    #[error("`{0}` is no tolerance; write 2%, 0.02, or METRIC=2%")]
    Tolerance(String),
}

/// An earlier result, as far as it is compared.
#[derive(Debug, Clone, Deserialize)]
pub struct Baseline {
    schema: String,
    evaluations: Vec<Earlier>,
}

#[derive(Debug, Clone, Deserialize)]
struct Earlier {
    scenario: String,
    variant: Option<String>,
    strategy: String,
    engine: String,
    metrics: BTreeMap<String, EarlierMetric>,
    risk_flags: Vec<EarlierFlag>,
}

#[derive(Debug, Clone, Deserialize)]
struct EarlierMetric {
    value: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
struct EarlierFlag {
    code: String,
}

/// How far a metric may move, relative to its earlier value.
#[derive(Debug, Clone, PartialEq)]
pub struct Tolerances {
    default: f64,
    by_metric: BTreeMap<Metric, f64>,
}

impl Tolerances {
    /// Reads `2%`, `0.02` or `METRIC=2%`; later entries win. Without any, one part in a billion.
    ///
    /// # Errors
    /// Where an entry is not a number of 0 or more, or names no metric.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, BaselineError> {
        let mut tolerances = Self { default: 1e-9, by_metric: BTreeMap::new() };
        for entry in entries {
            let bad = || BaselineError::Tolerance(entry.to_owned());
            let (metric, share) =
                entry.split_once('=').map_or((None, entry), |(name, share)| (Some(name), share));
            let share = match share.trim().strip_suffix('%') {
                Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
                None => share.trim().parse::<f64>(),
            };
            // A bare 5 is more likely 5 % than 500 %.
            let most = if entry.ends_with('%') { f64::MAX } else { 1.0 };
            let share = share.ok().filter(|share| (0.0..=most).contains(share)).ok_or_else(bad)?;
            match metric {
                None => tolerances.default = share,
                Some(name) => {
                    tolerances.by_metric.insert(Metric::named(name).ok_or_else(bad)?, share);
                }
            }
        }
        Ok(tolerances)
    }

    fn of(&self, metric: Metric) -> f64 {
        self.by_metric.get(&metric).copied().unwrap_or(self.default)
    }
}

/// Something that changed against the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Scenario of the answer that moved.
    pub scenario: String,
    /// Its variant.
    pub variant: Option<String>,
    /// Its strategy.
    pub strategy: String,
    /// Its engine.
    pub engine: String,
    /// Metric or flag that moved.
    pub subject: String,
    /// What happened, with both numbers.
    pub message: String,
    /// Whether it stands in the way of a passing check.
    pub worse: bool,
}

impl Move {
    /// The answer in words: `deploy (documented)/static by renewal`.
    pub fn answer(&self) -> String {
        let variant = self.variant.as_ref().map_or_else(String::new, |variant| format!(" ({variant})"));
        format!("{}{variant}/{} by {}", self.scenario, self.strategy, self.engine)
    }
}

impl Baseline {
    /// Reads the JSON of an earlier run.
    ///
    /// # Errors
    /// Where the text is not such JSON, or is of another schema.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self =
            serde_json::from_str(text).map_err(|error| BaselineError::Format(error.to_string()))?;
        if baseline.schema != crate::render::JSON_SCHEMA {
            return Err(BaselineError::Schema(baseline.schema));
        }
        Ok(baseline)
    }

    /// Whether it has an answer to compare with any of the report's.
    pub fn speaks_of(&self, report: &Report) -> bool {
        let mut answers = report.sections.iter().flat_map(|section| &section.evaluations);
        answers.any(|now| self.evaluations.iter().any(|earlier| earlier.speaks_of(now)))
    }

    /// What moved beyond the tolerances, in the order of the report, then what is gone.
    pub fn moves(&self, report: &Report, tolerances: &Tolerances) -> Vec<Move> {
        let answers = || report.sections.iter().flat_map(|section| &section.evaluations);
        let mut moves = vec![];
        for now in answers() {
            match self.evaluations.iter().find(|earlier| earlier.speaks_of(now)) {
                Some(earlier) => earlier.compare(now, tolerances, &mut moves),
                None => {
                    moves.push(move_of(
                        now,
                        "strategy",
                        "is new: the baseline does not have it".to_owned(),
                        false,
                    ));
                }
            }
        }
        for earlier in self.evaluations.iter().filter(|earlier| !answers().any(|now| earlier.speaks_of(now)))
        {
            moves.push(Move {
                scenario: earlier.scenario.clone(),
                variant: earlier.variant.clone(),
                strategy: earlier.strategy.clone(),
                engine: earlier.engine.clone(),
                subject: "strategy".to_owned(),
                message: "is gone: only the baseline has it".to_owned(),
                worse: true,
            });
        }
        moves
    }
}

impl Earlier {
    fn speaks_of(&self, now: &Evaluation) -> bool {
        self.scenario == now.scenario
            && self.variant == now.variant
            && self.strategy == now.strategy
            && self.engine == now.engine.name()
    }

    fn compare(&self, now: &Evaluation, tolerances: &Tolerances, moves: &mut Vec<Move>) {
        let mut push = |subject: &str, message: String, worse: bool| {
            moves.push(move_of(now, subject, message, worse));
        };
        for metric in Metric::ALL {
            let then = self.metrics.get(metric.name()).and_then(|earlier| earlier.value);
            let matters = metric.spec().better != Better::Neither;
            match (then, now.get(*metric)) {
                (None, None) => {}
                (Some(_), None) => {
                    push(metric.name(), "is gone: only the baseline has it".to_owned(), matters)
                }
                (None, Some(_)) => {
                    push(metric.name(), "is new: the baseline does not have it".to_owned(), false)
                }
                (Some(then), Some(found)) => {
                    if let Some((message, worse)) = moved(*metric, then, found, tolerances) {
                        push(metric.name(), message, worse);
                    }
                }
            }
        }
        for raised in now.risk_flags.iter().filter(|flag| !self.raised(flag.code)) {
            push(raised.code.code(), format!("is newly raised: {}", raised.message), true);
        }
        let gone = self
            .risk_flags
            .iter()
            .filter_map(|flag| Flag::named(&flag.code))
            .filter(|flag| !now.raises(*flag));
        for flag in gone {
            push(flag.code(), "is no longer raised".to_owned(), false);
        }
    }

    fn raised(&self, flag: Flag) -> bool {
        self.risk_flags.iter().any(|earlier| earlier.code == flag.code())
    }
}

/// What happened to a metric beyond its tolerance, and whether it stands in the way of a passing check.
fn moved(metric: Metric, then: f64, found: Estimate, tolerances: &Tolerances) -> Option<(String, bool)> {
    let by = found.value - then;
    // Of an uncertain answer only a difference beyond its interval counts.
    if by.abs() <= tolerances.of(metric) * then.abs() + found.half_width.unwrap_or(0.0) {
        return None;
    }
    // The score is made of the others; it decides only where a tolerance names it.
    let decides = metric != Metric::Score || tolerances.by_metric.contains_key(&metric);
    let (worse, word) = match metric.spec().better {
        _ if !decides => (false, "which does not decide"),
        Better::Lower if by > 0.0 => (true, "worse"),
        Better::Higher if by < 0.0 => (true, "worse"),
        Better::Lower | Better::Higher => (false, "better"),
        Better::Neither => (false, "moved"),
    };
    let change = if then == 0.0 { String::new() } else { format!(" ({:+.2}%)", 100.0 * by / then) };
    let numbers = match (significant(then), significant(found.value)) {
        (then, now) if then != now => format!("{then} → {now}"),
        _ => format!("{then} → {}", found.value),
    };
    Some((format!("{numbers}{change}, {word}"), worse))
}

fn move_of(answer: &Evaluation, subject: &str, message: String, worse: bool) -> Move {
    Move {
        scenario: answer.scenario.clone(),
        variant: answer.variant.clone(),
        strategy: answer.strategy.clone(),
        engine: answer.engine.name().to_owned(),
        subject: subject.to_owned(),
        message,
        worse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerances_are_shares_or_percents_for_all_metrics_or_one() {
        let tolerances = Tolerances::parse(["2%", "expected_latency_ms=0.1"]).expect("reads");
        assert_eq!(tolerances.of(Metric::OpsLoad), 0.02);
        assert_eq!(tolerances.of(Metric::ExpectedLatency), 0.1);
        for bad in ["-1%", "much", "nothing=1%", "nan", "5"] {
            assert_eq!(Tolerances::parse([bad]), Err(BaselineError::Tolerance(bad.to_owned())));
        }
    }

    #[test]
    fn json_of_something_else_is_refused() {
        assert!(matches!(Baseline::parse("{}"), Err(BaselineError::Format(_))));
        let other = r#"{"schema": "warmcast/9", "evaluations": []}"#;
        assert_eq!(Baseline::parse(other).expect_err("refused"), BaselineError::Schema("warmcast/9".into()));
    }
}
