//! Frames that could not be read: counted, and told to the log at most once a minute. Never holds a frame.

use std::time::Duration;

use tokio::time::Instant;

use super::FeedKind;

const TOLD_EVERY: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(super) struct Garbage {
    untold: u64,
    told_at: Option<Instant>,
}

impl Garbage {
    /// True when it was told now.
    pub(super) fn note(&mut self, feed: FeedKind, reason: &str, now: Instant) -> bool {
        self.untold += 1;
        if self.told_at.is_some_and(|at| now < at + TOLD_EVERY) {
            return false;
        }
        let reason: String = reason.chars().take(200).collect();
        tracing::warn!(?feed, count = self.untold, reason, "frames that can't be read");
        (self.untold, self.told_at) = (0, Some(now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_hears_of_garbage_once_a_minute() {
        let (mut garbage, start) = (Garbage::default(), Instant::now());
        let told = (0..240).filter(|second| garbage.note(FeedKind::Binance, "x", start + Duration::from_secs(*second))).count();
        assert_eq!(told, 4);
    }
}
