//! The copy of a delivered file in the local Dropbox folder, where the Dropbox application is installed on this computer.
//!
//! The application says where its folders are in `info.json` (Dropbox help, "Find the Dropbox folder paths"). It may belong to
//! another account than the operator's: then the file never appears, which says nothing about the delivery.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    content_hash::{BLOCK_SIZE, ContentHasher},
    operator::StoredFile,
};

/// How long the application may take to bring the file.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often the folder is looked into.
const LOOK: Duration = Duration::from_millis(500);

/// What `info.json` holds at most, in bytes: an account takes some hundred.
const INFO_MAX: u64 = 1 << 20;

/// What was seen of a delivered file on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum LocalCopy {
    /// The Dropbox application is not installed here, or nobody is signed in.
    NotInstalled,
    /// It is, but the file has not appeared in its folders.
    NotSeen,
    /// The file is here, with the same content.
    Seen {
        /// Where.
        path: String,
    },
}

/// One account of `info.json`.
#[derive(Deserialize)]
struct Account {
    path: PathBuf,
    /// Of a member of a team: where the team's space begins.
    root_path: Option<PathBuf>,
}

/// Waits until the file has appeared with the same content, but not for ever. `info` are the places where `info.json` may be.
pub async fn find(info: &[PathBuf], stored: &StoredFile, clock: &Clock) -> LocalCopy {
    let info = info.to_owned();
    let folders = tokio::task::spawn_blocking(move || folders(&info)).await.unwrap_or_default();
    if folders.is_empty() {
        return LocalCopy::NotInstalled;
    }
    let end = clock.now() + PATIENCE;
    loop {
        let (candidates, wanted) = (folders.clone(), stored.clone());
        let seen = tokio::task::spawn_blocking(move || candidates.iter().find_map(|folder| seen(folder, &wanted))).await;
        if let Ok(Some(path)) = seen {
            return LocalCopy::Seen {
                path: path.display().to_string(),
            };
        }
        if clock.now() >= end {
            return LocalCopy::NotSeen;
        }
        clock.sleep(LOOK).await;
    }
}

fn folders(info: &[PathBuf]) -> Vec<PathBuf> {
    let texts = info.iter().filter_map(|path| content(path));
    let accounts = texts.filter_map(|text| serde_json::from_slice::<BTreeMap<String, Account>>(&text).ok());
    let mut folders = Vec::new();
    for Account { path, root_path } in accounts.flat_map(BTreeMap::into_values) {
        let apps = apps_in(&path);
        let found = [Some(path), root_path].into_iter().flatten().chain(apps);
        found.for_each(|folder| {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        });
    }
    folders
}

/// What it holds; nothing of a pipe or a device, which may never end, or wait for ever.
fn content(path: &Path) -> Option<Vec<u8>> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let mut text = Vec::new();
    File::open(path).ok()?.take(INFO_MAX).read_to_end(&mut text).ok()?;
    Some(text)
}

/// The folders of apps that have one of their own: the paths of such an app begin there.
fn apps_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(apps) = std::fs::read_dir(folder.join("Apps")) else {
        return Vec::new();
    };
    apps.flatten().map(|app| app.path()).filter(|path| path.is_dir()).collect()
}

fn seen(folder: &Path, stored: &StoredFile) -> Option<PathBuf> {
    let path = stored
        .dropbox_path
        .split('/')
        .filter(|part| !part.is_empty())
        .fold(folder.to_owned(), |path, part| path.join(part));
    let is_whole = std::fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == stored.size);
    (is_whole && hash(&path).ok()? == stored.content_hash).then_some(path)
}

fn hash(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hasher) = (File::open(path)?, ContentHasher::default());
    let mut buffer = vec![0; BLOCK_SIZE];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(&buffer[..read]),
        }
    }
}
