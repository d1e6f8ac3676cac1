//! Which programs work on a data folder now. Each holds a lock on a file of its own, which the system gives back when the program ends,
//! however it ends: so what a program that is gone has left half-way can be told from what a living one is doing.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::file_lock;

/// How old a file is before it may be looked at as left over: no program takes as long between making and locking its own.
const MADE_LONG_AGO: Duration = Duration::from_secs(3600);

/// This program among those that work on a data folder. Its file is made when it begins to own something.
#[derive(Debug)]
pub struct Instance {
    folder: PathBuf,
    id: String,
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Drop for Held {
    fn drop(&mut self) {
        // A file that stays is cleared away later; its lock ends here either way.
        let _ = fs::remove_file(&self.path);
    }
}

impl Instance {
    /// Names this program. `folder` is where the lock files of all of them lie; it is there already.
    pub fn new(folder: PathBuf) -> io::Result<Self> {
        let mut bytes = [0; 9];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self {
            folder,
            id: URL_SAFE_NO_PAD.encode(bytes),
            held: Mutex::default(),
        })
    }

    /// Returns where the lock files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the id of this program: what it changes carries it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the id as an owner: from now on others see that this program runs.
    pub fn hold(&self) -> io::Result<&str> {
        let mut held = self.held();
        if held.is_none() {
            *held = Some(self.make()?);
        }
        Ok(&self.id)
    }

    /// Gives the lock back: whoever looks from now on takes this program for one that has ended.
    pub fn end(&self) {
        *self.held() = None;
    }

    /// Returns whether an owner runs, this program or another one. One that sleeps still runs.
    pub fn is_alive(&self, owner: &str) -> bool {
        if owner == self.id {
            return self.held().is_some();
        }
        file_lock::is_locked(&self.path(owner))
    }

    /// Returns whether an owner runs and is not this program.
    pub fn is_another(&self, owner: Option<&str>) -> bool {
        owner.is_some_and(|owner| owner != self.id && self.is_alive(owner))
    }

    fn make(&self) -> io::Result<Held> {
        self.clear();
        let path = self.path(&self.id);
        let file = File::create(&path)?;
        // Nobody else knows its name: there is nothing to wait for.
        file_lock::try_lock(&file).map_err(io::Error::other)?;
        Ok(Held { path, _file: file })
    }

    /// Removes what programs that were killed have left.
    fn clear(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else {
            return;
        };
        for file in files.flatten() {
            let made = file.metadata().and_then(|metadata| metadata.modified());
            let old = made.is_ok_and(|made| made + MADE_LONG_AGO < SystemTime::now());
            if old && !file_lock::is_locked(&file.path()) {
                let _ = fs::remove_file(file.path());
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.lock"))
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
