//! How calls end that would have gone well: planned by a test in this process, or by a person or a program over the control page (`control`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{answer, repeated::Page};

/// How a call ends that would have gone well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// 401 `expired_access_token`.
    ExpireToken,
    /// Nothing happens to this call: a later fault takes its turn after so many of these.
    Pass,
    /// 429 with the wait in the body.
    RateLimitedJson {
        /// Seconds.
        retry_after: u64,
    },
    /// 429 as plain text with the wait in the header.
    RateLimitedPlain {
        /// Seconds.
        retry_after: u64,
    },
    /// 429 that says no wait.
    RateLimitedHeaderless,
    /// 503 with a page.
    ServerErrorHtml,
    /// 503 with a page and the wait in the header.
    Unavailable {
        /// Seconds.
        retry_after: u64,
    },
    /// 500 of the token endpoint.
    Token500,
    /// A refusal of the token endpoint, in Dropbox's words.
    TokenRefusal {
        /// 400, or the 401 that RFC 6749 section 5.2 allows.
        status: u16,
        /// `error`.
        error: &'static str,
        /// `error_description`.
        description: Option<&'static str>,
    },
    /// The work is done, the connection ends without an answer.
    CutAfterCommit,
    /// A part is taken, the connection ends without an answer.
    LostChunkAnswer,
    /// The work is done, the answer begins and never goes on: the connection stays open.
    Stall,
    /// The answer comes byte by byte.
    Drip {
        /// Between two bytes.
        pause: Duration,
    },
    /// The connection ends before anything is done.
    CutBefore,
    /// The account is full.
    InsufficientSpace,
    /// The commit is refused with this WriteError.
    WriteError(Value),
    /// Another writer holds the namespace.
    TooManyWriteOperations,
    /// The answer has another content hash.
    WrongContentHash,
    /// 401 `missing_scope`.
    MissingScope,
    /// Exactly this answer; nothing is done. [`Fault::refuse`] and [`Fault::refuse_plain`] make one.
    Refuse {
        /// The HTTP status.
        status: u16,
        /// The Content-Type.
        content_type: &'static str,
        /// The body.
        body: String,
    },
    /// The request comes back in the answer; nothing is done.
    Repeat(Page),
    /// One entry of a batch (`finish_batch_v2`, `append_batch`) fails; the others go well.
    FailEntry {
        /// Which, from 0.
        index: usize,
        /// The union of the entry's failure.
        failure: Value,
    },
}

impl Fault {
    /// A refusal in JSON: this union as `error`, and a fitting `error_summary`.
    pub(crate) fn refuse(status: u16, error: &Value) -> Self {
        Self::refuse_json(status, &json!({ "error_summary": answer::error_summary(error), "error": error }))
    }

    /// A refusal with this JSON as the whole body, as the token endpoint has it.
    pub(crate) fn refuse_json(status: u16, body: &Value) -> Self {
        Self::Refuse {
            status,
            content_type: "application/json",
            body: body.to_string(),
        }
    }

    /// A refusal in plain text.
    pub(crate) fn refuse_plain(status: u16, body: &str) -> Self {
        Self::Refuse {
            status,
            content_type: "text/plain; charset=utf-8",
            body: body.to_owned(),
        }
    }

    /// Whether it can happen to a call of this route at all.
    fn concerns(&self, route: &str, needs_scope: bool) -> bool {
        match self {
            Self::Token500 | Self::TokenRefusal { .. } => route == TOKEN,
            Self::LostChunkAnswer => route.ends_with("append_v2") || route.ends_with("append_batch"),
            Self::FailEntry { .. } => route.ends_with("_batch") || route.ends_with("_batch_v2"),
            Self::InsufficientSpace | Self::WriteError(_) | Self::TooManyWriteOperations | Self::WrongContentHash => {
                COMMITS.contains(&route)
            }
            Self::MissingScope => needs_scope,
            _ => true,
        }
    }

    /// Whether it happens to a call of this route where no route is named: calls are counted for each user of the API, not where tokens are given out.
    fn concerns_unnamed(&self, route: &str, needs_scope: bool) -> bool {
        let limits = matches!(
            self,
            Self::RateLimitedJson { .. } | Self::RateLimitedPlain { .. } | Self::RateLimitedHeaderless | Self::ExpireToken
        );
        self.concerns(route, needs_scope) && !(limits && route == TOKEN)
    }
}

/// Where tokens are given out.
pub(super) const TOKEN: &str = "oauth2/token";
/// The routes that commit a file.
const COMMITS: [&str; 3] = [
    "files/upload",
    "files/upload_session/finish",
    "files/upload_session/finish_batch_v2",
];

