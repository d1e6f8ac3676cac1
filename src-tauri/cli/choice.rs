//! Options with a fixed list of values: the names are the library's own, the help is said here.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use outtray::{
    operator::{ConflictRule, Place},
    settings::{Language, ProxyMode, RedirectHost},
};

/// Reads one of these values by its name.
fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    help: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let values = all.iter().map(move |&value| PossibleValue::new(name(value)).help(help(value)));
    PossibleValuesParser::new(values).try_map(move |typed| {
        let found = all.iter().copied().find(|&value| name(value) == typed);
        found.ok_or("it is none of the possible values")
    })
}

/// On or off.
pub(crate) fn switch() -> impl TypedValueParser<Value = bool> {
    one_of(
        &[true, false],
        |on| if on { "on" } else { "off" },
        |on| if on { "Yes" } else { "No" },
    )
}

/// What happens when another content has the name already.
pub(crate) fn conflict_rule() -> impl TypedValueParser<Value = ConflictRule> {
    one_of(&ConflictRule::ALL, ConflictRule::as_str, |rule| match rule {
        ConflictRule::KeepBoth => "Keep both: the new file gets the beginning of its content hash into its name",
        ConflictRule::Replace => "The new file takes the place of the old one, which Dropbox keeps as a version",
        ConflictRule::Stop => "Write nothing; the delivery needs attention",
    })
}

/// Where the user will click Allow.
pub(crate) fn place() -> impl TypedValueParser<Value = Place> {
    one_of(&Place::ALL, Place::as_str, |place| match place {
        Place::ThisComputer => "Here: Dropbox's answer is awaited",
        Place::UsersComputer => "Elsewhere: the Access code is typed later, with `authorize complete`",
    })
}

/// The host of the redirect URIs.
pub(crate) fn redirect_host() -> impl TypedValueParser<Value = RedirectHost> {
    one_of(&RedirectHost::ALL, RedirectHost::as_str, |host| match host {
        RedirectHost::Ipv4 => "IPv4",
        RedirectHost::Localhost => "IPv4 and IPv6",
    })
}

/// The language of the window.
pub(crate) fn language() -> impl TypedValueParser<Value = Language> {
    one_of(&Language::ALL, Language::as_str, |language| match language {
        Language::System => "As the system",
        Language::En => "English",
        Language::De => "German",
        Language::Es => "Spanish",
    })
}

/// Which proxy calls to Dropbox go through.
pub(crate) fn proxy_mode() -> impl TypedValueParser<Value = ProxyMode> {
    one_of(&ProxyMode::ALL, ProxyMode::as_str, |mode| match mode {
        ProxyMode::System => "The one that the system or the environment names",
        ProxyMode::None => "None",
        ProxyMode::Manual => "The one of --proxy-address",
    })
}
