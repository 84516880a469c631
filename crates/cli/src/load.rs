//! From paths to scenarios: read, override, choose the variant, resolve.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use report::Places;
use scenario::{Document, Problems, Scenario};
use sha2::{Digest, Sha256};
use sim::warming::Inputs;

use crate::args::Common;
use crate::failure::Failure;
use crate::files::{is_stdin, read_text, shown_name};
use crate::input::ReadArgs;
use crate::named_files::NamedFiles;

/// Name and text of a file.
pub(crate) type Text = Arc<(String, String)>;

/// A scenario in one variant, and where its keys were written.
pub(crate) struct Loaded {
    pub(crate) scenario: Scenario,
    pub(crate) places: Places,
    /// What it is played with.
    pub(crate) inputs: Inputs,
    /// Name and text of the file.
    pub(crate) text: Text,
    /// Whether this is the variant that commands take where the user names none.
    pub(crate) usual: bool,
}

/// Scenarios with the digest of their texts.
pub(crate) struct Input {
    pub(crate) scenarios: Vec<Loaded>,
    pub(crate) digest: String,
    /// Digest of the traces that they name.
    pub(crate) trace_digest: Option<String>,
}

/// Which variants a command takes where the user names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variants {
    First,
    All,
}

/// Reads scenario files; every problem of every file is told at once.
pub(crate) fn load(paths: &[PathBuf], common: &Common, variants: Variants) -> Result<Input, Failure> {
    load_with(paths, common, variants, &ReadArgs::default(), None)
}

/// Reads scenario files, and the traces that they name in a certain way; `trace` stands in place of those.
pub(crate) fn load_with(
    paths: &[PathBuf],
    common: &Common,
    variants: Variants,
    read: &ReadArgs,
    trace: Option<&Path>,
) -> Result<Input, Failure> {
    let mut texts = vec![];
    refuse_stdin_twice(paths)?;
    for path in paths {
        texts.push((shown_name(path), read_text(path)?));
    }
    load_texts(&texts, common, variants, NamedFiles::new(common, read).in_place_of(trace)?)
}

/// Standard input can be read once.
pub(crate) fn refuse_stdin_twice<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    match paths.into_iter().filter(|path| is_stdin(path)).count() {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage("standard input is named twice", "it can be read once")),
    }
}

/// The embedded memo scenario.
pub(crate) fn load_memo(common: &Common) -> Result<Input, Failure> {
    let name = "scenarios/weatherops_product.toml".to_owned();
    load_texts(
        &[(name, scenario::MEMO.to_owned())],
        common,
        Variants::First,
        NamedFiles::new(common, &ReadArgs::default()),
    )
}

fn load_texts(
    texts: &[(String, String)],
    common: &Common,
    variants: Variants,
    mut files: NamedFiles<'_>,
) -> Result<Input, Failure> {
    let (mut scenarios, mut problems) = (vec![], vec![]);
    for (name, text) in texts {
        match load_one(name, text, common, variants, &mut files) {
            Ok(loaded) => scenarios.extend(loaded),
            Err(more) => problems.extend(more.0),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems).into());
    }
    for (nth, one) in scenarios.iter().enumerate() {
        let same = |other: &&Loaded| {
            other.scenario.name == one.scenario.name && other.scenario.variant == one.scenario.variant
        };
        if let Some(other) = scenarios[..nth].iter().find(same) {
            let (first, second) = (&other.places.source, &one.places.source);
            let message = format!("{first} and {second} are both called `{}`", one.scenario.name);
            return Err(Failure::usage(
                &message,
                "give one of them another `name`, for answers are told apart by it",
            ));
        }
    }
    let digest = digest_of(texts.iter().map(|(_, text)| text.as_str()), &files);
    Ok(Input { scenarios, digest, trace_digest: files.trace_digest() })
}

/// SHA-256 of texts, and of the lists of keys that they name.
pub(crate) fn digest_of<'t>(texts: impl IntoIterator<Item = &'t str>, files: &NamedFiles<'_>) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    }
    files.add_to(&mut digest);
    let hex: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn load_one(
    name: &str,
    text: &str,
    common: &Common,
    variants: Variants,
    files: &mut NamedFiles<'_>,
) -> Result<Vec<Loaded>, Problems> {
    let trace = files.trace_key();
    let file: Text = Arc::new((name.to_owned(), text.to_owned()));
    let document = Document::parse(name, text)?;
    let known = document.variants();
    let chosen: Vec<Option<&str>> = match (common.variant.as_deref(), variants) {
        (Some("all"), _) | (None, Variants::All) if !known.is_empty() => {
            known.iter().map(|name| Some(name.as_str())).collect()
        }
        (None | Some("all"), _) => vec![known.first().map(String::as_str)],
        (Some(name), _) => vec![Some(name)],
    };
    let mut loaded = vec![];
    for variant in chosen {
        let mut chosen = prepared(&document, variant, &common.set)?;
        if let Some(assignment) = &trace {
            chosen.set_by("--trace", assignment)?;
        }
        let inputs = files.attach(&mut chosen)?;
        let scenario = Scenario::resolve(&chosen, variant)?;
        let usual = variant == known.first().map(String::as_str);
        loaded.push(Loaded {
            places: Places::of(&chosen, &scenario),
            scenario,
            inputs,
            text: file.clone(),
            usual,
        });
    }
    Ok(loaded)
}

/// The document with a variant laid over it, and overrides last, so that they hold in every variant.
pub(crate) fn prepared<'t>(
    document: &Document<'t>,
    variant: Option<&str>,
    set: &'t [String],
) -> Result<Document<'t>, Problems> {
    let mut prepared = match variant {
        Some(variant) => document.variant(variant)?,
        None => document.clone(),
    };
    for assignment in set {
        prepared.set(assignment)?;
    }
    Ok(prepared)
}

/// The file name of a scenario's own folder; `usual` is the variant that commands take where the user names none.
pub(crate) fn folder_name(scenario: &Scenario, usual: bool) -> PathBuf {
    let safe = |text: &str| -> String {
        text.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
    };
    let name = match scenario.variant.as_ref().filter(|_| !usual) {
        Some(variant) => format!("{}.{}", safe(&scenario.name), safe(variant)),
        None => safe(&scenario.name),
    };
    Path::new(name.trim_start_matches('.')).to_owned()
}
