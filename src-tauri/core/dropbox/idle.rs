//! Silence: a call ends when nothing has moved for a while, however long it takes as a whole.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::{sync::watch, time::timeout};

use super::Error;

/// How much of a body is handed over at a time, in bytes: each of these shows that the line is alive.
const PIECE: usize = 64 * 1024;

/// A body that tells when a piece of it is taken.
#[derive(Debug)]
pub(super) struct Sending {
    left: Bytes,
    taken: watch::Sender<()>,
}

impl Sending {
    /// The body, and what hears of its pieces. When the body has gone, all of it is on its way.
    pub(super) fn new(bytes: Bytes) -> (Self, watch::Receiver<()>) {
        let (taken, moves) = watch::channel(());
        (Self { left: bytes, taken }, moves)
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let take = self.left.len().min(PIECE);
        let piece = self.left.split_to(take);
        self.taken.send_replace(());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

/// Waits for something during which pieces of a body are taken; every piece begins the wait anew.
pub(super) async fn while_moving<T>(idle: Duration, mut moves: watch::Receiver<()>, work: impl Future<Output = T>) -> Result<T, Error> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Ok(done),
            moved = timeout(idle, moves.changed()) => match moved {
                Ok(Ok(())) => {}
                // The body has gone: what is left is the answer.
                Ok(Err(_)) => return within(idle, work).await,
                Err(_) => return Err(Error::Silent),
            },
        }
    }
}

/// Waits for one thing.
pub(super) async fn within<T>(idle: Duration, work: impl Future<Output = T>) -> Result<T, Error> {
    timeout(idle, work).await.map_err(|_| Error::Silent)
}
