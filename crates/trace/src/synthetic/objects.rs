//! What keys are, beside how often they are asked for: whose they are, how large, how costly, how important, and which
//! belongs below which.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rand::Rng;

use crate::keys::Keys;
use crate::sizes::{Sizes, Widths};
use crate::synthetic::object_spec::dealt;
use crate::synthetic::random::{LogNormal, Purpose, stream};
use crate::synthetic::spec::Spec;

/// What the key of each id is; what all keys have in common takes no memory.
///
/// Each quality of made-up keys draws from random numbers of its own, key by key in order of ids: however many keys are
/// known, those that are known are the same.
///
/// # Trees
/// Made-up keys of the law are dealt, in order of their ids, to trees of as many keys as fill all levels. Within a tree
/// key i, counted from its root, belongs below key (i − 1) / children. New keys of events and contents belong below none.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    known: u32,
    tenant_names: Vec<String>,
    tenants: Vec<u32>,
    importances: Vec<u8>,
    costs: Vec<f32>,
    mean_bytes: u64,
    sizes: Widths,
    kind: Kind,
}

#[derive(Debug, Clone, Default)]
enum Kind {
    /// Keys that were recorded, where something is known of them.
    #[default]
    Unknown,
    Recorded {
        names: Keys,
        /// The key above each, `NONE` where there is none; no list where no name has parts.
        parents: Vec<u32>,
    },
    MadeUp(Maker),
}

/// What is told of made-up keys by their ids alone.
#[derive(Debug, Clone)]
struct Maker {
    spec: Arc<Spec>,
    /// Keys of a whole tree.
    tree: u64,
}

const NONE: u32 = u32::MAX;

impl Objects {
    /// The importance of keys of which nothing is said.
    pub const ORDINARY: u8 = 5;

    /// The keys of a synthetic workload whose ids are below `known`.
    pub fn made_up(spec: &Arc<Spec>, seed: u64, replication: u32, known: u32) -> Self {
        let wanted = &spec.objects;
        let stream = |purpose| stream(seed, replication, purpose);
        let level = |level| u64::from(wanted.children).saturating_pow(level);
        let tree = match wanted.children {
            1 => u64::from(wanted.levels),
            // A tree that could hold all keys is as good as any larger one.
            _ => (0..wanted.levels.min(u32::BITS)).map(level).fold(0, u64::saturating_add),
        };
        let mut objects = Self {
            known,
            tenant_names: wanted.tenants.iter().map(|tenant| tenant.name.clone()).collect(),
            tenants: dealt(&wanted.tenants, known, stream(Purpose::Tenants)),
            mean_bytes: (wanted.mean_bytes.round() as u64).max(1),
            kind: Kind::MadeUp(Maker { spec: spec.clone(), tree }),
            ..Self::default()
        };
        if let Some(kind) = wanted.importance {
            let mut random = stream(Purpose::Importance);
            objects.importances = (0..known).map(|id| kind.of(id, spec.keys, random.next_u64())).collect();
        }
        if wanted.size_variation > 0.0 {
            let mut sizes = LogNormal::new(wanted.mean_bytes, wanted.size_variation, stream(Purpose::Sizes));
            (0..known).for_each(|_| objects.sizes.push((sizes.draw().round() as u64).max(1)));
        }
        if wanted.cost_variation > 0.0 {
            let mut costs = LogNormal::new(1.0, wanted.cost_variation, stream(Purpose::Costs));
            objects.costs = (0..known).map(|_| costs.draw() as f32).collect();
        }
        objects
    }

