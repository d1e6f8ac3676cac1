//! Every route that is answered: its host and style, who may call it, its scope, and the fields of its argument.

use serde_json::Value;

use super::{
    answer::Result,
    argument::Argument,
    batches,
    caller::Caller,
    content::Content,
    files, folders,
    schema::Field,
    sessions,
    shapes::{
        CREATE_FOLDER, DELETE, DOWNLOAD, ECHO, GET_METADATA, LIST_FOLDER, LIST_FOLDER_CONTINUE, SESSION_APPEND, SESSION_APPEND_BATCH,
        SESSION_FINISH, SESSION_FINISH_BATCH, SESSION_START, SESSION_START_BATCH, UPLOAD,
    },
    shared::Shared,
    users,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Rpc,
    Upload,
    /// Its answer is a file; see `download`.
    Download,
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
    pub(super) fields: Option<&'static [Field]>,
    pub(super) handler: Handler,
    /// Whether a Dropbox of some months ago does not have it.
    pub(super) new: bool,
}

const fn rpc(name: &'static str, scope: Option<&'static str>, fields: Option<&'static [Field]>, handler: Handler) -> Route {
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

const fn upload(name: &'static str, fields: &'static [Field], handler: Handler) -> Route {
    Route {
        name,
        style: Style::Upload,
        auth: Auth::User,
        scope: WRITE,
        fields: Some(fields),
        handler,
        new: false,
    }
}

/// The file itself is the answer, so the handler has nothing to say.
const fn download(name: &'static str, fields: &'static [Field]) -> Route {
    Route {
        style: Style::Download,
        scope: Some("files.content.read"),
        ..upload(name, fields, |_, _, _, _| Ok(Value::Null))
    }
}

const WRITE: Option<&str> = Some("files.content.write");
const METADATA: Option<&str> = Some("files.metadata.read");
const READ: Option<&str> = Some("account_info.read");

pub(super) static ROUTES: [Route; 18] = [
    Route {
        auth: Auth::App,
        ..rpc("check/app", None, Some(ECHO), users::check)
    },
    rpc("check/user", READ, Some(ECHO), users::check),
    rpc("users/get_current_account", READ, None, users::get_current_account),
    rpc("users/get_space_usage", READ, None, users::get_space_usage),
    rpc("auth/token/revoke", None, None, users::revoke),
    rpc("files/get_metadata", METADATA, Some(GET_METADATA), files::get_metadata),
    rpc("files/list_folder", METADATA, Some(LIST_FOLDER), folders::list),
    rpc("files/list_folder/continue", METADATA, Some(LIST_FOLDER_CONTINUE), folders::go_on),
    rpc("files/create_folder_v2", WRITE, Some(CREATE_FOLDER), folders::create),
    rpc("files/delete_v2", WRITE, Some(DELETE), folders::delete),
    download("files/download", DOWNLOAD),
    upload("files/upload", UPLOAD, files::upload),
    upload("files/upload_session/start", SESSION_START, sessions::start),
    upload("files/upload_session/append_v2", SESSION_APPEND, sessions::append),
    upload("files/upload_session/finish", SESSION_FINISH, sessions::finish),
    Route {
        new: true,
        ..rpc("files/upload_session/start_batch", WRITE, Some(SESSION_START_BATCH), batches::start)
    },
    Route {
        new: true,
        ..upload("files/upload_session/append_batch", SESSION_APPEND_BATCH, batches::append)
    },
    rpc(
        "files/upload_session/finish_batch_v2",
        WRITE,
        Some(SESSION_FINISH_BATCH),
        batches::finish,
    ),
];

/// Whether a token needs a permission for this route.
pub(super) fn needs_scope(route: &str) -> bool {
    ROUTES.iter().any(|known| known.name == route && known.scope.is_some())
}
