//! What the simulator remembers between two runs, in a folder: practice goes on where it stopped. Upload sessions and listings that are under
//! way are not among it: whoever goes on with one hears what Dropbox says when it has lost it. Nor is anything that it was told to do.
//!
//! Nothing in it is worth protecting: the accounts, the keys and the tokens are those of this simulator alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    apps::App,
    ids::AccountId,
    state::{AccessToken, Account, Code, Grant, State},
    teams::Team,
    tree::{Entry, File, Space},
};

/// Where the simulator listens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ports {
    /// The hosts of Dropbox.
    pub(super) dropbox: u16,
    /// The control page.
    pub(super) control: u16,
}

const FILE: &str = "simulator.json";

/// A folder, and what was written last.
pub(super) struct Memory {
    folder: PathBuf,
    written: String,
}

#[derive(Default, Deserialize)]
struct Remembered {
    port: u16,
    #[serde(default)]
    control_port: u16,
    revisions: u64,
    #[serde(default)]
    namespaces: u64,
    accounts: Vec<Account>,
    #[serde(default)]
    teams: Vec<Team>,
    apps: Vec<App>,
    refresh_tokens: BTreeMap<String, Grant>,
    #[serde(default)]
    access_tokens: BTreeMap<String, AccessToken>,
    #[serde(default)]
    codes: BTreeMap<String, Code>,
    browsers: BTreeMap<String, AccountId>,
}

impl Memory {
    /// Opens the folder; returns what it holds, and the ports of the last run.
    pub(super) fn open(folder: &Path) -> io::Result<(Self, State, Ports)> {
        fs::create_dir_all(folder)?;
        let remembered: Remembered = match fs::read(folder.join(FILE)) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Remembered::default(),
            Err(error) => return Err(error),
        };
        let memory = Self {
            folder: folder.to_owned(),
            written: String::new(),
        };
        let ports = Ports {
            dropbox: remembered.port,
            control: remembered.control_port,
        };
        let state = memory.load(remembered);
        Ok((memory, state, ports))
    }

    fn load(&self, remembered: Remembered) -> State {
        let mut state = State {
            revisions: remembered.revisions,
            namespaces: remembered.namespaces,
            apps: remembered.apps.into_iter().map(|app| (app.key.clone(), app)).collect(),
            refresh_tokens: remembered.refresh_tokens.into_iter().collect(),
            access_tokens: remembered.access_tokens.into_iter().collect(),
            codes: remembered.codes.into_iter().collect(),
            browsers: remembered.browsers.into_iter().collect(),
            ..State::default()
        };
        for mut account in remembered.accounts {
            self.load_contents(&mut account.space);
            if account.namespace == 0 {
                account.namespace = state.next_namespace();
            }
            state.accounts.insert(account.id.clone(), account);
        }
        for mut team in remembered.teams {
            self.load_contents(&mut team.space);
            state.teams.insert(team.id.clone(), team);
        }
        state
    }

    fn load_contents(&self, space: &mut Space) {
        for entry in space.entries.values_mut() {
            if let Entry::File(file) = entry {
                // A content that went missing is an empty file: this is a place to practise.
                file.content = fs::read(self.content(file)).map(Bytes::from).unwrap_or_default().into();
            }
        }
    }

    fn content(&self, file: &File) -> PathBuf {
        self.folder.join(format!("{}.content", file.rev))
    }

    /// Writes what has changed since the last time.
    pub(super) fn keep(&mut self, state: &State, ports: Ports) -> io::Result<()> {
        let now = state.now();
        let remembered = RememberedRef {
            port: ports.dropbox,
            control_port: ports.control,
            revisions: state.revisions,
            namespaces: state.namespaces,
            accounts: state.accounts.values().collect(),
            teams: state.teams.values().collect(),
            apps: state.apps.values().collect(),
            refresh_tokens: state.refresh_tokens.iter().collect(),
            access_tokens: state.access_tokens.iter().filter(|(_, token)| token.expires_at > now).collect(),
            codes: state.codes.iter().filter(|(_, code)| code.issued_at + state.code_lifetime > now).collect(),
            browsers: state.browsers.iter().collect(),
        };
        let text = serde_json::to_string(&remembered)?;
        if text == self.written {
            return Ok(());
        }
        for file in spaces(state).flat_map(Space::files) {
            let path = self.content(file);
            if !path.exists() {
                let mut stored = io::BufWriter::new(fs::File::create(path)?);
                file.content.pieces().iter().try_for_each(|piece| stored.write_all(piece))?;
                stored.flush()?;
            }
        }
        // A run that is ended in between leaves the old file or the new one, never half of one.
        let new = self.folder.join(format!("{FILE}.new"));
        fs::write(&new, &text)?;
        fs::rename(new, self.folder.join(FILE))?;
        self.written = text;
        Ok(())
    }
}

fn spaces(state: &State) -> impl Iterator<Item = &Space> {
    let teams = state.teams.values().map(|team| &team.space);
    state.accounts.values().map(|account| &account.space).chain(teams)
}

/// The same, to be written.
#[derive(Serialize)]
struct RememberedRef<'a> {
    port: u16,
    control_port: u16,
    revisions: u64,
    namespaces: u64,
    accounts: Vec<&'a Account>,
    teams: Vec<&'a Team>,
    apps: Vec<&'a App>,
    refresh_tokens: BTreeMap<&'a String, &'a Grant>,
    access_tokens: BTreeMap<&'a String, &'a AccessToken>,
    codes: BTreeMap<&'a String, &'a Code>,
    browsers: BTreeMap<&'a String, &'a AccountId>,
}
