//! What goes wrong where no window can say it.

use std::{
    io::{Write, stderr},
    panic::{self, PanicHookInfo},
};

/// Notes every panic in the log: where, never with what. Its message could hold anything.
pub(crate) fn log_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or_default().to_owned();
        tracing::error!(place, thread, "the program has failed at something that it should know how to do");
        usual(info);
    }));
}

/// Says that there is no window, in the log, in the terminal, and where people have none, in a message of the system.
pub(crate) fn no_window(error: &tauri::Error) {
    tracing::error!(%error, "the window could not be opened");
    let text = format!("Outtray could not open its window: {error}");
    // Without a terminal nobody reads this.
    let _ = writeln!(stderr(), "{text}");
    #[cfg(not(target_os = "linux"))]
    let _ = rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Outtray")
        .set_description(text)
        .show();
}
