//! The tray: how everything stands, and the way back to the window. One face for all systems; each has its own file in `tray/`.
//!
//! A system may have none: then closing the window ends the program, because nobody would find it again.

#[cfg_attr(target_os = "linux", path = "tray/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tray/native.rs")]
mod system;

use outtray::settings::Language;
use tauri::{AppHandle, image::Image};

use crate::{opened, quit, status::Status, window, words::Words};

pub(crate) use self::system::{is_there, show, start};

/// What the tray shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    /// How everything stands.
    pub(crate) status: Status,
    /// Whether this is practice mode.
    pub(crate) practice: bool,
    /// In which language.
    pub(crate) words: &'static Words,
}

impl From<Status> for Shown {
    /// Before anything else is known.
    fn from(status: Status) -> Self {
        Self {
            status,
            practice: false,
            words: Words::of(Language::System),
        }
    }
}

/// What can be chosen in its menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Open,
    /// The line that says how everything stands leads to the operators; where nothing could be opened, to another try.
    Status,
    Quit,
}

/// One line of the menu.
struct Line {
    text: String,
    /// None: only to be read.
    choice: Option<Choice>,
}

impl Shown {
    /// The menu from top to bottom.
    fn lines(&self) -> Vec<Line> {
        let line = |text: String, choice| Line { text, choice };
        let practice = self.practice.then(|| line(self.words.practice.to_owned(), None));
        let rest = [
            line(self.status.said(self.words), Some(Choice::Status)),
            line(self.words.open.to_owned(), Some(Choice::Open)),
            line(self.words.quit.to_owned(), Some(Choice::Quit)),
        ];
        practice.into_iter().chain(rest).collect()
    }

    /// What is read while the pointer rests on the icon.
    fn tooltip(&self) -> String {
        format!("Outtray: {}", self.status.said(self.words))
    }

    fn icon(&self) -> Image<'static> {
        match self.status {
            Status::Well => tauri::include_image!("./icons/tray/well.png"),
            Status::Waiting(_) => tauri::include_image!("./icons/tray/waiting.png"),
            Status::Attention(_) | Status::Broken => tauri::include_image!("./icons/tray/attention.png"),
        }
    }
}

fn choose(handle: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => window::to_front(handle),
        Choice::Status => {
            if !opened::try_again(handle) {
                window::go_to(handle, "#/operators");
            }
            window::to_front(handle);
        }
        Choice::Quit => quit::request(handle),
    }
}
