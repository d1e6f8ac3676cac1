//! Hands the window's resources to Tauri; without the feature `desktop` there is nothing to do.

fn main() {
    // Migrations are embedded by `sqlx::migrate!`, which cannot see a new file by itself.
    println!("cargo:rerun-if-changed=src-tauri/core/store/migrations");
    #[cfg(feature = "desktop")]
    desktop();
}

/// The commands of `desktop/commands.rs`; a test holds the two together.
#[cfg(feature = "desktop")]
const COMMANDS: &[&str] = &[
    "get_about",
    "get_settings",
    "set_settings",
    "test_proxy",
    "list_operators",
    "list_removed_operators",
    "show_operator",
    "add_operator",
    "change_operator",
    "preview_destination",
    "remove_operator",
    "restore_operator",
    "preview_import",
    "import_operators",
    "export_operators",
    "list_apps_in_use",
    "check_app",
    "begin_authorization",
    "complete_authorization",
    "cancel_authorization",
    "save_authorization",
    "reveal_authorization",
    "check_authorization",
    "revoke_authorization",
    "open_link",
    "send_test_file",
    "send_again",
    "dismiss_delivery",
    "find_local_copy",
    "list_deliveries",
    "list_activity",
    "diagnose",
    "replace_master_key",
    "collect_diagnostics",
    "export_diagnostics",
    "start_practice",
    "end_practice",
    "open_practice_control",
    "reopen",
    "zoom",
];

#[cfg(feature = "desktop")]
fn desktop() {
    // tauri-build watches only the default folder: an edited capability would be ignored.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
    }
}
