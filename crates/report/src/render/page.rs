//! The page.

use crate::Report;

/// A picture for the page.
#[derive(Debug, Clone)]
pub struct Figure {
    /// File name without extension.
    pub name: String,
    /// What it shows, below it.
    pub caption: String,
    /// Inline SVG.
    pub svg: String,
}

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PageError(#[from] minijinja::Error);

/// The report as one self-contained HTML page.
///
/// # Errors
/// Where the template fails.
pub fn page(_report: &Report, _figures: &[Figure]) -> Result<String, PageError> {
    Ok(String::new())
}
