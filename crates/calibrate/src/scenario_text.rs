//! A scenario from what inputs say, as TOML with a comment at every value.

use crate::evidence::{Evidence, Level, shown};
use crate::parameter::Parameter;

/// Columns of a comment behind its mark.
const WIDTH: usize = 98;

/// Keys of which a scenario takes whole numbers.
const WHOLE: &[&str] = &[
    "workload.keys",
    "workload.hot_keys",
    "workload.mean_object_bytes",
    "cache.capacity_items",
    "cache.capacity_bytes",
];

/// What a scenario is written from.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What is known, with what stands in where nothing is.
    pub evidence: &'a Evidence,
    /// How much the inputs can tell at all.
    pub level: Level,
    /// Names of the inputs.
    pub inputs: &'a [String],
    /// File of keys and counts, where measured ranks stand in place of a law.
    pub popularity_file: Option<&'a str>,
}

impl Draft<'_> {
    /// The text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        comment(&mut out, &format!("Calibrated by warmcast from {}.", self.inputs.join(", ")));
        comment(
            &mut out,
            &format!(
                "Fidelity: {}. It cannot tell {}. What nothing told is marked assumed: put your own value there before you decide. \
                 Intervals are of 95 %.",
                self.level.name(),
                self.level.cannot_tell()
            ),
        );
        out.push('\n');
        let names: Vec<&str> =
            self.inputs.iter().map(|input| input.rsplit(['/', '\\']).next().unwrap_or(input)).collect();
        let inputs = format!("Calibrated from {}", names.join(", "));
        out.push_str(&format!("description = {}\n", toml_text(&inputs)));
        let mut section = "";
        for parameter in &self.evidence.parameters {
            let Some((of, key)) = parameter.key.split_once('.') else { continue };
            if of != section {
                section = of;
                out.push_str(&format!("\n[{section}]\n"));
                if let Some(file) = self.popularity_file.filter(|_| section == "workload") {
                    comment(&mut out, "Keys and how often each was asked for: no Zipf law fits them.");
                    out.push_str(&format!("popularity_file = {}\n", toml_text(file)));
                }
            }
            comment(&mut out, &said(parameter));
            let off = if self.follows(parameter.key) { "# " } else { "" };
            out.push_str(&format!("{off}{key} = {}\n", written(parameter)));
            if let Some(day) =
                self.evidence.day.filter(|_| parameter.key == "workload.request_rate_per_minute")
            {
                let hours = if day.dated { "UTC" } else { "from the first request on" };
                comment(
                    &mut out,
                    &format!(
                        "requests a minute by the hour of the day, {hours}; p = {} that hours do not differ. simulation plays it; closed forms know no day",
                        shown(day.p)
                    ),
                );
                let rates: Vec<String> = day.per_minute.iter().map(|rate| shown(*rate)).collect();
                out.push_str(&format!("# hourly = [{}]\n", rates.join(", ")));
            }
        }
        for preset in self.presets() {
            out.push_str(&format!("\n[[strategy]]\npreset = \"{preset}\"\n"));
        }
        out
    }

    /// Whether a key follows from others, beside which it would be refused or say nothing.
    fn follows(&self, key: &str) -> bool {
        match key {
            "workload.keys" | "workload.zipf_exponent" => self.popularity_file.is_some(),
            "workload.hotset_fraction" => {
                self.popularity_file.is_some() || self.evidence.get("workload.zipf_exponent").is_some()
            }
            _ => false,
        }
    }

    fn presets(&self) -> &'static [&'static str] {
        match self.evidence.get("predictor.precision") {
            Some(_) => &["static", "predictive", "demand", "hybrid"],
            None => &["static", "demand"],
        }
    }
}

/// A value as a scenario takes it.
pub fn written(parameter: &Parameter) -> String {
    if WHOLE.contains(&parameter.key) { format!("{:.0}", parameter.value) } else { shown(parameter.value) }
}

/// What there is to say of a value.
pub(crate) fn said(parameter: &Parameter) -> String {
    match parameter.interval {
        None => format!("assumed: {}", parameter.method),
        Some((low, high)) => format!(
            "{} to {}, n = {}: {} ({})",
            shown(low),
            shown(high),
            parameter.n,
            parameter.method,
            parameter.source
        ),
    }
}

fn comment(out: &mut String, text: &str) {
    lines(text).into_iter().for_each(|line| out.push_str(&format!("# {line}\n")));
}

/// A text in lines of a comment's width.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A basic string.
fn toml_text(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|letter| match letter {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            letter if letter.is_control() => format!("\\u{:04X}", letter as u32),
            letter => letter.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;

    #[test]
    fn every_value_has_its_comment() {
        let exponent = Estimate { value: 0.912_345_6, low: 0.9, high: 0.93, n: 5000 };
        let mut evidence = Evidence {
            parameters: vec![
                Parameter::found("workload.zipf_exponent", exponent, "maximum likelihood", "a\"b.csv"),
                Parameter::found(
                    "workload.keys",
                    Estimate { value: 1000.4, low: 990.0, high: 1010.0, n: 5000 },
                    "the same fit",
                    "a",
                ),
            ],
            ..Evidence::default()
        };
        evidence.complete();
        let inputs = ["a\"b.csv".to_owned()];
        let draft =
            Draft { evidence: &evidence, level: Level::Trace, inputs: &inputs, popularity_file: None };
        let text = draft.text();
        assert!(
            text.contains(
                "# 0.9 to 0.93, n = 5000: maximum likelihood (a\"b.csv)\nzipf_exponent = 0.912346\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("\nkeys = 1000\n")
                && text.contains("description = \"Calibrated from a\\\"b.csv\"\n")
        );
        assert!(text.contains("# assumed: no input tells latencies of hits; the value is that of the starter scenario\nhit_latency_ms = 2\n"));
        let draft = Draft { popularity_file: Some("a.counts.csv"), ..draft };
        let text = draft.text();
        assert!(
            text.contains("popularity_file = \"a.counts.csv\"")
                && text.contains("\n# zipf_exponent = 0.912346\n"),
            "{text}"
        );
    }
}
