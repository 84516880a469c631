//! Where strategies break even, in words.

use evaluation::BreakEven;

use crate::Section;

/// Where one strategy beats another by an objective, in either of the two inputs that vary.
pub(super) struct BreakEvenRow {
    pub engine: &'static str,
    pub by: &'static str,
    /// In precision and in recall.
    pub wins: [String; 2],
}

/// A row for each engine and objective.
pub(super) fn break_even_rows(section: &Section) -> Vec<BreakEvenRow> {
    let (pairs, _) = section.break_evens.as_chunks();
    let row = |[precision, recall]: &[BreakEven; 2]| BreakEvenRow {
        engine: precision.engine.name(),
        by: precision.objective.spec().title,
        wins: [precision.wins.to_string(), recall.wins.to_string()],
    };
    pairs.iter().map(row).collect()
}
