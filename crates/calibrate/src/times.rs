//! Whether times look like those of people and programs, or like made up ones.

use trace::Micros;

/// Cycles in which times are looked at: their length, what it is cut into, and both names.
const CYCLES: &[(Micros, usize, &str, &str)] = &[
    (86_400_000_000, 24, "day", "hours"),
    (3_600_000_000, 60, "hour", "minutes"),
    (60_000_000, 60, "minute", "seconds"),
];
/// The share of a cycle that times which keep to it leave empty at least.
const EMPTY: f64 = 5.0 / 6.0;
/// Cycles that have requests, and requests, from which on that is no chance.
const CYCLES_SEEN: usize = 3;
const REQUESTS: usize = 200;

/// Times that keep to a part of each cycle.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Regular {
    /// In words.
    pub(crate) what: String,
    /// The share of the cycle that has requests.
    pub(crate) share: f64,
    /// From which on that is nothing.
    pub(crate) threshold: f64,
    /// Whether they are whole minutes, as rounding makes them.
    pub(crate) rounded: bool,
}

/// The longest cycle to a small part of which sorted times keep.
pub(crate) fn regular(times: &[Micros]) -> Option<Regular> {
    if times.len() < REQUESTS {
        return None;
    }
    CYCLES.iter().find_map(|(length, parts, cycle, part)| {
        let mut seen = vec![false; *parts];
        let mut cycles = 0;
        let mut last = None;
        for time in times {
            let place = time.rem_euclid(*length);
            seen[(place / (length / *parts as Micros)) as usize] = true;
            let nth = time.div_euclid(*length);
            cycles += usize::from(last != Some(nth));
            last = Some(nth);
        }
        let used = seen.iter().filter(|seen| **seen).count();
        let share = used as f64 / *parts as f64;
        if cycles < CYCLES_SEEN || share > 1.0 - EMPTY {
            return None;
        }
        let rounded = *cycle == "minute" && used == 1;
        let what = match rounded {
            true => "whole minutes".to_owned(),
            false => format!("in {used} of the {parts} {part} of the {cycle} alone, in {cycles} {cycle}s"),
        };
        Some(Regular { what, share, threshold: 1.0 - EMPTY, rounded })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    #[test]
    fn one_minute_of_every_hour_is_no_workload() {
        let times: Vec<Micros> = (0..600).map(|nth| (nth / 60 * 3600 + 300 + nth % 60) * SECOND).collect();
        let found = regular(&times).expect("is regular");
        assert_eq!(found.what, "in 1 of the 60 minutes of the hour alone, in 10 hours");
        assert!(!found.rounded);
    }

    #[test]
    fn whole_minutes_are_rounded_and_working_hours_are_life() {
        let minutes: Vec<Micros> = (0..600).map(|nth| nth * 60 * SECOND).collect();
        assert!(regular(&minutes).is_some_and(|found| found.rounded));
        let office: Vec<Micros> =
            (0..5000).map(|nth| (nth / 1000 * 86_400 + 28_800 + nth % 1000 * 37) * SECOND).collect();
        assert_eq!(regular(&office), None);
        assert_eq!(regular(&minutes[..100]), None);
    }
}
