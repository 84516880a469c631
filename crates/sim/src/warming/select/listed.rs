//! Keys of a list.

use std::sync::Arc;

use crate::warming::select::choice::{Choice, Moment};

/// These keys.
pub(super) struct Listed(pub(super) Arc<[u32]>);

impl Choice for Listed {
    fn choose(&mut self, _: &mut Moment) -> Vec<u32> {
        self.0.to_vec()
    }
}
