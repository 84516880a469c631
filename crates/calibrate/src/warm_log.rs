//! What a warmer wrote of its own operations: how long they took, and how many failed.

use std::io::Read;

use trace::Wrong;

use crate::batches::Batches;
use crate::evidence::Evidence;
use crate::parameter::Parameter;
use crate::ratio::{ratio, share};

/// Names of columns, in small letters.
const RESULT: &[&str] = &["result", "status", "outcome", "success", "ok"];
const DURATION: &[(&str, f64)] = &[
    ("duration_ms", 1.0),
    ("latency_ms", 1.0),
    ("elapsed_ms", 1.0),
    ("took_ms", 1.0),
    ("duration_s", 1e3),
    ("duration_us", 1e-3),
    ("duration", 1.0),
];
/// Results that warm, that do not for good reason, and that fail; in small letters.
const GOOD: &[&str] =
    &["ok", "success", "succeeded", "true", "1", "yes", "filled", "warmed", "loaded", "set", "done", "200"];
const NEITHER: &[&str] =
    &["skipped", "skip", "fresh", "exists", "present", "hit", "not_modified", "304", "duplicate"];
const BAD: &[&str] = &[
    "error",
    "err",
    "fail",
    "failed",
    "failure",
    "false",
    "0",
    "no",
    "timeout",
    "timed_out",
    "refused",
    "dropped",
    "cancelled",
];

/// Sums of a batch: operations that warmed or failed, failures, timed operations, their milliseconds.
const DONE: usize = 0;
const FAILED: usize = 1;
const TIMED: usize = 2;
const MS: usize = 3;

/// The log of a warmer.
#[derive(Debug, Clone, Default)]
pub struct WarmLog {
    batches: Batches<4>,
    neither: u64,
    untimed: u64,
}

impl WarmLog {
    /// Whether a header is that of such a log: a result and a duration.
    pub fn sniff(head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        let names: Vec<String> = text.lines().next().unwrap_or("").split(',').map(plain).collect();
        result_of(&names).is_some() && duration_of(&names).is_some()
    }

    /// Reads a table with a header, among whose columns are a result and a duration.
    ///
    /// # Errors
    /// Where a column is missing, a result is not known, or a duration is none.
    pub fn read(input: impl Read) -> Result<Self, Wrong> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let broken =
            |error: csv::Error| Wrong::new(format!("it is no table: {error}"), "write it as CSV in UTF-8");
        let names: Vec<String> = rows.headers().map_err(broken)?.iter().map(plain).collect();
        let needed =
            "a warmer's log has a header with result and duration_ms, such as ts,key,result,duration_ms";
        let missing = |what: &str| Wrong::new(format!("no column is known to be the {what}"), needed);
        let result = result_of(&names).ok_or_else(|| missing("result"))?;
        let (duration, unit) = duration_of(&names).ok_or_else(|| missing("duration"))?;
        let mut log = Self::default();
        for row in rows.records() {
            let row = row.map_err(broken)?;
            let line = row.position().map_or(0, csv::Position::line);
            let said = plain(row.get(result).unwrap_or(""));
            let failed = match said.as_str() {
                said if GOOD.contains(&said) => false,
                said if BAD.contains(&said) || said.starts_with('5') && said.len() == 3 => true,
                said if NEITHER.contains(&said) => {
                    log.neither += 1;
                    continue;
                }
                _ => {
                    return Err(Wrong::new(
                        format!("line {line}: the result `{said}` is not known"),
                        format!("write one of {}, {} or {}", GOOD[0], NEITHER[0], BAD[0]),
                    ));
                }
            };
            let text = row.get(duration).unwrap_or("").trim();
            let ms = match text.parse::<f64>() {
                Ok(ms) if ms >= 0.0 && ms.is_finite() => Some(ms * unit),
                _ if text.is_empty() || text == "-" => None,
                _ => {
                    let message = format!("line {line}: `{text}` is no duration");
                    return Err(Wrong::new(message, "write a number of 0 or more, or leave the cell empty"));
                }
            };
            log.untimed += u64::from(ms.is_none());
            let timed = ms.filter(|_| !failed);
            log.batches.push([
                1.0,
                f64::from(u8::from(failed)),
                f64::from(u8::from(timed.is_some())),
                timed.unwrap_or(0.0),
            ]);
        }
        match log.batches.total(DONE) > 0.0 {
            true => Ok(log),
            false => Err(Wrong::new("no row is of an operation that warmed or failed", needed)),
        }
    }

    /// What it says of a scenario.
    pub fn evidence(&self, name: &str) -> Evidence {
        let mut told = Evidence::default();
        let pairs = |of: usize, by: usize| {
            self.batches.sums().iter().map(|sums| [sums[of], sums[by]]).collect::<Vec<_>>()
        };
        let count = |of: usize| self.batches.total(of) as u64;
        let mut add = |key, estimate: Option<_>, method: &str| {
            told.parameters.extend(estimate.map(|estimate| Parameter::found(key, estimate, method, name)));
        };
        add(
            "origin.warm_cost_ms",
            ratio(&pairs(MS, TIMED), count(TIMED)),
            "mean of operations that warmed, batch means",
        );
        add(
            "origin.failure_share",
            share(&pairs(FAILED, DONE), count(DONE)),
            "failed, of those that warmed or failed",
        );
        for (count, what) in
            [(self.neither, "skipped, and not counted"), (self.untimed, "without a duration")]
        {
            if count > 0 {
                told.notes.push(format!("{name}: {count} operations {what}."));
            }
        }
        told
    }
}

fn plain(text: &str) -> String {
    text.trim().trim_matches('"').to_lowercase()
}

fn result_of(names: &[String]) -> Option<usize> {
    names.iter().position(|name| RESULT.contains(&name.as_str()))
}

fn duration_of(names: &[String]) -> Option<(usize, f64)> {
    DURATION.iter().find_map(|(known, unit)| Some((names.iter().position(|name| name == known)?, *unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: three of four operations warm, in 10, 20 and 30 ms.
    #[test]
    fn operations_have_a_mean_time_and_a_share_that_fails() {
        let rows = "1,a,ok,10\n2,b,error,500\n3,c,OK,20\n4,d,skipped,0\n5,e,success,30\n".repeat(40);
        let log = WarmLog::read(format!("ts,key,result,duration_ms\n{rows}").as_bytes()).expect("reads");
        let told = log.evidence("w.csv");
        let value = |key| told.get(key).map(|one| (one.value, one.n));
        assert_eq!(value("origin.warm_cost_ms"), Some((20.0, 120)));
        assert_eq!(value("origin.failure_share"), Some((0.25, 160)));
        assert_eq!(told.notes, ["w.csv: 40 operations skipped, and not counted."]);
    }

    #[test]
    fn what_is_not_known_is_refused_at_its_line() {
        for (text, message) in [
            ("ts,key\n1,a\n", "no column is known to be the result"),
            ("result,duration_ms\nperhaps,1\n", "line 2: the result `perhaps` is not known"),
            ("result,duration_ms\nok,-1\n", "line 2: `-1` is no duration"),
            ("result,duration_ms\n", "no row is of an operation"),
        ] {
            let wrong = WarmLog::read(text.as_bytes()).expect_err("is refused");
            assert!(wrong.message.starts_with(message), "{}", wrong.message);
        }
    }
}
