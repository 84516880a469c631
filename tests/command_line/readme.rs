//! Every command of the README does what the README shows.

use std::fs;
use std::path::Path;

use crate::{root, transcript};

/// A `console` block: commands, each with the output that the README shows, if it shows any.
fn commands(markdown: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = vec![];
    let mut inside = false;
    for line in markdown.lines() {
        match (inside, line) {
            (false, "```console") => inside = true,
            (true, "```") => inside = false,
            (true, line) => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
                (None, None) => panic!("output without a command: {line}"),
            },
            (false, _) => {}
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes a directory");
    for path in crate::files_below(from) {
        let target = to.join(path.strip_prefix(from).expect("is below"));
        fs::create_dir_all(target.parent().expect("has a parent")).expect("makes a directory");
        fs::copy(path, target).expect("copies");
    }
}

#[test]
fn every_command_of_the_readme_runs_and_prints_what_it_shows() {
    let readme = fs::read_to_string(root().join("README.md")).expect("reads").replace("\r\n", "\n");
    let directory = tempfile::tempdir().expect("makes a directory");
    for folder in ["scenarios", "traces"] {
        copy(&root().join(folder), &directory.path().join(folder));
    }
    let commands = commands(&readme);
    assert!(commands.len() >= 6, "{commands:?}");
    let (mut ran, mut tests) = (0, 0);
    for (command, shown) in commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        let (arguments, target) = match words.as_slice() {
            ["cargo", "run", "--", rest @ ..] | ["warmcast", rest @ ..] => (rest, None),
            // The tests themselves, and an installation, cannot run inside a test; CI runs the first.
            ["cargo", "test"] => {
                let ci = fs::read_to_string(root().join(".ci/run")).expect("reads");
                assert!(ci.lines().any(|line| line == "cargo test"), ".ci/run does not run `cargo test`");
                tests += 1;
                continue;
            }
            ["cargo", "install", "--path", "."] => continue,
            _ => panic!("the README shows a command that no test knows: {command}"),
        };
        let (arguments, target) = match arguments {
            [arguments @ .., ">", file] => (arguments, Some(*file)),
            _ => (arguments, target),
        };
        let output = assert_cmd::Command::cargo_bin("warmcast")
            .expect("is built")
            .current_dir(directory.path())
            .args(arguments)
            .output()
            .expect("runs");
        assert_ne!(output.status.code(), Some(2), "{command}\n{}", transcript(&output));
        let stdout = String::from_utf8(output.stdout).expect("is UTF-8").replace("\r\n", "\n");
        match target {
            Some(file) => fs::write(directory.path().join(file), stdout).expect("writes"),
            None => same(&command, &shown, &stdout.replace('\\', "/")),
        }
        ran += 1;
    }
    assert!(ran >= 6 && tests == 1, "{ran} commands ran");
}

/// The README may leave out parts of an output, each behind a line of three dots.
fn same(command: &str, shown: &str, printed: &str) {
    let matches = match shown.split("...\n").collect::<Vec<_>>().as_slice() {
        [start, parts @ .., end] => printed.strip_prefix(start).is_some_and(|rest| {
            let rest = parts.iter().try_fold(rest, |rest, part| Some(rest.split_once(part)?.1));
            rest.is_some_and(|rest| rest.ends_with(end))
        }),
        _ => shown.is_empty() || shown == printed,
    };
    assert!(matches, "{command} prints\n{printed}\nbut the README shows\n{shown}");
}
