//! The arguments of the routes, field by field. Source: the specification of Dropbox's API, namespaces `check`, `common` and `files`, with
//! the limits of the validators of the official Python SDK.

use super::{
    paths,
    schema::{Field, Shape, TEXT, Text, optional, required},
};

const fn text(least: usize, most: usize) -> Shape {
    Shape::Text(Text {
        least,
        most: Some(most),
        pattern: None,
    })
}

const fn patterned(least: usize, pattern: &'static str, fits: fn(&str) -> bool) -> Shape {
    Shape::Text(Text {
        least,
        most: None,
        pattern: Some((pattern, fits)),
    })
}

const AT_LEAST_ONE: Shape = Shape::Text(Text {
    least: 1,
    most: None,
    pattern: None,
});
const WRITE_PATH: Shape = patterned(0, r"(/(.|[\r\n])*)|(ns:[0-9]+(/(.|[\r\n])*)?)", paths::is_path);
const WRITE_PATH_OR_ID: Shape = patterned(0, r"(/(.|[\r\n])*)|(ns:[0-9]+(/(.|[\r\n])*)?)|(id:.*)", paths::is_path_or_id);
const READ_PATH: Shape = patterned(
    0,
    r"(/(.|[\r\n])*|id:.*)|(rev:[0-9a-f]{9,})|(ns:[0-9]+(/(.|[\r\n])*)?)",
    paths::is_read_path,
);
const FOLDER: Shape = patterned(0, r"(/(.|[\r\n])*)?|id:.*|(ns:[0-9]+(/(.|[\r\n])*)?)", |text| {
    text.is_empty() || paths::is_path_or_id(text)
});
const REV: Shape = patterned(9, "[0-9a-f]+", paths::is_rev);
const OPTIONAL_REV: Shape = Shape::Nullable(&REV);
const HASH: Shape = Shape::Nullable(&text(64, 64));
const TEMPLATE: Shape = patterned(1, "(/|ptid:).*", |text| {
    (text.starts_with('/') || text.starts_with("ptid:")) && !text.contains('\n')
});
const TEMPLATES: Shape = Shape::Nullable(&Shape::Union(&[("filter_some", Some(Shape::List(&TEMPLATE, 1, usize::MAX)))]));
/// An id of a namespace; an empty one may be none.
const NAMESPACE: Shape = patterned(0, "[-_0-9a-zA-Z:]+", |text| {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte))
});

/// PathRoot, of the header `Dropbox-API-Path-Root`.
pub(super) const PATH_ROOT: Shape = Shape::Union(&[("home", None), ("root", Some(NAMESPACE)), ("namespace_id", Some(NAMESPACE))]);

/// EchoArg.
pub(super) const ECHO: &[Field] = &[optional("query", text(0, 500))];

/// GetMetadataArg.
pub(super) const GET_METADATA: &[Field] = &[
    required("path", READ_PATH),
    optional("include_media_info", Shape::Flag),
    optional("include_deleted", Shape::Flag),
    optional("include_has_explicit_shared_members", Shape::Flag),
    optional("include_property_groups", TEMPLATES),
];

const SHARED_LINK: &[Field] = &[required("url", TEXT), optional("password", Shape::Nullable(&TEXT))];

/// Most entries of one answer.
pub(super) const LIMIT_MAX: u64 = 2000;

/// ListFolderArg.
pub(super) const LIST_FOLDER: &[Field] = &[
    required("path", FOLDER),
    optional("recursive", Shape::Flag),
    optional("include_media_info", Shape::Flag),
    optional("include_deleted", Shape::Flag),
    optional("include_has_explicit_shared_members", Shape::Flag),
    optional("include_mounted_folders", Shape::Flag),
    optional("limit", Shape::Nullable(&Shape::Number(1, LIMIT_MAX))),
    optional("shared_link", Shape::Nullable(&Shape::Object(SHARED_LINK))),
    optional("include_property_groups", TEMPLATES),
    optional("include_non_downloadable_files", Shape::Flag),
    optional("include_restorable_info", Shape::Flag),
];

