//! The pages that the user's browser shows at the end. Fixed texts: nothing of a request is ever repeated in one.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// How the redirect ended, for the person in front of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Dropbox has confirmed.
    Authorized,
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
            Self::Refused => "refused",
            Self::Failed => "failed",
            _ => "see-outtray",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Authorized, Self::Refused, Self::Failed, Self::SeeOuttray]
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

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Authorized => (
                "Dropbox is authorized",
                "Outtray has received the confirmation of Dropbox. You can close this page and return to Outtray.",
            ),
            Self::Refused => (
                "Access was not allowed",
                "You clicked Cancel, so Outtray has no access to your Dropbox. You can close this page. To try again, click Generate Key in Outtray.",
            ),
            Self::Failed => (
                "Dropbox did not confirm",
                "Something went wrong after you clicked Allow. Outtray shows what happened and what to do. You can close this page.",
            ),
            Self::SeeOuttray => ("Return to Outtray", "Outtray shows how it ended. You can close this page."),
            Self::NotAwaited => (
                "Nothing is waiting for this page",
                "This page was loaded again, or its authorization request has ended. You can close it. Outtray shows how the authorization stands.",
            ),
            Self::NotFound => ("There is nothing here", "You can close this page."),
            Self::GetOnly => ("This page can only be opened", "You can close this page."),
            Self::BadRequest => ("This is not a request for a page", "You can close this page."),
        }
    }

    pub(super) fn html(self) -> String {
        let (title, text) = self.words();
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title} – Outtray</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
        )
    }
}

/// The hash that lets our one style sheet through the content security policy.
pub(super) fn style_digest() -> String {
    STANDARD.encode(Sha256::digest(STYLE))
}
