//! Every route: its host and style, who may call it, its scope, and the fields of its argument.

use serde_json::Value;

use super::{
    answer::Result, argument::Argument, batches, caller::Caller, content::Content, files, folders, server::Shared, sessions, users,
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
        scope: WRITE,
        fields: Some(fields),
        handler,
        new: false,
    }
}

/// The file itself is the answer, so the handler has nothing to say.
const fn download(name: &'static str, fields: &'static [&'static str]) -> Route {
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
        ..rpc("check/app", None, Some(&["query"]), users::check)
    },
    rpc("check/user", READ, Some(&["query"]), users::check),
    rpc("users/get_current_account", READ, None, users::get_current_account),
    rpc("users/get_space_usage", READ, None, users::get_space_usage),
    rpc("auth/token/revoke", None, None, users::revoke),
    rpc("files/get_metadata", METADATA, Some(files::GET_METADATA), files::get_metadata),
    rpc("files/list_folder", METADATA, Some(folders::LIST), folders::list),
    rpc("files/list_folder/continue", METADATA, Some(&["cursor"]), folders::go_on),
    rpc("files/create_folder_v2", WRITE, Some(&["path", "autorename"]), folders::create),
    rpc("files/delete_v2", WRITE, Some(&["path", "parent_rev"]), folders::delete),
    download("files/download", &["path", "rev"]),
    upload("files/upload", files::UPLOAD, files::upload),
    upload("files/upload_session/start", sessions::START, sessions::start),
    upload("files/upload_session/append_v2", sessions::APPEND, sessions::append),
    upload("files/upload_session/finish", sessions::FINISH, sessions::finish),
    Route {
        new: true,
        ..rpc("files/upload_session/start_batch", WRITE, Some(batches::START), batches::start)
    },
    Route {
        new: true,
        ..upload("files/upload_session/append_batch", batches::APPEND, batches::append)
    },
    rpc("files/upload_session/finish_batch_v2", WRITE, Some(&["entries"]), batches::finish),
];

/// Whether Dropbox has a route that the product has no use for, and that is not here.
pub(super) fn is_left_out(route: &str) -> bool {
    const NAMESPACES: [&str; 6] = ["sharing/", "file_requests/", "file_properties/", "team/", "contacts/", "openid/"];
    const FILES: [&str; 26] = [
        "copy_v2",
        "copy_batch_v2",
        "move_v2",
        "move_batch_v2",
        "create_folder_batch",
        "delete_batch",
        "delete_batch/check",
        "permanently_delete",
        "restore",
        "save_url",
        "save_url/check_job_status",
        "list_revisions",
        "search_v2",
        "list_folder/get_latest_cursor",
        "list_folder/longpoll",
        "get_preview",
        "get_thumbnail",
        "get_thumbnail_v2",
        "export",
        "download_zip",
        "get_temporary_link",
        "get_temporary_upload_link",
        "lock_file_batch",
        "unlock_file_batch",
        "upload_session/append",
        "upload_session/finish_batch",
    ];
    const USERS: [&str; 3] = ["users/features/get_values", "users/get_account", "users/get_account_batch"];
    let of_files = route.strip_prefix("files/").is_some_and(|name| FILES.contains(&name));
    of_files || USERS.contains(&route) || NAMESPACES.iter().any(|namespace| route.starts_with(namespace))
}
