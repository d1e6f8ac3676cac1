//! The standard output and the standard error: what is written there, and what could not be.

use std::{
    io::{self, Write, stderr, stdout},
    sync::OnceLock,
};

use outtray::{
    Error,
    refusal::reason,
    unicode::{hidden_in, shown_lines},
};
use serde_json::Value;

pub(super) fn line(value: &Value) {
    print(&json_shown(&value.to_string()));
}

/// JSON that means the same and holds nothing that a terminal would obey, or that nobody sees: JSON itself escapes the first 32 characters only
/// (RFC 8259 section 7).
pub(super) fn json_shown(json: &str) -> String {
    if hidden_in(json, true).is_none() {
        return json.to_owned();
    }
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match hidden_in(c.encode_utf8(&mut [0; 4]), true) {
            None => text.push(c),
            Some(c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

/// Why something could not be written, once that has happened.
static UNWRITABLE: OnceLock<String> = OnceLock::new();

/// Why the output is not complete, if it is not.
pub(super) fn unwritable() -> Option<Error> {
    let reason = UNWRITABLE.get()?.clone();
    let path = "the standard output".to_owned();
    Some(Error::FileUnwritable { path, reason })
}

/// Writes what is for programs as it is.
pub(crate) fn write(bytes: &[u8]) {
    noted(stdout().write_all(bytes));
}

pub(super) fn print(text: &str) {
    noted(writeln!(stdout(), "{}", shown_lines(text)));
}

pub(super) fn complain(text: &str) {
    noted(writeln!(stderr(), "{}", shown_lines(text)));
}

/// A reader that has gone away, such as `head`, is no reason to stop sending; a full disk is no reason either, but is told at the end.
pub(crate) fn noted(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            // The first reason is the one that counts.
            let _ = UNWRITABLE.set(reason(&error));
        }
        _ => {}
    }
}
