//! Commands of Redis: what they do, which of their arguments are keys, and the time to live that they set.

use crate::fault::Wrong;
use crate::format::rows::time_to_live;
use crate::format::unit::Unit;
use crate::request::{Micros, Op};

/// Arguments that are keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    None,
    First,
    Second,
    All,
    AllButLast,
    /// Every second one, from the first.
    Pairs,
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) op: Op,
    pub(super) keys: Keys,
}

/// Commands alike. Those that are not listed are [`Op::Other`] for their first argument.
const COMMANDS: &[(Op, Keys, &str)] = &[
    (
        Op::Read,
        Keys::First,
        "GET HGET HMGET HGETALL HEXISTS HKEYS HVALS HLEN HSCAN HSTRLEN HRANDFIELD STRLEN GETRANGE SUBSTR \
         GETBIT BITCOUNT BITPOS GETEX LLEN LRANGE LINDEX LPOS SMEMBERS SISMEMBER SMISMEMBER SCARD \
         SRANDMEMBER SSCAN ZRANGE ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX \
         ZSCORE ZMSCORE ZRANK ZREVRANK ZCARD ZCOUNT ZLEXCOUNT ZRANDMEMBER ZSCAN GEOPOS GEODIST GEOHASH \
         GEOSEARCH XRANGE XREVRANGE XLEN JSON.GET",
    ),
    (Op::Read, Keys::All, "MGET EXISTS SUNION SINTER SDIFF PFCOUNT"),
    (
        Op::Write,
        Keys::First,
        "SET SETEX PSETEX SETNX GETSET APPEND SETRANGE SETBIT BITFIELD INCR INCRBY INCRBYFLOAT DECR DECRBY \
         HSET HMSET HSETNX HINCRBY HINCRBYFLOAT HDEL LPUSH LPUSHX RPUSH RPUSHX LSET LINSERT LREM LTRIM \
         LPOP RPOP SADD SREM SPOP ZADD ZINCRBY ZREM ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX \
         ZPOPMIN ZPOPMAX GEOADD PFADD XADD XDEL XTRIM RESTORE JSON.SET",
    ),
    (Op::Write, Keys::All, "PFMERGE"),
    (Op::Write, Keys::AllButLast, "BLPOP BRPOP BZPOPMIN BZPOPMAX"),
    (Op::Write, Keys::Pairs, "MSET MSETNX"),
    (Op::Delete, Keys::All, "DEL UNLINK"),
    (Op::Delete, Keys::First, "GETDEL"),
    (Op::Other, Keys::All, "TOUCH"),
    (Op::Other, Keys::Second, "OBJECT BITOP XGROUP XINFO"),
    // Scripts: what they call has lines of its own, marked `lua`.
    (Op::Other, Keys::None, "EVAL EVALSHA EVAL_RO EVALSHA_RO FCALL FCALL_RO SCRIPT FUNCTION"),
    (
        Op::Other,
        Keys::None,
        "PING ECHO INFO SELECT AUTH HELLO QUIT RESET MULTI EXEC DISCARD WATCH UNWATCH CONFIG CLIENT \
         COMMAND DBSIZE FLUSHALL FLUSHDB KEYS SCAN RANDOMKEY MONITOR PUBLISH SPUBLISH SUBSCRIBE PSUBSCRIBE \
         SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE PUBSUB SLOWLOG LATENCY MEMORY DEBUG MODULE ACL \
         CLUSTER ASKING READONLY READWRITE SENTINEL WAIT WAITAOF ROLE REPLCONF PSYNC SYNC REPLICAOF \
         SLAVEOF FAILOVER SAVE BGSAVE BGREWRITEAOF LASTSAVE SHUTDOWN TIME SWAPDB LOLWUT XREAD XREADGROUP",
    ),
];

/// What a command does.
pub(super) fn command(name: &[u8]) -> Command {
    let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
    let known = COMMANDS.iter().find(|(_, _, names)| names.split(' ').any(is));
    known.map_or(Command { op: Op::Other, keys: Keys::First }, |(op, keys, _)| Command {
        op: *op,
        keys: *keys,
    })
}

/// The time to live that a command of `count` arguments sets at `now`, if it sets one.
///
/// # Errors
/// Where it is no number.
pub(super) fn ttl<'a>(
    count: usize,
    argument: &dyn Fn(usize) -> Option<&'a [u8]>,
    now: Micros,
) -> Result<Option<Micros>, Wrong> {
    let is =
        |nth: usize, word: &str| argument(nth).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()));
    let read = |nth: usize, unit: Unit| argument(nth).map(|text| time_to_live(text, unit)).transpose();
    let until = |nth: usize, unit: Unit| Ok(read(nth, unit)?.map(|at| at.saturating_sub(now).max(0)));
    if is(0, "SETEX") || is(0, "EXPIRE") {
        return read(2, Unit::Seconds);
    }
    if is(0, "PSETEX") || is(0, "PEXPIRE") {
        return read(2, Unit::Millis);
    }
    let options = match argument(0) {
        Some(name) if name.eq_ignore_ascii_case(b"SET") => 3,
        Some(name) if name.eq_ignore_ascii_case(b"GETEX") => 2,
        _ => return Ok(None),
    };
    for nth in options..count {
        for (word, unit) in [("EX", Unit::Seconds), ("PX", Unit::Millis)] {
            if is(nth, word) {
                return read(nth + 1, unit);
            }
        }
        for (word, unit) in [("EXAT", Unit::Seconds), ("PXAT", Unit::Millis)] {
            if is(nth, word) {
                return until(nth + 1, unit);
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_is_listed_twice() {
        let mut names: Vec<&str> = COMMANDS.iter().flat_map(|(_, _, names)| names.split(' ')).collect();
        assert!(names.iter().all(|name| !name.is_empty() && *name == name.to_uppercase()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn commands_are_known_whatever_their_case() {
        assert_eq!(command(b"get"), Command { op: Op::Read, keys: Keys::First });
        assert_eq!(command(b"Unlink"), Command { op: Op::Delete, keys: Keys::All });
        assert_eq!(command(b"ping").keys, Keys::None);
        assert_eq!(command(b"FT.SEARCH"), Command { op: Op::Other, keys: Keys::First });
    }

    #[test]
    fn times_to_live_are_found_where_a_command_has_them() {
        let ttl = |line: &str| {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            super::ttl(words.len(), &|nth| words.get(nth).copied(), 1_000_000_000)
        };
        for (line, want) in [
            ("SETEX k 60 v", Some(60_000_000)),
            ("psetex k 1500 v", Some(1_500_000)),
            ("EXPIRE k 5", Some(5_000_000)),
            ("SET k v", None),
            ("SET k EX", None),
            ("SET k v NX EX 10", Some(10_000_000)),
            ("SET k v px 10", Some(10_000)),
            ("SET k v EXAT 1060", Some(60_000_000)),
            ("SET k v PXAT 1", Some(0)),
            ("GETEX k EX 10", Some(10_000_000)),
            ("GET k", None),
            ("SET k v EX", None),
        ] {
            assert_eq!(ttl(line), Ok(want), "{line}");
        }
        assert!(ttl("SETEX k soon v").is_err());
    }
}
