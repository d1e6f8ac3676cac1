//! How long an answer asks to wait, in any form in which that may stand there.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::Value;

/// A longer wait is not believed; it is far longer than anybody waits.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// `retry_after` of the body first (Dropbox documentation, RateLimitError), then the header (RFC 9110 section 10.2.3: seconds or a date).
/// What is neither counts as not said.
pub(super) fn retry_after(error: Option<&Value>, headers: &HeaderMap) -> Option<Duration> {
    let body = error.and_then(|error| error.get("retry_after")).and_then(|value| match value {
        Value::Number(number) => number.as_f64().and_then(seconds),
        Value::String(text) => number(text),
        _ => None,
    });
    let header = || text(headers, RETRY_AFTER).and_then(|text| number(text).or_else(|| until(text, headers)));
    body.or_else(header)
}

/// When the answer was made, by the clock of whoever made it (RFC 9110 section 6.6.1).
pub(super) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, DATE)?).ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// A date counts from the date of the answer, which is of the same clock.
fn until(text: &str, headers: &HeaderMap) -> Option<Duration> {
    let then = httpdate::parse_http_date(text).ok()?;
    let now = date(headers).unwrap_or_else(SystemTime::now);
    Some(then.duration_since(now).unwrap_or_default().min(LONGEST))
}

fn number(text: &str) -> Option<Duration> {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.parse().ok())?.and_then(seconds)
}

fn seconds(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())))
}
