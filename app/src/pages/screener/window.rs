//! Which rows of a long list are on the page, and which are kept ready for it. Pixels only: knows nothing of what the rows are.

/// Rows for so many pixels are on the page above and below what is seen: the screen scrolls on before the page hears of it.
const MARGIN: i32 = 700;
/// The rows on the page change by so many: few enough for one frame.
const STEP: usize = 4;
/// Before a row was measured.
pub(super) const ROW_PIXELS: i32 = 39;
/// As many rows as the host gives at once.
const ROWS_MAX: usize = 200;

/// Rows from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

/// What a reader sees of the list: `above` pixels of it are out of sight above, `height` are seen. A row is `row` pixels high, or 0
/// before one was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) above: i32,
    pub(super) height: i32,
    pub(super) row: i32,
}

impl Window {
    pub(super) fn end(self) -> usize {
        self.offset + self.limit
    }

    /// What of it is in `other`, too.
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let (offset, end) = (self.offset.max(other.offset), self.end().min(other.end()));
        (offset < end).then(|| Self { offset, limit: end - offset })
    }

    /// The rows to ask for when these are to be on the page: some before and behind them, more where the reader is going.
    pub(super) fn with_spare(self, is_down: bool) -> Self {
        let spare = self.limit.min(ROWS_MAX.saturating_sub(self.limit));
        let before = if is_down { spare / 4 } else { spare - spare / 4 };
        Self { offset: self.offset.saturating_sub(before), limit: self.limit + spare }
    }

    /// Whether these, asked for before, will not do for much longer when `rows` are to be on the page, of `total`.
    pub(super) fn is_short_of(self, rows: Self, total: usize) -> bool {
        let spare = self.limit.saturating_sub(rows.limit);
        let is_before = self.offset > 0 && rows.offset < self.offset + spare / 8;
        is_before || (self.end() < total && rows.end() + spare / 4 > self.end())
    }

    /// The pixels that stand in for the rows before and behind these.
    pub(super) fn fill(self, total: usize, row: i32) -> (i32, i32) {
        let pixels = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(row);
        (pixels(self.offset.min(total)), pixels(total.saturating_sub(self.end())))
    }
}

impl Sight {
    /// The rows that are to be on the page, of `total`.
    pub(super) fn rows(self, total: usize) -> Window {
        let row = if self.row > 0 { self.row } else { ROW_PIXELS };
        let rows = |pixels: i32| usize::try_from(pixels.max(0) / row).unwrap_or_default();
        let margin = rows(MARGIN) + 1;
        let limit = (rows(self.height) + 1 + 2 * margin + STEP).min(ROWS_MAX);
        let first = rows(self.above).saturating_sub(margin).min(total.saturating_sub(limit).next_multiple_of(STEP));
        Window { offset: first / STEP * STEP, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOTAL: usize = 5_000;

    fn sight(above: i32) -> Sight {
        Sight { above, height: 800, row: 40 }
    }

    #[test]
    fn what_is_seen_and_a_margin_is_on_the_page_wherever_the_reader_is() {
        for above in (-300..40 * 5_000 - 800).step_by(7) {
            let rows = sight(above).rows(TOTAL);
            let (seen, last) = (above - MARGIN, above + 800 + MARGIN);
            let (before, behind) = rows.fill(TOTAL, 40);
            assert!(before <= seen.max(0) && 40 * 5_000 - behind >= last.min(40 * 5_000), "{above}: {rows:?}");
        }
        assert_eq!(Sight { above: 0, height: 100_000, row: 1 }.rows(TOTAL), Window { offset: 0, limit: ROWS_MAX });
        let (unknown, known) = (Sight { above: 0, height: 10, row: 0 }, Sight { above: 0, height: 10, row: ROW_PIXELS });
        assert_eq!(unknown.rows(TOTAL), known.rows(TOTAL), "a row that was not measured yet");
        assert_eq!(sight(40 * 5_000).rows(20).offset, 0, "fewer match than before");
    }

    #[test]
    fn a_scroll_finds_its_rows_ready_and_asks_seldom() {
        let (mut asked, mut asks) = (sight(0).rows(TOTAL).with_spare(true), 1);
        for (above, is_down) in
            (0..80_000).step_by(50).map(|above| (above, true)).chain((0..80_000).rev().step_by(50).map(|above| (above, false)))
        {
            let rows = sight(above).rows(TOTAL);
            assert_eq!(rows.within(asked), Some(rows), "{above}");
            if asked.is_short_of(rows, TOTAL) {
                asked = rows.with_spare(is_down);
                asks += 1;
                assert!(!asked.is_short_of(rows, TOTAL) && asked.limit <= ROWS_MAX, "{above}");
            }
        }
        assert!(asks < 4_000 / 20, "{asks}");
    }

    #[test]
    fn the_list_keeps_its_height_wherever_the_window_is() {
        for offset in [0, 10, 4_000, 4_990] {
            let shown = Window { offset, limit: 50.min(5_000 - offset) };
            let (before, behind) = shown.fill(5_000, 40);
            assert_eq!(before + behind + i32::try_from(shown.limit).expect("small") * 40, 5_000 * 40);
        }
        assert_eq!(Window { offset: 90, limit: 50 }.fill(20, 40), (800, 0), "fewer match than before");
        assert_eq!(Window { offset: 90, limit: 50 }.within(Window { offset: 0, limit: 90 }), None);
    }
}
