//! How addresses are rewritten on their way through mail and chat, and how they were before.
//!
//! Sources: RFC 2045 section 6.7 (quoted-printable); Microsoft, "Safe Links"; Proofpoint, "URL Defense" and its published decoder;
//! Google's and others' redirects, which carry the address in a parameter.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use crate::unicode;

/// The text as one address, and each address that stands in it.
pub(super) fn pieces(text: &str) -> Vec<String> {
    // A line that quoted-printable has broken ends with `=`.
    let unbroken = text.replace("=\r\n", "").replace("=\n", "");
    // Who answers a mail quotes it with `>` before each line (RFC 3676 section 4.5).
    let unquoted: Vec<&str> = unbroken
        .lines()
        .map(|line| line.trim_start_matches(|c: char| c == '>' || c.is_whitespace()))
        .collect();
    let seen = unicode::without_unseen(&unquoted.join("\n"));
    let together: String = seen.split_whitespace().collect();
    let whole = together.trim_matches(|c: char| "\"'<>“”.,;".contains(c)).to_owned();
    let ends = |c: char| c.is_whitespace() || "<>\"'`“”„‘’()[]{}|".contains(c);
    let mut pieces = vec![whole];
    for of in [&seen, &together] {
        for piece in of.split(ends).filter(|piece| piece.contains("code") || piece.contains("://")) {
            pieces.push(piece.to_owned());
        }
    }
    pieces
}

/// The same address with one kind of rewriting undone, for each kind that is seen in it.
pub(super) fn repaired(address: &str) -> Vec<String> {
    let mut found = Vec::new();
    if address.contains('&') && address.contains(';') {
        found.push(without_entities(address));
    }
    if address.contains("=3D") || address.contains("=3d") || address.contains("=26") {
        found.push(percent_decoded(&address.replace('%', "%25").replace('=', "%")));
    }
    if address.contains('%') {
        found.push(percent_decoded(address));
    }
    found
}

/// The addresses that another address carries.
pub(super) fn unwrapped(address: &str) -> Vec<String> {
    let mut found: Vec<String> = proofpoint_3(address).into_iter().collect();
    let query = address.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "u" && value.contains("-3A") {
            // Proofpoint's second version: `-` for `%` and `_` for `/`.
            found.push(percent_decoded(&value.replace('-', "%").replace('_', "/")));
        }
        if value.contains("://") || value.contains("code") {
            found.push(value.into_owned());
        } else if let Some(text) = base64_decoded(&value) {
            found.push(text);
        }
    }
    // An address in the path of another one.
    if let Some((at, _)) = address.match_indices("://").nth(1) {
        let start = address[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        found.push(address[start..].to_owned());
    }
    found
}

/// `https://urldefense.com/v3/__ADDRESS__;LEFTOUT!!…`: each `*` of the address stands for what was left out, `**X` for a run of it.
fn proofpoint_3(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("/v3/__")?;
    let (inner, rest) = rest.split_once("__;").or_else(|| rest.split_once("__"))?;
    let left_out = rest.split('!').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(left_out.trim_end_matches('=')).unwrap_or_default();
    let mut left_out = std::str::from_utf8(&bytes).unwrap_or_default().chars();
    let (mut found, mut signs) = (String::new(), inner.chars().peekable());
    while let Some(sign) = signs.next() {
        if sign != '*' {
            found.push(sign);
            continue;
        }
        let run = match signs.next_if_eq(&'*') {
            Some(_) => signs.next().and_then(run_length).unwrap_or(1),
            None => 1,
        };
        found.extend(left_out.by_ref().take(run));
    }
    Some(found)
}

/// A to Z, a to z, 0 to 9, `-`, `_` stand for 2 to 65.
fn run_length(sign: char) -> Option<usize> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    SIGNS.find(sign).map(|at| at + 2)
}

fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Base64 of an address, as some link scanners carry it.
fn base64_decoded(text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=').replace('+', "-").replace('/', "_")).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.contains("://"))
}

/// The entities that stand for what an address has.
fn without_entities(text: &str) -> String {
    let entities = [
        ("&amp;", "&"),
        ("&#38;", "&"),
        ("&#x26;", "&"),
        ("&#61;", "="),
        ("&#x3D;", "="),
        ("&equals;", "="),
        ("&quest;", "?"),
        ("&#63;", "?"),
    ];
    let replaced = entities
        .iter()
        .fold(Cow::Borrowed(text), |text, (entity, sign)| Cow::Owned(text.replace(entity, sign)));
    replaced.into_owned()
}