    /// The keys of a trace: a name is a path whose parts `:` or `/` part. A key's depth is the number of these, the key
    /// above it the longest part of the path that is a key itself, and its tenant the first part. A size that changes
    /// is taken as it was first.
    pub fn recorded(keys: &Keys, sizes: &Sizes, requests: &[u32]) -> Self {
        let known = keys.len() as u32;
        let mut objects = Self { known, ..Self::default() };
        match sizes {
            Sizes::None => {}
            Sizes::OfKeys(sizes) => objects.sizes = sizes.clone(),
            Sizes::OfRequests(sizes) => {
                // Ids count up with first appearance.
                for (nth, key) in requests.iter().enumerate() {
                    if *key as usize == objects.sizes.len() {
                        objects.sizes.push(sizes.get(nth));
                    }
                }
            }
        }
        let sum =
            (0..objects.sizes.len()).fold(0, |sum: u64, key| sum.saturating_add(objects.sizes.get(key)));
        objects.mean_bytes = (sum / u64::from(known).max(1)).max(1);
        let mut parents = vec![];
        if let Keys::Texts { .. } = keys {
            objects.name_tenants(keys);
            parents = above(keys);
        }
        objects.kind = Kind::Recorded { names: keys.clone(), parents };
        objects
    }

    fn name_tenants(&mut self, keys: &Keys) {
        let mut ids: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        for key in 0..self.known {
            let text = keys.text(key);
            let first = text.split(|byte| is_mark(*byte)).find(|part| !part.is_empty()).unwrap_or_default();
            let next = ids.len() as u32;
            let id = ids.get(first).copied().unwrap_or_else(|| {
                ids.insert(first.to_vec(), next);
                self.tenant_names.push(String::from_utf8_lossy(first).into_owned());
                next
            });
            self.tenants.push(id);
        }
    }

    /// Ids that are known.
    pub fn known(&self) -> u32 {
        self.known
    }

    /// Whose a key is, by the place in [`Self::tenants`]; none where it is nobody's.
    pub fn tenant(&self, id: u32) -> Option<u32> {
        self.tenants.get(id as usize).copied()
    }

    /// Names of all tenants.
    pub fn tenants(&self) -> &[String] {
        &self.tenant_names
    }

    /// The place of a tenant in [`Self::tenants`].
    pub fn tenant_named(&self, name: &str) -> Option<u32> {
        self.tenant_names.iter().position(|known| known == name).map(|place| place as u32)
    }

    /// How important a key is, from 1 to 10.
    pub fn importance(&self, id: u32) -> u8 {
        self.importances.get(id as usize).copied().unwrap_or(Self::ORDINARY)
    }

    /// Whether fetches of some keys take longer than those of others.
    pub fn costs_vary(&self) -> bool {
        !self.costs.is_empty()
    }

    /// How many times as long as usual fetches of a key take.
    pub fn cost(&self, id: u32) -> f64 {
        self.costs.get(id as usize).map_or(1.0, |cost| f64::from(*cost))
    }

    /// Bytes of a key; of one that is not known, those of a key on average.
    pub fn bytes(&self, id: u32) -> u64 {
        if (id as usize) < self.sizes.len() { self.sizes.get(id as usize) } else { self.mean_bytes.max(1) }
    }

    /// How many keys lie above a key; of a recorded one how many parts its name has beyond the first, whether or not
    /// these are keys.
    pub fn depth(&self, id: u32) -> u32 {
        match &self.kind {
            Kind::Unknown => 0,
            Kind::Recorded { names, .. } => {
                names.text(id).iter().filter(|byte| is_mark(**byte)).count() as u32
            }
            Kind::MadeUp(_) => {
                std::iter::successors(self.parent(id), |parent| self.parent(*parent)).count() as u32
            }
        }
    }

    /// The key right above a key.
    pub fn parent(&self, id: u32) -> Option<u32> {
        match &self.kind {
            Kind::Unknown => None,
            Kind::Recorded { parents, .. } => {
                parents.get(id as usize).copied().filter(|parent| *parent != NONE)
            }
            Kind::MadeUp(maker) => {
                let (root, nth) = maker.place(id)?;
                let above = nth.checked_sub(1)? / u64::from(maker.spec.objects.children);
                Some((root + above) as u32)
            }
        }
    }

