//! What would make a claim hold that does not: one key, changed as little as it takes.
//!
//! Every key that moves what the claim is about is tried in turn, each first in large steps, then ever finer between the last
//! value with which the claim does not hold and the first with which it does. What is found is judged anew, with all
//! replications, before it is told.

mod levers;

use evaluation::Metric;
use report::judge::{Change as Found, ClaimResult, Verdict, judge_claims};
use report::{Places, Report};
use scenario::{Assertion, Bound, Claim, Document, Quantity, Scenario, Strategy, Subject};
use sim::warming::Inputs;

use crate::answer::{Question, ask};
use crate::args::Common;
use crate::failure::Failure;
use crate::source::Source;
use levers::{About, Change, LEVERS, Lever, about_flag, about_metric};

/// Changes that are told of a claim at most.
const ENOUGH: usize = 4;
/// Replications of a simulation while values are tried.
const FEW: f64 = 2.0;
/// Factors that are tried of a number, and how often the space between two of them is halved.
const FACTORS: [f64; 8] = [2.0, 0.5, 4.0, 0.25, 16.0, 0.0625, 64.0, 0.015625];
const HALVINGS: u32 = 8;

/// Adds to every claim of a judged report that does not hold what would make it hold.
pub(crate) fn suggest(report: &mut Report, sources: &[Source], common: &Common) -> Result<(), Failure> {
    let objective = report.objective;
    let Some(judgement) = &mut report.judgement else { return Ok(()) };
    let quiet = Common { quiet: true, ..common.clone() };
    let sections = report.sections.iter().zip(&mut judgement.sections);
    for ((section, (claims, _)), source) in sections.zip(sources) {
        source.read(&quiet, |document, inputs, _| {
            let (document, inputs, places) = (document.clone(), inputs.clone(), &section.places);
            let variant = source.variant();
            let trial = Trial { document, inputs, places, variant, objective, common: &quiet };
            for result in claims.iter_mut().filter(|result| is_open(result)) {
                result.changes = trial.changes(&section.scenario, result);
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn is_open(result: &ClaimResult) -> bool {
    matches!(result.verdict, Verdict::Fails | Verdict::Inconclusive)
}

/// A variant of a scenario, whose keys are tried.
struct Trial<'a> {
    document: Document<'a>,
    inputs: Inputs,
    places: &'a Places,
    variant: Option<&'a str>,
    objective: Metric,
    common: &'a Common,
}

/// What a value makes of a claim.
struct Judged {
    result: ClaimResult,
    /// 0 where it holds; otherwise on which side of the bound it is.
    side: i8,
}

impl Trial<'_> {
    fn changes(&self, scenario: &Scenario, result: &ClaimResult) -> Option<Vec<Found>> {
        let about: &[About] = match &result.claim.assertion {
            Assertion::Bounded { subject: Subject::Metric(metric), .. } => about_metric(*metric),
            Assertion::Raised { flag, .. } => about_flag(*flag),
            Assertion::Bounded { .. } | Assertion::Unmeasured => return None,
        };
        let mut strategies = scenario.strategies.iter();
        let strategy = strategies.find(|one| Some(&one.name) == result.claim.strategy.as_ref())?;
        let claim = Claim { engine: result.engine.or(result.claim.engine), ..result.claim.clone() };
        let levers = LEVERS.iter().filter(|lever| lever.moves.iter().any(|moved| about.contains(moved)));
        let each = levers.flat_map(|lever| keys(lever, strategy).map(move |(key, nth)| (lever, key, nth)));
        let found = each.filter_map(|(lever, key, nth)| {
            let tried = Tried { trial: self, claim: &claim, key: &key };
            match lever.change {
                Change::To(value) => tried.confirmed(value.to_owned()),
                Change::Scale(now) => tried.by_factors(now(scenario, strategy, nth)?, |value| value),
                Change::Count(now) => tried.by_factors(now(scenario, strategy, nth)?, f64::round),
                Change::Share(now) => tried.by_shares(now(scenario, strategy, nth)?),
            }
        });
        Some(found.take(ENOUGH).collect())
    }

    /// What becomes of a claim where keys are set; none where that is no scenario, or one without an answer.
    fn judge(&self, claim: &Claim, assignment: &str, few: bool) -> Option<Judged> {
        let mut document = self.document.clone();
        document.set(assignment).ok()?;
        let mut scenario = Scenario::resolve(&document, self.variant).ok()?;
        scenario.claims = vec![claim.clone()];
        scenario.gate.deny.clear();
        if few {
            let often = scenario.simulation.replications.get().min(FEW);
            scenario.simulation.replications = Quantity::new(often).ok()?;
        }
        let question = Question {
            command: "check",
            engine: None,
            objective: self.objective,
            plays: true,
            options: vec![],
        };
        let section = ask(scenario, self.places.clone(), &self.inputs, &question, self.common).ok()?;
        let result = judge_claims(&section).into_iter().next()?;
        let side = side(&result)?;
        Some(Judged { result, side })
    }
}

/// The keys that a lever stands for, and the job of each.
fn keys(lever: &Lever, strategy: &Strategy) -> impl Iterator<Item = (String, usize)> {
    let jobs = if lever.key.contains('#') { strategy.jobs.len() } else { 1 };
    let key = lever.key.replace('*', &strategy.name);
    (0..jobs).map(move |nth| (key.replace('#', &nth.to_string()), nth))
}

/// Where what was found stands to the bound, its interval left aside; none where nothing was found.
fn side(result: &ClaimResult) -> Option<i8> {
    let found = result.found?.value;
    Some(match (result.verdict, &result.claim.assertion) {
        (Verdict::Holds, _) => 0,
        (Verdict::Unsupported, _) => return None,
        (_, Assertion::Bounded { bound, .. }) => beyond(found, *bound),
        _ => 1,
    })
}

fn beyond(found: f64, bound: Bound) -> i8 {
    let (low, high) = bound.ends();
    i8::from(found > high) - i8::from(found < low)
}

/// A key that is tried on a claim.
struct Tried<'a> {
    trial: &'a Trial<'a>,
    claim: &'a Claim,
    key: &'a str,
}

impl Tried<'_> {
    fn at(&self, value: &str) -> Option<Judged> {
        self.trial.judge(self.claim, &format!("{}={value}", self.key), true)
    }

    /// A value with which the claim holds, judged with all replications.
    fn confirmed(&self, value: String) -> Option<Found> {
        let judged = self.trial.judge(self.claim, &format!("{}={value}", self.key), false)?;
        (judged.result.verdict == Verdict::Holds).then(|| Found {
            key: self.key.to_owned(),
            value,
            found: judged.result.found_in_words(),
        })
    }

    /// Multiples of a number, ever farther away in both directions.
    fn by_factors(&self, now: f64, whole: fn(f64) -> f64) -> Option<Found> {
        let here = self.at(&written(whole(now)))?;
        let mut last = [now, now];
        for factor in FACTORS {
            let value = whole(now * factor);
            let before = std::mem::replace(&mut last[usize::from(factor < 1.0)], value);
            if value <= 0.0 || value == before {
                continue;
            }
            let Some(there) = self.at(&written(value)) else { continue };
            if there.side != here.side {
                let middle = |a: f64, b: f64| whole((a * b).sqrt());
                if let Some(found) = self.between(before, value, here.side, middle) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Shares up to all and down to nothing.
    fn by_shares(&self, now: f64) -> Option<Found> {
        let here = self.at(&written(now))?;
        [1.0, 0.5, 0.0].into_iter().filter(|end| *end != now).find_map(|end| {
            let there = self.at(&written(end))?;
            (there.side != here.side).then(|| self.between(now, end, here.side, |a, b| (a + b) / 2.0))?
        })
    }

    /// The value nearest to one with which the claim does not hold, out of those up to another on whose side it is not.
    fn between(
        &self,
        mut near: f64,
        mut far: f64,
        side: i8,
        middle: impl Fn(f64, f64) -> f64,
    ) -> Option<Found> {
        for _ in 0..HALVINGS {
            let value = middle(near, far);
            if value == near || value == far {
                break;
            }
            match self.at(&written(value)) {
                Some(judged) if judged.side == side => near = value,
                _ => far = value,
            }
        }
        // A little beyond, where it depends on luck.
        [0.0, 0.02, 0.05].into_iter().find_map(|more| {
            let value = if far > near { far * (1.0 + more) } else { far * (1.0 - more) };
            [2, 3, 6].into_iter().find_map(|digits| self.confirmed(rounded(value, digits, far > near)))
        })
    }
}

/// So many digits of a number, up or down.
fn rounded(value: f64, digits: i32, up: bool) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scale = 10.0_f64.powi(digits - 1 - value.abs().log10().floor() as i32);
    let scaled = value * scale;
    let whole = if (scaled - scaled.round()).abs() < 1e-6 {
        scaled.round()
    } else if up {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    written(whole / scale)
}

/// A number as it is written in a file.
fn written(value: f64) -> String {
    let text = format!("{value:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
