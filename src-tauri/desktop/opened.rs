//! The library, opened, or the reason why it could not be: then the window says so instead of not appearing. Practice mode is another
//! library, on data of its own; the window changes from one to the other without being closed.

use std::{
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use clap::Parser;
use outtray::{App, Error, Start, error::Problem, settings::Settings, start};
use tauri::{AppHandle, Manager, async_runtime::JoinHandle};

use crate::{arguments::Arguments, follow::Follower, notification, practice, window};

/// How long a change to or from practice mode waits for a file on its way.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every command asks for.
pub(crate) struct Opened {
    arguments: Arguments,
    current: RwLock<Current>,
}

/// One library, while it is open.
struct Current {
    app: Result<App, Problem>,
    practice: bool,
    follower: Option<JoinHandle<()>>,
}

impl Current {
    fn new(handle: &AppHandle, opened: Result<App, Error>, practice: bool) -> Self {
        if let Err(error) = &opened {
            tracing::error!(code = error.code(), %error, "Outtray could not be opened");
        }
        let app = opened.map_err(|error| error.problem());
        let follower = app.clone().ok().map(|app| tauri::async_runtime::spawn(Follower::run(handle.clone(), app)));
        Self { app, practice, follower }
    }
}

impl Opened {
    /// Begins to open the library: the window is built meanwhile.
    pub(crate) fn begin(handle: &AppHandle, arguments: &Arguments) -> JoinHandle<Result<App, Error>> {
        let (handle, arguments) = (handle.clone(), arguments.clone());
        tauri::async_runtime::spawn(async move { open(&handle, &arguments, arguments.practice).await })
    }

    /// Keeps the library, or the problem, for the commands: none of them comes before the set-up is over.
    pub(crate) fn keep(handle: &AppHandle, arguments: &Arguments, opening: JoinHandle<Result<App, Error>>) {
        let practice = arguments.practice;
        let opened = tauri::async_runtime::block_on(opening);
        let opened = opened.unwrap_or_else(|error| Err(Error::StoreFailed(error.to_string())));
        let current = Current::new(handle, opened, practice);
        resume(&current);
        handle.manage(Self {
            arguments: arguments.clone(),
            current: RwLock::new(current),
        });
    }

    /// The library, or why there is none.
    pub(crate) fn app(&self) -> Result<App, Problem> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).app.clone()
    }

    /// Whether this is practice mode, with a Dropbox that the window has started.
    pub(crate) fn is_practice(&self) -> bool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).practice
    }

    /// Changes to practice mode or back. Where that fails, everything stays as it was.
    pub(crate) async fn change(&self, handle: &AppHandle, practice: bool) -> Result<(), Error> {
        let _held = practice::hold(handle).await;
        if self.is_practice() == practice {
            return Ok(());
        }
        let app = open(handle, &self.arguments, practice).await?;
        if practice {
            self.hand_on_the_windows_own(&app).await;
        }
        end(self.replace(Current::new(handle, Ok(app), practice))).await;
        if !practice {
            practice::stop(handle);
        }
        self.resume();
        window::reload(handle);
        Ok(())
    }

    /// The window stays the same while somebody practises: its language, and what it does while nobody looks.
    async fn hand_on_the_windows_own(&self, practice: &App) {
        let Ok(before) = self.app() else {
            return;
        };
        if let Err(error) = hand_on(&before, practice).await {
            tracing::warn!(code = error.code(), "practice begins with options of its own");
        }
    }

    /// Tries once more what failed at the start. Then the window begins again; where the library is open already, that is all.
    pub(crate) async fn reopen(&self, handle: &AppHandle) -> Result<(), Problem> {
        let _held = practice::hold(handle).await;
        if self.app().is_err() {
            let practice = self.is_practice();
            let opened = open(handle, &self.arguments, practice).await;
            // Nothing was open: there is nothing to end. What stands in the way now may be something else.
            self.replace(Current::new(handle, opened, practice));
            self.app()?;
            self.resume();
        }
        window::reload(handle);
        Ok(())
    }

    /// The practice Dropbox is gone, and so is what practice was about: the window says so, and can begin it again. The caller holds
    /// [`practice::hold`].
    async fn practice_has_ended(&self, handle: &AppHandle) {
        let before = self.replace(Current::new(handle, Err(Error::SimulatorEnded), true));
        window::reload(handle);
        end(before).await;
    }

    /// Puts another library, or the reason why there is none, in the place of the one before.
    fn replace(&self, current: Current) -> Current {
        std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), current)
    }

    fn resume(&self) {
        resume(&self.current.read().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The program was started a second time: this one comes to the front, unless that was the system at a login. Where it could not open its
/// library, whoever has repaired what was wrong expects that it does now. Whoever named other data is told that they are not shown.
pub(crate) fn started_again(handle: &AppHandle, arguments: &[String], folder: &str) {
    let again = Arguments::try_parse_from(arguments).map(|arguments| arguments.within(Path::new(folder)));
    if !again.as_ref().is_ok_and(|again| again.hidden) {
        window::to_front(handle);
    }
    try_again(handle);
    let here = handle.try_state::<Opened>().map(|opened| opened.arguments.clone());
    if let (Some(here), Ok(again)) = (here, again)
        && !again.is_same_data(&here)
    {
        let folder = here.data_folder.or_else(|| Start::standard_folder(here.simulator.is_some() || here.practice).ok());
        let problem = Error::AlreadyOpen(folder.unwrap_or_default().display().to_string()).problem();
        tracing::warn!(code = problem.code, "a second start named other data");
        if !window::is_seen(handle) {
            notification::show(handle, &problem.message);
        }
        window::tell(handle, &problem);
    }
}

/// Where the library could not be opened, tries once more; whether that was so.
pub(crate) fn try_again(handle: &AppHandle) -> bool {
    let is_broken = handle.try_state::<Opened>().is_some_and(|opened| opened.app().is_err());
    if is_broken {
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move {
            if handle.state::<Opened>().reopen(&handle).await.is_err() {
                // The page shows what is wrong now.
                window::reload(&handle);
            }
        });
    }
    is_broken
}

/// Nothing uses the practice Dropbox that ends before the library is open.
async fn practice_has_ended(handle: AppHandle) {
    if let Some(opened) = handle.try_state::<Opened>() {
        opened.practice_has_ended(&handle).await;
    }
}

async fn hand_on(before: &App, practice: &App) -> Result<(), Error> {
    let (own, settings) = (before.get_settings().await?, practice.get_settings().await?);
    let wanted = Settings {
        language: own.language,
        notifications: own.notifications,
        close_to_tray: own.close_to_tray,
        ..settings.clone()
    };
    if wanted != settings {
        practice.set_settings(wanted).await?;
    }
    Ok(())
}

/// Closes the database.
pub(crate) async fn close(handle: &AppHandle) {
    if let Some(Ok(app)) = handle.try_state::<Opened>().map(|opened| opened.app()) {
        app.close().await;
    }
}

/// What is under way ends first: it belongs to the data on which it began.
async fn end(current: Current) {
    if let Some(follower) = current.follower {
        follower.abort();
    }
    if let Ok(app) = current.app {
        app.finish(PATIENCE).await;
        app.close().await;
    }
}

async fn open(handle: &AppHandle, arguments: &Arguments, practice: bool) -> Result<App, Error> {
    let opened = try_to_open(handle, arguments, practice).await;
    if practice && opened.is_err() {
        // Nobody would use it, and the next try starts another.
        practice::stop(handle);
    }
    opened
}

async fn try_to_open(handle: &AppHandle, arguments: &Arguments, practice: bool) -> Result<App, Error> {
    let name = start::person(std::env::var_os);
    let start = Start {
        simulator: match practice {
            true => Some(practice::start(handle, &practice_folder(arguments)?.join("simulator"), practice_has_ended).await?),
            false => arguments.simulator.clone(),
        },
        data_folder: match practice {
            true => Some(practice_folder(arguments)?),
            false => arguments.data_folder.clone(),
        },
        profile: None,
        key_file: arguments.key_file.clone().map(|file| if practice { practice_key(file) } else { file }),
        actor: format!("{name}, window"),
        log_filter: std::env::var("OUTTRAY_LOG").ok(),
    };
    start.open().await
}

/// Practice has data of its own, and the practice Dropbox keeps what it knows beside them: they belong together.
fn practice_folder(arguments: &Arguments) -> Result<PathBuf, Error> {
    match &arguments.data_folder {
        Some(folder) => Ok(folder.join("practice")),
        None => Start::standard_folder(true),
    }
}

fn practice_key(mut file: PathBuf) -> PathBuf {
    file.as_mut_os_string().push(".practice");
    file
}

/// Takes up what an earlier run left, beside everything else.
fn resume(current: &Current) {
    let Ok(app) = current.app.clone() else {
        return;
    };
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.resume().await {
            tracing::error!(code = error.code(), %error, "what an earlier run left could not be taken up");
        }
    });
}
