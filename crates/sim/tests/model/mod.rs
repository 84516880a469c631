//! Slow, obvious models of the eviction policies, written apart from the fast ones to judge them by.
//!
//! The words they follow are those of the golden README; where those leave a case open, libCacheSim 0.3.5 decided.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

mod arc;
mod belady;
mod clock;
mod fifo;
mod frame;
mod gdsf;
pub mod generator;
mod lfu;
mod lirs;
mod lru;
mod lru_k;
mod queue;
mod s3_fifo;
mod sieve;
mod slru;
mod spec;
mod two_q;
mod w_tiny_lfu;

use frame::Framed;
use spec::Spec;

/// One request of a trace: dense key and size (1 in item mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub key: u32,
    pub size: u64,
}

pub trait Model {
    /// Serves the next request; true for a hit.
    fn request(&mut self, request: Request) -> bool;
}

/// A model by the name and parameters that `warmcast replay --policies` takes, e.g. `lru`, `clock:bits=2`.
///
/// `future` is the whole trace, which Belady reads; the models count the requests they served.
pub fn model(spec: &str, capacity: u64, future: &[Request]) -> Box<dyn Model> {
    let mut spec = Spec::parse(spec);
    let model: Box<dyn Model> = match spec.name {
        "fifo" => Box::new(Framed::new(capacity, fifo::Fifo::default())),
        "lru" => Box::new(Framed::new(capacity, lru::Lru::default())),
        "clock" => Box::new(Framed::new(capacity, clock::Clock::new(spec.number("bits", 1)))),
        "lfu" => Box::new(Framed::new(capacity, lfu::Lfu::default())),
        "slru" => Box::new(Framed::new(capacity, slru::Slru::new(capacity, &mut spec))),
        "2q" => Box::new(Framed::new(capacity, two_q::TwoQ::new(capacity, &mut spec))),
        "arc" => Box::new(Framed::new(capacity, arc::Arc::new(capacity))),
        "sieve" => Box::new(Framed::new(capacity, sieve::Sieve::default())),
        "s3-fifo" => Box::new(Framed::new(capacity, s3_fifo::S3Fifo::new(capacity, &mut spec))),
        "gdsf" => Box::new(gdsf::Gdsf::new(capacity)),
        "lru-k" => Box::new(Framed::new(capacity, lru_k::LruK::new(spec.number("k", 2)))),
        "lirs" => Box::new(Framed::new(capacity, lirs::Lirs::new(capacity, &mut spec))),
        "w-tinylfu" => Box::new(Framed::new(capacity, w_tiny_lfu::WTinyLfu::new(capacity, &mut spec))),
        "belady" => Box::new(Framed::new(capacity, belady::Belady::new(future))),
        other => panic!("no model of `{other}`"),
    };
    spec.finish();
    model
}

/// Misses of one policy over one trace.
pub fn misses(spec: &str, capacity: u64, trace: &[Request]) -> u64 {
    let mut model = model(spec, capacity, trace);
    trace.iter().map(|&request| u64::from(!model.request(request))).sum()
}
