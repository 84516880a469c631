//! Traces from files and standard input: which format, which columns, what was passed over.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use report::sheet::counted;
use sha2::{Digest, Sha256};
use trace::format::{FORMATS, Format, Head, ORACLE_GENERAL_RECORD};
use trace::{
    Compression, Fault, LoadError, Operations, Options, Passed, Reader, Rules, Source, Stream, Wrong,
};

use crate::args::Common;
use crate::failure::Failure;
use crate::files::{complain, is_stdin, is_stdout, resolved, shown_name};
use crate::progress::Progress;
use crate::spans::duration;

/// How to read a trace.
#[derive(Debug, Clone, PartialEq, ClapArgs)]
#[command(next_help_heading = "Reading the trace")]
pub(crate) struct ReadArgs {
    /// Column of a field, FIELD=COLUMN[:UNIT]; `-` leaves it out. Fields: time, key, size, ttl, op, hit, latency, cost
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Layout of an access log, as in nginx' log_format: '$remote_addr - [$time_local] "$request" …'
    #[arg(long, value_name = "LAYOUT")]
    pub log_format: Option<String>,
    /// Requests that count: those that read, or all that name a key and do not delete it
    #[arg(long, value_enum, default_value_t = Ops::Reads)]
    pub ops: Ops,
    /// How late a request may be (2s), as in logs written when answers end; it counts as at the time of the one ahead
    #[arg(long, value_name = "DURATION")]
    pub late: Option<String>,
    /// Bad records to pass over; one more ends the run
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub skip_bad: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Ops {
    Reads,
    All,
}

impl Default for ReadArgs {
    /// As the format says, nothing passed over.
    fn default() -> Self {
        Self { map: vec![], log_format: None, ops: Ops::Reads, late: None, skip_bad: 0 }
    }
}

impl ReadArgs {
    /// Which requests to take.
    pub(crate) fn rules(&self) -> Result<Rules, Failure> {
        let operations = match self.ops {
            Ops::Reads => Operations::Reads,
            Ops::All => Operations::Accesses,
        };
        let late = self.late.as_deref().map_or(Ok(0), |text| duration("--late", text))?;
        Ok(Rules { operations, late, as_they_stand: false })
    }
}

/// A trace, opened.
pub(crate) struct Opened {
    /// Its requests.
    pub(crate) stream: Stream,
    /// What to call it.
    pub(crate) name: String,
    /// The same, with the format if that was named.
    pub(crate) written: String,
    /// Its format, how that was found out, and the compression.
    pub(crate) told: String,
    /// Requests to expect; 0 where nobody knows.
    pub(crate) expected: usize,
    /// Whether times are in the order of the file.
    as_they_stand: bool,
}

/// Opens `PATH`, `FORMAT:PATH` or `-`.
pub(crate) fn open(trace: &Path, args: &ReadArgs, common: &Common) -> Result<Opened, Failure> {
    open_with(trace, args, args.rules()?, common)
}

/// The same, with every request whatever it does.
pub(crate) fn open_all(trace: &Path, args: &ReadArgs, common: &Common) -> Result<Opened, Failure> {
    let rules = Rules { operations: Operations::All, ..args.rules()? };
    open_with(trace, args, rules, common)
}

/// The same, with the requests that rules take.
pub(crate) fn open_with(
    trace: &Path,
    args: &ReadArgs,
    rules: Rules,
    common: &Common,
) -> Result<Opened, Failure> {
    let (wanted, path) = split(trace);
    let name = shown_name(&path);
    let written = match trace.to_str().filter(|_| wanted.is_some()) {
        Some(text) => text.to_owned(),
        None => name.clone(),
    };
    let options = options(args)?;
    let how = if wanted.is_some() { "as told" } else { "recognised" };
    let wrong = |wrong: Wrong| Failure::usage(&format!("{name}: {}", wrong.message), &wrong.help);
    let with = |reader: Box<dyn Reader>, told: String, expected: usize| {
        let stream = Stream::new(reader, rules, args.skip_bad);
        // A thread of its own reads ahead, unless there shall be one alone.
        let stream = if common.threads == Some(1) { stream } else { stream.in_background() };
        let as_they_stand = rules.as_they_stand;
        Opened { stream, told, expected, as_they_stand, name: name.clone(), written: written.clone() }
    };
    let (raw, size) = raw(&path)?;
    let bar = Progress::bytes(common, size);
    let source = Source::open(Watched { raw, bar, read: 0 }).map_err(|error| Failure::read(&path, error))?;
    if matches!(wanted, Some(Named::Parquet)) || wanted.is_none() && parquet::sniff(&source.head) {
        let reader = parquet::open(&path, &options)?.map_err(wrong)?;
        return Ok(with(reader, format!("parquet, {how}"), 0));
    }
    let bytes = source.head.clone();
    let head = Head { bytes: &bytes, whole: source.whole, name: &name };
    let layout = args.log_format.is_some();
    let known = match wanted {
        Some(Named::Format(known)) if layout && known.name != ACCESS_LOG => {
            let message = format!("--log-format describes an access log, and {} is none", known.name);
            return Err(Failure::usage(&message, "leave out one of the two"));
        }
        None if layout => trace::format::named(ACCESS_LOG).map_or_else(|| recognised(&head, &name), Ok)?,
        Some(Named::Format(known)) => known,
        _ => recognised(&head, &name)?,
    };
    let compression = source.compression;
    let reader = (known.open)(source.content(), &options, &head).map_err(wrong)?;
    let packed = match compression {
        Compression::None => String::new(),
        packed => format!(", {}", packed.name()),
    };
    let binary = known.name == "oracle-general" && compression == Compression::None;
    let expected = if binary { size as usize / ORACLE_GENERAL_RECORD } else { 0 };
    Ok(with(reader, format!("{}, {how}{packed}", known.name), expected))
}

/// The format that a layout describes.
const ACCESS_LOG: &str = "access-log";

/// How files begin that are no traces, and what they are.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ\0", "packed with xz"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "packed with gzip twice"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
];

