//! A recording, line by line, compressed or not. Holds one line at a time, and none longer than a frame may be.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;

use super::ReplayError;

/// Bytes of a line; longer ones are passed over and counted as unreadable.
const LINE_MAX: u64 = 8 << 20;
const GZIP: [u8; 2] = [0x1f, 0x8b];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Frame {
        at_ns: i64,
        text: String,
    },
    /// Not a line of a recording.
    Unreadable,
}

pub struct Recording {
    path: PathBuf,
    lines: Box<dyn BufRead + Send>,
}

impl Recording {
    pub fn open(path: &Path) -> Result<Self, ReplayError> {
        let read = |source| ReplayError::Read { path: path.to_owned(), source };
        let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(read)?);
        let is_gzip = file.fill_buf().map_err(read)?.starts_with(&GZIP);
        let lines: Box<dyn BufRead + Send> =
            if is_gzip { Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file))) } else { Box::new(file) };
        Ok(Self { path: path.to_owned(), lines })
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::with_capacity(512);
        if self.lines.by_ref().take(LINE_MAX).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') && line.len() as u64 == LINE_MAX {
            self.lines.skip_until(b'\n')?;
            return Ok(Some(Line::Unreadable));
        }
        Ok(Some(parse(line)))
    }
}

fn parse(line: Vec<u8>) -> Line {
    let Ok(text) = String::from_utf8(line) else { return Line::Unreadable };
    match text.trim_end_matches(['\r', '\n']).split_once(' ') {
        Some((at, frame)) if !frame.is_empty() => match at.parse() {
            Ok(at_ns) => Line::Frame { at_ns, text: frame.to_owned() },
            Err(_) => Line::Unreadable,
        },
        Some(_) | None => Line::Unreadable,
    }
}

impl Iterator for Recording {
    type Item = Result<Line, ReplayError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(|source| ReplayError::Read { path: self.path.clone(), source }).transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const TEXT: &str = "17 {\"a\":1}\n\nx {}\n18 \n19 {\"b\": 2}\r\n20 last";

    fn lines(bytes: &[u8]) -> Vec<Line> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(bytes).expect("written");
        Recording::open(file.path()).expect("opens").map(|line| line.expect("reads")).collect()
    }

    #[test]
    fn lines_have_a_time_and_a_frame_and_others_are_counted() {
        let frame = |at_ns, text: &str| Line::Frame { at_ns, text: text.to_owned() };
        let expected =
            [frame(17, "{\"a\":1}"), Line::Unreadable, Line::Unreadable, Line::Unreadable, frame(19, "{\"b\": 2}"), frame(20, "last")];
        assert_eq!(lines(TEXT.as_bytes()), expected);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(TEXT.as_bytes()).expect("written");
        assert_eq!(lines(&gzip.finish().expect("compressed")), expected, "compressed or not");
    }

    #[test]
    fn a_line_without_an_end_is_passed_over() {
        let mut bytes = vec![b'x'; usize::try_from(LINE_MAX).expect("small") + 10];
        bytes.extend_from_slice(b"\n1 {}\n");
        assert_eq!(lines(&bytes), [Line::Unreadable, Line::Frame { at_ns: 1, text: "{}".to_owned() }]);
    }

    #[test]
    fn a_damaged_archive_is_an_error_and_no_panic() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&[0x1f, 0x8b, 8, 0, 1, 2, 3]).expect("written");
        assert!(Recording::open(file.path()).expect("opens").any(|line| line.is_err()));
    }
}
