//! Who calls: the token or the app's key and secret, and the scope that a route needs.

use serde_json::json;

use super::{
    answer::{Refusal, Result, tag},
    faults::{Fault, TOKEN},
    ids::AccountId,
    inbound::Inbound,
    state::State,
    token::{self, basic_credentials},
};

/// Who calls, and with what.
pub(super) struct Caller {
    pub(super) account: AccountId,
    pub(super) app_key: String,
    pub(super) token: String,
    pub(super) fault: Option<Fault>,
    /// Where the paths of this call begin, in the account's space: `/Anna Berg` of a team, `/Apps/Name` of an app with its own folder.
    pub(super) root: String,
}

/// The header, or the URL parameter that web pages use.
fn authorization(inbound: &Inbound) -> Result<(&str, &'static str)> {
    let missing = "Must provide HTTP header \"Authorization\" or URL parameter \"authorization\".";
    let header = inbound.header("authorization").map(|value| (value, "HTTP header \"Authorization\""));
    let parameter = || inbound.parameter("authorization").map(|value| (value, "URL parameter \"authorization\""));
    header.or_else(parameter).ok_or_else(|| Refusal::Request(missing.to_owned()))
}

fn bearer(inbound: &Inbound) -> Result<&str> {
    let (value, place) = authorization(inbound)?;
    let token = value.strip_prefix("Bearer ").filter(|token| !token.is_empty());
    token.ok_or_else(|| {
        Refusal::Request(format!(
            "Invalid authorization value in {place}: {value:?}.  Expecting \"Bearer <oauth2-access-token>\"."
        ))
    })
}

pub(super) fn app(state: &State, inbound: &Inbound) -> Result<Caller> {
    let (value, _) = authorization(inbound)?;
    let (key, secret) = basic_credentials(value).ok_or_else(|| {
        Refusal::Request(
            "Invalid authorization value in HTTP header \"Authorization\".  Expecting \"Basic <base64(app key:app secret)>\".".to_owned(),
        )
    })?;
    match state.apps.get(&key) {
        Some(app) if app.secret == secret => Ok(Caller {
            account: app.owner.clone(),
            app_key: key,
            token: String::new(),
            fault: None,
            root: String::new(),
        }),
        _ => Err(Refusal::Token(tag("invalid_access_token"))),
    }
}

pub(super) fn user(state: &State, inbound: &Inbound) -> Result<Caller> {
    let token = bearer(inbound)?;
    let access = state.access_tokens.get(token).ok_or_else(|| Refusal::Token(tag("invalid_access_token")))?;
    if state.is_suspended(token, access.refresh_token.as_deref()) {
        return Err(Refusal::Token(tag("invalid_access_token")));
    }
    if access.expires_at <= state.now() {
        return Err(Refusal::Token(tag("expired_access_token")));
    }
    Ok(Caller {
        account: access.account.clone(),
        app_key: access.app_key.clone(),
        token: token.to_owned(),
        fault: None,
        root: String::new(),
    })
}

/// Makes the token of this request old.
pub(super) fn expire_token_of(state: &mut State, inbound: &Inbound) {
    let now = state.now();
    let token = bearer(inbound).ok();
    if let Some(access) = token.and_then(|token| state.access_tokens.get_mut(token)) {
        access.expires_at = now;
    }
}

pub(super) fn check_scope(state: &State, scope: Option<&str>, caller: &Caller, fault: Option<&Fault>) -> Result<()> {
    let Some(scope) = scope else {
        return Ok(());
    };
    let app = &state.apps[&caller.app_key];
    if !app.scopes.contains(scope) {
        return Err(Refusal::Request(format!(
            "Your app (ID: {}) is not permitted to access this endpoint because it does not have the required scope '{scope}'. The owner of \
             the app can enable the scope for the app using the Permissions tab on the App Console.",
            app.number
        )));
    }
    let has = state.access_tokens.get(&caller.token).is_some_and(|access| access.scopes.contains(scope));
    match has && fault != Some(&Fault::MissingScope) {
        true => Ok(()),
        false => Err(Refusal::Token(json!({ ".tag": "missing_scope", "required_scope": scope }))),
    }
}

/// Whose token this request has, as far as it has one.
pub(super) fn account_of<'a>(state: &'a State, inbound: &Inbound) -> Option<&'a AccountId> {
    let access = state.access_tokens.get(bearer(inbound).ok()?)?;
    Some(&access.account)
}

/// The e-mail of the one for whom this call is made, where tokens are given out too.
pub(super) fn email_of(state: &State, route: &str, inbound: &Inbound) -> Option<String> {
    let account = match route {
        TOKEN => token::account_of(state, inbound),
        _ => account_of(state, inbound),
    };
    Some(state.account(account?).email.clone())
}
