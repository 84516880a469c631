//! `warmcast sensitivity`: which input would change the decision.

use evaluation::{Engine, Provenance};
use model::renewal;
use scenario::{Document, Scenario};
use sim::warming::Inputs;

use crate::Outcome;
use crate::answer::quoted;
use crate::args::{Common, SensitivityArgs};
use crate::failure::Failure;
use crate::load::digest_of;
use crate::sensing::{Around, Sampling, chart, sheet, stated, varied};
use crate::sheets::{Answer, check_outputs, deliver_sheet};
use crate::source::Source;
use crate::sweeping::Played;

/// Ways of the screening for every row of the sample, and least of them.
const ROWS_PER_WAY: u32 = 16;
const FEWEST_WAYS: u32 = 10;

pub(crate) fn run(args: &SensitivityArgs, common: &Common) -> Result<Outcome, Failure> {
    check_outputs(&args.output, common)?;
    let source = Source::open(&args.scenario, "sensitivity", common)?;
    source.read(common, |document, inputs, files| {
        let digests = (digest_of([source.text()], files), files.trace_digest());
        let scenario = Scenario::resolve(document, source.variant())?;
        answer(document, &scenario, inputs, digests, args, common)
    })
}

fn answer(
    document: &Document<'_>,
    scenario: &Scenario,
    inputs: &Inputs,
    (scenario_digest, trace_digest): (String, Option<String>),
    args: &SensitivityArgs,
    common: &Common,
) -> Result<Outcome, Failure> {
    let engine = args.engine.unwrap_or_else(|| usual(scenario));
    if args.replications.is_some() && engine != Engine::Simulation {
        let message = format!("--replications is of no use to {engine}");
        return Err(Failure::usage(&message, "add --engine simulation, or leave it out"));
    }
    let around = Around {
        document,
        engine,
        metric: args.objective.rank_by,
        played: Played { inputs: inputs.clone(), seed: common.seed, replications: args.replications },
        common,
        least_distance: scenario.thresholds.min_flip_distance.get(),
    };
    let uncertain = match args.vary.is_empty() {
        true => stated(document, args.within),
        false => varied(document, &args.vary)?,
    };
    if uncertain.is_empty() {
        let message = format!("{} states no number that could vary", scenario.name);
        return Err(Failure::usage(&message, "name inputs with --vary KEY=A:B"));
    }
    let sampling = Sampling { rows: args.samples, ways: (args.samples / ROWS_PER_WAY).max(FEWEST_WAYS) };
    let found = around.look(uncertain, [args.strategy.as_deref(), args.against.as_deref()], sampling)?;
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION"),
        seed: common.seed,
        scenario_digest: Some(scenario_digest),
        trace_digest,
        command: command(args, common, scenario, engine),
    };
    let sheet = sheet(&scenario.name, &found);
    let chart = chart(&scenario.name, &found);
    deliver_sheet(&Answer { sheet: &sheet, list: "inputs", provenance, chart }, &args.output, common)?;
    Ok(Outcome::Answered)
}

/// The engine that is asked where none is named.
fn usual(scenario: &Scenario) -> Engine {
    let answer = renewal::evaluate(scenario);
    if answer.unanswered.is_empty() && !answer.evaluations.is_empty() {
        Engine::Renewal
    } else {
        Engine::Screening
    }
}

/// The command with only what changes the answer, in one fixed order.
fn command(args: &SensitivityArgs, common: &Common, scenario: &Scenario, engine: Engine) -> String {
    let mut words = vec![format!("warmcast sensitivity {}", scenario.name)];
    words.extend(common.variant.iter().map(|variant| format!("--variant {variant}")));
    words.extend(common.set.iter().map(|assignment| format!("--set {}", quoted(assignment))));
    words.extend(args.vary.iter().map(|vary| format!("--vary {}", quoted(vary))));
    if args.vary.is_empty() {
        words.push(format!("--within {}", args.within));
    }
    words.extend(args.strategy.iter().map(|strategy| format!("--strategy {}", quoted(strategy))));
    words.extend(args.against.iter().map(|strategy| format!("--against {}", quoted(strategy))));
    words.push(format!("--engine {engine} --samples {}", args.samples));
    words.extend(args.replications.map(|count| format!("--replications {count}")));
    words.push(format!("--rank-by {}", args.objective.rank_by.spec().short));
    words.join(" ")
}
