//! What the quality of a predictor says of a scenario.

use super::Quality;
use crate::estimate::Estimate;
use crate::evidence::{Evidence, shown};
use crate::parameter::Parameter;

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
        let exact = |value: f64| Estimate::exact(value, self.precision.n);
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
