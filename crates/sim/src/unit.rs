//! In what capacity is counted.

/// Counts what keys take up.
pub trait Unit: Send + Default + 'static {
    /// Whether sizes matter.
    const BYTES: bool;

    /// Makes room for ids below `keys`.
    fn reserve(&mut self, keys: usize);

    /// Records what a key takes up, when it is inserted.
    fn record(&mut self, key: u32, size: u64);

    /// What a key was recorded to take up.
    fn size(&self, key: u32) -> u64;
}

/// Every key takes up 1.
#[derive(Debug, Default)]
pub struct Items;

/// Keys take up what they had when they were inserted.
#[derive(Debug, Default)]
pub struct Bytes(Vec<u64>);

impl Unit for Items {
    const BYTES: bool = false;

    fn reserve(&mut self, _: usize) {}

    fn record(&mut self, _: u32, _: u64) {}

    fn size(&self, _: u32) -> u64 {
        1
    }
}

impl Unit for Bytes {
    const BYTES: bool = true;

    fn reserve(&mut self, keys: usize) {
        self.0.resize(keys, 0);
    }

    fn record(&mut self, key: u32, size: u64) {
        self.0[key as usize] = size;
    }

    fn size(&self, key: u32) -> u64 {
        self.0[key as usize]
    }
}
