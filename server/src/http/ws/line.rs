//! The two ends of one connection. Whole frames alone are written to it, by its own task and by the fan-out, so that neither
//! cuts into a frame of the other. What the client can't take at once is kept, at most a write; until it has gone nothing
//! more is taken: prices wait where newer ones take their place, and everything else waits in its task.

use std::{
    io,
    net::Shutdown,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::Notify,
    time::timeout,
};

use super::prices::{Form, Prices, Scratch};
use crate::services::quotes::Quotes;

/// A client that was told the end is heard so long, and so much of it.
const DRAIN_MAX: Duration = Duration::from_secs(2);
const DRAIN_BYTES: usize = 4 * 1_024 * 1_024;

/// What the WebSocket protocol reads from and writes to.
#[derive(Debug)]
pub(super) struct Line {
    read: OwnedReadHalf,
    outlet: Arc<Outlet>,
}

#[derive(Debug)]
pub(super) struct Outlet {
    write: OwnedWriteHalf,
    inner: Mutex<Inner>,
    /// The client could not take all that the fan-out had: its task goes on when it can.
    behind: Notify,
}

#[derive(Debug)]
struct Inner {
    /// Of a frame that has begun, and what was written with it.
    rest: Vec<u8>,
    prices: Prices,
}

impl Outlet {
    pub(super) fn new(write: OwnedWriteHalf, form: Form) -> Self {
        let inner = Inner { rest: Vec::new(), prices: Prices::new(form) };
        Self { write, inner: Mutex::new(inner), behind: Notify::new() }
    }

    /// Nothing panics while it is held.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn with_prices<T>(&self, work: impl FnOnce(&mut Prices) -> T) -> T {
        work(&mut self.lock().prices)
    }

    /// Returns once the client is behind.
    pub(super) async fn behind(&self) {
        self.behind.notified().await;
    }

    /// Writes the prices that are newer than the last ones, without waiting. False when the client could not take them all.
    pub(super) fn tell(&self, quotes: &Quotes, scratch: &mut Scratch) -> bool {
        let mut inner = self.lock();
        if !inner.rest.is_empty() {
            return false;
        }
        loop {
            let is_all = inner.prices.write_changed(quotes, scratch);
            let frames = scratch.frames.as_slice();
            if frames.is_empty() {
                return true;
            }
            // Past the runtime's notes of who is ready, which lie far apart in memory: the own task of who is not asks them.
            // An error is met again by that task, which ends.
            let written = SockRef::from(self.write.as_ref()).send(frames).unwrap_or(0);
            if written < frames.len() {
                inner.rest = frames[written..].to_vec();
                self.behind.notify_one();
                return false;
            }
            if is_all {
                return true;
            }
        }
    }

    /// Ready once the client has taken all that was written.
    fn poll_empty(&self, inner: &mut Inner, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !inner.rest.is_empty() {
            match self.write.try_write(&inner.rest) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(written) => drop(inner.rest.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready!(self.write.as_ref().poll_write_ready(context))?,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        inner.rest = Vec::new();
        Poll::Ready(Ok(()))
    }

    /// Takes all of it, so that no frame is cut; only when nothing is left of what was written before.
    fn poll_take(&self, context: &mut Context<'_>, frames: &[u8]) -> Poll<io::Result<usize>> {
        let mut inner = self.lock();
        ready!(self.poll_empty(&mut inner, context))?;
        let written = match self.write.try_write(frames) {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(error) => return Poll::Ready(Err(error)),
        };
        inner.rest.extend_from_slice(&frames[written..]);
        Poll::Ready(Ok(frames.len()))
    }
}

impl Line {
    pub(super) fn new(read: OwnedReadHalf, outlet: Arc<Outlet>) -> Self {
        Self { read, outlet }
    }

    /// Reads away what the client goes on sending after the end was said: a connection that is let go with bytes unread is
    /// reset, and the client never sees the code.
    pub(super) async fn drain(&mut self) {
        let (mut bytes, mut left) = (vec![0; 16 * 1_024], DRAIN_BYTES);
        let read = async {
            while let Ok(count @ 1..) = self.read.read(&mut bytes).await
                && count <= left
            {
                left -= count;
            }
        };
        // Whoever has not stopped by then is let go all the same.
        let _ = timeout(DRAIN_MAX, read).await;
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.read).poll_read(context, buffer)
    }
}

/// The protocol hands over whole frames: it empties its buffer with each write.
impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, frames: &[u8]) -> Poll<io::Result<usize>> {
        self.outlet.poll_take(context, frames)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outlet.poll_empty(&mut self.outlet.lock(), context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.outlet.poll_empty(&mut self.outlet.lock(), context))?;
        Poll::Ready(SockRef::from(self.outlet.write.as_ref()).shutdown(Shutdown::Write))
    }
}
