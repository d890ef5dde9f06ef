//! What is written of each price, made once for all connections of a tick and kept side by side. Holds nothing beyond it.

use std::ops::Range;

use crate::services::quotes::InstrumentId;

#[derive(Debug, Default)]
pub(super) struct Made {
    bytes: Vec<u8>,
    /// By the number of the instrument.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Default)]
struct Piece {
    /// 0: none was made.
    version: u64,
    place: Range<usize>,
}

impl Made {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.pieces.fill(Piece::default());
    }

    /// The piece of this version, or the newer one that `write` appends and tells the version of.
    pub(super) fn find(&mut self, id: InstrumentId, version: u64, write: impl FnOnce(&mut Vec<u8>) -> u64) -> (u64, &[u8]) {
        if self.pieces.len() <= id.index() {
            self.pieces.resize(id.index() + 1, Piece::default());
        }
        let piece = &mut self.pieces[id.index()];
        if piece.version != version {
            let start = self.bytes.len();
            piece.version = write(&mut self.bytes);
            piece.place = start..self.bytes.len();
        }
        (piece.version, &self.bytes[piece.place.clone()])
    }
}
