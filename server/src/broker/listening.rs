//! From the first frame of a private stream to its end: what a reader makes of each goes to who listens.
//! Must never wait for a confirmation without an end, and never drop an event: it waits while nobody takes them.

use std::{convert::Infallible, time::Duration};

use tokio::{sync::mpsc, time::timeout};

use super::{
    StreamEnd, VenueEvent,
    line::{Heard, Line, dropped},
};

/// From the subscription to its confirmation.
const CONFIRMATION: Duration = Duration::from_secs(10);

pub(crate) trait Reader {
    /// An error ends the stream.
    fn read(&mut self, frame: &[u8]) -> Result<Vec<VenueEvent>, StreamEnd>;

    /// Whether the venue has confirmed.
    fn is_listening(&self) -> bool;
}

/// After everything was asked for.
pub(crate) async fn listen(mut line: Line, mut reader: impl Reader, events: &mpsc::Sender<VenueEvent>) -> Result<Infallible, StreamEnd> {
    let greeting = async {
        while !reader.is_listening() {
            pass(&mut line, &mut reader, events).await?;
        }
        Ok(())
    };
    timeout(CONFIRMATION, greeting).await.map_err(|_| dropped("the subscription was not confirmed".to_owned()))??;
    loop {
        pass(&mut line, &mut reader, events).await?;
    }
}

async fn pass(line: &mut Line, reader: &mut impl Reader, events: &mpsc::Sender<VenueEvent>) -> Result<(), StreamEnd> {
    let heard = match line.hear().await? {
        Heard::Payload(payload) => reader.read(&payload)?,
        Heard::Alive => vec![VenueEvent::Heartbeat],
    };
    for event in heard {
        events.send(event).await.map_err(|_| dropped("nobody listens".to_owned()))?;
    }
    Ok(())
}
