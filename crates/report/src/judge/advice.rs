//! Advice: which profile to run now, by what was measured of the predictor; and reasons to stay where one is.
//!
//! A profile that its rails do not allow is left at once. To come back, or to move to one that is only better, takes a value
//! beyond the threshold by a band, an advantage by a margin, and so many readings in a row that say so. Two changes back and
//! forth are then at least that many readings apart, and readings within the band about a threshold cause one change at most.

use evaluation::Flag;
use scenario::{AdviceRules, Rails, Thresholds};
use serde::{Deserialize, Serialize};

/// What to run, from what needs the least of a predictor to what needs the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// No warming.
    Demand,
    /// The hot set.
    Static,
    /// The hot set, and half of what is predicted.
    Hybrid,
    /// The hot set, and all that is predicted.
    Predictive,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Demand, Self::Static, Self::Hybrid, Self::Predictive];

    /// Its name, which is that of a preset.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Static => "static",
            Self::Hybrid => "hybrid",
            Self::Predictive => "predictive",
        }
    }
}

/// What was measured of the predictor and the workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Share of the predicted keys that were requested; none where nobody measured it.
    pub precision: Option<f64>,
    /// Share of the requests beyond the hot set that were predicted.
    pub recall: Option<f64>,
    /// Rate at which hot keys change, per hour.
    pub churn_per_hour: Option<f64>,
    /// Predictions of which this is known.
    pub n: Option<f64>,
}

/// What is remembered from one reading to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The profile that runs.
    pub profile: Profile,
    /// The profile that the latest readings call for, where it is another one.
    #[serde(default)]
    pub candidate: Option<Profile>,
    /// How many of them in a row.
    #[serde(default)]
    pub readings: u32,
}

/// By what advice is given.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Samples, band, readings and margin.
    pub advice: &'a AdviceRules,
    /// Where the predicted part is clamped or left out.
    pub rails: &'a Rails,
    /// Below which recall nothing predicted is warmed.
    pub thresholds: &'a Thresholds,
}

/// Why a profile is not allowed, or is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The flag that goes with it.
    pub code: Flag,
    /// The value that was measured.
    pub observed: f64,
    /// The threshold that it passed.
    pub threshold: f64,
    /// In words.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
}

/// What to run, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// What to remember for the next reading; its profile is the one to run.
    pub memory: Memory,
    /// Whether that is another one than before.
    pub changed: bool,
    /// What stands against profiles that need more of the predictor.
    pub because: Vec<Reason>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// Advises after a reading. `cost` is what each profile costs by the objective at that reading, the smaller the better; none
/// where no engine says. Without a memory there is nothing to stay with, and the reading decides.
pub fn advise(
    rules: Rules<'_>,
    memory: Option<Memory>,
    reading: &Reading,
    cost: impl Fn(Profile) -> Option<f64>,
) -> Advice {
    let at_first = memory.is_none();
    let before = memory.unwrap_or(Memory { profile: Profile::Static, candidate: None, readings: 0 });
    let (mut because, mut notes) = (vec![], vec![]);
    if let Some(why) = thin(rules.advice, reading) {
        notes.push(format!("{why}: static, which needs no predictor"));
        let memory = Memory { profile: Profile::Static, candidate: None, readings: 0 };
        return Advice { memory, changed: before.profile != Profile::Static, because, notes };
    }
    because.extend(limits(rules, reading, 0.0).into_iter().filter_map(|limit| limit.reason));
    let allowed = ceiling(&limits(rules, reading, 0.0));
    let sure = ceiling(&limits(rules, reading, rules.advice.hysteresis.get()));
    if before.profile > allowed {
        let profile = best(rules.advice, before.profile, |profile| profile <= allowed, &cost);
        notes.push(format!("{} is not allowed any more, and is left at once", before.profile.name()));
        return Advice {
            memory: Memory { profile, candidate: None, readings: 0 },
            changed: true,
            because,
            notes,
        };
    }
    if at_first {
        let profile = best(rules.advice, Profile::Static, |profile| profile <= allowed, &cost);
        let memory = Memory { profile, candidate: None, readings: 0 };
        return Advice { memory, changed: false, because, notes };
    }
    let may = |profile: Profile| profile <= sure.max(before.profile);
    let wanted = best(rules.advice, before.profile, may, &cost);
    if wanted == before.profile {
        let memory = Memory { candidate: None, readings: 0, ..before };
        return Advice { memory, changed: false, because, notes };
    }
    let readings = if before.candidate == Some(wanted) { before.readings.saturating_add(1) } else { 1 };
    let needed = rules.advice.readings.get() as u32;
    if readings < needed {
        notes.push(format!(
            "{} would be better; {readings} of {needed} readings in a row say so",
            wanted.name()
        ));
        let memory = Memory { candidate: Some(wanted), readings, ..before };
        return Advice { memory, changed: false, because, notes };
    }
    let memory = Memory { profile: wanted, candidate: None, readings: 0 };
    Advice { memory, changed: true, because, notes }
}

