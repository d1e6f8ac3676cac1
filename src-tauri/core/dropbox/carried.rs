//! The secrets that a call carried, kept out of the texts of its answer: the debug page of a proxy repeats the whole request.
//!
//! They are read from the request itself, so no route can forget one. In a text each is found in every form in which a program repeats
//! what it was sent, whole or in pieces, with line breaks or escapes in it; the word that it stands in is left out.

use std::{
    borrow::Cow,
    collections::{HashSet, hash_map::RandomState},
    hash::BuildHasher,
    sync::OnceLock,
};

use base64::{Engine, engine::general_purpose};
use reqwest::{
    Body, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::{proxy::Credentials, secret::Secret};

/// The fields of a token request that anybody may read; every other one counts as a secret.
const PUBLIC: [&str; 5] = ["grant_type", "client_id", "redirect_uri", "scope", "locale"];
/// A text shorter than this is no secret of Dropbox's, and would be found everywhere.
const SHORTEST: usize = 6;
/// How many characters of a secret in a row give it away.
const PIECE: usize = 10;
/// Of a secret longer than this, such as an access token, a piece is noticed when it has twice as many.
const LONG: usize = 128;

/// What a call carried.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// What goes to Dropbox.
    own: Hidden,
    /// What goes to the proxy. A person has chosen it, and it may be any word: in what Dropbox says of itself, such as a path or a tag, that
    /// word stays.
    proxy: Hidden,
}

/// Secrets, and the pieces of them once they are looked for.
#[derive(Debug, Default)]
struct Hidden {
    secrets: Vec<Secret>,
    needles: OnceLock<Needles>,
}

impl Hidden {
    fn new(mut secrets: Vec<Secret>) -> Self {
        secrets.retain(|secret| secret.expose().len() >= SHORTEST);
        Self {
            secrets,
            needles: OnceLock::new(),
        }
    }

    fn out_of(&self, text: &str) -> String {
        self.needles.get_or_init(|| Needles::of(&self.secrets)).out_of(text)
    }
}

impl Carried {
    /// The credentials of the request's head, and the secret fields of its form.
    pub(super) fn by(request: &Request) -> Self {
        let mut secrets = Vec::new();
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some((scheme, credentials)) = authorization.and_then(|value| value.split_once(' ')) {
            secrets.push(Secret::new(credentials));
            if scheme.eq_ignore_ascii_case("basic") {
                secrets.extend(password(credentials));
            }
        }
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
            && let Some(form) = request.body().and_then(Body::as_bytes)
        {
            let fields = form_urlencoded::parse(form).filter(|(name, _)| !PUBLIC.contains(&name.as_ref()));
            secrets.extend(fields.map(|(_, value)| Secret::new(value)));
        }
        Self {
            own: Hidden::new(secrets),
            proxy: Hidden::default(),
        }
    }

    /// The same, and what the proxy was sent: its password, and the credentials as they stand in the head of `CONNECT` (RFC 7617).
    pub(super) fn and_to(self, proxy: Option<&Credentials>) -> Self {
        let secrets = proxy.map(|Credentials { user, password }| {
            let pair = Zeroizing::new(format!("{user}:{}", password.expose()));
            vec![password.clone(), Secret::new(general_purpose::STANDARD.encode(pair.as_bytes()))]
        });
        Self {
            proxy: Hidden::new(secrets.unwrap_or_default()),
            ..self
        }
    }

    /// The text of an error without them.
    pub(super) fn out_of(&self, text: &str) -> String {
        self.proxy.out_of(&self.own.out_of(text))
    }

    /// The same for every text of an error that is no tag of Dropbox's.
    pub(super) fn out_of_error(&self, json: &mut Value) {
        rewrite(json, &|text| match is_tag(text) {
            true => self.own.out_of(text),
            false => self.out_of(text),
        });
    }

    /// Every text of a success without what went to Dropbox.
    pub(super) fn out_of_success(&self, json: &mut Value) {
        rewrite(json, &|text| self.own.out_of(text));
    }
}

/// Whether a text may be a tag: those of Dropbox's unions are small letters, digits and underscores.
fn is_tag(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte))
}

/// Writes every text anew. Tokens that an answer brings are no texts.
fn rewrite(json: &mut Value, write: &impl Fn(&str) -> String) {
    match json {
        Value::String(text) => *text = write(text),
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, write)),
        Value::Object(fields) => {
            let texts = fields.iter_mut().filter(|(name, _)| !["access_token", "refresh_token"].contains(&name.as_str()));
            texts.for_each(|(_, value)| rewrite(value, write));
        }
        _ => {}
    }
}

/// The password of Basic credentials, as it was typed and as RFC 6749 section 2.3.1 encodes it.
fn password(credentials: &str) -> Vec<Secret> {
    let decoded = general_purpose::STANDARD.decode(credentials).map(Zeroizing::new).unwrap_or_default();
    let pair = std::str::from_utf8(&decoded).unwrap_or_default();
    let password = pair.split_once(':').map_or("", |(_, password)| password);
    let typed = form_urlencoded::parse(password.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name);
    vec![Secret::new(password), Secret::new(typed)]
}

