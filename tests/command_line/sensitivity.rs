//! `warmcast sensitivity`.

use std::fs;

use serde_json::Value;

use crate::{answer, flat, refusal};

const MEMO: &str = "scenarios/weatherops_product.toml";
const STARTER: &str = "scenarios/starter.toml";

fn json(arguments: &[&str]) -> Value {
    let text = answer(&[&["sensitivity"], arguments, &["--format", "json", "--quiet"]].concat());
    serde_json::from_str(&text).expect("is JSON")
}

fn input<'a>(answer: &'a Value, key: &str) -> &'a Value {
    let inputs = answer["inputs"].as_array().expect("has inputs");
    inputs.iter().find(|input| input["input"] == key).unwrap_or_else(|| panic!("{key}: {answer}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// By hand: static's latency is h + (1 − x) 100 ms, h the hit latency and x the hot set's share, which the capacity of 0.55 leaves
/// free. Over h from 10 to 18 and x from 0.3 to 0.5 the variances are 8²/12 and 20²/12: shares of 64/464 and 400/464, at
/// every size of sample alone and in all.
#[test]
fn shares_are_those_of_a_sum_by_hand() {
    let vary = ["--vary", "cache.hit_latency_ms=10:18", "--vary", "workload.hotset_fraction=0.3:0.5"];
    let found = json(&[&[MEMO, "--engine", "screening", "--strategy", "static"], &vary[..]].concat());
    let (hit, hot) = (input(&found, "cache.hit_latency_ms"), input(&found, "workload.hotset_fraction"));
    for (input, share) in [(hit, 64.0 / 464.0), (hot, 400.0 / 464.0)] {
        for index in ["first", "total"] {
            assert!((number(&input[index]) - share).abs() < 0.01, "{index}: {input}");
            let (low, high) = (format!("{index}_low"), format!("{index}_high"));
            assert!(number(&input[low.as_str()]) < share && share < number(&input[high.as_str()]), "{input}");
        }
    }
    // 14 + 58 ms: 10 + 58 and 18 + 58 at the ends of one, 14 + 70 and 14 + 50 of the other.
    for (input, ends) in [(hit, [68.0, 76.0]), (hot, [84.0, 64.0])] {
        assert!((number(&input["at_low"]) - ends[0]).abs() < 1e-9, "{input}");
        assert!((number(&input["at_high"]) - ends[1]).abs() < 1e-9, "{input}");
        assert!((number(&input["effect"]) - (ends[1] - ends[0])).abs() < 1e-6, "{input}");
        assert!(number(&input["effect_deviation"]) < 1e-6, "{input}");
    }
    assert_eq!(found["inputs"][0]["input"], "workload.hotset_fraction", "that which matters most is first");
}

/// By hand: predicting a share A costs A (1 − P) 200 ms and saves A 100 ms, so that it pays above a precision of 1/2.
#[test]
fn a_flip_lies_where_it_is_by_hand_and_is_flagged_where_it_is_near() {
    let at = |precision: &str| {
        let set = format!("predictor.precision={precision}");
        let sets = ["--set", "origin.warm_cost_ms=200", "--set", &set];
        json(&[&[MEMO, "--engine", "screening", "--vary", "predictor.precision=0.3:0.9"], &sets[..]].concat())
    };
    for (own, near) in [("0.53", true), ("0.47", true), ("0.6", false), ("0.74", false)] {
        let found = at(own);
        let flip = number(&input(&found, "predictor.precision")["flips_at"]);
        assert!((flip - 0.5).abs() < 1e-5, "{own}: {found}");
        let flags = found["flags"].as_array().expect("is a list");
        assert_eq!(flags.iter().any(|flag| flag["code"] == "decision-near-flip"), near, "{own}: {found}");
    }
    // The same is said of the scenario where it is compared, with no ranges.
    for (own, near) in [("0.53", true), ("0.6", false)] {
        let set = format!("predictor.precision={own}");
        let arguments =
            ["predict", MEMO, "--engine", "screening", "--set", "origin.warm_cost_ms=200", "--set", &set];
        assert_eq!(answer(&arguments).contains("decision-near-flip"), near, "{own}");
    }
}

#[test]
fn every_number_that_is_stated_varies_by_a_share_of_itself() {
    let found = json(&[STARTER, "--samples", "16", "--within", "10%"]);
    let rate = input(&found, "workload.request_rate_per_minute");
    assert_eq!(
        (number(&rate["low"]), number(&rate["high"]), rate["unit"].as_str()),
        (45.0, 55.0, Some("/s"))
    );
    let recall = input(&found, "predictor.recall");
    assert_eq!((number(&recall["own"]), number(&recall["low"])), (0.7, 0.63));
    let count = found["inputs"].as_array().expect("is a list").len();
    let text = fs::read_to_string(crate::root().join(STARTER)).expect("reads");
    let head = text.split("[[strategy]]").next().expect("begins somehow");
    let stated = head.lines().filter(|line| line.contains(" = ") && !line.starts_with(['#', 'd'])).count();
    assert_eq!(count, stated);
}

#[test]
fn a_table_fits_a_terminal_and_a_picture_is_drawn() {
    insta::assert_snapshot!(answer(&[
        "sensitivity",
        STARTER,
        "--engine",
        "screening",
        "--set",
        "origin.warm_cost_ms=300"
    ]));
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let outputs = [at("a.svg"), at("a.png"), at("a.csv"), at("a.md"), at("a.json")];
    let mut arguments = vec!["sensitivity", STARTER, "--engine", "screening"];
    outputs.iter().for_each(|output| arguments.extend(["-o", output]));
    answer(&arguments);
    let svg = fs::read_to_string(&outputs[0]).expect("reads");
    assert!(svg.contains("predictor.precision") && svg.contains("lead of predictive"));
    let alone =
        answer(&["sensitivity", STARTER, "--engine", "screening", "--format", "csv", "--threads", "1"]);
    assert_eq!(fs::read_to_string(&outputs[2]).expect("reads"), alone, "on any number of threads");
}

#[test]
fn a_simulation_can_be_asked() {
    let found = json(&[
        "scenarios/deploy.toml",
        "--engine",
        "simulation",
        "--replications",
        "1",
        "--samples",
        "2",
        "--set",
        "simulation.duration_s=20s",
        "--set",
        "simulation.measure_from_s=0s",
        "--set",
        "cache.restart_at_s=[]",
        "--vary",
        "origin.miss_penalty_ms=40:80",
        "--strategy",
        "demand",
    ]);
    let penalty = input(&found, "origin.miss_penalty_ms");
    assert!(number(&penalty["at_low"]) < number(&penalty["at_high"]), "{found}");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let refused = |more: &[&str]| flat(&refusal(&[&["sensitivity", MEMO], more].concat()));
    assert!(refused(&["--vary", "predictor.precision=0.1,0.2"]).contains("needs a range without a step"));
    assert!(refused(&["--vary", "predictor.precision=0.5:2"]).contains("not a fraction"));
    assert!(refused(&["--vary", "predictor.accuracy=0:1"]).contains("unknown key `accuracy`"));
    assert!(
        refused(&["--vary", "predictor.precision=0:1", "--vary", "predictor.precision=0:1"])
            .contains("varied twice")
    );
    assert!(refused(&["--strategy", "hope"]).contains("there is no such strategy"));
    assert!(refused(&["--within", "0"]).contains("above 0 and below 1"));
    assert!(refused(&["--replications", "3"]).contains("of no use to"));
    assert!(refused(&["--rank-by", "queue-peak"]).contains("does not tell it"));
}

/// An origin of eight exponential servers at 60 ms answers 133.3 misses a second, a third of the 400 requests: where hits are
/// fewer than two thirds, misses wait without end. At an exponent of 0.5 the 40,000 most popular of 200,000 keys have
/// sqrt(0.2) = 0.45 of the requests, and no cache of that size has more.
#[test]
fn where_there_is_no_answer_there_are_no_shares_and_it_says_where() {
    let unstable = ["scenarios/deploy.toml", "--vary", "workload.zipf_exponent=0.5:1", "--samples", "8"];
    let found = json(&unstable);
    let exponent = input(&found, "workload.zipf_exponent");
    assert!(exponent["at_low"].is_null() && exponent["at_high"].is_number(), "{exponent}");
    assert!(exponent["total"].is_null(), "{exponent}");
    let told = flat(&answer(&[&["sensitivity", "--quiet"], &unstable[..]].concat()));
    let says = ["renewal has no latency of static at", "workload.zipf_exponent at 0.5 leads there by itself"];
    assert!(says.iter().all(|said| told.contains(said)), "{told}");
}

/// By hand, as above: predicting saves less than its over-fetch costs below a precision of 1/2, where static is ahead.
#[test]
fn one_strategy_can_be_held_against_another() {
    let pair = ["--strategy", "predictive", "--against", "static"];
    let sets = ["--set", "origin.warm_cost_ms=200", "--set", "predictor.precision=0.4"];
    let vary = ["--vary", "predictor.precision=0.3:0.9"];
    let text =
        answer(&[&["sensitivity", MEMO, "--engine", "screening"], &pair[..], &sets[..], &vary[..]].concat());
    // A = 0.13: 0.13 (100 − 0.6 · 200) = −2.6 ms.
    assert!(text.contains("predictive is behind static by 2.6 ms"), "{text}");
    assert!(text.contains(" 0.5 ") && text.contains("+10.4") && text.contains("-5.2"), "{text}");
    let refused = flat(&refusal(&["sensitivity", MEMO, "--strategy", "static", "--against", "static"]));
    assert!(refused.contains("held against itself"));
}
