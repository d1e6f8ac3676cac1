//! `files/upload`, `files/get_metadata`, and the commit that uploads and sessions share.

use std::collections::BTreeMap;

use axum::body::Bytes;
use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    content::Content,
    faults::Fault,
    ids::random,
    paths, schema,
    shared::Shared,
    state::State,
    tree::{Entry, File, civil_seconds, seconds},
    users::QUOTA,
};

/// Largest body of one call, in bytes (150 MiB).
pub(super) const BODY_MAX: usize = 150 << 20;

#[derive(Clone, PartialEq, Eq)]
enum Mode {
    Add,
    Overwrite,
    Update(String),
}

/// Where a content goes and what happens when the name is taken.
pub(super) struct Commit {
    path: String,
    mode: Mode,
    autorename: bool,
    client_modified: Option<DateTime>,
    strict_conflict: bool,
    /// Of the first property group. There are no templates here.
    template: Option<Value>,
}

impl Commit {
    pub(super) fn read(argument: &Argument) -> Self {
        Self {
            path: argument.text("path").to_owned(),
            mode: mode(argument),
            autorename: argument.flag("autorename"),
            client_modified: argument.optional_text("client_modified").and_then(schema::time),
            strict_conflict: argument.flag("strict_conflict"),
            template: argument.list("property_groups").first().map(|group| group["template_id"].clone()),
        }
    }

    /// There are no templates of properties here, so none is the one that is meant (InvalidPropertyGroupError).
    pub(super) fn check_template(&self) -> std::result::Result<(), Value> {
        match &self.template {
            Some(template) => Err(nested("properties_error", nested("template_not_found", template.clone()))),
            None => Ok(()),
        }
    }
}

fn mode(argument: &Argument) -> Mode {
    match argument.tag("mode") {
        Some("overwrite") => Mode::Overwrite,
        Some("update") => Mode::Update(argument.object("mode").text("update").to_owned()),
        _ => Mode::Add,
    }
}

/// Refuses a body that is too large or damaged.
pub(super) fn check_body(argument: &Argument, body: &Content) -> Result<()> {
    if body.size() > BODY_MAX as u64 {
        return Err(Refusal::Route(tag("payload_too_large")));
    }
    check_hash(argument, body)
}

/// Refuses a body that is not what its `content_hash` says.
fn check_hash(argument: &Argument, body: &Content) -> Result<()> {
    match argument.optional_text("content_hash") {
        Some(expected) if expected != body.hash() => Err(Refusal::Route(tag("content_hash_mismatch"))),
        _ => Ok(()),
    }
}

/// `files/upload`.
pub(super) fn upload(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let commit = Commit::read(argument);
    check_body(argument, &body)?;
    commit.check_template().map_err(Refusal::Route)?;
    let mut state = shared.state();
    write(&mut state, caller, &commit, body.clone()).map_err(|reason| {
        // The bytes are kept in a session and may be committed elsewhere.
        let session_id = state.add_session(&caller.account, false, true, body);
        Refusal::Route(json!({ ".tag": "path", "reason": reason, "upload_session_id": session_id }))
    })
}

/// The commit: a WriteError, or the FileMetadata.
pub(super) fn write(state: &mut State, caller: &Caller, commit: &Commit, content: Content) -> std::result::Result<Value, Value> {
    match &caller.fault {
        Some(Fault::InsufficientSpace) => return Err(tag("insufficient_space")),
        Some(Fault::TooManyWriteOperations) => return Err(tag("too_many_write_operations")),
        Some(Fault::WriteError(error)) => return Err(error.clone()),
        _ => {}
    }
    // An id that is not known is a path that is not one.
    let display = paths::locate(state, caller, &commit.path).map_err(|error| match error == tag("not_found") {
        true => tag("malformed_path"),
        false => error,
    })?;
    if paths::is_foreign_home(state, caller, &display) {
        return Err(tag("no_write_permission"));
    }
    if state.space(&caller.account).used() + content.size() > QUOTA {
        return Err(tag("insufficient_space"));
    }
    let content_hash = content.hash();
    make_parents(state, caller, &display)?;
    let (display, identical) = settle(state, caller, commit, &display, &content_hash)?;
    let file = match identical {
        Some(file) => file,
        None => put(state, caller, commit, display, content, content_hash),
    };
    let mut metadata = file.metadata(&caller.root);
    if caller.fault == Some(Fault::WrongContentHash) {
        metadata["content_hash"] = json!(Content::from(Bytes::from_static(b"something else")).hash());
    }
    Ok(metadata)
}

