//! Sweeps that break off, go on, and are shared among processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{SHORT, answer, files_below, flat, kill_after, refusal, root, warmcast};

const DEPLOY: &str = "scenarios/deploy.toml";

/// A simulation of some seconds, of 12 points.
fn slow() -> Vec<&'static str> {
    let vary = ["--vary", "workload.zipf_exponent=0.6:1.1:0.1", "--vary", "workload.churn_per_hour=0.1,0.3"];
    [&["sweep"], &SHORT[..], &["--replications", "4"], &vary[..]].concat()
}

/// Formulas at 130 points: blocks of two.
const FAST: [&str; 8] = [
    "sweep",
    DEPLOY,
    "--engine",
    "renewal",
    "--vary",
    "workload.zipf_exponent=1.00:1.64:0.01",
    "--vary",
    "workload.churn_per_hour=0.1,0.3",
];

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("makes a directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

/// Starts the program and kills it as soon as it has kept so many parts.
fn killed(arguments: &[&str], directory: &Path, parts: usize) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("warmcast"));
    command.current_dir(root()).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    kill_after(&mut command, directory, parts);
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bytes() {
    let place = Place::new();
    answer(&[&slow()[..], &["-o", &place.at("whole.csv")]].concat());
    let whole = fs::read(place.path("whole.csv")).expect("reads");
    assert!(!place.path("whole.csv.parts").exists());
    for (name, parts) in [("one.csv", 1), ("two.csv", 5), ("three.csv", 9)] {
        let output = place.at(name);
        let run = [&slow()[..], &["-o", &output]].concat();
        let directory = place.path(&format!("{name}.parts"));
        killed(&run, &directory, parts);
        assert!(!place.path(name).exists(), "it was too fast to be killed");
        assert!(flat(&refusal(&run)).contains("add --resume to go on"));
        let before: Vec<_> = files_below(&directory)
            .iter()
            .map(|path| fs::metadata(path).and_then(|it| it.modified()).ok())
            .collect();
        assert!(!before.is_empty());
        answer(&[&run[..], &["--resume"]].concat());
        assert!(fs::read(place.path(name)).expect("reads") == whole, "{name} has other bytes");
        assert!(!directory.exists());
    }
}

#[test]
fn parts_of_another_sweep_are_not_taken_for_its_own() {
    let place = Place::new();
    let shard =
        |more: &[&str]| [&FAST[..], &["--shard", "1/2", "-o", &place.at("parts")], more].concat().join(" ");
    answer(&shard(&[]).split(' ').collect::<Vec<_>>());
    let refused = |more: &[&str]| flat(&refusal(&shard(more).split(' ').collect::<Vec<_>>()));
    assert!(refused(&["--seed", "2"]).contains("holds parts of another sweep: seed 1 there, 2 here"));
    assert!(refused(&["--set", "cache.hit_latency_ms=3"]).contains("another sweep: command"));
    assert!(refused(&["--vary", "cache.hit_latency_ms=3,4"]).contains("another sweep: command"));
}

