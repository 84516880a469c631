//! What there is to know of recorded requests without playing them.

use std::sync::Arc;

use crate::popularity::Ranked;
use crate::quantity::Quantity;
use crate::units::{Bytes, Seconds};

/// What there is to know of a trace without playing it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Requests.
    pub requests: u64,
    /// From the first to the last; none where the trace has no times.
    pub span: Option<Seconds>,
    /// How often each key was asked for.
    pub counts: Arc<Ranked>,
    /// Mean size of a key; none where the trace has no sizes.
    pub mean_object: Option<Bytes>,
}

impl Recorded {
    /// How long it plays: to the end of the second of its last request, or of the millisecond where all of it lies in one
    /// second, so that the last request counts. None where the trace has no times.
    pub fn length(&self) -> Option<Seconds> {
        let span = self.span?.get();
        Some(Seconds::wrap(if span >= 1.0 { span.floor() + 1.0 } else { ((span * 1e3).floor() + 1.0) / 1e3 }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_plays_to_the_end_of_its_last_second() {
        let length = |span: f64| {
            let (counts, span) = (Arc::new(Ranked::of([1.0])), Some(Seconds::wrap(span)));
            Recorded { requests: 1, span, counts, mean_object: None }.length().map(Seconds::get)
        };
        let found = [0.0, 0.0105, 1.0, 7200.25].map(length);
        assert_eq!(found, [0.001, 0.011, 2.0, 7201.0].map(Some));
    }
}
