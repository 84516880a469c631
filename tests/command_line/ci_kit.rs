//! The kit under `ci/`: its own commands, as they stand in its files, on a repository that uses it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::{root, transcript};

/// A scenario that passes: its gate denies `prefetch-precision-low`, which its precision stays clear of.
const PASSES: &str = "precision = 0.80";
/// A precision that the gate denies.
const FAILS: &str = "precision = 0.74";

/// Another project with one scenario, in a Git repository; `ci/baseline.json` was made of that scenario.
struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { directory: tempfile::tempdir().expect("makes a directory") };
        fs::create_dir(project.path("scenarios")).expect("makes a directory");
        fs::copy(root().join("scenarios/starter.toml"), project.scenario()).expect("copies");
        fs::copy(root().join("ci/baseline.json"), project.path("baseline.json")).expect("copies");
        project.shell("sh", "git init -q . && git config user.email a@b.c && git config user.name a", &[]);
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn scenario(&self) -> PathBuf {
        self.path("scenarios/starter.toml")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("was written")
    }

    /// Puts another precision into the scenario, and gives its line.
    fn fail(&self) -> usize {
        let text = self.read("scenarios/starter.toml");
        assert_eq!(text.matches(PASSES).count(), 1);
        fs::write(self.scenario(), text.replace(PASSES, FAILS)).expect("writes");
        1 + text.lines().position(|line| line.contains(PASSES)).expect("is there")
    }

    /// Runs a script here, with the program on the path and nothing of the caller's continuous integration.
    fn shell(&self, shell: &str, script: &str, variables: &[(&str, &str)]) -> Output {
        let program = assert_cmd::cargo::cargo_bin("warmcast");
        let folders = [program.parent().expect("lies in a folder").to_owned()];
        let known = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(folders.into_iter().chain(std::env::split_paths(&known)));
        let mut words = shell.split(' ');
        Command::new(words.next().expect("is named"))
            .args(words)
            .args(["-c", script])
            .current_dir(self.directory.path())
            .env("PATH", path.expect("is a path"))
            .env_remove("GITHUB_ACTIONS")
            .env_remove("GIT_DIR")
            .envs(variables.iter().copied())
            .output()
            .expect("runs")
    }
}

fn yaml(name: &str) -> Value {
    let text = fs::read_to_string(root().join(name)).expect("reads");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("is text")
}

/// Steps of the action as a runner takes them: inputs with their defaults, each script by `bash` in the runner's way.
fn act(project: &Project, given: &[(&str, &str)]) -> Vec<Output> {
    let action = yaml("ci/github/action.yml");
    for (name, _) in given {
        assert!(action["inputs"].get(name).is_some(), "there is no input {name}");
    }
    let input = |expression: &str| -> String {
        let name = expression.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
        let name = name.unwrap_or_else(|| panic!("{expression} is no input"));
        let value = given.iter().find(|(one, _)| *one == name).map(|(_, value)| *value);
        value.unwrap_or_else(|| text(&action["inputs"][name]["default"])).to_owned()
    };
    let action_path = root().join("ci/github").display().to_string();
    let [temporary, output, summary] =
        ["temporary", "output", "summary"].map(|name| project.path(name).display().to_string());
    let mut outputs = vec![];
    for step in action["runs"]["steps"].as_array().expect("is a list") {
        assert_eq!(step["shell"], "bash");
        let environment = step.get("env").and_then(Value::as_object);
        let own: Vec<(&str, String)> = environment
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), input(text(value))))
            .collect();
        let mut variables: Vec<(&str, &str)> =
            own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        variables.extend([
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTION_PATH", &action_path),
            ("GITHUB_OUTPUT", &output),
            ("GITHUB_STEP_SUMMARY", &summary),
            ("RUNNER_TEMP", &temporary),
        ]);
        // How a runner calls `shell: bash`.
        let ran = project.shell("bash --noprofile --norc -eo pipefail", text(&step["run"]), &variables);
        let succeeds = ran.status.success();
        outputs.push(ran);
        if !succeeds {
            break;
        }
    }
    outputs
}

