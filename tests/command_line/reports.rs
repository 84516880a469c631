//! `warmcast report`, and the reports that are committed.

use std::fs;

use crate::{answer, files_below, flat, refusal, root};

/// Holds a fresh report to the committed one.
fn is_committed(arguments: &[&str], command: &str) {
    let directory = tempfile::tempdir().expect("makes a directory");
    let out = directory.path().display().to_string();
    answer(&[&["report", "--quiet", "-o", &out], arguments].concat());
    let fresh = files_below(directory.path());
    assert!(fresh.len() >= 8, "{fresh:?}");
    for path in fresh {
        let name = path.strip_prefix(directory.path()).expect("is below");
        let committed = root().join("reports").join(name);
        let old = fs::read(&committed).unwrap_or_else(|error| panic!("{}: {error}", committed.display()));
        let new = fs::read(&path).expect("reads");
        let text = ["html", "md", "csv", "json", "svg"]
            .iter()
            .any(|kind| path.extension().is_some_and(|e| e == *kind));
        let out_of_date = format!("{} is out of date; run: {command}", committed.display());
        if text {
            let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
            assert!(plain(&old) == plain(&new), "{out_of_date}");
        } else if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert!(old == new, "{out_of_date}");
        }
    }
}

#[test]
fn the_committed_report_is_the_one_that_a_newcomer_gets() {
    is_committed(&[], "cargo run -- report");
}

#[test]
fn every_scenario_has_a_committed_report_that_is_current() {
    let scenarios = fs::read_dir(root().join("scenarios")).expect("lists");
    let mut names: Vec<String> = scenarios
        .map(|entry| entry.expect("lists").file_name().to_string_lossy().into_owned())
        // The manual has a value for every key, and asks nothing.
        .filter(|name| name.ends_with(".toml") && name != "reference.toml")
        .collect();
    names.sort();
    assert!(names.len() >= 7, "{names:?}");
    let regenerate = fs::read_to_string(root().join("justfile")).expect("reads");
    for name in names {
        let path = format!("scenarios/{name}");
        let command = format!("cargo run -- report {path}");
        assert!(regenerate.contains(&command), "`just regenerate` leaves out {path}");
        is_committed(&[&path], &command);
    }
}

#[test]
fn every_picture_has_data_beside_it_from_which_it_can_be_drawn_again() {
    for page in files_below(&root().join("reports")).iter().filter(|path| path.ends_with("index.html")) {
        let html = fs::read_to_string(page).expect("reads");
        let figures: Vec<&str> = html.split("<figure id=\"").skip(1).collect();
        assert!(!figures.is_empty(), "{}", page.display());
        for figure in figures {
            let caption = figure.split("<figcaption>").nth(1).expect("has a caption");
            let name = caption.split("<a href=\"").nth(1).and_then(|rest| rest.split('"').next());
            let data = page.with_file_name(name.expect("leads to its data"));
            let rows = fs::read_to_string(&data).expect("reads").lines().count();
            assert!(rows > 1, "{}", data.display());
        }
    }
}

/// Simulated: predictive and static are even between precisions of 0.12 and 0.15 (see the break-evens of the renewal engine).
#[test]
fn the_map_by_formulas_for_a_real_cache_changes_sides_where_a_simulation_does() {
    let path = root().join("reports/weatherops_product/winner-by-latency-renewal.csv");
    let csv = fs::read_to_string(path).expect("reads");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("predictor precision,\"churn, per hour\",best"));
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let precision: f64 = cells[0].parse().expect("is a number");
        if precision <= 0.12 {
            assert_eq!(cells[2], "static", "{line}");
        } else if precision >= 0.16 {
            assert_eq!(cells[2], "predictive", "{line}");
        }
    }
}

#[test]
fn a_folder_of_scenarios_gets_a_page_that_leads_to_each() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    fs::create_dir(directory.path().join("in")).expect("makes a directory");
    for name in ["starter", "session_restart"] {
        let file = format!("{name}.toml");
        fs::copy(root().join("scenarios").join(&file), directory.path().join("in").join(&file))
            .expect("copies");
    }
    answer(&["report", &at("in"), "-o", &at("out"), "--replications", "0"]);
    let index = fs::read_to_string(directory.path().join("out/index.html")).expect("reads");
    for (name, said) in [("starter", "best at"), ("session_restart", "fail")] {
        assert!(index.contains(&format!("href=\"{name}/index.html\"")) && index.contains(said), "{index}");
        assert!(directory.path().join("out").join(name).join("index.html").exists());
    }
    fs::create_dir(directory.path().join("empty")).expect("makes a directory");
    assert!(flat(&refusal(&["report", &at("empty")])).contains("there is no scenario in"));
}

#[test]
fn a_report_is_played_as_often_as_was_asked() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let out = directory.path().display().to_string();
    let starter = "scenarios/starter.toml";
    let files = |replications: &str| {
        answer(&["report", starter, "-o", &out, "--replications", replications]);
        fs::read_to_string(directory.path().join("starter/results.csv")).expect("reads")
    };
    assert!(!files("0").contains(",simulation,"));
    assert!(files("2").contains(",simulation,"));
    let series = fs::read_to_string(directory.path().join("starter/series.csv")).expect("reads");
    assert!(series.lines().count() > 10, "{series}");
    // More than anybody would want to wait for without having asked.
    let set = ["--set", "simulation.duration_s=10000h"];
    answer(&[&["report", starter, "-o", &out][..], &set].concat());
    let page = fs::read_to_string(directory.path().join("starter/report.md")).expect("reads");
    assert!(page.contains("Not played"), "{page}");
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
    let unplayed = ["-o", &out, "--replications", "0"];
    answer(&[&["report", memo, "scenarios/reference.toml"], &unplayed[..]].concat());
    // The variant that nobody asked for by name is the scenario.
    assert!(directory.path().join("reference/index.html").exists());
    answer(&[&["report", "scenarios/reference.toml", "--variant", "all"], &unplayed[..]].concat());
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
