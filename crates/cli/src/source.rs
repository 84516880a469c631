//! A scenario in one variant, to be read again with other values.

use std::path::Path;
use std::sync::Arc;

use scenario::Document;
use sim::warming::Inputs;

use crate::args::Common;
use crate::failure::Failure;
use crate::files::{read_text, shown_name};
use crate::input::ReadArgs;
use crate::load::{Loaded, Text, prepared};
use crate::named_files::NamedFiles;

/// Where one variant of a scenario was written.
pub(crate) struct Source {
    text: Text,
    variant: Option<String>,
}

impl Source {
    /// Of a scenario that was loaded.
    pub(crate) fn of(loaded: &Loaded) -> Self {
        Self { text: loaded.text.clone(), variant: loaded.scenario.variant.clone() }
    }

    /// Of a file, in the variant that was named, or the first; `command` takes no more than one.
    pub(crate) fn open(path: &Path, command: &str, common: &Common) -> Result<Self, Failure> {
        if common.variant.as_deref() == Some("all") {
            let message = format!("{command} takes one variant");
            return Err(Failure::usage(&message, "name it with --variant, and run once for each"));
        }
        let text: Text = Arc::new((shown_name(path), read_text(path)?));
        let known = Document::parse(&text.0, &text.1)?.variants();
        let variant = common.variant.clone().or_else(|| known.into_iter().next());
        Ok(Self { text, variant })
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text.1
    }

    /// Its variant, where it has any.
    pub(crate) fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Reads it, with what it is played with, and the files that it names.
    pub(crate) fn read<T>(
        &self,
        common: &Common,
        take: impl FnOnce(&Document<'_>, &Inputs, &NamedFiles<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (name, text) = &*self.text;
        let mut files = NamedFiles::new(common, &ReadArgs::default());
        let mut document = prepared(&Document::parse(name, text)?, self.variant(), &common.set)?;
        let inputs = files.attach(&mut document)?;
        take(&document, &inputs, &files)
    }
}
