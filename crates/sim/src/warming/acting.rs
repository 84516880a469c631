//! What rails did, in words.

use evaluation::RailAction;

use crate::warming::rails::{Acted, Rail};
use crate::warming::setup::Setup;

/// What each rail did in any replication, by its mean over those in which it acted.
pub(crate) fn actions(setup: &Setup, runs: &[[Acted; Rail::ALL.len()]]) -> Vec<RailAction> {
    let rails = &setup.rails;
    let each = Rail::ALL.iter().enumerate().filter_map(|(nth, rail)| {
        let acted: Vec<Acted> = runs.iter().map(|run| run[nth]).filter(|acted| acted.times > 0).collect();
        let some = acted.len() as f64;
        let mean = |of: fn(&Acted) -> f64| acted.iter().map(of).sum::<f64>() / some;
        let found = mean(|acted| acted.found);
        let (name, observed, threshold, what) = match rail {
            Rail::Latency => {
                let (found, above) = (found / 1e6, rails.latency?.above as f64 / 1e6);
                let what = format!("a mean time of fetches of {found:.1} ms is above {above} ms");
                ("stop_above_origin_latency_ms", found, above, what)
            }
            Rail::Breaker => {
                let most = f64::from(rails.breaker?.failures);
                ("break_after_failures", found, most, format!("{found} tries in a row failed"))
            }
            Rail::Pressure => {
                let at = rails.pressure?.at;
                let what = format!("a memory pressure of {found:.0} % reaches {at} %");
                ("stop_at_pressure_percent", found, at, what)
            }
            Rail::Breakdown => {
                let times = mean(|acted| acted.times as f64);
                ("interrupt_at_s", times, 0.0, "the warmer broke down".to_owned())
            }
        };
        if acted.is_empty() {
            return None;
        }
        let times = mean(|acted| acted.times as f64);
        let first = mean(|acted| acted.first.unwrap_or(0) as f64) / 1e9;
        let latched = acted.iter().filter(|acted| acted.latched).count();
        let for_good = if latched > 0 { format!(", for good in {latched}") } else { String::new() };
        let message = format!(
            "{what}: {times:.1} stops, the first at {first:.1} s, in {} of {} replications{for_good}",
            acted.len(),
            runs.len()
        );
        Some(RailAction { rail: name, observed, threshold, message })
    });
    each.collect()
}
