//! `warmcast advise`: which profile to run now, as JSON for an orchestrator.

use std::path::Path;

use evaluation::{Engine, Evaluation, Metric, Provenance};
use model::{renewal, screening};
use report::judge::{Advice, Memory, Profile, Reading, Rules, advise};
use report::render::{JSON_SCHEMA, paragraph};
use scenario::{Preset, Scenario, Strategy};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Outcome;
use crate::answer::{Question, provenance};
use crate::args::{AdviseArgs, Common};
use crate::failure::Failure;
use crate::files::{deliver, is_stdin, read_text, shown_name};
use crate::load::{Input, Variants, load, refuse_stdin_twice};

/// What a state file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct State {
    precision: Option<Measured>,
    recall: Option<Measured>,
    churn_per_hour: Option<Measured>,
    n: Option<f64>,
    previous: Option<Value>,
}

/// A value, alone or with the number of samples that it is known from.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Measured {
    Alone(f64),
    Of(Sampled),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sampled {
    value: f64,
    n: f64,
}

impl Measured {
    fn value(self) -> f64 {
        match self {
            Self::Alone(value) | Self::Of(Sampled { value, .. }) => value,
        }
    }

    fn n(self) -> Option<f64> {
        match self {
            Self::Alone(_) => None,
            Self::Of(Sampled { n, .. }) => Some(n),
        }
    }
}

pub(crate) fn run(args: &AdviseArgs, common: &Common) -> Result<Outcome, Failure> {
    let output = args.output.as_deref();
    let for_people = common.format.is_some_and(|format| format.name == "table");
    if let Some(format) = common.format.filter(|format| !["table", "json"].contains(&format.name)) {
        let message = format!("advice is json or a table, not {}", format.name);
        return Err(Failure::usage(&message, "write --format json"));
    }
    refuse_stdin_twice([&args.scenario, &args.state])?;
    let state = State::read(&args.state)?;
    let reading = state.reading();
    let input = load(std::slice::from_ref(&args.scenario), &measured(common, &reading), Variants::First)?;
    let [loaded] = input.scenarios.as_slice() else {
        let message = "advice is given for one variant, and --variant all names several";
        return Err(Failure::usage(message, "name one of them"));
    };
    let scenario = with_all_profiles(&loaded.scenario);
    let objective = args.objective.rank_by;
    let (engine, answers) = compared(&scenario, args.engine, objective)?;
    let cost = |profile: Profile| {
        let answer = answers.iter().find(|answer| answer.strategy == profile.name())?;
        Some(
            if objective.spec().better.order(0.0, 1.0).is_lt() { 1.0 } else { -1.0 }
                * answer.get(objective)?.value,
        )
    };
    let hybrid = scenario.strategies.iter().find(|one| one.preset == Preset::Hybrid);
    let rails = hybrid.map_or_else(Default::default, |hybrid| hybrid.rails.clone());
    let rules = Rules { advice: &scenario.advice, rails: &rails, thresholds: &scenario.thresholds };
    let memory = state.memory(&args.state)?;
    let mut advice = advise(rules, memory, &reading, cost);
    if engine.is_none() {
        advice.notes.push("no formula compares the profiles: the limits alone decide".to_owned());
    }
    let told = Told { scenario: &scenario, memory, advice: &advice, engine, objective, answers: &answers };
    let text = match for_people {
        true => told.in_words(),
        false => told.json(&where_from(&input, args, common)),
    };
    deliver(&text, output)?;
    Ok(Outcome::Answered)
}

impl State {
    fn read(path: &Path) -> Result<Self, Failure> {
        let name = if is_stdin(path) { "<stdin>".to_owned() } else { shown_name(path) };
        let wrong = |message: String| {
            let help = "write {\"precision\": 0.8, \"recall\": 0.7, \"churn_per_hour\": 0.1, \"n\": 500, \"previous\": the last answer}";
            Failure::usage(&format!("{name}: {message}"), help)
        };
        let state: Self =
            serde_json::from_str(&read_text(path)?).map_err(|error| wrong(error.to_string()))?;
        let shares = [("precision", state.precision), ("recall", state.recall)];
        let rates = [("churn_per_hour", state.churn_per_hour)];
        for (key, value) in shares.iter().chain(&rates).filter_map(|(key, value)| Some((key, (*value)?))) {
            let most = if *key == "churn_per_hour" { f64::INFINITY } else { 1.0 };
            if !(0.0..=most).contains(&value.value()) {
                let range = if most == 1.0 { "0 to 1" } else { "0 or more" };
                return Err(wrong(format!("{key} is {}, and goes from {range}", value.value())));
            }
        }
        let counts =
            [state.precision, state.recall, state.churn_per_hour].map(|value| value.and_then(Measured::n));
        if let Some(n) = counts.into_iter().chain([state.n]).flatten().find(|n| *n < 0.0) {
            return Err(wrong(format!("n is {n}, and goes from 0 on")));
        }
        Ok(state)
    }

    /// Precision and recall are known from the fewest samples of which one of them is.
    fn reading(&self) -> Reading {
        let own = [self.precision, self.recall].into_iter().flatten();
        let counts = own.map(|value| value.n().or(self.n));
        let n = counts.reduce(|least, next| Some(least?.min(next?))).unwrap_or(self.n);
        let value = |measured: Option<Measured>| measured.map(Measured::value);
        Reading {
            precision: value(self.precision),
            recall: value(self.recall),
            churn_per_hour: value(self.churn_per_hour),
            n,
        }
    }