/// A fault, and which calls it meets.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) fault: Fault,
    /// How it was asked for.
    pub(super) name: String,
    /// How often; nothing is until it is cleared.
    pub(super) times: Option<u32>,
    /// So many of the calls that it would meet go well before.
    pub(super) after: u32,
    pub(super) route: Option<String>,
    /// The e-mail of the one whom it meets.
    pub(super) user: Option<String>,
}

impl Planned {
    fn meets(&self, route: &str, needs_scope: bool, user: Option<&str>) -> bool {
        let concerns = match self.route.as_deref() {
            Some(named) => named == route && self.fault.concerns(route, needs_scope),
            None => self.fault.concerns_unnamed(route, needs_scope),
        };
        let is_theirs = |email: &str| user.is_some_and(|user| user.eq_ignore_ascii_case(email));
        concerns && self.user.as_deref().is_none_or(is_theirs)
    }

    /// A call is met; whether it comes to the fault now.
    fn met(&mut self) -> bool {
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        self.times = self.times.map(|times| times - 1);
        true
    }
}

/// What is planned, in order.
#[derive(Default)]
pub(super) struct Faults {
    planned: Vec<(u64, Planned)>,
    last: u64,
    gates: Vec<PlannedGate>,
}

struct PlannedGate {
    /// So many calls go through before.
    after: usize,
    moment: Moment,
    route: String,
    gate: Gate,
}

/// When a call is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Its request is read, nothing is done yet.
    Before,
    /// Everything is done, nobody knows yet.
    After,
}

impl Faults {
    /// Plans a fault behind those that are planned; returns its number.
    pub(super) fn add(&mut self, planned: Planned) -> u64 {
        self.last += 1;
        self.planned.push((self.last, planned));
        self.last
    }

    /// Plans a fault for so many calls.
    pub(super) fn inject(&mut self, fault: Fault, times: u32, route: Option<&str>) {
        self.add(Planned {
            name: format!("{fault:?}"),
            fault,
            times: Some(times),
            after: 0,
            route: route.map(str::to_owned),
            user: None,
        });
    }

    /// The first fault that meets this call, used up by one.
    pub(super) fn take(&mut self, route: &str, needs_scope: bool, user: Option<&str>) -> Option<Fault> {
        self.planned.retain(|(_, planned)| planned.times != Some(0));
        let mut meeting = self.planned.iter_mut().filter(|(_, planned)| planned.meets(route, needs_scope, user));
        let (_, planned) = meeting.find_map(|(id, planned)| planned.met().then_some((id, planned)))?;
        Some(planned.fault.clone())
    }

    /// What is planned and not used up, with its number.
    pub(super) fn planned(&self) -> impl Iterator<Item = (u64, &Planned)> {
        self.planned
            .iter()
            .filter(|(_, planned)| planned.times != Some(0))
            .map(|(id, planned)| (*id, planned))
    }

    /// Takes a fault back; whether it was there.
    pub(super) fn clear(&mut self, id: u64) -> bool {
        let before = self.planned.len();
        self.planned.retain(|(planned, _)| *planned != id);
        self.planned.len() < before
    }

    /// Takes all faults back. Gates stay: they are a test's own.
    pub(super) fn clear_all(&mut self) {
        self.planned.clear();
    }

    pub(super) fn hold(&mut self, after: usize, moment: Moment, route: &str) -> Gate {
        let gate = Gate::default();
        self.gates.push(PlannedGate {
            after,
            moment,
            route: route.to_owned(),
            gate: gate.clone(),
        });
        gate
    }

    pub(super) fn gate(&mut self, moment: Moment, route: &str) -> Option<Gate> {
        let at = self.gates.iter().position(|planned| planned.moment == moment && planned.route == route)?;
        match self.gates[at].after {
            0 => Some(self.gates.remove(at).gate),
            _ => {
                self.gates[at].after -= 1;
                None
            }
        }
    }
}

/// Holds one call until it is released.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    reached: Arc<Notify>,
    released: Arc<Notify>,
    abandoned: Arc<AtomicBool>,
}

impl Gate {
    /// Waits until the call is here.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets the call go on.
    pub(crate) fn release(&self) {
        self.released.notify_one();
    }

    /// Ends the call where it stands: whoever made it is gone. Systems differ in when they notice that by themselves.
    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Ordering::SeqCst);
        self.release();
    }

    /// Waits; whether the call goes on.
    pub(super) async fn pass(&self) -> bool {
        self.reached.notify_one();
        self.released.notified().await;
        !self.abandoned.load(Ordering::SeqCst)
    }
}
