//! Refusal: why the system did not write a file, in words. What it says itself has a number, and may name a file that only we know.

use std::io::{self, ErrorKind};

/// Why a file could not be written.
pub fn reason(error: &io::Error) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => "its folder is not there",
        ErrorKind::NotADirectory => "a file stands where a folder is needed",
        ErrorKind::PermissionDenied if error.get_ref().is_none() => "access to it is denied",
        ErrorKind::ReadOnlyFilesystem => "the disk may only be read",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the room of this user on the disk is used up",
        ErrorKind::FileTooLarge => "the system does not allow files as large as this",
        _ => return error.to_string(),
    };
    known.to_owned()
}