/// A format that the user named.
#[derive(Clone, Copy)]
enum Named {
    Format(&'static Format),
    Parquet,
}

impl Opened {
    /// What went wrong while reading, with the name of the trace.
    pub(crate) fn failed(&self, error: LoadError) -> Failure {
        match error {
            LoadError::Fault(fault) => faulty(&self.name, &fault),
            LoadError::Keys(error) => {
                Failure::usage(&format!("{}: {error}", self.name), "take a sample of it")
            }
        }
    }

    /// Says on stderr how the trace was read and what was passed over.
    pub(crate) fn tell(&self, common: &Common, found: &[String], passed: &Passed) {
        if !common.quiet {
            complain(&format!("{}: {}\n", self.name, self.told));
            for one in found {
                complain(&format!("  {one}\n"));
            }
            if passed.left_out > 0 {
                let left_out = counted(passed.left_out, "request");
                complain(&format!("  {left_out} left out for not reading (--ops all takes them)\n"));
            }
            if passed.late > 0 && !self.as_they_stand {
                let late = counted(passed.late, "request");
                complain(&format!("  {late} came late, taken as at the time of the one ahead\n"));
            }
        }
        // What is missing from the answer is said even where nothing else is.
        if passed.bad > 0 {
            let first = passed.first.first().map_or(String::new(), |fault| format!("; the first: {fault}"));
            let bad = counted(passed.bad, "bad record");
            complain(&format!("{}: {bad} passed over{first}\n", self.name));
        }
    }

