//! An alert that its owner changes: nothing that it saw or fired is written from then until it is let go, so that the change begins
//! at all that was told and no firing has the number of another.

use speedtrade::ids::AlertId;

use super::Alerts;

pub(super) struct Held<'a> {
    alerts: &'a Alerts,
    id: AlertId,
}

impl Alerts {
    pub(super) async fn hold(&self, id: AlertId) -> Held<'_> {
        self.lock().hold(id);
        let held = Held { alerts: self, id };
        // What is being written was taken before.
        drop(self.writing.lock().await);
        held
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.alerts.lock().release(self.id);
        self.alerts.written.notify_one();
    }
}
