//! How many bytes a plan may warm, and how they are shared out.

use crate::check::Check;
use crate::file::{BudgetKeys, PhaseKeys};
use crate::physics::{MemoryShare, Phase, Room, ShareOf};
use crate::quantity::Quantity;
use crate::units::{Bytes, Items, Plain};

/// Bytes of a memory budget at least: 10 MB.
const FLOOR: f64 = 1e7;
/// Share of the memory at most.
const CAP: f64 = 0.9;
/// The least and the greatest importance of a key.
const IMPORTANCE: [u8; 2] = [1, 10];

impl Check<'_> {
    /// The bytes of a budget; `here` is its section, `sized` says whether keys have a size.
    pub(crate) fn room(&mut self, here: &str, keys: &BudgetKeys, usual: &Room, sized: bool) -> Room {
        let memory = self.memory_share(here, keys, usual.memory.as_ref());
        let bytes = keys.bytes.or(usual.bytes);
        let own = keys.phase.iter().enumerate();
        let own: Vec<Phase> =
            own.filter_map(|(nth, phase)| self.phase(&format!("{here}.phase.{nth}"), phase)).collect();
        let phases = if own.is_empty() { usual.phases.clone() } else { own };
        let limited = bytes.is_some() || memory.is_some();
        for (key, set) in [("phase", !keys.phase.is_empty()), ("fit", keys.fit.is_some())] {
            if set && !limited {
                let message = format!("`{key}` shares out bytes, and any number of them is allowed");
                self.at(
                    &format!("{here}.{key}"),
                    message,
                    "add bytes, or memory_available_bytes with memory_fraction",
                );
            }
        }
        if limited && !sized {
            let message = "this budget counts bytes, and objects have no size".to_owned();
            let section = if self.sets(here) { here } else { here.trim_end_matches(".budget") };
            self.at(section, message, "add workload.mean_object_bytes");
        }
        Room { bytes, memory, fit: keys.fit.unwrap_or(usual.fit), phases }
    }

    /// A share of the memory; a preset may have shares of its own, of what the cache holds.
    fn memory_share(
        &mut self,
        here: &str,
        keys: &BudgetKeys,
        usual: Option<&MemoryShare>,
    ) -> Option<MemoryShare> {
        let shares = match keys.memory_fraction.as_deref() {
            Some([low, moderate, high, critical]) => Some([*low, *moderate, *high, *critical]),
            Some(_) => {
                let message =
                    "a memory budget has a share at low, moderate, high and critical pressure".to_owned();
                self.at(
                    &format!("{here}.memory_fraction"),
                    message,
                    "write four, such as [0.6, 0.36, 0.12, 0]",
                );
                return None;
            }
            None => usual.map(|usual| usual.shares),
        };
        let available = keys.memory_available_bytes;
        match shares {
            Some(shares) if available.is_some() || usual.is_some() => Some(MemoryShare {
                available,
                shares,
                floor: keys.memory_floor_bytes.unwrap_or(Bytes::wrap(FLOOR)),
                cap: keys.memory_cap_fraction.unwrap_or(Plain::wrap(CAP)),
            }),
            None if available.is_none() => {
                let parts = [
                    ("memory_floor_bytes", keys.memory_floor_bytes.is_some()),
                    ("memory_cap_fraction", keys.memory_cap_fraction.is_some()),
                ];
                self.belong(here, &parts, "memory_available_bytes");
                None
            }
            _ => {
                let message = "a memory budget needs memory_available_bytes and memory_fraction".to_owned();
                self.at(
                    here,
                    message,
                    "write memory_available_bytes = \"1GB\", memory_fraction = [0.6, 0.36, 0.12, 0]",
                );
                None
            }
        }
    }

    fn phase(&mut self, here: &str, keys: &PhaseKeys) -> Option<Phase> {
        let [lowest, highest] = IMPORTANCE;
        let level = |typed: Option<Items>, usual: u8| {
            typed.map_or(Some(usual), |typed| {
                (lowest..=highest).find(|level| f64::from(*level) == typed.get())
            })
        };
        let range = (level(keys.min_importance, lowest), level(keys.max_importance, highest));
        let (Some(least), Some(most)) = range else {
            self.at(
                here,
                "importance goes from 1 to 10".to_owned(),
                "write min_importance and max_importance within that",
            );
            return None;
        };
        if least > most {
            let message = format!("no importance lies between {least} and {most}");
            self.at(here, message, "write max_importance of at least min_importance");
        }
        let Some(share) = keys.share else {
            self.at(here, "a phase needs a share".to_owned(), "write share = 0.4, for example");
            return None;
        };
        let of = keys.of.unwrap_or(ShareOf::Budget);
        Some(Phase { least, most, share, of, only_above: keys.only_above_bytes.unwrap_or(Bytes::wrap(0.0)) })
    }
}