    /// Refuses a trace without requests.
    pub(crate) fn refuse_empty(&self, requests: u64) -> Result<(), Failure> {
        match requests {
            0 => Err(Failure::usage(
                &format!("{} has no requests", self.name),
                "name a trace with at least one",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether a path names a format of traces, FORMAT:FILE.
pub(crate) fn names_format(trace: &Path) -> bool {
    split(trace).0.is_some()
}

/// The file that a trace names, and the format ahead of it if one is named.
pub(crate) fn path_and_format(trace: &Path) -> (Option<&'static str>, PathBuf) {
    let (named, path) = split(trace);
    let name = named.map(|named| match named {
        Named::Format(format) => format.name,
        Named::Parquet => "parquet",
    });
    (name, path)
}

/// Opens a file that is no trace, packed or not, and what to call it.
pub(crate) fn source(path: &Path) -> Result<(Source, String), Failure> {
    let (raw, _) = raw(path)?;
    let source = Source::open(raw).map_err(|error| Failure::read(path, error))?;
    Ok((source, shown_name(path)))
}

/// Whether a trace is standard input, which can be read once.
pub(crate) fn names_stdin(trace: &Path) -> bool {
    is_stdin(&split(trace).1)
}

/// SHA-256 of the file, for provenance; none for what cannot be read twice.
pub(crate) fn digest(path: &Path) -> Result<Option<String>, Failure> {
    let (_, path) = split(path);
    // A pipe cannot be read again.
    if is_stdin(&path) || !path.is_file() {
        return Ok(None);
    }
    let failed = |error| Failure::read(&path, error);
    let mut file = File::open(&path).map_err(failed)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            read => digest.update(&buffer[..read]),
        }
    }
    Ok(Some(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Refuses to write over the trace that is read.
pub(crate) fn refuse_overwriting(trace: &Path, outputs: &[PathBuf]) -> Result<(), Failure> {
    let (_, path) = split(trace);
    let same =
        |output: &&PathBuf| !is_stdin(&path) && !is_stdout(output) && resolved(output) == resolved(&path);
    match outputs.iter().find(same) {
        Some(output) => {
            let message = format!("{} is the trace itself, which the answer would replace", output.display());
            Err(Failure::usage(&message, "write to another file"))
        }
        None => Ok(()),
    }
}

/// A fault of the trace `name`.
pub(crate) fn faulty(name: &str, fault: &Fault) -> Failure {
    Failure::usage(&format!("{name}: {fault}"), &fault.wrong.help)
}

/// What of the arguments changes the answer, as it is written.
pub(crate) fn canonical(read: &ReadArgs) -> String {
    let mut text = String::new();
    for map in &read.map {
        text.push_str(&format!(" --map {map}"));
    }
    if let Some(layout) = &read.log_format {
        text.push_str(&format!(" --log-format '{layout}'"));
    }
    if read.ops == Ops::All {
        text.push_str(" --ops all");
    }
    if let Some(late) = &read.late {
        text.push_str(&format!(" --late {late}"));
    }
    if read.skip_bad > 0 {
        text.push_str(&format!(" --skip-bad {}", read.skip_bad));
    }
    text
}

/// `PATH` or `FORMAT:PATH` as seen from a folder.
pub(crate) fn below(folder: &Path, trace: &Path) -> PathBuf {
    match trace.to_str().and_then(|text| text.split_once(':')) {
        Some((name, path)) if split(trace).0.is_some() => {
            let mut named = std::ffi::OsString::from(format!("{name}:"));
            named.push(folder.join(path));
            named.into()
        }
        _ if is_stdin(trace) => trace.to_owned(),
        _ => folder.join(trace),
    }
}

/// A format that is named, and the path behind it.
fn split(trace: &Path) -> (Option<Named>, PathBuf) {
    let named = trace.to_str().and_then(|text| text.split_once(':'));
    let known = |name: &str| match name {
        "parquet" => Some(Named::Parquet),
        _ => trace::format::named(name).map(Named::Format),
    };
    match named.and_then(|(name, path)| known(name).map(|known| (known, path))) {
        Some((named, path)) => (Some(named), PathBuf::from(path)),
        None => (None, trace.to_owned()),
    }
}

fn recognised(head: &Head, name: &str) -> Result<&'static Format, Failure> {
    if head.bytes.is_empty() {
        return Err(Failure::usage(&format!("{name} is empty"), "name a trace with at least one request"));
    }
    if let Some((_, what)) = FOREIGN.iter().find(|(start, _)| head.bytes.starts_with(start)) {
        return Err(Failure::usage(&format!("{name} is {what}"), "unpack or convert it first"));
    }
    trace::format::sniffed(head).ok_or_else(|| {
        let known: Vec<_> = FORMATS.iter().map(|format| format.name).chain(["parquet"]).collect();
        Failure::usage(
            &format!("{name}: the format is not recognised"),
            &format!("name it, FORMAT:PATH, with one of {}", known.join(", ")),
        )
    })
}

/// What a reader has to know of the arguments.
pub(crate) fn options(args: &ReadArgs) -> Result<Options, Failure> {
    let mut options = Options { log_format: args.log_format.clone(), ..Options::default() };
    for text in &args.map {
        let Some((field, column)) = text.split_once('=').filter(|(_, column)| !column.is_empty()) else {
            return Err(Failure::usage(
                &format!("--map {text} does not say which column"),
                "write FIELD=COLUMN, such as time=when or key=3",
            ));
        };
        if options.map.insert(field.to_owned(), column.to_owned()).is_some() {
            return Err(Failure::usage(&format!("--map names {field} twice"), "write it once"));
        }
    }
    Ok(options)
}

fn raw(path: &Path) -> Result<(Box<dyn Read + Send>, u64), Failure> {
    if is_stdin(path) {
        return Ok((Box::new(std::io::stdin()), 0));
    }
    if path.is_dir() {
        return Err(Failure::usage(&format!("{} is a directory", path.display()), "name a file in it"));
    }
    let failed = |error| Failure::read(path, error);
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    Ok((Box::new(file), size))
}

/// Parquet, which polars reads.
#[cfg(feature = "frames")]
mod parquet {
    use super::{Failure, File, Options, Path, Reader, Wrong, is_stdin};

    pub(super) use crate::parquet_trace::sniff;

    pub(super) fn open(path: &Path, options: &Options) -> Result<Result<Box<dyn Reader>, Wrong>, Failure> {
        if is_stdin(path) {
            return Err(Failure::usage(
                "Parquet cannot be read from a stream",
                "its index is at the end: name a file",
            ));
        }
        let file = File::open(path).map_err(|error| Failure::read(path, error))?;
        Ok(crate::parquet_trace::open(file, options))
    }
}

#[cfg(not(feature = "frames"))]
mod parquet {
    use super::{Failure, Options, Path, Reader, Wrong};

    pub(super) fn sniff(head: &[u8]) -> bool {
        head.starts_with(b"PAR1")
    }

    pub(super) fn open(_: &Path, _: &Options) -> Result<Result<Box<dyn Reader>, Wrong>, Failure> {
        Err(Failure::usage(
            "this build has no Parquet",
            "build with the feature `frames`, or convert it to CSV",
        ))
    }
}

/// Moves a progress bar with the bytes that are read.
struct Watched {
    raw: Box<dyn Read + Send>,
    bar: Progress,
    read: u64,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.raw.read(buffer)?;
        self.read += read as u64;
        self.bar.at(self.read);
        Ok(read)
    }
}
