//! The page in a real browser, where there is one: it sorts, tells, fits, and asks nobody for anything.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::answer;

/// Listens before anything else runs.
const LISTEN: &str = r#"<script nonce="test">
window.heard = [];
const hear = (what) => window.heard.push(String(what));
addEventListener("error", (event) => hear(event.message));
addEventListener("unhandledrejection", (event) => hear(event.reason));
addEventListener("securitypolicyviolation", (event) => hear(event.violatedDirective + " " + event.blockedURI));
for (const level of ["error", "warn"]) console[level] = hear;
</script>"#;

/// Does what a reader does, and writes down what comes of it.
const READ: &str = r##"<script nonce="test">{
const table = document.querySelector("table");
const titles = [...table.tHead.rows[0].cells];
const nth = titles.findIndex((title) => title.textContent.startsWith("latency"));
const column = () => [...table.tBodies[0].rows].map((row) => row.cells[nth].textContent);
const button = titles[nth].querySelector("button");
const found = { before: column() };
button.click();
found.up = column();
found.sorted = titles[nth].getAttribute("aria-sort");
button.click();
found.down = column();
const tip = document.getElementById("tip");
const point = (element, name) => element.dispatchEvent(new MouseEvent(name, { bubbles: true }));
const told = document.querySelector("#strategies .told");
point(told, "mouseover");
found.tip = tip.hidden ? null : tip.textContent;
point(told, "mouseout");
found.gone = tip.hidden;
// A window that nobody looks at gets no event of focus.
const focused = document.querySelector("#latency-against-precision .told");
focused.focus();
focused.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
found.focused = tip.hidden ? null : tip.textContent;
document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
found.escaped = tip.hidden;
const chip = document.querySelector(".chip.flag");
point(chip, "mouseover");
found.flag = tip.textContent;
found.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
found.heard = window.heard;
found.width = [document.documentElement.scrollWidth, innerWidth];
found.paper = getComputedStyle(document.body).backgroundColor;
const out = document.createElement("pre");
out.id = "found";
out.textContent = JSON.stringify(found);
document.body.append(out);
}</script>"##;

fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("BROWSER_FOR_TESTS").map(PathBuf::from);
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let known = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    named.or_else(|| known.into_iter().find(|path| path.is_file()))
}

fn read(browser: &Path, page: &Path, width: u32, dark: bool) -> Value {
    let profile = tempfile::tempdir().expect("makes a directory");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},900"));
    if dark {
        command.arg("--blink-settings=preferredColorScheme=0");
    }
    let output = command.arg(format!("file://{}", page.display())).output().expect("starts");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let found =
        found.unwrap_or_else(|| panic!("the page was not read: {}", String::from_utf8_lossy(&output.stderr)));
    let text = found.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn numbers(column: &Value) -> Vec<f64> {
    let cells = column.as_array().expect("is a list").iter();
    // Behind a number may stand its half-width.
    let number = |cell: &Value| cell.as_str().and_then(|text| text.split_whitespace().next()?.parse().ok());
    cells.map(|cell| number(cell).unwrap_or_else(|| panic!("{cell} is no number"))).collect()
}

#[test]
fn a_page_sorts_tells_fits_and_asks_nobody() {
    let Some(browser) = browser() else {
        eprintln!("skipped: there is no Chromium; name one in BROWSER_FOR_TESTS");
        return;
    };
    let directory = tempfile::tempdir().expect("makes a directory");
    answer(&["report", "-o", &directory.path().display().to_string()]);
    let page = directory.path().join("weatherops_product/index.html");
    let text = std::fs::read_to_string(&page).expect("reads");
    assert!(!text.contains("http-equiv=\"refresh\"") && !text.contains("src=\"http"));
    // The policy knows the script of the page by its digest; those of this test it has to be told of.
    let text = text.replacen("script-src ", "script-src 'nonce-test' ", 1);
    let watched = text.replacen("<head>", &format!("<head>{LISTEN}"), 1).replacen(
        "</body>",
        &format!("{READ}</body>"),
        1,
    );
    let page = directory.path().join("watched.html");
    std::fs::write(&page, watched).expect("writes");

    let mut papers = vec![];
    for (width, dark) in [(1280, false), (500, false), (1280, true), (500, true)] {
        let found = read(&browser, &page, width, dark);
        let before = numbers(&found["before"]);
        let mut sorted = before.clone();
        sorted.sort_by(f64::total_cmp);
        assert_ne!(before, sorted, "two engines, each best first");
        assert_eq!(numbers(&found["up"]), sorted);
        sorted.reverse();
        assert_eq!(numbers(&found["down"]), sorted);
        assert_eq!(found["sorted"], "ascending");
        assert_eq!(found["tip"], "predictive, screening: 59.1 (expected latency, ms)");
        assert_eq!((&found["gone"], &found["escaped"]), (&Value::Bool(true), &Value::Bool(true)));
        let focused = found["focused"].as_str().expect("a tip is shown");
        assert!(focused.starts_with("predictor precision 0.0") && focused.contains("static 72"), "{focused}");
        assert!(found["flag"].as_str().is_some_and(|told| told.ends_with('.')), "{found}");
        assert_eq!(found["heard"], serde_json::json!([]), "errors on the console");
        assert_eq!(found["requests"], serde_json::json!([]), "requests to somebody");
        let [content, window] = [0, 1].map(|nth| found["width"][nth].as_u64().expect("is a number"));
        assert!(content <= window, "{content} of {window} pixels");
        papers.push(found["paper"].to_string());
    }
    assert!(papers[0] == papers[1] && papers[2] == papers[3] && papers[0] != papers[2], "{papers:?}");
}
