//! Charts of what was played: hit ratio, origin load and expiries over time, and the fates of warm operations.

use evaluation::{Engine, Estimate};
use plots::{Chart, Lines, Series, Stacked};
use report::Section;
use sim::warming::Moment;

use super::Named;
use crate::series::Track;

/// Least part of its peak at which a warmer is at work.
const AT_WORK: f64 = 0.1;
/// A warmer that is at work for more of the time has no window.
const THROUGHOUT: f64 = 0.5;

/// Everything that a simulation shows of a scenario.
pub(crate) fn over_time(section: &Section, tracks: &[Track]) -> Vec<Named> {
    let shades = windows(tracks);
    let shaded = match shades.is_empty() {
        true => String::new(),
        false => " Shaded: while a warmer is at work that is not always.".to_owned(),
    };
    let mut charts = vec![];
    let mut draw = |name: &str, title: &str, y_label: &str, caption: &str, field: Field| {
        let chart = lines(tracks, title, y_label, &shades, field);
        charts.extend(chart.map(|chart| Named {
            name: name.to_owned(),
            caption: format!("{caption}{shaded}"),
            chart,
            data: Some("series.csv"),
        }));
    };
    draw(
        "hit-ratio-over-time",
        "Hit ratio over time",
        "hit ratio",
        "Means over all replications of a simulation, interval by interval; half-widths stand in its data.",
        |moment| moment.hit_ratio.map(value),
    );
    draw(
        "origin-load-over-time",
        "Origin load over time",
        "fetches per minute",
        "Misses and warm operations together, as they are sent to the origin.",
        |moment| Some(moment.misses_per_minute?.value + moment.ops_load_per_minute?.value),
    );
    if tracks
        .iter()
        .flat_map(|track| &track.moments)
        .any(|moment| expired(moment).is_some_and(|count| count > 0.0))
    {
        draw(
            "expiries-over-time",
            "Copies whose time to live ends",
            "copies per minute",
            "What was warmed together ends together, unless times to live are jittered.",
            expired,
        );
    }
    charts.extend(fates(section));
    charts
}

type Field = fn(&Moment) -> Option<f64>;

fn value(estimate: Estimate) -> f64 {
    estimate.value
}

fn expired(moment: &Moment) -> Option<f64> {
    moment.expired_per_minute.map(value)
}

fn lines(tracks: &[Track], title: &str, y_label: &str, shades: &[(f64, f64)], field: Field) -> Option<Chart> {
    let line = |track: &Track| {
        let middle = |moment: &Moment| (moment.from_s + moment.to_s) / 2.0;
        let points = track.moments.iter().filter_map(|moment| Some((middle(moment), field(moment)?)));
        Series { name: track.strategy.clone(), points: points.collect() }
    };
    let series: Vec<Series> = tracks.iter().map(line).filter(|series| series.points.len() > 1).collect();
    (!series.is_empty()).then(|| {
        Chart::Lines(Lines {
            title: title.to_owned(),
            x_label: "time, s".to_owned(),
            y_label: y_label.to_owned(),
            log_x: false,
            series,
            marks: vec![],
            shades: shades.to_vec(),
        })
    })
}

/// When a warmer is at work that is not always; stretches that touch are one.
fn windows(tracks: &[Track]) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = vec![];
    for track in tracks {
        let load = |moment: &Moment| moment.ops_load_per_minute.map_or(0.0, value);
        let peak = track.moments.iter().map(load).fold(0.0, f64::max);
        let at_work = track.moments.iter().filter(|moment| peak > 0.0 && load(moment) > AT_WORK * peak);
        let own: Vec<(f64, f64)> = at_work.map(|moment| (moment.from_s, moment.to_s)).collect();
        let time = |spans: &[(f64, f64)]| spans.iter().map(|(from, to)| to - from).sum::<f64>();
        let lasts = track.moments.iter().map(|moment| moment.to_s - moment.from_s).sum::<f64>();
        if time(&own) <= THROUGHOUT * lasts {
            all.extend(own);
        }
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut joined: Vec<(f64, f64)> = vec![];
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// What became of the warm operations of every strategy that planned any.
fn fates(section: &Section) -> Option<Named> {
    let played = section.evaluations.iter().filter(|answer| answer.engine == Engine::Simulation);
    let found: Vec<_> = played
        .filter_map(|answer| {
            Some((answer.strategy.clone(), answer.ledger.filter(|ledger| ledger.planned > 0)?.fates()))
        })
        .collect();
    let parts = (0..6).map(|nth| {
        let name = found.first().map_or("", |(_, fates)| fates[nth].0);
        (name.to_owned(), found.iter().map(|(_, fates)| fates[nth].1 as f64).collect())
    });
    (!found.is_empty()).then(|| Named {
        name: "fates".to_owned(),
        caption: "Every warm operation that was planned, in all replications: used, or not asked for before its copy was gone, wrong or \
                  without a match; failed; not needed, as the copy was there or on its way; held back by a limit; unfinished at the end."
            .to_owned(),
        chart: Chart::Stacked(Stacked {
            title: "What became of the warm operations".to_owned(),
            x_label: "share of those planned".to_owned(),
            categories: found.iter().map(|(strategy, _)| strategy.clone()).collect(),
            parts: parts.collect(),
        }),
        data: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(loads: &[f64]) -> Track {
        let moment = |(nth, load): (usize, &f64)| {
            let exact = |value: f64| Some(Estimate::exact(value));
            Moment {
                from_s: nth as f64,
                to_s: nth as f64 + 1.0,
                requests: exact(1.0),
                hits: None,
                misses: None,
                hit_ratio: None,
                delayed_hit_ratio: None,
                warm_coverage: None,
                misses_per_minute: None,
                ops_load_per_minute: exact(*load),
                expired_per_minute: None,
                origin_wait_ms: None,
                origin_utilisation: None,
            }
        };
        let moments = loads.iter().enumerate().map(moment).collect();
        Track { scenario: String::new(), strategy: String::new(), moments }
    }

    #[test]
    fn windows_join_and_leave_out_who_always_works() {
        let bursts = track(&[0.0, 9.0, 9.0, 0.0, 0.05, 9.0, 0.0, 0.0]);
        let later = track(&[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        let always = track(&[1.0; 8]);
        assert_eq!(windows(&[bursts, later, always]), [(1.0, 4.0), (5.0, 6.0)]);
        assert_eq!(windows(&[track(&[0.0; 8])]), []);
    }
}
