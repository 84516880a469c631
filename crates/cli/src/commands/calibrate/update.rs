//! `calibrate --update`: what was found, put into a scenario that there is already.

use std::path::Path;

use calibrate::{Evidence, Updated, update};
use scenario::{Document, Scenario};

use crate::failure::Failure;
use crate::files::{is_stdin, read_text, shown_name};

/// The text of the scenario with what was found, and what to say of that. A scenario that would no longer be one is refused, and
/// stays as it is.
pub(super) fn updated(path: &Path, told: &Evidence) -> Result<(String, Vec<String>), Failure> {
    if is_stdin(path) {
        return Err(Failure::usage("standard input cannot be written to", "name a file behind --update"));
    }
    let name = shown_name(path);
    let before = read_text(path)?;
    // What is wrong already is told as any command does.
    Document::parse(&name, &before)?;
    let (text, changes) = update(&before, told)
        .map_err(|error| Failure::usage(&format!("{name}: {}", error.message()), "mend it first"))?;
    let document = Document::parse(&name, &text)?;
    if document.files().is_empty() {
        let variants = document.variants();
        let chosen = variants.first().map(String::as_str);
        let document = chosen.map_or_else(|| Ok(document.clone()), |variant| document.variant(variant))?;
        Scenario::resolve(&document, chosen)?;
    }
    Ok((text, notes(&name, changes)))
}

fn notes(name: &str, Updated { set, kept }: Updated) -> Vec<String> {
    let changed = set.iter().map(|(key, old, new)| match old {
        Some(old) if old == new => format!("{key} = {new} as before"),
        Some(old) => format!("{key} = {new} in place of {old}"),
        None => format!("{key} = {new}, which it did not have"),
    });
    let changed: Vec<String> = changed.collect();
    let mut notes = vec![match changed.is_empty() {
        true => format!("Nothing was found that changes {name}."),
        false => format!("Put into {name}: {}.", changed.join("; ")),
    }];
    notes.extend(kept.into_iter().map(|kept| format!("{kept}.")));
    notes
}
