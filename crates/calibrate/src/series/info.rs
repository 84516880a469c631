//! Dumps of Redis' INFO, one behind the other.

use std::collections::BTreeMap;
use std::io::BufRead;

use trace::format::Instants;
use trace::{Micros, Wrong};

use super::read::{Column, Series};
use super::role::Role;

/// Whether a text is one.
pub(super) fn is_dump(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.any(|line| {
        line == "# Server" || line.starts_with("redis_version:") || line.starts_with("keyspace_hits:")
    })
}

/// Dumps of Redis' INFO: `name:value` lines, again and again; a line that is a time alone tells that of the next one.
pub(super) fn read(first: &str, input: impl BufRead) -> Result<Series, Wrong> {
    let mut dumps: Vec<BTreeMap<String, f64>> = vec![];
    let mut instants = Instants::of("time");
    let mut said: Option<Micros> = None;
    let mut seen_times: Vec<Option<Micros>> = vec![];
    let failed =
        |error: std::io::Error| Wrong::new(format!("it cannot be read: {error}"), "look at the file");
    for line in std::iter::once(Ok(first.to_owned())).chain(input.lines()) {
        let line = line.map_err(failed)?;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Ok(time) = instants.read(line.as_bytes()) {
            said = Some(time);
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        if dumps.last().is_none_or(|dump| dump.contains_key(name)) {
            dumps.push(BTreeMap::new());
            seen_times.push(said.take());
        }
        let Some(dump) = dumps.last_mut() else { continue };
        dump.insert(name.to_owned(), value.parse().unwrap_or(f64::NAN));
        // db0:keys=1,expires=0,avg_ttl=0
        if name.starts_with("db") {
            for (part, value) in value.split(',').filter_map(|part| part.split_once('=')) {
                *dump.entry(part.to_owned()).or_insert(0.0) += value.parse().unwrap_or(f64::NAN);
            }
        }
    }
    if dumps.is_empty() {
        return Err(Wrong::new(
            "no line is `name:value`, as those of a dump are",
            "name a table of counters, or dumps of INFO",
        ));
    }
    let told = |name: &str| dumps.iter().all(|dump| dump.get(name).is_some_and(|value| value.is_finite()));
    let times: Vec<Micros> = if seen_times.iter().all(Option::is_some) {
        seen_times.into_iter().flatten().collect()
    } else if told("server_time_usec") {
        dumps.iter().map(|dump| dump["server_time_usec"] as Micros).collect()
    } else if told("uptime_in_seconds") {
        since_start(dumps.iter().map(|dump| dump["uptime_in_seconds"]))
    } else {
        return Err(Wrong::new(
            "dumps tell no time",
            "write a time in the line ahead of each: `date +%s; redis-cli info`",
        ));
    };
    let mut series = Series { times, ..Series::default() };
    for name in dumps.iter().flat_map(|dump| dump.keys()).collect::<std::collections::BTreeSet<_>>() {
        if let Some(role) = Role::of(name) {
            let values = dumps.iter().map(|dump| dump.get(name).copied().filter(|value| value.is_finite()));
            series.columns.push(Column { name: name.clone(), role, values: values.collect() });
        }
    }
    // One dump is about everything since the start.
    if let (1, Some(uptime)) =
        (dumps.len(), dumps[0].get("uptime_in_seconds").filter(|seconds| **seconds > 0.0))
    {
        series.times.insert(0, series.times[0] - (uptime * 1e6) as Micros);
        series.columns.iter_mut().for_each(|column| {
            let first = if column.role.counts() { Some(0.0) } else { column.values[0] };
            column.values.insert(0, first);
        });
    }
    series.refuse_unknown(&[])?;
    Ok(series.sorted())
}

/// Times by how long a server has been up; where that falls, it was started anew, right behind the dump before.
fn since_start(uptimes: impl Iterator<Item = f64>) -> Vec<Micros> {
    let (mut begun, mut last) = (0.0, 0.0);
    let at = uptimes.map(|uptime| {
        if uptime < last {
            begun += last;
        }
        last = uptime;
        ((begun + uptime) * 1e6) as Micros
    });
    at.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_starts_anew_goes_on_in_time() {
        assert_eq!(
            since_start([10.0, 70.0, 5.0, 65.0].into_iter()),
            [10_000_000, 70_000_000, 75_000_000, 135_000_000]
        );
    }

    #[test]
    fn what_is_no_dump_is_refused() {
        let wrong = read("hello", "world".as_bytes()).expect_err("is refused");
        assert!(wrong.message.starts_with("no line is `name:value`"), "{}", wrong.message);
        let timeless = read("keyspace_hits:5", "keyspace_misses:1".as_bytes()).expect_err("tells no time");
        assert_eq!(timeless.message, "dumps tell no time");
    }
}
