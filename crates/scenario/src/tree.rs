//! Operations on a tree of TOML values that know where they were written: insert at a path, lay over, move.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// What an entry of a list goes by: its `name`, else its `id`, else its `preset`.
pub(crate) fn label<'a>(entry: &'a DeValue<'_>) -> Option<&'a str> {
    let table = entry.as_table()?;
    ["name", "id", "preset"].iter().find_map(|key| table.get(*key)?.get_ref().as_str())
}

pub(crate) fn index_of(list: &DeArray<'_>, step: &str) -> Option<usize> {
    let by_name = list.iter().position(|entry| label(entry.get_ref()) == Some(step));
    by_name.or_else(|| step.parse().ok().filter(|nth| *nth < list.len()))
}

/// Puts `value` at `path`, making tables on the way.
pub(crate) fn insert<'t>(
    table: &mut DeTable<'t>,
    path: &'t str,
    span: Range<usize>,
    value: Spanned<DeValue<'t>>,
) -> Result<(), String> {
    let Some((step, rest)) = path.split_once('.') else {
        // Removed first, for the old key would keep its own span.
        table.remove(path);
        table.insert(Spanned::new(span, path.into()), value);
        return Ok(());
    };
    if !table.contains_key(step) && ["strategy", "claim"].contains(&step) {
        return Err(format!("this file lists no `{step}`; add [[{step}]] to the file first"));
    }
    if !table.contains_key(step) {
        let empty = DeValue::Table(DeTable::new());
        table.insert(Spanned::new(span.clone(), step.into()), Spanned::new(span.clone(), empty));
    }
    match table.get_mut(step).map(Spanned::get_mut) {
        Some(DeValue::Table(inner)) => insert(inner, rest, span, value),
        Some(DeValue::Array(list)) => {
            let (entry, rest) =
                rest.split_once('.').ok_or_else(|| format!("`{path}` names a whole entry, not a key"))?;
            let known: Vec<_> = list.iter().filter_map(|e| label(e.get_ref()).map(str::to_owned)).collect();
            let nth = index_of(list, entry)
                .ok_or_else(|| format!("`{step}` has no entry `{entry}`; it has {}", known.join(", ")))?;
            match list.get_mut(nth).map(Spanned::get_mut) {
                Some(DeValue::Table(inner)) => insert(inner, rest, span, value),
                _ => Err(format!("`{step}.{entry}` is not a table")),
            }
        }
        _ => Err(format!("`{step}` is not a table")),
    }
}

/// Lays `over` on `base`: tables merge, entries of lists merge by label or are added, all else is replaced.
pub(crate) fn merge<'t>(base: &mut DeTable<'t>, over: DeTable<'t>) {
    for (key, value) in over {
        let replacement = match (base.remove(key.get_ref().as_ref()).map(Spanned::into_inner), value) {
            (Some(DeValue::Table(mut inner)), value) if value.get_ref().is_table() => {
                let span = value.span();
                if let DeValue::Table(over) = value.into_inner() {
                    merge(&mut inner, over);
                }
                Spanned::new(span, DeValue::Table(inner))
            }
            (Some(DeValue::Array(mut list)), value) if value.get_ref().is_array() => {
                let span = value.span();
                if let DeValue::Array(over) = value.into_inner() {
                    merge_lists(&mut list, over);
                }
                Spanned::new(span, DeValue::Array(list))
            }
            (_, value) => value,
        };
        base.insert(key, replacement);
    }
}

/// Entries that go by a name are laid over the entry of that name, or added; any other list is replaced.
fn merge_lists<'t>(base: &mut DeArray<'t>, over: DeArray<'t>) {
    if over.is_empty() || over.iter().any(|entry| label(entry.get_ref()).is_none()) {
        *base = over;
        return;
    }
    for entry in over {
        let same = base.iter().position(|known| label(known.get_ref()) == label(entry.get_ref()));
        match (same.and_then(|nth| base.get_mut(nth)).map(Spanned::get_mut), entry) {
            (Some(DeValue::Table(inner)), entry) if entry.get_ref().is_table() => {
                if let DeValue::Table(over) = entry.into_inner() {
                    merge(inner, over);
                }
            }
            (_, entry) => base.push(entry),
        }
    }
}

/// The same value with every span moved by `by`.
pub(crate) fn shifted<'t>(value: Spanned<DeValue<'t>>, by: usize) -> Spanned<DeValue<'t>> {
    let move_span = |span: Range<usize>| span.start + by..span.end + by;
    let span = move_span(value.span());
    let moved = match value.into_inner() {
        DeValue::Array(list) => DeValue::Array(list.into_iter().map(|entry| shifted(entry, by)).collect()),
        DeValue::Table(table) => DeValue::Table(
            table
                .into_iter()
                .map(|(key, value)| {
                    (Spanned::new(move_span(key.span()), key.into_inner()), shifted(value, by))
                })
                .collect(),
        ),
        scalar => scalar,
    };
    Spanned::new(span, moved)
}

/// Where each value below a table begins.
pub(crate) fn collect_starts(table: &DeTable<'_>, starts: &mut BTreeSet<usize>) {
    for (_, value) in table {
        starts.insert(value.span().start);
        if let DeValue::Table(inner) = value.get_ref() {
            collect_starts(inner, starts);
        }
    }
}