/// Why a reading says too little.
fn thin(rules: &AdviceRules, reading: &Reading) -> Option<String> {
    let least = rules.min_samples.get();
    match (reading.precision, reading.recall, reading.n) {
        (None, _, _) => Some("nobody measured the predictor's precision".to_owned()),
        (_, None, _) => Some("nobody measured the predictor's recall".to_owned()),
        (_, _, None) => Some("nobody says of how many predictions that is known".to_owned()),
        (_, _, Some(n)) if n < least => {
            Some(format!("{n} predictions are fewer than advice.min_samples = {least}"))
        }
        _ => None,
    }
}

/// The most that a measured value allows.
struct Limit {
    most: Profile,
    reason: Option<Reason>,
}

/// What each value allows, where it has to be better than its threshold by a band.
fn limits(rules: Rules<'_>, reading: &Reading, band: f64) -> Vec<Limit> {
    let Rules { rails, thresholds, .. } = rules;
    let mut limits = vec![];
    let mut limit =
        |flag: Flag, most: Profile, observed: Option<f64>, threshold: f64, low: bool, what: &str| {
            let Some(observed) = observed else { return };
            let passed = if low { observed < threshold + band } else { observed > threshold - band };
            if passed {
                let (than, outcome) = (if low { "below" } else { "above" }, most.name());
                let message = format!("{what} {observed} is {than} {threshold}: no more than {outcome}");
                let reason = Reason { code: flag, observed, threshold, message, remedy: flag.spec().remedy };
                limits.push(Limit { most, reason: Some(reason) });
            }
        };
    let (clamp, stop) = (rails.clamp_below_precision.get(), rails.stop_below_precision.get());
    let most_churn = rails.clamp_above_churn_per_hour.get();
    let least_recall = thresholds.min_recall.get();
    let precision_flag = Flag::PrefetchPrecisionLow;
    limit(precision_flag, Profile::Static, reading.precision, stop, true, "precision");
    limit(precision_flag, Profile::Hybrid, reading.precision, clamp, true, "precision");
    limit(Flag::InsufficientRecall, Profile::Static, reading.recall, least_recall, true, "recall");
    limit(
        Flag::ChurnColdBursts,
        Profile::Hybrid,
        reading.churn_per_hour,
        most_churn,
        false,
        "churn per hour",
    );
    limits
}

fn ceiling(limits: &[Limit]) -> Profile {
    limits.iter().map(|limit| limit.most).min().unwrap_or(Profile::Predictive)
}

