//! What a column can tell, and the names it goes by.

use crate::format::unit::Unit;

/// What a column tells of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Key,
    Size,
    Ttl,
    Op,
    Hit,
    Latency,
    Cost,
}

/// A name that columns go by, and the unit that goes with it.
type Alias = (&'static str, Option<Unit>);

impl Field {
    pub(super) const COUNT: usize = 8;

    pub(super) const ALL: [Self; Self::COUNT] =
        [Self::Time, Self::Key, Self::Size, Self::Ttl, Self::Op, Self::Hit, Self::Latency, Self::Cost];

    /// Its name, as in `--map NAME=COLUMN`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Key => "key",
            Self::Size => "size",
            Self::Ttl => "ttl",
            Self::Op => "op",
            Self::Hit => "hit",
            Self::Latency => "latency",
            Self::Cost => "cost",
        }
    }

    /// Whether it is measured in a unit of time.
    pub(super) fn has_unit(self) -> bool {
        matches!(self, Self::Time | Self::Ttl | Self::Latency)
    }

    /// Names of its column, the likeliest first; all of them in small letters.
    fn aliases(self) -> &'static [Alias] {
        match self {
            Self::Time => TIME,
            Self::Key => KEY,
            Self::Size => SIZE,
            Self::Ttl => TTL,
            Self::Op => OP,
            Self::Hit => HIT,
            Self::Latency => LATENCY,
            Self::Cost => COST,
        }
    }

    /// Whether a column has its plain name, with a unit or without, so that nobody needs to be told what it is.
    pub(super) fn is_plain(self, name: &str) -> bool {
        let stem = split_unit(name).filter(|_| self.has_unit()).map_or(name, |(stem, _)| stem);
        let is = |plain: &str| alike(plain, name) || alike(plain, stem);
        is(self.name()) || self == Self::Time && (is("timestamp") || is("ts"))
    }

    /// How well a column's name fits, 0 best, and the unit that it states.
    pub(super) fn fits(self, name: &str) -> Option<(usize, Option<Unit>)> {
        let rank = |name: &str| self.aliases().iter().position(|(alias, _)| alike(alias, name));
        if let Some(rank) = rank(name) {
            return Some((rank, self.aliases()[rank].1));
        }
        let (stem, unit) = split_unit(name).filter(|_| self.has_unit())?;
        rank(stem).map(|rank| (rank, Some(unit)))
    }
}

const S: Option<Unit> = Some(Unit::Seconds);

const TIME: &[Alias] = &[
    ("timestamp", None),
    ("ts", None),
    ("time", None),
    ("datetime", None),
    ("eventtime", None),
    ("requesttimestamp", None),
    ("edgestarttimestamp", None),
    ("starttime", None),
    ("msec", None),
    ("timeiso8601", None),
    ("timelocal", None),
    ("epoch", None),
    ("unixtime", None),
    ("date", None),
];

const KEY: &[Alias] = &[
    ("key", None),
    ("cachekey", None),
    ("objid", None),
    ("objectid", None),
    ("object", None),
    ("requesturi", None),
    ("clientrequesturi", None),
    ("url", None),
    ("uri", None),
    ("csuristem", None),
    ("documenturi", None),
    ("path", None),
    ("requestpath", None),
    ("item", None),
    ("itemid", None),
    ("keyid", None),
    ("blockid", None),
    ("lba", None),
    ("id", None),
    ("request", None),
];

const SIZE: &[Alias] = &[
    ("size", None),
    ("objsize", None),
    ("objectsize", None),
    ("valuesize", None),
    ("sizebytes", None),
    ("bytes", None),
    ("bodybytessent", None),
    ("bytessent", None),
    ("responsebytes", None),
    ("scbytes", None),
    ("edgeresponsebytes", None),
    ("edgeresponsebodybytes", None),
    ("responsesize", None),
    ("contentlength", None),
    ("length", None),
];

const TTL: &[Alias] = &[
    ("ttl", None),
    ("timetolive", None),
    ("maxage", S),
    ("expire", None),
    ("expiry", None),
    ("expiresin", None),
];

const OP: &[Alias] = &[
    ("op", None),
    ("operation", None),
    ("command", None),
    ("cmd", None),
    ("method", None),
    ("requestmethod", None),
    ("clientrequestmethod", None),
    ("csmethod", None),
    ("verb", None),
];

