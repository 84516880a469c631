//! What of a predictor only the simulation has to know.

use crate::check::Check;
use crate::file::PredictorKeys;
use crate::physics::{Order, Weighting};
use crate::quantity::Quantity;
use crate::scenario::Predictor;
use crate::units::Seconds;

/// How far a predictor looks ahead, in seconds.
const HORIZON: f64 = 600.0;

impl Check<'_> {
    pub(crate) fn predictor(&mut self, keys: &PredictorKeys) -> Option<Predictor> {
        if keys.precision.is_none() && keys.recall.is_none() {
            return None;
        }
        let precision = self.need(keys.precision, "predictor.precision");
        let recall = self.need(keys.recall, "predictor.recall");
        let horizon = keys.horizon_s.unwrap_or(Seconds::wrap(HORIZON));
        let period = keys.period_s.unwrap_or(horizon);
        for (key, value) in [("predictor.horizon_s", horizon), ("predictor.period_s", period)] {
            if value.get() <= 0.0 {
                self.at(
                    key,
                    "a predictor cannot look ahead by nothing".to_owned(),
                    "write a length such as \"10m\"",
                );
            }
        }
        Some(Predictor {
            precision: precision?,
            recall: recall?,
            horizon,
            period,
            weighting: keys.weighting.unwrap_or(Weighting::Requests),
            order: keys.order.unwrap_or(Order::Random),
        })
    }
}
