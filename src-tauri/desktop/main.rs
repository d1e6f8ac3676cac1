//! The window. It starts the parts, hands the commands of the pages to [`outtray::App`], and tells the pages what changed.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod collected;
mod commands;
mod export;
mod failure;
mod follow;
#[cfg(target_os = "macos")]
mod menu;
mod news;
mod notification;
mod opened;
mod practice;
mod quit;
mod start_at_login;
mod status;
mod tray;
mod window;
mod words;
mod zoom;

use std::{alloc::System, process::ExitCode, time::Duration};

use clap::Parser;
use tauri::{AppHandle, Builder, Manager, RunEvent, WindowEvent, async_runtime};
use tauri_plugin_window_state::StateFlags;
use zeroizing_alloc::ZeroAlloc;

use self::{arguments::Arguments, collected::Collected, opened::Opened, practice::Simulator, quit::Quitting, status::Status, tray::Choice};

/// Whatever is freed is wiped: a secret leaves nothing behind where it was copied, by whichever library.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How long a start in the tray waits for a tray: at a login the desktop may begin after us.
const TRAY_PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    window::draw_without_gpu();
    failure::log_panics();
    let arguments = Arguments::parse().within(&std::env::current_dir().unwrap_or_default());
    let app = Builder::default()
        // First of all plugins: a second start must end before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            opened::started_again(app, &arguments, &folder)
        }))
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .plugin(tauri_plugin_shell::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(REMEMBERED).build())
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(set_up(app, &arguments)?))
        .build(tauri::generate_context!());
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(heard)).unwrap_or(1)),
        Err(error) => {
            failure::no_window(&error);
            ExitCode::FAILURE
        }
    }
}

/// What the next start finds as it was.
const REMEMBERED: StateFlags = StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

fn set_up(app: &mut tauri::App, arguments: &Arguments) -> tauri::Result<()> {
    let handle = app.handle();
    handle.manage(Quitting::default());
    handle.manage(Simulator::default());
    handle.manage(Collected::default());
    quit::listen(handle);
    start_at_login::prepare(handle, arguments);
    let opening = Opened::begin(handle, arguments);
    window::build(handle)?;
    zoom::restore(handle);
    if !arguments.hidden {
        window::show(handle)?;
    }
    Opened::keep(handle, arguments, opening);
    #[cfg(target_os = "macos")]
    menu::build(app, words(handle))?;
    notification::await_clicks(handle);
    async_runtime::spawn(start_in_tray(handle.clone(), arguments.hidden));
    Ok(())
}

/// In the language of the settings, where they can be read.
#[cfg(target_os = "macos")]
fn words(handle: &AppHandle) -> &'static words::Words {
    let settings = async_runtime::block_on(async {
        let app = handle.state::<Opened>().app().ok()?;
        app.get_settings().await.ok()
    });
    words::Words::of(settings.unwrap_or_default().language)
}

async fn start_in_tray(handle: AppHandle, hidden: bool) {
    let opened = || handle.state::<Opened>().app();
    let status = if opened().is_ok() { Status::default() } else { Status::Broken };
    tray::start(&handle, status.into(), chosen_in_tray).await;
    // Asked again: it may have been opened meanwhile, and the tray was not there to be told.
    if let Ok(app) = opened() {
        // What this cannot show now, the next change shows.
        let _ = follow::show_in_tray(&handle, &app).await;
    }
    if !hidden {
        return;
    }
    let start = tokio::time::Instant::now();
    while !tray::is_there(&handle) && start.elapsed() < TRAY_PATIENCE {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    if !tray::is_there(&handle) {
        // Nobody would find it again.
        window::minimize(&handle);
    }
}

fn chosen_in_tray(handle: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => window::to_front(handle),
        // It leads to the operators; where nothing could be opened, to another try.
        Choice::Status => {
            if !opened::try_again(handle) {
                window::go_to(handle, "#/operators");
            }
            window::to_front(handle);
        }
        Choice::Quit => quit::request(handle),
    }
}

fn heard(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } => {
            api.prevent_close();
            async_runtime::spawn(quit::close(app.clone()));
        }
        RunEvent::WindowEvent {
            event: WindowEvent::Resized(_),
            ..
        } => window::resized(app),
        // A click on the icon in the Dock.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::to_front(app),
        RunEvent::Exit => {
            practice::stop(app);
            async_runtime::block_on(opened::close(app));
        }
        _ => {}
    }
}
