//! What a reader of an answer has to know of how a trace was played.

use scenario::Scenario;

use crate::warming::inputs::Inputs;

/// Remarks on requests that were recorded; none where they are made up.
pub(crate) fn remarks(scenario: &Scenario, inputs: &Inputs) -> Vec<String> {
    let (Some(trace), Some(recording)) = (&scenario.workload.trace, &inputs.recording) else { return vec![] };
    let mut remarks = vec![];
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
