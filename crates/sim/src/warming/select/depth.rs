//! Parents before what lies below them.

use std::sync::Arc;

use trace::synthetic::Objects;

use crate::warming::select::choice::{Choice, Moment};

/// Keys in order of depth, those of one depth by name.
#[derive(Default)]
pub(super) struct Depth {
    /// The order, as far as keys were known when it was made.
    order: Vec<u32>,
}

impl Choice for Depth {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let known = moment.hot.len();
        if self.order.len() != known {
            self.order = in_order(known as u32, moment.objects);
        }
        self.order[..moment.most.min(known)].to_vec()
    }
}

fn in_order(known: u32, objects: &Arc<Objects>) -> Vec<u32> {
    let mut order: Vec<u32> = (0..known).collect();
    order.sort_by_cached_key(|key| (objects.depth(*key), objects.name(*key).into_owned()));
    order
}
