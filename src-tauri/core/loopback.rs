//! Loopback: the listener on this computer that takes the redirect of Dropbox (RFC 8252 section 7.3), so that nobody copies a code.
//!
//! It is small, suspicious and shared: one listener serves every operator who waits on its port, and tells them apart by `state`.
//! Only a `GET` on our path, with our `Host` and a `state` that is awaited, counts. Everything else is answered and ignored, and the
//! wait goes on. The browser ends on an address without a code.

mod page;
mod request;

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot, watch},
    task::JoinSet,
};

pub use self::page::Page;
use self::request::{Answer, Verdict};
use crate::secret::Secret;

/// The path of every redirect URI.
pub const PATH: &str = "/dropbox";

/// How long one connection may take to send its request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the browser may take to fetch the last page after the redirect was answered, before the port is closed.
const LAST_PAGE_TIMEOUT: Duration = Duration::from_millis(900);
/// How long the result may take before the browser gets the page that points to Outtray.
const RESULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a port is waited for that another listener of ours may have just given up.
const MOMENT: Duration = Duration::from_millis(50);
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
    port: u16,
    awaited: Mutex<Awaited>,
    /// Redirects that were answered and whose last page was not fetched yet.
    last_page: Notify,
}

impl Listener {
    /// Binds the first port of the list that can be had, once, and begins to answer. The order is the order of preference.
    pub async fn bind(ports: &[u16]) -> Result<Self, Error> {
        let mut reasons = Vec::new();
        for &port in ports {
            match bind_patiently(port).await {
                Ok(socket) => return Ok(Self::start(socket, port)),
                Err(error) => reasons.push(format!("port {port} {}", port_words(&error))),
            }
        }
        Err(Error::PortsBusy(reasons.join(", ")))
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// The redirect URI, exactly as it has to be registered in the App Console.
    pub fn redirect_uri(&self) -> String {
        redirect_uri(self.shared.port)
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

    fn start(socket: TcpListener, port: u16) -> Self {
        let shared = Arc::new(Shared {
            port,
            awaited: Mutex::default(),
            last_page: Notify::new(),
        });
        let (alive, ended) = watch::channel(());
        tokio::spawn(accept(socket, shared.clone(), ended));
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

/// The redirect URI of a port.
pub fn redirect_uri(port: u16) -> String {
    format!("http://127.0.0.1:{port}{PATH}")
}

/// Busy and reserved read differently, because what helps is different. Windows reserves ranges for Hyper-V and answers WSAEACCES.
fn port_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "is in use by another program".to_owned(),
        io::ErrorKind::PermissionDenied => "is reserved by the system".to_owned(),
        _ => format!("cannot be used ({error})"),
    }
}

/// A listener that has just ended gives its port back a moment later; another program keeps it.
async fn bind_patiently(port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            tokio::time::sleep(MOMENT).await;
            TcpListener::bind(address).await
        }
        bound => bound,
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
                // A connection that was reset before it was accepted concerns nobody.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, shared.clone()));
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
    let answer = match request::judge(&head, shared.port, |state| shared.awaited().contains_key(state)) {
        Verdict::Answer(answer) => answer,
        Verdict::LastPage(page) => {
            shared.last_page.notify_one();
            Answer::page(page)
        }
        Verdict::Redirect { state, result } => deliver(&shared, &state, result).await,
    };
    let _ = stream.write_all(&answer.into_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Hands the redirect to whoever awaits it, and sends the browser on to an address without a code.
async fn deliver(shared: &Shared, state: &str, result: Result<Secret, String>) -> Answer {
    let Some(waiting) = shared.awaited().remove(state) else {
        return Answer::page(Page::NotAwaited);
    };
    let (page, outcome) = oneshot::channel();
    if waiting.send(Redirect { result, page }).is_err() {
        return Answer::page(Page::NotAwaited);
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