#[test]
fn the_action_passes_fails_annotates_and_leaves_its_files() {
    let project = Project::new();
    let passes = act(&project, &[("baseline", "baseline.json")]);
    assert_eq!(passes.len(), 2);
    let last = passes.last().expect("has steps");
    assert_eq!(last.status.code(), Some(0), "{}", transcript(last));
    assert!(project.read("summary").contains("### Claims"), "{}", project.read("summary"));

    let line = project.fail();
    let fails = act(&project, &[("baseline", "baseline.json"), ("arguments", "--tolerance 5%")]);
    let last = fails.last().expect("has steps");
    assert_eq!(last.status.code(), Some(1), "{}", transcript(last));
    let annotation =
        format!("::error file=scenarios/starter.toml,line={line},col=13,title=prefetch-precision-low::");
    assert!(transcript(last).contains(&annotation), "{}", transcript(last));
    let action = yaml("ci/github/action.yml");
    for (name, output) in action["outputs"].as_object().expect("is a table") {
        assert_eq!(text(&output["value"]), format!("${{{{ steps.check.outputs.{name} }}}}"));
        let outputs = project.read("output");
        let mut lines = outputs.lines().filter_map(|line| line.strip_prefix(&format!("{name}=")));
        let file = lines.next_back().unwrap_or_else(|| panic!("there is no output {name}"));
        assert!(fs::read_to_string(file).expect("was written").contains("prefetch-precision-low"), "{file}");
    }
    assert!(
        project.read("summary").contains("**Denied by the gate:** hybrid raises `prefetch-precision-low`")
    );

    fs::write(project.scenario(), "nonsense").expect("writes");
    let refused = act(&project, &[]);
    assert_eq!(refused.last().expect("has steps").status.code(), Some(2));
}

#[test]
fn the_action_installs_this_project_where_the_program_is_missing() {
    let action = yaml("ci/github/action.yml");
    let install = text(&action["runs"]["steps"][0]["run"]).replace("command -v warmcast", "false");
    // In place of cargo, something that tells how it was called: a real installation takes minutes.
    let told = format!("cargo() {{ printf '%s\\n' \"$@\"; }}\n{install}");
    let action_path = root().join("ci/github").display().to_string();
    let output = Project::new().shell("bash -eo pipefail", &told, &[("GITHUB_ACTION_PATH", &action_path)]);
    let words = String::from_utf8(output.stdout).expect("is text");
    let words: Vec<&str> = words.lines().collect();
    let path = words.iter().skip_while(|word| **word != "--path").nth(1).expect("names a path");
    assert_eq!(fs::canonicalize(path).expect("is there"), fs::canonicalize(root()).expect("is there"));
    assert_eq!(words[..2], ["install", "--locked"]);
}

#[test]
fn the_gitlab_job_passes_fails_and_points_at_lines() {
    let job = &yaml("ci/gitlab/warmcast.yml")["warmcast"];
    let variables: Vec<(&str, &str)> = job["variables"]
        .as_object()
        .expect("is a table")
        .iter()
        .map(|(name, value)| (name.as_str(), text(value)))
        .collect();
    let lines =
        |part: &str| -> Vec<&str> { job[part].as_array().expect("is a list").iter().map(text).collect() };
    let script = [lines("before_script"), lines("script")].concat().join("\n");
    let with_baseline = [&variables[..], &[("WARMCAST_BASELINE", "baseline.json")]].concat();
    let project = Project::new();
    let passes = project.shell("sh -e", &script, &with_baseline);
    assert_eq!(passes.status.code(), Some(0), "{}", transcript(&passes));

    let line = project.fail();
    let fails = project.shell("sh -e", &script, &with_baseline);
    assert_eq!(fails.status.code(), Some(1), "{}", transcript(&fails));
    let reports = &job["artifacts"]["reports"];
    assert!(project.read(text(&reports["junit"])).contains("type=\"prefetch-precision-low\""));
    let issues: Value = serde_json::from_str(&project.read(text(&reports["codequality"]))).expect("is JSON");
    let denied = issues.as_array().expect("is a list").iter();
    let denied = denied.filter(|issue| issue["check_name"] == "prefetch-precision-low").collect::<Vec<_>>();
    assert!(!denied.is_empty());
    for issue in denied {
        assert_eq!(issue["severity"], "major");
        assert_eq!(issue["location"]["path"], "scenarios/starter.toml");
        assert_eq!(issue["location"]["lines"]["begin"], line);
    }
    for path in lines_of(&job["artifacts"]["paths"]) {
        assert!(project.path(path).exists(), "{path}");
    }

    let without = script.replace("command -v warmcast", "false");
    let refused = project.shell("sh -e", &without, &variables);
    assert_ne!(refused.status.code(), Some(0));
    assert!(transcript(&refused).contains("WARMCAST_SOURCE"), "{}", transcript(&refused));
}

