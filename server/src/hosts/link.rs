//! The one connection to Redis: opened again whenever it breaks, asked only while it stands.
//!
//! Must never make anybody wait longer than a second, nor put the address into a log: it may hold a password.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisError,
    ScriptInvocation, Value, aio::MultiplexedConnection,
};
use tokio::{
    sync::{Notify, broadcast, mpsc},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Channel, Message};

/// Redis answers within this, or counts as away.
const ANSWER_MAX: Duration = Duration::from_secs(1);
const CONNECT_MAX: Duration = Duration::from_secs(1);
const PING_EVERY: Duration = Duration::from_secs(1);
const RETRY_MIN: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(2);
/// A connection that stood for so long has proved itself.
const SETTLED_AFTER: Duration = Duration::from_secs(5);
/// Messages waiting to be sent, and messages a listener may fall behind. Beyond, they are lost, which costs time and no more.
const QUEUE_LENGTH_MAX: usize = 1_024;
const MESSAGE_BYTES_MAX: usize = 1 << 20;
const HOST_LENGTH: usize = 36;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("--redis-url must be redis://host:port or rediss://host:port, with user, password and database where they are needed")]
pub struct InvalidRedisUrl;

#[derive(Clone)]
pub struct Link(Arc<Inner>);

struct Inner {
    client: Client,
    host: Uuid,
    /// `None` while Redis is away.
    connection: Mutex<Option<MultiplexedConnection>>,
    /// A question failed, so the connection is to be looked at.
    failed: Notify,
    heard: [broadcast::Sender<Message>; Channel::ALL.len()],
    telling: mpsc::Sender<(Channel, String)>,
    /// Until the link runs.
    told: Mutex<Option<mpsc::Receiver<(Channel, String)>>>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("host", &self.0.host).field("is_up", &self.is_up()).finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn open(url: &str, host: Uuid) -> Result<Self, InvalidRedisUrl> {
        let info = url.into_connection_info().map_err(|_| InvalidRedisUrl)?;
        // Messages come over the same connection as answers from the third version on.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).map_err(|_| InvalidRedisUrl)?;
        let (telling, told) = mpsc::channel(QUEUE_LENGTH_MAX);
        let heard = Channel::ALL.map(|_| broadcast::Sender::new(QUEUE_LENGTH_MAX));
        let connection = Mutex::default();
        Ok(Self(Arc::new(Inner { client, host, connection, failed: Notify::new(), heard, telling, told: Mutex::new(Some(told)) })))
    }

    pub(super) fn host(&self) -> Uuid {
        self.0.host
    }

