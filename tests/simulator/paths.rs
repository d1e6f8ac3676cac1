//! Paths and names: what Dropbox takes, and where it is in an account's space. Source: Dropbox documentation, "Case insensitivity" and "Path formats".

use super::{answer::tag, caller::Caller, state::State, tree::Entry};

/// Longest name, in characters.
const NAME_MAX: usize = 255;
/// Shortest revision, in characters.
const REV_MIN: usize = 9;
/// Names that Dropbox keeps for itself and the systems, in lower case.
const DISALLOWED: [&str; 6] = ["desktop.ini", "thumbs.db", ".ds_store", "icon\r", ".dropbox", ".dropbox.attr"];

/// A path as a commit may have it, or an id.
pub(super) fn is_path_or_id(path: &str) -> bool {
    is_path(path) || is_id(path)
}

/// A path, an id or a revision as a question may have it.
pub(super) fn is_read_path(path: &str) -> bool {
    let is_long_rev = |rev: &str| rev.len() >= REV_MIN && is_rev(rev);
    is_path_or_id(path) || path.strip_prefix("rev:").is_some_and(is_long_rev)
}

fn is_id(path: &str) -> bool {
    path.starts_with("id:") && !path.contains('\n')
}

/// A path as a new folder may have it.
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with('/') || path.strip_prefix("ns:").is_some_and(is_below_namespace)
}

fn is_below_namespace(rest: &str) -> bool {
    let number = rest.split('/').next().unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The letters of a revision.
pub(super) fn is_rev(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Where in the space of the caller's account this is; a LookupError or WriteError otherwise.
pub(super) fn locate(state: &State, caller: &Caller, path: &str) -> std::result::Result<String, serde_json::Value> {
    if path.starts_with("id:") || path.starts_with("rev:") {
        let is_rev = |entry: &Entry| matches!(entry, Entry::File(file) if path.strip_prefix("rev:") == Some(&file.rev));
        let mut entries = state.space(&caller.account).entries.values();
        let entry = entries.find(|entry| entry.id() == path || is_rev(entry));
        return entry.map(|entry| entry.path_display().to_owned()).ok_or_else(|| tag("not_found"));
    }
    let Some(rest) = path.strip_prefix("ns:") else {
        check(path)?;
        return Ok(format!("{}{path}", caller.root));
    };
    let (namespace, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    check(path)?;
    let info = state.root_info(&caller.account);
    let home = info["home_path"].as_str().unwrap_or_default();
    match Some(namespace) {
        asked if asked == info["home_namespace_id"].as_str() => Ok(format!("{home}{path}")),
        asked if asked == info["root_namespace_id"].as_str() => Ok(path.to_owned()),
        _ => Err(tag("not_found")),
    }
}

fn check(path: &str) -> std::result::Result<(), serde_json::Value> {
    for part in path.get(1..).unwrap_or_default().split('/') {
        let dots = part == "." || part == "..";
        if part.is_empty() || dots || part.ends_with(' ') || part.contains(['\\', '\u{7f}', '\0']) || part.chars().count() > NAME_MAX {
            return Err(tag("malformed_path"));
        }
        if DISALLOWED.contains(&part.to_lowercase().as_str()) {
            return Err(tag("disallowed_name"));
        }
    }
    Ok(())
}

/// Where nobody but its member may write: the home folder of somebody else in the team.
pub(super) fn is_foreign_home(state: &State, caller: &Caller, display: &str) -> bool {
    let path = display.to_lowercase();
    let Some(own) = state.account(&caller.account).member.as_ref() else {
        return false;
    };
    let members = state.accounts.values().filter_map(|account| account.member.as_ref());
    let mut others = members.filter(|member| member.team == own.team && member.id != own.id);
    others.any(|member| {
        let home = member.home_path.to_lowercase();
        path == home || path.starts_with(&format!("{home}/"))
    })
}
