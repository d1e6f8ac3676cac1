//! What a request to the loopback listener means. Pure: bytes in, verdict out.

use url::form_urlencoded;

use super::{
    PATH,
    html::{html, style_digest},
    page::Page,
    words::Language,
};
use crate::secret::Secret;

/// What a redirect brings: the code, or the `error` of RFC 6749 section 4.1.2.1.
pub(crate) type Outcome = Result<Secret, String>;

/// What to do about a request.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Answer and go on waiting.
    Answer(Answer),
    /// The browser fetches the page on which a redirect ended.
    LastPage {
        /// Which one; only the browser that was sent there knows it.
        token: String,
        /// How it ended.
        page: Page,
        /// The language of the page.
        language: Language,
    },
    /// The redirect that somebody awaits, or one that was answered and comes again.
    Redirect {
        /// Whose.
        state: String,
        /// The code or the error.
        result: Outcome,
        /// The language of a page that has to say otherwise.
        language: Language,
    },
}

/// An HTTP answer; the connection ends after it.
#[derive(Debug)]
pub(crate) struct Answer {
    status: &'static str,
    location: Option<String>,
    body: String,
}

impl Answer {
    pub(super) fn page(page: Page, language: Language) -> Self {
        Self {
            status: page.status(),
            location: None,
            body: html(page, language),
        }
    }

    /// 303 to the page's own address (RFC 9110 section 15.4.4): what stays in the browser's history has no code in it. The token in it
    /// is the key to the page: whoever guesses the address of one sees nothing.
    pub(super) fn go_to(page: Page, token: &str) -> Self {
        Self {
            status: "303 See Other",
            location: Some(format!("{PATH}/{}/{token}", page.name())),
            body: String::new(),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let location = self.location.map(|location| format!("Location: {location}\r\n")).unwrap_or_default();
        format!(
            "HTTP/1.1 {}\r\n{location}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Security-Policy: default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\r\n{}",
            self.status,
            self.body.len(),
            style_digest(),
            self.body
        )
        .into_bytes()
    }
}

/// Judges what counts of a request head. `host` is our host and port; `is_known` says whether this redirect is one that somebody waits
/// for, or one that was answered already.
pub(crate) fn judge(head: &[u8], host: &str, is_known: impl Fn(&str, &Outcome) -> bool) -> Verdict {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(head), Ok(httparse::Status::Complete(_))) {
        return Verdict::Answer(Answer::page(Page::BadRequest, Language::default()));
    }
    let (Some(method), Some(target)) = (request.method, request.path) else {
        return Verdict::Answer(Answer::page(Page::BadRequest, Language::default()));
    };
    let language = language(request.headers);
    // A foreign Host is a DNS rebinding or a proxy: neither has an answer to get.
    if !is_for(host, request.headers) {
        return Verdict::Answer(Answer::page(Page::NotFound, language));
    }
    if method != "GET" {
        return Verdict::Answer(Answer::page(Page::GetOnly, language));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path == PATH {
        return redirect(query, is_visit(request.headers), language, is_known);
    }
    let last = path
        .strip_prefix(PATH)
        .and_then(|rest| rest.strip_prefix('/'))
        .and_then(|rest| rest.split_once('/'));
    match last.and_then(|(name, token)| Some((Page::named(name)?, token.to_owned()))) {
        // A script of another page has no business with it either; it could not read it, but it would count as seen.
        Some((page, token)) if is_visit(request.headers) => Verdict::LastPage { token, page, language },
        _ => Verdict::Answer(Answer::page(Page::NotFound, language)),
    }
}

fn redirect(query: &str, visit: bool, language: Language, is_known: impl Fn(&str, &Outcome) -> bool) -> Verdict {
    let not_awaited = Verdict::Answer(Answer::page(Page::NotAwaited, language));
    let (Some(state), code, error) = (once(query, "state"), once(query, "code"), once(query, "error")) else {
        return not_awaited;
    };
    let result = match (code, error) {
        (Some(code), None) if !code.is_empty() => Ok(Secret::new(code)),
        (None, Some(error)) if !error.is_empty() => Err(printable(&error)),
        _ => return not_awaited,
    };
    match visit && is_known(&state, &result) {
        true => Verdict::Redirect { state, result, language },
        false => not_awaited,
    }
}

/// The value of a parameter that occurs exactly once; two of the same are somebody's trick.
fn once(query: &str, name: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned());
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

/// An error code as RFC 6749 section 4.1.2.1 allows it, cut to what a sentence can hold.
fn printable(error: &str) -> String {
    error.chars().filter(|c| c.is_ascii_alphanumeric() || "_-. ".contains(*c)).take(60).collect()
}

fn language(headers: &[httparse::Header<'_>]) -> Language {
    let accepted = headers.iter().find(|header| header.name.eq_ignore_ascii_case("accept-language"));
    accepted.map(|header| Language::preferred(header.value)).unwrap_or_default()
}

/// Exactly one `Host`, and it is ours. Names of hosts have no case (RFC 9110 section 4.2.3).
fn is_for(ours: &str, headers: &[httparse::Header<'_>]) -> bool {
    let mut hosts = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    matches!((hosts.next(), hosts.next()), (Some(host), None) if host.value.eq_ignore_ascii_case(ours.as_bytes()))
}

/// Whether somebody visits the page. A page that is fetched ahead must not use up the code: the real visit follows. A script of
/// another page sends its `Origin`; the visit of a page by `GET` has none (Fetch, "append a request `Origin` header").
fn is_visit(headers: &[httparse::Header<'_>]) -> bool {
    !headers.iter().any(|header| {
        let is = |names: &[&str]| names.iter().any(|name| header.name.eq_ignore_ascii_case(name));
        let ahead = is(&["sec-purpose", "purpose", "x-moz"]) && header.value.starts_with(b"prefetch");
        ahead || (is(&["origin"]) && header.value != b"null")
    })
}
