//! `warmcast plan --runbook`: the operational page, its figures, and what it refuses.

use std::fs;

use crate::{answer, flat, refusal};

const SCENARIOS: [&str; 8] = [
    "deploy",
    "market_symbols",
    "memory_aware_warmup",
    "origin_protected_service",
    "reference",
    "session_restart",
    "starter",
    "weatherops_product",
];

fn runbook(scenario: &str, more: &[&str]) -> String {
    let path = format!("scenarios/{scenario}.toml");
    answer(&[&["plan", &path, "--runbook"][..], more].concat())
}

fn has(page: &str, lines: &[&str]) {
    lines.iter().for_each(|line| assert!(page.contains(line), "no {line:?} in {page}"));
}

#[test]
fn the_page_of_a_deploy() {
    insta::assert_snapshot!(runbook("deploy", &[]));
}

/// Eight servers of 60 ms answer 133.3/s of 400. A hit ratio H leaves 400 (1 − H) misses; a part f of the fleet that is empty
/// adds 400 f H, so f = (133.3 / 400 − (1 − H)) / H: with H = 0.8215 it is 0.1885, of 20 instances 3, in ⌈20 / 3⌉ rounds.
/// 17,597 keys at 20/s take 880 s; in batches of 100 with 50 ms in between 176 of 110 ms, 19.4 s.
#[test]
fn figures_of_a_deploy_are_worked_by_hand() {
    has(
        &runbook("deploy", &[]),
        &[
            "| the origin answers | 133 misses/s |",
            "Empty caches send it 400, warm ones 71.4: so at most 18.8 % of the instances",
            "| 20 | 3 | 7 | 20 | 1 |",
            "| 5 | not even one | – | 5 | 1 |",
            "| static | 20 | 14 min 40 s |",
            "| restart-recent | any | 19.4 s |",
            "let in 33 % of the traffic at first",
            "| `capacity-cache` | **raised** ",
        ],
    );
}

#[test]
fn what_nothing_says_is_unknown() {
    let page = runbook("weatherops_product", &[]);
    has(
        &page,
        &[
            "| finished | unknown: nothing says what the origin can take |",
            "| the origin answers | unknown |",
            "How many instances may restart at a time is unknown",
            "| a cache is lost without a plan | shed load where the origin becomes slow |",
            "- What the origin can take (`origin.servers`, `origin.cap_per_minute`)",
            "- `cache.capacity_fraction = ",
        ],
    );
    let page = runbook("origin_protected_service", &[]);
    has(&page, &["How a restart goes has no closed form", "renewal: No closed form for scheduled, "]);
}

#[test]
fn rails_and_owners_are_those_of_the_scenario() {
    let page = runbook("reference", &[]);
    has(
        &page,
        &[
            "cautious: stops above 2000 ms, goes on below 500 ms or after 5 min 0 s; lately-popular: nothing stops it",
            "cautious: stops at a pressure of 90 %, goes on below 80 %",
            // 50 at once and the other 336 at 50/s.
            "| cautious | 50 | 6.72 s | 10 | 1,000 | 5 min 0 s | 1 |",
            "| 1:00–5:00 | 52.2 |",
            "| precision below 0.75 | 0.8 | static |",
            "a rail by itself in cautious; owner of the predictor",
        ],
    );
    has(&runbook("origin_protected_service", &[]), &["**stays stopped until somebody starts it**"]);
    has(&runbook("weatherops_product", &[]), &["| the gate, before it ships; "]);
}

/// A line of a table that follows anything but another or a blank one would be part of a paragraph.
#[test]
fn every_table_stands_by_itself() {
    for scenario in SCENARIOS {
        let page = runbook(scenario, &[]);
        let lines: Vec<&str> = page.lines().collect();
        for pair in lines.windows(2) {
            let [before, line] = [pair[0], pair[1]];
            assert!(
                !line.starts_with('|') || before.is_empty() || before.starts_with('|'),
                "{scenario}: {line}"
            );
            assert!(!line.starts_with("## ") || before.is_empty(), "{scenario}: {line}");
            assert!(!line.is_empty() || !before.is_empty(), "{scenario}: two blank lines after {before}");
        }
        let columns = |line: &str| line.replace(r"\|", "").matches('|').count();
        let tables = lines.split(|line| !line.starts_with('|'));
        assert!(tables.into_iter().all(|rows| rows.iter().all(|row| columns(row) == columns(rows[0]))));
    }
}

#[test]
fn commands_on_the_page_repeat_what_was_typed() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let snapshot = directory.path().join("counts.csv");
    fs::write(&snapshot, "key,count\nhot,60\ncold,12\n").expect("writes");
    let snapshot = snapshot.display().to_string();
    let page = runbook(
        "starter",
        &["--snapshot", &snapshot, "--horizon", "1h", "--set", "cache.ttl_s=300", "--keys", "1"],
    );
    has(
        &page,
        &[
            &format!(
                "`warmcast plan scenarios/starter.toml --snapshot {snapshot} --set cache.ttl_s=300 --keys 1 --horizon 1h --utilization 0.8 -o plan.csv`"
            ),
            "`warmcast check scenarios/starter.toml --set cache.ttl_s=300`",
            "| keys to warm | 1 of 2, for which 83.3 % of the requests ask |",
            "those of the scenario's own keys",
        ],
    );
}

#[test]
fn a_page_goes_to_one_file_of_markdown() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("runbook.md").display().to_string();
    assert_eq!(runbook("starter", &["-o", &path]), "");
    assert_eq!(fs::read_to_string(&path).expect("reads"), runbook("starter", &[]));
    assert_eq!(runbook("starter", &["--format", "markdown"]), runbook("starter", &["-o", "-"]));
    let refused = |more: &[&str]| {
        flat(&refusal(&[&["plan", "scenarios/starter.toml", "--runbook"][..], more].concat()))
    };
    assert!(refused(&["--format", "json"]).contains("a runbook is Markdown help: leave --format out"));
    assert!(refused(&["-o", "x.csv"]).contains("end the name of the file in .md"));
    assert!(refused(&["-o", "x.md", "-o", "y.md"]).contains("a runbook is one file"));
    let trace = "traces/cloudphysics_io.oracleGeneral.bin.gz";
    let told = flat(&refusal(&["plan", trace, "--capacity", "10%", "--runbook"]));
    assert!(
        told.contains("a runbook is of a scenario") && told.contains("name one beside --trace"),
        "{told}"
    );
}
