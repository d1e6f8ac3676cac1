//! What a person pastes into Temporary Authorization Key: the Access code, with what a mail leaves around it, or the whole address of the
//! page that failed to load after Allow, also as mail programs and link scanners rewrite it.

mod rewritten;

use url::form_urlencoded;

use crate::{
    error::{Error, Field},
    secret::Secret,
    typed,
};

/// Longest text that is looked at, in bytes.
const MAX: usize = 16 * 1024;
/// Most readings of one text.
const READINGS_MAX: usize = 200;

/// What an address says.
enum Said {
    /// It answers this request.
    Ours(Result<Secret, Error>),
    /// It answers another one.
    Another,
    /// It has a code or a state, and not both.
    Part,
    /// It is no answer.
    Nothing,
}

/// The code in what was typed. An address must carry the `state` of this request: another one's code is never used.
pub(crate) fn read(typed: &Secret, state: &str) -> Result<Secret, Error> {
    let text = typed.expose();
    if text.len() > MAX {
        return Err(invalid(
            "This is too long for an Access code. Paste the code alone, or the address of the page.",
        ));
    }
    let code = typed::code(text);
    if code.is_empty() {
        return Err(invalid(
            "The Temporary Authorization Key is missing. Paste the Access code that Dropbox showed the user.",
        ));
    }
    if is_address(&code) {
        return from_address(text, state);
    }
    if !code.chars().all(|c| c.is_ascii_graphic()) || code.contains(['/', '?', '&', '=', '%']) {
        return Err(invalid(
            "This is not an Access code. Paste the code as Dropbox showed it, or the whole address of the page.",
        ));
    }
    Ok(Secret::new(code))
}

fn is_address(text: &str) -> bool {
    ["://", "code=", "error=", "state=", "code%", "error%"].iter().any(|part| text.contains(part))
}

/// Reads the address as it is, and as it may have been before somebody rewrote it: the first reading that answers this request counts.
fn from_address(text: &str, state: &str) -> Result<Secret, Error> {
    let mut readings = rewritten::pieces(text);
    let (mut at, mut is_another, mut is_part) = (0, false, false);
    while at < readings.len() {
        let reading = readings[at].clone();
        at += 1;
        let said = said(&reading, state);
        let mut more = rewritten::repaired(&reading);
        match said {
            Said::Ours(result) => return result,
            // What is an answer by itself is not looked into for another one.
            Said::Another => is_another = true,
            Said::Part | Said::Nothing => {
                is_part |= matches!(said, Said::Part);
                more.extend(rewritten::unwrapped(&reading));
            }
        }
        for reading in more {
            if readings.len() < READINGS_MAX && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    match (is_another, is_part || is_foreign(&readings)) {
        (true, _) => Err(Error::OtherRequest),
        (_, true) => Err(invalid(
            "This address was changed on its way. Copy it from the browser itself, or click Generate Key again.",
        )),
        _ => Err(invalid(
            "This address has no code in it. Paste the address of the page that came after Allow, or the Access code alone.",
        )),
    }
}

/// Whether it leads neither here nor to Dropbox: what it was is not to be seen in it.
fn is_foreign(readings: &[String]) -> bool {
    let ours = ["127.0.0.1", "localhost", "dropbox.com"];
    readings.iter().any(|reading| reading.contains("://")) && !readings.iter().any(|reading| ours.iter().any(|host| reading.contains(host)))
}

fn said(address: &str, state: &str) -> Said {
    // A browser may copy the address without its scheme, and a person only the part behind the question mark.
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let value = |name: &str| {
        let mut values = form_urlencoded::parse(query.as_bytes());
        values.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let code = value("code").filter(|code| !code.is_empty());
    let (code, error, theirs) = (code, value("error"), value("state"));
    let theirs = theirs.map(|theirs| theirs.trim_end_matches(ends_a_sentence).to_owned());
    match (code, error, theirs) {
        (None, None, _) => Said::Nothing,
        (code, error, Some(theirs)) if theirs == state => Said::Ours(match (code, error) {
            (_, Some(error)) if error == "access_denied" => Err(Error::AuthorizationRefused),
            (_, Some(error)) => Err(Error::AuthorizationFailed(
                error.chars().filter(char::is_ascii_graphic).take(60).collect(),
            )),
            (code, None) => Ok(Secret::new(code.unwrap_or_default())),
        }),
        // What is too short for a state, has other signs in it, or capital letters turned into small ones, was one.
        (_, _, Some(theirs))
            if !state.to_lowercase().starts_with(&theirs.to_lowercase())
                && theirs.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) =>
        {
            Said::Another
        }
        _ => Said::Part,
    }
}

fn ends_a_sentence(c: char) -> bool {
    ".,;:!?)>]}'\"”’»*".contains(c)
}

fn invalid(reason: &str) -> Error {
    Error::invalid(Field::AuthorizationCode, reason)
}
