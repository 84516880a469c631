//! Files in and out: text with clear complaints, output written whole or not at all.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Prints an answer.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::Io { what: "cannot write to standard output".to_owned(), error })
}

/// Prints an answer, or writes it to a file.
pub(crate) fn deliver(text: &str, output: Option<&Path>) -> Result<(), Failure> {
    match output {
        None => print(text),
        Some(path) => write_whole(path, text.as_bytes()),
    }
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut staged = Staged::beside(path)?;
    staged.file.write_all(bytes).map_err(|error| Failure::write(path, error))?;
    staged.commit()
}

/// A file in the making, beside the one that it will replace; dropped without a commit it is gone.
pub(crate) struct Staged {
    pub(crate) file: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    /// Starts a file that will replace `target`; its directory is made where it is missing.
    pub(crate) fn beside(target: &Path) -> Result<Self, Failure> {
        let directory =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if target.is_dir() {
            return Err(Failure::usage(&format!("{} is a directory", target.display()), "name a file in it"));
        }
        let staged = std::fs::create_dir_all(directory)
            .and_then(|()| tempfile::Builder::new().prefix(".warmcast-").tempfile_in(directory));
        Ok(Self { file: staged.map_err(|error| Failure::write(target, error))?, target: target.to_owned() })
    }

    /// Puts the file in its place.
    pub(crate) fn commit(mut self) -> Result<(), Failure> {
        let flushed = self.file.flush();
        flushed.map_err(|error| Failure::write(&self.target, error))?;
        open_to_readers(&self.file).map_err(|error| Failure::write(&self.target, error))?;
        self.file.persist(&self.target).map_err(|error| Failure::write(&self.target, error.error))?;
        Ok(())
    }
}

/// Temporary files are private; an output file is as readable as any other that the user makes.
#[cfg(unix)]
fn open_to_readers(file: &NamedTempFile) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_readers(_: &NamedTempFile) -> std::io::Result<()> {
    Ok(())
}
