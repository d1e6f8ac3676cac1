//! The pages that the user's browser shows at the end. Fixed texts: nothing of a request is ever repeated in one.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::words::Language;

/// How the redirect ended, for the person in front of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Dropbox has confirmed, and Outtray saves it by itself.
    Authorized,
    /// Dropbox has confirmed, and Save is next in Outtray.
    Confirmed,
    /// The user clicked Cancel.
    Refused,
    /// Dropbox did not confirm; Outtray says why.
    Failed,
    /// It takes longer; Outtray will say how it ended.
    SeeOuttray,
    /// Nobody waits for this.
    NotAwaited,
    /// Not a page of ours.
    NotFound,
    /// Another method than GET.
    GetOnly,
    /// Not HTTP.
    BadRequest,
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto 0;padding:0 1.5rem}h1{font-size:1.5rem}";

impl Page {
    /// The last part of its address. Only ends of a redirect have one.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Failed => "failed",
            _ => "see-outtray",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Authorized, Self::Confirmed, Self::Refused, Self::Failed, Self::SeeOuttray]
            .into_iter()
            .find(|page| page.name() == name)
    }

    pub(super) fn status(self) -> &'static str {
        match self {
            Self::NotFound => "404 Not Found",
            Self::GetOnly => "405 Method Not Allowed",
            Self::BadRequest => "400 Bad Request",
            _ => "200 OK",
        }
    }

    pub(super) fn html(self, language: Language) -> String {
        let (title, text) = language.words(self);
        let tag = language.tag();
        format!(
            "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title} – Outtray</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
        )
    }
}

/// The hash that lets our one style sheet through the content security policy.
pub(super) fn style_digest() -> String {
    STANDARD.encode(Sha256::digest(STYLE))
}