fn lines_of(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().expect("is a list").iter().map(text)
}

#[test]
fn the_hook_of_the_framework_checks_the_files_that_it_is_given() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [hook] = hooks.as_array().expect("is a list").as_slice() else { panic!("there is one hook") };
    assert_eq!(hook["language"], "rust");
    let entry = format!("{} scenarios/starter.toml", text(&hook["entry"]));
    let project = Project::new();
    let passes = project.shell("sh", &entry, &[]);
    assert_eq!(passes.status.code(), Some(0), "{}", transcript(&passes));
    project.fail();
    assert_eq!(project.shell("sh", &entry, &[]).status.code(), Some(1));
}

#[test]
fn the_plain_hook_holds_back_a_commit_by_what_is_staged() {
    let project = Project::new();
    let hook = project.path(".git/hooks/pre-commit");
    fs::create_dir_all(hook.parent().expect("lies in a folder")).expect("makes a directory");
    fs::copy(root().join("ci/pre-commit"), hook).expect("copies");
    let commit = |staged: &str| {
        let script = format!("{staged} && git commit -q --allow-empty -m x");
        project.shell("sh", &script, &[])
    };
    let nothing = commit("true");
    assert!(nothing.status.success(), "{}", transcript(&nothing));
    let passes = commit("git add scenarios");
    assert!(passes.status.success(), "{}", transcript(&passes));
    assert!(transcript(&passes).contains("check passes"), "{}", transcript(&passes));
    project.fail();
    // What is not staged is not committed, and not judged.
    assert!(commit("true").status.success());
    let fails = commit("git add scenarios");
    assert!(!fails.status.success(), "{}", transcript(&fails));
    assert!(transcript(&fails).contains("prefetch-precision-low"), "{}", transcript(&fails));
    // A scenario that claims nothing is read, and its arithmetic told.
    let starter = project.read("scenarios/starter.toml");
    let bare = &starter[..starter.find("[[claim]]").expect("has claims")];
    fs::write(project.scenario(), bare).expect("writes");
    let idle = commit("git add scenarios");
    assert!(idle.status.success(), "{}", transcript(&idle));
    // A scenario that is taken away has nothing to be checked.
    let gone = commit("git rm -q scenarios/starter.toml");
    assert!(gone.status.success(), "{}", transcript(&gone));
}

#[test]
fn the_committed_baseline_is_what_the_starter_gives_today() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let made = directory.path().join("baseline.json");
    let made_name = made.display().to_string();
    crate::answer(&["check", "scenarios/starter.toml", "-o", &made_name]);
    let committed = root().join("ci/baseline.json");
    let same = fs::read_to_string(&made).expect("reads")
        == fs::read_to_string(&committed).expect("reads").replace("\r\n", "\n");
    assert!(same, "ci/baseline.json is out of date; `just regenerate` makes it anew");
    moved_since(&committed);
}

/// Against that baseline a costlier miss is named, at the line of the strategy.
fn moved_since(baseline: &Path) {
    let directory = tempfile::tempdir().expect("makes a directory");
    let sarif = directory.path().join("check.sarif");
    let output = crate::warmcast(&[
        "check",
        "scenarios/starter.toml",
        "--set",
        "origin.miss_penalty_ms=81",
        "--baseline",
        &baseline.display().to_string(),
        "--sarif",
        &sarif.display().to_string(),
    ])
    .output()
    .expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    let log: Value = serde_json::from_str(&fs::read_to_string(sarif).expect("reads")).expect("is JSON");
    let results = log["runs"][0]["results"].as_array().expect("is a list");
    let starter = fs::read_to_string(root().join("scenarios/starter.toml")).expect("reads");
    let strategies: Vec<usize> = starter
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("[[strategy]]"))
        .map(|(nth, _)| nth + 1)
        .collect();
    let moved = results.iter().filter(|result| result["ruleId"] == "baseline-moved").collect::<Vec<_>>();
    assert!(!moved.is_empty());
    for result in moved {
        let line = result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64();
        let near = |strategy: &usize| line.is_some_and(|line| (line as usize).abs_diff(*strategy) <= 1);
        assert!(strategies.iter().any(near), "{result}");
    }
}
