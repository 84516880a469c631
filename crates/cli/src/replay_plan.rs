//! From the arguments of `replay` to what is played.

use sim::eviction::Chosen;
use sim::{Interval, Setup, Start, Ttl};
use trace::{Trace, Wanted};

use crate::args::{Common, ReplayArgs, StartArg};
use crate::failure::Failure;
use crate::input::{ReadArgs, canonical};
use crate::replaying::Plan;
use crate::spans::{Capacity, duration, percent_of};

/// Policies where none are named; the last needs the whole trace.
const POLICIES: &[&str] = &["fifo", "lru", "s3-fifo", "belady"];

/// Capacities where none are named.
const CAPACITIES: &[&str] = &["1%", "3%", "10%", "30%"];

/// What the user asks for, before the trace is known.
pub(crate) struct Asked {
    policies: Vec<Chosen>,
    capacities: Vec<(String, Capacity)>,
    /// Whether nobody has named them.
    usual_capacities: bool,
    pub(crate) bytes: bool,
    measure_from: (String, From),
    start: Start,
    pub(crate) interval: Option<Interval>,
    pub(crate) ttl: Option<Ttl>,
    written: Written,
    seed: u64,
}

/// Where counting starts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum From {
    Request(usize),
    Percent(f64),
}

/// What goes into the canonical command as it was written.
struct Written {
    interval: Option<String>,
    ttl: Option<String>,
}

/// What there is to know of a whole trace.
pub(crate) struct Whole {
    requests: usize,
    keys: u64,
    /// All that could be in a cache, in the unit of capacities.
    all: u64,
}

impl Whole {
    pub(crate) fn of(trace: &Trace, asked: &Asked) -> Self {
        let keys = trace.keys.len() as u64;
        let all = if asked.bytes { trace.working_set_bytes().unwrap_or(0) } else { keys };
        Self { requests: trace.len(), keys, all }
    }
}

impl Asked {
    /// `streams` says that the trace is read once.
    pub(crate) fn parse(args: &ReplayArgs, common: &Common, streams: bool) -> Result<Self, Failure> {
        if streams && args.capacities.is_empty() {
            return Err(Failure::usage(
                "a stream does not tell how many keys are to come, so capacities have to be named",
                "add --capacities 1000,10000, or hold standard input in memory with --load",
            ));
        }
        let or = |given: &[String], usual: &[&str]| match given {
            [] => usual.iter().map(|text| (*text).to_owned()).collect(),
            given => given.to_vec(),
        };
        // Belady cannot answer for a stream, and nobody has asked for it.
        let usual = if streams { &POLICIES[..POLICIES.len() - 1] } else { POLICIES };
        let policies = or(&args.policies, usual);
        let capacities: Vec<String> = or(&args.capacities, CAPACITIES);
        let chosen = policies.iter().map(|text| Chosen::parse(text.trim()));
        let policies: Vec<Chosen> = chosen
            .collect::<Result<_, _>>()
            .map_err(|bad| Failure::usage(&format!("--policies: {}", bad.message), &bad.help))?;
        let capacities = capacities.iter().map(|text| {
            let text = text.trim();
            Capacity::parse(text, args.bytes).map(|capacity| (text.to_owned(), capacity))
        });
        let interval = args.interval.as_deref().map(interval).transpose()?;
        if args.start != StartArg::Warm && measure_from(&args.measure_from)? == From::Request(0) {
            return Err(Failure::usage(
                "--start says how caches are when counting starts, and it starts with the first request",
                "add --measure-from, such as --measure-from 50%",
            ));
        }
        let ttl = match args.ttl.as_deref() {
            None => None,
            Some("trace") => Some(Ttl { lives: None, sliding: args.sliding }),
            Some(text) => Some(Ttl { lives: Some(duration("--ttl", text)?), sliding: args.sliding }),
        };
        Ok(Self {
            policies,
            capacities: capacities.collect::<Result<_, _>>()?,
            usual_capacities: args.capacities.is_empty(),
            bytes: args.bytes,
            measure_from: (args.measure_from.clone(), measure_from(&args.measure_from)?),
            start: match args.start {
                StartArg::Warm => Start::Warm,
                StartArg::Cold => Start::Cold,
                StartArg::StaticTop => Start::StaticTop,
            },
            interval,
            ttl,
            written: Written { interval: args.interval.clone(), ttl: args.ttl.clone() },
            seed: common.seed,
        })
    }

