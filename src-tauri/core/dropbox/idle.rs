//! Silence: a call ends when nothing has moved for a while, however long its body takes as a whole.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use super::Error;

/// How much of a body is handed over at a time, in bytes: each of these shows that the line is alive.
const PIECE: usize = 64 * 1024;
/// The slowest line that is reckoned with, in bytes a second for one call. What a virus scanner or a proxy has taken at once it may
/// send on no faster.
const SLOWEST: u64 = 16 * 1024;

/// A body that tells when a piece of it is taken.
#[derive(Debug)]
pub(super) struct Sending {
    left: Bytes,
    taken: watch::Sender<()>,
}

impl Sending {
    /// The body, and what hears of its pieces. When the body has gone, all of it is on its way.
    pub(super) fn new(bytes: Bytes) -> (Self, Moves) {
        let (taken, moves) = watch::channel(());
        (Self { left: bytes, taken }, Moves(moves))
    }
}

/// Hears of each piece of a body that is taken.
#[derive(Debug)]
pub(super) struct Moves(watch::Receiver<()>);

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

/// Waits for the answer to a request with a body of so many bytes; every piece that is taken begins the wait anew. After the last the
/// answer may take as long as the body may still be on its way.
pub(super) async fn while_moving<T>(idle: Duration, bytes: u64, moves: Option<Moves>, work: impl Future<Output = T>) -> Result<T, Error> {
    tokio::pin!(work);
    let begun = Instant::now();
    if let Some(Moves(mut moves)) = moves {
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                moved = timeout(idle, moves.changed()) => match moved {
                    Ok(Ok(())) => {}
                    // The body has gone: what is left is the answer.
                    Ok(Err(_)) => break,
                    Err(_) => return Err(Error::Silent),
                },
            }
        }
    }
    let on_its_way = Duration::from_secs(bytes / SLOWEST).saturating_sub(begun.elapsed());
    within(idle + on_its_way, work).await
}

/// Waits for one thing.
pub(super) async fn within<T>(bound: Duration, work: impl Future<Output = T>) -> Result<T, Error> {
    timeout(bound, work).await.map_err(|_| Error::Silent)
}
