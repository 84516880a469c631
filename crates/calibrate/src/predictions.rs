//! How good a predictor was, from what it said and what was asked for then.
//!
//! ```text
//! predictions, requests ─► rounds (right of predicted, predicted of asked for) ─► precision, recall
//!                              └─► the same above each score ─► trade-off
//! ```

use trace::Micros;

use crate::estimate::Estimate;
use crate::evidence::{Evidence, shown};
use crate::parameter::Parameter;
use crate::ratio::{Sums, share};

/// Predictions of one instant, on average, from which on they come in rounds.
const A_ROUND: f64 = 2.0;
/// Mean times between requests by which a log may begin before the first of them.
const LEAD: Micros = 3;
/// Points of a trade-off.
const POINTS: usize = 10;
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

impl Quality {
    /// What that says of a scenario; `told` says whether the horizon was stated.
    pub fn evidence(&self, name: &str, told: bool) -> Evidence {
        let groups = match self.period {
            Some(_) => format!("{} rounds", self.rounds),
            None => format!("{} stretches of a horizon", self.rounds),
        };
        let mut out = Evidence::default();
        let method =
            format!("asked for within {} s, of all predicted; Wilson over {groups}", shown(self.horizon));
        out.parameters.push(Parameter::found("predictor.precision", self.precision, method, name));
        let recall = self.recall.map(|recall| {
            let method = format!(
                "predicted within {} s before, of requests beyond the hot set; Wilson over {groups}",
                shown(self.horizon)
            );
            Parameter::found("predictor.recall", recall, method, name)
        });
        out.parameters.extend(recall);
        let exact = |value: f64| Estimate { value, low: value, high: value, n: self.precision.n };
        out.parameters.push(match (told, self.period) {
            (true, _) => Parameter::found("predictor.horizon_s", exact(self.horizon), "as told", "--horizon"),
            (false, Some(period)) => {
                Parameter::found("predictor.horizon_s", exact(period), "the median time between rounds", name)
            }
            (false, None) => {
                Parameter::assumed("predictor.horizon_s", self.horizon, "predictions do not come in rounds")
            }
        });
        out.parameters.extend(self.period.map(|period| {
            Parameter::found("predictor.period_s", exact(period), "the median time between rounds", name)
        }));
        if self.repeated > 0 {
            out.repairs.push(format!(
                "{name}: {} predictions named a key twice in a round, taken once",
                self.repeated
            ));
        }
        if self.unjudged > 0 {
            out.notes.push(format!(
                "{} predictions of {name} cannot be judged: requests do not cover their horizon.",
                self.unjudged
            ));
        }
        if let Some([soon, half, late]) = self.ahead {
            out.notes.push(format!(
                "Of the right predictions of {name} a tenth is asked for within {} s, half within {} s, nine tenths within {} s: \
                 a warmer that takes longer comes too late for these.",
                shown(soon),
                shown(half),
                shown(late)
            ));
        }
        out
    }
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

/// Predictions that belong together: a round ends where more than `length` has passed since its first.
fn rounds(predictions: &[Prediction], length: Micros) -> Vec<&[Prediction]> {
    let mut rounds = vec![];
    let mut rest = predictions;
    while let Some(first) = rest.first() {
        let end = rest.partition_point(|one| one.time <= first.time.saturating_add(length));
        let (round, behind) = rest.split_at(end);
        rounds.push(round);
        rest = behind;
    }
    rounds
}

/// The times at which each key was asked for.
struct AskedFor {
    starts: Vec<usize>,
    times: Vec<Micros>,
}

impl AskedFor {
    fn of(against: &Against<'_>) -> Self {
        let mut starts = vec![0usize; against.hot.len() + 1];
        against.requests.iter().for_each(|key| starts[*key as usize + 1] += 1);
        for nth in 1..starts.len() {
            starts[nth] += starts[nth - 1];
        }
        let mut next = starts.clone();
        let mut times = vec![0; against.requests.len()];
        for (key, time) in against.requests.iter().zip(against.times) {
            times[next[*key as usize]] = *time;
            next[*key as usize] += 1;
        }
        Self { starts, times }
    }

