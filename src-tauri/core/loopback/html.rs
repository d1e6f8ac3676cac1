//! How a page looks. Fixed texts: nothing of a request is ever repeated in one.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{page::Page, words::Language};

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto 0;padding:0 1.5rem}h1{font-size:1.5rem}";

/// The page, in a language.
pub(super) fn html(page: Page, language: Language) -> String {
    let (title, text) = language.words(page);
    let tag = language.tag();
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} – Outtray</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

/// The hash that lets our one style sheet through the content security policy.
pub(super) fn style_digest() -> String {
    STANDARD.encode(Sha256::digest(STYLE))
}
