//! What Dropbox's refusal means for a file. The tags are those of UploadError, UploadSessionStartError, UploadSessionAppendError,
//! UploadSessionFinishError, UploadSessionLookupError and WriteError of the Dropbox API specification.

use super::call::CallError;
use crate::{dropbox, error::Error};

/// The sentence for a person. What is no refusal of the file itself has the general translation.
pub(super) fn meaning(error: CallError, path: &str) -> Error {
    match error {
        CallError::Dropbox(dropbox::Error::Refused(refusal)) => {
            let known = TABLE.iter().find(|(tag, _)| refusal.has(tag));
            match known {
                Some((_, error)) => error(path.to_owned()),
                None => dropbox::Error::Refused(refusal).into(),
            }
        }
        error => error.into(),
    }
}

type Sentence = fn(String) -> Error;

/// The first tag that occurs decides, so the inner ones of a union stand before the outer ones.
const TABLE: [(&str, Sentence); 17] = [
    ("file_ancestor", Error::FileInTheWay),
    ("folder", Error::FolderInTheWay),
    ("conflict", Error::NameTaken),
    ("malformed_path", Error::NameRefused),
    ("disallowed_name", Error::NameReserved),
    ("no_write_permission", Error::NoWritePermission),
    ("team_folder", Error::TeamFolder),
    ("access_restricted", Error::AccessRestricted),
    ("operation_suppressed", Error::PlaceRefused),
    ("encryption_not_supported", Error::EncryptedFolder),
    ("payload_too_large", Error::FileTooLarge),
    ("too_large", Error::FileTooLarge),
    // Repeated already, and damaged on the way each time.
    ("content_hash_mismatch", |_| Error::ContentDiffers),
    ("insufficient_space", |_| Error::DropboxFull),
    ("team_folder_insufficient_space", Error::TeamFolderFull),
    ("member_folder_insufficient_space", Error::MemberFull),
    ("upload_traffic_limit_reached", Error::UploadLimit),
];