    /// What to play; without knowledge of the whole trace only what does not need it.
    pub(crate) fn plan(&mut self, whole: Option<&Whole>) -> Result<Plan, Failure> {
        if let Some(whole) = whole.filter(|_| self.usual_capacities) {
            // Of a few keys the usual shares are none, and all of them are the only share worth a look.
            self.capacities.retain(|(text, capacity)| capacity.of(text, whole.keys).is_ok());
            if self.capacities.is_empty() {
                self.capacities.push(("100%".to_owned(), Capacity::Percent(100.0)));
            }
        }
        let unknown = |what: &str, why: &str| {
            Failure::usage(
                &format!("{what} needs the whole trace, and a stream is read once: {why}"),
                "name a file, or hold standard input in memory with --load",
            )
        };
        let measure_from = match (self.measure_from.1, whole) {
            (From::Request(request), _) => request,
            (From::Percent(percent), Some(whole)) => percent_of(percent, whole.requests as u64) as usize,
            (From::Percent(_), None) => {
                return Err(unknown(
                    &format!("--measure-from {}", self.measure_from.0),
                    "nobody knows how much is to come",
                ));
            }
        };
        if let Some(whole) = whole {
            self.refuse_nothing_to_count(measure_from, whole.requests)?;
        }
        let mut cells = vec![];
        for policy in &self.policies {
            if policy.entry.needs_future && whole.is_none() {
                return Err(unknown(policy.entry.name, "it has to know what is asked for next"));
            }
            for (text, capacity) in &self.capacities {
                let all = match (whole, capacity) {
                    (Some(whole), _) => whole.all,
                    (None, Capacity::Absolute(_)) => 0,
                    (None, Capacity::Percent(_)) => {
                        return Err(unknown(
                            &format!("--capacities {text}"),
                            "nobody knows how many keys are to come",
                        ));
                    }
                };
                let capacity = capacity.of(text, all)?;
                let setup =
                    Setup { capacity, bytes: self.bytes, ttl: self.ttl, seed: self.seed, express: true };
                cells.push((policy.clone(), setup));
            }
        }
        Ok(Plan { cells, start: self.start, interval: self.interval, measure_from })
    }

    /// Whether one policy at one capacity is asked for.
    pub(crate) fn is_for_one_cache(&self) -> bool {
        self.policies.len() == 1 && self.capacities.len() == 1
    }

    /// Whether it takes knowledge of the whole trace.
    pub(crate) fn needs_the_whole(&self) -> bool {
        let share = |(_, capacity): &(String, Capacity)| matches!(capacity, Capacity::Percent(_));
        self.policies.iter().any(|policy| policy.entry.needs_future)
            || self.capacities.iter().any(share)
            || matches!(self.measure_from.1, From::Percent(_))
    }

    /// Refuses to count from behind the end.
    pub(crate) fn refuse_nothing_to_count(&self, from: usize, requests: usize) -> Result<(), Failure> {
        if from < requests {
            return Ok(());
        }
        let message =
            format!("--measure-from {} leaves none of {requests} requests to count", self.measure_from.0);
        Err(Failure::usage(&message, "write less"))
    }

