//! The charts of a report, as data: what the closed form gives around a scenario.
