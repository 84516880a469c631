//! A flash crowd, as far as a warmer may know of it.

use trace::synthetic::Nanos;

/// A flash crowd, as far as a warmer may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// Its name.
    pub name: String,
    /// When it begins.
    pub begins: Nanos,
    /// When it ends.
    pub ends: Nanos,
    /// From when on it is known, where it is known before it begins.
    pub known: Option<Nanos>,
    /// The first of its keys.
    pub first: u32,
    /// How many keys it asks for, all in a row.
    pub keys: u32,
}
