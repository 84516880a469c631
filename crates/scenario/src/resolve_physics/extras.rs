//! Requests beside those of the popularity law.

use crate::check::Check;
use crate::file::{CrowdKeys, ScanKeys, WorkloadKeys};
use crate::physics::{Contents, Crowd, Extras, Scan};
use crate::quantity::Quantity;
use crate::units::Plain;

/// What to do about nothing.
const ABOVE_0: &str = "write more than 0, or remove the section";

impl Check<'_> {
    pub(crate) fn extras(&mut self, keys: &WorkloadKeys) -> Extras {
        let mut crowds: Vec<Crowd> = vec![];
        for (nth, keys) in keys.crowd.iter().enumerate() {
            let here = format!("workload.crowd.{nth}");
            let Some(crowd) = self.crowd(&here, nth, keys) else { continue };
            if crowds.iter().any(|other| other.name == crowd.name) {
                let message = format!("two crowds are called `{}`", crowd.name);
                self.at(&here, message, "give one of them another `name`");
            }
            crowds.push(crowd);
        }
        let scan = |(nth, keys)| self.scan(&format!("workload.scan.{nth}"), keys);
        let scans = keys.scan.iter().enumerate().filter_map(scan).collect();
        Extras { crowds, scans, contents: self.shot_noise(keys) }
    }

    fn crowd(&mut self, here: &str, nth: usize, keys: &CrowdKeys) -> Option<Crowd> {
        let (Some(at), Some(lasts), Some(count), Some(rate)) =
            (keys.at_s, keys.for_s, keys.keys, keys.rate_per_minute)
        else {
            let message = "a crowd needs at_s, for_s, keys and rate_per_minute".to_owned();
            let help = "write at_s = \"10m\", for_s = \"5m\", keys = 20, rate_per_minute = 600, for example";
            self.at(here, message, help);
            return None;
        };
        self.something(here, "for_s", lasts);
        self.something(here, "keys", count);
        let name = keys.name.clone().unwrap_or_else(|| format!("crowd-{}", nth + 1));
        self.printable(&format!("{here}.name"), Some(&name));
        let (decays, known_ahead) = (keys.decays.unwrap_or(false), keys.known_ahead_s);
        Some(Crowd { name, at, lasts, keys: count, rate, decays, known_ahead })
    }

    fn scan(&mut self, here: &str, keys: &ScanKeys) -> Option<Scan> {
        let (Some(at), Some(count), Some(rate)) = (keys.at_s, keys.keys, keys.rate_per_minute) else {
            let message = "a scan needs at_s, keys and rate_per_minute".to_owned();
            self.at(here, message, "write at_s = \"10m\", keys = 5000, rate_per_minute = 600, for example");
            return None;
        };
        self.something(here, "keys", count);
        self.something(here, "rate_per_minute", rate);
        Some(Scan { at, keys: count, rate })
    }

    fn shot_noise(&mut self, keys: &WorkloadKeys) -> Option<Contents> {
        let here = "workload.contents";
        let keys = &keys.contents;
        match (keys.per_hour, keys.lives_s, keys.requests) {
            (None, None, None) => None,
            (Some(per_hour), Some(lives), Some(requests)) => {
                self.something(here, "per_hour", per_hour);
                self.something(here, "lives_s", lives);
                self.something(here, "requests", requests);
                Some(Contents { per_hour, lives, requests: Plain::get(requests) })
            }
            _ => {
                let message = "contents need per_hour, lives_s and requests".to_owned();
                self.at(here, message, "write per_hour = 100, lives_s = \"1h\", requests = 50, for example");
                None
            }
        }
    }

    fn something<Q: Quantity>(&mut self, here: &str, key: &str, value: Q) {
        if value.get() <= 0.0 {
            self.at(&format!("{here}.{key}"), format!("`{key}` of 0 is nothing at all"), ABOVE_0);
        }
    }
}
