//! `warmcast sweep`.

use std::fs;

use crate::{SHORT, answer, flat, refusal};

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
    assert!(found.lines().nth(1).is_some_and(|line| line.starts_with("0,1/s,predictive")), "{found}");
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

/// Fields of a CSV line by the names in its header.
fn field<'a>(header: &str, line: &'a str, name: &str) -> &'a str {
    let place = header.split(',').position(|column| column == name).expect("has the column");
    line.split(',').nth(place).expect("has the field")
}

#[test]
fn a_curve_takes_its_keys_together() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let curve = "predictor.precision,predictor.recall\n0.9,0.2\n0.6,0.5\n0.3,0.8\n";
    fs::write(at("curve.csv"), curve).expect("writes");
    let found =
        answer(&["sweep", MEMO, "--curve", &at("curve.csv"), "--vary", "workload.churn_per_hour=0.1,0.4"]);
    let header = found.lines().next().expect("has a header");
    let pairs: std::collections::BTreeSet<String> = found
        .lines()
        .skip(1)
        .map(|line| {
            let get = |name| field(header, line, name);
            format!("{} {}", get("predictor.precision"), get("predictor.recall"))
        })
        .collect();
    assert_eq!(pairs.into_iter().collect::<Vec<_>>(), ["0.3 0.8", "0.6 0.5", "0.9 0.2"]);
    assert_eq!(found.lines().count(), 1 + 3 * 2 * 4);

    let refused = |text: &str| {
        fs::write(at("curve.csv"), text).expect("writes");
        flat(&refusal(&["sweep", MEMO, "--curve", &at("curve.csv")]))
    };
    assert!(refused("predictor.precision,predictor.recall\n0.9\n").contains("line 2"));
    assert!(
        refused("predictor.precision,predictor.recall\n0.9,\n").contains("no value for predictor.recall")
    );
    assert!(refused("predictor.precision\n0.9\n0.9\n").contains("line 3 repeats an earlier one"));
    assert!(refused("predictor.precision\n").contains("there are no rows"));
    assert!(refused("predictor.precision\n1.5\n").contains("not a fraction"));
    assert!(refused("predictor.accuracy\n0.5\n").contains("unknown key `accuracy`"));
}

/// Independent of what a Latin hypercube is made of: each of n equal parts of each range holds one of n points.
#[test]
fn a_latin_hypercube_has_one_point_in_every_part_of_every_range() {
    let sample =
        ["--vary", "predictor.precision=0:1", "--vary", "predictor.recall=0.2:0.7", "--points", "50"];
    let found = answer(&[&["sweep", MEMO, "--design", "lhs"], &sample[..]].concat());
    let header = found.lines().next().expect("has a header");
    for (name, low, high) in [("predictor.precision", 0.0, 1.0), ("predictor.recall", 0.2, 0.7)] {
        let mut parts: Vec<usize> = found
            .lines()
            .skip(1)
            .step_by(4)
            .map(|line| field(header, line, name).parse::<f64>().expect("is a number"))
            .map(|value| ((value - low) / (high - low) * 50.0) as usize)
            .collect();
        parts.sort_unstable();
        assert_eq!(parts, (0..50).collect::<Vec<_>>(), "{name}");
    }
    let other = answer(&[&["sweep", MEMO, "--design", "lhs", "--seed", "2"], &sample[..]].concat());
    assert_ne!(found, other);
    let sobol = answer(&[&["sweep", MEMO, "--design", "sobol"], &sample[..]].concat());
    assert_eq!(sobol.lines().count(), 201);
}

#[test]
fn designs_that_cannot_be_laid_out_are_refused() {
    let refused = |more: &[&str]| flat(&refusal(&[&["sweep", MEMO], more].concat()));
    let span = "predictor.precision=0:1";
    assert!(refused(&["--vary", span]).contains("a grid needs a step"));
    assert!(refused(&["--vary", span, "--design", "sobol"]).contains("needs to know how many points"));
    assert!(
        refused(&["--vary", "predictor.precision=0,1", "--points", "9"])
            .contains("a grid has as many points")
    );
    assert!(
        refused(&["--vary", span, "--design", "lhs", "--points", "0"]).contains("0 points cannot be sampled")
    );
    assert!(
        refused(&["--vary", "predictor.precision=0:2", "--design", "lhs", "--points", "9"])
            .contains("not a fraction")
    );
    assert!(
        refused(&["--vary", "predictor.precision=0,1", "--vary", "predictor.precision=0.5"])
            .contains("varied twice")
    );
    assert!(refused(&["--vary", span, "--replications", "3"]).contains("of no use to screening"));
    assert!(
        refused(&["--vary", "workload.churn_per_hour=0.1,0.2", "--engine", "renewal", "--rank-by", "score"])
            .contains("renewal does not tell it")
    );
}

#[test]
fn precision_and_recall_on_two_axes_are_remarked_upon() {
    let vary = ["sweep", MEMO, "--vary", "predictor.precision=0,1", "--vary", "predictor.recall=0,1"];
    let told = |more: &[&str]| {
        let output = crate::warmcast(&[&vary[..], more].concat()).output().expect("runs");
        String::from_utf8(output.stderr).expect("is text")
    };
    assert!(told(&[]).contains("--curve"), "{}", told(&[]));
    assert_eq!(told(&["--quiet"]), "");
}

/// A cost that nothing but the bill reads changes nothing else, so points differ only by what is varied.
#[test]
fn every_point_of_a_simulation_has_the_same_random_numbers() {
    let vary = ["--replications", "2", "--vary", "thresholds.max_prefetch_load_share=0.1,0.2"];
    let found = answer(&[&["sweep"], &SHORT[..], &vary[..]].concat());
    let header = found.lines().next().expect("has a header");
    let rows = |point: &str| -> Vec<(String, String, String)> {
        let mine = found.lines().skip(1).filter(|line| field(header, line, "point") == point);
        let get = |line, name| field(header, line, name).to_owned();
        mine.map(|line| (get(line, "strategy"), get(line, "hit_ratio"), get(line, "expected_latency_ms")))
            .collect()
    };
    assert!(!rows("0").is_empty());
    assert_eq!(rows("0"), rows("1"));
}

#[test]
fn an_engine_says_in_a_sweep_what_it_says_of_a_scenario() {
    let memo = ["--vary", "workload.churn_per_hour=0.1,0.3", "--engine", "renewal"];
    let found = answer(&[&["sweep", "scenarios/deploy.toml", "--quiet"], &memo[..]].concat());
    let header = found.lines().next().expect("has a header");
    let alone = answer(&[
        "predict",
        "scenarios/deploy.toml",
        "--engine",
        "renewal",
        "--set",
        "workload.churn_per_hour=0.3",
        "--format",
        "json",
    ]);
    let alone: serde_json::Value = serde_json::from_str(&alone).expect("is JSON");
    let evaluations = alone["evaluations"].as_array().expect("has evaluations");
    let at_one: Vec<&str> =
        found.lines().skip(1).filter(|line| field(header, line, "point") == "1").collect();
    assert!(!at_one.is_empty() && at_one.len() == evaluations.len(), "{found}");
    for (line, evaluation) in at_one.iter().zip(evaluations) {
        assert_eq!(Some(field(header, line, "strategy")), evaluation["strategy"].as_str());
        for name in ["hit_ratio", "expected_latency_ms", "origin_load_per_minute"] {
            let value: f64 = field(header, line, name).parse().expect("is a number");
            assert_eq!(Some(value), evaluation["metrics"][name]["value"].as_f64(), "{name}: {evaluation}");
        }
    }
}
