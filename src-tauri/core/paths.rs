//! Where the database and the logs live.

mod drive;

use std::{
    io,
    path::{Path, PathBuf},
};

use directories::{BaseDirs, ProjectDirs};

pub use self::drive::is_network;
use crate::{
    error::{Error, Field},
    size::size,
    typed::check_seen,
    unicode,
};

/// How much room the database and the log should have, in bytes.
const FREE_MIN: u64 = 100 << 20;
/// Longest name of a profile, in characters.
const PROFILE_MAX: usize = 32;

/// One folder for everything that this program keeps.
#[derive(Clone, Debug)]
pub struct Paths {
    folder: PathBuf,
}

impl Paths {
    /// The person's own data folder of this system: `%LOCALAPPDATA%`, `~/Library/Application Support`, `~/.local/share`.
    /// Practice has a folder of its own, so that it never meets real records.
    pub fn standard(practice: bool) -> Result<Self, Error> {
        let dirs = ProjectDirs::from("io", "Outtray", "Outtray").ok_or_else(|| Error::DataFolder {
            path: "of this user".to_owned(),
            reason: "the system names none".to_owned(),
        })?;
        let folder = dirs.data_local_dir();
        Ok(Self::at(if practice { folder.join("practice") } else { folder.to_owned() }))
    }

    /// A folder of its own within the standard one. The same letters, capital or small, are the same profile: file systems differ in that.
    pub fn profile(practice: bool, name: &str) -> Result<Self, Error> {
        let name = unicode::cleaned(name).to_lowercase();
        check_seen(Field::Profile, &name, false)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name.len() > PROFILE_MAX || !name.chars().all(allowed) {
            return Err(Error::invalid(
                Field::Profile,
                "The name of a profile may have letters a to z, digits, hyphens and underscores only, and at most 32 of them.",
            ));
        }
        // Windows has names that no folder can have, such as con; none of them begins like this.
        let folder = format!("profile-{name}");
        Ok(Self::at(Self::standard(practice)?.folder.join(folder)))
    }

    /// Where the Dropbox application may have its `info.json`: `%APPDATA%\\Dropbox`, `%LOCALAPPDATA%\\Dropbox`, `~/.dropbox`.
    pub fn dropbox_info() -> Vec<PathBuf> {
        let Some(dirs) = BaseDirs::new() else {
            return Vec::new();
        };
        let folders = [
            dirs.data_dir().join("Dropbox"),
            dirs.data_local_dir().join("Dropbox"),
            dirs.home_dir().join(".dropbox"),
        ];
        folders.map(|folder| folder.join("info.json")).to_vec()
    }

    /// A folder that somebody named.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("outtray.db")
    }

    /// The folder of the log files.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Held while a master key is made.
    pub fn key_lock(&self) -> PathBuf {
        self.folder.join("master-key.lock")
    }

    /// The folder of the lock files of the programs that run.
    pub fn running(&self) -> PathBuf {
        self.folder.join("running")
    }

    /// Whether the folder can be written and has room; returns how many bytes are free.
    pub fn check(&self) -> Result<u64, Error> {
        let probe = self.folder.join("doctor.tmp");
        // Opening a pipe may never end.
        if std::fs::metadata(&probe).is_ok_and(|there| !there.is_file()) {
            let path = probe.display();
            return Err(self.refused(format!("{path} is not a file")));
        }
        std::fs::write(&probe, "written by the doctor").map_err(|error| self.unusable(&self.folder, &error))?;
        // Another doctor may have removed it already.
        let _ = std::fs::remove_file(&probe);
        match fs4::available_space(&self.folder).map_err(|error| self.unusable(&self.folder, &error))? {
            free if free < FREE_MIN => Err(self.refused(format!("only {} are free", size(free)))),
            free => Ok(free),
        }
    }

    /// Makes the folder and what is in it; only the owner may look into that, also where somebody has made the folder for everybody.
    ///
    /// # Errors
    /// [`Error::NetworkFolder`]: the locks of the database do not reach another computer. [`Error::DataFolder`] with the reason.
    pub fn create(&self) -> Result<(), Error> {
        if self.folder.to_str().is_none() {
            return Err(self.refused("its name is not valid Unicode".to_owned()));
        }
        // Before anything is made there, and again for a database that is a link to another drive.
        for place in [&self.folder, &self.database()] {
            if let Some(kind) = drive::network_kind(place) {
                return Err(Error::NetworkFolder {
                    path: place.display().to_string(),
                    kind,
                });
            }
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for folder in [self.folder.clone(), self.logs(), self.running()] {
            builder.create(&folder).map_err(|error| self.unusable(&folder, &error))?;
        }
        Ok(())
    }

    /// The data folder cannot be used, because of something in it: whose it is decides what can be done.
    pub fn unusable(&self, place: &Path, error: &io::Error) -> Error {
        let another = (error.kind() == io::ErrorKind::PermissionDenied).then(|| another_owner(place)).flatten();
        self.refused(match another {
            Some((folder, owner)) => format!("{error}: {} belongs to {owner}", folder.display()),
            None => error.to_string(),
        })
    }

    fn refused(&self, reason: String) -> Error {
        Error::DataFolder {
            path: self.folder.display().to_string(),
            reason,
        }
    }
}

/// What is there of a path, and whose it is when it belongs to another user than the one of this program.
#[cfg(unix)]
fn another_owner(place: &Path) -> Option<(&Path, String)> {
    use nix::unistd::{Uid, User, geteuid};
    let (there, metadata) = place.ancestors().find_map(|there| Some((there, there.metadata().ok()?)))?;
    let owner = Uid::from_raw(std::os::unix::fs::MetadataExt::uid(&metadata));
    if owner == geteuid() {
        return None;
    }
    let name = User::from_uid(owner).ok().flatten().map(|user| user.name);
    Some((there, name.unwrap_or_else(|| format!("user {owner}"))))
}

/// Windows has lists of permissions; whose a folder is decides little there.
#[cfg(not(unix))]
fn another_owner(_place: &Path) -> Option<(&Path, String)> {
    None
}
