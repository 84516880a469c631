//! What a simulation says of each interval, as rows and as a picture.

use std::path::PathBuf;

use evaluation::{Estimate, Provenance};
use frames::Values;
use plots::{Chart, Lines, Series};
use report::sheet::Sheet;
use sim::warming::Moment;

use crate::args::Common;
use crate::failure::Failure;
use crate::sheets::{Answer, deliver_sheet};

/// The intervals of one strategy.
pub(crate) struct Track {
    /// Scenario, with its variant if it has one.
    pub(crate) scenario: String,
    pub(crate) strategy: String,
    pub(crate) moments: Vec<Moment>,
}

/// Writes the intervals of all strategies to files.
pub(crate) fn deliver_series(
    tracks: &[Track],
    provenance: Provenance,
    outputs: &[PathBuf],
    common: &Common,
) -> Result<(), Failure> {
    let answer = Answer { sheet: &sheet(tracks), list: "series", provenance, chart: chart(tracks) };
    deliver_sheet(&answer, outputs, common)
}

pub(crate) fn sheet(tracks: &[Track]) -> Sheet {
    let rows: Vec<(&Track, &Moment)> =
        tracks.iter().flat_map(|track| track.moments.iter().map(move |moment| (track, moment))).collect();
    let text = |field: fn(&Track) -> &String| {
        Values::Text(rows.iter().map(|(track, _)| field(track).clone()).collect())
    };
    let number = |field: &dyn Fn(&Moment) -> Option<f64>| {
        Values::Number(rows.iter().map(|(_, moment)| field(moment)).collect())
    };
    let mut sheet =
        Sheet { title: "Means over all replications, interval by interval".to_owned(), ..Sheet::default() }
            .with("scenario", "scenario", 0, text(|track| &track.scenario))
            .with("strategy", "strategy", 0, text(|track| &track.strategy))
            .with("from_s", "from, s", 1, number(&|moment| Some(moment.from_s)))
            .with("to_s", "to, s", 1, number(&|moment| Some(moment.to_s)));
    type Count = fn(&Moment) -> Option<Estimate>;
    let counts: [(&str, Count); 3] = [
        ("requests", |moment| moment.requests),
        ("hits", |moment| moment.hits),
        ("misses", |moment| moment.misses),
    ];
    for (name, count) in counts {
        sheet = sheet.with(name, name, 1, number(&|moment| count(moment).map(|found| found.value)));
    }
    type Field = fn(&Moment) -> Option<Estimate>;
    let fields: [(&str, &str, &str, usize, Field); 8] = [
        ("hit_ratio", "hit_ratio_half_width", "hit ratio", 3, |moment| moment.hit_ratio),
        ("delayed_hit_ratio", "delayed_hit_ratio_half_width", "delayed", 3, |moment| {
            moment.delayed_hit_ratio
        }),
        ("warm_coverage", "warm_coverage_half_width", "coverage", 3, |moment| moment.warm_coverage),
        ("misses_per_minute", "misses_per_minute_half_width", "misses /min", 1, |moment| {
            moment.misses_per_minute
        }),
        ("ops_load_per_minute", "ops_load_per_minute_half_width", "ops /min", 1, |moment| {
            moment.ops_load_per_minute
        }),
        ("expired_per_minute", "expired_per_minute_half_width", "expired /min", 1, |moment| {
            moment.expired_per_minute
        }),
        ("origin_wait_ms", "origin_wait_ms_half_width", "origin wait, ms", 1, |moment| moment.origin_wait_ms),
        ("origin_utilisation", "origin_utilisation_half_width", "utilisation", 3, |moment| {
            moment.origin_utilisation
        }),
    ];
    for (name, half_width, title, decimals, field) in fields {
        sheet =
            sheet.with(name, title, decimals, number(&|moment| field(moment).map(|found| found.value))).with(
                half_width,
                "",
                decimals,
                number(&|moment| field(moment).and_then(|found| found.half_width)),
            );
    }
    sheet
}

/// Hit ratio over time; none where there is no line to draw.
fn chart(tracks: &[Track]) -> Option<Chart> {
    let several = tracks.iter().any(|track| track.scenario != tracks[0].scenario);
    let line = |track: &Track| {
        let middle = |moment: &Moment| (moment.from_s + moment.to_s) / 2.0;
        let points =
            track.moments.iter().filter_map(|moment| Some((middle(moment), moment.hit_ratio?.value)));
        let name = match several {
            true => format!("{}, {}", track.scenario, track.strategy),
            false => track.strategy.clone(),
        };
        Series { name, points: points.collect() }
    };
    let series: Vec<Series> = tracks.iter().map(line).filter(|series| series.points.len() > 1).collect();
    (!series.is_empty()).then(|| {
        Chart::Lines(Lines {
            title: "Hit ratio over time".to_owned(),
            x_label: "time, s".to_owned(),
            y_label: "hit ratio".to_owned(),
            log_x: false,
            series,
            marks: vec![],
            shades: vec![],
        })
    })
}
