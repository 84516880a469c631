//! What a cache says of the keys that it holds: memcached's metadump, and the hot keys of redis-cli.

use std::io::BufRead;

use trace::Wrong;

use crate::evidence::Evidence;
use crate::from_trace::object_bytes;
use crate::parameter::Parameter;
use crate::ratio::share;

/// Keys of a cache at one instant.
#[derive(Debug, Clone, Default)]
pub struct Dump {
    keys: u64,
    /// Their sizes, where they are told.
    sizes: Vec<u64>,
    /// Those of which it is told whether anybody fetched them since they were set, and those that somebody did.
    told: u64,
    fetched: u64,
    /// Names with the counters of an LFU cache, which grow with the logarithm of what they count.
    counters: Vec<(String, u32)>,
}

/// How redis-cli --hotkeys says what it found.
const HOT_KEY: &str = "hot key found with counter:";

impl Dump {
    /// Whether a beginning is that of such a list.
    pub fn sniff(head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        let told = |line: &str| line.starts_with("key=") && line.contains(" la=") || line.contains(HOT_KEY);
        text.lines().take(100).any(told)
    }

    /// Reads lines of `lru_crawler metadump` (`key=… exp=… la=… cas=… fetch=yes cls=… size=…`) or of `redis-cli --hotkeys`; others,
    /// such as headings, are passed over.
    ///
    /// # Errors
    /// Where a value is no number, or no line tells of a key.
    pub fn read(input: impl BufRead) -> Result<Self, Wrong> {
        let mut dump = Self::default();
        for (nth, line) in input.lines().enumerate() {
            let line =
                line.map_err(|error| Wrong::new(format!("it cannot be read: {error}"), "look at the file"))?;
            let at = |message: String| {
                Wrong::new(format!("line {}: {message}", nth + 1), "look at the line, or leave it out")
            };
            if let Some((_, found)) = line.split_once(HOT_KEY) {
                let mut words = found.split_whitespace();
                let counter = words.next().and_then(|word| word.parse().ok());
                let name =
                    found.split_once("keyname:").map(|(_, name)| name.trim().trim_matches('"').to_owned());
                let pair = name
                    .zip(counter)
                    .ok_or_else(|| at("a hot key without a counter or a name".to_owned()))?;
                dump.counters.push(pair);
                dump.keys += 1;
            } else if line.starts_with("key=") {
                dump.keys += 1;
                for (name, value) in line.split_whitespace().filter_map(|word| word.split_once('=')) {
                    match name {
                        "size" => {
                            dump.sizes.push(value.parse().map_err(|_| at(format!("`{value}` is no size")))?);
                        }
                        "fetch" => {
                            dump.told += 1;
                            dump.fetched += u64::from(value == "yes");
                        }
                        _ => {}
                    }
                }
            }
        }
        match dump.keys {
            0 => Err(Wrong::new(
                "no line tells of a key",
                "a metadump has lines such as key=a exp=-1 la=1700000000 cas=1 fetch=yes cls=1 size=63",
            )),
            _ => Ok(dump),
        }
    }

    /// What it says of a scenario.
    pub fn evidence(&self, name: &str) -> Evidence {
        let mut told = Evidence::default();
        let sizes = object_bytes(&self.sizes);
        told.parameters.extend(sizes.map(|bytes| {
            Parameter::found("workload.mean_object_bytes", bytes, "mean over the keys in the cache", name)
        }));
        told.notes.push(format!(
            "{name} lists {} keys that the cache holds: it holds as many, or is not full.",
            self.keys
        ));
        if let Some(used) =
            share(&[[self.fetched as f64, self.told as f64]], self.told).filter(|_| self.told > 0)
        {
            told.notes.push(format!(
                "{:.1} % of them were fetched since they were set (95 %: {:.1} to {:.1}); the others, of which a warmer may have set some, \
                 were of no use so far.",
                100.0 * used.value,
                100.0 * used.low,
                100.0 * used.high
            ));
        }
        if let Some((hottest, counter)) = self.counters.iter().max_by_key(|(_, counter)| *counter) {
            told.notes.push(format!(
                "Counters of {name} grow with the logarithm of accesses: they tell which keys are hot ({hottest} before all, at {counter}), \
                 and neither how hot nor how fast that changes."
            ));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metadump_tells_sizes_and_what_was_fetched() {
        let text = "key=a exp=-1 la=1700000000 cas=1 fetch=yes cls=1 size=60\nkey=b exp=-1 la=1700000001 cas=2 fetch=no cls=1 size=100\nEND\n";
        assert!(Dump::sniff(text.as_bytes()));
        let told = Dump::read(text.as_bytes()).expect("reads").evidence("m.txt");
        assert_eq!(told.get("workload.mean_object_bytes").map(|bytes| bytes.value), Some(80.0));
        assert!(
            told.notes[1].starts_with("50.0 % of them were fetched since they were set"),
            "{:?}",
            told.notes
        );
    }

    #[test]
    fn counters_of_hot_keys_tell_ranks_alone() {
        let text = "[00.00%] Hot key 'a' found so far with counter 87\n-------- summary -------\nhot key found with counter: 87\tkeyname: a\nhot key found with counter: 9\tkeyname: b\n";
        assert!(Dump::sniff(text.as_bytes()));
        let told = Dump::read(text.as_bytes()).expect("reads").evidence("h.txt");
        assert!(
            told.parameters.is_empty() && told.notes[1].contains("a before all, at 87"),
            "{:?}",
            told.notes
        );
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert!(Dump::read("hello\n".as_bytes()).is_err());
        let wrong = Dump::read("key=a la=1 size=x\n".as_bytes()).expect_err("is refused");
        assert_eq!(wrong.message, "line 1: `x` is no size");
        assert!(!Dump::sniff(b"timestamp,key\n1,a\n"));
    }
}
