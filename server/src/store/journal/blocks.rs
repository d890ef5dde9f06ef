//! Memory in whole blocks, as disks have them: only such may be written past the page cache.

/// Records begin at blocks.
pub(super) const BLOCK: usize = 4_096;

pub(super) struct Blocks {
    bytes: Vec<u8>,
    begin: usize,
}

impl Blocks {
    /// `content`, with zeros up to a whole block.
    pub(super) fn of(content: &[u8]) -> Self {
        let length = content.len().next_multiple_of(BLOCK);
        let mut bytes = vec![0; length + BLOCK];
        let begin = bytes.as_ptr().align_offset(BLOCK);
        bytes.truncate(begin + length);
        bytes[begin..begin + content.len()].copy_from_slice(content);
        Self { bytes, begin }
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[self.begin..]
    }

    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.as_slice().len()).unwrap_or(u64::MAX)
    }
}
