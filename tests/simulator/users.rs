//! `check/*`, `users/*` and `auth/token/revoke`.

use serde_json::{Value, json};

use super::{answer::Result, argument::Argument, caller::Caller, content::Content, ids::AccountId, shared::Shared, teams::Team};

/// What an account may hold, in bytes.
pub(super) const QUOTA: u64 = 10_000_000_000;

/// `check/app` and `check/user`: EchoArg → EchoResult.
pub(super) fn check(_: &Shared, _: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    Ok(json!({ "result": argument.text("query") }))
}

/// Void → FullAccount.
pub(super) fn get_current_account(shared: &Shared, caller: &Caller, _: &Argument, _: Content) -> Result<Value> {
    let state = shared.state();
    let account = state.account(&caller.account);
    let (given, surname) = account.name.split_once(' ').unwrap_or((&account.name, ""));
    let team = state.team_of(account);
    let mut answer = json!({
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
        "account_type": { ".tag": if team.is_some() { "business" } else { "basic" } },
        "root_info": state.root_info(&caller.account),
        "country": "US",
    });
    if let Some((team, member)) = team {
        answer["team"] = team_info(team);
        answer["team_member_id"] = json!(member.id);
    }
    Ok(answer)
}

/// Void → SpaceUsage.
pub(super) fn get_space_usage(shared: &Shared, caller: &Caller, _: &Argument, _: Content) -> Result<Value> {
    let state = shared.state();
    let used = state.space(&caller.account).used();
    let allocation = match state.team_of(state.account(&caller.account)) {
        None => json!({ ".tag": "individual", "allocated": QUOTA }),
        Some(_) => json!({
            ".tag": "team",
            "used": used,
            "allocated": QUOTA,
            "user_within_team_space_allocated": 0,
            "user_within_team_space_limit_type": { ".tag": "off" },
            "user_within_team_space_used_cached": used,
        }),
    };
    Ok(json!({ "used": used, "allocation": allocation }))
}

/// FullTeam.
fn team_info(team: &Team) -> Value {
    json!({
        "id": team.id,
        "name": team.name,
        "sharing_policies": {
            "shared_folder_member_policy": { ".tag": "anyone" },
            "shared_folder_join_policy": { ".tag": "from_anyone" },
            "shared_link_create_policy": { ".tag": "default_public" },
            "group_creation_policy": { ".tag": "admins_only" },
            "shared_folder_link_restriction_policy": { ".tag": "anyone" },
            "enforce_link_password_policy": { ".tag": "optional" },
            "default_link_expiration_days_policy": { ".tag": "none" },
            "shared_link_default_permissions_policy": { ".tag": "default" },
        },
        "office_addin_policy": { ".tag": "disabled" },
        "top_level_content_policy": { ".tag": "everyone" },
    })
}

/// Void → Void: ends the token, the refresh token behind it, and every other access token of that one.
pub(super) fn revoke(shared: &Shared, caller: &Caller, _: &Argument, _: Content) -> Result<Value> {
    let mut state = shared.state();
    let access = state.access_tokens.remove(&caller.token);
    if let Some(refresh_token) = access.and_then(|access| access.refresh_token) {
        state.refresh_tokens.remove(&refresh_token);
        state.access_tokens.retain(|_, access| access.refresh_token.as_deref() != Some(&refresh_token));
    }
    // An app without a token is no longer among the connected ones; the code of a user who has just clicked Allow becomes one.
    let is_of = |account: &AccountId, app_key: &String| *account == caller.account && *app_key == caller.app_key;
    let grants = state.refresh_tokens.values().any(|grant| is_of(&grant.account, &grant.app_key));
    let codes = state.codes.values().any(|code| is_of(&code.account, &code.app_key));
    if !grants && !codes && !state.access_tokens.values().any(|token| is_of(&token.account, &token.app_key)) {
        state.disconnect(&caller.account, &caller.app_key);
    }
    Ok(Value::Null)
}
