//! `files/list_folder` with `/continue`, `files/create_folder_v2` and `files/delete_v2`. Source: Dropbox API, namespace `files`.

use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    content::Content,
    files::{conflict, free_name, make_parents},
    ids::random,
    listing::Cursor,
    paths,
    shapes::LIMIT_MAX,
    shared::Shared,
    state::State,
    tree::{Entry, folder_metadata},
};

/// `files/list_folder`: `""` is the root.
pub(super) fn list(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let mut state = shared.state();
    let folder = folder_to_list(&state, caller, argument)?;
    let space = state.space(&caller.account);
    let (recursive, include_deleted) = (argument.flag("recursive"), argument.flag("include_deleted"));
    let mut pending: Vec<String> = space.below(&folder, recursive).map(|(place, _)| place.clone()).collect();
    if include_deleted {
        pending.extend(space.deleted.keys().filter(|place| is_inside(place, &folder, recursive)).cloned());
        pending.sort();
    }
    let cursor = Cursor {
        account: caller.account.clone(),
        root: caller.root.clone(),
        seen: space.changed(),
        limit: usize::try_from(argument.number("limit").unwrap_or(LIMIT_MAX)).unwrap_or(usize::MAX),
        folder,
        recursive,
        include_deleted,
        pending,
    };
    Ok(page(&mut state, cursor))
}

fn folder_to_list(state: &State, caller: &Caller, argument: &Argument) -> Result<String> {
    let lookup = |error| Refusal::Route(nested("path", error));
    // There are no shared links here, so no link is one.
    if argument.value("shared_link").is_some() {
        return Err(lookup(tag("not_found")));
    }
    match argument.text("path") {
        "" => return Ok(caller.root.to_lowercase()),
        "/" => return argument.refuse("path: Specify the root folder as an empty string rather than as \"/\".".to_owned()),
        _ => {}
    }
    let place = paths::locate(state, caller, argument.text("path")).map_err(lookup)?.to_lowercase();
    match state.space(&caller.account).entries.get(&place) {
        Some(Entry::Folder(_)) => Ok(place),
        Some(Entry::File(_)) => Err(lookup(tag("not_folder"))),
        None => Err(lookup(tag("not_found"))),
    }
}

fn is_inside(place: &str, folder: &str, recursive: bool) -> bool {
    let inside = place.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|rest| recursive || !rest.contains('/'))
}

/// `files/list_folder/continue`: the rest, then what has changed since.
pub(super) fn go_on(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let mut state = shared.state();
    let text = argument.text("cursor");
    let known = state.cursors.get(text).filter(|cursor| cursor.account == caller.account);
    let Some(mut cursor) = known.cloned() else {
        return argument.refuse(format!("Invalid \"cursor\" parameter: '{text}'"));
    };
    if cursor.pending.is_empty() {
        let space = state.space(&cursor.account);
        let changes = space.changes_since(cursor.seen).iter();
        cursor.pending = changes.filter(|place| is_inside(place, &cursor.folder, cursor.recursive)).cloned().collect();
        cursor.pending.sort();
        cursor.pending.dedup();
        // What is gone is told from now on, or the listener would keep it for ever.
        cursor.include_deleted = true;
        cursor.seen = space.changed();
    }
    Ok(page(&mut state, cursor))
}

/// The next entries, and the cursor behind them.
fn page(state: &mut State, mut cursor: Cursor) -> Value {
    let rest = cursor.pending.split_off(cursor.pending.len().min(cursor.limit));
    let now = std::mem::replace(&mut cursor.pending, rest);
    let space = state.space(&cursor.account);
    let entries: Vec<Value> = now.iter().filter_map(|place| space.metadata(place, &cursor.root, cursor.include_deleted)).collect();
    let has_more = !cursor.pending.is_empty();
    let text = random(64);
    state.cursors.insert(text.clone(), cursor);
    json!({ "entries": entries, "cursor": text, "has_more": has_more })
}

/// `files/create_folder_v2`; the folders above are made too.
pub(super) fn create(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let refuse = |error| Refusal::Route(nested("path", error));
    let mut state = shared.state();
    let autorename = argument.flag("autorename");
    let mut display = paths::locate(&state, caller, argument.text("path")).map_err(refuse)?;
    if paths::is_foreign_home(&state, caller, &display) {
        return Err(refuse(tag("no_write_permission")));
    }
    make_parents(&mut state, caller, &display).map_err(refuse)?;
    let entries = &state.space(&caller.account).entries;
    let taken = entries.get(&display.to_lowercase()).map(|entry| match entry {
        Entry::File(_) => "file",
        Entry::Folder(_) => "folder",
    });
    match taken {
        None => {}
        Some(_) if autorename => display = free_name(entries, &display, false),
        Some(what) => return Err(refuse(conflict(what))),
    }
    state.space_mut(&caller.account).make_folder(&display);
    Ok(json!({ "metadata": folder_metadata(&display, &caller.root) }))
}

/// `files/delete_v2`: a folder goes with everything in it.
pub(super) fn delete(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let lookup = |error| Refusal::Route(nested("path_lookup", error));
    let write = |error| Refusal::Route(nested("path_write", error));
    let mut state = shared.state();
    let parent_rev = argument.optional_text("parent_rev");
    let place = paths::locate(&state, caller, argument.text("path")).map_err(lookup)?.to_lowercase();
    let space = state.space(&caller.account);
    let metadata = space.metadata(&place, &caller.root, false).ok_or_else(|| lookup(tag("not_found")))?;
    if paths::is_foreign_home(&state, caller, &place) {
        return Err(write(tag("no_write_permission")));
    }
    match parent_rev {
        Some(rev) if metadata["rev"].as_str() != Some(rev) => return Err(write(conflict("file"))),
        _ => {}
    }
    state.space_mut(&caller.account).delete(&place);
    Ok(json!({ "metadata": metadata }))
}
