//! Caches in virtual time.
