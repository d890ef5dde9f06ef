//! When the bytes of a request left, for who measures the desk's own time apart from the venue's.

use std::{cell::Cell, time::Duration};

use tokio::time::Instant;

tokio::task_local! {
    static LEFT: Cell<Option<Instant>>;
}

/// Runs `work`; beside its answer, how long after its start the last request of it was given to the wire.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Option<Duration>) {
    let began = Instant::now();
    LEFT.scope(Cell::new(None), async {
        let answer = work.await;
        (answer, LEFT.with(Cell::get).map(|left| left.saturating_duration_since(began)))
    })
    .await
}

/// The request leaves now. Where nobody asked, nothing is kept.
pub(super) fn note() {
    let _ = LEFT.try_with(|left| left.set(Some(Instant::now())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_departure_counts_and_the_wait_for_the_answer_does_not() {
        let began = Instant::now();
        let (noted, left) = timed(async {
            note();
            tokio::task::yield_now().await;
            let first = began.elapsed();
            note();
            (first, began.elapsed())
        })
        .await;
        let left = left.expect("something left");
        assert!(left <= noted.1 && began.elapsed() >= noted.1, "{left:?} {noted:?}");
        assert_eq!(timed(async {}).await, ((), None));
        note();
    }
}
