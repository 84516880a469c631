//! Which input would change the decision: a scenario asked around its own values, one input at a time and all together.

mod around;
mod decision;
mod inputs;
mod told;

pub(crate) use around::{Around, Sampling};
pub(crate) use inputs::{significant, stated, varied};
pub(crate) use told::{chart, sheet};
