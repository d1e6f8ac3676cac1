//! The terminal's modes as they were found. A prompt that hides what is typed changes them, and the program may be asked to end meanwhile:
//! whoever restores them then is not the thread that waits for the line.

use std::sync::{Mutex, PoisonError};

use self::system::Modes;

/// What was found, while a prompt hides what is typed.
static FOUND: Mutex<Option<Modes>> = Mutex::new(None);

/// Until this is dropped, or the program ends, the modes are remembered.
pub(crate) struct Remembered(());

impl Drop for Remembered {
    fn drop(&mut self) {
        *FOUND.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Remembers how the terminal is now. Where there is none, there is nothing to restore.
pub(crate) fn remember() -> Remembered {
    *FOUND.lock().unwrap_or_else(PoisonError::into_inner) = Modes::found();
    Remembered(())
}

/// Puts the terminal back as it was found, if a prompt is hiding what is typed.
pub(crate) fn restore() {
    if let Some(modes) = FOUND.lock().unwrap_or_else(PoisonError::into_inner).take() {
        modes.put_back();
    }
}

#[cfg(unix)]
mod system {
    use std::{
        fs::{File, OpenOptions},
        io::Write,
    };

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    /// The controlling terminal, which is where the prompt reads, and its modes (termios(3)).
    pub(super) struct Modes {
        terminal: File,
        modes: Termios,
    }

    impl Modes {
        pub(super) fn found() -> Option<Self> {
            let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
            let modes = tcgetattr(&terminal).ok()?;
            Some(Self { terminal, modes })
        }

        pub(super) fn put_back(mut self) {
            // A terminal that has hung up needs neither.
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.modes);
            let _ = self.terminal.write_all(b"\n");
        }
    }
}

#[cfg(windows)]
mod system {
    use winapi_util::{HandleRef, console};

    /// The mode of the console's input (`GetConsoleMode`); all handles to it share one.
    pub(super) struct Modes(u32);

    impl Modes {
        pub(super) fn found() -> Option<Self> {
            console::mode(HandleRef::stdin()).ok().map(Self)
        }

        pub(super) fn put_back(self) {
            // A console that is gone needs none.
            let _ = console::set_mode(HandleRef::stdin(), self.0);
        }
    }
}
