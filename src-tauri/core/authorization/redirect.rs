//! Awaiting the browser: one listener for all who wait on its port, one task for each request.

use std::time::Duration;

use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

use super::Authorizations;
use crate::{
    activity::Action,
    dropbox::App,
    error::Error,
    loopback::{self, Address, Listener, Page, Redirect},
    operator::{Consent, OperatorId},
    secret::Secret,
    store::{OperatorRow, authorization_requests::AwaitedRedirect},
};

/// Somebody awaits a redirect.
#[derive(Debug)]
pub(super) struct Wait {
    state: String,
    listener: Listener,
    task: JoinHandle<()>,
    /// Whether the port is wanted back as soon as the browser has its page.
    ending: watch::Sender<bool>,
}

impl Wait {
    /// Nobody waits any more; the request itself stays as it is. An exchange that has begun goes to its end, and finds out there
    /// whether its request still exists: a grant that nobody wants must not be left behind at Dropbox.
    pub(super) fn abort(self) {
        if self.listener.is_awaited(&self.state) {
            self.task.abort();
        }
    }

    /// As [`Wait::abort`], but a browser that has brought its answer gets its last page first.
    pub(super) async fn end(mut self) {
        if self.listener.is_awaited(&self.state) {
            return self.abort();
        }
        self.ending.send_replace(true);
        // A task that ends badly has nothing more to say, and one that hangs is not waited for.
        let _ = tokio::time::timeout(END_TIMEOUT, &mut self.task).await;
    }
}

/// How often it is looked whether another program still awaits a redirect.
const FOLLOW_POLL: Duration = Duration::from_secs(2);
/// How long the end of the program waits for a last page.
const END_TIMEOUT: Duration = Duration::from_secs(4);
/// How long the port is kept after the last page, for a browser that loads the redirect twice.
const LOADED_TWICE: Duration = Duration::from_secs(1);

impl Drop for Wait {
    fn drop(&mut self) {
        self.listener.forget(&self.state);
    }
}

/// One request, as its waiting task knows it.
struct Awaiting {
    row: OperatorRow,
    id: OperatorId,
    state: String,
    /// Keeps the port.
    _listener: Listener,
    /// In milliseconds since 1970.
    expires_at: i64,
    /// Whether what Dropbox confirms is saved without anybody's doing.
    saves_itself: bool,
    ending: watch::Receiver<bool>,
}

impl Authorizations {
    /// Binds before the URL exists, so that the redirect cannot come too early. Whoever waits already, this operator's own request
    /// before included, shares the listener: a port that was registered is never given up for another one. Only a change of
    /// Administrator Options makes a second listener.
    pub(super) async fn begin_here(&self, row: OperatorRow, id: &OperatorId, app: &App, consent: Consent) -> Result<(), Error> {
        let settings = self.parts.store.get_settings().await?;
        let (host, ports) = (settings.redirect_host, settings.redirect_ports);
        let mut waits = self.parts.waits.lock().await;
        let chosen = |address: Address| address.host == host && ports.contains(&address.port);
        let shared = waits.values().map(|wait| &wait.listener).find(|listener| chosen(listener.address()));
        let listener = match shared {
            Some(listener) => listener.clone(),
            None => Listener::bind(host, &ports).await.map_err(ports_busy)?,
        };
        let redirect_uri = listener.address().redirect_uri();
        let state = self.keep_request(row, app, Some(redirect_uri), consent).await?;
        let wait = self.wait(row, id.clone(), state, listener, consent.saves_itself).await?;
        if let Some(before) = waits.insert(row, wait) {
            before.abort();
        }
        Ok(())
    }

