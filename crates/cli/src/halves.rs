//! A large plain table as two halves that are read at once.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use trace::format::{Head, named, sniffed};
use trace::{Block, Compression, Details, Rules, Source, Stream};

use crate::args::Common;
use crate::failure::Failure;
use crate::files::is_stdin;
use crate::input::{ReadArgs, options, path_and_format};

/// Bytes from which on that pays.
const LARGE: u64 = 32 << 20;
/// Bytes that a line may have at the seam.
const LONGEST: u64 = 1 << 20;
/// Bytes in a read.
const BUFFER: usize = 1 << 17;

/// Two halves, of which the second goes on where the first ends.
pub(crate) struct Halves {
    pub(crate) streams: [Stream; 2],
    /// Requests of the first with which the second begins, so that both read times in the same unit.
    pub(crate) repeated: usize,
}

/// The halves of a table; none where a file is small, packed or no plain table, or says more than times, keys and sizes.
pub(crate) fn halves(
    trace: &Path,
    args: &ReadArgs,
    rules: Rules,
    common: &Common,
) -> Result<Option<Halves>, Failure> {
    let (format, path) = path_and_format(trace);
    let plain = args.late.is_none() && args.skip_bad == 0 && args.log_format.is_none();
    if !plain || common.threads == Some(1) || is_stdin(&path) || !path.is_file() {
        return Ok(None);
    }
    let failed = |error| Failure::read(&path, error);
    let size = std::fs::metadata(&path).map_err(failed)?.len();
    if size < LARGE {
        return Ok(None);
    }
    let open = || File::open(&path).map_err(failed);
    let source = Source::open(open()?).map_err(failed)?;
    let name = path.display().to_string();
    let head = Head { bytes: &source.head, whole: source.whole, name: &name };
    let known = match format {
        Some(format) => named(format),
        None => sniffed(&head),
    };
    let begin = two_lines(&source.head);
    let Some((known, begin)) = known.zip(begin).filter(|(known, _)| ["csv", "tsv"].contains(&known.name))
    else {
        return Ok(None);
    };
    if source.compression != Compression::None || source.head.contains(&b'"') {
        return Ok(None);
    }
    let options = options(args)?;
    let stream = |content: Box<dyn BufRead + Send>| {
        let reader = (known.open)(content, &options, &head).ok()?;
        Some(Stream::new(reader, rules, 0))
    };
    let Some(repeated) = stream(Box::new(Cursor::new(begin.to_vec()))).and_then(plain_requests) else {
        return Ok(None);
    };
    let mut rest = open()?;
    let Some(seam) = seam(&mut rest, size / 2).map_err(failed)? else { return Ok(None) };
    let first = BufReader::with_capacity(BUFFER, open()?.take(seam));
    let second = BufReader::with_capacity(BUFFER, Cursor::new(begin.to_vec()).chain(rest));
    let streams = stream(Box::new(first)).zip(stream(Box::new(second)));
    Ok(streams
        .map(|(first, second)| Halves { streams: [first.in_background(), second.in_background()], repeated }))
}

/// The first two lines: a header and a row, or two rows.
fn two_lines(head: &[u8]) -> Option<&[u8]> {
    let mut ends = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let (first, second) = (ends.next()?, ends.next()?);
    let told = |line: &[u8]| !line.trim_ascii().is_empty() && !line.starts_with(b"#");
    (told(&head[..first]) && told(&head[first..second])).then(|| &head[..second])
}

/// How many requests there are, if they tell no more than times, keys and sizes.
fn plain_requests(mut stream: Stream) -> Option<usize> {
    let mut count = 0;
    let plain = |block: &Block| block.details.iter().all(|details| *details == Details::default());
    while let Some(block) = stream.next().ok()? {
        count += plain(block).then_some(block.len())?;
    }
    (count > 0).then_some(count)
}

/// Where a line begins behind a byte; the file is left there.
fn seam(file: &mut File, behind: u64) -> std::io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(behind))?;
    let mut line = vec![];
    let read = BufReader::new(file.by_ref().take(LONGEST)).read_until(b'\n', &mut line)?;
    let at = behind + read as u64;
    file.seek(SeekFrom::Start(at))?;
    Ok(line.ends_with(b"\n").then_some(at))
}
