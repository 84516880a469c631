//! `warmcast explain`: keys, sections, flags, strategies and metrics in words.

use calibrate::{Finding, FindingSpec};
use evaluation::{Better, Engine, Flag, FlagSpec, Metric, MetricSpec};
use report::render::paragraph;
use scenario::{KeyManual, Part, Preset, SCHEDULES, SELECTORS, keys};
use sim::eviction::{Entry, POLICIES};
use trace::format::{FORMATS, Format};

use super::plan::{COLUMNS, READING};
use super::stdout_width;
use crate::Outcome;
use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::files::print;

pub(crate) fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let what = args.what.join(" ");
    let mut page = Page { text: String::new(), width: stdout_width().unwrap_or(100).min(100) };
    match what.as_str() {
        "" => page.names(),
        "scenario" => page.text.push_str(scenario::MANUAL),
        _ => page.topic(&what),
    }
    if page.text.is_empty() {
        let near = containing(&what);
        match near[..] {
            [] => return Err(unknown(&what)),
            [one] => page.topic(one),
            _ => {
                let help = format!("names with it: {}", near.join(", "));
                return Err(Failure::usage(&format!("nothing is called `{what}` alone"), &help));
            }
        }
    }
    print(&page.text)?;
    Ok(Outcome::Answered)
}

/// Whether two names differ only in how their words are joined.
fn alike(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], " ");
    plain(a) == plain(b)
}

/// Names that contain a word; the one key that begins with it, where there is just one.
fn containing(what: &str) -> Vec<&'static str> {
    let squeezed = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let what = squeezed(what);
    let paths = keys().iter().map(|key| key.key.as_str());
    let begins: Vec<_> = paths.clone().filter(|path| squeezed(tail(path)).starts_with(&what)).collect();
    if begins.len() == 1 {
        return begins;
    }
    let flags = Flag::ALL.iter().map(|flag| flag.code());
    let findings = Finding::ALL.iter().map(|finding| finding.spec().code);
    let metrics = Metric::ALL.iter().map(|metric| metric.name());
    let policies = POLICIES.iter().map(|policy| policy.name);
    paths
        .chain(flags)
        .chain(findings)
        .chain(metrics)
        .chain(policies)
        .filter(|name| squeezed(tail(name)).contains(&what))
        .collect()
}