/// ListFolderContinueArg.
pub(super) const LIST_FOLDER_CONTINUE: &[Field] = &[required("cursor", AT_LEAST_ONE)];

/// CreateFolderArg.
pub(super) const CREATE_FOLDER: &[Field] = &[required("path", WRITE_PATH), optional("autorename", Shape::Flag)];

/// DeleteArg.
pub(super) const DELETE: &[Field] = &[required("path", WRITE_PATH_OR_ID), optional("parent_rev", OPTIONAL_REV)];

/// DownloadArg.
pub(super) const DOWNLOAD: &[Field] = &[required("path", READ_PATH), optional("rev", OPTIONAL_REV)];

const PROPERTY: Shape = Shape::Object(&[required("name", TEXT), required("value", TEXT)]);
const PROPERTY_GROUP: Shape = Shape::Object(&[
    required("template_id", TEMPLATE),
    required("fields", Shape::List(&PROPERTY, 0, usize::MAX)),
]);
const MODE: Shape = Shape::Union(&[("add", None), ("overwrite", None), ("update", Some(REV))]);

macro_rules! commit {
    ($($more:expr),*) => {
        &[
            required("path", WRITE_PATH_OR_ID),
            optional("mode", MODE),
            optional("autorename", Shape::Flag),
            optional("client_modified", Shape::Nullable(&Shape::Time)),
            optional("mute", Shape::Flag),
            optional("property_groups", Shape::Nullable(&Shape::List(&PROPERTY_GROUP, 0, usize::MAX))),
            optional("strict_conflict", Shape::Flag),
            $($more),*
        ]
    };
}

/// CommitInfo.
pub(super) const COMMIT: &[Field] = commit!();

/// UploadArg.
pub(super) const UPLOAD: &[Field] = commit!(optional("content_hash", HASH));

const SESSION_TYPE: Shape = Shape::Nullable(&Shape::Union(&[("sequential", None), ("concurrent", None)]));

/// UploadSessionStartArg.
pub(super) const SESSION_START: &[Field] = &[
    optional("close", Shape::Flag),
    optional("session_type", SESSION_TYPE),
    optional("content_hash", HASH),
];

/// UploadSessionCursor.
pub(super) const CURSOR: &[Field] = &[required("session_id", TEXT), required("offset", Shape::Number(0, u64::MAX))];

/// UploadSessionAppendArg.
pub(super) const SESSION_APPEND: &[Field] = &[
    required("cursor", Shape::Object(CURSOR)),
    optional("close", Shape::Flag),
    optional("content_hash", HASH),
];

/// UploadSessionFinishArg.
pub(super) const SESSION_FINISH: &[Field] = &[
    required("cursor", Shape::Object(CURSOR)),
    required("commit", Shape::Object(COMMIT)),
    optional("content_hash", HASH),
];

/// UploadSessionStartBatchArg.
pub(super) const SESSION_START_BATCH: &[Field] = &[
    required("num_sessions", Shape::Number(1, 1000)),
    optional("session_type", SESSION_TYPE),
];

/// UploadSessionAppendBatchArgEntry.
pub(super) const APPEND_ENTRY: &[Field] = &[
    required("cursor", Shape::Object(CURSOR)),
    required("length", Shape::Number(0, u64::MAX)),
    optional("close", Shape::Flag),
];

/// UploadSessionAppendBatchArg. The specification's text says 1,000 entries, the validators say 500.
pub(super) const SESSION_APPEND_BATCH: &[Field] = &[
    required("entries", Shape::List(&Shape::Object(APPEND_ENTRY), 0, 500)),
    optional("content_hash", HASH),
];

/// UploadSessionFinishBatchArg.
pub(super) const SESSION_FINISH_BATCH: &[Field] = &[required("entries", Shape::List(&Shape::Object(SESSION_FINISH), 0, 1000))];
