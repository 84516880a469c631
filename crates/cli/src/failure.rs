//! Why there is no answer: what is wrong, where, and what to do, as people read it on stderr.

use std::fmt;
use std::path::Path;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use scenario::{Place, Problem, Problems};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something is wrong with an input or with the usage.
    Input(Problems),
    /// A file or stream could not be read or written.
    Io { what: String, error: std::io::Error },
}

impl Failure {
    /// Wrong usage, or an input that is wrong as a whole.
    pub(crate) fn usage(message: &str, help: &str) -> Self {
        Self::at(None, message, help)
    }

    /// Something wrong at a place.
    pub(crate) fn at(place: Option<Place>, message: &str, help: &str) -> Self {
        let help = Some(help.to_owned()).filter(|help| !help.is_empty());
        Self::Input(Problem { place, message: message.to_owned(), help }.into())
    }

    /// A file that cannot be read.
    pub(crate) fn read(path: &Path, error: std::io::Error) -> Self {
        Self::Io { what: format!("cannot read {}", path.display()), error }
    }

    /// A file that cannot be written.
    pub(crate) fn write(path: &Path, error: std::io::Error) -> Self {
        Self::Io { what: format!("cannot write {}", path.display()), error }
    }

    /// Whether the reader of our output went away, which is no failure.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { error, .. } if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// Prints every problem with its place on stderr.
    pub(crate) fn print(&self, color: bool) {
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).min(100));
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        for shown in self.shown() {
            let mut text = String::new();
            if handler.render_report(&mut text, &shown).is_err() {
                text = format!("{}\n", shown.problem);
            }
            crate::files::complain(&text);
        }
    }

    /// What is wrong, without its place.
    pub(crate) fn message(&self) -> String {
        self.shown().iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    fn shown(&self) -> Vec<Shown> {
        match self {
            Self::Input(problems) => problems.0.iter().cloned().map(Shown::new).collect(),
            Self::Io { what, error } => {
                vec![Shown::new(Problem { place: None, message: format!("{what}: {error}"), help: None })]
            }
        }
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Input(problems)
    }
}

/// A problem as miette wants it.
#[derive(Debug)]
struct Shown {
    problem: Problem,
    source: Option<NamedSource<String>>,
}

impl Shown {
    fn new(problem: Problem) -> Self {
        let source =
            problem.place.as_ref().map(|place| NamedSource::new(&*place.source, place.text.to_string()));
        Self { problem, source }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.problem.place.as_ref()?;
        let end = place.span.end.min(place.text.len());
        let start = place.span.start.min(end);
        Some(Box::new(std::iter::once(LabeledSpan::underline(start..end))))
    }
}
