//! What a replay found, in words and in whole numbers.

use std::{fmt, time::Duration};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub frames: u64,
    pub bytes: u64,
    /// Lines without a time or without a frame.
    pub unreadable_lines: u64,
    /// Well formed, of a kind the decoder does not know.
    pub unknown: u64,
    /// The decoder could not read them.
    pub undecodable: u64,
    /// The first of either, for the person who looks into it.
    pub first_bad: Option<String>,
    pub trades: u64,
    pub touches: u64,
    pub days: u64,
    pub minutes: u64,
    pub book_changes: u64,
    pub gaps: u64,
    /// Books compared with a plain rebuild, after each change.
    pub books_equal: u64,
    pub books_different: u64,
    /// The best of a book compared with the touch that the venue told at the same change.
    pub touches_equal: u64,
    pub touches_different: u64,
    /// For decoding alone, on one core.
    pub decoding: Duration,
    /// From the first frame to the last, as recorded.
    pub recorded: Duration,
}

impl Report {
    /// Everything was understood, and every book was right.
    pub fn is_clean(&self) -> bool {
        [self.unreadable_lines, self.unknown, self.undecodable, self.books_different, self.touches_different]
            .iter()
            .all(|count| *count == 0)
    }

    /// Frames decoded in a second.
    pub fn frames_per_second(&self) -> u64 {
        let nanos = self.decoding.as_nanos().max(1);
        u64::try_from(u128::from(self.frames) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames, unknown, undecodable, trades, touches, days, minutes, book_changes, gaps, .. } = self;
        writeln!(f, "{frames} frames, {} bytes, recorded over {} s", self.bytes, self.recorded.as_secs())?;
        writeln!(f, "{unknown} unknown, {undecodable} undecodable, {} lines that are no frame", self.unreadable_lines)?;
        if let Some(bad) = &self.first_bad {
            writeln!(f, "the first of them: {bad}")?;
        }
        writeln!(
            f,
            "events: {trades} trades, {touches} touches, {days} days, {minutes} minutes, {book_changes} changes of books, {gaps} gaps"
        )?;
        writeln!(f, "books against a plain rebuild: {} equal, {} different", self.books_equal, self.books_different)?;
        writeln!(f, "books against the touch told at the same change: {} equal, {} different", self.touches_equal, self.touches_different)?;
        writeln!(f, "decoding: {} frames/s on one core", self.frames_per_second())
    }
}
