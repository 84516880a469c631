//! A trace in memory.

use crate::block::Block;
use crate::fault::{Fault, Spot};
use crate::interner::{Interner, TooManyKeys};
use crate::keys::Keys;
use crate::request::{Details, Micros, Op};
use crate::sizes::Sizes;
use crate::stream::{Passed, Stream};

/// A whole trace: 4 bytes a request, and what is asked for beyond that.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Every key, in order of first appearance.
    pub keys: Keys,
    /// The id of the key of each request.
    pub requests: Vec<u32>,
    /// Bytes.
    pub sizes: Sizes,
    /// When; empty where it is not wanted or not known.
    pub times: Vec<Micros>,
    /// Time to live that the trace gives; empty where it is not wanted or never given.
    pub ttls: Vec<Option<Micros>>,
    /// What each request does; empty where it is not wanted, or where all of them read.
    pub ops: Vec<Op>,
    /// Bytes of all requests together; none where the trace has no sizes.
    pub bytes: Option<u64>,
    /// First and last instant, where the trace has times.
    pub span: Option<(Micros, Micros)>,
    /// Whether requests tell more than a time, a key and a size.
    pub detailed: bool,
    /// What was passed over while reading.
    pub passed: Passed,
    /// What the reader found out.
    pub found: Vec<String>,
    /// The first of the largest sizes, and where it stands.
    pub largest: Option<(u64, Spot)>,
}

/// What to keep beside keys and sizes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// When each request came.
    pub times: bool,
    /// What time to live each asks for.
    pub ttls: bool,
    /// What each does.
    pub ops: bool,
    /// Requests to expect, so that memory is taken at once; 0 where nobody knows.
    pub requests: usize,
}

/// Why a trace was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A record cannot be used.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// There are more keys than can be told apart.
    #[error(transparent)]
    Keys(#[from] TooManyKeys),
}

impl Trace {
    /// Reads a stream to its end.
    ///
    /// # Errors
    /// Where a record cannot be used and may not be passed over.
    pub fn load(stream: &mut Stream, wanted: Wanted) -> Result<Self, LoadError> {
        Self::load_beside(stream, wanted, |_| ())
    }

    /// The same, showing each stretch of requests to somebody who wants more of them.
    ///
    /// # Errors
    /// Where a record cannot be used and may not be passed over.
    pub fn load_beside(
        stream: &mut Stream,
        wanted: Wanted,
        mut shown: impl FnMut(&Block),
    ) -> Result<Self, LoadError> {
        let mut interner = Interner::default();
        let mut requests = Vec::with_capacity(wanted.requests);
        let (mut sizes, mut times, mut ttls) = (Sizes::None, vec![], vec![]);
        let mut ops = vec![];
        let mut span: Option<(Micros, Micros)> = None;
        let mut bytes: Option<u64> = None;
        let mut detailed = false;
        while let Some(block) = stream.next()? {
            shown(block);
            let earlier = requests.len();
            interner.intern(block, &mut requests)?;
            sizes.extend(&requests[..earlier], &requests[earlier..], &block.sizes);
            if !block.sizes.is_empty() {
                // A block of the largest sizes does not overflow, and neither must all of them.
                bytes = Some(bytes.unwrap_or(0).saturating_add(block.sizes.iter().sum()));
            }
            if let (Some(first), Some(last)) = (block.times.first(), block.times.last()) {
                span = Some((span.map_or(*first, |span| span.0), *last));
            }
            detailed |= block.details.iter().any(|details| *details != Details::default());
            if wanted.times {
                times.extend_from_slice(&block.times);
            }
            if wanted.ops {
                ops.extend(block.details.iter().map(|details| details.op));
            }
            if wanted.ttls {
                ttls.extend(block.details.iter().map(|details| details.ttl));
            }
        }
        if ttls.iter().all(Option::is_none) {
            ttls = vec![];
        }
        if ops.iter().all(|op| *op == Op::Read) {
            ops = vec![];
        }
        Ok(Self {
            keys: interner.into_keys(),
            requests,
            sizes,
            times,
            ttls,
            ops,
            bytes,
            detailed,
            span,
            passed: stream.passed().clone(),
            found: stream.found(),
            largest: stream.largest(),
        })
    }

    /// Number of requests.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// For each request the index of the next for the same key, [`Trace::NEVER`] where there is none.
    pub fn next_uses(&self) -> Vec<u32> {
        let mut ahead = vec![Self::NEVER; self.keys.len()];
        let mut next = vec![Self::NEVER; self.requests.len()];
        for (nth, id) in self.requests.iter().enumerate().rev() {
            next[nth] = std::mem::replace(&mut ahead[*id as usize], nth as u32);
        }
        next
    }

    /// No further use.
    pub const NEVER: u32 = u32::MAX;

    /// Bytes of all keys together, each at the size it was first seen with; none where the trace has no sizes.
    pub fn working_set_bytes(&self) -> Option<u64> {
        match &self.sizes {
            Sizes::None => None,
            Sizes::OfKeys(sizes) => {
                Some((0..sizes.len()).map(|key| sizes.get(key)).fold(0, u64::saturating_add))
            }
            Sizes::OfRequests(sizes) => {
                // Ids count up with first appearance.
                let mut seen = 0;
                let first = self.requests.iter().enumerate().filter(|(_, id)| {
                    let new = **id == seen;
                    seen += u32::from(new);
                    new
                });
                Some(first.map(|(nth, _)| sizes.get(nth)).fold(0, u64::saturating_add))
            }
        }
    }
}
