//! Requests of a trace or log, in order of time whatever order they came in.

use std::path::Path;

use calibrate::{
    Asked, Estimate, Evidence, Parameter, RequestLog, Requests, Sampling, Workload, object_bytes, shown,
};
use report::sheet::counted;
use scenario::{KeyList, KeyRow};
use trace::format::Counted;
use trace::{Keys, Micros, Rules, Trace, Wanted};

use crate::args::Common;
use crate::failure::Failure;
use crate::input::{Opened, ReadArgs, open_with};

/// How late a request may come, as a share of the time: logs are written when answers end, and some are merged.
const LATE: f64 = 0.01;
/// A stretch without requests that is so much of all the time is a jump of the clock.
const JUMP: f64 = 0.99;

/// A trace in memory.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) requests: Vec<u32>,
    pub(super) times: Vec<Micros>,
    pub(super) keys: Keys,
    log: RequestLog,
    object: Option<Estimate>,
    repairs: Vec<String>,
}

impl Loaded {
    /// Reads a trace to its end and sorts it.
    pub(super) fn read(path: &Path, read: &ReadArgs, common: &Common) -> Result<Self, Failure> {
        let rules = Rules { as_they_stand: read.late.is_none(), ..read.rules()? };
        let mut opened = open_with(path, read, rules, common)?;
        let wanted = Wanted { times: true, requests: opened.expected, ..Wanted::default() };
        let mut log = RequestLog::default();
        let trace = Trace::load_beside(&mut opened.stream, wanted, |block| log.see(block))
            .map_err(|error| opened.failed(error))?;
        opened.tell(common, &trace.found, &trace.passed);
        opened.refuse_empty(trace.len() as u64)?;
        let object = object_bytes(&trace);
        let mut loaded = Self {
            name: opened.name.clone(),
            requests: trace.requests,
            times: trace.times,
            keys: trace.keys,
            log,
            object,
            repairs: repairs(&opened, &trace.passed),
        };
        loaded.sort(trace.passed.late, trace.passed.latest)?;
        loaded.refuse_jumps()?;
        Ok(loaded)
    }

    /// Its requests.
    pub(super) fn requests(&self) -> Requests<'_> {
        Requests {
            name: &self.name,
            times: &self.times,
            requests: &self.requests,
            keys: self.keys.len(),
            sampling: Sampling::ALL,
        }
    }

    /// What it says of a scenario.
    pub(super) fn evidence(&self, asked: Asked) -> (Evidence, Option<Workload>) {
        let requests = self.requests();
        let (mut told, workload) = requests.evidence(asked);
        requests.of_log(&self.log, &mut told);
        let object = self.object.map(|bytes| {
            Parameter::found(
                "workload.mean_object_bytes",
                bytes,
                "mean over keys, at the first size of each",
                &self.name,
            )
        });
        told.parameters.extend(object);
        told.repairs.extend(self.repairs.iter().cloned());
        (told, workload)
    }

    /// Its keys and how often each was asked for, the most popular first, as a scenario reads them.
    pub(super) fn counts(&self) -> KeyList {
        let mut counts = vec![0u64; self.keys.len()];
        self.requests.iter().for_each(|key| counts[*key as usize] += 1);
        let mut order: Vec<u32> = (0..counts.len() as u32).collect();
        order.sort_by_key(|key| std::cmp::Reverse(counts[*key as usize]));
        let row = |key: u32| KeyRow {
            count: Some(counts[key as usize] as f64),
            ..key_row(&name(&self.keys.text(key)))
        };
        KeyList { source: self.name.clone(), rows: order.into_iter().map(row).collect() }
    }

    fn sort(&mut self, late: u64, latest: Micros) -> Result<(), Failure> {
        if late == 0 {
            return Ok(());
        }
        let (Some(first), Some(last)) = (self.times.iter().min(), self.times.iter().max()) else {
            return Ok(());
        };
        let span = (last - first) as f64;
        let seconds = shown(latest as f64 / 1e6);
        let backwards = self.times.windows(2).all(|pair| pair[1] <= pair[0]);
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
        let mut order: Vec<u32> = (0..self.times.len() as u32).collect();
        order.sort_by_key(|nth| self.times[*nth as usize]);
        self.requests = order.iter().map(|nth| self.requests[*nth as usize]).collect();
        self.times.sort_unstable();
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
        let (Some(first), Some(last)) = (self.times.first(), self.times.last()) else { return Ok(()) };
        let span = (last - first) as f64;
        let longest = self.times.windows(2).enumerate().max_by_key(|(_, pair)| pair[1] - pair[0]);
        match longest {
            Some((nth, pair)) if self.times.len() > 2 && (pair[1] - pair[0]) as f64 > JUMP * span => {
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