/// Pieces of secrets, by their hashes: no copy of a secret is kept.
#[derive(Debug)]
struct Needles {
    state: RandomState,
    /// How long the pieces are, and which there are.
    pieces: Vec<(usize, HashSet<u64>)>,
}

impl Needles {
    fn of(secrets: &[Secret]) -> Self {
        let state = RandomState::new();
        let mut pieces = Vec::new();
        for secret in secrets {
            let bytes = secret.expose().as_bytes();
            let step = if bytes.len() > LONG { PIECE } else { 1 };
            for (form, numerator, denominator) in forms(bytes) {
                let form = Zeroizing::new(letters(&form).map(|(_, byte)| byte).collect::<Vec<u8>>());
                let length = (bytes.len().min(PIECE) * numerator / denominator).clamp(1, form.len().max(1));
                let stride = if step == 1 { 1 } else { length };
                pieces.push((
                    length,
                    form.windows(length).step_by(stride).map(|piece| state.hash_one(piece)).collect(),
                ));
            }
        }
        Self { state, pieces }
    }

    fn out_of(&self, text: &str) -> String {
        let (places, bytes): (Vec<usize>, Vec<u8>) = letters(text).unzip();
        let mut hidden = vec![false; text.len()];
        for (length, pieces) in &self.pieces {
            for (at, window) in bytes.windows(*length).enumerate() {
                if pieces.contains(&self.state.hash_one(window)) {
                    hidden[places[at]..=places[at + length - 1]].fill(true);
                }
            }
        }
        for (at, scheme) in text.to_ascii_lowercase().match_indices("bearer") {
            let words = text[at + scheme.len()..].trim_start();
            let at = text.len() - words.len();
            let token = words.split(|c: char| !is_in_word(c)).next().unwrap_or_default().trim_end_matches('.');
            // Whosever it is. A word of a sentence has neither.
            if token.contains(|c: char| c.is_ascii_digit() || c == '.') {
                hidden[at..at + token.len()].fill(true);
            }
        }
        without(text, &hidden)
    }
}

/// A secret as programs repeat it: as it is, in hexadecimal digits, per cent, JSON and HTML escapes, and base64 at each alignment. With
/// each goes how many characters it has for one of the secret, as a fraction.
fn forms(secret: &[u8]) -> Vec<(Zeroizing<String>, usize, usize)> {
    let each = |write: fn(u8) -> String| {
        let mut form = Zeroizing::new(String::with_capacity(secret.len() * 6));
        secret.iter().for_each(|byte| form.push_str(&write(*byte)));
        form
    };
    let mut forms = vec![
        (Zeroizing::new(String::from_utf8_lossy(secret).into_owned()), 1, 1),
        (each(|byte| format!("{byte:02x}")), 2, 1),
        (each(|byte| format!("%{byte:02x}")), 3, 1),
        (each(|byte| format!("u{byte:04x}")), 5, 1),
        (each(|byte| format!("&#x{byte:x};")), 6, 1),
        (each(|byte| format!("&#{byte};")), 5, 1),
    ];
    for skip in 0..3.min(secret.len()) {
        let whole = &secret[skip..skip + (secret.len() - skip) / 3 * 3];
        forms.push((Zeroizing::new(general_purpose::STANDARD_NO_PAD.encode(whole)), 4, 3));
        forms.push((Zeroizing::new(general_purpose::URL_SAFE_NO_PAD.encode(whole)), 4, 3));
    }
    forms.retain(|(form, ..)| !form.is_empty());
    forms
}

/// The bytes that count, with their places: small letters, without what a program puts between them when it wraps or escapes a text.
fn letters(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let counts = |c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '\\' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'));
    let chars = text.char_indices().filter(move |(_, c)| counts(*c));
    chars.flat_map(|(at, c)| {
        let bytes = text.as_bytes()[at..at + c.len_utf8()].iter().enumerate();
        bytes.map(move |(offset, byte)| (at + offset, byte.to_ascii_lowercase()))
    })
}

/// The text with `…` in place of each word that has something hidden in it.
fn without(text: &str, hidden: &[bool]) -> String {
    if !hidden.contains(&true) {
        return text.to_owned();
    }
    let is_hidden = |at: usize, c: char| hidden[at..at + c.len_utf8()].contains(&true);
    let is_word = |at: usize, c: char| is_in_word(c) || is_hidden(at, c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.char_indices().peekable();
    while let Some((at, first)) = rest.next() {
        let mut end = at + first.len_utf8();
        while let Some((next, c)) = rest.next_if(|(next, c)| is_word(at, first) && is_word(*next, *c)) {
            end = next + c.len_utf8();
        }
        shown.push_str(if hidden[at..end].contains(&true) { "…" } else { &text[at..end] });
    }
    shown
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || "%+/._~-".contains(c)
}
