//! A scenario at many points: axes lay out [`Points`], an engine answers there ([`Asked`]), block by block, whole
//! parts are kept where that takes long ([`Parts`]), and rows go in the order of the points to a file.

mod axis;
mod blocks;
mod decimal;
mod engines;
mod findings;
mod manifest;
mod output;
mod parts;
mod points;
mod question;
mod screening;
mod seen;
mod whole;

pub(crate) use axis::{Axis, AxisValues, Span, unit};
pub(crate) use blocks::{Blocks, answer_in_order};
pub(crate) use engines::{Played, asked};
pub(crate) use findings::winner_map;
pub(crate) use manifest::{Manifest, Told};
pub(crate) use output::Output;
pub(crate) use parts::{Parts, Shard};
pub(crate) use points::{Layout, Points};
pub(crate) use question::{Asked, Question};
pub(crate) use seen::Seen;
