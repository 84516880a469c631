//! Traces out: oracleGeneral, CSV, one key a line.

use std::io::{self, Write};

use crate::keys::Keys;
use crate::trace::Trace;

/// Why a trace cannot be written so.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A value does not fit the format.
    #[error("request {request}: {what}")]
    Unfit {
        /// Which request, from 1.
        request: usize,
        /// What does not fit.
        what: String,
    },
}

/// Writes libCacheSim's binary; keys that are no numbers get their order of first appearance, from 1. Requests without a
/// time are at 0, those without a size take up 1.
///
/// # Errors
/// Where the writer fails, or a time or size does not fit 32 bits, or a size is 0, which readers of the format pass over.
pub fn oracle_general(trace: &Trace, out: &mut impl Write) -> Result<(), WriteError> {
    let next = trace.next_uses();
    for (nth, key) in trace.requests.iter().enumerate() {
        let unfit = |what: String| WriteError::Unfit { request: nth + 1, what };
        let seconds = trace.times.get(nth).map_or(0, |time| time.div_euclid(1_000_000));
        let time = u32::try_from(seconds)
            .map_err(|_| unfit(format!("the time {seconds} s does not fit 32 bits")))?;
        let size = trace.sizes.of(nth, *key).unwrap_or(1);
        let size = u32::try_from(size).ok().filter(|size| *size > 0);
        let size = size.ok_or_else(|| unfit("its size is 0 or does not fit 32 bits".to_owned()))?;
        let id = match &trace.keys {
            Keys::Numbers(numbers) => numbers[*key as usize],
            Keys::Texts { .. } => u64::from(*key) + 1,
        };
        let next = match next[nth] {
            Trace::NEVER => -1,
            next => i64::from(next) + 1,
        };
        out.write_all(&time.to_le_bytes())?;
        out.write_all(&id.to_le_bytes())?;
        out.write_all(&size.to_le_bytes())?;
        out.write_all(&next.to_le_bytes())?;
    }
    Ok(())
}

/// Writes CSV with a header: `timestamp_s` and `size` where the trace has them, and `key`.
///
/// # Errors
/// Where the writer fails.
pub fn csv(trace: &Trace, out: &mut impl Write) -> Result<(), WriteError> {
    let timed = !trace.times.is_empty();
    let sized = trace.bytes.is_some();
    let header = [(timed, "timestamp_s"), (true, "key"), (sized, "size")];
    let header: Vec<_> = header.iter().filter(|(there, _)| *there).map(|(_, name)| *name).collect();
    writeln!(out, "{}", header.join(","))?;
    for (nth, key) in trace.requests.iter().enumerate() {
        if let Some(time) = trace.times.get(nth) {
            write!(out, "{},", crate::block::seconds(*time))?;
        }
        field(&trace.keys.text(*key), out)?;
        if let Some(size) = trace.sizes.of(nth, *key) {
            write!(out, ",{size}")?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Writes one key a line.
///
/// # Errors
/// Where the writer fails, or a key has a line break or nothing in it.
pub fn keys(trace: &Trace, out: &mut impl Write) -> Result<(), WriteError> {
    for (nth, key) in trace.requests.iter().enumerate() {
        let text = trace.keys.text(*key);
        if text.is_empty() || text.contains(&b'\n') || text.ends_with(b"\r") {
            return Err(WriteError::Unfit { request: nth + 1, what: "its key is no line".to_owned() });
        }
        out.write_all(&text)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A field of CSV, quoted where it has to be.
fn field(text: &[u8], out: &mut impl Write) -> io::Result<()> {
    if !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.write_all(text);
    }
    out.write_all(b"\"")?;
    for part in text.split_inclusive(|byte| *byte == b'"') {
        out.write_all(part)?;
        if part.ends_with(b"\"") {
            out.write_all(b"\"")?;
        }
    }
    out.write_all(b"\"")
}
