//! Words for what a request does and for how the cache answered it.

use crate::fault::Wrong;
use crate::format::quote::quoted;
use crate::request::Op;

/// Commands of memcached and HTTP, and plain words.
const OPS: &[(&str, Op)] = &[
    ("get", Op::Read),
    ("gets", Op::Read),
    ("head", Op::Read),
    ("read", Op::Read),
    ("r", Op::Read),
    ("mget", Op::Read),
    ("fetch", Op::Read),
    ("lookup", Op::Read),
    ("load", Op::Read),
    ("set", Op::Write),
    ("add", Op::Write),
    ("replace", Op::Write),
    ("cas", Op::Write),
    ("append", Op::Write),
    ("prepend", Op::Write),
    ("incr", Op::Write),
    ("decr", Op::Write),
    ("put", Op::Write),
    ("post", Op::Write),
    ("patch", Op::Write),
    ("write", Op::Write),
    ("w", Op::Write),
    ("insert", Op::Write),
    ("update", Op::Write),
    ("store", Op::Write),
    ("delete", Op::Delete),
    ("del", Op::Delete),
    ("remove", Op::Delete),
    ("purge", Op::Delete),
    ("ban", Op::Delete),
    ("unlink", Op::Delete),
    ("invalidate", Op::Delete),
    ("evict", Op::Delete),
];

/// What a word for an operation means; [`Op::Other`] where it is not known.
pub(super) fn op(word: &[u8]) -> Op {
    OPS.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(word)).map_or(Op::Other, |(_, op)| *op)
}

/// Words for a request that was served from the cache, a stale or revalidated entry included.
const HITS: &[&str] = &[
    "hit",
    "stale",
    "updating",
    "revalidated",
    "refreshhit",
    "refresh_hit",
    "tcp_hit",
    "tcp_mem_hit",
    "tcp_ims_hit",
    "mem_hit",
];

/// Words for a request that went to the origin.
const MISSES: &[&str] = &[
    "miss",
    "expired",
    "bypass",
    "dynamic",
    "scarce",
    "pass",
    "hitpass",
    "hitmiss",
    "pipe",
    "tcp_miss",
    "tcp_refresh_miss",
    "originshieldhit",
];

/// Words for a request of which neither can be said: it was refused, failed, or answered without looking.
const NEITHER: &[&str] = &[
    "none",
    "unknown",
    "synth",
    "ignored",
    "error",
    "redirect",
    "limitexceeded",
    "capacityexceeded",
    "functiongeneratedresponse",
    "lambdageneratedresponse",
];

/// Whether a request was a hit, if its word tells: `HIT`, `Hit from cloudfront`, of `MISS, HIT` the last, which is
/// the cache next to the client.
///
/// # Errors
/// Where the word is not known.
pub(super) fn hit(text: &[u8]) -> Result<Option<bool>, Wrong> {
    let last = text.rsplit(|byte| *byte == b',').next().unwrap_or(text).trim_ascii();
    let word = last.split(|byte| *byte == b' ').next().unwrap_or(last);
    let among = |words: &[&str]| words.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
    if among(HITS) || among(&["1", "true", "yes"]) {
        Ok(Some(true))
    } else if among(MISSES) || among(&["0", "false", "no"]) {
        Ok(Some(false))
    } else if among(NEITHER) || absent(word) {
        Ok(None)
    } else {
        Err(Wrong::new(
            format!("{} is neither a hit nor a miss", quoted(text)),
            "words such as hit, stale, miss, expired, bypass, 1 and 0 are understood; `--map hit=-` leaves the column \
             out",
        ))
    }
}

/// Whether this is a word that caches alone use.
pub(super) fn is_cache_status(word: &[u8]) -> bool {
    let mut known = HITS.iter().chain(MISSES).chain(&["synth"]);
    known.any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

/// Whether a text stands for nothing.
pub(super) fn absent(text: &[u8]) -> bool {
    matches!(text, b"" | b"-" | b"\\N") || text.eq_ignore_ascii_case(b"null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_caches_are_understood_whatever_their_case() {
        for word in [
            "HIT",
            "hit",
            "STALE",
            "UPDATING",
            "REVALIDATED",
            "RefreshHit",
            "Hit from cloudfront",
            "MISS, HIT",
        ] {
            assert_eq!(hit(word.as_bytes()), Ok(Some(true)), "{word}");
        }
        for word in ["MISS", "EXPIRED", "BYPASS", "pass", "pipe", "dynamic", "TCP_MISS", "HIT, MISS", "0"] {
            assert_eq!(hit(word.as_bytes()), Ok(Some(false)), "{word}");
        }
        for word in ["", "-", "null", "synth", "Error", "none"] {
            assert_eq!(hit(word.as_bytes()), Ok(None), "{word}");
        }
        let wrong = hit(b"perhaps").expect_err("is unknown");
        assert_eq!(wrong.message, "`perhaps` is neither a hit nor a miss");
    }

    #[test]
    fn operations_are_understood_and_others_are_others() {
        for (word, want) in [
            ("GET", Op::Read),
            ("Head", Op::Read),
            ("PUT", Op::Write),
            ("PURGE", Op::Delete),
            ("OPTIONS", Op::Other),
        ] {
            assert_eq!(op(word.as_bytes()), want, "{word}");
        }
    }

    #[test]
    fn a_cache_status_is_a_word_and_no_number() {
        assert!(is_cache_status(b"HIT") && is_cache_status(b"pass"));
        assert!(
            !is_cache_status(b"1")
                && !is_cache_status(b"true")
                && !is_cache_status(b"-")
                && !is_cache_status(b"hello")
        );
    }
}