    /// Takes up what a restart interrupted: awaits redirects again on the same port, finishes exchanges, and revokes what is no longer
    /// wanted.
    pub async fn resume(&self) -> Result<(), Error> {
        tokio::spawn(self.clone().keep_revoking());
        for id in self.parts.store.interrupted_exchanges().await? {
            let this = self.clone();
            tokio::spawn(async move {
                if let Err(error) = this.complete(&id, None).await {
                    tracing::warn!(operator = %id, code = error.code(), "an interrupted authorization could not be completed");
                }
            });
        }
        for awaited in self.parts.store.awaited_redirects(self.parts.clock.now_ms()).await? {
            match self.parts.instance.is_another(awaited.owner.as_deref()) {
                true => drop(tokio::spawn(self.clone().follow(awaited))),
                false => self.resume_waiting(awaited).await?,
            }
        }
        Ok(())
    }

    /// Another program awaits this redirect. When that one ends before the redirect has come, this one takes its place.
    async fn follow(self, awaited: AwaitedRedirect) {
        let id = awaited.operator_id.clone();
        if let Err(error) = self.try_follow(awaited).await {
            tracing::warn!(operator = %id, code = error.code(), "the wait of another program could not be taken over");
        }
    }

    async fn try_follow(&self, mut awaited: AwaitedRedirect) -> Result<(), Error> {
        loop {
            tokio::time::sleep(FOLLOW_POLL).await;
            let all = self.parts.store.awaited_redirects(self.parts.clock.now_ms()).await?;
            let Some(now) = all.into_iter().find(|now| now.state == awaited.state) else {
                return Ok(());
            };
            awaited = now;
            if !self.parts.instance.is_another(awaited.owner.as_deref()) {
                return self.resume_waiting(awaited).await;
            }
        }
    }

    async fn resume_waiting(&self, awaited: AwaitedRedirect) -> Result<(), Error> {
        // The URL is out already, so it is its address that counts, whatever was chosen since.
        let Some(address) = Address::of(&awaited.redirect_uri) else {
            return Ok(());
        };
        let (row, _) = self.operator(&awaited.operator_id).await?;
        let mut waits = self.parts.waits.lock().await;
        let takeover = self.takeover(awaited.owner)?;
        if !self.parts.store.begin_waiting(&awaited.state, &takeover).await? {
            return Ok(());
        }
        let shared = waits.values().map(|wait| &wait.listener).find(|listener| listener.address() == address).cloned();
        let listener = match shared {
            Some(listener) => listener,
            None => match Listener::bind(address.host, &[address.port]).await {
                Ok(listener) => listener,
                Err(_) => {
                    // The address of the page that fails to load can be pasted instead.
                    let problem = Error::RedirectPortBusy(address.port).problem();
                    return Ok(self.parts.store.note_request_delay(&awaited.state, &problem).await?);
                }
            },
        };
        let wait = self.wait(row, awaited.operator_id, awaited.state, listener, false).await?;
        waits.insert(row, wait);
        Ok(())
    }

    /// Whose redirect is awaited there now, by this program or by another one on the same database.
    pub async fn awaited_at(&self, address: Address) -> Result<Option<OperatorId>, Error> {
        let (instance, now) = (&self.parts.instance, self.parts.clock.now_ms());
        let awaited = self.parts.store.awaited_redirects(now).await?.into_iter();
        let mut there = awaited.filter(|awaited| Address::of(&awaited.redirect_uri) == Some(address));
        let found = there.find(|awaited| awaited.owner.as_deref().is_some_and(|owner| instance.is_alive(owner)));
        Ok(found.map(|awaited| awaited.operator_id))
    }

    /// Whether this program listens at this address: for a while also after the browser has come.
    pub async fn listens_at(&self, address: Address) -> bool {
        self.parts.waits.lock().await.values().any(|wait| wait.listener.address() == address)
    }

    /// Ends the wait of an operator, if there is one.
    pub(super) async fn stop_waiting(&self, row: OperatorRow) {
        if let Some(wait) = self.parts.waits.lock().await.remove(&row) {
            wait.abort();
        }
    }

