//! `Dropbox-API-Arg`: an argument as JSON that fits in a header.
//!
//! Source: Dropbox documentation, "JSON encoding".

use std::fmt::Write;

use reqwest::header::HeaderValue;
use serde::Serialize;

use super::Error;

/// Rewrites JSON so that it has nothing but 0x20 to 0x7E: everything else becomes `\uXXXX`, a surrogate pair above U+FFFF.
/// In JSON such a character stands inside a string, so the meaning stays the same.
pub fn header_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            safe.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}

/// An argument as the value of a header.
pub(super) fn header<A: Serialize>(argument: &A) -> Result<HeaderValue, Error> {
    let json = serde_json::to_string(argument).map_err(|_| Error::unexpected("an argument as JSON"))?;
    HeaderValue::from_str(&header_safe(&json)).map_err(|_| Error::unexpected("an argument as a header"))
}
