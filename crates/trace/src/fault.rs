//! What is wrong with a trace, and where.

use std::fmt;

/// A place in a trace. Byte positions are those of the content, after decompression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spot {
    /// Record, counted from 1; headers and comments are none.
    pub record: u64,
    /// Line, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// Byte at which the record begins, counted from 0, where records stand one behind the other.
    pub byte: Option<u64>,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "record {}", self.record)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        match self.byte {
            Some(byte) => write!(f, ", byte {byte}"),
            None => Ok(()),
        }
    }
}

/// What is wrong with one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// What.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Wrong {
    /// Something wrong, and a remedy.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Something wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{spot}: {}", .wrong.message)]
pub struct Fault {
    /// Where.
    pub spot: Spot,
    /// What, and what to do.
    pub wrong: Wrong,
    /// Whether nothing can be read behind it.
    pub last: bool,
}
