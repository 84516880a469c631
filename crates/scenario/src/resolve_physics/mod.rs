//! From keys to what is true, for what only the simulation has to know. Every key has a default.

mod arrivals;
mod budget;
mod costs;
mod extras;
mod job;
mod memory;
mod objects;
mod origin;
mod predictor;
mod rails;
mod room;
mod simulation;
mod updates;

use crate::check::Check;
use crate::quantity::Quantity;

/// What to do about a count of 0.
const ONE_OR_MORE: &str = "write 1 or more, or leave the key out";

impl Check<'_> {
    /// Complains about a limit that lets nothing through; counts are whole numbers.
    pub(crate) fn passes<Q: Quantity>(&mut self, key: &str, limit: Option<Q>, help: &str) {
        if limit.is_some_and(|limit| limit.get() <= 0.0) {
            self.at(key, "0 lets nothing through".to_owned(), help);
        }
    }
}
