//! The library, opened, or the reason why it could not be: then the window says so instead of not appearing.

use std::path::PathBuf;

use outtray::{App, Error, Start, error::Problem, event::Event};
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::broadcast::error::RecvError;

use crate::{arguments::Arguments, practice, window};

/// What the pages listen to.
const CHANGED: &str = "changed";

/// What every command asks for.
pub(crate) struct Opened(Result<App, Problem>);

impl Opened {
    /// Opens the library and keeps it, or the problem, for the commands.
    pub(crate) fn open(handle: &AppHandle, arguments: &Arguments) {
        let opened = tauri::async_runtime::block_on(open(handle, arguments));
        match &opened {
            Ok(app) => {
                tauri::async_runtime::spawn(tell(handle.clone(), app.clone()));
                tauri::async_runtime::spawn(resume(app.clone()));
            }
            Err(error) => tracing::error!(code = error.code(), %error, "Outtray could not be opened"),
        }
        handle.manage(Self(opened.map_err(|error| error.problem())));
    }

    /// The library, or why there is none.
    pub(crate) fn app(&self) -> Result<&App, Problem> {
        self.0.as_ref().map_err(Clone::clone)
    }
}

/// Closes the database.
pub(crate) async fn close(handle: &AppHandle) {
    if let Some(Ok(app)) = handle.try_state::<Opened>().as_ref().map(|opened| opened.app()) {
        app.close().await;
    }
}

async fn open(handle: &AppHandle, arguments: &Arguments) -> Result<App, Error> {
    let simulator = match &arguments.simulator {
        None if arguments.practice => Some(practice::start(handle, &practice_folder(arguments)?).await?),
        address => address.clone(),
    };
    let start = Start {
        simulator,
        data_folder: arguments.data_folder.clone(),
        profile: None,
        key_file: arguments.key_file.clone(),
        actor: actor(),
        log_filter: std::env::var("OUTTRAY_LOG").ok(),
    };
    start.open().await
}

/// The practice Dropbox keeps what it knows beside the practice data: they belong together.
fn practice_folder(arguments: &Arguments) -> Result<PathBuf, Error> {
    let folder = match &arguments.data_folder {
        Some(folder) => folder.clone(),
        None => Start::standard_folder(true)?,
    };
    Ok(folder.join("simulator"))
}

async fn resume(app: App) {
    if let Err(error) = app.resume().await {
        tracing::error!(code = error.code(), %error, "what an earlier run left could not be taken up");
    }
}

/// Hands every event to the pages, and brings the window to the front when the browser has brought an answer.
async fn tell(handle: AppHandle, app: App) {
    let mut events = app.events();
    loop {
        match events.recv().await {
            Ok(event) => {
                emit(&handle, &event);
                window::follow(&handle, &app, &event).await;
            }
            // Some were missed: a page that re-reads everything is right again.
            Err(RecvError::Lagged(_)) => emit(&handle, &Event::Settings),
            Err(RecvError::Closed) => return,
        }
    }
}

fn emit(handle: &AppHandle, event: &Event) {
    if let Err(error) = handle.emit_to(window::MAIN, CHANGED, event) {
        tracing::warn!(%error, "an event did not reach the window");
    }
}

/// The person's name on this computer, and this program.
fn actor() -> String {
    let name = std::env::var("USER")
        .or_else(|_| std::env::var("USERNAME"))
        .unwrap_or_else(|_| "somebody".to_owned());
    format!("{name}, window")
}
