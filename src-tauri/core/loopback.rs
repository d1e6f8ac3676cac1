//! Loopback: the listener on this computer that takes the redirect of Dropbox (RFC 8252 section 7.3), so that nobody copies a code.
//!
//! It is small, suspicious and shared: one listener serves every operator who waits on its port, and tells them apart by `state`.
//! Only a `GET` on our path, with our `Host` and a `state` that is awaited, counts. Everything else is answered and ignored, and the
//! wait goes on. The browser ends on an address without a code.
//!
//! `port` decides which ports can be had, `connections` lets browsers in, `head` reads what counts of a request, `request` says what it
//! means, `browser` remembers who has brought a redirect, `page` is what the browser shows, `words` what it says there in its user's
//! language, `html` how it looks.

mod browser;
mod connections;
pub(crate) mod head;
mod html;
mod page;
mod port;
pub(crate) mod request;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
};

use self::{
    browser::Redirects,
    head::Head,
    request::{Answer, Outcome, Verdict},
    words::Language,
};
pub use self::{
    browser::{Browser, Told},
    page::Page,
    port::{Address, port_words, usable},
};
use crate::{secret::Secret, settings::RedirectHost};

/// The path of every redirect URI.
pub const PATH: &str = "/dropbox";

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
    /// The browser, which has to be told how it ended.
    pub browser: Browser,
}

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
    redirects: Mutex<Redirects>,
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
        self.shared.redirects().awaited.insert(state.to_owned(), sender);
        receiver
    }

    /// Whether the redirect with this `state` has not come yet.
    pub fn is_awaited(&self, state: &str) -> bool {
        self.shared.redirects().awaited.contains_key(state)
    }

    /// Ends the wait for this `state`.
    pub fn forget(&self, state: &str) {
        self.shared.redirects().awaited.remove(state);
    }

    fn start(sockets: Vec<TcpListener>, address: Address) -> Self {
        let shared = Arc::new(Shared {
            address,
            redirects: Mutex::default(),
        });
        let (alive, ended) = watch::channel(());
        for socket in sockets {
            tokio::spawn(connections::accept(socket, shared.clone(), ended.clone()));
        }
        Self {
            shared,
            _alive: Arc::new(alive),
        }
    }
}

impl Shared {
    fn redirects(&self) -> MutexGuard<'_, Redirects> {
        self.redirects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request.
    async fn answer(&self, head: &Head, stream: &mut TcpStream) {
        let knows = |state: &str, outcome: &Outcome| self.redirects().knows(state, outcome);
        match request::judge(head.kept(), &self.address.authority(), knows) {
            Verdict::Answer(answer) => connections::write(stream, answer).await,
            Verdict::LastPage { token, page, language } => self.last_page(page, &token, language, stream).await,
            Verdict::Redirect { state, result, language } => self.deliver(&state, result, language, stream).await,
        }
    }

    /// The page exists only for the browser that was sent there.
    async fn last_page(&self, page: Page, token: &str, language: Language, stream: &mut TcpStream) {
        let ended = self.redirects().ended_on(page, token);
        let page = if ended.is_some() { page } else { Page::NotAwaited };
        connections::write(stream, Answer::page(page, language)).await;
        if let Some(ended) = ended {
            ended.seen();
        }
    }

    /// Hands the redirect to whoever awaits it, and sends the browser on to an address without a code.
    async fn deliver(&self, state: &str, result: Outcome, language: Language, stream: &mut TcpStream) {
        let taken = self.redirects().take(state, &result);
        let Some((answered, waiting)) = taken else {
            return connections::write(stream, Answer::page(Page::NotAwaited, language)).await;
        };
        // Until it is written, neither the port nor the program goes.
        let _answering = answered.answering();
        if let Some(waiting) = waiting {
            let browser = Browser::new(answered.clone());
            // Where the wait has just ended, the browser is sent back to Outtray.
            let _ = waiting.send(Redirect { result, browser });
        }
        let (page, token) = answered.page().await;
        connections::write(stream, Answer::go_to(page, token)).await;
    }
}
