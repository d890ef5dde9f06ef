//! The side of a relay that hears another host's connection and puts what it says on the board here.

use speedtrade::time::SECOND_US;

use super::{Relay, Role, wire};
use crate::{hosts::Message, market::feeds::FeedStatus};

/// Older messages are void. Clocks of hosts must agree better than this.
const LAG_MAX_US: i64 = 2 * SECOND_US;

impl Relay {
    pub(super) async fn follow(&mut self, message: &Message) {
        let Some(head) = wire::read_head(&message.body).filter(|head| head.feed == self.feed) else { return };
        if head.fence < self.fence {
            return;
        }
        self.fence = head.fence;
        match self.role {
            Role::Follower => {}
            // Somebody has taken over while this process slept.
            Role::Owner { fence, .. } if head.fence > fence => self.become_follower().await,
            Role::Owner { .. } | Role::Alone => return,
        }
        let lag = self.clock.now().micros() - head.sent_at.micros();
        if lag.abs() > LAG_MAX_US {
            tracing::debug!(feed = self.feed.as_str(), lag_us = lag, "what the owner told is too old, or the clocks of the hosts differ");
            return;
        }
        let Some(news) = wire::read_news(&message.body) else { return };
        if self.take_in(head, news) {
            self.is_anew = true;
            self.tell_wanted().await;
        }
    }

    /// True when something was missed before: then what the board holds is not confirmed, and is to be told again.
    fn take_in(&mut self, head: wire::Head, news: wire::News) -> bool {
        let sink = self.market.sink();
        let before = self.line.take();
        let is_next = before.as_ref().is_some_and(|before| before.fence == head.fence && before.number + 1 == head.number);
        if !is_next {
            sink.status(self.feed, FeedStatus::Connecting);
        }
        if !is_next || before.as_ref().is_some_and(|before| before.status != head.status) {
            sink.status(self.feed, head.status.clone());
        }
        if head.status == FeedStatus::Live && before.as_ref().is_none_or(|before| head.heard_at > before.heard_at) {
            sink.heard(self.feed);
        }
        for (symbol, event) in news {
            sink.event(self.feed, &symbol, event);
        }
        let was_live = before.is_some_and(|before| before.status == FeedStatus::Live);
        let is_missing = head.status == FeedStatus::Live && !(is_next && was_live);
        self.line = Some(head);
        is_missing
    }
}
