//! What an authorize address asks for, read strictly: what Dropbox refuses is refused. Source: Dropbox documentation, "/oauth2/authorize".

use std::collections::BTreeSet;

use super::Visit;
use crate::simulator::{apps::App, state::State};

/// Every parameter that Dropbox knows; another one is refused.
const KNOWN: [&str; 14] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "token_access_type",
    "code_challenge",
    "code_challenge_method",
    "force_reapprove",
    "force_reauthentication",
    "include_granted_scopes",
    "disable_signup",
    "require_role",
    "locale",
];
/// Longest `state`, in bytes.
const STATE_MAX: usize = 500;

/// A request for authorization that is in order.
pub(super) struct Authorize {
    pub(super) app_key: String,
    pub(super) redirect_uri: Option<String>,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    pub(super) offline: bool,
    /// Whether somebody who has allowed this before is asked again.
    pub(super) reapprove: bool,
    /// Whether the user signs in again first, perhaps to another account.
    pub(super) reauthenticate: bool,
    /// Whether what the user has granted before is granted again.
    pub(super) include_granted: bool,
}

/// The values by name, each once.
struct Query<'a>(&'a [(String, String)]);

impl<'a> Query<'a> {
    fn once(&self, name: &str) -> Result<Option<&'a str>, String> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.as_str());
        match values.next() {
            Some(_) => Err(format!("More than one \"{name}\"")),
            None => Ok(first),
        }
    }

    fn one_of(&self, name: &str, known: &[&str]) -> Result<Option<&'a str>, String> {
        match self.once(name)? {
            Some(value) if !known.contains(&value) => Err(format!("Invalid {name}: \"{value}\"")),
            value => Ok(value),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        Ok(self.one_of(name, &["true", "false"])? == Some("true"))
    }
}

pub(super) fn read(state: &State, visit: &Visit<'_>) -> Result<Authorize, String> {
    let query = Query(&visit.inbound.query);
    if let Some((unknown, _)) = query.0.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return Err(format!("unknown field \"{unknown}\""));
    }
    let client_id = query.once("client_id")?.unwrap_or_default();
    let app = state.apps.get(client_id).ok_or_else(|| format!("Invalid client_id: \"{client_id}\""))?;
    // `token`, the implicit grant, is off for every app that is made today.
    query.one_of("response_type", &["code"])?.ok_or("Missing response_type")?;
    let state_text = query.once("state")?;
    if state_text.is_some_and(|text| text.len() > STATE_MAX) {
        return Err(format!("state must be at most {STATE_MAX} bytes"));
    }
    query.flag("disable_signup")?;
    query.one_of("require_role", &["work", "personal"])?;
    query.once("locale")?;
    Ok(Authorize {
        redirect_uri: redirect_uri(app, query.once("redirect_uri")?)?,
        state: state_text.map(str::to_owned),
        challenge: challenge(query.once("code_challenge")?, query.once("code_challenge_method")?)?,
        scopes: scopes(app, query.once("scope")?)?,
        // `legacy`, a token that never ends, is off for every app that is made today.
        offline: query.one_of("token_access_type", &["online", "offline"])? == Some("offline"),
        reapprove: query.flag("force_reapprove")?,
        reauthenticate: query.flag("force_reauthentication")?,
        include_granted: include_granted(&query)?,
        app_key: app.key.clone(),
    })
}

fn include_granted(query: &Query<'_>) -> Result<bool, String> {
    let asked = query.one_of("include_granted_scopes", &["user", "team"])?;
    match (asked, query.once("scope")?) {
        (Some(_), None) => Err("include_granted_scopes needs scope".to_owned()),
        (asked, _) => Ok(asked.is_some()),
    }
}

/// Compared exactly: scheme, host, port, path.
fn redirect_uri(app: &App, asked: Option<&str>) -> Result<Option<String>, String> {
    match asked {
        None => Ok(None),
        Some(uri) if app.redirect_uris.iter().any(|known| known == uri) => Ok(Some(uri.to_owned())),
        Some(uri) if super::console::is_redirect_uri(uri) => Err(format!(
            "Invalid redirect_uri: \"{uri}\". It must exactly match one of the redirect URIs you've pre-configured for your app (including the path)."
        )),
        Some(_) => Err(
            "Invalid redirect_uri. When response_type=code, redirect_uri must start with \"https://\", unless it's a localhost URI."
                .to_owned(),
        ),
    }
}

fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, String> {
    let is_digest = |text: &str| text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    match (challenge, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if is_digest(challenge) => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => Err("Invalid code_challenge".to_owned()),
        (None, Some(_)) => Err("code_challenge_method needs code_challenge".to_owned()),
        (Some(_), _) => Err("Invalid code_challenge_method".to_owned()),
    }
}

/// A subset of what is ticked; nothing said is all of it. `account_info.read` is always part of it.
fn scopes(app: &App, asked: Option<&str>) -> Result<BTreeSet<String>, String> {
    let Some(text) = asked else {
        return Ok(app.scopes.clone());
    };
    if text.trim().is_empty() {
        return Err("scope must not be empty".to_owned());
    }
    let asked = text.split_whitespace().map(|scope| match app.scopes.contains(scope) {
        true => Ok(scope.to_owned()),
        false => Err(format!("This app does not have the scope \"{scope}\"")),
    });
    let mut scopes: BTreeSet<String> = asked.collect::<Result<_, _>>()?;
    scopes.insert("account_info.read".to_owned());
    Ok(scopes)
}
