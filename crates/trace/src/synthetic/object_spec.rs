//! What keys are made to be.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::objects::Objects;
use crate::synthetic::random::{below, uniform};

/// What keys are made to be. Every number is finite; their ranges stand beside them and are not checked again.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectSpec {
    /// Bytes of an object on average; above 0.
    pub mean_bytes: f64,
    /// Coefficient of variation of these, whose distribution is log-normal; 0 or more.
    pub size_variation: f64,
    /// Coefficient of variation of the factor by which fetches of a key take longer, log-normal with mean 1; 0 or more.
    pub cost_variation: f64,
    /// Levels of each tree of keys; 1 or more. With one level no key belongs below another.
    pub levels: u32,
    /// Keys right below a key; 1 or more.
    pub children: u32,
    /// How important keys are; none leaves all of them at [`Objects::ORDINARY`].
    pub importance: Option<Importance>,
    /// Who has a share of the keys; the shares are above 0 and taken relative to their sum. None for keys of nobody.
    pub tenants: Vec<Tenant>,
}

/// Somebody with a share of the keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Name.
    pub name: String,
    /// Share of the keys.
    pub share: f64,
}

/// How important keys are, from 1 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    /// By rank at the start: 10 for the first tenth of the keys of the law, 1 for the last. All others are ordinary.
    Rank,
    /// Any, each alike.
    Random,
}

impl Default for ObjectSpec {
    /// All keys alike, of one byte each, and of nobody.
    fn default() -> Self {
        Self {
            mean_bytes: 1.0,
            size_variation: 0.0,
            cost_variation: 0.0,
            levels: 1,
            children: 1,
            importance: None,
            tenants: vec![],
        }
    }
}

impl Importance {
    /// The importance of a key, where `keys` have a rank.
    pub(super) fn of(self, id: u32, keys: u32, random: u64) -> u8 {
        match self {
            Self::Random => 1 + below(random, 10) as u8,
            Self::Rank if id < keys => 10 - (u64::from(id) * 10 / u64::from(keys)) as u8,
            Self::Rank => Objects::ORDINARY,
        }
    }
}

/// The tenant of each key.
pub(super) fn dealt(tenants: &[Tenant], known: u32, mut random: ChaCha8Rng) -> Vec<u32> {
    let all: f64 = tenants.iter().map(|tenant| tenant.share).sum();
    // Upper ends of all shares but the last, which takes what is left.
    let ends: Vec<f64> = tenants
        .iter()
        .scan(0.0, |end, tenant| {
            *end += tenant.share / all;
            Some(*end)
        })
        .take(tenants.len().saturating_sub(1))
        .collect();
    let keys = if tenants.is_empty() { 0 } else { known };
    let mut deal = || {
        let draw = uniform(random.next_u64());
        ends.partition_point(|end| *end <= draw) as u32
    };
    (0..keys).map(|_| deal()).collect()
}