/// The profile that costs the least, of those alike the one that needs the most, where it is better than another by a margin: than the one that runs, or than static
/// where that one may not.
fn best(
    rules: &AdviceRules,
    now: Profile,
    may: impl Fn(Profile) -> bool,
    cost: &impl Fn(Profile) -> Option<f64>,
) -> Profile {
    let base = if may(now) { now } else { Profile::Static };
    let Some(stay) = cost(base) else { return base };
    let others = Profile::ALL.into_iter().rev().filter(|other| *other != base && may(*other));
    let found = others.filter_map(|other| Some((other, cost(other)?))).min_by(|a, b| a.1.total_cmp(&b.1));
    match found {
        Some((other, less)) if less < stay - rules.margin.get() * stay.abs() => other,
        _ => base,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules_of<T>(then: impl FnOnce(Rules<'_>) -> T) -> T {
        let (advice, rails, thresholds) = (AdviceRules::default(), Rails::default(), Thresholds::default());
        then(Rules { advice: &advice, rails: &rails, thresholds: &thresholds })
    }

    fn reading(precision: f64, recall: f64, churn: f64, n: f64) -> Reading {
        Reading { precision: Some(precision), recall: Some(recall), churn_per_hour: Some(churn), n: Some(n) }
    }

    /// The more is predicted the better, by a fifth each time.
    fn falling(profile: Profile) -> Option<f64> {
        Some([100.0, 80.0, 60.0, 40.0][profile as usize])
    }

    fn run(readings: &[Reading]) -> Vec<Profile> {
        rules_of(|rules| {
            let mut memory = None;
            let each = readings.iter().map(|reading| {
                let advice = advise(rules, memory, reading, falling);
                memory = Some(advice.memory);
                advice.memory.profile
            });
            each.collect()
        })
    }

    #[test]
    fn a_bad_predictor_is_left_at_once_and_trusted_again_after_three_good_readings() {
        use Profile::{Hybrid, Predictive, Static};
        let [good, fair, bad] = [0.9, 0.76, 0.7].map(|precision| reading(precision, 0.8, 0.1, 1000.0));
        assert_eq!(run(&[good, bad, good, good, good]), [Predictive, Static, Static, Static, Predictive]);
        // Good enough at first, but not to come back to: 0.79 is within the band above 0.78.
        let just = reading(0.79, 0.8, 0.1, 1000.0);
        assert_eq!(
            run(&[just, bad, just, just, just, just]),
            [Predictive, Static, Static, Static, Hybrid, Hybrid]
        );
        // 0.76 is below the clamp of 0.78, 0.70 below the stop of 0.75.
        assert_eq!(run(&[good, fair, bad, good]), [Predictive, Hybrid, Static, Static]);
        let churning = reading(0.9, 0.8, 0.31, 1000.0);
        assert_eq!(run(&[good, churning]), [Predictive, Hybrid]);
        let forgetful = reading(0.9, 0.59, 0.1, 1000.0);
        assert_eq!(run(&[good, forgetful])[1], Static);
    }

    #[test]
    fn thin_telemetry_is_static_with_a_note() {
        rules_of(|rules| {
            let memory = Memory { profile: Profile::Predictive, candidate: None, readings: 0 };
            let advice = advise(rules, Some(memory), &reading(0.99, 0.99, 0.0, 20.0), falling);
            assert_eq!((advice.memory.profile, advice.changed), (Profile::Static, true));
            assert!(advice.notes[0].contains("20 predictions are fewer than"), "{:?}", advice.notes);
            let unknown = Reading { precision: None, ..reading(0.9, 0.9, 0.0, 1000.0) };
            assert!(advise(rules, None, &unknown, falling).notes[0].contains("nobody measured"));
        });
    }

    #[test]
    fn what_is_no_better_by_the_margin_is_left_alone() {
        rules_of(|rules| {
            let equal = |profile| Some(if profile == Profile::Predictive { 97.0 } else { 100.0 });
            let memory = Memory { profile: Profile::Static, candidate: None, readings: 0 };
            let advice = advise(rules, Some(memory), &reading(0.9, 0.9, 0.0, 1000.0), equal);
            assert_eq!(advice.memory, memory);
        });
    }

    fn any_reading() -> impl Strategy<Value = Reading> {
        (0.6..1.0, 0.4..1.0, 0.0..0.6, 0.0..600.0)
            .prop_map(|(precision, recall, churn, n)| reading(precision, recall, churn, n))
    }

    proptest! {
        /// Whatever is measured: who leaves a profile is back after three readings at the earliest.
        #[test]
        fn nobody_comes_back_before_three_readings(readings in prop::collection::vec(any_reading(), 1..60)) {
            let profiles = run(&readings);
            for (nth, profile) in profiles.iter().enumerate().skip(1).filter(|(nth, one)| profiles[nth - 1] != **one) {
                let left = profiles[..nth].iter().rposition(|other| other == profile);
                if let Some(left) = left.filter(|_| *profile > profiles[nth - 1]) {
                    prop_assert!(nth - left > 3, "{profiles:?}");
                }
            }
        }

        /// Readings within the band about a threshold change the profile once at most, and then to one that needs less.
        #[test]
        fn a_value_that_wavers_about_its_threshold_causes_one_change(
            wavering in prop::collection::vec(-0.019..0.019f64, 1..60),
            about in prop::sample::select(vec![(0.75, 0), (0.78, 0), (0.6, 1), (0.3, 2)]),
        ) {
            let at = |by: f64| {
                let (threshold, which) = about;
                let value = |nth: usize, good: f64| if nth == which { threshold + by } else { good };
                reading(value(0, 0.9), value(1, 0.9), value(2, 0.0), 1000.0)
            };
            // 0.75 and 0.78 are two thresholds of one value: hybrid is where a waver about the lower begins.
            let start = if about.0 == 0.75 { reading(0.771, 0.9, 0.0, 1000.0) } else { reading(0.9, 0.9, 0.0, 1000.0) };
            let readings: Vec<Reading> = [start; 3].into_iter().chain(wavering.iter().map(|by| at(*by))).collect();
            let profiles = run(&readings)[2..].to_vec();
            let changes = profiles.windows(2).filter(|two| two[0] != two[1]).count();
            prop_assert!(changes <= 1, "{profiles:?}");
        }
    }
}