pub(super) fn conflict(what: &str) -> Value {
    nested("conflict", tag(what))
}

/// Makes the folders above a path, unless a file is in their way.
pub(super) fn make_parents(state: &mut State, caller: &Caller, display: &str) -> std::result::Result<(), Value> {
    let space = state.space_mut(&caller.account);
    let slashes: Vec<usize> = display.match_indices('/').map(|(at, _)| at).skip(1).collect();
    let parents = slashes.iter().map(|at| &display[..*at]);
    if parents
        .clone()
        .any(|parent| matches!(space.entries.get(&parent.to_lowercase()), Some(Entry::File(_))))
    {
        return Err(conflict("file_ancestor"));
    }
    parents.for_each(|parent| space.make_folder(parent));
    Ok(())
}

/// Where the content goes after all, or the file that is there already with the same content.
fn settle(
    state: &State,
    caller: &Caller,
    commit: &Commit,
    display: &str,
    content_hash: &str,
) -> std::result::Result<(String, Option<File>), Value> {
    let entries = &state.space(&caller.account).entries;
    let deleted = state.space(&caller.account).deleted.contains_key(&display.to_lowercase());
    let taken = match entries.get(&display.to_lowercase()) {
        None if deleted && commit.strict_conflict && matches!(commit.mode, Mode::Update(_)) => conflict("file"),
        None => return Ok((display.to_owned(), None)),
        Some(Entry::Folder(_)) => conflict("folder"),
        Some(Entry::File(file)) if file.content_hash == content_hash && !commit.strict_conflict => {
            return Ok((display.to_owned(), Some(file.clone())));
        }
        Some(Entry::File(file)) => match &commit.mode {
            Mode::Overwrite => return Ok((display.to_owned(), None)),
            Mode::Update(rev) if *rev == file.rev => return Ok((display.to_owned(), None)),
            _ => conflict("file"),
        },
    };
    if !commit.autorename {
        return Err(taken);
    }
    Ok((free_name(entries, display, matches!(commit.mode, Mode::Update(_))), None))
}

/// What `autorename` makes of a name that is taken: a number, or the words of an update.
pub(super) fn free_name(entries: &BTreeMap<String, Entry>, display: &str, copy: bool) -> String {
    let (folder, name) = display.rsplit_once('/').unwrap_or(("", display));
    let (stem, extension) = name.rfind('.').filter(|at| *at > 0).map_or((name, ""), |at| name.split_at(at));
    let free = (1..).map(|number| match (copy, number) {
        (true, 1) => format!("{folder}/{stem} (conflicted copy){extension}"),
        (true, number) => format!("{folder}/{stem} (conflicted copy {number}){extension}"),
        (false, number) => format!("{folder}/{stem} ({number}){extension}"),
    });
    let mut free = free.filter(|path| !entries.contains_key(&path.to_lowercase()));
    free.next().unwrap_or_default()
}

fn put(state: &mut State, caller: &Caller, commit: &Commit, display: String, mut content: Content, content_hash: String) -> File {
    let now = state.now();
    // A new revision of a file is the same file.
    let earlier = match state.space(&caller.account).entries.get(&display.to_lowercase()) {
        Some(Entry::File(file)) => Some(file.id.clone()),
        _ => None,
    };
    let size = content.size();
    if state.drops_contents {
        content.forget();
    }
    let file = File {
        id: earlier.unwrap_or_else(|| format!("id:{}", random(22))),
        size,
        content_hash,
        content,
        rev: state.next_revision(),
        client_modified: commit.client_modified.map_or_else(|| seconds(now), civil_seconds),
        server_modified: now,
        path_display: display,
    };
    state.space_mut(&caller.account).put(Entry::File(file.clone()));
    file
}

/// `files/get_metadata`: a Metadata with its `.tag`.
pub(super) fn get_metadata(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let state = shared.state();
    let path = argument.text("path");
    if path == "/" {
        return argument.refuse("path: The root folder is unsupported.".to_owned());
    }
    let include_deleted = argument.flag("include_deleted");
    let lookup = |error| Refusal::Route(nested("path", error));
    let place = paths::locate(&state, caller, path).map_err(lookup)?.to_lowercase();
    let metadata = state.space(&caller.account).metadata(&place, &caller.root, include_deleted);
    metadata.ok_or_else(|| lookup(tag("not_found")))
}
