//! Start: what both programs can be started with, and how an [`App`] comes out of it. Tests put theirs together by hand.

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use crate::{
    app::{App, Options},
    clock::Clock,
    diagnosis::Checked,
    dropbox::Endpoints,
    error::Error,
    logging,
    paths::Paths,
    system_proxy::system_proxy,
    vault::{KeyFile, Keychain, SystemKeychain},
};

/// Where a login leaves the person's name (POSIX.1 chapter 8, `LOGNAME`; Windows has `USERNAME`).
const NAMES: [&str; 3] = ["LOGNAME", "USER", "USERNAME"];

/// The name of the person who uses the program on this computer, for the activity: what the login left in the environment, otherwise
/// whose program it is for the system. Never empty. Where it is printed, what would change how a line reads is made visible.
pub fn person(variable: impl Fn(&'static str) -> Option<OsString>) -> String {
    let left = NAMES.into_iter().filter_map(|name| Some(variable(name)?.to_string_lossy().into_owned()));
    let mut names = left.chain(std::iter::once_with(whoami::username).flatten());
    let found = names.find(|name| name.chars().any(char::is_alphanumeric));
    found.map_or_else(|| "unknown".to_owned(), |name| name.trim().to_owned())
}

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
        let log_filter = self.log_filter.clone();
        let options = self.options()?;
        let paths = &options.paths;
        paths.create()?;
        let before = logging::start(paths, log_filter.as_deref()).map_err(|error| paths.unusable(&paths.logs(), &error))?;
        let opened = App::open(options).await;
        if opened.is_err() {
            // What was open stays open, and so does its log.
            logging::go_back(before);
        }
        opened
    }

    /// Checks what can be checked although [`Start::open`] has failed with this error. Nothing is opened and no log is written.
    pub async fn diagnose_closed(self, error: Error, heard: impl FnMut(Checked) + Send) -> Result<(), Error> {
        App::diagnose_closed(self.options()?, error, heard).await
    }

    fn options(self) -> Result<Options, Error> {
        let endpoints = match &self.simulator {
            Some(address) => Endpoints::simulator(address)?,
            None => Endpoints::dropbox()?,
        };
        let paths = match (self.data_folder, self.profile) {
            (Some(folder), _) => Paths::at(folder),
            (None, Some(name)) => Paths::profile(endpoints.is_simulator(), &name)?,
            (None, None) => Paths::standard(endpoints.is_simulator())?,
        };
        let keychain: Arc<dyn Keychain> = match self.key_file {
            Some(path) => Arc::new(KeyFile::new(path)),
            None => Arc::new(SystemKeychain),
        };
        Ok(Options {
            paths,
            keychain,
            endpoints,
            clock: Clock::system(),
            actor: self.actor,
            dropbox_info: Paths::dropbox_info(),
            system_proxy: system_proxy(),
        })
    }
}
