//! What columns of counters and gauges mean, by their names.

/// What a column tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Requests found in the cache.
    Hits,
    /// Requests that went to the origin.
    Misses,
    /// All requests for the cache.
    Requests,
    /// Length of the interval that a row is about, in seconds.
    Interval,
    /// Bytes of what hits and misses brought.
    HitBytes,
    MissBytes,
    /// Keys in the cache.
    Keys,
    /// Bytes that it uses, and that it may use.
    Used,
    Room,
    /// Mean time that copies have left, in milliseconds and in seconds.
    LeftMs,
    LeftS,
    /// Mean latencies in milliseconds.
    HitMs,
    MissMs,
    /// The same in seconds.
    HitS,
    MissS,
}

/// Names in small letters and digits, without what exporters put around them.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Hits,
        &[
            "hits",
            "hit",
            "keyspacehits",
            "cachehits",
            "cachehit",
            "gethits",
            "stale",
            "updating",
            "revalidated",
        ],
    ),
    (
        Role::Misses,
        &[
            "misses",
            "miss",
            "keyspacemisses",
            "cachemisses",
            "cachemiss",
            "getmisses",
            "expired",
            "cacheexpired",
        ],
    ),
    (Role::Requests, &["requests", "cacherequests", "lookups", "gets", "cmdget"]),
    (Role::Interval, &["intervals", "interval", "intervalseconds", "periods"]),
    (Role::HitBytes, &["hitbytes", "byteshit"]),
    (Role::MissBytes, &["missbytes", "bytesmiss", "fetchedbytes"]),
    (Role::Keys, &["dbkeys", "keys", "items", "curritems", "objects", "nobject"]),
    (Role::Used, &["memoryusedbytes", "usedmemory", "sizebytes", "usedbytes", "bytesused"]),
    (Role::Room, &["memorymaxbytes", "maxmemory", "maxsizebytes", "limitmaxbytes", "maxbytes"]),
    (Role::LeftMs, &["avgttl", "avgttlms"]),
    (Role::LeftS, &["dbavgttlseconds", "avgttlseconds", "avgttls"]),
    (Role::HitMs, &["hitlatencyms", "hitms", "cachelatencyms"]),
    (
        Role::MissMs,
        &[
            "misslatencyms",
            "missms",
            "originlatencyms",
            "originms",
            "upstreamlatencyms",
            "fetchms",
            "backendlatencyms",
        ],
    ),
    (Role::HitS, &["hitlatencys", "hitlatencyseconds", "cachelatencyseconds"]),
    (
        Role::MissS,
        &[
            "misslatencys",
            "misslatencyseconds",
            "originlatencyseconds",
            "upstreamresponsetime",
            "upstreamresponsetimeseconds",
        ],
    ),
];

/// What exporters put ahead of names.
const PREFIXES: &[&str] = &["redis", "memcached", "nginxplus", "nginx", "varnishmain", "varnish", "cache"];

impl Role {
    /// What a column of this name tells; labels of a series, `{instance="…"}`, are no part of it.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let plain = letters(base(name));
        let plain = plain.strip_suffix("total").filter(|rest| !rest.is_empty()).unwrap_or(&plain);
        let known = |name: &str| NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(role, _)| *role);
        let without = PREFIXES.iter().find_map(|prefix| known(plain.strip_prefix(prefix)?));
        known(plain).or(without)
    }

    /// Whether it counts events, so that several add up; the others are states.
    pub(crate) fn counts(self) -> bool {
        matches!(self, Self::Hits | Self::Misses | Self::Requests | Self::HitBytes | Self::MissBytes)
    }
}

/// The name of a series without its labels.
pub(crate) fn base(name: &str) -> &str {
    name.split('{').next().unwrap_or(name).trim()
}

fn letters(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_ascii_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_exporters_are_known() {
        for (name, role) in [
            ("redis_keyspace_hits_total", Some(Role::Hits)),
            ("redis_keyspace_misses_total{instance=\"a:9121\",job=\"redis\"}", Some(Role::Misses)),
            ("keyspace_hits", Some(Role::Hits)),
            ("hits", Some(Role::Hits)),
            ("cache_hits", Some(Role::Hits)),
            ("expired", Some(Role::Misses)),
            ("redis_expired_keys_total", None),
            ("expired_keys", None),
            ("evicted_bytes_est", None),
            ("max_size_bytes", Some(Role::Room)),
            ("redis_db_keys{db=\"db0\"}", Some(Role::Keys)),
            ("interval_s", Some(Role::Interval)),
            ("miss_latency_ms", Some(Role::MissMs)),
            ("total", None),
        ] {
            assert_eq!(Role::of(name), role, "{name}");
        }
    }
}
