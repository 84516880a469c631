//! `warmcast report`, and the reports that are committed.

use std::fs;

use crate::{answer, files_below, flat, refusal, root};

#[test]
fn the_committed_report_is_the_one_that_a_newcomer_gets() {
    let directory = tempfile::tempdir().expect("makes a directory");
    answer(&["report", "-o", &directory.path().display().to_string()]);
    let fresh = files_below(directory.path());
    assert!(fresh.len() >= 10, "{fresh:?}");
    for path in fresh {
        let name = path.strip_prefix(directory.path()).expect("is below");
        let committed = root().join("reports").join(name);
        let old = fs::read(&committed).unwrap_or_else(|error| panic!("{}: {error}", committed.display()));
        let new = fs::read(&path).expect("reads");
        let text = ["html", "md", "csv", "json", "svg"]
            .iter()
            .any(|kind| path.extension().is_some_and(|e| e == *kind));
        if text {
            let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            assert!(
                plain(&old) == plain(&new),
                "{} is out of date; run: cargo run -- report",
                committed.display()
            );
        } else if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert!(old == new, "{} is out of date; run: cargo run -- report", committed.display());
        }
    }
}

#[test]
fn a_page_is_self_contained() {
    let page = fs::read_to_string(root().join("reports/weatherops_product/index.html")).expect("reads");
    assert!(page.contains("default-src 'none'"), "has a strict content security policy");
    for outside in ["http://", "https://", "src=\"", "@import", "url("] {
        assert!(!page.contains(outside), "the page refers to {outside}");
    }
    for shown in ["predictive", "low-steady-hit-rate", "How far to trust it", "inferred", "<svg", "holds"] {
        assert!(page.contains(shown), "the page does not show {shown}");
    }
}

#[test]
fn text_of_a_scenario_cannot_break_out_of_the_page() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let text = fs::read_to_string(root().join("scenarios/weatherops_product.toml")).expect("reads");
    let evil = text.replace("name = \"weatherops_product\"", "name = \"<script>alert(1)</script>\"");
    fs::write(at("evil.toml"), evil.replace("\"the table's static latency", "\"<img src=x> `<b>`"))
        .expect("writes");
    answer(&["report", &at("evil.toml"), "-o", &at("out")]);
    let page = files_below(&directory.path().join("out"))
        .into_iter()
        .find(|path| path.ends_with("index.html"))
        .expect("is there");
    let page = fs::read_to_string(page).expect("reads");
    // There is one script of its own, and the policy lets no other run.
    assert!(page.matches("<script").count() == 1 && !page.contains("<img") && !page.contains("<b>`"));
    assert!(page.contains("script-src 'sha256-") && !page.contains("alert(1)</script"));
    assert!(page.contains("&lt;script&gt;"));
}

#[test]
fn two_scenarios_of_one_name_do_not_overwrite_each_other() {
    let memo = "scenarios/weatherops_product.toml";
    let directory = tempfile::tempdir().expect("makes a directory");
    let out = directory.path().display().to_string();
    assert!(
        flat(&refusal(&["report", memo, memo, "-o", &out])).contains("are both called `weatherops_product`")
    );
    assert!(files_below(directory.path()).is_empty());
    answer(&["report", memo, "scenarios/reference.toml", "-o", &out]);
    // The variant that nobody asked for by name is the scenario.
    assert!(directory.path().join("reference/index.html").exists());
    answer(&["report", "scenarios/reference.toml", "--variant", "all", "-o", &out]);
    assert!(directory.path().join("reference.pessimistic/index.html").exists());
}

#[test]
fn a_scenario_without_a_predictor_has_a_report() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let text = "[workload]\nrequest_rate_per_minute = 0\nhotset_fraction = 0\nchurn_per_hour = 0\n[cache]\n\
        capacity_fraction = 0\nhit_latency_ms = 0\n[origin]\nmiss_penalty_ms = 0\nwarm_cost_ms = 0\n";
    fs::write(at("nothing.toml"), text).expect("writes");
    answer(&["report", &at("nothing.toml"), "-o", &at("out")]);
    assert!(directory.path().join("out/nothing/strategies.png").exists());
}
