//! The pages that the user's browser shows at the end: which there are, and where. `words` has what they say, `html` how they look.

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
}
