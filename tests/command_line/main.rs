//! The program as its users meet it: commands, messages, files.
#![allow(clippy::disallowed_methods, reason = "tests look at what the program wrote")]

mod advise;
mod audit;
mod batch;
mod browser;
mod calibrate;
mod check;
#[cfg(unix)]
mod ci_kit;
#[cfg(unix)]
mod deploy;
mod describe;
mod hostile;
mod invalid;
mod key_files;
mod plan;
mod predict;
mod readme;
mod replay;
mod reports;
mod runbook;
mod sensitivity;
mod simulate;
mod simulate_trace;
mod sweep;
mod sweep_findings;
mod sweep_parts;
mod trace_files;
mod validate;

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use assert_cmd::Command;

/// The program, started in the project's root with nothing of the caller's environment that it reads.
fn warmcast(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("warmcast").expect("is built");
    command.current_dir(root()).env_remove("GITHUB_ACTIONS").env_remove("NO_COLOR").args(arguments);
    command
}

/// A scenario whose simulation lasts two minutes, and nothing restarts.
const SHORT: [&str; 9] = [
    "scenarios/deploy.toml",
    "--engine",
    "simulation",
    "--set",
    "simulation.duration_s=2m",
    "--set",
    "simulation.measure_from_s=0s",
    "--set",
    "cache.restart_at_s=[]",
];

/// The project's root.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run printed and how it ended, in one text.
fn transcript(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("prints UTF-8").replace("\r\n", "\n");
    let code = output.status.code().expect("ends by itself");
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

/// Standard output of a run that answers.
fn answer(arguments: &[&str]) -> String {
    let output = warmcast(arguments).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    String::from_utf8(output.stdout).expect("prints UTF-8").replace("\r\n", "\n")
}

/// Standard error of a run that has no answer; nothing may have been printed.
fn refusal(arguments: &[&str]) -> String {
    let output = warmcast(arguments).output().expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
    assert!(output.stdout.is_empty(), "{}", transcript(&output));
    String::from_utf8(output.stderr).expect("prints UTF-8").replace("\r\n", "\n")
}

/// A message without the line breaks and bars of its layout.
fn flat(message: &str) -> String {
    message.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Files below a directory, sorted, hidden ones included.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.expect("lists").path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Starts a process that keeps parts of a sweep, and kills it as soon as there are so many of them.
fn kill_after(command: &mut std::process::Command, directory: &Path, parts: usize) {
    let is_part = |path: &&PathBuf| path.extension().is_some_and(|end| end == "csv");
    let kept = || files_below(directory).iter().filter(is_part).count();
    let mut child = command.spawn().expect("starts");
    let begun = Instant::now();
    while kept() < parts {
        assert!(begun.elapsed() < Duration::from_secs(120), "no parts are kept");
        if child.try_wait().expect("can be asked").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    // On Unix this is SIGKILL, which no program can hear.
    let _ = child.kill();
    child.wait().expect("ends");
}
