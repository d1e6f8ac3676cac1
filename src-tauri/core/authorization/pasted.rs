//! What a person pastes into Temporary Authorization Key: the Access code, with spaces and line breaks from a mail, or the whole
//! address of the page that failed to load after Allow.

use url::form_urlencoded;

use crate::{
    error::{Error, Field},
    secret::Secret,
};

/// Longest text that is looked at, in bytes.
const MAX: usize = 4096;

/// The code in what was typed. An address must carry the `state` of this request: another one's code is never used.
pub(crate) fn read(typed: &Secret, state: &str) -> Result<Secret, Error> {
    // A code has no white space of its own; what is there came from a mail's line breaks.
    let text: String = typed.expose().split_whitespace().collect();
    let text = text.trim_matches(['"', '\'', '<', '>', '“', '”']);
    if text.is_empty() {
        return Err(invalid(
            "The Temporary Authorization Key is missing. Paste the Access code that Dropbox showed the user.",
        ));
    }
    if text.len() > MAX {
        return Err(invalid(
            "This is too long for an Access code. Paste the code alone, or the address of the page.",
        ));
    }
    if text.contains("://") || text.contains("code=") || text.contains("error=") {
        return from_address(text, state);
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) || text.contains(['/', '?', '&', '=', '%']) {
        return Err(invalid(
            "This is not an Access code. Paste the code as Dropbox showed it, or the whole address of the page.",
        ));
    }
    Ok(Secret::new(text))
}

fn from_address(text: &str, state: &str) -> Result<Secret, Error> {
    let not_an_answer =
        || invalid("This address has no code in it. Paste the address of the page that came after Allow, or the Access code alone.");
    // A browser may copy the address without its scheme, and a person only the part behind the question mark.
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let value = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let (code, error) = (value("code").filter(|code| !code.is_empty()), value("error"));
    if code.is_none() && error.is_none() {
        return Err(not_an_answer());
    }
    if value("state").as_deref() != Some(state) {
        return Err(Error::OtherRequest);
    }
    match (code, error) {
        (Some(code), None) => Ok(Secret::new(code)),
        (_, Some(error)) if error == "access_denied" => Err(Error::AuthorizationRefused),
        (_, Some(error)) => Err(Error::AuthorizationFailed(
            error.chars().filter(char::is_ascii_graphic).take(60).collect(),
        )),
        (None, None) => Err(not_an_answer()),
    }
}

fn invalid(reason: &str) -> Error {
    Error::invalid(Field::AuthorizationCode, reason)
}