#[test]
fn shards_killed_and_repeated_join_to_the_bytes_of_one_run() {
    let place = Place::new();
    let name = if cfg!(feature = "frames") { "whole.parquet" } else { "whole.csv" };
    let summary = answer(&[&slow()[..], &["-o", &place.at(name)]].concat());
    let whole = fs::read(place.path(name)).expect("reads");
    for count in [1, 3] {
        let directory = place.at(&format!("shards{count}"));
        let run = |nth: usize| -> Vec<String> {
            let shard = format!("{nth}/{count}");
            [&slow()[..], &["--shard", &shard, "-o", &directory]]
                .concat()
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        let words = run(1);
        killed(&words.iter().map(String::as_str).collect::<Vec<_>>(), Path::new(&directory), 1);
        assert!(flat(&refusal(&["merge", &directory])).contains("points are missing"));
        let mut processes: Vec<_> = (1..=count)
            .map(|nth| {
                let mut command = Command::new(assert_cmd::cargo::cargo_bin("warmcast"));
                command.current_dir(root()).args(run(nth)).stdout(Stdio::null()).spawn().expect("starts")
            })
            .collect();
        assert!(processes.iter_mut().all(|process| process.wait().expect("ends").success()));
        // A shard that is run twice does no harm.
        let again = run(count);
        answer(&again.iter().map(String::as_str).collect::<Vec<_>>());
        let joined = format!("{count}.{name}");
        let told = answer(&["merge", &directory, "-o", &place.at(&joined)]);
        assert_eq!(told.replace(&joined, name), summary);
        assert!(fs::read(place.path(&joined)).expect("reads") == whole, "{count} shards give other bytes");
    }
}

#[test]
fn a_merge_says_what_is_amiss() {
    let place = Place::new();
    let directory = place.at("parts");
    for shard in ["1/2", "2/2"] {
        answer(&[&FAST[..], &["--quiet", "--shard", shard, "-o", &directory]].concat());
    }
    let merged = answer(&["merge", &directory]);
    assert_eq!(merged, answer(&[&FAST[..], &["--quiet"]].concat()), "in one run, without parts");
    let parts: Vec<PathBuf> = files_below(Path::new(&directory))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "csv"))
        .collect();
    let text = fs::read_to_string(&parts[3]).expect("reads");
    let amiss = || {
        let output = place.at("out.csv");
        let message = flat(&refusal(&["merge", &directory, "-o", &output]));
        assert!(!Path::new(&output).exists());
        message
    };
    let with = |other: &str| {
        fs::write(&parts[3], other).expect("writes");
        let message = amiss();
        fs::write(&parts[3], &text).expect("writes");
        message
    };
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.join("\n") + "\n";
    assert!(with(&joined(&lines[..lines.len() - 1])).contains("it ends before point 7"));
    assert!(
        with(&joined(&[&lines[..2], &lines[1..]].concat())).contains("twice"),
        "{}",
        joined(&[&lines[..2], &lines[1..]].concat())
    );
    assert!(
        with(&joined(&[&lines[..], &lines[lines.len() - 1..]].concat())).contains("goes on behind point 7")
    );
    assert!(with(&text.replace("static", "statics")).contains("there is no strategy `statics`"));
    assert!(with(&text.replace("hit_ratio", "hits")).contains("columns"));
    assert!(with("").contains("does not begin with the number of a point"));
    assert!(with(&joined(&[&lines[..1], &lines[2..]].concat())).contains("line"));

    fs::remove_file(&parts[3]).expect("removes");
    assert!(amiss().contains("2 of 130 points are missing, from point 6 on"));
    fs::write(&parts[3], &text).expect("writes");
    let copy = Path::new(&directory).join("copy.csv");
    fs::write(&copy, &text).expect("writes");
    assert!(amiss().contains("point 6 is there twice"));
    fs::write(&copy, text.replace("0.", "1.")).expect("writes");
    assert!(amiss().contains("differ, and both begin with point 6"));
    fs::remove_file(&copy).expect("removes");
    assert_eq!(answer(&["merge", &directory]), merged);
    assert!(flat(&refusal(&["merge", &place.at("nowhere")])).contains("holds no parts of a sweep"));
    fs::write(Path::new(&directory).join("sweep.json"), "{}").expect("writes");
    assert!(amiss().contains("sweep.json"));
}

#[test]
fn a_file_in_place_of_a_directory_and_shards_that_do_not_exist_are_refused() {
    let place = Place::new();
    fs::write(place.path("file.csv"), "kept").expect("writes");
    let refused = |more: &[&str]| flat(&refusal(&[&FAST[..], more].concat()));
    assert!(refused(&["--shard", "1/2", "-o", &place.at("file.csv")]).contains("-o names a directory"));
    assert_eq!(fs::read(place.path("file.csv")).expect("reads"), b"kept");
    for shard in ["0/2", "3/2", "1", "a/b", "1/0"] {
        assert!(refused(&["--shard", shard, "-o", &place.at("d")]).contains("write I/N"), "{shard}");
    }
    assert!(refused(&["--resume"]).contains("needs a file to go on with"));
    let output = warmcast(&[&FAST[..], &["--shard", "1/2"]].concat()).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
}