    /// What an earlier answer remembers: the whole of it, or its part.
    fn memory(&self, path: &Path) -> Result<Option<Memory>, Failure> {
        let Some(previous) = &self.previous else { return Ok(None) };
        let part = ["/advice/memory", "/memory"].into_iter().find_map(|part| previous.pointer(part));
        let memory: Memory = Memory::deserialize(part.unwrap_or(previous)).map_err(|error| {
            let message = format!("{}: previous: {error}", shown_name(path));
            Failure::usage(&message, "give back the last answer as it was, or {\"profile\": \"static\"}")
        })?;
        Ok(Some(memory))
    }
}

/// What was measured, in place of what the scenario states.
fn measured(common: &Common, reading: &Reading) -> Common {
    let keys = [
        ("predictor.precision", reading.precision),
        ("predictor.recall", reading.recall),
        ("workload.churn_per_hour", reading.churn_per_hour),
    ];
    // A predictor is known by both.
    let both = reading.precision.is_some() && reading.recall.is_some();
    let known = keys.iter().filter(|(key, _)| both || !key.starts_with("predictor"));
    let set = known.filter_map(|(key, value)| Some(format!("{key}={}", (*value)?)));
    Common { set: common.set.iter().cloned().chain(set).collect(), ..common.clone() }
}

/// The scenario with one strategy for each profile: its own of that preset, or the preset itself.
fn with_all_profiles(scenario: &Scenario) -> Scenario {
    let presets = [Preset::Demand, Preset::Static, Preset::Hybrid, Preset::Predictive];
    let usable = presets.into_iter().filter(|preset| scenario.predictor.is_some() || !preset.predicts());
    let own = |preset: Preset| scenario.strategies.iter().find(|one| one.preset == preset).cloned();
    let each = usable.map(|preset| {
        let strategy = own(preset).unwrap_or_else(|| Strategy::preset(preset));
        Strategy { name: preset.name().to_owned(), ..strategy }
    });
    Scenario { strategies: each.collect(), ..scenario.clone() }
}

/// What an engine says of all of them.
fn compared(
    scenario: &Scenario,
    engine: Option<Engine>,
    objective: Metric,
) -> Result<(Option<Engine>, Vec<Evaluation>), Failure> {
    let all = |found: &Vec<Evaluation>| {
        found.len() == scenario.strategies.len() && found.iter().all(|one| one.get(objective).is_some())
    };
    let engines = engine.map_or_else(|| vec![Engine::Renewal, Engine::Screening], |engine| vec![engine]);
    for engine in engines {
        let found = match engine {
            Engine::Renewal => renewal::evaluate(scenario).evaluations,
            _ => screening::evaluate(scenario).unwrap_or_default(),
        };
        if all(&found) {
            return Ok((Some(engine), found));
        }
    }
    match engine {
        Some(engine) => {
            let message = format!("the {engine} engine does not tell {} of every profile", objective.name());
            Err(Failure::usage(&message, "leave out --engine, or rank by latency"))
        }
        None => Ok((None, vec![])),
    }
}

fn where_from(input: &Input, args: &AdviseArgs, common: &Common) -> Provenance {
    let question = Question {
        command: "advise",
        engine: args.engine,
        objective: args.objective.rank_by,
        plays: false,
        options: vec![],
    };
    provenance(&question, input, common)
}

/// Advice, and what it was taken from.
struct Told<'a> {
    scenario: &'a Scenario,
    memory: Option<Memory>,
    advice: &'a Advice,
    engine: Option<Engine>,
    objective: Metric,
    answers: &'a [Evaluation],
}

impl Told<'_> {
    fn value(&self, profile: Profile) -> Option<f64> {
        let answer = self.answers.iter().find(|answer| answer.strategy == profile.name())?;
        Some(answer.get(self.objective)?.value)
    }

    fn json(&self, provenance: &Provenance) -> String {
        let Advice { memory, changed, because, notes } = self.advice;
        let alternatives: Vec<Value> = Profile::ALL
            .into_iter()
            .filter_map(|profile| Some(json!({ "profile": profile, "value": self.value(profile)? })))
            .collect();
        let value = json!({
            "schema": JSON_SCHEMA,
            "provenance": provenance,
            "advice": {
                "scenario": self.scenario.name,
                "variant": self.scenario.variant,
                "profile": memory.profile,
                "previous": self.memory.map(|before| before.profile),
                "changed": changed,
                "because": because,
                "notes": notes,
                "engine": self.engine,
                "metric": self.objective.name(),
                "profiles": alternatives,
                "memory": memory,
            },
        });
        serde_json::to_string_pretty(&value).unwrap_or_else(|error| unreachable!("{error}")) + "\n"
    }

    fn in_words(&self) -> String {
        let Advice { memory, changed, because, notes } = self.advice;
        let mut out = format!("{}{}\n", memory.profile.name(), if *changed { ", a change" } else { "" });
        for reason in because {
            let text = format!("{}: {}; {}.", reason.code, reason.message, reason.remedy);
            paragraph("  ", "    ", &text, 80, &mut out);
        }
        notes.iter().for_each(|note| paragraph("  ", "    ", note, 80, &mut out));
        if let Some(engine) = self.engine {
            let values = Profile::ALL.into_iter().filter_map(|profile| {
                Some(format!("{} {}", profile.name(), self.objective.show(self.value(profile)?)))
            });
            let values: Vec<String> = values.collect();
            let text = format!("{engine}: {} by {}", values.join(", "), self.objective.spec().title);
            paragraph("  ", "    ", &text, 80, &mut out);
        }
        out
    }
}