const HIT: &[Alias] = &[
    ("hit", None),
    ("ishit", None),
    ("cachehit", None),
    ("hitmiss", None),
    ("cachestatus", None),
    ("cachecachestatus", None),
    ("upstreamcachestatus", None),
    ("xcache", None),
    ("xcachestatus", None),
    ("senthttpxcache", None),
    ("senthttpxcachestatus", None),
    ("cfcachestatus", None),
    ("varnishhitmiss", None),
    ("varnishhandling", None),
    ("xedgeresulttype", None),
    ("resulttype", None),
    ("xedgedetailedresulttype", None),
];

const LATENCY: &[Alias] = &[
    ("latency", None),
    ("upstreamresponsetime", S),
    ("requesttime", S),
    ("timetofirstbyte", S),
    ("varnishtimefirstbyte", S),
    ("timetaken", S),
    ("originresponsetime", None),
    ("originresponseduration", None),
    ("originfbl", S),
    ("responsetime", None),
    ("duration", None),
    ("elapsed", None),
];

const COST: &[Alias] = &[("cost", None), ("fetchcost", None), ("misscost", None), ("price", None)];

/// Whether two names are the same but for case and what separates their words.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (one, other) = (letters(one), letters(other));
    !one.is_empty() && one == other
}

/// A name and the unit at its end: `latency_ms`, `time (us)`, `originResponseDurationMs`.
fn split_unit(name: &str) -> Option<(&str, Unit)> {
    let trimmed = name.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let word = trimmed.rfind(|letter: char| !letter.is_alphanumeric());
    if let Some(at) = word {
        let at = at + trimmed[at..].chars().next().map_or(0, char::len_utf8);
        if let Some(unit) = Unit::named(&trimmed[at..]) {
            return Some((&trimmed[..at], unit));
        }
    }
    let hump = trimmed.rfind(char::is_uppercase).filter(|at| trimmed.len() - at > 1)?;
    let (stem, last) = trimmed.split_at(hump);
    stem.ends_with(|letter: char| letter.is_lowercase() || letter.is_ascii_digit())
        .then(|| Unit::named(last).map(|unit| (stem, unit)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_fields() {
        let mut names: Vec<&str> =
            Field::ALL.iter().flat_map(|field| field.aliases()).map(|(alias, _)| *alias).collect();
        assert!(
            names.iter().all(|name| name
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()))
        );
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn every_field_goes_by_its_own_name_first() {
        for field in Field::ALL {
            let rank = field.fits(field.name()).expect("fits").0;
            assert!(rank == 0 || field == Field::Time && rank < 3);
        }
    }

    #[test]
    fn case_and_separators_do_not_matter() {
        for name in ["obj_id", "OBJ-ID", "Obj Id", "objId", "@obj.id"] {
            assert!(Field::Key.fits(name).is_some(), "{name}");
        }
        assert_eq!(Field::Key.fits("objects"), None);
        assert_eq!(Field::Key.fits(""), None);
        assert!(Field::Time.fits("@timestamp").is_some());
        assert!(Field::Time.fits("EdgeStartTimestamp").is_some());
    }

    #[test]
    fn a_unit_stands_at_the_end_of_a_name() {
        for (field, name, unit) in [
            (Field::Time, "timestamp_s", Some(Unit::Seconds)),
            (Field::Time, "ts-NS", Some(Unit::Nanos)),
            (Field::Time, "time (µs)", Some(Unit::Micros)),
            (Field::Time, "ts", None),
            (Field::Time, "msec", None),
            (Field::Ttl, "ttl_ms", Some(Unit::Millis)),
            (Field::Latency, "OriginResponseDurationMs", Some(Unit::Millis)),
            (Field::Latency, "request_time", Some(Unit::Seconds)),
            (Field::Latency, "request_time_ms", Some(Unit::Millis)),
            (Field::Latency, "latency[us]", Some(Unit::Micros)),
        ] {
            assert_eq!(field.fits(name).map(|(_, unit)| unit), Some(unit), "{name}");
        }
        assert_eq!(Field::Size.fits("size_ms"), None);
        assert_eq!(Field::Key.fits("key_s"), None);
        assert_eq!(Field::Time.fits("_ms"), None);
    }
}
