//! Why a chart cannot be drawn.

/// Why a chart cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// Something that a chart needs at least one of is missing.
    #[error("{what} is empty; a chart needs at least one")]
    Empty {
        /// What is missing.
        what: String,
    },
    /// Too few values to span an axis.
    #[error("{what} has {found} of at least 2 values; one value spans no axis")]
    TooFew {
        /// What is too short.
        what: String,
        /// How many values there are.
        found: usize,
    },
    /// Two lists that belong together differ in length.
    #[error("{what} has {found} values, expected {expected}")]
    Length {
        /// What has the wrong length.
        what: String,
        /// How many values belong there.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A value that is not finite, or too large to be placed on an axis.
    #[error("{what} is {value}; only numbers between -1e15 and 1e15 can be drawn")]
    NotDrawable {
        /// Which value.
        what: String,
        /// The value.
        value: f64,
    },
    /// A value that a logarithmic axis has no place for.
    #[error("{what} is {value}; a logarithmic axis begins above 0")]
    NoLogarithm {
        /// Which value.
        what: String,
        /// The value.
        value: f64,
    },
    /// Values along an axis go backwards.
    #[error("{what} must ascend, but {value} follows {previous}")]
    NotAscending {
        /// Which values.
        what: String,
        /// The value before.
        previous: f64,
        /// The value that is too small.
        value: f64,
    },
    /// The centres of the columns or rows of a map are unevenly spaced.
    #[error("{what} must be evenly spaced, or each the same multiple of the one before")]
    Uneven {
        /// Which values.
        what: String,
    },
    /// Points of a line that all have the same `x`.
    #[error("all points have x = {x}; a horizontal axis needs two different values")]
    NoWidth {
        /// The only value.
        x: f64,
    },
    /// A cell of a map names a category that does not exist.
    #[error("cell {cell} has category {category}, but there are only {known}, counted from 0")]
    UnknownCategory {
        /// Index of the cell.
        cell: usize,
        /// The category it asks for.
        category: usize,
        /// How many categories there are.
        known: usize,
    },
    /// A mark or point lies outside the axes.
    #[error("{what} is at {value}, outside the axis from {low} to {high}")]
    Outside {
        /// What lies outside.
        what: String,
        /// Where it lies.
        value: f64,
        /// Where the axis begins.
        low: f64,
        /// Where the axis ends.
        high: f64,
    },
    /// More digits after the point than a number holds.
    #[error("{what} asks for {decimals} digits after the point; at most 12 can be shown")]
    TooManyDecimals {
        /// Which panel.
        what: String,
        /// The digits it asks for.
        decimals: usize,
    },
    /// The font inside this crate cannot be read.
    #[error("the built-in font cannot be read")]
    Font,
    /// The picture cannot be written as PNG.
    #[error("the picture cannot be written as PNG: {reason}")]
    Png {
        /// What the encoder says.
        reason: String,
    },
}
