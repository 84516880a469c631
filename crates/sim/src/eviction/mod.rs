//! The registry of eviction policies: one file each, and a line below.

mod arc;
mod belady;
mod clock;
mod fifo;
mod gdsf;
mod lfu;
mod lirs;
mod lru;
mod lru_k;
mod redis;
mod s3_fifo;
mod sieve;
mod slru;
mod two_q;
mod w_tiny_lfu;

pub use arc::Arc;
pub use belady::Belady;
pub use clock::Clock;
pub use fifo::Fifo;
pub use gdsf::Gdsf;
pub use lfu::Lfu;
pub use lirs::Lirs;
pub use lru::Lru;
pub use lru_k::LruK;
pub use redis::{RedisLfu, RedisLru};
pub use s3_fifo::S3Fifo;
pub use sieve::Sieve;
pub use slru::Slru;
pub use two_q::TwoQ;
pub use w_tiny_lfu::WTinyLfu;

use crate::lane::{self, Lane, Setup};
use crate::parameters::{BadPolicy, Parameter, Parameters};
use crate::policy::{Design, Policy};
use crate::unit::Items;
use crate::warming::{self, CacheSetup, Contents, Luck};

/// A policy that can be named.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its name in full.
    pub title: &'static str,
    /// Where it was published.
    pub paper: &'static str,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// Whether it must know the future, and so the whole trace.
    pub needs_future: bool,
    /// Whether it reads the time of requests.
    pub needs_time: bool,
    build: fn(&Setup, &Parameters) -> Box<dyn Lane>,
    contents: fn(&CacheSetup, Parameters, Luck) -> Box<dyn Contents>,
}

/// Every policy.
pub const POLICIES: &[Entry] = &[
    entry::<Fifo>(),
    entry::<Lru>(),
    entry::<Clock>(),
    entry::<Lfu>(),
    entry::<Slru>(),
    entry::<TwoQ>(),
    entry::<Arc>(),
    entry::<Sieve>(),
    entry::<S3Fifo>(),
    entry::<WTinyLfu>(),
    entry::<Gdsf>(),
    entry::<Lirs>(),
    entry::<LruK>(),
    entry::<Belady>(),
    entry::<RedisLru>(),
    entry::<RedisLfu>(),
];

const fn entry<D: Design + 'static>() -> Entry {
    Entry {
        name: D::NAME,
        title: D::TITLE,
        paper: D::PAPER,
        parameters: D::PARAMETERS,
        needs_future: <D::Policy<Items> as Policy>::NEEDS_FUTURE,
        needs_time: <D::Policy<Items> as Policy>::NEEDS_TIME,
        build: lane::build::<D>,
        contents: warming::contents::<D>,
    }
}

/// A policy with its parameters, as it was written.
#[derive(Clone)]
pub struct Chosen {
    /// As it was written.
    pub text: String,
    /// The policy.
    pub entry: &'static Entry,
    parameters: Parameters,
}

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Chosen {
    /// Reads `name:key=value:key=value`.
    ///
    /// # Errors
    /// Where there is no such policy or parameter, or a value is out of range.
    pub fn parse(text: &str) -> Result<Self, BadPolicy> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let entry = POLICIES.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let names: Vec<_> = POLICIES.iter().map(|entry| entry.name).collect();
            BadPolicy {
                message: format!("there is no policy `{name}`"),
                help: format!("write one of {}", names.join(", ")),
            }
        })?;
        let parameters = Parameters::parse(entry.name, entry.parameters, parts)?;
        Ok(Self { text: text.to_owned(), entry, parameters })
    }

    /// An empty cache under it, in a world.
    pub(crate) fn contents(&self, setup: &CacheSetup, seed: u64, luck: Luck) -> Box<dyn Contents> {
        let mut parameters = self.parameters.clone();
        parameters.seed = seed;
        (self.entry.contents)(setup, parameters, luck)
    }

    /// A cache under it, ready to serve.
    pub fn lane(&self, setup: &Setup) -> Box<dyn Lane> {
        let mut parameters = self.parameters.clone();
        parameters.seed = setup.seed;
        (self.entry.build)(setup, &parameters)
    }
}
