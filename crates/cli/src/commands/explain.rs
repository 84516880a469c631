//! `warmcast explain`: keys, flags, strategies and metrics in words.

use evaluation::{Better, Flag, FlagSpec, Metric, MetricSpec};
use scenario::{KeyManual, Preset, keys};

use crate::Outcome;
use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::files::print;

pub(crate) fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let what = args.what.as_str();
    if what == "scenario" {
        print(scenario::MANUAL)?;
        return Ok(Outcome::Answered);
    }
    let mut found: Vec<String> = keys().iter().filter(|key| names(key, what)).map(of_key).collect();
    found.extend(Flag::named(what).map(of_flag));
    found.extend(Preset::named(what).map(of_preset));
    found.extend(Metric::named(what).map(of_metric));
    if found.is_empty() {
        return Err(unknown(what));
    }
    print(&found.join("\n"))?;
    Ok(Outcome::Answered)
}

/// Whether a key goes by this name: its full path, or the end of it.
fn names(key: &KeyManual, what: &str) -> bool {
    key.key == what || (!key.example.is_empty() && key.key.ends_with(&format!(".{what}")))
}

fn of_key(key: &KeyManual) -> String {
    let mut text = format!("{}\n  {}\n", key.key, key.meaning);
    if !key.range.is_empty() {
        text.push_str(&format!("  {}\n", key.range));
    }
    if !key.example.is_empty() {
        text.push_str(&format!("  Example: {}\n", key.example));
    }
    text
}

fn of_flag(flag: Flag) -> String {
    let FlagSpec { code, meaning, remedy, threshold_key, .. } = flag.spec();
    let threshold = scenario::key_manual(threshold_key);
    let rule = threshold
        .map_or(String::new(), |key| format!("  Raised by {}: {} {}\n", key.key, key.meaning, key.range));
    format!("{code} (risk flag)\n  {meaning}\n{rule}  To mend it: {remedy}.\n")
}

fn of_preset(preset: Preset) -> String {
    format!("{} (strategy)\n  {}\n", preset.name(), preset.meaning())
}

fn of_metric(metric: Metric) -> String {
    let MetricSpec { name, short, unit, better, meaning, .. } = metric.spec();
    let unit = if unit.is_empty() { "none".to_owned() } else { unit.replace("/min", "per minute") };
    let (rank, better) = match better {
        Better::Lower => (format!(", --rank-by {short}"), "Less is better."),
        Better::Higher => (format!(", --rank-by {short}"), "More is better."),
        Better::Neither => (String::new(), "Neither more nor less is better."),
    };
    format!("{name} (metric{rank})\n  {meaning}\n  Unit: {unit}. {better}\n")
}

fn unknown(what: &str) -> Failure {
    let paths = keys().iter().map(|key| key.key.as_str());
    let keys = paths.clone().chain(paths.map(|path| path.rsplit('.').next().unwrap_or(path)));
    let flags = Flag::ALL.iter().map(|flag| flag.code());
    let presets = Preset::ALL.iter().map(|preset| preset.name());
    let metrics = Metric::ALL.iter().map(|metric| metric.name());
    let help = match scenario::closest(what, keys.chain(flags).chain(presets).chain(metrics)) {
        Some(closest) => format!("did you mean `{closest}`? `warmcast explain scenario` prints every key"),
        None => "write a scenario key, a flag, a strategy or a metric; `warmcast explain scenario` prints every key".to_owned(),
    };
    Failure::usage(&format!("nothing is called `{what}`"), &help)
}
