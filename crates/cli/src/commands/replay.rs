//! `warmcast replay`: a trace through policies and capacities.

use frames::Values;
use report::sheet::{Sheet, counted, grouped};
use sim::{Broken, Counted, Interval, Tally};
use trace::{Spot, Trace, Wanted};

use crate::Outcome;
use crate::args::{Common, ReplayArgs};
use crate::chunks::Reading;
use crate::failure::Failure;
use crate::files::complain;
use crate::input::{Opened, names_stdin, open, refuse_overwriting};
use crate::progress::Progress;
use crate::replay_chart::chart;
use crate::replay_plan::{Asked, Whole};
use crate::replaying::{Plan, PlayError, Played};
use crate::sheets::{Answer, check_outputs, deliver_sheet, provenance};

pub(crate) fn run(args: &ReplayArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("replay")?;
    check_outputs(&args.output, common)?;
    refuse_overwriting(&args.trace, &args.output)?;
    let once = args.stream || names_stdin(&args.trace) && !args.load;
    let mut asked = Asked::parse(args, common, once)?;
    let streams = once || !args.load && asked.is_for_one_cache() && !asked.needs_the_whole();
    let mut opened = open(&args.trace, &args.read, common)?;
    let answered = match streams {
        true => from_stream(&mut asked, &mut opened, common)?,
        false => from_memory(&mut asked, &mut opened, common)?,
    };
    tell_oversized(&answered, &opened.name);
    let command = asked.canonical(&opened.written, &args.read);
    let provenance = provenance(&args.trace, command, &args.output, common)?;
    let sheet = answered.sheet(&asked, &opened.name);
    let chart = chart(&answered.plan, &answered.played, &asked);
    let answer = Answer { sheet: &sheet, list: "replays", provenance, chart };
    deliver_sheet(&answer, &args.output, common)?;
    Ok(Outcome::Answered)
}

/// What was played and what came of it.
struct Answered {
    plan: Plan,
    played: Played,
    requests: u64,
    keys: u64,
    /// Whether the trace has sizes, and times.
    sized: bool,
    timed: bool,
    largest: Option<(u64, Spot)>,
}

fn from_memory(asked: &mut Asked, opened: &mut Opened, common: &Common) -> Result<Answered, Failure> {
    let wanted = Wanted { requests: opened.expected, ..asked.wanted() };
    let trace = Trace::load(&mut opened.stream, wanted).map_err(|error| opened.failed(error))?;
    opened.tell(common, &trace.found, &trace.passed);
    opened.refuse_empty(trace.len() as u64)?;
    asked.refuse_what_the_trace_lacks(trace.span.is_some(), trace.bytes.is_some(), !trace.ttls.is_empty())?;
    let plan = asked.plan(Some(&Whole::of(&trace, asked)))?;
    plan.refuse_short_intervals(trace.span)?;
    let bar = Progress::requests(common, (trace.len() * plan.cells.len()) as u64);
    let played = plan.play(&trace, |served| bar.at(served)).map_err(|broken| unsound(&broken))?;
    let (requests, keys) = (trace.len() as u64, trace.keys.len() as u64);
    let (sized, timed) = (trace.bytes.is_some(), trace.span.is_some());
    Ok(Answered { plan, played, requests, keys, sized, timed, largest: trace.largest })
}

fn from_stream(asked: &mut Asked, opened: &mut Opened, common: &Common) -> Result<Answered, Failure> {
    let plan = asked.plan(None)?;
    let reading = Reading::of(asked.wanted(), plan.cells.len(), common.threads != Some(1));
    let played = plan.play_stream(&mut opened.stream, reading).map_err(|error| match error {
        PlayError::Load(error) => opened.failed(error),
        PlayError::Broken(broken) => unsound(&broken),
        PlayError::Refused(failure) => failure,
    })?;
    let stream = &opened.stream;
    opened.tell(common, &stream.found(), stream.passed());
    opened.refuse_empty(played.requests)?;
    asked
        .refuse_nothing_to_count(plan.measure_from, usize::try_from(played.requests).unwrap_or(usize::MAX))?;
    asked.refuse_what_the_trace_lacks(played.timed, stream.largest().is_some(), played.lives)?;
    Ok(Answered {
        plan,
        requests: played.requests,
        keys: played.keys,
        played: played.played,
        sized: stream.largest().is_some(),
        timed: played.timed,
        largest: stream.largest(),
    })
}

/// A run whose numbers contradict each other has no answer.
fn unsound(broken: &Broken) -> Failure {
    Failure::usage(
        &format!("a policy has lost count: {broken}"),
        "this is an error in warmcast; please report it with the command and, if you can, the trace",
    )
}

