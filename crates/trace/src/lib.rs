//! Request streams: what was asked for, when, and how large it was.
//!
//! ```text
//! bytes ─► Source ─► Reader ─► Block ─► Stream ─► Trace (ids, sizes, times)
//!        (unpacked) (a format) (columns) (faults   (keys interned to
//!                                         counted)  dense ids)
//! ```
//!
//! A format is one file and one line in [`format::FORMATS`]. Nothing here opens a file: a caller brings bytes.

mod block;
mod fault;
pub mod format;
mod interner;
mod kept;
mod keys;
mod lines;
mod reader;
mod request;
pub mod reuse;
mod sizes;
mod source;
pub mod stats;
mod stream;
pub mod synthetic;
mod trace;
pub mod write;

pub use block::{Block, Operations, Rules};
pub use fault::{Fault, Spot, Wrong};
pub use interner::{Interner, TooManyKeys};
pub use kept::Kept;
pub use keys::Keys;
pub use reader::{LineFormat, LineReader, Options, Reader, Taken};
pub use request::{Details, Key, Micros, Op, Row};
pub use sizes::{Sizes, Widths};
pub use source::{Compression, Source};
pub use stream::{Passed, Stream};
pub use trace::{LoadError, Trace, Wanted};
