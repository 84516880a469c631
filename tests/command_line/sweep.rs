//! `warmcast sweep`.

use std::fs;

use crate::{answer, flat, refusal};

const MEMO: &str = "scenarios/weatherops_product.toml";

#[test]
fn a_small_grid_has_one_tidy_row_a_point_and_strategy() {
    insta::assert_snapshot!(answer(&[
        "sweep",
        MEMO,
        "--vary",
        "predictor.precision=0.7:0.8:0.05",
        "--vary",
        "workload.churn_per_hour=0.1,0.4",
    ]));
}

/// A key that acts on the closed form directly takes a shorter way than one that needs the scenario resolved; both
/// must give the same bytes. `mean_object_bytes` changes nothing, so varying it too forces the longer way.
#[test]
fn the_direct_way_gives_what_resolving_gives() {
    let direct = answer(&[
        "sweep",
        MEMO,
        "--vary",
        "predictor.recall=0:1:0.1",
        "--vary",
        "thresholds.min_recall=0.2,0.9",
    ]);
    let resolved = answer(&[
        "sweep",
        MEMO,
        "--vary",
        "predictor.recall=0:1:0.1",
        "--vary",
        "thresholds.min_recall=0.2,0.9",
        "--vary",
        "workload.mean_object_bytes=1KiB",
    ]);
    let without_last_axis: Vec<String> = resolved
        .lines()
        .map(|line| line.replace(",1KiB,", ",").replace(",workload.mean_object_bytes", ""))
        .collect();
    assert_eq!(direct.lines().collect::<Vec<_>>(), without_last_axis);
}

#[test]
fn values_with_units_and_rails_of_one_strategy_can_be_varied() {
    let found = answer(&["sweep", MEMO, "--vary", "workload.request_rate_per_minute=1/s,2/s"]);
    assert!(found.lines().nth(1).is_some_and(|line| line.starts_with("1/s,predictive")), "{found}");
    let found = answer(&[
        "sweep",
        MEMO,
        "--set",
        "predictor.precision=0.76",
        "--vary",
        "strategy.hybrid.rails.clamp_share=0,1",
    ]);
    let hybrid: Vec<_> = found.lines().filter(|line| line.contains(",hybrid,")).collect();
    assert!(hybrid[0].contains(",72.0,") && hybrid[1].contains(",59."), "{found}");
}

#[test]
fn an_extension_chooses_the_format_and_a_summary_is_printed() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let grid = ["sweep", MEMO, "--vary", "predictor.precision=0:1:0.1", "--rank-by", "score"];
    let summary = answer(&[&grid[..], &["-o", &at("grid.csv")]].concat());
    assert!(summary.starts_with("11 points in ") && summary.contains("predictive"), "{summary}");
    assert_eq!(fs::read_to_string(at("grid.csv")).expect("reads"), answer(&grid));
    if cfg!(feature = "frames") {
        answer(&[&grid[..], &["-o", &at("grid.parquet")]].concat());
        let bytes = fs::read(at("grid.parquet")).expect("reads");
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    }
    assert!(
        flat(&refusal(&[&grid[..], &["-o", &at("grid.xlsx")]].concat()))
            .contains("does not say in which format")
    );
}

#[test]
fn a_point_that_is_no_scenario_is_refused_before_anything_is_written() {
    let refused = |vary: &str| flat(&refusal(&["sweep", MEMO, "--vary", vary]));
    assert!(refused("predictor.precision=0:2:0.5").contains("not a fraction"));
    assert!(refused("workload.churn_per_hour=0.5,1.5").contains("takes churn from 0 to 1"));
    assert!(refused("predictor.accuracy=0:1:0.5").contains("unknown key `accuracy`"));
    assert!(refused("predictor.precision=0:1:0.3").contains("not the upper end"));
}
