//! `warmcast trace stats`.

use frames::Values;
use report::sheet::Sheet;
use trace::reuse::Curve;
use trace::stats::{Churn, Hourly, Popularity, Window};
use trace::{Trace, Wanted};

use super::load;
use crate::args::{Common, StatsArgs};
use crate::failure::Failure;
use crate::input::{canonical, refuse_overwriting};
use crate::sheets::{Answer, check_outputs, deliver_sheet, provenance};
use crate::spans::{duration, refuse_too_short, share};

/// Requests fewer than which a hot set is not worth the name.
const FEWEST_HOT: usize = 10;

pub(super) fn run(args: &StatsArgs, common: &Common) -> Result<(), Failure> {
    check_outputs(&args.output, common)?;
    refuse_overwriting(&args.trace, &args.output)?;
    let hot = args.hot.as_deref().map(|text| share("--hot", text)).transpose()?;
    let window = args.window.as_deref().map(window).transpose()?;
    let (trace, opened) = load(&args.trace, &args.read, Wanted { times: true, ..Wanted::default() }, common)?;
    if matches!(window, Some(Window::Time(_))) && trace.times.is_empty() {
        return Err(Failure::usage(
            "--window is a time, and the trace has none",
            "write a number of requests",
        ));
    }
    if let Some(Window::Time(length)) = window {
        refuse_too_short("--window", "windows", length, trace.span)?;
    }
    let mut rows = Rows::default();
    let mut notes = vec![];
    size(&trace, &mut rows);
    popularity(&trace, &mut rows, &mut notes);
    churn(&trace, window, hot, common.seed, &mut rows, &mut notes);
    reuse(&trace, &mut rows);
    hours(&trace, &mut rows);
    let mut sheet = rows.sheet(opened.name.clone());
    sheet.notes = notes;
    let mut command = format!("trace stats {}", opened.written);
    if let Some(window) = &args.window {
        command.push_str(&format!(" --window {window}"));
    }
    if let Some(hot) = &args.hot {
        command.push_str(&format!(" --hot {hot}"));
    }
    command.push_str(&canonical(&args.read));
    let provenance = provenance(&args.trace, command, &args.output, common)?;
    deliver_sheet(
        &Answer { sheet: &sheet, list: "statistics", provenance, chart: None },
        &args.output,
        common,
    )
}

/// One figure a row: what it is, its value, its standard error, its unit.
#[derive(Default)]
struct Rows {
    names: Vec<String>,
    values: Vec<Option<f64>>,
    errors: Vec<Option<f64>>,
    units: Vec<String>,
    shown: Vec<String>,
}

impl Rows {
    fn add(&mut self, name: &str, value: f64, decimals: usize, unit: &str) {
        self.with_error(name, value, None, decimals, unit);
    }

    fn with_error(&mut self, name: &str, value: f64, error: Option<f64>, decimals: usize, unit: &str) {
        self.names.push(name.to_owned());
        self.values.push(Some(value));
        self.errors.push(error);
        self.units.push(unit.to_owned());
        let error = error.map_or(String::new(), |error| format!(" ± {error:.decimals$}"));
        self.shown.push(match decimals {
            0 => report::sheet::grouped(value as u64),
            _ => format!("{value:.decimals$}{error}"),
        });
    }

    fn sheet(self, title: String) -> Sheet {
        Sheet { title, ..Sheet::default() }
            .with("name", "", 0, Values::Text(self.names.clone()))
            .with("value", "", 0, Values::Number(self.values))
            .with("standard_error", "", 0, Values::Number(self.errors))
            .with("unit", "", 0, Values::Text(self.units.clone()))
            .people(vec![
                ("statistic", self.names.iter().map(|name| name.replace('_', " ")).collect()),
                ("value", self.shown),
                ("unit", self.units),
            ])
    }
}

fn size(trace: &Trace, rows: &mut Rows) {
    rows.add("requests", trace.len() as f64, 0, "");
    rows.add("keys", trace.keys.len() as f64, 0, "");
    if let Some((first, last)) = trace.span {
        let span = (last - first) as f64 / 1e6;
        rows.add("span", span, 3, "s");
        if span > 0.0 {
            rows.add("request_rate", trace.len() as f64 / span, 3, "requests/s");
        }
    }
    if let (Some(bytes), Some(keys)) = (trace.bytes, trace.working_set_bytes()) {
        rows.add("bytes_requested", bytes as f64, 0, "bytes");
        rows.add("working_set", keys as f64, 0, "bytes");
        rows.add("mean_request_size", bytes as f64 / trace.len() as f64, 1, "bytes");
    }
}