/// Warns of objects that no cache of some capacity can hold: they miss each time, which is no fault of a policy.
fn tell_oversized(answered: &Answered, name: &str) {
    let bytes = answered.plan.cells.iter().filter(|(_, setup)| setup.bytes);
    let Some(least) = bytes.map(|(_, setup)| setup.capacity).min() else { return };
    if let Some((size, spot)) = answered.largest.filter(|(size, _)| *size > least) {
        complain(&format!(
            "{name}: {spot}: an object of {} bytes is larger than the cache of {} bytes; such requests miss\n",
            grouped(size),
            grouped(least)
        ));
    }
}

impl Answered {
    fn sheet(&self, asked: &Asked, name: &str) -> Sheet {
        let rows: Vec<Row> =
            asked.names().zip(&self.played.cells).flat_map(|(name, cell)| self.rows(name, cell)).collect();
        let text = |field: &dyn Fn(&Row) -> String| Values::Text(rows.iter().map(field).collect());
        let count =
            |field: fn(&Tally) -> u64| Values::Count(rows.iter().map(|row| field(&row.tally)).collect());
        let ratio = |field: &dyn Fn(&Row) -> Option<f64>| Values::Number(rows.iter().map(field).collect());
        let mut sheet = Sheet { title: self.title(asked, name), ..Sheet::default() }
            .with("policy", "policy", 0, text(&|row| row.policy.to_owned()))
            .with("capacity", "capacity", 0, text(&|row| row.capacity.to_owned()));
        match asked.interval {
            Some(Interval::Requests(_)) => {
                sheet = sheet.with(
                    "from_request",
                    "from, request",
                    0,
                    Values::Count(rows.iter().map(|row| row.from).collect()),
                );
            }
            Some(Interval::Time(length)) => {
                let from = rows.iter().map(|row| Some(row.nth as f64 * length as f64 / 1e6)).collect();
                sheet = sheet.with("from_s", "from, s", 1, Values::Number(from));
            }
            None => {}
        }
        sheet = sheet
            .with("requests", "requests", 0, count(|tally| tally.requests))
            .with("hits", "hits", 0, count(Tally::hits))
            .with("misses", "misses", 0, count(|tally| tally.misses))
            .with("hit_ratio", "hit ratio", 4, ratio(&|row| row.tally.hit_ratio()));
        let bytes = |row: &Row| self.sized.then(|| row.tally.byte_hit_ratio(row.bytes)).flatten();
        sheet = sheet
            .with("byte_hit_ratio", if self.sized { "by bytes" } else { "" }, 4, ratio(&bytes))
            .with("evictions", "evictions", 0, count(|tally| tally.evictions));
        if asked.ttl.is_some() {
            sheet = sheet.with("expired", "expired", 0, count(|tally| tally.expired));
        }
        sheet.notes = asked.notes(self.timed);
        sheet.notes.extend(self.closed(asked));
        sheet
    }

    /// The rows of a cell: one, or one an interval.
    fn rows<'a>(&self, (policy, capacity): (&'a str, &'a str), cell: &Counted) -> Vec<Row<'a>> {
        let asked = &self.played.asked;
        let (parts, all) = match cell.intervals.is_empty() {
            true => (vec![cell.total], vec![asked.total]),
            false => (cell.intervals.clone(), asked.intervals.clone()),
        };
        let mut from = self.plan.measure_from as u64;
        let parts = parts.into_iter().zip(all).enumerate();
        let rows = parts.map(|(nth, (tally, all))| {
            let row = Row { policy, capacity, nth, from, tally, bytes: all.missed_bytes };
            from += tally.requests;
            row
        });
        rows.collect()
    }

    /// Caches that let nothing in: too small for the parts that their policy has.
    fn closed(&self, asked: &Asked) -> Option<String> {
        let cells = asked.names().zip(&self.plan.cells).zip(&self.played.cells);
        let closed = cells.filter(|((_, (_, setup)), cell)| {
            let all_missed = cell.total.misses == cell.total.requests;
            !setup.bytes && all_missed && cell.total.evictions == 0 && cell.total.requests > setup.capacity
        });
        let names: Vec<String> =
            closed.map(|(((policy, capacity), _), _)| format!("{policy} at {capacity}")).collect();
        let say = |names: &[String]| format!("Too small to let anything in: {}.", names.join(", "));
        (!names.is_empty()).then(|| say(&names))
    }

    fn title(&self, asked: &Asked, name: &str) -> String {
        let unit = if asked.bytes { "bytes" } else { "items" };
        let from = match self.plan.measure_from {
            0 => String::new(),
            from => format!(", counted from request {}", grouped(from as u64)),
        };
        format!(
            "{name}: {}, {}; capacity in {unit}{from}",
            counted(self.requests, "request"),
            counted(self.keys, "key")
        )
    }
}

/// A row of the answer.
struct Row<'a> {
    policy: &'a str,
    capacity: &'a str,
    /// Which interval.
    nth: usize,
    /// Its first request.
    from: u64,
    tally: Tally,
    /// Bytes that were asked for.
    bytes: u64,
}
