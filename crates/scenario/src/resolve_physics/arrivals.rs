//! How requests arrive.

use crate::check::Check;
use crate::file::WorkloadKeys;
use crate::physics::{Arrivals, ArrivalsKind};
use crate::quantity::Quantity;
use crate::units::{Fraction, Plain, Seconds};

impl Check<'_> {
    pub(crate) fn arrivals(&mut self, keys: &WorkloadKeys) -> Arrivals {
        let kind = keys.arrivals.unwrap_or(ArrivalsKind::Poisson);
        let bursts = [
            ("workload.burst_factor", keys.burst_factor.is_some()),
            ("workload.burst_share", keys.burst_share.is_some()),
            ("workload.mean_burst_s", keys.mean_burst_s.is_some()),
        ];
        for (key, set) in bursts {
            if set && kind != ArrivalsKind::Bursty {
                self.at(
                    key,
                    format!("`{key}` speaks of bursts, and arrivals have none"),
                    "write arrivals = \"bursty\"",
                );
            }
        }
        let factor = keys.burst_factor.map_or(4.0, Plain::get);
        let share = keys.burst_share.unwrap_or(Fraction::wrap(0.1));
        if kind == ArrivalsKind::Bursty && (factor * share.get() > 1.0 || factor < 1.0) {
            let message = format!(
                "bursts at {factor} times the mean rate cannot take {} of the time: what is left would be below 0",
                share.get()
            );
            self.at(
                "workload.arrivals",
                message,
                "write burst_factor of 1 or more, and at most 1 / burst_share",
            );
        }
        let hourly = keys.hourly.as_ref().and_then(|list| self.hours(list));
        Arrivals {
            kind,
            burst_factor: factor,
            burst_share: share,
            mean_burst: keys.mean_burst_s.unwrap_or(Seconds::wrap(10.0)),
            hourly,
        }
    }

    fn hours(&mut self, list: &[Plain]) -> Option<[f64; 24]> {
        let hours: Option<[f64; 24]> = list.iter().map(|hour| hour.get()).collect::<Vec<_>>().try_into().ok();
        if hours.is_none_or(|hours| hours.iter().sum::<f64>() <= 0.0) {
            let message = format!("{} numbers are no profile of a day", list.len());
            self.at(
                "workload.hourly",
                message,
                "write 24 of them, one an hour from midnight on, not all of them 0",
            );
        }
        hours
    }
}
