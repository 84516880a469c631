//! How far the answers are to be trusted, and where warming pays.

use evaluation::Note;
use scenario::Scenario;

use crate::renewal::answer::cold;
use crate::renewal::deploy::{Deploy, on_demand};
use crate::renewal::question::{Warming, answerable};
use crate::renewal::{Cache, Evicts, Lives, Outcome, of};

/// Copies below which ages of eviction vary too much for a correction of first order.
const FEW: f64 = 5.0;
/// Copies from which on that correction leaves next to nothing.
const MANY: f64 = 20.0;
/// A difference of hit ratios that nobody would notice.
const NEGLIGIBLE: f64 = 0.005;
/// One that is not worth a number.
const NOTHING: f64 = 5e-5;

/// Remarks on the answers for a scenario; none where there is no answer.
pub fn notes(scenario: &Scenario) -> Vec<Note> {
    let Some(seen) = answerable(scenario).ok().and_then(|()| Seen::new(scenario)) else { return vec![] };
    let texts = [
        seen.validity(),
        seen.ceiling(),
        seen.turnover(),
        seen.expiry(),
        seen.restart(),
        seen.rollout(),
        seen.room(),
        seen.window(),
        seen.origin(),
    ];
    let numbered = texts.into_iter().flatten().zip(1..);
    numbered.map(|(text, number)| Note { number, text }).collect()
}

/// A cache on demand, and what it would be without what moves it.
struct Seen<'a> {
    scenario: &'a Scenario,
    cache: Cache,
    demand: Outcome,
    deploy: Deploy,
}

impl<'a> Seen<'a> {
    fn new(scenario: &'a Scenario) -> Option<Self> {
        let (cache, demand) = on_demand(scenario)?;
        let deploy = Deploy::restarted(scenario, &cache, &demand);
        Some(Self { scenario, cache, demand, deploy })
    }

    fn hit_ratio(&self, cache: Cache) -> f64 {
        of(cache, Warming::default(), self.demand.fetch).shares[0]
    }

    /// The verdict of the table of validity.
    fn validity(&self) -> Option<String> {
        let copies = self.cache.capacity;
        let (few, some) = match self.cache.evicts {
            Evicts::IdleLongest => (0.02, 0.003),
            Evicts::Oldest => (0.05, 0.001),
        };
        let assumes = "requests come independently of each other: bursts make a real cache better than this, loops and scans worse";
        Some(if copies < FEW {
            format!(
                "Warn: in a cache of {copies} copies ages of eviction vary too much; hit ratios may be off by {few}. It assumes that {assumes}."
            )
        } else if copies < MANY {
            format!(
                "Warn: with {copies} copies ages of eviction vary; hit ratios may be off by {some}. It assumes that {assumes}."
            )
        } else {
            format!("Trust, if {assumes}. Steady state: the long run, not the beginning.")
        })
    }

    /// What no cache of this size can pass without knowing what is to come.
    fn ceiling(&self) -> Option<String> {
        let most = self.scenario.cache.capacity_fraction.get();
        let found = self.demand.shares[0];
        Some(format!(
            "On demand the hit ratio is {found:.3}; with the most popular keys always in the cache it would be {most:.3}, and only a predictor passes that."
        ))
    }

    fn turnover(&self) -> Option<String> {
        let window = self.demand.window;
        let calm = self.hit_ratio(Cache { churn: 0.0, ..self.cache.clone() });
        let lost = calm - self.demand.shares[0];
        let stays = match window.is_finite() {
            true if self.cache.evicts == Evicts::Oldest => format!("A copy stays {}", duration(window)),
            true => format!("A copy that nobody asks for stays {}", duration(window)),
            false => "Nothing is evicted before its life ends".to_owned(),
        };
        if self.cache.churn == 0.0 {
            return Some(format!(
                "{stays}; the hot set does not change, so that keeping it warm gains nothing in the long run."
            ));
        }
        let time = if window.is_finite() { window } else { self.cache.lives.ttl.unwrap_or(0.0) };
        let moved = -(-self.cache.churn * time).exp_m1();
        let verdict = if lost < NEGLIGIBLE {
            "keeping the hot set warm gains no more in the long run: warming pays after restarts, on new contents, or where keys are asked for more seldom"
        } else {
            "a warmer that follows the hot set can win it back"
        };
        let takes = if lost < NOTHING { "next to nothing".to_owned() } else { format!("{lost:.4}") };
        Some(format!(
            "{stays}, in which {:.1} % of the hot set changes; that takes {takes} from the hit ratio: {verdict}.",
            100.0 * moved
        ))
    }

