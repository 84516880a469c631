//! Lines of a bounded length.

use std::io::BufRead;
use std::ops::Range;

use crate::fault::Wrong;

/// Bytes that a line may have; a longer one is no record of any format here, and must not fill the memory.
const LONGEST: usize = 1 << 20;

/// Bytes that are read at once.
#[cfg(not(test))]
const BUFFER: usize = 1 << 18;
/// So few that lines straddle them.
#[cfg(test)]
const BUFFER: usize = 3;

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line.
    Whole,
    /// The end.
    End,
}

/// Why there is no line.
#[derive(Debug)]
pub(crate) struct Failed {
    pub wrong: Wrong,
    /// Whether nothing can be read behind it.
    pub last: bool,
}

/// Lines one by one, without their line ends.
pub(crate) struct Lines {
    input: Box<dyn BufRead + Send>,
    /// What was read ahead, and where the rest of it begins.
    buffer: Vec<u8>,
    from: usize,
    /// Where the line read last lies in the buffer; none where it was put together in `text`.
    whole: Option<Range<usize>>,
    text: Vec<u8>,
    line: u64,
    byte: u64,
    begun: (u64, u64),
    /// Whether the line read last was too long and its rest is still to come.
    inside: bool,
}

impl Lines {
    pub(crate) fn new(input: Box<dyn BufRead + Send>) -> Self {
        let (buffer, text) = (Vec::with_capacity(BUFFER), vec![]);
        Self { input, buffer, from: 0, whole: None, text, line: 1, byte: 0, begun: (1, 0), inside: false }
    }

    /// The line read last.
    pub(crate) fn text(&self) -> &[u8] {
        self.whole.as_ref().map_or(&self.text, |line| &self.buffer[line.clone()])
    }

    /// Number of the line read last, from 1, and the byte at which it begins.
    pub(crate) fn begun(&self) -> (u64, u64) {
        self.begun
    }

    /// Reads the next line.
    pub(crate) fn next(&mut self) -> Result<Line, Failed> {
        self.text.clear();
        self.whole = None;
        if self.inside {
            self.pass_over()?;
        }
        self.begun = (self.line, self.byte);
        // Most lines lie in the buffer as a whole, and stay there.
        if let Some(length) =
            memchr::memchr(b'\n', &self.buffer[self.from..]).filter(|length| *length <= LONGEST)
        {
            let line = &self.buffer[self.from..self.from + length];
            let cut = length - usize::from(line.last() == Some(&b'\r'));
            self.whole = Some(self.from..self.from + cut);
            self.from += length + 1;
            self.byte += length as u64 + 1;
            self.line += 1;
            return Ok(Line::Whole);
        }
        self.read()
    }

    /// Reads the next line behind the one that is there, with a line break between them.
    pub(crate) fn append(&mut self) -> Result<Line, Failed> {
        if let Some(line) = self.whole.take() {
            self.text.extend_from_slice(&self.buffer[line]);
        }
        self.text.push(b'\n');
        self.read()
    }

    /// Reads up to the end of a line into the text.
    fn read(&mut self) -> Result<Line, Failed> {
        let begun = self.byte;
        loop {
            if !self.fill()? {
                let ended = self.byte == begun;
                self.line += u64::from(!ended);
                self.cut_return();
                return Ok(if ended { Line::End } else { Line::Whole });
            }
            let rest = &self.buffer[self.from..];
            let end = memchr::memchr(b'\n', rest);
            let part = &rest[..end.unwrap_or(rest.len())];
            if self.text.len() + part.len() > LONGEST {
                self.inside = true;
                return Err(Failed { wrong: too_long(), last: false });
            }
            self.text.extend_from_slice(part);
            let used = part.len() + usize::from(end.is_some());
            self.from += used;
            self.byte += used as u64;
            if end.is_some() {
                self.line += 1;
                self.cut_return();
                return Ok(Line::Whole);
            }
        }
    }

    /// Reads on where the buffer is used up; false at the end.
    fn fill(&mut self) -> Result<bool, Failed> {
        while self.from == self.buffer.len() {
            self.from = 0;
            self.buffer.resize(BUFFER, 0);
            let read = self.input.read(&mut self.buffer);
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            match read {
                Ok(0) => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failed { wrong: unreadable(&error), last: true }),
            }
        }
        Ok(true)
    }

    fn cut_return(&mut self) {
        if self.text.last() == Some(&b'\r') {
            self.text.pop();
        }
    }

    /// Passes over the rest of a line that is too long.
    fn pass_over(&mut self) -> Result<(), Failed> {
        self.inside = false;
        self.line += 1;
        while self.fill()? {
            let rest = &self.buffer[self.from..];
            let end = memchr::memchr(b'\n', rest);
            let used = end.map_or(rest.len(), |end| end + 1);
            self.from += used;
            self.byte += used as u64;
            if end.is_some() {
                break;
            }
        }
        Ok(())
    }
}

fn too_long() -> Wrong {
    Wrong::new(
        format!("the line is longer than {} MiB", LONGEST >> 20),
        "is this text with one record a line? Where the format was guessed wrong, name it: `csv:FILE`",
    )
}

/// What is wrong with a source that cannot be read on.
pub(crate) fn unreadable(error: &std::io::Error) -> Wrong {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Wrong::new(
            "the compressed data ends in the middle",
            "fetch the file again; with `--skip-bad 1` what is there is used",
        ),
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => Wrong::new(
            format!("the compressed data is damaged: {error}"),
            "fetch the file again; with `--skip-bad 1` what is ahead of the damage is used",
        ),
        _ => Wrong::new(format!("cannot read on: {error}"), "check the file and the disk it is on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Lines {
        Lines::new(Box::new(std::io::Cursor::new(text.to_vec())))
    }

    fn all(text: &[u8]) -> Vec<(u64, u64, String)> {
        let mut lines = lines(text);
        let mut out = vec![];
        loop {
            let read = lines.next().expect("reads");
            let (line, byte) = lines.begun();
            match read {
                Line::End => return out,
                Line::Whole => out.push((line, byte, String::from_utf8_lossy(lines.text()).into_owned())),
            }
        }
    }

    #[test]
    fn each_line_has_its_number_and_byte() {
        let want = [(1, 0, "ab".to_owned()), (2, 4, String::new()), (3, 5, "cdefg".to_owned())];
        assert_eq!(all(b"ab\r\n\ncdefg"), want);
        assert_eq!(all(b"ab\r\n\ncdefg\n"), want);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_line_without_end_is_passed_over_without_being_kept() {
        let mut text = vec![b'x'; 3 * LONGEST];
        text.extend_from_slice(b"\nnext\n");
        let mut lines = lines(&text);
        let failed = lines.next().expect_err("is too long");
        assert!(!failed.last && failed.wrong.message.contains("longer than 1 MiB"));
        assert!(lines.text.capacity() <= 2 * LONGEST);
        assert!(matches!(lines.next(), Ok(Line::Whole)));
        assert_eq!((lines.text(), lines.begun()), (&b"next"[..], (2, 3 * LONGEST as u64 + 1)));
    }

    #[test]
    fn a_line_can_go_on_in_the_next() {
        let mut lines = lines(b"\"a\nb\"\nc");
        lines.next().expect("reads");
        lines.append().expect("reads");
        assert_eq!(lines.text(), b"\"a\nb\"");
        lines.next().expect("reads");
        assert_eq!(lines.begun(), (3, 6));
    }
}
