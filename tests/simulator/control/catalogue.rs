//! The faults by name, and what each does. The names are those of Dropbox where it has one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::{
    answer::{nested, tag},
    faults::Fault,
    repeated::{Page, Written},
};

/// What an order says about a fault beside its name.
pub(super) struct Details {
    /// The wait that Dropbox asks for, in seconds.
    pub(super) seconds: u64,
    /// Between two bytes of a slow answer.
    pub(super) milliseconds: u64,
    /// The entry of a batch, from 0.
    pub(super) entry: usize,
    /// The WriteError of that entry.
    pub(super) error: Value,
    /// How a page repeats the request.
    pub(super) written: Written,
}

/// A fault that can be asked for.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) says: &'static str,
    make: fn(&Details) -> Fault,
}

impl Known {
    pub(super) fn fault(&self, details: &Details) -> Fault {
        (self.make)(details)
    }
}

const fn known(name: &'static str, says: &'static str, make: fn(&Details) -> Fault) -> Known {
    Known { name, says, make }
}

/// Everything but the refusals of a write.
pub(super) static FAULTS: [Known; 21] = [
    known("expired_access_token", "401: the access token has expired", |_| Fault::ExpireToken),
    known("invalid_access_token", "401: the access token is not valid", |_| {
        refuse(401, "invalid_access_token")
    }),
    known("missing_scope", "401: the token lacks the scope of the route", |_| {
        Fault::MissingScope
    }),
    known("user_suspended", "401: the account is suspended", |_| refuse(401, "user_suspended")),
    known("team_access_denied", "403: the team does not allow it", |_| {
        refuse(403, "team_access_denied")
    }),
    known(
        "too_many_requests",
        "429 in JSON; the wait stands in body and header (seconds)",
        |details| Fault::RateLimitedJson {
            retry_after: details.seconds,
        },
    ),
    known(
        "too_many_requests_plain",
        "429 as plain text; the wait stands in the header (seconds)",
        |details| Fault::RateLimitedPlain {
            retry_after: details.seconds,
        },
    ),
    known("too_many_requests_no_wait", "429 that names no wait", |_| {
        Fault::RateLimitedHeaderless
    }),
    known("unavailable", "503 with a page", |_| Fault::ServerErrorHtml),
    known(
        "unavailable_with_wait",
        "503 with a page; the wait stands in the header (seconds)",
        |details| Fault::Unavailable {
            retry_after: details.seconds,
        },
    ),
    known("token_error", "500 where tokens are given out", |_| Fault::Token500),
    known("invalid_grant", "400 where tokens are given out: invalid or revoked", |_| {
        Fault::TokenRefusal {
            status: 400,
            error: "invalid_grant",
            description: Some("refresh token is invalid or revoked"),
        }
    }),
    known("cut_before", "the connection ends before anything is done", |_| Fault::CutBefore),
    known(
        "lost_answer",
        "the work is done, then the connection ends without an answer",
        |_| Fault::CutAfterCommit,
    ),
    known(
        "lost_chunk_answer",
        "a part of an upload session is taken, then the connection ends without an answer",
        |_| Fault::LostChunkAnswer,
    ),
    known("stalled", "the work is done, the answer begins and never goes on", |_| Fault::Stall),
    known("slow_body", "the answer comes byte by byte (milliseconds between two)", |details| {
        Fault::Drip {
            pause: Duration::from_millis(details.milliseconds),
        }
    }),
    known("content_hash_mismatch", "409: the bytes were damaged on their way", |_| {
        refuse(409, "content_hash_mismatch")
    }),
    known("wrong_content_hash", "the answer to a commit has another content hash", |_| {
        Fault::WrongContentHash
    }),
    known(
        "repeated_request",
        "502 with the debug page of a gateway, which repeats the request (written)",
        |details| Fault::Repeat(Page::of_gateway(details.written)),
    ),
    known(
        "failed_entry",
        "one entry of a batch fails (entry, error), the others go well",
        |details| Fault::FailEntry {
            index: details.entry,
            failure: nested("path", details.error.clone()),
        },
    ),
];

fn refuse(status: u16, name: &str) -> Fault {
    Fault::refuse(status, &json!({ ".tag": name }))
}

/// The refusals of a write (WriteError), by the tags in which Dropbox says them.
pub(super) const WRITE_ERRORS: [&str; 16] = [
    "insufficient_space",
    "team_folder_insufficient_space",
    "member_folder_insufficient_space",
    "upload_traffic_limit_reached",
    "no_write_permission",
    "disallowed_name",
    "malformed_path",
    "conflict/file",
    "conflict/folder",
    "conflict/file_ancestor",
    "conflict/other",
    "team_folder",
    "operation_suppressed",
    "too_many_write_operations",
    "access_restricted",
    "other",
];

/// A WriteError as Dropbox writes it.
pub(super) fn write_error(name: &str) -> Option<Value> {
    let known = WRITE_ERRORS.iter().find(|known| **known == name)?;
    Some(match known.split_once('/') {
        Some((outer, inner)) => nested(outer, tag(inner)),
        None => tag(known),
    })
}

/// The way of this name in which a page repeats the request.
pub(super) fn written(name: &str) -> Option<Written> {
    Written::ALL.into_iter().find(|written| written.name() == name)
}

/// The fault of this name.
pub(super) fn find(name: &str, details: &Details) -> Option<Fault> {
    if let Some(known) = FAULTS.iter().find(|known| known.name == name) {
        return Some(known.fault(details));
    }
    match name {
        // A commit of a session says this in another place than the other errors.
        "too_many_write_operations" => Some(Fault::TooManyWriteOperations),
        name => write_error(name).map(Fault::WriteError),
    }
}
