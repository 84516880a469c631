//! `warmcast trace mrc`.

use crate::args::{Common, MrcArgs};
use crate::failure::Failure;

pub(super) fn run(_: &MrcArgs, _: &Common) -> Result<(), Failure> {
    Err(Failure::usage("not yet", ""))
}
