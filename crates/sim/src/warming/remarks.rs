//! What a reader of an answer has to know of the files that were played.

use scenario::{Scenario, Selector};

use crate::warming::inputs::{Inputs, Names};

/// Keys of lists that nobody asks for.
fn unknown_keys(scenario: &Scenario, inputs: &Inputs) -> Vec<String> {
    let names = Names::of(scenario, inputs);
    let jobs = scenario.strategies.iter().flat_map(|strategy| &strategy.jobs);
    let lists = jobs.filter_map(|job| match &job.selector {
        Selector::Keys { list } | Selector::Predictions { list, .. } => Some(list),
        _ => None,
    });
    let told = lists.filter_map(|list| {
        let (ids, unknown) = names.ids(list);
        let text = format!("{}: nobody asks for the keys of {unknown} of {} rows.", list.source, ids.len());
        (unknown > 0).then_some(text)
    });
    let mut told: Vec<String> = told.collect();
    told.dedup();
    told
}

/// Remarks on lists of keys, and on requests that were recorded.
pub(crate) fn remarks(scenario: &Scenario, inputs: &Inputs) -> Vec<String> {
    let mut remarks = unknown_keys(scenario, inputs);
    let (Some(trace), Some(recording)) = (&scenario.workload.trace, &inputs.recording) else {
        return remarks;
    };
    let ignored = &scenario.workload.ignored;
    if !ignored.is_empty() {
        let answers = if ignored.len() == 1 { "it is" } else { "they are" };
        remarks.push(format!("{}: not used, for {answers} counted in the trace.", ignored.join(", ")));
    }
    if recording.times.is_empty() {
        let rate = scenario.workload.request_rate.get();
        remarks.push(format!("The trace has no times: {rate} requests come in a minute, evenly."));
    }
    let (played, all) = (scenario.simulation.duration.get(), trace.length().map(|length| length.get()));
    let all = all.unwrap_or(trace.requests as f64 / scenario.workload.request_rate.get() * 60.0);
    if played > all {
        remarks.push(format!("The trace ends at {all} s: nobody asks for anything from then to {played} s."));
    } else if played < all {
        remarks.push(format!("The trace goes on to {all} s."));
    }
    remarks
}
