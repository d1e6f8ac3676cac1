//! `check/*`, `users/*` and `auth/token/revoke`.

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{answer::Result, api::Caller, argument::Argument, state::State};

/// What an account may hold, in bytes.
pub(super) const QUOTA: u64 = 10_000_000_000;

/// `check/app` and `check/user`: EchoArg → EchoResult.
pub(super) fn check(_: &mut State, _: &Caller, argument: &Argument, _: &Bytes) -> Result<Value> {
    let query = argument.optional_text("query")?.unwrap_or_default();
    if query.chars().count() > 500 {
        return argument.refuse("query: expected at most 500 characters".to_owned());
    }
    Ok(json!({ "result": query }))
}

/// Void → FullAccount.
pub(super) fn get_current_account(state: &mut State, caller: &Caller, _: &Argument, _: &Bytes) -> Result<Value> {
    let account = state.account(&caller.account);
    let (given, surname) = account.name.split_once(' ').unwrap_or((&account.name, ""));
    Ok(json!({
        "account_id": account.id.0,
        "name": {
            "given_name": given,
            "surname": surname,
            "familiar_name": given,
            "display_name": account.name,
            "abbreviated_name": account.name.split(' ').filter_map(|word| word.chars().next()).collect::<String>(),
        },
        "email": account.email,
        "email_verified": true,
        "disabled": false,
        "locale": "en",
        "referral_link": "https://www.dropbox.com/referrals/practice",
        "is_paired": false,
        "account_type": { ".tag": "basic" },
        "root_info": { ".tag": "user", "root_namespace_id": "1", "home_namespace_id": "1" },
        "country": "US",
    }))
}

/// Void → SpaceUsage.
pub(super) fn get_space_usage(state: &mut State, caller: &Caller, _: &Argument, _: &Bytes) -> Result<Value> {
    let used = state.account(&caller.account).used();
    Ok(json!({ "used": used, "allocation": { ".tag": "individual", "allocated": QUOTA } }))
}

/// Void → Void: ends the token, the refresh token behind it, and every other access token of that one.
pub(super) fn revoke(state: &mut State, caller: &Caller, _: &Argument, _: &Bytes) -> Result<Value> {
    let access = state.access_tokens.remove(&caller.token);
    if let Some(refresh_token) = access.and_then(|access| access.refresh_token) {
        state.refresh_tokens.remove(&refresh_token);
        state.access_tokens.retain(|_, access| access.refresh_token.as_deref() != Some(&refresh_token));
    }
    Ok(Value::Null)
}
