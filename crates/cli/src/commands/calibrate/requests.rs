//! Requests of a trace or log, in order of time whatever order they came in.

use std::path::Path;

use calibrate::{
    Asked, Evidence, Parameter, RequestLog, Requests, Sampling, most_first, object_bytes, shown,
};
use report::sheet::counted;
use scenario::{KeyList, KeyRow};
use trace::format::Counted;
use trace::{Kept, Micros, Rules};

use crate::args::Common;
use crate::failure::Failure;
use crate::halves::{Halves, halves};
use crate::input::{Opened, ReadArgs, open_with};

/// How late a request may come, as a share of the time: logs are written when answers end, and some are merged.
const LATE: f64 = 0.01;
/// A stretch without requests that is so much of all the time is a jump of the clock.
const JUMP: f64 = 0.99;

/// A trace in memory.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) kept: Kept,
    log: RequestLog,
    repairs: Vec<String>,
}

impl Loaded {
    /// Reads a trace to its end, keeping no more of it than fits into so many bytes, and sorts it.
    pub(super) fn read(path: &Path, read: &ReadArgs, bytes: usize, common: &Common) -> Result<Self, Failure> {
        let rules = Rules { as_they_stand: read.late.is_none(), ..read.rules()? };
        let mut opened = open_with(path, read, rules, common)?;
        let mut log = RequestLog::default();
        let both = halves(path, read, rules, common)?.and_then(|Halves { mut streams, repeated }| {
            Kept::load_both(streams.each_mut(), repeated, bytes, common.seed)
        });
        let kept = match both {
            Some(kept) => kept,
            None => Kept::load(&mut opened.stream, bytes, common.seed, |block| log.see(block))
                .map_err(|error| opened.failed(error))?,
        };
        opened.tell(common, &kept.found, &kept.passed);
        opened.refuse_empty(kept.total)?;
        let (late, latest) = (kept.passed.late, kept.passed.latest);
        let repairs = repairs(&opened, &kept.passed);
        let mut loaded = Self { name: opened.name, kept, log, repairs };
        loaded.sort(late, latest)?;
        loaded.refuse_jumps()?;
        Ok(loaded)
    }

    /// Its requests.
    pub(super) fn requests(&self) -> Requests<'_> {
        let Kept { keys, requests, times, rate, total, .. } = &self.kept;
        let each = *total as f64 / requests.len().max(1) as f64;
        let sampling = Sampling { rate: *rate, each: if *rate < 1.0 { each } else { 1.0 } };
        Requests { name: &self.name, times, requests, keys: keys.len(), sampling }
    }

    /// What it says of a scenario.
    pub(super) fn evidence(&self, asked: Asked) -> Evidence {
        let requests = self.requests();
        let (mut told, _) = requests.evidence(asked);
        requests.of_log(&self.log, &mut told);
        let object = object_bytes(&self.kept.sizes).map(|bytes| {
            let method = "mean over keys, at the first size of each";
            Parameter::found("workload.mean_object_bytes", bytes, method, &self.name)
        });
        told.parameters.extend(object);
        told.repairs.extend(self.repairs.iter().cloned());
        if requests.sampling.leaves_out() {
            told.notes.push(format!(
                "Memory does not hold all {} of {}: those for one key in {:.0} are kept, drawn by its hash, and intervals are as wide as \
                 that makes them. --max-memory 4GiB would keep more.",
                counted(self.kept.total, "request"),
                self.name,
                1.0 / self.kept.rate
            ));
        }
        told
    }

    /// Its keys and how often each was asked for, the most popular first, as a scenario reads them.
    pub(super) fn counts(&self) -> KeyList {
        let counts = self.requests().counts();
        let row = |key: usize| KeyRow {
            count: Some(counts[key] as f64),
            ..key_row(&name(&self.kept.keys.text(key as u32)))
        };
        KeyList { source: self.name.clone(), rows: most_first(&counts).map(row).collect() }
    }

    fn sort(&mut self, late: u64, latest: Micros) -> Result<(), Failure> {
        if late == 0 {
            return Ok(());
        }
        let (Some(first), Some(last)) = (self.kept.times.iter().min(), self.kept.times.iter().max()) else {
            return Ok(());
        };
        let span = (last - first) as f64;
        let seconds = shown(latest as f64 / 1e6);
        let backwards = self.kept.times.windows(2).all(|pair| pair[1] <= pair[0]);
        if latest as f64 > LATE * span && !backwards {
            let message = format!(
                "{}: {} out of order, by up to {seconds} s of the {} s that it spans",
                self.name,
                counted(late, "request"),
                shown(span / 1e6)
            );
            let help =
                "sort it by time, look for a mix of units or clocks, or leave times out, `--map time=-`";
            return Err(Failure::usage(&message, help));
        }
        let mut order: Vec<u32> = (0..self.kept.times.len() as u32).collect();
        order.sort_by_key(|nth| self.kept.times[*nth as usize]);
        self.kept.requests = order.iter().map(|nth| self.kept.requests[*nth as usize]).collect();
        self.kept.times.sort_unstable();
        let sorted = match backwards {
            true => format!("{}: latest first, turned around", self.name),
            false => {
                format!(
                    "{}: {} up to {seconds} s out of order, sorted by time",
                    self.name,
                    counted(late, "request")
                )
            }
        };
        self.repairs.push(sorted);
        Ok(())
    }

    fn refuse_jumps(&self) -> Result<(), Failure> {
        let (Some(first), Some(last)) = (self.kept.times.first(), self.kept.times.last()) else {
            return Ok(());
        };
        let span = (last - first) as f64;
        let longest = self.kept.times.windows(2).enumerate().max_by_key(|(_, pair)| pair[1] - pair[0]);
        match longest {
            Some((nth, pair)) if self.kept.times.len() > 2 && (pair[1] - pair[0]) as f64 > JUMP * span => {
                let message = format!(
                    "{}: time jumps by {} s between the requests {} and {}, {:.2} % of the time that it spans",
                    self.name,
                    shown((pair[1] - pair[0]) as f64 / 1e6),
                    nth + 1,
                    nth + 2,
                    100.0 * (pair[1] - pair[0]) as f64 / span
                );
                let help = "look for a mix of units or of clocks, and calibrate on one part of it";
                Err(Failure::usage(&message, help))
            }
            _ => Ok(()),
        }
    }
}

/// The same of a snapshot.
pub(super) fn counts_of(name: &str, keys: &[Counted]) -> KeyList {
    let asked = keys.iter().filter(|key| key.count > 0.0);
    let rows = asked.map(|key| KeyRow { count: Some(key.count), ..key_row(&key.key) });
    KeyList { source: name.to_owned(), rows: rows.collect() }
}

/// A key of which nothing is known.
pub(super) fn key_row(key: &str) -> KeyRow {
    KeyRow { key: key.into(), ts: None, score: None, count: None, last_access: None, size: None }
}

/// A key as text on one line; bytes that are none are written as escapes.
fn name(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => key.escape_ascii().to_string(),
    }
}

/// What reading passed over.
fn repairs(opened: &Opened, passed: &trace::Passed) -> Vec<String> {
    let name = &opened.name;
    let mut repairs = vec![];
    if passed.bad > 0 {
        repairs.push(format!("{name}: {} passed over", counted(passed.bad, "bad record")));
    }
    if passed.left_out > 0 {
        repairs.push(format!("{name}: {} left out for not reading", counted(passed.left_out, "request")));
    }
    repairs
}
