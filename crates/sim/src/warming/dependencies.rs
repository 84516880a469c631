//! Which operation waits for which: a key is not warmed before the key above it.

use std::collections::BTreeSet;

use crate::warming::world::World;

impl World {
    /// The id of the key right above that of an operation, as the warmer calls it.
    pub(crate) fn above(&mut self, id: u32) -> Option<u32> {
        let phantoms = self.selectors.phantoms();
        let own = self.selectors.aliases.key(id).unwrap_or(id);
        let above = self.objects.parent(phantoms.key(own)?)?;
        Some(self.selectors.aliases.of(phantoms.id(above)))
    }

    /// The same ids, each behind those above it that are there, and otherwise in the same order.
    pub(crate) fn parents_first(&mut self, ids: &[u32]) -> Vec<u32> {
        let mut left: BTreeSet<u32> = ids.iter().copied().collect();
        // Those that have gone ahead of their place.
        let mut early = BTreeSet::new();
        let mut ordered = vec![];
        for id in ids.iter().copied() {
            if early.remove(&id) {
                continue;
            }
            left.remove(&id);
            let mut path = vec![id];
            while let Some(above) = path.last().and_then(|id| self.above(*id)) {
                path.push(above);
            }
            let above = path.into_iter().skip(1).rev().filter(|above| left.remove(above));
            above.for_each(|above| {
                early.insert(above);
                ordered.push(above);
            });
            ordered.push(id);
        }
        ordered
    }
}
