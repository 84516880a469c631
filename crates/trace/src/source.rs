//! Bytes of a trace: decompressed where their first bytes say so, with a head to look at.

use std::io::{BufRead, BufReader, Cursor, Read};

/// Bytes read ahead of the format, to find out which it is.
const HEAD: usize = 1 << 16;

/// Bytes in a read; large enough that decoders and the kernel work in long stretches.
const BUFFER: usize = 1 << 17;

/// How the bytes were packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one or several members.
    Gzip,
    /// Zstandard, one or several frames.
    Zstd,
}

impl Compression {
    /// How it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// An opened trace, before anything is known of its format.
pub struct Source {
    /// How it was packed.
    pub compression: Compression,
    /// The first bytes of the content.
    pub head: Vec<u8>,
    /// Whether the head is all there is.
    pub whole: bool,
    rest: Box<dyn Read + Send>,
    broken: Option<std::io::Error>,
}

impl Source {
    /// Looks at the first bytes of `raw`.
    ///
    /// # Errors
    /// Where these cannot be read. Damage further in shows while reading.
    pub fn open(raw: impl Read + Send + 'static) -> std::io::Result<Self> {
        let mut raw = BufReader::with_capacity(BUFFER, raw);
        let mut magic = vec![];
        raw.by_ref().take(4).read_to_end(&mut magic)?;
        let compression = match *magic {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
            _ => Compression::None,
        };
        let raw = Cursor::new(magic).chain(raw);
        let mut rest: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(raw),
            Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
            Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(raw)?),
        };
        let mut head = Vec::with_capacity(HEAD);
        // What was unpacked ahead of a damage is kept: the fault is told where the reader gets there.
        let read = rest.by_ref().take(HEAD as u64).read_to_end(&mut head);
        Ok(Self { compression, whole: read.is_ok() && head.len() < HEAD, head, rest, broken: read.err() })
    }

    /// The content from its beginning.
    pub fn content(self) -> Box<dyn BufRead + Send> {
        let head = Cursor::new(self.head);
        match self.broken {
            Some(error) => Box::new(BufReader::new(head.chain(Broken(Some(error))))),
            None => Box::new(BufReader::with_capacity(BUFFER, head.chain(self.rest))),
        }
    }
}

/// Gives its error, then ends.
struct Broken(Option<std::io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
        encoder.write_all(text).expect("packs");
        encoder.finish().expect("packs")
    }

    fn content(bytes: Vec<u8>) -> (Compression, std::io::Result<Vec<u8>>) {
        let source = Source::open(Cursor::new(bytes)).expect("opens");
        let compression = source.compression;
        let mut out = vec![];
        let read = source.content().read_to_end(&mut out);
        (compression, read.map(|_| out))
    }

    #[test]
    fn compression_is_told_by_content() {
        let text = b"a trace\n".repeat(20_000);
        let zstd = zstd::stream::encode_all(&text[..], 3).expect("packs");
        for (bytes, compression) in [
            (text.clone(), Compression::None),
            (gzip(&text), Compression::Gzip),
            ([gzip(&text[..8000]), gzip(&text[8000..])].concat(), Compression::Gzip),
            (zstd, Compression::Zstd),
        ] {
            let (found, content) = content(bytes);
            assert_eq!(found, compression);
            assert!(content.expect("reads") == text);
        }
        assert_eq!(content(vec![]).1.expect("reads"), b"");
    }

    #[test]
    fn a_cut_file_gives_what_is_there_and_then_its_fault() {
        let text: Vec<u8> =
            (0..400_000u32).flat_map(|nth| (nth.wrapping_mul(2_654_435_761) >> 7).to_le_bytes()).collect();
        for packed in [gzip(&text), zstd::stream::encode_all(&text[..], 3).expect("packs")] {
            for share in [1, 50, 99] {
                let cut = packed[..packed.len() * share / 100].to_vec();
                let mut out = vec![];
                let mut content = Source::open(Cursor::new(cut)).expect("opens").content();
                let error = loop {
                    match content.fill_buf() {
                        Ok([]) => panic!("the end was not noticed"),
                        Ok(bytes) => {
                            out.extend_from_slice(bytes);
                            let used = bytes.len();
                            content.consume(used);
                        }
                        Err(error) => break error,
                    }
                };
                assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "{error}");
                assert!(text.starts_with(&out));
            }
        }
    }
}
