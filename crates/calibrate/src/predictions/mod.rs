//! How good a predictor was, from what it said and what was asked for then.
//!
//! ```text
//! predictions, requests ─► rounds (right of predicted, predicted of asked for) ─► precision, recall
//!                              └─► the same above each score ─► trade-off
//! ```

mod evidence;
mod judge;

use trace::Micros;

use crate::estimate::Estimate;
use judge::{AskedFor, Measured, Said, rounds};

/// Predictions of one instant, on average, from which on they come in rounds.
const A_ROUND: f64 = 2.0;
/// Mean times between requests by which a log may begin before the first of them.
const LEAD: Micros = 3;
const SECOND: f64 = 1e6;

/// What a predictor said: a key that will be asked for soon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// When.
    pub time: Micros,
    /// Which key; none where it was never asked for.
    pub key: Option<u32>,
    /// What tells different keys apart that were never asked for.
    pub name: u32,
    /// How sure it was, in its own unit; the higher the surer.
    pub score: Option<f64>,
}

/// What predictions are held against: requests in order of time, and which keys are hot.
#[derive(Debug, Clone, Copy)]
pub struct Against<'t> {
    /// When each request came.
    pub times: &'t [Micros],
    /// Its key.
    pub requests: &'t [u32],
    /// Of each key whether a static list has it, so that predicting it helps nobody.
    pub hot: &'t [bool],
}

/// How good a predictor was.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// The share of predicted keys that was asked for within the horizon.
    pub precision: Estimate,
    /// The share of requests beyond the hot set whose key had been predicted within the horizon before; none where there is none.
    pub recall: Option<Estimate>,
    /// How far it looks ahead, in seconds.
    pub horizon: f64,
    /// Seconds from one round to the next; none where predictions do not come in rounds.
    pub period: Option<f64>,
    /// Rounds, or stretches of a horizon.
    pub rounds: usize,
    /// Seconds from a right prediction to the request: a tenth of them at most, half of them, nine tenths.
    pub ahead: Option<[f64; 3]>,
    /// Predictions of a key that the same round had predicted already.
    pub repeated: u64,
    /// Predictions before the first request, and such whose horizon ends after the last, which nobody can judge.
    pub unjudged: u64,
    /// Precision and recall of what has a score at least so high, from the lowest on; empty without scores.
    pub trade_off: Vec<Point>,
}

/// A point of a trade-off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The least score.
    pub score: f64,
    /// Predictions that have it.
    pub predictions: u64,
    /// See [`Quality::precision`].
    pub precision: Estimate,
    /// See [`Quality::recall`].
    pub recall: Option<Estimate>,
}

/// Judges predictions, which are sorted by time; none where nothing can be judged.
///
/// # Method
/// Rounds are what was said at one instant, or, where each prediction has an instant of its own, within a horizon. Precision and
/// recall are ratios of sums over rounds, their intervals Wilson's for as many independent ones as would vary like the rounds.
/// Without a stated horizon it is the time between rounds, else `default`, in seconds.
///
/// # Assumptions
/// Rounds do not depend on each other.
pub fn quality(
    predictions: &[Prediction],
    against: &Against<'_>,
    horizon: Option<f64>,
    default: f64,
) -> Option<Quality> {
    let period = period(predictions);
    let horizon = horizon.or(period).unwrap_or(default);
    let reach = (horizon * SECOND).round() as Micros;
    let end = *against.times.last()?;
    // A log begins a little before its first request.
    let first = *against.times.first()?;
    let begin = first - LEAD * ((end - first) / against.times.len() as Micros).max(1);
    let judged = predictions.partition_point(|prediction| prediction.time.saturating_add(reach) <= end);
    let known = predictions.partition_point(|prediction| prediction.time < begin).min(judged);
    let unjudged = (predictions.len() - judged + known) as u64;
    let rounds = rounds(&predictions[known..judged], if period.is_some() { 0 } else { reach });
    let asked = AskedFor::of(against);
    let mut said = vec![];
    let mut repeated = 0;
    for (nth, round) in rounds.iter().enumerate() {
        let mut seen: Vec<&Prediction> = round.iter().collect();
        seen.sort_by(|a, b| {
            (a.key, a.name)
                .cmp(&(b.key, b.name))
                .then(b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)))
        });
        let before = seen.len();
        seen.dedup_by_key(|one| (one.key, one.name));
        repeated += (before - seen.len()) as u64;
        said.extend(seen.into_iter().map(|one| {
            Said {
                round: nth,
                wait: one
                    .key
                    .and_then(|key| asked.next(key, one.time))
                    .map(|at| at - one.time)
                    .filter(|wait| *wait <= reach),
                prediction: *one,
            }
        }));
    }
    let starts: Vec<Micros> = rounds.iter().filter_map(|round| round.first().map(|one| one.time)).collect();
    let all = Measured { said: &said, starts: &starts, reach, against };
    let precision = all.precision(f64::NEG_INFINITY)?;
    let mut waits: Vec<Micros> = said.iter().filter_map(|one| one.wait).collect();
    waits.sort_unstable();
    let quantile = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize] as f64 / SECOND;
    Some(Quality {
        precision,
        recall: all.recall(f64::NEG_INFINITY),
        horizon,
        period,
        rounds: starts.len(),
        ahead: (!waits.is_empty()).then(|| [0.1, 0.5, 0.9].map(quantile)),
        repeated,
        unjudged,
        trade_off: all.trade_off(),
    })
}

