//! Start: what both programs can be started with, and how an [`App`] comes out of it. Tests put theirs together by hand.

use std::{path::PathBuf, sync::Arc};

use crate::{
    app::{App, Options},
    clock::Clock,
    dropbox::Endpoints,
    error::Error,
    logging,
    paths::Paths,
    vault::{KeyFile, Keychain, SystemKeychain},
};

/// What somebody chose at the start; the default is the real Dropbox, the system's data folder and the system's keychain.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The loopback address of a simulator instead of Dropbox.
    pub simulator: Option<String>,
    /// Another data folder than [`Paths::standard`].
    pub data_folder: Option<PathBuf>,
    /// A data folder of its own within the standard one, see [`Paths::profile`]. Every database has a master key of its own.
    pub profile: Option<String>,
    /// A key file instead of the system's keychain.
    pub key_file: Option<PathBuf>,
    /// Who uses the program, and which one it is, as the activity shows it.
    pub actor: String,
    /// What the log holds: a `tracing` filter such as `outtray=debug`.
    pub log_filter: Option<String>,
}

impl Start {
    /// The data folder where none is chosen; practice has its own.
    pub fn standard_folder(practice: bool) -> Result<PathBuf, Error> {
        Ok(Paths::standard(practice)?.folder().to_owned())
    }

    /// Begins the log and opens the library.
    pub async fn open(self) -> Result<App, Error> {
        let endpoints = match &self.simulator {
            Some(address) => Endpoints::simulator(address)?,
            None => Endpoints::dropbox()?,
        };
        let paths = match (self.data_folder, self.profile) {
            (Some(folder), _) => Paths::at(folder),
            (None, Some(name)) => Paths::profile(endpoints.is_simulator(), &name)?,
            (None, None) => Paths::standard(endpoints.is_simulator())?,
        };
        paths.create()?;
        let before = logging::start(&paths, self.log_filter.as_deref()).map_err(|error| paths.unusable(&paths.logs(), &error))?;
        let keychain: Arc<dyn Keychain> = match self.key_file {
            Some(path) => Arc::new(KeyFile::new(path)),
            None => Arc::new(SystemKeychain),
        };
        let opened = App::open(Options {
            paths,
            keychain,
            endpoints,
            clock: Clock::system(),
            actor: self.actor,
            dropbox_info: Paths::dropbox_info(),
        })
        .await;
        if opened.is_err() {
            // What was open stays open, and so does its log.
            logging::go_back(before);
        }
        opened
    }
}
