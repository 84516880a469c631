//! `warmcast trace mrc`: LRU at every capacity.

use frames::Values;
use plots::{Chart, Lines, Mark, Series};
use report::sheet::{Sheet, counted, grouped};
use trace::reuse::{Curve, Estimate, Rate, Sampled, spread};
use trace::{Trace, Wanted};

use super::load;
use crate::args::{Common, MrcArgs};
use crate::failure::Failure;
use crate::files::complain;
use crate::input::{canonical, refuse_overwriting};
use crate::sheets::{Answer, check_outputs, deliver_sheet, prints_notes, provenance};
use crate::spans::{Capacity, share};

/// Capacities that are shown where none are named.
const SHOWN: usize = 40;

pub(super) fn run(args: &MrcArgs, common: &Common) -> Result<(), Failure> {
    check_outputs(&args.output, common)?;
    refuse_overwriting(&args.trace, &args.output)?;
    let targets: Vec<f64> = args.target.iter().map(|text| target(text)).collect::<Result<_, _>>()?;
    let named =
        args.capacities.iter().map(|text| Capacity::parse(text, false).map(|capacity| (text, capacity)));
    let named: Vec<_> = named.collect::<Result<_, _>>()?;
    let rate = args.sample.as_deref().map(rate).transpose()?;
    let (trace, opened) = load(&args.trace, &args.read, Wanted::default(), common)?;
    let lru = match rate {
        None => Lru::Exact(Curve::of(&trace, 0)),
        Some(rate) => Lru::Sampled(Sampled::of(&trace, 0, rate, common.seed)),
    };
    let keys = trace.keys.len() as u64;
    let capacities = match named.is_empty() {
        true => spread(lru.least(), keys, SHOWN),
        false => named.iter().map(|(text, capacity)| capacity.of(text, keys)).collect::<Result<_, _>>()?,
    };
    let found: Vec<Option<u64>> = targets.iter().map(|target| lru.least_capacity(*target)).collect();
    let unreached = targets.iter().zip(&found).filter(|(_, found)| found.is_none());
    for (target, _) in unreached.filter(|_| !prints_notes(&args.output, common)) {
        complain(&format!("{}: no capacity reaches {} %\n", opened.name, percent(*target)));
    }
    let sheet = sheet(&lru, &trace, &capacities, &targets, &found, &opened.name);
    let provenance = provenance(&args.trace, command(args, &opened.written), &args.output, common)?;
    let chart = chart(&lru, &capacities, &targets, &found);
    deliver_sheet(
        &Answer { sheet: &sheet, list: "miss_ratio_curve", provenance, chart },
        &args.output,
        common,
    )
}

/// What is known of LRU.
enum Lru {
    Exact(Curve),
    Sampled(Sampled),
}

impl Lru {
    fn at(&self, capacity: u64) -> Option<Estimate> {
        match self {
            Self::Exact(curve) => {
                curve.hit_ratio(capacity).map(|hit_ratio| Estimate { hit_ratio, half_width: 0.0 })
            }
            Self::Sampled(sampled) => sampled.estimate(capacity),
        }
    }

    /// The least capacity that there is an answer for.
    fn least(&self) -> u64 {
        match self {
            Self::Exact(_) => 1,
            Self::Sampled(sampled) => sampled.resolution().max(1),
        }
    }

    fn keys(&self) -> u64 {
        match self {
            Self::Exact(curve) => curve.keys(),
            Self::Sampled(sampled) => sampled.keys(),
        }
    }

    fn requests(&self) -> u64 {
        match self {
            Self::Exact(curve) => curve.requests(),
            Self::Sampled(sampled) => sampled.requests(),
        }
    }

    fn first_requests(&self) -> u64 {
        match self {
            Self::Exact(curve) => curve.first_requests(),
            Self::Sampled(sampled) => sampled.first_requests(),
        }
    }

    fn least_capacity(&self, target: f64) -> Option<u64> {
        match self {
            Self::Exact(curve) => curve.least_capacity(target),
            Self::Sampled(_) => self.reaching(|found| found.hit_ratio >= target),
        }
    }

    /// Between which capacities the one for a target lies, as far as a sample tells.
    fn between(&self, target: f64) -> String {
        let low = self.reaching(|found| found.hit_ratio + found.half_width >= target);
        let high = self.reaching(|found| found.hit_ratio - found.half_width >= target);
        match (self, low, high) {
            (Self::Sampled(_), Some(low), Some(high)) if low < high => {
                format!(", with 95 % confidence between {} and {}", grouped(low), grouped(high))
            }
            _ => String::new(),
        }
    }

    /// The least capacity whose estimate passes a test that larger ones pass as well, found by halving.
    fn reaching(&self, passes: impl Fn(Estimate) -> bool) -> Option<u64> {
        let reaches = |capacity: u64| self.at(capacity).is_some_and(&passes);
        let (mut short, mut enough) = (self.least() - 1, self.keys());
        if !reaches(enough) {
            return None;
        }
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            match reaches(middle) {
                true => enough = middle,
                false => short = middle,
            }
        }
        Some(enough)
    }
}

