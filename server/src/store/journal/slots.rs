//! The two files of the journal. Entries go into one of them until it is large enough and everything in the other one is safe in
//! the tables; then the other one is written over from its beginning. Room that was written before costs a flush the least.
//!
//! A record is a head of 32 bytes (mark, checksum of what follows it, length, tag of the database, number; the rest is zero), the
//! entry, and zeros up to a whole block. What is behind the newest record is older, or was never acknowledged.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::blocks::{BLOCK, Blocks};

const MARK: [u8; 4] = *b"STJ1";
pub(super) const HEAD: usize = 32;
/// Written over from here on, if the other one may be.
const SWITCH: u64 = 1 << 20;
/// Files grow by so much: growing costs a flush more than writing over.
const STEP: usize = 2 << 20;
/// No entry is longer: a batch has 256 commands.
pub(super) const ENTRY_MAX: usize = 16 << 20;

#[cfg(target_os = "linux")]
const PAST_CACHE: i32 = libc::O_DIRECT;
#[cfg(not(target_os = "linux"))]
const PAST_CACHE: i32 = 0;

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) number: u64,
    pub(super) entry: Vec<u8>,
}

struct Slot {
    file: File,
    /// Where the next record goes.
    end: u64,
    /// How much of the file has been written at some time.
    room: u64,
    /// The newest record; 0 for none.
    newest: u64,
}

pub(super) struct Slots {
    files: [Slot; 2],
    current: usize,
    tag: u64,
    blocks: Blocks,
}

/// Why a record is not on the disk.
#[derive(Debug)]
pub(super) enum NotWritten {
    /// And never will be.
    Refused(io::Error),
    /// Perhaps it is.
    Unknown(io::Error),
}

/// A file beside another one, named after it.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    name.into()
}

/// Where the two files of a database are.
pub(super) fn paths(database: &Path) -> [PathBuf; 2] {
    [".journal-0", ".journal-1"].map(|ending| beside(database, ending))
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    // What is in it is as private as the database.
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    // Past the page cache, where the file system can: half the time of a flush.
    options.clone().custom_flags(PAST_CACHE).open(path).or_else(|_| options.open(path))
}

/// Copies of the files, for a person to look at; `number` tells them apart.
pub(super) fn set_aside(database: &Path, number: u64) -> io::Result<Vec<PathBuf>> {
    let copy = |path: PathBuf| {
        let aside = beside(&path, &format!(".aside-{number}"));
        std::fs::copy(path, &aside).map(|_| aside)
    };
    paths(database).into_iter().filter(|path| path.exists()).map(copy).collect()
}

/// The records of a database that lie in its two files, each file's in order.
pub(super) fn find(database: &Path, tag: u64) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths(database) {
        match std::fs::read(path) {
            Ok(bytes) => found.extend(records(&bytes, tag)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    found.sort_by_key(|record| record.number);
    Ok(found)
}

/// From the beginning, as far as each is whole and the next of the one before.
fn records(bytes: &[u8], tag: u64) -> Vec<Found> {
    let (mut found, mut rest): (Vec<Found>, &[u8]) = (Vec::new(), bytes);
    while let Some((record, after)) = first_record(rest, tag) {
        if found.last().is_some_and(|before| before.number + 1 != record.number) {
            break;
        }
        found.push(record);
        rest = after;
    }
    found
}

fn first_record(bytes: &[u8], tag: u64) -> Option<(Found, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEAD>()?;
    let length = usize::try_from(u32::from_le_bytes(field(head, 8)?)).ok()?;
    let (entry, rest) = rest.split_at_checked(length)?;
    let rest = rest.get((HEAD + length).next_multiple_of(BLOCK) - HEAD - length..).unwrap_or_default();
    let checksum = u32::from_le_bytes(field(head, 4)?);
    let is_ours = head.starts_with(&MARK) && u64::from_le_bytes(field(head, 16)?) == tag;
    if !is_ours || checksum != checksum_of(&head[8..], entry) {
        return None;
    }
    Some((Found { number: u64::from_le_bytes(field(head, 24)?), entry: entry.to_vec() }, rest))
}

fn field<const N: usize>(head: &[u8; HEAD], at: usize) -> Option<[u8; N]> {
    head.get(at..at + N)?.try_into().ok()
}

fn checksum_of(head: &[u8], entry: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(entry);
    hasher.finalize()
}

/// Fills in the head that `record` begins with.
fn seal(record: &mut [u8], tag: u64, number: u64) {
    let length = u32::try_from(record.len() - HEAD).expect("an entry is small");
    record[..4].copy_from_slice(&MARK);
    record[8..12].copy_from_slice(&length.to_le_bytes());
    record[16..24].copy_from_slice(&tag.to_le_bytes());
    record[24..32].copy_from_slice(&number.to_le_bytes());
    let checksum = checksum_of(&record[8..HEAD], &record[HEAD..]);
    record[4..8].copy_from_slice(&checksum.to_le_bytes());
}

impl Slots {
    /// Everything that lies in the files is in the tables already, and may be written over.
    pub(super) fn open(database: &Path, tag: u64) -> io::Result<Self> {
        let [first, second] = paths(database);
        if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self { files: [Slot::open(&first)?, Slot::open(&second)?], current: 0, tag, blocks: Blocks::default() })
    }

    /// Writes a record and waits for the disk. `record` begins with room for its head; up to `durable` everything is safe in
    /// the tables.
    pub(super) fn append(&mut self, number: u64, record: &mut [u8], durable: u64) -> Result<(), NotWritten> {
        seal(record, self.tag, number);
        let other = 1 - self.current;
        if self.files[self.current].end >= SWITCH && self.files[other].newest <= durable {
            self.current = other;
            self.files[other].end = 0;
        }
        self.files[self.current].append(number, self.blocks.fill(record))
    }
}

impl Slot {
    fn open(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        let block = u64::try_from(BLOCK).unwrap_or(u64::MAX);
        let room = file.metadata()?.len() / block * block;
        Ok(Self { file, end: 0, room, newest: 0 })
    }

    fn append(&mut self, number: u64, blocks: &[u8]) -> Result<(), NotWritten> {
        let end = self.end.saturating_add(length_of(blocks));
        self.make_room(end).map_err(NotWritten::Refused)?;
        let written = self.file.write_all_at(blocks, self.end).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            return Err(self.take_back(error));
        }
        self.end = end;
        self.newest = number;
        Ok(())
    }

    fn make_room(&mut self, wanted: u64) -> io::Result<()> {
        if self.room >= wanted {
            return Ok(());
        }
        let mut blocks = Blocks::default();
        let zeros = blocks.fill(&vec![0; STEP]);
        while self.room < wanted {
            self.file.write_all_at(zeros, self.room)?;
            self.room += length_of(zeros);
        }
        Ok(())
    }

    /// After a failure nobody knows what of the record is on the disk: its head must not be.
    fn take_back(&self, error: io::Error) -> NotWritten {
        let undone = self.file.write_all_at(Blocks::default().fill(&[0; HEAD]), self.end).and_then(|()| self.file.sync_data());
        if undone.is_ok() { NotWritten::Refused(error) } else { NotWritten::Unknown(error) }
    }
}

