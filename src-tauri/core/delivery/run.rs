//! Several files that are sent together: none of them takes the place of another, and they are waited for together.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::steady::{Sight, blocking};
use crate::{destination, error::Error, store::OperatorRow, store::deliveries::Delivery};

/// Files that are sent together, one after the other. Whoever sends only one needs none.
///
/// *Replace* means a newer version of the same report. Two files of one run whose names become the same name in Dropbox are two reports,
/// so the later one is kept beside the earlier one.
#[derive(Debug, Default)]
pub struct Run {
    /// How each file was looking when the run began: the moment in which it must not move is the same for all.
    seen: HashMap<PathBuf, Sight>,
    /// Which file has had which path in whose Dropbox.
    taken: Mutex<HashMap<(OperatorRow, String), PathBuf>>,
}

/// A file of a run that has been delivered.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What became of it.
    pub delivery: Delivery,
    /// The file of the same run that has the name, so that this one was kept beside it.
    pub beside: Option<PathBuf>,
}

impl Run {
    /// Looks at every file once.
    pub async fn of(files: &[PathBuf]) -> Self {
        let files = files.to_owned();
        let look = move || files.into_iter().filter_map(|file| Some((file.clone(), Sight::of(&file).ok()?))).collect();
        Self {
            // What cannot be looked at says so when it is sent.
            seen: blocking(Path::new(""), move || Ok(look())).await.unwrap_or_default(),
            taken: Mutex::default(),
        }
    }

    /// How a file looked first.
    pub(super) async fn sight(&self, file: &Path) -> Result<Sight, Error> {
        let wanted = file.to_owned();
        match self.seen.get(file) {
            Some(sight) => Ok(sight.clone()),
            None => blocking(file, move || Sight::of(&wanted)).await,
        }
    }

    /// Claims a path in an operator's Dropbox for a file. Returns the other file that had it before, if there is one; the same file under
    /// another name, through a link too, is no other.
    pub(super) async fn claim(&self, row: OperatorRow, dropbox_path: &str, file: Option<&Path>) -> Option<PathBuf> {
        let file = file?.to_owned();
        let earlier = self.taken().entry((row, destination::key(dropbox_path))).or_insert_with(|| file.clone()).clone();
        (!is_same_source(&earlier, &file).await).then_some(earlier)
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<(OperatorRow, String), PathBuf>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether two paths name one file, through links too. One that is gone is told by its path alone.
pub(super) async fn is_same_source(one: &Path, other: &Path) -> bool {
    let pair = (absolute(one), absolute(other));
    let is_same = move || Ok(pair.0 == pair.1 || same_file::is_same_file(pair.0, pair.1).unwrap_or(false));
    blocking(one, is_same).await.unwrap_or(false)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
