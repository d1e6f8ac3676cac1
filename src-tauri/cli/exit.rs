//! Exit codes, by kind of failure: what a script can do about it.

use std::process::ExitCode;

use outtray::{ending::Ending, error::Problem};

/// The exit code of a command that was asked to end: 128 and the number of the signal, as shells have it.
pub(crate) fn interrupted(ending: Ending) -> ExitCode {
    ExitCode::from(ending.exit_code())
}

/// Every row of a CSV file was taken, but not every column.
pub(crate) const COLUMN_LEFT_OUT: u8 = 9;

/// The exit code of a problem; `--help` lists them.
pub(crate) fn code(problem: &Problem) -> ExitCode {
    ExitCode::from(number(&problem.code))
}

fn number(code: &str) -> u8 {
    match code {
        "invalid_input" | "operator_not_found" | "operator_exists" | "operator_twice" | "row_too_long" | "import_refused"
        | "invalid_app_key" | "invalid_app_secret" | "invalid_code" | "other_request" | "no_request" | "request_replaced"
        | "not_granted" | "account_differs" | "account_taken" | "no_delivery" | "nothing_to_decide" | "source_unknown"
        | "source_replaced" | "file_unreadable" | "file_unwritable" | "address_refused" => 3,
        "not_authorized"
        | "authorization_revoked"
        | "authorization_refused"
        | "authorization_failed"
        | "missing_scope"
        | "request_expired" => 4,
        "network" | "not_dropbox" | "dropbox_busy" | "proxy_unreachable" | "proxy_refused" => 5,
        "keychain_missing" | "keychain_locked" | "keychain_no_answer" | "keychain_denied" | "key_file_invalid" | "key_file_exposed"
        | "key_file_unusable" | "master_key_lost" | "master_key_wrong" | "master_key_works" => 6,
        "data_folder" | "network_folder" | "no_locks" | "disk_full" | "store_failed" | "record_damaged" | "delivered_unnoted"
        | "store_corrupt" | "store_newer" | "store_held" | "store_read_only" | "store_empty" | "store_missing" | "store_foreign" => 7,
        "interface_off" => 8,
        _ => 1,
    }
}