    async fn wait(&self, row: OperatorRow, id: OperatorId, state: String, listener: Listener, saves_itself: bool) -> Result<Wait, Error> {
        let receiver = listener.expect(&state);
        let request = self.parts.store.sealed_request(row).await?;
        let expires_at = request.map_or(0, |request| request.expires_at);
        let left = Duration::from_millis(u64::try_from(expires_at - self.parts.clock.now_ms()).unwrap_or(0));
        let (ending, ended) = watch::channel(false);
        let awaiting = Awaiting {
            row,
            id,
            state: state.clone(),
            _listener: listener.clone(),
            expires_at,
            saves_itself,
            ending: ended,
        };
        let task = tokio::spawn(self.clone().await_redirect(awaiting, receiver, left));
        Ok(Wait {
            state,
            listener,
            task,
            ending,
        })
    }

    async fn await_redirect(self, mut awaiting: Awaiting, receiver: oneshot::Receiver<Redirect>, left: Duration) {
        // After the hour the request shows as expired by itself; here only the port is given back.
        let redirect = tokio::select! {
            redirect = tokio::time::timeout(left, receiver) => redirect.ok().and_then(Result::ok),
            () = self.replaced(&awaiting) => None,
        };
        if let Some(redirect) = redirect {
            let page = match redirect.result {
                Ok(code) => self.redirected(&awaiting, code).await,
                Err(error) => self.refused(&awaiting, &error).await,
            };
            redirect.browser.tell(page).seen().await;
            // An error says that the wait was dropped, and its port with it.
            let _ = tokio::time::timeout(LOADED_TWICE, awaiting.ending.wait_for(|ending| *ending)).await;
        }
        let mut waits = self.parts.waits.lock().await;
        if waits.get(&awaiting.row).is_some_and(|wait| wait.state == awaiting.state) {
            waits.remove(&awaiting.row);
        }
    }

    /// Waits until another program has put another request, or none, in the place of this one: the port is free then for what awaits it.
    async fn replaced(&self, awaiting: &Awaiting) {
        loop {
            tokio::time::sleep(FOLLOW_POLL).await;
            match self.parts.store.sealed_request(awaiting.row).await {
                Ok(Some(request)) if request.state == awaiting.state => {}
                // The database may be busy, or closed: the end of the program ends this wait in its own way.
                Err(_) => {}
                Ok(_) => return,
            }
        }
    }

    async fn redirected(&self, awaiting: &Awaiting, code: Secret) -> Page {
        // The computer may have slept meanwhile: what waits here does not count those hours, the clock does.
        if awaiting.expires_at <= self.parts.clock.now_ms() {
            return Page::Failed;
        }
        let _going = self.parts.under_way.begin();
        let result = self.take_code(awaiting.row, &awaiting.id, &awaiting.state, code).await;
        // The other ways to a code are use cases, which are written down by themselves.
        let (action, id) = (Action::CompleteAuthorization, Some(&awaiting.id));
        match self.parts.recorder.record(action, id, None, result).await {
            Ok(()) if awaiting.saves_itself => Page::Authorized,
            Ok(()) => Page::Confirmed,
            Err(error) => {
                tracing::warn!(operator = %awaiting.id, code = error.code(), "the redirect came, but Dropbox did not confirm");
                // A code that came by itself cannot be mistyped: this request is over.
                if matches!(error, Error::InvalidCode) {
                    self.fail(&awaiting.id, &awaiting.state, &error).await;
                }
                Page::Failed
            }
        }
    }

    /// RFC 6749 section 4.1.2.1.
    async fn refused(&self, awaiting: &Awaiting, error: &str) -> Page {
        let (error, page) = match error {
            "access_denied" => (Error::AuthorizationRefused, Page::Refused),
            other => (Error::AuthorizationFailed(other.to_owned()), Page::Failed),
        };
        self.fail(&awaiting.id, &awaiting.state, &error).await;
        page
    }
}

fn ports_busy(error: loopback::Error) -> Error {
    Error::PortsBusy(error.to_string())
}
