//! The window. It starts the parts, hands the commands of the pages to [`outtray::App`], and tells the pages what changed.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod export;
mod opened;
mod practice;
mod window;

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;
use tauri::{Builder, RunEvent};

use self::{arguments::Arguments, opened::Opened};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let app = Builder::default()
        // First of all plugins: a second start must end before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::to_front(app)))
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_shell::init())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            Opened::open(app.handle(), &arguments);
            window::build(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(end)).unwrap_or(1)),
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            // There is no window to say it in. Without a terminal either, only the log has it.
            let _ = writeln!(stderr(), "Outtray could not open its window: {error}");
            ExitCode::FAILURE
        }
    }
}

fn end(app: &tauri::AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        practice::stop(app);
        tauri::async_runtime::block_on(opened::close(app));
    }
}