    fn expiry(&self) -> Option<String> {
        self.cache.lives.ttl?;
        let lasting = Cache { lives: Lives::default(), ..self.cache.clone() };
        let lost = self.hit_ratio(lasting) - self.demand.shares[0];
        let verdict = if lost < NEGLIGIBLE {
            "little is to be won by fetching copies anew"
        } else {
            "refresh-ahead can win back a part"
        };
        let takes = if lost < NOTHING { "next to nothing".to_owned() } else { format!("{lost:.4}") };
        Some(format!("Copies that expire take {takes} from the hit ratio: {verdict}."))
    }

    /// What an empty cache costs; nothing where nothing of it has a closed form.
    fn restart(&self) -> Option<String> {
        cold(self.scenario, &self.cache, &Warming::default())?;
        let Deploy { survives, drained, warm, .. } = self.deploy;
        let warm = warm.map(duration);
        if survives {
            let warm = warm?;
            return Some(format!(
                "Behind a restart, demand alone has 90 % of its hit ratio after {warm}; that is what warming at a start can shorten."
            ));
        }
        let overload = "Behind a restart misses are more than the origin can answer";
        let Some(drained) = drained.map(duration) else {
            return Some(format!("{overload}: how long that lasts has no closed form here; use simulate."));
        };
        let reached = warm
            .map_or(String::new(), |warm| format!(", and 90 % of the hit ratio are reached after {warm}"));
        Some(format!(
            "{overload}: they wait until {drained} have passed{reached}. What a warmer adds then makes it longer."
        ))
    }

    /// How to restart in front of an origin that an empty cache overloads.
    fn rollout(&self) -> Option<String> {
        let answers = self.deploy.answers?;
        let batch = self.deploy.largest_batch(0.0).filter(|batch| *batch < 1.0)?;
        let ramp = self.deploy.ramp.map_or(String::new(), |(share, time)| {
            let first = 100.0 * share;
            format!("; or let in {first:.0} % of the traffic at first and all of it after {}", duration(time))
        });
        Some(format!(
            "So that misses stay within the {answers:.1} a second that the origin can answer, let at most {:.0} % of a fleet that shares the traffic evenly be empty at a time{ramp}.",
            100.0 * batch
        ))
    }

    /// What the target takes.
    fn room(&self) -> Option<String> {
        let simulation = &self.scenario.simulation;
        let target = simulation.target_hit_ratio.get();
        if !simulation.has_target {
            return None;
        }
        Some(match self.cache.capacity_for(target) {
            Some(copies) => format!("A hit ratio of {target} takes a cache of {copies} copies on demand."),
            None => format!(
                "A hit ratio of {target} is not reached on demand in a cache of any size: copies expire, or fetches take too long."
            ),
        })
    }

    /// What is left out of the queue at the origin.
    fn origin(&self) -> Option<String> {
        self.scenario.origin.capacity.servers.map(|_| {
            "Warn: misses are taken to reach the origin independently and without peaks; what warm operations add behind a restart is told by `warmcast simulate`.".to_owned()
        })
    }

    /// What is counted is not the long run.
    fn window(&self) -> Option<String> {
        let simulation = &self.scenario.simulation;
        let restarts = self.scenario.cache.restarts.iter().any(|at| at.get() > 0.0);
        let window = self.demand.window.min(self.cache.lives.ttl.unwrap_or(f64::INFINITY));
        let early = window.is_finite() && simulation.measure_from.get() < window;
        (restarts || early).then(|| {
            "The simulation counts a time in which the cache is not yet full, or full again: its hit ratio is lower than this one.".to_owned()
        })
    }
}

/// A time in the unit that suits it.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 0.1 => format!("{:.2} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}
