//! The tray: how everything stands, and the way back to the window. One face for all systems; each has its own file in `tray/`. It says what
//! was chosen in its menu; what follows from that, `main` decides.
//!
//! A system may have none: then closing the window ends the program, because nobody would find it again.

#[cfg_attr(target_os = "linux", path = "tray/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "tray/native.rs")]
mod system;

use outtray::settings::Language;
use tauri::{AppHandle, image::Image};

use crate::{status::Status, words::Words};

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
pub(crate) enum Choice {
    /// The window.
    Open,
    /// The line that says how everything stands.
    Status,
    /// The end of the program.
    Quit,
}

/// What follows from a choice.
pub(crate) type Choose = fn(&AppHandle, Choice);

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
