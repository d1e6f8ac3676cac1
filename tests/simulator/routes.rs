//! Every route: its host and style, who may call it, its scope, and the fields of its argument.

use serde_json::Value;

use super::{answer::Result, argument::Argument, batches, caller::Caller, content::Content, files, server::Shared, sessions, users};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Rpc,
    Upload,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth {
    App,
    User,
}

pub(super) type Handler = fn(&Shared, &Caller, &Argument, Content) -> Result<Value>;

pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) style: Style,
    pub(super) auth: Auth,
    pub(super) scope: Option<&'static str>,
    /// The fields of the argument; nothing for a route without one.
    pub(super) fields: Option<&'static [&'static str]>,
    pub(super) handler: Handler,
    /// Whether a Dropbox of some months ago does not have it.
    pub(super) new: bool,
}

const fn rpc(name: &'static str, scope: Option<&'static str>, fields: Option<&'static [&'static str]>, handler: Handler) -> Route {
    Route {
        name,
        style: Style::Rpc,
        auth: Auth::User,
        scope,
        fields,
        handler,
        new: false,
    }
}

const fn upload(name: &'static str, fields: &'static [&'static str], handler: Handler) -> Route {
    Route {
        name,
        style: Style::Upload,
        auth: Auth::User,
        scope: Some("files.content.write"),
        fields: Some(fields),
        handler,
        new: false,
    }
}

const READ: Option<&str> = Some("account_info.read");

pub(super) static ROUTES: [Route; 13] = [
    Route {
        auth: Auth::App,
        ..rpc("check/app", None, Some(&["query"]), users::check)
    },
    rpc("check/user", READ, Some(&["query"]), users::check),
    rpc("users/get_current_account", READ, None, users::get_current_account),
    rpc("users/get_space_usage", READ, None, users::get_space_usage),
    rpc("auth/token/revoke", None, None, users::revoke),
    rpc(
        "files/get_metadata",
        Some("files.metadata.read"),
        Some(files::GET_METADATA),
        files::get_metadata,
    ),
    upload("files/upload", files::UPLOAD, files::upload),
    upload("files/upload_session/start", sessions::START, sessions::start),
    upload("files/upload_session/append_v2", sessions::APPEND, sessions::append),
    upload("files/upload_session/finish", sessions::FINISH, sessions::finish),
    Route {
        new: true,
        ..rpc(
            "files/upload_session/start_batch",
            Some("files.content.write"),
            Some(batches::START),
            batches::start,
        )
    },
    Route {
        new: true,
        ..upload("files/upload_session/append_batch", batches::APPEND, batches::append)
    },
    rpc(
        "files/upload_session/finish_batch_v2",
        Some("files.content.write"),
        Some(&["entries"]),
        batches::finish,
    ),
];
