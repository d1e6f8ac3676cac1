//! Where a path begins: in the space of a team, or in the home folder of a member. Source: Dropbox documentation, "Namespaces" (the
//! `Dropbox-API-Path-Root` header, PathRootError, RootInfo).

use serde_json::Value;

use super::{
    answer::{self, Refusal, Result, nested},
    caller::Caller,
    inbound::Inbound,
    shapes::PATH_ROOT,
    state::State,
};

/// Where a path of this call begins in the account's space: the home folder, unless the header says the root.
pub(super) fn path_root(state: &State, caller: &Caller, inbound: &Inbound) -> Result<String> {
    let account = state.account(&caller.account);
    let home = account.member.as_ref().map(|member| member.home_path.clone()).unwrap_or_default();
    let app = &state.apps[&caller.app_key];
    let base = match inbound.headers.get("dropbox-api-path-root") {
        // An app with a folder of its own sees nothing else, so it has no root to choose.
        Some(_) if app.folder_only => return Err(Refusal::PathRoot(no_permission())),
        Some(header) => asked(state, caller, header.as_bytes(), &home)?,
        None => home,
    };
    Ok(match app.folder_only {
        true => format!("{base}/Apps/{}", app.name),
        false => base,
    })
}

fn asked(state: &State, caller: &Caller, header: &[u8], home: &str) -> Result<String> {
    const PLACE: &str = "HTTP header \"Dropbox-API-Path-Root\"";
    let undecoded = || Refusal::Request(format!("{PLACE}: could not decode input as JSON"));
    let value: Value = serde_json::from_slice(header).map_err(|_| undecoded())?;
    PATH_ROOT.check(&value).map_err(|wrong| Refusal::Request(format!("{PLACE}: {wrong}")))?;
    let tag = value.as_str().or_else(|| value[".tag"].as_str()).unwrap_or_default();
    let namespace = value[tag].as_str();
    let info = state.root_info(&caller.account);
    let (root, own) = (info["root_namespace_id"].as_str(), info["home_namespace_id"].as_str());
    match tag {
        "home" => Ok(home.to_owned()),
        "root" if namespace == root => Ok(String::new()),
        "root" => Err(Refusal::PathRoot(nested("invalid_root", info))),
        _ if namespace == own => Ok(home.to_owned()),
        _ if namespace == root => Ok(String::new()),
        _ => Err(Refusal::PathRoot(no_permission())),
    }
}

fn no_permission() -> Value {
    answer::tag("no_permission")
}
