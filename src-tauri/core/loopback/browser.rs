//! The browsers that have brought a redirect, each with the page that it ends on. A page exists for the browser that was sent there and
//! for no other: its address has a token that nobody can guess. The same redirect may come again, because browsers load a page twice;
//! then it ends on the same page. The code is not kept, only its hash.

use std::{collections::HashMap, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};

use super::{Redirect, page::Page, request::Outcome};
use crate::under_way::{Going, UnderWay};

/// How long the browser may take to fetch its last page after the redirect was answered.
const LAST_PAGE_TIMEOUT: Duration = Duration::from_millis(900);
/// How long an answer may take to be written.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the result may take before the browser gets the page that points to Outtray.
const RESULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How many redirects are remembered once they were answered.
const ANSWERED_MAX: usize = 64;

/// Redirects that are awaited, and those that have come.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    pub(super) awaited: HashMap<String, oneshot::Sender<Redirect>>,
    answered: Vec<Arc<Answered>>,
}

/// A redirect that has come.
#[derive(Debug)]
pub(super) struct Answered {
    fingerprint: [u8; 32],
    token: String,
    /// How it ended; nothing until that is known.
    page: watch::Sender<Option<Page>>,
    /// Whether a browser has its last page.
    seen: watch::Sender<bool>,
    /// The connections that are to hear of it.
    answering: UnderWay,
}

/// The way to tell the browser how it ended. Dropped, it sends the browser back to Outtray.
#[derive(Debug)]
pub struct Browser(Arc<Answered>);

/// A browser that has been told.
#[derive(Debug)]
pub struct Told(Arc<Answered>);

impl Redirects {
    /// Whether somebody waits for this redirect, or it was answered already.
    pub(super) fn knows(&self, state: &str, outcome: &Outcome) -> bool {
        self.awaited.contains_key(state) || self.find(&fingerprint(state, outcome)).is_some()
    }

    /// The redirect as it was answered before, or as it is answered now for the first time: then with who awaits it.
    pub(super) fn take(&mut self, state: &str, outcome: &Outcome) -> Option<(Arc<Answered>, Option<oneshot::Sender<Redirect>>)> {
        let fingerprint = fingerprint(state, outcome);
        if let Some(answered) = self.find(&fingerprint) {
            return Some((answered.clone(), None));
        }
        let waiting = self.awaited.remove(state)?;
        let mut bytes = [0; 18];
        getrandom::fill(&mut bytes).ok()?;
        let answered = Arc::new(Answered {
            fingerprint,
            token: URL_SAFE_NO_PAD.encode(bytes),
            page: watch::Sender::new(None),
            seen: watch::Sender::new(false),
            answering: UnderWay::default(),
        });
        if self.answered.len() == ANSWERED_MAX {
            self.answered.remove(0);
        }
        self.answered.push(answered.clone());
        Some((answered, Some(waiting)))
    }

    /// The redirect that ended on the page with this token.
    pub(super) fn ended_on(&self, page: Page, token: &str) -> Option<Arc<Answered>> {
        let found = self.answered.iter().find(|answered| answered.token == token && answered.may_show(page));
        found.cloned()
    }

    fn find(&self, fingerprint: &[u8; 32]) -> Option<&Arc<Answered>> {
        self.answered.iter().find(|answered| answered.fingerprint == *fingerprint)
    }
}

impl Answered {
    /// One more connection is to hear of it, until this is dropped.
    pub(super) fn answering(&self) -> Going {
        self.answering.begin()
    }

    /// How it ended, with the token of that page; when that takes too long, Outtray will say it.
    pub(super) async fn page(&self) -> (Page, &str) {
        let mut page = self.page.subscribe();
        let ended = timeout(RESULT_TIMEOUT, page.wait_for(Option::is_some)).await;
        let page = ended.ok().and_then(|page| *page.ok()?);
        (page.unwrap_or(Page::SeeOuttray), &self.token)
    }

    /// A browser has its last page.
    pub(super) fn seen(&self) {
        self.seen.send_replace(true);
    }

    fn may_show(&self, page: Page) -> bool {
        page == Page::SeeOuttray || *self.page.borrow() == Some(page)
    }
}

impl Browser {
    pub(super) fn new(answered: Arc<Answered>) -> Self {
        Self(answered)
    }

    /// Tells it.
    pub fn tell(self, page: Page) -> Told {
        self.0.page.send_replace(Some(page));
        Told(self.0.clone())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.0.page.send_if_modified(|page| match page {
            Some(_) => false,
            None => {
                *page = Some(Page::SeeOuttray);
                true
            }
        });
    }
}

impl Told {
    /// Waits until the browser was sent on and has fetched its last page, but not long: the port is to be free again soon.
    pub async fn seen(self) {
        self.0.answering.ended_within(ANSWER_TIMEOUT).await;
        let mut seen = self.0.seen.subscribe();
        let _ = timeout(LAST_PAGE_TIMEOUT, seen.wait_for(|seen| *seen)).await;
    }
}

fn fingerprint(state: &str, outcome: &Outcome) -> [u8; 32] {
    let (kind, text) = match outcome {
        Ok(code) => ("code", code.expose()),
        Err(error) => ("error", error.as_str()),
    };
    let parts = [state, kind, text];
    let digest = parts.iter().fold(Sha256::new(), |hash, part| {
        hash.chain_update(part.len().to_be_bytes()).chain_update(part)
    });
    digest.finalize().into()
}
