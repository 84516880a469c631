//! A log of predictions, held against requests.

use std::path::Path;

use calibrate::{Against, Evidence, Prediction, Quality, quality};
use rustc_hash::FxHashMap;
use trace::{Key, Rules, Trace, Wanted};

use super::inputs::score_column;
use super::requests::Loaded;
use crate::args::Common;
use crate::failure::Failure;
use crate::input::{ReadArgs, open_with, source};

/// How far a predictor looks ahead where nothing tells, in seconds: the default of the scenario key.
const HORIZON: f64 = 600.0;

/// Reads predictions and judges them by a trace; `hot_keys` of its keys, the most popular ones, need no predictor.
pub(super) fn judged(
    path: &Path,
    trace: &Loaded,
    hot_keys: usize,
    horizon: Option<f64>,
    common: &Common,
) -> Result<(Evidence, Quality), Failure> {
    let (name, predictions) = read(path, trace, common)?;
    if trace.kept.times.is_empty() {
        let message = format!("{name} cannot be judged: {} tells no times", trace.name);
        return Err(Failure::usage(&message, "name a trace with times, or leave the predictions out"));
    }
    let hot = trace.requests().hottest((hot_keys as f64 * trace.kept.rate).ceil() as usize);
    let against = Against { times: &trace.kept.times, requests: &trace.kept.requests, hot: &hot };
    let found = quality(&predictions, &against, horizon, HORIZON).ok_or_else(|| {
        let message = format!("none of the {} predictions in {name} falls into the time of {}", predictions.len(), trace.name);
        let help = "both have to be on one clock, and the horizon shorter than what is recorded; --horizon 5m states it";
        Failure::usage(&message, help)
    })?;
    Ok((found.evidence(&name, horizon.is_some()), found))
}

fn read(path: &Path, trace: &Loaded, common: &Common) -> Result<(String, Vec<Prediction>), Failure> {
    let scores = score_column(&source(path)?.0.head);
    let map = scores.iter().map(|column| format!("cost={column}")).collect();
    let read = ReadArgs { map, ..ReadArgs::default() };
    let mut opened = open_with(path, &read, Rules::UNSORTED, common)?;
    let mut score = vec![];
    let wanted = Wanted { times: true, ..Wanted::default() };
    let said = Trace::load_beside(&mut opened.stream, wanted, |block| {
        score.extend(block.details.iter().map(|details| details.cost));
    })
    .map_err(|error| opened.failed(error))?;
    opened.tell(common, &said.found, &said.passed);
    opened.refuse_empty(said.len() as u64)?;
    if said.times.is_empty() {
        let message = format!("{} does not tell when it predicted", opened.name);
        return Err(Failure::usage(&message, "give it a column ts beside key"));
    }
    let mut ids: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
    for id in 0..said.keys.len() as u32 {
        ids.insert(said.keys.text(id).into_owned(), id);
    }
    let mut known = vec![None; said.keys.len()];
    for key in 0..trace.kept.keys.len() as u32 {
        if let Some(id) = ids.get(&*trace.kept.keys.text(key)) {
            known[*id as usize] = Some(key);
        }
    }
    let drawn: Vec<bool> =
        (0..said.keys.len() as u32).map(|id| trace.kept.draws(Key::parse(&said.keys.text(id)))).collect();
    let each = said.requests.iter().zip(&said.times).zip(score);
    let mut predictions: Vec<Prediction> = each
        .filter(|((id, _), _)| drawn[**id as usize])
        .map(|((id, time), score)| Prediction { time: *time, key: known[*id as usize], name: *id, score })
        .collect();
    predictions.sort_by_key(|one| one.time);
    Ok((opened.name, predictions))
}