    /// When a key is asked for next.
    fn next(&self, key: u32, from: Micros) -> Option<Micros> {
        let of_key = &self.times[self.starts[key as usize]..self.starts[key as usize + 1]];
        of_key.get(of_key.partition_point(|time| *time < from)).copied()
    }
}

/// A prediction that can be judged.
struct Said {
    round: usize,
    prediction: Prediction,
    /// The time to the request, within the horizon.
    wait: Option<Micros>,
}

impl Said {
    fn reaches(&self, score: f64) -> bool {
        score == f64::NEG_INFINITY || self.prediction.score.is_some_and(|own| own >= score)
    }
}

struct Measured<'a> {
    said: &'a [Said],
    /// When each round began.
    starts: &'a [Micros],
    reach: Micros,
    against: &'a Against<'a>,
}

impl Measured<'_> {
    fn precision(&self, score: f64) -> Option<Estimate> {
        let mut groups: Vec<Sums> = vec![[0.0; 2]; self.starts.len()];
        for one in self.said.iter().filter(|one| one.reaches(score)) {
            groups[one.round][0] += f64::from(u8::from(one.wait.is_some()));
            groups[one.round][1] += 1.0;
        }
        let n = groups.iter().map(|group| group[1]).sum::<f64>() as u64;
        share(&groups, n)
    }

    /// Of requests from the first round to the end of the last, those beyond the hot set, by the round before them.
    fn recall(&self, score: f64) -> Option<Estimate> {
        let (first, last) = (*self.starts.first()?, *self.starts.last()?);
        let Against { times, requests, hot } = self.against;
        let mut latest: Vec<Option<Micros>> = vec![None; hot.len()];
        let mut groups: Vec<Sums> = vec![[0.0; 2]; self.starts.len()];
        let mut said: Vec<&Said> = self.said.iter().filter(|one| one.reaches(score)).collect();
        said.sort_by_key(|one| one.prediction.time);
        let mut said = said.into_iter().peekable();
        // The last round speaks for as long as those before it do.
        let stretch = if self.starts.len() > 1 {
            (last - first) / (self.starts.len() as Micros - 1)
        } else {
            self.reach
        };
        let end = last.saturating_add(stretch.min(self.reach));
        let from = times.partition_point(|time| *time < first);
        for (time, key) in times[from..].iter().zip(&requests[from..]) {
            if *time > end {
                break;
            }
            while let Some(one) = said.next_if(|one| one.prediction.time <= *time) {
                if let Some(key) = one.prediction.key {
                    latest[key as usize] = Some(one.prediction.time);
                }
            }
            if hot[*key as usize] {
                continue;
            }
            let round = self.starts.partition_point(|start| start <= time) - 1;
            let predicted = latest[*key as usize].is_some_and(|said| time - said <= self.reach);
            groups[round][0] += f64::from(u8::from(predicted));
            groups[round][1] += 1.0;
        }
        let n = groups.iter().map(|group| group[1]).sum::<f64>() as u64;
        share(&groups, n)
    }

    fn trade_off(&self) -> Vec<Point> {
        let mut scores: Vec<f64> = self.said.iter().filter_map(|one| one.prediction.score).collect();
        if scores.is_empty() {
            return vec![];
        }
        scores.sort_by(f64::total_cmp);
        let mut levels: Vec<f64> = (0..POINTS).map(|nth| scores[nth * scores.len() / POINTS]).collect();
        levels.dedup();
        let point = |score: f64| {
            let precision = self.precision(score)?;
            Some(Point { score, predictions: precision.n, precision, recall: self.recall(score) })
        };
        levels.into_iter().filter_map(point).collect()
    }
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