    /// Policy and capacity of each cell, as they were written.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.policies.iter().flat_map(|policy| {
            self.capacities.iter().map(|(capacity, _)| (policy.text.as_str(), capacity.as_str()))
        })
    }

    /// What of each request it takes beside key and size.
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted { times: self.needs_times(), ttls: self.ttls_of_trace(), ..Wanted::default() }
    }

    /// Whether requests have to have a time.
    fn needs_times(&self) -> bool {
        let timed = self.policies.iter().any(|policy| policy.entry.needs_time);
        self.ttl.is_some() || timed || matches!(self.interval, Some(Interval::Time(_)))
    }

    /// Whether the trace has to say how long keys live.
    fn ttls_of_trace(&self) -> bool {
        self.ttl.is_some_and(|ttl| ttl.lives.is_none())
    }

    /// Refuses what the trace cannot answer.
    pub(crate) fn refuse_what_the_trace_lacks(
        &self,
        times: bool,
        sizes: bool,
        lives: bool,
    ) -> Result<(), Failure> {
        let lacks = |what: &str, why: &str, help: &str| {
            Err(Failure::usage(&format!("the trace has no {what}, which {why} needs"), help))
        };
        let name = "leave it out, or name the column with --map";
        if !sizes && self.bytes {
            return lacks("sizes", "--bytes", name);
        }
        if !times && self.ttl.is_some() {
            return lacks("times", "--ttl", name);
        }
        if !times && matches!(self.interval, Some(Interval::Time(_))) {
            return lacks("times", "--interval", "write a number of requests");
        }
        if !lives && self.ttls_of_trace() {
            return lacks(
                "times to live",
                "--ttl trace",
                "write a duration such as 5m, or name the column with --map",
            );
        }
        Ok(())
    }

    /// The command in canonical form: what changes the answer.
    pub(crate) fn canonical(&self, name: &str, read: &ReadArgs) -> String {
        let list = |texts: Vec<&str>| texts.join(",");
        let policies = list(self.policies.iter().map(|policy| policy.text.as_str()).collect());
        let capacities = list(self.capacities.iter().map(|(text, _)| text.as_str()).collect());
        let mut command = format!("replay {name} --policies {policies} --capacities {capacities}");
        let mut add = |part: String| {
            command.push(' ');
            command.push_str(&part);
        };
        if self.bytes {
            add("--bytes".to_owned());
        }
        if self.measure_from.1 != From::Request(0) {
            add(format!("--measure-from {}", self.measure_from.0));
        }
        match self.start {
            Start::Warm => {}
            Start::Cold => add("--start cold".to_owned()),
            Start::StaticTop => add("--start static-top".to_owned()),
        }
        if let Some(interval) = &self.written.interval {
            add(format!("--interval {interval}"));
        }
        if let (Some(ttl), Some(text)) = (self.ttl, &self.written.ttl) {
            add(format!("--ttl {text}{}", if ttl.sliding { " --sliding" } else { "" }));
        }
        command.push_str(&canonical(read));
        command
    }

    /// What a reader of the answer has to know.
    pub(crate) fn notes(&self, timed: bool) -> Vec<String> {
        let mut notes = vec![];
        let has = |name: &str| self.policies.iter().any(|policy| policy.entry.name == name);
        if has("belady") && self.bytes {
            notes.push("belady knows the future and still is no upper bound here: with sizes the best choice is another problem.".to_owned());
        }
        if has("redis-lfu") && !timed {
            notes.push("redis-lfu: the trace has no times, so that counters never decay.".to_owned());
        }
        if has("redis-lru") || has("redis-lfu") {
            notes.push(format!("redis policies draw keys at random, here with seed {}.", self.seed));
        }
        notes
    }
}

/// Requests or time.
fn interval(text: &str) -> Result<Interval, Failure> {
    match text.parse::<u64>() {
        Ok(0) => Err(Failure::usage("--interval 0 holds nothing", "write a number of requests, or 5m")),
        Ok(requests) => Ok(Interval::Requests(requests)),
        Err(_) => duration("--interval", text).map(Interval::Time),
    }
}

fn measure_from(text: &str) -> Result<From, Failure> {
    let wrong = || {
        Failure::usage(
            &format!("--measure-from {text} is no request"),
            "write its number, or a share such as 50%",
        )
    };
    match text.strip_suffix('%') {
        Some(percent) => {
            let share = percent.trim().parse::<f64>().ok().filter(|percent| (0.0..100.0).contains(percent));
            share.map(From::Percent).ok_or_else(wrong)
        }
        None => text.parse().map(From::Request).map_err(|_| wrong()),
    }
}