/// The last part of a key's path.
fn tail(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// Text in the making, wrapped to a width.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{text}\n"));
    }

    fn line(&mut self, text: &str) {
        if !text.is_empty() {
            paragraph("  ", "  ", text, self.width, &mut self.text);
        }
    }

    /// Everything that goes by this name.
    fn topic(&mut self, what: &str) {
        for key in keys().iter().filter(|key| alike(&key.key, what) || alike(tail(&key.key), what)) {
            self.key(key);
        }
        Flag::ALL.iter().filter(|flag| alike(flag.code(), what)).for_each(|flag| self.flag(*flag));
        let findings = Finding::ALL.iter().map(|finding| finding.spec());
        findings.clone().filter(|spec| alike(spec.code, what)).for_each(|spec| self.finding(spec));
        Preset::ALL
            .iter()
            .filter(|preset| alike(preset.name(), what))
            .for_each(|preset| self.preset(*preset));
        for (part, kind) in parts().filter(|(part, _)| alike(part.name, what)) {
            self.part(part, kind);
        }
        let called = |metric: &&Metric| {
            let MetricSpec { name, short, title, .. } = metric.spec();
            [name, short, title].iter().any(|known| alike(known, what))
        };
        Metric::ALL.iter().filter(called).for_each(|metric| self.metric(*metric));
        Engine::ALL.iter().filter(|one| alike(one.name(), what)).for_each(|one| self.engine(*one));
        POLICIES.iter().filter(|one| alike(one.name, what)).for_each(|one| self.policy(one));
        FORMATS.iter().filter(|one| alike(one.name, what)).for_each(|one| self.format(one));
        for (name, meaning) in COLUMNS.iter().filter(|(name, _)| alike(name, what)) {
            self.heading(&format!("{name} (column of a plan)"));
            self.line(meaning);
        }
        match what {
            "flags" | "risk flags" => {
                Flag::ALL.iter().for_each(|flag| self.flag(*flag));
                findings.for_each(|spec| self.finding(spec));
            }
            "metrics" => Metric::ALL.iter().for_each(|metric| self.metric(*metric)),
            "strategies" | "presets" => {
                Preset::ALL.iter().for_each(|preset| self.preset(*preset));
                parts().for_each(|(part, kind)| self.part(part, kind));
            }
            "selectors" => SELECTORS.iter().for_each(|part| self.part(part, "selector")),
            "schedules" => SCHEDULES.iter().for_each(|part| self.part(part, "schedule")),
            "policy" | "policies" => POLICIES.iter().for_each(|policy| self.policy(policy)),
            "format" | "formats" | "traces" => {
                FORMATS.iter().for_each(|format| self.format(format));
                self.parquet();
            }
            "parquet" => self.parquet(),
            "plan" => self.plan(),
            "engine" | "engines" => Engine::ALL.iter().for_each(|engine| self.engine(*engine)),
            _ => {}
        }
    }

    fn policy(&mut self, policy: &Entry) {
        self.heading(policy.name);
        self.line(&format!("Eviction policy: {}.", policy.title));
        self.line(&format!("Source: {}.", policy.paper));
        for parameter in policy.parameters {
            self.line(&format!("{}=…: {}; {}.", parameter.name, parameter.meaning, parameter.kind));
        }
        if policy.needs_future {
            self.line("It has to know the future, and so the whole trace.");
        }
    }

    fn format(&mut self, format: &Format) {
        self.heading(format.name);
        self.line(&format!(
            "Trace format: {}. To name it rather than have it recognised: {}:FILE.",
            format.title, format.name
        ));
    }

    fn parquet(&mut self) {
        self.heading("parquet");
        self.line("Trace format: columns of a Parquet file, found by the same names as those of CSV; from a file only.");
    }

    fn plan(&mut self) {
        self.heading("plan (command)");
        READING.iter().for_each(|text| self.line(text));
        for (name, meaning) in COLUMNS {
            self.heading(&format!("{name} (column of a plan)"));
            self.line(meaning);
        }
    }

    /// Every name that can be explained.
    fn names(&mut self) {
        let list = |names: Vec<&str>| names.join(", ");
        let sections = keys().iter().filter(|key| key.example.is_empty()).map(|key| key.key.as_str());
        let keyed = keys().iter().filter(|key| !key.example.is_empty()).map(|key| key.key.as_str());
        let topics = [
            ("Sections of a scenario", list(sections.collect())),
            ("Keys of a scenario", list(keyed.collect())),
            ("Strategies", list(Preset::ALL.iter().map(|preset| preset.name()).collect())),
            ("Selectors of a job", list(SELECTORS.iter().map(|part| part.name).collect())),
            ("Schedules of a job", list(SCHEDULES.iter().map(|part| part.name).collect())),
            ("Risk flags", list(Flag::ALL.iter().map(|flag| flag.code()).collect())),
            ("Findings of calibrate", list(Finding::ALL.iter().map(|finding| finding.spec().code).collect())),
            ("Metrics", list(Metric::ALL.iter().map(|metric| metric.name()).collect())),
            ("Engines", list(Engine::ALL.iter().map(|engine| engine.name()).collect())),
            ("Eviction policies", list(POLICIES.iter().map(|policy| policy.name).collect())),
            ("Plans", list(std::iter::once("plan").chain(COLUMNS.iter().map(|(name, _)| *name)).collect())),
            ("Trace formats", list(FORMATS.iter().map(|format| format.name).chain(["parquet"]).collect())),
        ];
        for (title, names) in topics {
            self.heading(title);
            self.line(&names);
        }
        self.heading("warmcast explain NAME tells one; flags, metrics, strategies tell all; scenario prints every key.");
    }

    fn key(&mut self, key: &KeyManual) {
        self.heading(&key.key);
        self.line(&key.meaning);
        self.line(&key.range);
        if !key.example.is_empty() {
            self.line(&format!("Example: {}", key.example));
            return;
        }
        let section = format!("{}.", key.key);
        let below =
            keys().iter().filter_map(|one| one.key.strip_prefix(&section)).filter(|name| !name.contains('.'));
        self.line(&format!("Keys: {}", below.collect::<Vec<_>>().join(", ")));
    }

    fn flag(&mut self, flag: Flag) {
        let FlagSpec { code, meaning, remedy, threshold_key, .. } = flag.spec();
        self.heading(&format!("{code} (risk flag)"));
        self.line(meaning);
        if let Some((threshold_key, threshold)) =
            threshold_key.and_then(|key| Some((key, scenario::key_manual(key)?)))
        {
            // The manual begins with the flag's own name.
            let rule =
                threshold.meaning.split_once(": ").map_or(threshold.meaning.as_str(), |(_, rule)| rule);
            self.line(&format!("Raised by {threshold_key}: {rule} {}", threshold.range));
        }
        self.line(&format!("To mend it: {remedy}."));
    }

    fn finding(&mut self, FindingSpec { code, meaning, remedy, .. }: FindingSpec) {
        self.heading(&format!("{code} (finding of calibrate)"));
        self.line(meaning);
        self.line(&format!("To mend it: {remedy}."));
    }

    fn engine(&mut self, engine: Engine) {
        self.heading(&format!("{engine} (engine)"));
        self.line(engine.meaning());
    }

    fn part(&mut self, part: &Part, kind: &str) {
        self.heading(&format!("{} ({kind} of a job)", part.name));
        self.line(part.meaning);
        for (keys, verb) in [(part.needs, "Needs"), (part.takes, "Takes")] {
            if !keys.is_empty() {
                self.line(&format!("{verb} {}.", keys.join(", ")));
            }
        }
    }

    fn preset(&mut self, preset: Preset) {
        self.heading(&format!("{} (strategy)", preset.name()));
        self.line(preset.meaning());
    }

    fn metric(&mut self, metric: Metric) {
        let MetricSpec { name, short, unit, better, meaning, .. } = metric.spec();
        let (rank, better) = match better {
            Better::Lower => (format!(", --rank-by {short}"), "Less is better."),
            Better::Higher => (format!(", --rank-by {short}"), "More is better."),
            Better::Neither => (String::new(), "Neither more nor less is better."),
        };
        self.heading(&format!("{name} (metric{rank})"));
        self.line(meaning);
        let unit = if unit.is_empty() { "none".to_owned() } else { unit.replace("/min", "per minute") };
        self.line(&format!("Unit: {unit}. {better}"));
    }
}

/// Selectors and schedules.
fn parts() -> impl Iterator<Item = (&'static Part, &'static str)> {
    let selectors = SELECTORS.iter().map(|part| (part, "selector"));
    selectors.chain(SCHEDULES.iter().map(|part| (part, "schedule")))
}

fn unknown(what: &str) -> Failure {
    let paths = keys().iter().map(|key| key.key.as_str());
    let keys = paths.clone().chain(paths.map(tail));
    let flags = Flag::ALL.iter().map(|flag| flag.code());
    let flags = flags.chain(Finding::ALL.iter().map(|finding| finding.spec().code));
    let presets = Preset::ALL.iter().map(|preset| preset.name());
    let metrics = Metric::ALL.iter().map(|metric| metric.name());
    let parts = parts().map(|(part, _)| part.name);
    let help = match scenario::closest(what, keys.chain(flags).chain(presets).chain(parts).chain(metrics)) {
        Some(closest) => format!("did you mean `{closest}`? `warmcast explain` lists every name"),
        None => "`warmcast explain` lists every name".to_owned(),
    };
    Failure::usage(&format!("nothing is called `{what}`"), &help)
}