fn popularity(trace: &Trace, rows: &mut Rows, notes: &mut Vec<String>) {
    let Some(popularity) = Popularity::of(trace) else { return };
    rows.add("one_hit_share", popularity.one_hit_share, 4, "of keys");
    rows.add("top_1_percent_share", popularity.top_share, 4, "of requests");
    if let Some(zipf) = popularity.zipf {
        rows.with_error("zipf_exponent", zipf.exponent, Some(zipf.standard_error), 4, "");
        notes.push(format!(
            "The Zipf exponent is fitted to the {} most popular keys; its error is that of sampling alone, and counts over \
             a whole trace look flatter than the law at an instant where the hot set changes.",
            report::sheet::grouped(zipf.keys as u64)
        ));
    }
}

fn churn(
    trace: &Trace,
    window: Option<Window>,
    hot: Option<f64>,
    seed: u64,
    rows: &mut Rows,
    notes: &mut Vec<String>,
) {
    let tenth = match trace.span {
        Some((first, last)) if last > first => Window::Time((last - first) / 10 + 1),
        _ => Window::Requests(trace.len().div_ceil(10)),
    };
    let keys = match hot {
        Some(share) => ((trace.keys.len() as f64 * share) as usize).max(1),
        None => (trace.keys.len() / 100).max(FEWEST_HOT),
    };
    let Some(churn) = Churn::of(trace, window.unwrap_or(tenth), keys, seed) else {
        notes.push(format!("Churn is not told: it takes two windows with at least {keys} keys each."));
        return;
    };
    rows.add("hot_set", churn.hot_keys as f64, 0, "keys");
    rows.with_error("hot_set_turnover", churn.turnover, Some(churn.turnover_error), 4, "per window");
    rows.add("hot_set_turnover_by_chance", churn.noise, 4, "per window");
    if let Some(rate) = churn.per_hour {
        rows.add("churn", rate, 4, "per hour");
    }
    let verdict = match churn.turnover - churn.noise {
        excess if excess > 2.0 * churn.turnover_error && excess > 0.0 => "more than chance gives",
        _ => "no more than chance gives",
    };
    notes.push(format!(
        "Turnover is the share of the hot set that is another in the next window ({} pairs of windows): {verdict}, which \
         is the turnover of the same windows after a shuffle.",
        churn.pairs
    ));
}

fn reuse(trace: &Trace, rows: &mut Rows) {
    let curve = Curve::of(trace, 0);
    let first = curve.first_requests() as f64;
    rows.add("first_requests", first / trace.len() as f64, 4, "of requests");
    for (name, share) in
        [("reuse_distance_p50", 0.5), ("reuse_distance_p90", 0.9), ("reuse_distance_p99", 0.99)]
    {
        // A reuse lies within the distance that is the least capacity at which that share of all reuses hits.
        let target = share * (trace.len() as f64 - first) / trace.len() as f64;
        if let Some(distance) = curve.least_capacity(target).filter(|_| target > 0.0) {
            rows.add(name, distance as f64, 0, "keys");
        }
    }
}

fn hours(trace: &Trace, rows: &mut Rows) {
    let Some((hourly, dated)) = Hourly::by_clock(&trace.times) else { return };
    if hourly.requests.len() <= 48 || !dated && hourly.requests.len() <= 24 * 14 {
        for (nth, requests) in hourly.requests.iter().enumerate() {
            rows.add(&format!("requests_in_hour_{nth}"), *requests as f64, 0, "requests");
        }
        return;
    }
    for (hour, requests) in hourly.of_day().iter().enumerate() {
        let zone = if dated { "_utc" } else { "" };
        rows.add(&format!("requests_at_{hour:02}h{zone}"), *requests as f64, 0, "requests");
    }
}

fn window(text: &str) -> Result<Window, Failure> {
    match text.parse::<usize>() {
        Ok(0) => Err(Failure::usage("--window 0 holds nothing", "write a number of requests, or 5m")),
        Ok(requests) => Ok(Window::Requests(requests)),
        Err(_) => duration("--window", text).map(Window::Time),
    }
}