    /// The name of a key: as it was recorded, or the number of its tree and of each branch down to it, as in `3:0:7`.
    pub fn name(&self, id: u32) -> Cow<'_, [u8]> {
        match &self.kind {
            Kind::Recorded { names, .. } if (id as usize) < names.len() => names.text(id),
            Kind::MadeUp(maker) => maker.name(id).into_bytes().into(),
            _ => id.to_string().into_bytes().into(),
        }
    }
}

impl Maker {
    /// The root of the tree of a key, and the place of the key in it; none where it is in no tree.
    fn place(&self, id: u32) -> Option<(u64, u64)> {
        let nth = u64::from(id) % self.tree;
        (id < self.spec.keys).then(|| (u64::from(id) - nth, nth))
    }

    fn name(&self, id: u32) -> String {
        let children = u64::from(self.spec.objects.children);
        let Some((root, mut nth)) = self.place(id) else { return id.to_string() };
        let mut name = String::new();
        while nth > 0 {
            name.insert_str(0, &format!(":{}", (nth - 1) % children));
            nth = (nth - 1) / children;
        }
        format!("{}{name}", root / self.tree)
    }
}

fn is_mark(byte: u8) -> bool {
    byte == b':' || byte == b'/'
}

/// The key above each, `NONE` where there is none; no list where no name has parts.
fn above(keys: &Keys) -> Vec<u32> {
    let known = keys.len() as u32;
    if !(0..known).any(|key| keys.text(key).iter().any(|byte| is_mark(*byte))) {
        return vec![];
    }
    let ids: BTreeMap<Cow<[u8]>, u32> = (0..known).map(|key| (keys.text(key), key)).collect();
    let above = |key| {
        let text = keys.text(key);
        let ends = (0..text.len()).rev().filter(|at| is_mark(text[*at]));
        ends.filter_map(|at| ids.get(&text[..at]).copied()).next().unwrap_or(NONE)
    };
    (0..known).map(above).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Keys {
        let bytes = names.concat().into_bytes();
        let ends = names.iter().scan(0, |end, name| {
            *end += name.len() as u64;
            Some(*end)
        });
        Keys::Texts { bytes, ends: ends.collect() }
    }

    #[test]
    fn a_recorded_name_tells_depth_parent_and_tenant() {
        let names = ["user:1:posts:9", "user:1", "shop/7", "user", "/shop/7/x", "user:2:posts"];
        let objects = Objects::recorded(&keys(&names), &Sizes::None, &[]);
        let all = || 0..names.len() as u32;
        assert_eq!(all().map(|id| objects.depth(id)).collect::<Vec<_>>(), [3, 1, 1, 0, 3, 2]);
        // `user:1:posts` is no key, so that what lies below it lies below `user:1`; `/shop/7` is none either.
        let parents: Vec<_> = all().map(|id| objects.parent(id)).collect();
        assert_eq!(parents, [Some(1), Some(3), None, None, None, Some(3)]);
        assert_eq!(objects.tenants(), ["user", "shop"]);
        assert_eq!(all().filter_map(|id| objects.tenant(id)).collect::<Vec<_>>(), [0, 0, 1, 0, 1, 0]);
        assert_eq!(objects.name(2), b"shop/7".as_slice());
        assert_eq!((objects.importance(0), objects.cost(0), objects.bytes(0)), (Objects::ORDINARY, 1.0, 1));
    }

    #[test]
    fn numbers_have_no_parts_and_a_size_that_changes_is_the_first() {
        let sizes = Sizes::OfRequests(Widths::Narrow(vec![10, 20, 30]));
        let objects = Objects::recorded(&Keys::Numbers(vec![70, 80]), &sizes, &[0, 1, 0]);
        assert_eq!([0, 1, 2].map(|id| objects.bytes(id)), [10, 20, 15]);
        assert_eq!((objects.tenant(0), objects.parent(1), objects.depth(1)), (None, None, 0));
        assert_eq!(objects.name(1), b"80".as_slice());
    }
}
