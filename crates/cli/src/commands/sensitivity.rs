//! `warmcast sensitivity`: which input would change the decision.

use evaluation::{Engine, Provenance};
use model::renewal;
use scenario::{Document, Scenario};

use crate::Outcome;
use crate::answer::quoted;
use crate::args::{Common, SensitivityArgs};
use crate::failure::Failure;
use crate::files::{read_text, shown_name};
use crate::input::ReadArgs;
use crate::load::{digest_of, prepared};
use crate::named_files::NamedFiles;
use crate::sensing::{Around, Sampling, chart, sheet, stated, varied};
use crate::sheets::{Answer, check_outputs, deliver_sheet};
use crate::sweeping::Played;

/// Ways of the screening for every row of the sample, and least of them.
const ROWS_PER_WAY: u32 = 16;
const FEWEST_WAYS: u32 = 10;

pub(crate) fn run(args: &SensitivityArgs, common: &Common) -> Result<Outcome, Failure> {
    check_outputs(&args.output, common)?;
    if common.variant.as_deref() == Some("all") {
        return Err(Failure::usage(
            "sensitivity takes one variant",
            "name it with --variant, and run once for each",
        ));
    }
    let text = read_text(&args.scenario)?;
    let name = shown_name(&args.scenario);
    let document = Document::parse(&name, &text)?;
    let variant = common.variant.clone().or_else(|| document.variants().into_iter().next());
    let mut document = prepared(&document, variant.as_deref(), &common.set)?;
    let mut files = NamedFiles::new(common, &ReadArgs::default());
    let inputs = files.attach(&mut document)?;
    let scenario = Scenario::resolve(&document, variant.as_deref())?;
    let engine = args.engine.unwrap_or_else(|| usual(&scenario));
    if args.replications.is_some() && engine != Engine::Simulation {
        let message = format!("--replications is of no use to {engine}");
        return Err(Failure::usage(&message, "add --engine simulation, or leave it out"));
    }
    let around = Around {
        document: &document,
        engine,
        metric: args.objective.rank_by,
        played: Played { inputs, seed: common.seed, replications: args.replications },
        common,
        least_distance: scenario.thresholds.min_flip_distance.get(),
    };
    let uncertain = match args.vary.is_empty() {
        true => stated(&document, args.within),
        false => varied(&document, &args.vary)?,
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
        scenario_digest: Some(digest_of([text.as_str()], &files)),
        trace_digest: files.trace_digest(),
        command: command(args, common, &scenario, engine),
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
