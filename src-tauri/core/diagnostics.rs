//! Diagnostics: what somebody who helps has to see, in one bundle that can be read before it is given away. It holds no report and no
//! secret; every file of it is searched for all secrets that this program knows.

use std::{
    fs,
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    path::Path,
};

use aho_corasick::AhoCorasick;
use serde::Serialize;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    activity::{Action, Activity},
    authorization::Authorizations,
    error::{Error, Problem},
    operator::{AuthorizationStatus, ConflictRule, Operator},
    secret::Secret,
    store::{Page, Store},
};

/// How much of each log goes along, from its end, in bytes.
const LOG_MAX: u64 = 256 * 1024;
/// How many deliveries and rows of activity go along.
const ROWS: u32 = 500;
/// How many secrets are searched for at once: what searches grows with their letters, to some 10 MB for as many.
const SECRETS_AT_ONCE: usize = 4096;

/// A bundle for whoever helps.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostics {
    /// What is in it.
    pub files: Vec<DiagnosticsFile>,
    /// The names of files that stay out, because a secret was found in them.
    pub left_out: Vec<String>,
    /// Why the files could not be searched for secrets: the keychain does not open. Then somebody has to read them first.
    pub not_searched: Option<Problem>,
}

/// One file of the bundle.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsFile {
    /// Its name in the bundle.
    pub name: String,
    /// All that it holds.
    pub text: String,
}

impl DiagnosticsFile {
    /// A file that holds this value as JSON, indented for people.
    pub(crate) fn json(name: &str, value: &impl Serialize) -> Self {
        let text = serde_json::to_string_pretty(value);
        Self {
            name: name.to_owned(),
            text: text.unwrap_or_else(|error| format!("could not be written down: {error}")),
        }
    }
}

/// What is told of an operator: how it stands, and neither name nor address.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Standing {
    id: String,
    active: bool,
    destination: String,
    conflict_rule: ConflictRule,
    status: AuthorizationStatus,
    problem: Option<Problem>,
}

impl From<Operator> for Standing {
    fn from(operator: Operator) -> Self {
        Self {
            id: operator.id.to_string(),
            active: operator.active,
            destination: operator.destination,
            conflict_rule: operator.conflict_rule,
            status: operator.status,
            problem: operator.request.and_then(|request| request.problem),
        }
    }
}

/// Adds what the database and the logs tell, and leaves out every file that holds a secret.
pub(crate) async fn collect(
    mut files: Vec<DiagnosticsFile>,
    store: &Store,
    logs: &Path,
    authorizations: &Authorizations,
    now: i64,
) -> Result<Diagnostics, Error> {
    let operators: Vec<Standing> = store
        .list_operators()
        .await?
        .into_iter()
        .map(|record| Standing::from(record.standing(now)))
        .collect();
    files.push(DiagnosticsFile::json("settings.json", &store.get_settings().await?));
    files.push(DiagnosticsFile::json("operators.json", &operators));
    files.push(DiagnosticsFile::json(
        "deliveries.json",
        &store.list_deliveries(None, Page::first(ROWS)).await?,
    ));
    let activity: Vec<Activity> = store.list_activity(None, Page::first(ROWS)).await?.into_iter().map(without_address).collect();
    files.push(DiagnosticsFile::json("activity.json", &activity));
    let (secrets, not_searched) = match authorizations.all_secrets().await {
        Ok(secrets) => (secrets, None),
        Err(error) => (Vec::new(), Some(error.problem())),
    };
    let logs = logs.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        files.extend(log_files(&logs).map_err(|error| Error::DataFolder {
            path: logs.display().to_string(),
            reason: error.to_string(),
        })?);
        without_secrets(files, &secrets, not_searched)
    });
    work.await.unwrap_or_else(|error| Err(Error::Fault(error.to_string())))
}

/// Whose Dropbox was authorized helps nobody who helps; why it was not does.
fn without_address(row: Activity) -> Activity {
    let is_address = Action::named(&row.action) == Some(Action::SaveAuthorization) && row.refusal().is_none();
    match is_address {
        true => Activity { detail: None, ..row },
        false => row.without_words(),
    }
}

/// Leaves out every file that holds a secret. However many secrets there are, each file is read once for every [`SECRETS_AT_ONCE`].
fn without_secrets(files: Vec<DiagnosticsFile>, secrets: &[Secret], not_searched: Option<Problem>) -> Result<Diagnostics, Error> {
    let mut holds_one = vec![false; files.len()];
    for some in secrets.chunks(SECRETS_AT_ONCE) {
        let patterns = some.iter().map(Secret::expose).filter(|secret| !secret.is_empty());
        let search = AhoCorasick::new(patterns).map_err(|error| Error::Fault(error.to_string()))?;
        for (file, holds_one) in files.iter().zip(&mut holds_one).filter(|(_, holds_one)| !**holds_one) {
            *holds_one = search.is_match(&file.text);
        }
    }
    let (left_out, files): (Vec<_>, Vec<_>) = files.into_iter().zip(holds_one).partition(|(_, holds_one)| *holds_one);
    for (file, _) in &left_out {
        tracing::error!(file = file.name, "a file of the diagnostics holds a secret and stays out");
    }
    Ok(Diagnostics {
        files: files.into_iter().map(|(file, _)| file).collect(),
        left_out: left_out.into_iter().map(|(file, _)| file.name).collect(),
        not_searched,
    })
}

fn log_files(folder: &Path) -> io::Result<Vec<DiagnosticsFile>> {
    let mut files = Vec::new();
    let entries = match fs::read_dir(folder) {
        // The program goes on without a log; its diagnostics do too.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(DiagnosticsFile {
                name: format!("logs/{}", entry.file_name().to_string_lossy()),
                text: end_of(&entry.path())?,
            });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

/// The last part of a text file, from the beginning of a line.
fn end_of(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(LOG_MAX);
    file.seek(SeekFrom::Start(skipped))?;
    let mut bytes = Vec::new();
    // The program goes on writing meanwhile.
    file.take(LOG_MAX).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole_lines = match text.split_once('\n') {
        Some((_, rest)) if skipped > 0 => rest,
        _ => &text,
    };
    Ok(whole_lines.to_owned())
}

impl Diagnostics {
    /// The bundle as a ZIP archive.
    pub fn zip(&self) -> Result<Vec<u8>, Error> {
        self.archive().map_err(|error| Error::FileUnwritable {
            path: "diagnostics".to_owned(),
            reason: error.to_string(),
        })
    }

    fn archive(&self) -> Result<Vec<u8>, zip::result::ZipError> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for file in &self.files {
            archive.start_file(&file.name, SimpleFileOptions::default())?;
            archive.write_all(file.text.as_bytes())?;
        }
        Ok(archive.finish()?.into_inner())
    }
}
