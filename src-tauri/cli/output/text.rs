//! What stands in many lines: times, names, problems, names with their values.

use std::path::Path;

use jiff::{Timestamp, tz::TimeZone};
use outtray::{error::Problem, unicode::shown};
use serde_json::{Value, json};

/// Names and values, one pair a line, the values below each other.
pub(super) fn rows(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count() + 1).max().unwrap_or(0).max(16);
    let row = |(name, value): &(&str, String)| format!("{:<width$} {}", format!("{name}:"), shown(value));
    pairs.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// Milliseconds since 1970, as this computer's clock shows them.
pub(super) fn time(ms: i64) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    moment.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Milliseconds since 1970, as the hour and the minute of this computer's clock.
pub(super) fn hour(ms: i64) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    moment.to_zoned_datetime(TimeZone::system()).strftime("%H:%M").to_string()
}

/// What happened, what to do, and the code to look up.
pub(super) fn sentences(problem: &Problem) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!("\n  {}", shown(hint))).unwrap_or_default();
    let others: String = problem.others.iter().map(|other| format!("\n{}", sentences(other))).collect();
    format!(
        "{}{} [{}]{hint}{others}",
        named_field(problem),
        shown(&problem.message),
        problem.code
    )
}

/// The field, as its column and its option are called, where the message says no more than “The field”: in a form it stands beside it.
fn named_field(problem: &Problem) -> String {
    let field = problem.field.as_ref().filter(|_| problem.message.starts_with("The field "));
    field.map(|field| format!("{}: ", option_of(&json!(field)))).unwrap_or_default()
}

/// `proxyUser` is called `proxy-user`.
fn option_of(field: &Value) -> String {
    let letters = field.as_str().unwrap_or_default().chars();
    letters.fold(String::new(), |mut name, c| {
        if c.is_ascii_uppercase() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
        name
    })
}

pub(super) fn name(file: &Path) -> String {
    shown(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy()).into_owned()
}
