//! What the program can be started with. Nothing here is a secret: arguments can be read by every program on the computer.

use std::path::{Path, PathBuf};

use clap::Parser;

/// Puts each operator's report output into that operator's own Dropbox.
#[derive(Clone, Debug, Parser)]
#[command(name = "outtray-desktop", version, about)]
pub(crate) struct Arguments {
    /// Practise with a Dropbox that runs on this computer; nothing leaves it
    #[arg(long)]
    pub(crate) practice: bool,
    /// Use the simulator that runs at this address, such as http://127.0.0.1:8080
    #[arg(long, value_name = "URL", conflicts_with = "practice")]
    pub(crate) simulator: Option<String>,
    /// Keep data and logs in this folder; those of practice mode in its folder `practice`
    #[arg(long, value_name = "DIR")]
    pub(crate) data_folder: Option<PathBuf>,
    /// Keep the master key in this file instead of the system keychain; that of practice mode in FILE.practice
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Start in the tray, without the window; this is how the system starts it at a login
    #[arg(long)]
    pub(crate) hidden: bool,
}

impl Arguments {
    /// With whole paths: those that were typed begin in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        for path in [&mut self.data_folder, &mut self.key_file].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        self
    }

    /// Whether two starts are about the same data.
    pub(crate) fn is_same_data(&self, other: &Self) -> bool {
        let place = |path: &Option<PathBuf>| path.as_ref().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
        let all = |arguments: &Self| {
            (
                arguments.simulator.clone(),
                place(&arguments.data_folder),
                place(&arguments.key_file),
            )
        };
        all(self) == all(other)
    }

    /// The arguments with which another start is on the same data; nothing where a path is not valid Unicode.
    pub(crate) fn to_repeat(&self) -> Option<Vec<String>> {
        let mut words = Vec::new();
        if self.practice {
            words.push("--practice".to_owned());
        }
        if let Some(address) = &self.simulator {
            words.extend(["--simulator".to_owned(), address.clone()]);
        }
        for (option, path) in [("--data-folder", &self.data_folder), ("--key-file", &self.key_file)] {
            if let Some(path) = path {
                words.extend([option.to_owned(), path.to_str()?.to_owned()]);
            }
        }
        Some(words)
    }
}
