//! The connections to a port. Another program of this computer may open as many as it likes and say nothing: when the table is full, the
//! one that has been idle for longest goes, so that the browser is always let in.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
    task::JoinSet,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    Shared,
    browser::ANSWER_TIMEOUT,
    head::{Head, Progress},
    page::Page,
    request::Answer,
    words::Language,
};

/// How long one connection may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long no connection is accepted after one could not be.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long a connection may be idle whatever happens: a browser that has connected sends its request at once.
const IDLE_AT_LEAST: Duration = Duration::from_millis(100);
/// Connections at the same time.
const CONNECTIONS_MAX: usize = 64;

/// The connections whose request has not come yet, oldest first. Whoever is taken out of it ends.
#[derive(Clone, Debug, Default)]
struct Idle(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: BTreeMap<u64, Stay>,
}

/// When a connection was accepted, and what it ends with.
#[derive(Debug)]
struct Stay {
    since: Instant,
    _stay: oneshot::Sender<Infallible>,
}

impl Idle {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the oldest may have to go.
    fn oldest(&self) -> Option<Instant> {
        let waiting = self.waiting();
        waiting.connections.first_key_value().map(|(_, oldest)| oldest.since + IDLE_AT_LEAST)
    }

    /// One more; its receiver ends when it has to go.
    fn enter(&self) -> (u64, oneshot::Receiver<Infallible>) {
        let (stay, go) = oneshot::channel();
        let mut waiting = self.waiting();
        let number = waiting.next;
        waiting.next += 1;
        let since = Instant::now();
        waiting.connections.insert(number, Stay { since, _stay: stay });
        (number, go)
    }

    /// Its request has come; `false` when it had to go at the same moment.
    fn leave(&self, number: u64) -> bool {
        self.waiting().connections.remove(&number).is_some()
    }

    /// Ends the oldest, unless that one has just sent its request.
    fn end_oldest(&self) -> bool {
        let mut waiting = self.waiting();
        let oldest = waiting.connections.first_entry();
        oldest
            .filter(|oldest| oldest.get().since + IDLE_AT_LEAST <= Instant::now())
            .map(|oldest| oldest.remove())
            .is_some()
    }

    fn end_all(&self) {
        self.waiting().connections.clear();
    }
}

/// Accepts until the last listener is dropped. What is being answered then is answered to its end.
pub(super) async fn accept(socket: TcpListener, shared: Arc<Shared>, mut ended: watch::Receiver<()>) {
    let (mut connections, idle) = (JoinSet::new(), Idle::default());
    loop {
        let has_room = connections.len() < CONNECTIONS_MAX;
        let oldest = idle.oldest().filter(|_| !has_room);
        tokio::select! {
            // An error here means that the last listener was dropped.
            _ = ended.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            () = sleep_until(oldest.unwrap_or_else(Instant::now)), if oldest.is_some() => {
                if idle.end_oldest() {
                    connections.join_next().await;
                }
            }
            accepted = socket.accept(), if has_room => match accepted {
                Ok((stream, _)) => {
                    let (number, go) = idle.enter();
                    connections.spawn(serve(stream, shared.clone(), idle.clone(), number, go));
                }
                // A connection that was reset before it was accepted concerns nobody. A system that has no more handles has some
                // again a moment later, and is not asked all the time.
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    }
    idle.end_all();
    connections.detach_all();
}

/// One connection, one answer. Whatever goes wrong with it concerns only the other end.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>, idle: Idle, number: u64, go: oneshot::Receiver<Infallible>) {
    let head = tokio::select! {
        head = timeout(REQUEST_TIMEOUT, read_head(&mut stream)) => head.ok().flatten(),
        _ = go => None,
    };
    let (true, Some(head)) = (idle.leave(number), head) else {
        return;
    };
    match head {
        Some(head) => shared.answer(&head, &mut stream).await,
        None => write(&mut stream, Answer::page(Page::BadRequest, Language::default())).await,
    }
}

/// What counts of the head; `Some(None)` for one that is not understood, and nothing for what is no HTTP or has no end.
async fn read_head(stream: &mut TcpStream) -> Option<Option<Head>> {
    let (mut head, mut bytes) = (Head::default(), [0; 4096]);
    loop {
        let read = stream.read(&mut bytes).await.ok().filter(|read| *read > 0)?;
        match head.take(&bytes[..read]) {
            Progress::Unfinished => {}
            Progress::Whole => return Some(Some(head)),
            Progress::Bad => return Some(None),
            Progress::Foreign => return None,
        }
    }
}

/// Writes an answer, after which the connection ends.
pub(super) async fn write(stream: &mut TcpStream, answer: Answer) {
    let bytes = answer.into_bytes();
    let written = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await
    };
    let _ = timeout(ANSWER_TIMEOUT, written).await;
}