/// The median time between rounds, in seconds; none where predictions do not come in rounds.
fn period(predictions: &[Prediction]) -> Option<f64> {
    let mut instants: Vec<Micros> = predictions.iter().map(|one| one.time).collect();
    instants.dedup();
    if instants.len() < 3 || (predictions.len() as f64) < A_ROUND * instants.len() as f64 {
        return None;
    }
    let mut gaps: Vec<Micros> = instants.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    Some(gaps[gaps.len() / 2] as f64 / SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Micros = 60_000_000;

    fn said(time: Micros, key: u32, score: f64) -> Prediction {
        Prediction { time, key: Some(key), name: key, score: Some(score) }
    }

    /// Keys 0 to 3 are asked for 10 s into every minute; 0 is hot. Rounds at each full minute name 1, 2 and 9, which nobody asks
    /// for: two of three are right, and two of the three keys beyond the hot set were predicted.
    #[test]
    fn rounds_are_judged_by_what_is_asked_for_before_the_next() {
        let asked = (0..10).flat_map(|minute| (0..4).map(move |key| (minute * MINUTE + 10_000_000, key)));
        let (times, requests): (Vec<Micros>, Vec<u32>) = asked.unzip();
        let hot = [true, false, false, false, false];
        let against = Against { times: &times, requests: &requests, hot: &hot };
        let unknown = |time| Prediction { time, key: None, name: 9, score: Some(0.1) };
        let rounds = (0..9).flat_map(|minute| {
            let at = minute * MINUTE;
            [said(at, 1, 0.9), said(at, 2, 0.5), said(at, 2, 0.4), unknown(at)]
        });
        let rounds: Vec<Prediction> = rounds.collect();
        let found = quality(&rounds, &against, None, 600.0).expect("is judged");
        assert_eq!((found.period, found.horizon, found.rounds), (Some(60.0), 60.0, 9));
        assert!((found.precision.value - 2.0 / 3.0).abs() < 1e-12 && found.precision.n == 27, "{found:?}");
        let recall = found.recall.expect("is judged");
        assert!((recall.value - 2.0 / 3.0).abs() < 1e-12 && recall.n == 27, "{recall:?}");
        assert_eq!((found.repeated, found.unjudged, found.ahead), (9, 0, Some([10.0; 3])));
        // The surest third is always right, and finds one of three.
        let surest = found.trade_off.last().expect("has scores");
        assert_eq!((surest.score, surest.precision.value, surest.predictions), (0.9, 1.0, 9));
        assert!(surest.recall.is_some_and(|recall| (recall.value - 1.0 / 3.0).abs() < 1e-12));
    }

    #[test]
    fn nobody_judges_a_prediction_whose_time_has_not_come() {
        let (times, requests) = ([0, 100 * MINUTE], [0, 0]);
        let against = Against { times: &times, requests: &requests, hot: &[false] };
        let late = [said(95 * MINUTE, 0, 1.0)];
        assert_eq!(quality(&late, &against, None, 600.0), None);
        let early = [said(0, 0, 1.0), said(95 * MINUTE, 0, 1.0)];
        let found = quality(&early, &against, Some(600.0), 600.0).expect("one is judged");
        assert_eq!((found.unjudged, found.precision.value), (1, 1.0));
    }
}
