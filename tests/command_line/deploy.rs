//! The job files under `deploy/`: their own commands, as a scheduler starts them, on shards of which one is killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{SHORT, answer, kill_after, root};

/// A sweep of some seconds, with a value that has a space in it.
fn sweep() -> Vec<&'static str> {
    let more = [
        "--replications",
        "4",
        "--set",
        "cache.ttl_s='90 min'",
        "--vary",
        "workload.zipf_exponent=0.6:1.1:0.1",
    ];
    [&SHORT[..], &more[..]].concat()
}

const SHARDS: usize = 3;

/// How a scheduler starts a shard, the first being 1.
type Start = Box<dyn Fn(usize, &Path) -> Command>;

fn command(words: &[&str]) -> Command {
    let program = assert_cmd::cargo::cargo_bin("warmcast");
    let folder = program.parent().expect("lies in a folder").to_owned();
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&known)));
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(root()).env("PATH", path.expect("is a path")).stdout(Stdio::null());
    command
}

fn slurm() -> Start {
    Box::new(|shard, out| {
        let mut command = command(&[&["bash", "deploy/slurm.sbatch"], &sweep()[..]].concat());
        command
            .env("SLURM_ARRAY_TASK_ID", shard.to_string())
            .env("SHARDS", SHARDS.to_string())
            .env("OUT", out);
        command
    })
}

fn kubernetes() -> Start {
    let text = fs::read_to_string(root().join("deploy/kubernetes.yaml")).expect("reads");
    let job: Value = serde_saphyr::from_str(&text).expect("is YAML");
    let spec = &job["spec"];
    let container = &spec["template"]["spec"]["containers"][0];
    assert_eq!(spec["completionMode"], "Indexed");
    let shards = container["env"][0]["value"].as_str().expect("is text");
    assert_eq!([spec["completions"].to_string(), spec["parallelism"].to_string()], [shards, shards]);
    let texts = |key: &str| -> Vec<String> {
        let list = container[key].as_array().expect("is a list").iter();
        list.map(|word| word.as_str().expect("is text").to_owned()).collect()
    };
    // Its own options stand behind the scenario; here are others.
    let words: Vec<String> = texts("command").into_iter().chain(texts("args").into_iter().take(2)).collect();
    Box::new(move |shard, out| {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(sweep()).collect();
        let mut command = command(&words);
        // Indexes begin with 0.
        command
            .env("JOB_COMPLETION_INDEX", (shard - 1).to_string())
            .env("SHARDS", SHARDS.to_string())
            .env("OUT", out);
        command
    })
}

/// One shard is killed as soon as it has kept a part, then all are run, that one again.
fn shared_among(start: &Start, directory: &Path) {
    kill_after(&mut start(1, directory), directory, 1);
    let mut all: Vec<_> =
        (1..=SHARDS).map(|shard| start(shard, directory).spawn().expect("starts")).collect();
    assert!(all.iter_mut().all(|shard| shard.wait().expect("ends").success()));
}

#[test]
fn shards_started_by_a_scheduler_join_to_the_bytes_of_one_run() {
    let place = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| -> PathBuf { place.path().join(name) };
    let whole = at("whole.csv").display().to_string();
    answer(&[&["sweep"], &sweep()[..], &["-o", &whole]].concat());
    for (name, start) in [("slurm", slurm()), ("kubernetes", kubernetes())] {
        shared_among(&start, &at(name));
        let joined = at(&format!("{name}.csv")).display().to_string();
        answer(&["merge", &at(name).display().to_string(), "-o", &joined]);
        assert!(
            fs::read(&joined).expect("reads") == fs::read(&whole).expect("reads"),
            "{name} gives other bytes"
        );
    }
}
