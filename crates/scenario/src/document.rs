//! A scenario text with its overrides: one tree of values, each of which knows where it was written.
//!
//! Overrides (`--set path=value`) and variants are merged into the tree before anything is decoded, so that
//! they pass the same checks as the file. To keep one address space for spans, the text of each override is
//! kept behind the text of the file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::files::Attached;
use crate::problem::{Place, Problem, Problems};
use crate::tree::{collect_starts, index_of, insert, merge, shifted};

/// A parsed scenario text, before its keys are checked.
#[derive(Debug, Clone)]
pub struct Document<'t> {
    source: Arc<str>,
    text: Arc<str>,
    overrides: Vec<Override>,
    /// Where the variant that was laid over the document begins each of its values.
    overlaid: BTreeSet<usize>,
    /// What was in the files that it names, as far as they were read.
    pub(crate) attached: Attached,
    pub(crate) root: Spanned<DeTable<'t>>,
}

/// One `--set`: its text, and where that begins in the address space of spans.
#[derive(Debug, Clone)]
struct Override {
    source: Arc<str>,
    text: Arc<str>,
    start: usize,
}

impl<'t> Document<'t> {
    /// Parses TOML; `source` names the text in messages.
    ///
    /// # Errors
    /// Every syntax error and duplicate key, each with its place.
    pub fn parse(source: &str, text: &'t str) -> Result<Self, Problems> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self {
            source: source.into(),
            text: text.into(),
            overrides: vec![],
            overlaid: BTreeSet::new(),
            attached: Attached::new(),
            root,
        };
        if errors.is_empty() {
            return document.with_sound_variants();
        }
        let problem = |error: &toml::de::Error| Problem {
            place: error.span().map(|span| document.place(span)),
            message: error.message().to_owned(),
            help: (error.message() == "duplicate key")
                .then(|| "a key may stand once in its table; remove one of the two".to_owned()),
        };
        Err(Problems(errors.iter().map(problem).collect()))
    }

    /// The document, where its `variant` section holds tables of keys, and none of them variants of its own.
    fn with_sound_variants(self) -> Result<Self, Problems> {
        let help = Some("write [variant.NAME.SECTION] with the keys that differ");
        let Some(variants) = self.root.get_ref().get("variant") else { return Ok(self) };
        let Some(named) = variants.get_ref().as_table() else {
            return Err(self.problem_at(variants.span(), "`variant` is not a table".to_owned(), help));
        };
        for (name, variant) in named {
            let Some(keys) = variant.get_ref().as_table() else {
                return Err(self.problem_at(
                    variant.span(),
                    format!("variant `{}` is not a table", name.get_ref()),
                    help,
                ));
            };
            if let Some((key, _)) = keys.iter().find(|(key, _)| key.get_ref() == "variant") {
                return Err(self.problem_at(key.span(), "a variant cannot hold variants".to_owned(), help));
            }
        }
        Ok(self)
    }

    /// File name as given to [`Self::parse`].
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether there is no key in it.
    pub fn is_empty(&self) -> bool {
        self.root.get_ref().is_empty()
    }

    /// Overrides one key: `workload.churn_per_hour=0.3`. A value that is not TOML is taken as text, so that
    /// `300/s` needs no quotes. Entries of a list are addressed by name or index: `strategy.hybrid.preset`.
    ///
    /// # Errors
    /// Where the text has no `=`, or the path leads through something that is not a table or a list.
    pub fn set(&mut self, assignment: &'t str) -> Result<(), Problems> {
        self.set_by("--set", assignment)
    }

    /// The same; `option` is what messages say of where that was written.
    ///
    /// # Errors
    /// As for [`Self::set`].
    pub fn set_by(&mut self, option: &str, assignment: &'t str) -> Result<(), Problems> {
        let start = self.end() + 1;
        self.overrides.push(Override { source: option.into(), text: assignment.into(), start });
        let Some((path, value)) = assignment.split_once('=') else {
            return Err(self.problem_at(
                start..start + assignment.len(),
                format!("`{assignment}` has no value"),
                Some("write path.to.key=value"),
            ));
        };
        let root = path.trim().split('.').next().unwrap_or_default();
        if root == "variant" || path.split('.').any(|step| step.trim().is_empty()) {
            let message =
                if root == "variant" { "a variant cannot be set" } else { "a part of this path is empty" };
            let help = "set the key itself, and choose the variant with --variant";
            return Err(self.problem_at(start..start + path.len(), message.to_owned(), Some(help)));
        }
        let value_start = start + path.len() + 1;
        let value = match DeValue::parse(value) {
            Ok(parsed) => shifted(parsed, value_start),
            Err(_) => {
                Spanned::new(value_start..value_start + value.len(), DeValue::String(value.trim().into()))
            }
        };
        let span = start..start + path.len();
        insert(self.root.get_mut(), path.trim(), span.clone(), value)
            .map_err(|message| self.problem_at(span, message, None))
    }

    /// Names of the variants, in the order of the file.
    pub fn variants(&self) -> Vec<String> {
        let Some(DeValue::Table(variants)) = self.root.get_ref().get("variant").map(Spanned::get_ref) else {
            return vec![];
        };
        let mut names: Vec<_> =
            variants.iter().map(|(name, _)| (name.span().start, name.get_ref().to_string())).collect();
        names.sort();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// The document with one variant's keys laid over it: tables merge, entries of lists merge by name.
    ///
    /// # Errors
    /// Where there is no such variant.
    pub fn variant(&self, name: &str) -> Result<Self, Problems> {
        let mut merged = self.clone();
        // Parsing has made sure that every variant is a table.
        let variant = match merged.root.get_mut().remove("variant").map(Spanned::into_inner) {
            Some(DeValue::Table(mut variants)) => variants.remove(name).map(Spanned::into_inner),
            _ => None,
        };
        match variant {
            Some(DeValue::Table(over)) => {
                collect_starts(&over, &mut merged.overlaid);
                merge(merged.root.get_mut(), over);
                Ok(merged)
            }
            _ => Err(Problem {
                place: None,
                message: format!("{} has no variant `{name}`", self.source),
                help: Some(match self.variants().as_slice() {
                    [] => "it has no variants at all; leave out --variant".to_owned(),
                    known => crate::problem::suggest(name, known.iter().map(String::as_str)),
                }),
            }
            .into()),
        }
    }

    /// Whether a key holds a section or a list of sections rather than a value.
    pub(crate) fn holds_sections(&self, path: &str) -> bool {
        self.find(path).is_some_and(|node| match node.get_ref() {
            DeValue::Table(_) => true,
            DeValue::Array(list) => list.iter().any(|entry| entry.get_ref().is_table()),
            _ => false,
        })
    }

    /// Whether a remark of `section` on `key` speaks of another value than the one in force: the value comes from
    /// the command line, or from a variant that does not remark on it.
    pub(crate) fn outdates_remark(&self, section: &str, key: &str) -> bool {
        let Some(value) = self.find(key).map(|node| node.span().start) else { return false };
        let remarks = self.root.get_ref().get(section).and_then(|node| node.get_ref().as_table());
        let remark = remarks.and_then(|remarks| remarks.get(key)).map(|node| node.span().start);
        let of_variant = |start: usize| self.overlaid.contains(&start);
        value >= self.text.len() || (of_variant(value) && !remark.is_some_and(of_variant))
    }

    /// Where the value of a key was written; the key itself may lead through lists by name or index.
    pub fn locate(&self, path: &str) -> Option<Place> {
        self.find(path).map(|node| self.place(node.span()))
    }

    /// The text that a key holds, if it holds text.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        self.find(path).and_then(|node| node.get_ref().as_str())
    }

    /// Names of the keys in a section, in the order of the file.
    pub(crate) fn keys_of(&self, section: &str) -> Vec<String> {
        let table = self.find(section).and_then(|node| node.get_ref().as_table());
        let keys = table.into_iter().flatten();
        let mut keys: Vec<_> = keys.map(|(key, _)| (key.span().start, key.get_ref().to_string())).collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// Paths of the keys that a pattern stands for: `*` in it stands for every entry of a list.
    pub(crate) fn matching(&self, pattern: &str) -> Vec<String> {
        let Some((list, rest)) = pattern.split_once(".*.") else {
            return self.find(pattern).map(|_| pattern.to_owned()).into_iter().collect();
        };
        let entries = self.find(list).and_then(|node| node.get_ref().as_array()).map_or(0, |list| list.len());
        (0..entries).flat_map(|nth| self.matching(&format!("{list}.{nth}.{rest}"))).collect()
    }

    fn find(&self, path: &str) -> Option<&Spanned<DeValue<'t>>> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let start = self.root.get_ref().get(first)?;
        rest.map_or_else(
            || Some(start),
            |rest| {
                rest.split('.').try_fold(start, |node, step| match node.get_ref() {
                    DeValue::Table(table) => table.get(step),
                    DeValue::Array(list) => index_of(list, step).and_then(|nth| list.get(nth)),
                    _ => None,
                })
            },
        )
    }

    /// Turns a span into a place in the file or in one of the overrides.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        match self.overrides.iter().rev().find(|one| span.start >= one.start) {
            None => Place { source: self.source.clone(), text: self.text.clone(), span },
            Some(one) => Place {
                source: one.source.clone(),
                text: one.text.clone(),
                span: span.start - one.start..span.end - one.start,
            },
        }
    }

    fn problem_at(&self, span: Range<usize>, message: String, help: Option<&str>) -> Problems {
        Problem { place: Some(self.place(span)), message, help: help.map(str::to_owned) }.into()
    }

    /// First position behind all texts.
    fn end(&self) -> usize {
        self.overrides.last().map_or(self.text.len(), |one| one.start + one.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[cache]\ncapacity_fraction = 0.5\n[[strategy]]\npreset = \"static\"\n[variant.b.cache]\ncapacity_fraction = 0.6\n[[variant.b.strategy]]\npreset = \"demand\"\n[variant.a]\n";

    fn line_of(document: &Document, path: &str) -> Option<String> {
        document.locate(path).map(|place| place.to_string())
    }

    #[test]
    fn a_key_is_located_in_the_file_in_an_override_and_through_a_list() {
        let mut document = Document::parse("x.toml", TEXT).expect("parses");
        assert_eq!(line_of(&document, "cache.capacity_fraction").as_deref(), Some("x.toml:2:21"));
        assert_eq!(line_of(&document, "strategy.static.preset").as_deref(), Some("x.toml:4:10"));
        assert_eq!(line_of(&document, "strategy.0.preset").as_deref(), Some("x.toml:4:10"));
        assert_eq!(line_of(&document, "cache.ttl_s"), None);
        document.set("strategy.static.rails.clamp_share=0.25").expect("sets");
        document.set("cache.capacity_fraction=0.7").expect("sets");
        assert_eq!(line_of(&document, "cache.capacity_fraction").as_deref(), Some("--set:1:25"));
        assert_eq!(
            document.locate("cache.capacity_fraction").map(|p| p.text[p.span].to_owned()),
            Some("0.7".into())
        );
    }

    #[test]
    fn overrides_that_lead_nowhere_say_so() {
        let mut document = Document::parse("x.toml", TEXT).expect("parses");
        let message = |result: Result<(), Problems>| result.expect_err("refused").to_string();
        assert_eq!(
            message(document.set("cache.ttl_s")),
            "--set:1:1: `cache.ttl_s` has no value; write path.to.key=value"
        );
        assert!(
            message(document.set("strategy.hybrid.preset=1")).contains("no entry `hybrid`; it has static")
        );
        assert!(
            message(document.set("cache.capacity_fraction.x=1"))
                .contains("`capacity_fraction` is not a table")
        );
    }

    #[test]
    fn variants_keep_file_order_and_merge_tables_and_lists() {
        let document = Document::parse("x.toml", TEXT).expect("parses");
        assert_eq!(document.variants(), ["b", "a"]);
        let b = document.variant("b").expect("exists");
        assert_eq!(line_of(&b, "cache.capacity_fraction").as_deref(), Some("x.toml:6:21"));
        assert_eq!(line_of(&b, "strategy.demand.preset").as_deref(), Some("x.toml:8:10"));
        assert_eq!(line_of(&b, "strategy.static.preset").as_deref(), Some("x.toml:4:10"));
        let missing = document.variant("c").expect_err("refused").to_string();
        assert_eq!(missing, "x.toml has no variant `c`; known here: b, a");
    }

    #[test]
    fn duplicate_keys_are_found_with_their_place() {
        let message = Document::parse("x.toml", "a = 1\na = 2\n").expect_err("refused").to_string();
        assert!(message.starts_with("x.toml:2:1: duplicate key"), "{message}");
    }
}
