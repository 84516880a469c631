//! `plan --runbook`: the operational page of a warm-up, from a plan and what the closed forms say of its scenario.

mod deploys;
mod failures;
mod flags;
mod profiles;
mod unknown;
mod warm_up;

use evaluation::{Evaluation, Metric, Provenance};
use model::renewal::Deploy;
use report::Section;
use report::render::runbook::{Named, Runbook, runbook};
use report::sheet::{counted, grouped};
use scenario::{Preset, Strategy};

use super::answer::finished;
use super::facts::Facts;
use super::make::Plan;
use super::scenario_options;
use super::subject::Subject;
use super::text::{figure, span};
use crate::answer::{Question, ask, quoted};
use crate::args::Common;
use crate::failure::Failure;
use crate::load::Loaded;

/// What the page is made of.
struct Known<'a> {
    plan: &'a Plan,
    subject: &'a Subject,
    facts: &'a Facts,
    /// The scenario with the answers of the closed forms.
    section: Section,
    /// What a restart does; none where it has no closed form.
    deploy: Option<Deploy>,
    /// The scenario on the command line, with what changes it.
    scenario: String,
    /// The command that makes the list.
    list: String,
}

/// The page for a plan.
pub(super) fn page(
    plan: &Plan,
    subject: &Subject,
    facts: &Facts,
    loaded: &Loaded,
    list: String,
    provenance: &Provenance,
    common: &Common,
) -> Result<String, Failure> {
    let mut scenario = vec![quoted(&loaded.places.source)];
    scenario.extend(scenario_options(common));
    let known = Known {
        plan,
        subject,
        facts,
        section: answered(loaded, common),
        deploy: Deploy::of(&loaded.scenario),
        scenario: scenario.join(" "),
        list,
    };
    let page = Runbook {
        title: known.section.title(),
        description: loaded.scenario.description.clone(),
        command: provenance.command.clone(),
        version: provenance.version.to_owned(),
        digest: provenance
            .scenario_digest
            .as_ref()
            .map(|digest| digest.get(..19).unwrap_or(digest).to_owned()),
        facts: known.in_short(),
        warm_up: warm_up::steps(&known),
        hours: warm_up::hours(&known),
        configured: warm_up::configured(&known),
        deploy: deploys::texts(&known),
        fleets: deploys::fleets(&known),
        failures: failures::all(&known),
        profiles: profiles::profiles(&known),
        flags: flags::rows(&known),
        unknown: unknown::all(&known),
        commands: known.commands(),
    };
    runbook(&page).map_err(|error| Failure::usage(&format!("cannot make the page: {error}"), ""))
}

/// What the closed forms answer, also of doing nothing; where they answer nothing, why.
fn answered(loaded: &Loaded, common: &Common) -> Section {
    let mut scenario = loaded.scenario.clone();
    let taken = |name: &str| scenario.strategies.iter().any(|strategy| strategy.name == name);
    if !scenario.strategies.iter().any(|one| one.preset == Preset::Demand) && !taken(Preset::Demand.name()) {
        scenario.strategies.push(Strategy::preset(Preset::Demand));
    }
    let objective = Metric::ExpectedLatency;
    let question = Question { command: "plan", engine: None, objective, plays: false, options: vec![] };
    let unanswered = Section {
        scenario: scenario.clone(),
        places: loaded.places.clone(),
        evaluations: vec![],
        differences: vec![],
        break_evens: vec![],
        notes: vec![],
        sensitivity: None,
    };
    ask(scenario, loaded.places.clone(), &loaded.inputs, &question, common).unwrap_or(unanswered)
}

impl Known<'_> {
    /// The answer for a strategy: renewal's where it has one.
    fn answer(&self, strategy: &str) -> Option<&Evaluation> {
        // Screening comes first in a section.
        self.section.evaluations.iter().rfind(|answer| answer.strategy == strategy)
    }

    /// The answer for doing nothing.
    fn demand(&self) -> Option<&Evaluation> {
        let demand = self.section.scenario.strategies.iter().find(|one| one.preset == Preset::Demand)?;
        self.answer(&demand.name)
    }

    /// Share of the requests that ask for a planned key.
    fn share(&self) -> f64 {
        let rate = |key: &u32| self.plan.candidates[*key as usize].rate;
        let planned: f64 = self.plan.ranking.order[..self.plan.keys].iter().map(rate).sum();
        let all: f64 = self.plan.candidates.iter().map(|candidate| candidate.rate).sum();
        planned / all
    }

    /// Warmers that the scenario has.
    fn warmers(&self) -> impl Iterator<Item = &Strategy> {
        self.section.scenario.strategies.iter().filter(|strategy| strategy.warms())
    }

    fn in_short(&self) -> Vec<Named> {
        let Self { plan, subject, facts, .. } = self;
        let all = grouped(subject.counts.len() as u64);
        let keys = format!(
            "{} of {all}, for which {} % of the requests ask",
            grouped(plan.keys as u64),
            figure(self.share() * 100.0)
        );
        let mut named = vec![Named::new("keys to warm", keys)];
        named.push(match finished(plan, facts, plan.keys) {
            Some(at) => Named::new("finished", format!("{} after the beginning, at the safe pace", span(at))),
            None => Named::new("finished", "unknown: nothing says what the origin can take"),
        });
        named.push(match self.deploy {
            Some(Deploy { hit_ratio, .. }) => {
                Named::new("hit ratio without warming, in the long run", figure(hit_ratio))
            }
            None => Named::new("hit ratio without warming, in the long run", "unknown: no closed form"),
        });
        named.push(match self.deploy {
            Some(Deploy { warm: Some(warm), .. }) => {
                Named::new("90 % of it behind a restart, without warming", format!("after {}", span(warm)))
            }
            _ => Named::new(
                "90 % of it behind a restart, without warming",
                "unknown: no closed form; `simulate` tells",
            ),
        });
        named.push(match self.section.scenario.origin.per_second() {
            Some(answers) => Named::new("the origin answers", format!("{} misses/s", figure(answers))),
            None => Named::new("the origin answers", "unknown"),
        });
        named.push(Named::new(
            "traffic",
            match subject.rate {
                Some(rate) => format!("{} requests/s on average", figure(rate)),
                None => "unknown".to_owned(),
            },
        ));
        named
    }

    fn commands(&self) -> Vec<Named> {
        let Self { scenario, list, .. } = self;
        let mut commands = vec![
            Named::new("the list for the warmer", format!("{list} -o plan.csv")),
            Named::new("this page", format!("{list} --runbook -o runbook.md")),
            Named::new("does what is claimed still hold?", format!("warmcast check {scenario}")),
            Named::new("what a deploy looks like, played", format!("warmcast simulate {scenario}")),
        ];
        if self.section.scenario.predictor.is_some() {
            let advise = format!("warmcast advise {scenario} --state state.json");
            commands.push(Named::new("which profile to run now", advise));
        }
        commands
    }
}

/// `1 key`, `20 keys`.
fn keys(count: usize) -> String {
    counted(count as u64, "key")
}

/// A list in words: a, b and c.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
