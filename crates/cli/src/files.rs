//! Files in and out: text with clear complaints, output written whole or not at all.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use frames::{CsvSink, Sink, Table};
use scenario::Place;
use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Name of a path in messages; `-` is standard input.
pub(crate) fn shown_name(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether a path stands for standard output: `-`, or the device of that name, which a shell may have redirected.
pub(crate) fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

/// Where a path leads: links followed, whether or not the file exists yet.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let led = std::fs::read_link(path).map(|link| path.parent().unwrap_or(Path::new("")).join(link));
    let path = led.unwrap_or_else(|_| path.to_owned());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::canonicalize(&path).unwrap_or_else(|_| match (std::fs::canonicalize(parent), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.clone(),
    })
}

/// The extension of a path, in lower case.
pub(crate) fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Reads a whole text file, or standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let mut bytes = vec![];
    let read = if is_stdin(path) {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else if path.is_dir() {
        return Err(Failure::usage(&format!("{} is a directory", path.display()), "name a file in it"));
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::read(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bad = error.as_bytes()[valid];
        let text: Arc<str> = String::from_utf8_lossy(error.as_bytes()).into();
        let place = Place { source: shown_name(path).into(), text, span: valid..valid + 1 };
        Failure::at(Some(place), &format!("byte 0x{bad:02x} is not UTF-8 text"), "save the file as UTF-8")
    })
}

/// Prints to standard error; where that is gone, nobody is there to be told.
pub(crate) fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints an answer.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::Io { what: "cannot write to standard output".to_owned(), error })
}

/// Prints an answer, or writes it to a file; `-` is standard output.
pub(crate) fn deliver(text: &str, output: Option<&Path>) -> Result<(), Failure> {
    match output {
        Some(path) if !is_stdout(path) => write_all_whole(&[(path.to_owned(), text.as_bytes().to_vec())]),
        _ => print(text),
    }
}

/// Refuses two outputs of which one would replace the other.
pub(crate) fn refuse_twice<'a>(outputs: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), Failure> {
    let mut known: Vec<(PathBuf, &PathBuf)> = vec![];
    for output in outputs.into_iter().filter(|output| !is_stdout(output)) {
        let target = resolved(output);
        if let Some((_, earlier)) = known.iter().find(|(path, _)| *path == target) {
            // As paths, x and ./x are equal.
            let message = match earlier.as_os_str() == output.as_os_str() {
                true => format!("{} is named twice as an output", output.display()),
                false => format!("the outputs {} and {} are one file", earlier.display(), output.display()),
            };
            return Err(Failure::usage(&message, "name two files"));
        }
        known.push((target, output));
    }
    Ok(())
}

/// Writes files, each whole or not at all, and none where one of them cannot be made.
pub(crate) fn write_all_whole(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    let mut staged = vec![];
    for (path, bytes) in files {
        let mut one = Staged::beside(path)?;
        one.writer().write_all(bytes).map_err(|error| Failure::write(path, error))?;
        staged.push(one);
    }
    staged.into_iter().try_for_each(Staged::commit)
}

/// A file in the making, beside the one that it will replace; dropped without a commit it is gone.
pub(crate) struct Staged {
    file: Kind,
    target: PathBuf,
}

enum Kind {
    /// Will be renamed.
    Beside(NamedTempFile),
    /// A device or a pipe, which cannot be replaced.
    Direct(File),
}

impl Staged {
    /// Starts a file that will replace `target`; its directory is made where it is missing. A link is followed.
    pub(crate) fn beside(target: &Path) -> Result<Self, Failure> {
        // The kernel's own names for open files must not be taken for the files behind them.
        let open_file = target.starts_with("/dev") || target.starts_with("/proc");
        let target = if open_file { target.to_owned() } else { resolved(target) };
        let cannot = |error| Failure::write(&target, error);
        let existing = std::fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(Failure::usage(&format!("{} is a directory", target.display()), "name a file in it"));
        }
        if existing.as_ref().is_some_and(|file| open_file || !file.is_file()) {
            let file = File::options().append(true).open(&target).map_err(cannot)?;
            return Ok(Self { file: Kind::Direct(file), target });
        }
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = parent.unwrap_or(Path::new(".")).to_owned();
        let staged = std::fs::create_dir_all(&directory).and_then(|()| {
            let file = readable().tempfile_in(&directory)?;
            if let Ok(mut list) = IN_THE_MAKING.lock() {
                list.push(file.path().to_owned());
            }
            match existing {
                Some(existing) => file.as_file().set_permissions(existing.permissions()).map(|()| file),
                None => Ok(file),
            }
        });
        Ok(Self { file: Kind::Beside(staged.map_err(cannot)?), target: target.clone() })
    }

    /// Where the bytes go.
    pub(crate) fn writer(&mut self) -> &mut File {
        match &mut self.file {
            Kind::Beside(file) => file.as_file_mut(),
            Kind::Direct(file) => file,
        }
    }

    /// Puts the file in its place.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        match self.file {
            Kind::Beside(file) => {
                file.persist(&self.target).map_err(|error| Failure::write(&self.target, error.error))?;
            }
            Kind::Direct(mut file) => file.flush().map_err(|error| Failure::write(&self.target, error))?,
        }
        Ok(())
    }
}

/// Files in the making, which an interruption must not leave behind.
static IN_THE_MAKING: Mutex<Vec<PathBuf>> = Mutex::new(vec![]);

/// Removes files in the making and ends the program, when it is interrupted.
pub(crate) fn clean_up_when_interrupted() {
    // Without a handler an interruption leaves a hidden file, which is no reason not to answer.
    let _ = ctrlc::set_handler(|| {
        let unfinished = IN_THE_MAKING.lock().map(|list| list.clone()).unwrap_or_default();
        for path in unfinished {
            let _ = std::fs::remove_file(path);
        }
        std::process::exit(130);
    });
}

/// Temporary files are private by default; an output file is as readable as any other that the user makes.
fn readable<'a>() -> tempfile::Builder<'a, 'a> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".warmcast-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process' umask takes its share off.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// A table as CSV; the name is for a message.
pub(crate) fn csv(name: &str, table: &Table) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![];
    let mut sink = Box::new(CsvSink::new(&mut bytes));
    let written = sink.write(table).and_then(|()| sink.finish());
    written.map_err(|error| Failure::usage(&format!("cannot write {name}: {error}"), ""))?;
    Ok(bytes)
}
