//! What reads the bytes of strangers, opened to the fuzz targets in `tests/fuzz`. cargo-fuzz sets `cfg(fuzzing)`; the
//! lints build it too, so that it stays whole, and nothing that is shipped has it.

use std::cell::Cell;

use crate::{
    Error,
    authorization::pasted,
    loopback::{
        head::{Head, Progress},
        request::{Verdict, judge},
    },
    secret::Secret,
};

/// What a request to the loopback listener came to.
#[derive(Debug)]
pub enum Judged {
    /// It is answered, with these bytes.
    Answered(Vec<u8>),
    /// The browser fetches its last page.
    LastPage,
    /// It is the redirect with this state; the code, or the error.
    Redirect(String, Result<String, String>),
}

/// Judges a request for a listener at this host and port that awaits one state. Also says whether the state was asked about. Nothing
/// where the head is not whole, or is no HTTP.
pub fn judge_request(request: &[u8], host: &str, awaited: &str) -> Option<(Judged, bool)> {
    let mut head = Head::default();
    if head.take(request) != Progress::Whole {
        return None;
    }
    let asked = Cell::new(false);
    let verdict = judge(head.kept(), host, |state, _| {
        asked.set(asked.get() || state == awaited);
        state == awaited
    });
    let judged = match verdict {
        Verdict::Answer(answer) => Judged::Answered(answer.into_bytes()),
        Verdict::LastPage { .. } => Judged::LastPage,
        Verdict::Redirect { state, result, .. } => Judged::Redirect(state, result.map(|code| code.expose().to_owned())),
    };
    Some((judged, asked.get()))
}

/// The code in what was pasted, for a request with this state.
pub fn pasted_code(typed: &str, state: &str) -> Result<String, Error> {
    pasted::read(&Secret::new(typed), state).map(|code| code.expose().to_owned())
}
