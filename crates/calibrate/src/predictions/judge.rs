//! Rounds of predictions, held against what was asked for.

use trace::Micros;

use super::{Against, Point, Prediction};
use crate::estimate::Estimate;
use crate::ratio::{Sums, share};

/// Points of a trade-off.
const POINTS: usize = 10;

/// Predictions that belong together: a round ends where more than `length` has passed since its first.
pub(super) fn rounds(predictions: &[Prediction], length: Micros) -> Vec<&[Prediction]> {
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
pub(super) struct AskedFor {
    starts: Vec<usize>,
    times: Vec<Micros>,
}

impl AskedFor {
    pub(super) fn of(against: &Against<'_>) -> Self {
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
    pub(super) fn next(&self, key: u32, from: Micros) -> Option<Micros> {
        let of_key = &self.times[self.starts[key as usize]..self.starts[key as usize + 1]];
        of_key.get(of_key.partition_point(|time| *time < from)).copied()
    }
}

/// A prediction that can be judged.
pub(super) struct Said {
    pub(super) round: usize,
    pub(super) prediction: Prediction,
    /// The time to the request, within the horizon.
    pub(super) wait: Option<Micros>,
}

impl Said {
    fn reaches(&self, score: f64) -> bool {
        score == f64::NEG_INFINITY || self.prediction.score.is_some_and(|own| own >= score)
    }
}

pub(super) struct Measured<'a> {
    pub(super) said: &'a [Said],
    /// When each round began.
    pub(super) starts: &'a [Micros],
    pub(super) reach: Micros,
    pub(super) against: &'a Against<'a>,
}

impl Measured<'_> {
    pub(super) fn precision(&self, score: f64) -> Option<Estimate> {
        let mut groups: Vec<Sums> = vec![[0.0; 2]; self.starts.len()];
        for one in self.said.iter().filter(|one| one.reaches(score)) {
            groups[one.round][0] += f64::from(u8::from(one.wait.is_some()));
            groups[one.round][1] += 1.0;
        }
        let n = groups.iter().map(|group| group[1]).sum::<f64>() as u64;
        share(&groups, n)
    }

    /// Of requests from the first round to the end of the last, those beyond the hot set, by the round before them.
    pub(super) fn recall(&self, score: f64) -> Option<Estimate> {
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

    pub(super) fn trade_off(&self) -> Vec<Point> {
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
