//! Times in a column of any table, read as those of traces are.

use crate::fault::Wrong;
use crate::format::clock::{Clock, Told};
use crate::format::field::Field;
use crate::request::Micros;

/// Whether columns of keys go by such a name.
pub fn names_keys(column: &str) -> bool {
    Field::Key.fits(column).is_some()
}

/// Reads the times of a column: numbers in a unit, or dates. The first decides which.
#[derive(Debug)]
pub struct Instants(Clock);

impl Instants {
    /// Whether columns of times go by such a name.
    pub fn named(column: &str) -> bool {
        Field::Time.fits(column).is_some()
    }

    /// Of a column, whose name may tell the unit.
    pub fn of(column: &str) -> Self {
        let unit = Field::Time.fits(column).and_then(|(_, unit)| unit);
        Self(Clock::new(unit.map_or(Told::Nowhere, Told::ByName)))
    }

    /// The time that a text tells, in microseconds: since 1970 for dates, else from the zero of the numbers.
    ///
    /// # Errors
    /// Where it tells none, or is of another kind than the first.
    pub fn read(&mut self, text: &[u8]) -> Result<Micros, Wrong> {
        self.0.read(text)
    }

    /// What was found out: the unit of numbers, or the zone of dates that state none.
    pub fn found(&self) -> Option<String> {
        self.0.found()
    }
}