fn length_of(blocks: &[u8]) -> u64 {
    u64::try_from(blocks.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const TAG: u64 = 7;

    fn empty() -> (TempDir, PathBuf, Slots) {
        let folder = TempDir::new().expect("a folder");
        let database = folder.path().join("desk.db");
        let slots = Slots::open(&database, TAG).expect("opens");
        (folder, database, slots)
    }

    fn record(text: &str) -> Vec<u8> {
        [&[0; HEAD], text.as_bytes()].concat()
    }

    fn numbers(database: &Path, tag: u64) -> Vec<u64> {
        find(database, tag).expect("readable").iter().map(|found| found.number).collect()
    }

    #[test]
    fn what_was_appended_is_found_by_its_database_only() {
        let (_folder, database, mut slots) = empty();
        assert_eq!(find(&database, TAG).expect("readable"), []);
        for number in 5..8 {
            slots.append(number, &mut record(&number.to_string()), 0).expect("written");
        }
        assert_eq!(numbers(&database, TAG), [5, 6, 7]);
        assert_eq!(find(&database, TAG).expect("readable")[1].entry, b"6");
        assert_eq!(numbers(&database, TAG + 1), Vec::<u64>::new());
    }

    #[test]
    fn older_records_behind_the_newest_are_not_taken_for_newer_ones() {
        let (_folder, database, mut slots) = empty();
        for number in 1..5 {
            slots.append(number, &mut record("as long as the others"), 0).expect("written");
        }
        drop(slots);
        let mut slots = Slots::open(&database, TAG).expect("opens");
        slots.append(5, &mut record("as long as the others"), 4).expect("written");
        assert_eq!(numbers(&database, TAG), [5]);
    }

    #[test]
    fn a_torn_record_and_all_after_it_are_left_out() {
        let (_folder, database, mut slots) = empty();
        for number in 1..4 {
            slots.append(number, &mut record("some text"), 0).expect("written");
        }
        let [path, _] = paths(&database);
        let mut bytes = std::fs::read(&path).expect("readable");
        bytes[BLOCK + HEAD + 3] ^= 1;
        std::fs::write(&path, bytes).expect("written");
        assert_eq!(numbers(&database, TAG), [1]);
    }

    #[test]
    fn the_other_file_is_written_over_once_its_records_are_safe() {
        let (_folder, database, mut slots) = empty();
        let long = "x".repeat(usize::try_from(SWITCH).expect("small"));
        slots.append(1, &mut record(&long), 0).expect("written");
        slots.append(2, &mut record(&long), 0).expect("the other one is empty");
        slots.append(3, &mut record("3"), 0).expect("1 is not safe yet, so 3 follows 2");
        assert_eq!(numbers(&database, TAG), [1, 2, 3]);
        slots.append(4, &mut record("4"), 1).expect("written over 1");
        assert_eq!(numbers(&database, TAG), [2, 3, 4]);
    }
}
