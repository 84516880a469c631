//! Requests beside those of the popularity law, and what may be known of them.

use scenario::{Seconds, Workload};
use trace::synthetic::{Contents, Event};

use crate::warming::from_scenario::nanos;
use crate::warming::setup::Crowd;

/// Crowds, then scans: their new keys have ids in this order, behind those of the law.
pub(super) fn events(workload: &Workload) -> Vec<Event> {
    let crowds = workload.extras.crowds.iter().map(|crowd| Event::FlashCrowd {
        at: nanos(crowd.at),
        lasts: nanos(crowd.lasts).max(1),
        keys: crowd.keys.get() as u32,
        rate_per_s: crowd.rate.get() / 60.0,
        decays: crowd.decays,
    });
    let scans = workload.extras.scans.iter().map(|scan| Event::Scan {
        at: nanos(scan.at),
        rate_per_s: scan.rate.get() / 60.0,
        keys: scan.keys.get() as u32,
    });
    crowds.chain(scans).collect()
}

pub(super) fn contents(workload: &Workload) -> Option<Contents> {
    workload.extras.contents.map(|contents| Contents {
        per_hour: contents.per_hour.get(),
        lives_s: contents.lives.get(),
        requests: contents.requests,
    })
}

/// What a warmer may know of crowds. One that is known for longer than the simulation runs is known from its beginning.
pub(super) fn crowds(workload: &Workload) -> Vec<Crowd> {
    let mut first = workload.popularity.keys() as u32;
    let crowd = |crowd: &scenario::Crowd| {
        let (begins, keys) = (nanos(crowd.at), crowd.keys.get() as u32);
        let known = |ahead: Seconds| begins.saturating_sub(nanos(ahead)).max(0);
        let crowd = Crowd {
            name: crowd.name.clone(),
            begins,
            ends: begins.saturating_add(nanos(crowd.lasts)),
            known: crowd.known_ahead.map(known),
            first,
            keys,
        };
        first += keys;
        crowd
    };
    workload.extras.crowds.iter().map(crowd).collect()
}

/// New keys within a simulation of so many seconds, and requests for them, about.
pub(super) fn demand(workload: &Workload, duration: f64) -> (f64, f64) {
    let extras = &workload.extras;
    let crowds = extras
        .crowds
        .iter()
        .map(|crowd| (crowd.keys.get(), crowd.rate.get() / 60.0 * crowd.lasts.get().min(duration)));
    let scans = extras.scans.iter().map(|scan| (scan.keys.get(), scan.keys.get()));
    let contents = extras.contents.iter().map(|contents| {
        let each_s = contents.per_hour.get() / 3600.0;
        (each_s * (duration + contents.lives.get()), each_s * duration * contents.requests)
    });
    crowds.chain(scans).chain(contents).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}
