//! Which rows of a long list are in sight. Pixels only: knows nothing of what the rows are.

/// Rows kept ready above and below what is seen.
const MARGIN: usize = 20;
/// The window moves in steps of so many rows, so that a slow scroll does not ask for each.
const STEP: usize = 10;
/// As many rows as the host gives at once.
const ROWS_MAX: usize = 200;

/// Rows from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) offset: usize,
    pub(super) limit: usize,
}

/// `above` pixels of the list are out of sight above, `height` are seen. A row is `row` pixels high.
pub(super) fn window(above: i32, height: i32, row: i32) -> Window {
    let rows = |pixels: i32| usize::try_from(pixels.max(0) / row.max(1)).unwrap_or_default();
    let first = rows(above).saturating_sub(MARGIN) / STEP * STEP;
    let seen = rows(height) + 1 + 2 * MARGIN + STEP;
    Window { offset: first, limit: seen.min(ROWS_MAX) }
}

/// The pixels that stand in for the rows before and behind those shown.
pub(super) fn fill(shown: Window, total: usize, row: i32) -> (i32, i32) {
    let pixels = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX).saturating_mul(row);
    (pixels(shown.offset.min(total)), pixels(total.saturating_sub(shown.offset + shown.limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_what_is_seen_and_a_margin() {
        assert_eq!(window(-300, 800, 40), Window { offset: 0, limit: 71 });
        assert_eq!(window(40 * 1_007, 800, 40), Window { offset: 980, limit: 71 });
        assert_eq!(window(0, 100_000, 1), Window { offset: 0, limit: ROWS_MAX });
        assert_eq!(window(10, 10, 0), Window { offset: 0, limit: 61 }, "a row that was not measured yet");
    }

    #[test]
    fn the_list_keeps_its_height_wherever_the_window_is() {
        for offset in [0, 10, 4_000, 4_990] {
            let shown = Window { offset, limit: 50.min(5_000 - offset) };
            let (before, behind) = fill(shown, 5_000, 40);
            assert_eq!(before + behind + i32::try_from(shown.limit).expect("small") * 40, 5_000 * 40);
        }
        assert_eq!(fill(Window { offset: 90, limit: 50 }, 20, 40), (800, 0), "fewer match than before");
    }
}
