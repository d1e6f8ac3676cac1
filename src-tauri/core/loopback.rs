//! Loopback: the listener on this computer that takes the redirect of Dropbox (RFC 8252 section 7.3), so that nobody copies a code.
//!
//! It is small, suspicious and shared: one listener serves every operator who waits on its port, and tells them apart by `state`.
//! Only a `GET` on our path, with our `Host` and a `state` that is awaited, counts. Everything else is answered and ignored, and the
//! wait goes on. The browser ends on an address without a code.
//!
//! `port` decides which ports can be had, `request` what a request means, `page` is what the browser shows, `words` what
//! it says there in its user's language.

mod page;
mod port;
pub(crate) mod request;
mod words;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot, watch},
    task::JoinSet,
};

pub use self::{
    page::Page,
    port::{Address, port_words, usable},
};
use self::{
    request::{Answer, Verdict},
    words::Language,
};
use crate::{secret::Secret, settings::RedirectHost};

/// The path of every redirect URI.
pub const PATH: &str = "/dropbox";

/// How long one connection may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the browser may take to fetch the last page after the redirect was answered, before the port is closed.
const LAST_PAGE_TIMEOUT: Duration = Duration::from_millis(900);
/// How long no connection is accepted after one could not be.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long the result may take before the browser gets the page that points to Outtray.
const RESULT_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest request, in bytes.
const REQUEST_MAX: usize = 16 * 1024;
/// Connections that are read at the same time.
const CONNECTIONS_MAX: usize = 64;

/// What can go wrong with a port.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// None of the ports could be used; each with the system's reason.
    #[error("{0}")]
    PortsBusy(String),
}

/// What the redirect brought: a code or a refusal, and the way to tell the browser how it ended.
#[derive(Debug)]
pub struct Redirect {
    /// The code, or the `error` of RFC 6749 section 4.1.2.1.
    pub result: Result<Secret, String>,
    /// Tells the browser how it ended.
    pub page: oneshot::Sender<Page>,
}

type Awaited = HashMap<String, oneshot::Sender<Redirect>>;

/// A listener on one port. It accepts until the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Listener {
    shared: Arc<Shared>,
    /// Its receiver ends with the last clone, and the accept loop with it.
    _alive: Arc<watch::Sender<()>>,
}

#[derive(Debug)]
struct Shared {
    address: Address,
    awaited: Mutex<Awaited>,
    /// Redirects that were answered and whose last page was not fetched yet.
    last_page: Notify,
}

impl Listener {
    /// Binds the first port of the list that can be had, once, and begins to answer. The order is the order of preference.
    pub async fn bind(host: RedirectHost, ports: &[u16]) -> Result<Self, Error> {
        let mut reasons = Vec::new();
        for &port in ports {
            let address = Address { host, port };
            match address.bind().await {
                Ok(sockets) => return Ok(Self::start(sockets, address)),
                Err(error) => reasons.push(format!("port {port} {}", port_words(&error))),
            }
        }
        Err(Error::PortsBusy(reasons.join(", ")))
    }

    /// Where it listens.
    pub fn address(&self) -> Address {
        self.shared.address
    }

    /// Awaits the redirect with this `state`. Dropping the receiver ends the wait.
    pub fn expect(&self, state: &str) -> oneshot::Receiver<Redirect> {
        let (sender, receiver) = oneshot::channel();
        self.shared.awaited().insert(state.to_owned(), sender);
        receiver
    }

    /// Whether the redirect with this `state` has not come yet.
    pub fn is_awaited(&self, state: &str) -> bool {
        self.shared.awaited().contains_key(state)
    }

    /// Ends the wait for this `state`.
    pub fn forget(&self, state: &str) {
        self.shared.awaited().remove(state);
    }

    /// Waits until the browser has fetched its last page, but not long: the port is to be free again soon.
    pub async fn last_page(&self) {
        let _ = tokio::time::timeout(LAST_PAGE_TIMEOUT, self.shared.last_page.notified()).await;
    }

    fn start(sockets: Vec<TcpListener>, address: Address) -> Self {
        let shared = Arc::new(Shared {
            address,
            awaited: Mutex::default(),
            last_page: Notify::new(),
        });
        let (alive, ended) = watch::channel(());
        for socket in sockets {
            tokio::spawn(accept(socket, shared.clone(), ended.clone()));
        }
        Self {
            shared,
            _alive: Arc::new(alive),
        }
    }
}

impl Shared {
    fn awaited(&self) -> MutexGuard<'_, Awaited> {
        self.awaited.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(socket: TcpListener, shared: Arc<Shared>, mut ended: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // An error here means that the last listener was dropped.
            _ = ended.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = socket.accept(), if connections.len() < CONNECTIONS_MAX => {
                match accepted {
                    Ok((stream, _)) => drop(connections.spawn(serve(stream, shared.clone()))),
                    // A connection that was reset before it was accepted concerns nobody. A system that has no more handles has some
                    // again a moment later, and is not asked all the time.
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                }
            }
        }
    }
}

/// One connection, one answer. Whatever goes wrong with it concerns only the other end.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(head) = read_head(&mut stream).await else {
        return;
    };
    let answer = match request::judge(&head, &shared.address.authority(), |state| shared.awaited().contains_key(state)) {
        Verdict::Answer(answer) => answer,
        Verdict::LastPage(page, language) => {
            shared.last_page.notify_one();
            Answer::page(page, language)
        }
        Verdict::Redirect { state, result, language } => deliver(&shared, &state, result, language).await,
    };
    let _ = stream.write_all(&answer.into_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Hands the redirect to whoever awaits it, and sends the browser on to an address without a code.
async fn deliver(shared: &Shared, state: &str, result: Result<Secret, String>, language: Language) -> Answer {
    let Some(waiting) = shared.awaited().remove(state) else {
        return Answer::page(Page::NotAwaited, language);
    };
    let (page, outcome) = oneshot::channel();
    if waiting.send(Redirect { result, page }).is_err() {
        return Answer::page(Page::NotAwaited, language);
    }
    match tokio::time::timeout(RESULT_TIMEOUT, outcome).await {
        Ok(Ok(page)) => Answer::go_to(page),
        _ => Answer::go_to(Page::SeeOuttray),
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(2048);
    let read = async {
        while !head.windows(4).any(|window| window == b"\r\n\r\n") && head.len() <= REQUEST_MAX {
            if stream.read_buf(&mut head).await.ok()? == 0 {
                return None;
            }
        }
        Some(())
    };
    tokio::time::timeout(REQUEST_TIMEOUT, read).await.ok()??;
    Some(head)
}