    /// A connection is replaced whole.
    fn slot(&self) -> MutexGuard<'_, Option<MultiplexedConnection>> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_up(&self) -> bool {
        self.slot().is_some()
    }

    pub(super) fn listen(&self, channel: Channel) -> broadcast::Receiver<Message> {
        self.0.heard[channel as usize].subscribe()
    }

    pub(super) fn tell(&self, channel: Channel, body: String) {
        if self.0.telling.try_send((channel, body)).is_err() {
            tracing::debug!(?channel, "a message to the other hosts was not sent");
        }
    }

    /// False while Redis is away: then nobody hears it.
    pub(super) async fn publish(&self, channel: Channel, body: &str) -> bool {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(channel.name()).arg(format!("{} {body}", self.0.host));
        self.ask::<()>(&publish).await.is_some()
    }

    /// `None` while Redis is away, or when it refuses.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Option<T> {
        let mut connection = self.slot().clone()?;
        self.answered(command.query_async(&mut connection).await)
    }

    pub(super) async fn run_script<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Option<T> {
        let mut connection = self.slot().clone()?;
        self.answered(script.invoke_async(&mut connection).await)
    }

    fn answered<T>(&self, answer: Result<T, RedisError>) -> Option<T> {
        match answer {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "Redis did not do what it was asked");
                if error.is_unrecoverable_error() || error.is_timeout() {
                    // Nobody else waits for it in vain.
                    *self.slot() = None;
                }
                self.0.failed.notify_one();
                None
            }
        }
    }

    pub(super) async fn run(self, stop: CancellationToken) {
        let Some(mut told) = self.0.told.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let tell = async {
            while let Some((channel, body)) = told.recv().await {
                self.publish(channel, &body).await;
            }
        };
        stop.run_until_cancelled(async { tokio::join!(self.keep_connected(), tell) }).await;
    }

    async fn keep_connected(&self) {
        let (mut wait, mut is_known) = (RETRY_MIN, false);
        loop {
            match self.connect().await {
                Ok(connection) => {
                    tracing::info!("Redis is there");
                    let begun = Instant::now();
                    let error = self.watch(connection).await;
                    *self.slot() = None;
                    tracing::warn!(error = &error as &dyn std::error::Error, "Redis is away: this host works for itself meanwhile");
                    if begun.elapsed() >= SETTLED_AFTER {
                        wait = RETRY_MIN;
                    }
                }
                Err(error) if !is_known => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "Redis can't be reached: this host works for itself meanwhile"
                    );
                }
                Err(_) => {}
            }
            is_known = true;
            sleep(wait).await;
            wait = (wait * 2).min(RETRY_MAX);
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, RedisError> {
        let link = Arc::downgrade(&self.0);
        let heard = move |push: PushInfo| {
            if let Some(inner) = link.upgrade() {
                inner.hear(&push);
            }
            Ok::<_, redis::aio::SendError>(())
        };
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(ANSWER_MAX)).set_connection_timeout(Some(CONNECT_MAX));
        let mut connection = self.0.client.get_multiplexed_async_connection_with_config(&config.set_push_sender(heard)).await?;
        connection.subscribe(Channel::ALL.map(Channel::name).as_slice()).await?;
        Ok(connection)
    }

    /// Until it breaks.
    async fn watch(&self, mut connection: MultiplexedConnection) -> RedisError {
        loop {
            match redis::cmd("PING").query_async::<()>(&mut connection).await {
                Ok(()) => *self.slot() = Some(connection.clone()),
                Err(error) => return error,
            }
            // Either way it is looked at again.
            let _ = timeout(PING_EVERY, self.0.failed.notified()).await;
        }
    }
}

impl Inner {
    fn hear(&self, push: &PushInfo) {
        if push.kind == PushKind::Disconnection {
            self.failed.notify_one();
        }
        if push.kind != PushKind::Message {
            return;
        }
        let [Value::BulkString(name), Value::BulkString(payload)] = push.data.as_slice() else { return };
        let Some(channel) = Channel::ALL.into_iter().find(|channel| channel.name().as_bytes() == name) else { return };
        if let Some(message) = message(payload)
            && message.host != self.host
        {
            // Nobody may listen here.
            let _ = self.heard[channel as usize].send(message);
        }
    }
}

fn message(payload: &[u8]) -> Option<Message> {
    let text = std::str::from_utf8(payload).ok().filter(|text| text.len() <= MESSAGE_BYTES_MAX)?;
    let (host, body) = text.split_at_checked(HOST_LENGTH)?;
    Some(Message { host: Uuid::try_parse(host).ok()?, body: body.strip_prefix(' ')?.into() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("redis://localhost", true)]
    #[case("redis://:secret@10.0.0.1:6380/2", true)]
    #[case("rediss://cache.example.org:6380", true)]
    #[case("localhost:6379", false)]
    #[case("http://localhost", false)]
    #[case("redis://", false)]
    fn an_address_is_checked_before_anything_starts(#[case] url: &str, #[case] is_good: bool) {
        assert_eq!(Link::open(url, Uuid::nil()).is_ok(), is_good);
    }

    #[test]
    fn what_is_shown_of_a_link_holds_no_password() {
        let link = Link::open("redis://ann:hunter2@localhost", Uuid::nil()).expect("good");
        assert!(!format!("{link:?}").contains("hunter2"));
    }

    #[test]
    fn a_message_is_who_says_it_and_what() {
        let host = Uuid::from_u128(7);
        assert_eq!(message(format!("{host} a b").as_bytes()), Some(Message { host, body: "a b".into() }));
        let garbage: [&[u8]; 5] = [b"", b"short", &[0xff; 64], &[b' '; 40], b"not-a-host-but-just-as-long-as-one-is x"];
        for payload in garbage {
            assert_eq!(message(payload), None);
        }
    }
}
