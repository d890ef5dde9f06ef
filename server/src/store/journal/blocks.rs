//! Memory in whole blocks, as disks have them: only such may be written past the page cache.

/// Records begin at blocks.
pub(super) const BLOCK: usize = 4_096;

/// Filled again and again.
#[derive(Default)]
pub(super) struct Blocks {
    bytes: Vec<u8>,
}

impl Blocks {
    /// `content`, with zeros up to a whole block.
    pub(super) fn fill(&mut self, content: &[u8]) -> &[u8] {
        let length = content.len().next_multiple_of(BLOCK);
        if self.bytes.len() < length + BLOCK {
            self.bytes = vec![0; (length + BLOCK).next_power_of_two()];
        }
        let begin = self.bytes.as_ptr().align_offset(BLOCK);
        let filled = &mut self.bytes[begin..begin + length];
        filled[..content.len()].copy_from_slice(content);
        filled[content.len()..].fill(0);
        filled
    }
}
