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

/// This program among those that work on a data folder. Its file is made when its name is asked for first.
#[derive(Debug)]
pub struct Instance {
    folder: PathBuf,
    own: Mutex<Option<Own>>,
}

#[derive(Debug)]
struct Own {
    name: String,
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Drop for Own {
    fn drop(&mut self) {
        // A file that stays is cleared away later; its lock ends here either way.
        let _ = fs::remove_file(&self.path);
    }
}

impl Instance {
    /// `folder` is where the lock files of all of them lie; it is there already.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            own: Mutex::default(),
        }
    }

    /// Where the lock files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of this program, for as long as it runs.
    pub fn name(&self) -> io::Result<String> {
        let mut own = self.own();
        if let Some(own) = own.as_ref() {
            return Ok(own.name.clone());
        }
        let made = self.make()?;
        Ok(own.insert(made).name.clone())
    }

    /// Gives the lock back: whoever looks from now on takes this program for one that has ended.
    pub fn end(&self) {
        *self.own() = None;
    }

    /// Whether the program of this name runs and is not this one.
    pub fn is_another(&self, name: Option<&str>) -> bool {
        let Some(name) = name.filter(|name| !self.is_own(name)) else {
            return false;
        };
        file_lock::is_locked(&self.path(name))
    }

    /// Whether this program has that name.
    pub fn is_own(&self, name: &str) -> bool {
        self.own().as_ref().is_some_and(|own| own.name == name)
    }

    fn make(&self) -> io::Result<Own> {
        self.clear();
        let mut bytes = [0; 9];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let name = URL_SAFE_NO_PAD.encode(bytes);
        let path = self.path(&name);
        let file = File::create_new(&path)?;
        // It is new and nobody else knows its name: there is nothing to wait for.
        file_lock::try_lock(&file).map_err(io::Error::other)?;
        Ok(Own { name, path, _file: file })
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

    fn own(&self) -> MutexGuard<'_, Option<Own>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