fn sheet(
    lru: &Lru,
    trace: &Trace,
    capacities: &[u64],
    targets: &[f64],
    found: &[Option<u64>],
    name: &str,
) -> Sheet {
    let plain = capacities.iter().map(|capacity| (None, *capacity));
    let aimed = targets.iter().zip(found).filter_map(|(target, found)| Some((Some(*target), (*found)?)));
    let rows: Vec<(Option<f64>, u64)> = plain.chain(aimed).collect();
    let at = |of: fn(Estimate) -> f64| Values::Number(rows.iter().map(|row| lru.at(row.1).map(of)).collect());
    let sampled = matches!(lru, Lru::Sampled(_));
    let mut sheet = Sheet::default()
        .with("capacity", "capacity", 0, Values::Count(rows.iter().map(|row| row.1).collect()))
        .with("hit_ratio", "hit ratio", 4, at(|found| found.hit_ratio))
        .with("miss_ratio", "miss ratio", 4, at(|found| 1.0 - found.hit_ratio));
    if sampled {
        sheet = sheet.with("half_width", "± 95 %", 4, at(|found| found.half_width));
    }
    if !targets.is_empty() {
        sheet = sheet.with("target", "target", 4, Values::Number(rows.iter().map(|row| row.0).collect()));
    }
    sheet.title = format!(
        "{name}: LRU in items, {}, {}",
        counted(lru.requests(), "request"),
        counted(trace.keys.len() as u64, "key")
    );
    sheet.notes = notes(lru, targets, found);
    sheet
}

fn notes(lru: &Lru, targets: &[f64], found: &[Option<u64>]) -> Vec<String> {
    let mut notes = vec![];
    let first = 100.0 * lru.first_requests() as f64 / lru.requests() as f64;
    for (target, found) in targets.iter().zip(found) {
        let percent = percent(*target);
        notes.push(match (found, lru.least()) {
            (Some(capacity), least) if *capacity == least && least > 1 => {
                format!("{percent} % needs at most {}: below that the sample does not tell.", counted(least, "item"))
            }
            (Some(capacity), _) => format!("{percent} % needs {}{}.", counted(*capacity, "item"), lru.between(*target)),
            (None, _) => format!(
                "No capacity reaches {percent} %: {first:.2} % of the requests are the first for their key and miss in any cache."
            ),
        });
    }
    if let Lru::Sampled(sampled) = lru {
        notes.push(format!(
            "Estimated from {} of the keys with {} requests (SHARDS, keys in classes of popularity); the half-width is that of a 95 % interval for the \
             sampling alone. Capacities below {} items are beneath its resolution.",
            grouped(sampled.sampled_keys()),
            grouped(sampled.sampled_requests()),
            grouped(sampled.resolution())
        ));
    }
    notes
}

fn chart(lru: &Lru, capacities: &[u64], targets: &[f64], found: &[Option<u64>]) -> Option<Chart> {
    let points: Vec<(f64, Estimate)> = capacities
        .iter()
        .filter_map(|capacity| lru.at(*capacity).map(|found| (*capacity as f64, found)))
        .collect();
    let line = |name: &str, of: &dyn Fn(&Estimate) -> f64| Series {
        name: name.to_owned(),
        points: points.iter().map(|(capacity, found)| (*capacity, of(found).clamp(0.0, 1.0))).collect(),
    };
    let mut series = vec![line("LRU", &|found| found.hit_ratio)];
    if matches!(lru, Lru::Sampled(_)) {
        series.push(line("upper, 95 %", &|found| found.hit_ratio + found.half_width));
        series.push(line("lower, 95 %", &|found| found.hit_ratio - found.half_width));
    }
    let (low, high) = (points.first()?.0, points.last()?.0);
    let marks = targets.iter().zip(found).filter_map(|(target, found)| {
        let x = (*found)? as f64;
        (low..=high).contains(&x).then(|| Mark { x, label: format!("{} %", percent(*target)) })
    });
    Some(Chart::Lines(Lines {
        title: "Hit ratio of LRU by capacity".to_owned(),
        x_label: "capacity, items".to_owned(),
        y_label: "hit ratio".to_owned(),
        log_x: true,
        series,
        marks: marks.collect(),
        shades: vec![],
    }))
}

/// A hit ratio to reach.
fn target(text: &str) -> Result<f64, Failure> {
    match share("--target", text)? {
        0.0 => {
            Err(Failure::usage("--target 0 takes no cache at all", "write a hit ratio above 0, such as 95%"))
        }
        target => Ok(target),
    }
}

/// A share in percent, as one would write it.
fn percent(share: f64) -> String {
    let text = format!("{:.4}", 100.0 * share);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn rate(text: &str) -> Result<Rate, Failure> {
    let share = share("--sample", text)?;
    Rate::new(share).map_err(|_| {
        Failure::usage(&format!("--sample {text} takes no key"), "write a share above 0, such as 1%")
    })
}

fn command(args: &MrcArgs, name: &str) -> String {
    let mut command = format!("trace mrc {name}");
    if let Some(sample) = &args.sample {
        command.push_str(&format!(" --sample {sample}"));
    }
    args.target.iter().for_each(|target| command.push_str(&format!(" --target {target}")));
    if !args.capacities.is_empty() {
        command.push_str(&format!(" --capacities {}", args.capacities.join(",")));
    }
    command.push_str(&canonical(&args.read));
    command
}
