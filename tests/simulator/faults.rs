//! What a test can make the simulator do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::Notify;

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
    /// The account is full.
    InsufficientSpace,
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
        Self::refuse_json(
            status,
            &json!({ "error_summary": super::answer::error_summary(error), "error": error }),
        )
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

    fn concerns(&self, route: &str) -> bool {
        match self {
            Self::Token500 | Self::TokenRefusal { .. } => route == "oauth2/token",
            Self::LostChunkAnswer => route.ends_with("append_v2") || route.ends_with("append_batch"),
            Self::FailEntry { .. } => route.ends_with("_batch") || route.ends_with("_batch_v2"),
            _ => true,
        }
    }
}

struct Planned {
    fault: Fault,
    times: u32,
    route: Option<String>,
}

/// What is planned, in order.
#[derive(Default)]
pub(super) struct Faults {
    planned: Vec<Planned>,
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
    pub(super) fn add(&mut self, fault: Fault, times: u32, route: Option<&str>) {
        self.planned.push(Planned {
            fault,
            times,
            route: route.map(str::to_owned),
        });
    }

    /// The first fault that concerns this route, used up by one.
    pub(super) fn take(&mut self, route: &str) -> Option<Fault> {
        let concerns = |planned: &&mut Planned| {
            planned.times > 0 && planned.fault.concerns(route) && planned.route.as_deref().is_none_or(|planned| planned == route)
        };
        let planned = self.planned.iter_mut().find(concerns)?;
        planned.times -= 1;
        Some(planned.fault.clone())
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
