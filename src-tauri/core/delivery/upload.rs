//! One upload: a small file in one call, a large one through a concurrent upload session.

use std::path::PathBuf;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{
    Deliveries, Run, Subject,
    call::CallError,
    meaning::meaning,
    run::is_same_source,
    source::{Part, Source},
};
use crate::{
    content_hash::{BLOCK_SIZE, PartsHasher, content_hash},
    destination,
    dropbox::{self, Access, CommitInfo, FILE_MAX, FileMetadata, Patience, SessionKind, UploadSession, WriteMode},
    error::Error,
    operator::ConflictRule,
    store::deliveries::Arrival,
};

/// Size of a part in bytes: a multiple of the 4 MiB that a concurrent session asks for.
const PART_SIZE: usize = 2 * BLOCK_SIZE;
/// Parts on their way at the same time. Together with the part that is being read they are all the memory that a file of any size takes.
const PARTS_IN_FLIGHT: usize = 4;
/// Up to this size a file goes in one call.
const SMALL: u64 = PART_SIZE as u64;

/// How many digits of the content hash a name gets that would be another content's.
const MARK_LENGTHS: [usize; 2] = [8, 16];

/// One file on its way.
pub(super) struct Upload<'a> {
    pub(super) deliveries: &'a Deliveries,
    pub(super) subject: &'a Subject,
    pub(super) run: &'a Run,
    pub(super) source: Source,
    /// The path in Dropbox that the operator's template gives it.
    pub(super) destination: String,
}

/// What Dropbox stored, and the file of the same run beside which it was kept.
struct Committed {
    metadata: FileMetadata,
    beside: Option<PathBuf>,
}

impl Upload<'_> {
    /// Sends the file and compares the content hashes. Also returns the file of the same run that has its name, where it was kept beside.
    pub(super) async fn run(&self) -> Result<(Arrival, Option<PathBuf>), Error> {
        if self.source.size() > FILE_MAX {
            return Err(Error::FileTooLarge(self.source.name().to_owned()));
        }
        let (Committed { metadata, beside }, hash) = if self.source.size() <= SMALL {
            self.in_one_call().await?
        } else {
            self.in_parts().await?
        };
        if metadata.content_hash.as_deref() != Some(hash.as_str()) || metadata.size != self.source.size() {
            return Err(Error::ContentDiffers);
        }
        let arrival = Arrival {
            dropbox_path: metadata.path_display.unwrap_or(metadata.name),
            content_hash: hash,
            rev: metadata.rev,
        };
        Ok((arrival, beside))
    }

    async fn in_one_call(&self) -> Result<(Committed, String), Error> {
        let part = self.source.parts().next(PART_SIZE).await?;
        let hash = content_hash(&part.bytes);
        let dropbox = &self.deliveries.dropbox;
        let committed = self
            .commit(&hash, Patience::Short, |commit, access| {
                let (bytes, hash) = (part.bytes.clone(), hash.as_str());
                async move { dropbox.upload(&access, &commit, bytes, hash).await }
            })
            .await
            .map_err(|error| meaning(error, &self.destination))?;
        Ok((committed, hash))
    }

    /// When the answer to the commit was lost, the repeat finds no session any more, and whether the file is there is not known.
    /// Sending it once more settles it: the same content under the same name is written once. A session that Dropbox has lost or that
    /// has not what it should is left to itself the same way.
    async fn in_parts(&self) -> Result<(Committed, String), Error> {
        match self.in_one_session().await {
            Err(CallError::Dropbox(error)) if is_about_session(&error) => {
                tracing::info!(delivery = self.subject.claim.delivery_id, %error, "the file is sent once more, in another session");
                self.in_one_session().await
            }
            done => done,
        }
        .map_err(|error| meaning(error, &self.destination))
    }

    async fn in_one_session(&self) -> Result<(Committed, String), CallError> {
        let dropbox = &self.deliveries.dropbox;
        let session_id = self
            .deliveries
            .call(self.subject, Patience::Short, |access| async move {
                dropbox.upload_session_start(&access, SessionKind::Concurrent).await
            })
            .await?;
        let hash = self.append_all(&session_id).await?;
        let end = &UploadSession::new(&session_id, self.source.size());
        let committed = self
            .commit(&hash, Patience::Long, |commit, access| async move {
                dropbox.upload_session_finish(&access, end, &commit).await
            })
            .await?;
        Ok((committed, hash))
    }

    /// Commits what is there under its name; where Dropbox refuses the name because of a character, once more without it; and under
    /// another name where it is taken by something else and both are kept.
    async fn commit<F>(&self, hash: &str, patience: Patience, call: impl Fn(CommitInfo, Access) -> F) -> Result<Committed, CallError>
    where
        F: Future<Output = Result<FileMetadata, dropbox::Error>>,
    {
        let (mut name, mut path) = (self.destination.clone(), self.destination.clone());
        let mut plain = destination::plain(&name);
        // Derived from the content, so that whoever sends it again, after a crash too, or from another database, gets the same name again,
        // and nothing is written twice. A longer piece of the hash is for whoever has given another file the shorter one.
        let mut marks = MARK_LENGTHS.iter().filter_map(|length| hash.get(..*length));
        let mut beside = None;
        loop {
            let other = self.other_source(&path).await?;
            let is_marked = path != name;
            let replaces = self.rule() == ConflictRule::Replace && other.is_none() && !is_marked;
            let mode = if replaces { WriteMode::Overwrite } else { WriteMode::Add };
            let commit = CommitInfo::new(path, mode, self.source.modified());
            self.source.check_unchanged().await?;
            let error = match self.deliveries.call(self.subject, patience, |access| call(commit.clone(), access)).await {
                Ok(metadata) => return Ok(Committed { metadata, beside }),
                Err(CallError::Dropbox(error)) => error,
                Err(error) => return Err(error),
            };
            let keeps_both = is_marked || self.rule() == ConflictRule::KeepBoth || self.rule() == ConflictRule::Replace && !replaces;
            path = match (plain.take_if(|_| error.has_tag("malformed_path")), is_taken(&error) && keeps_both) {
                (Some(plain), _) => {
                    name = plain;
                    name.clone()
                }
                (None, true) => {
                    beside = beside.or(other);
                    match marks.next() {
                        Some(mark) => destination::with_mark(&name, mark),
                        None => return Err(CallError::Dropbox(error)),
                    }
                }
                (None, false) => return Err(CallError::Dropbox(error)),
            };
        }
    }

    /// The other file that has brought what is at this path: of the same run, or, for a delivery that is sent again, whichever it is by the
    /// history. Its run is over then, and what has arrived since may be newer.
    async fn other_source(&self, path: &str) -> Result<Option<PathBuf>, CallError> {
        let (row, source) = (self.subject.row, self.source.path());
        let other = self.run.claim(row, path, source).await;
        let (None, Some(source), true, ConflictRule::Replace) = (&other, source, self.subject.claim.is_repeated(), self.rule()) else {
            return Ok(other);
        };
        let there = self.deliveries.store.find_source_at(row, path, self.subject.claim.delivery_id).await;
        Ok(match there.map_err(|error| CallError::Final(error.into()))? {
            Some(there) if !is_same_source(&there, source).await => Some(there),
            _ => None,
        })
    }

    fn rule(&self) -> ConflictRule {
        self.subject.operator.conflict_rule
    }

    /// Sends every part, several at once, and the closing one last: a closed session takes no part again. Returns the file's hash.
    /// When one part cannot be sent, those that are on their way end with it.
    async fn append_all(&self, session_id: &str) -> Result<String, CallError> {
        let mut parts = self.source.parts();
        let mut hasher = PartsHasher::default();
        let mut on_their_way = JoinSet::new();
        let mut sent = 0;
        loop {
            let part = parts.next(PART_SIZE).await?;
            let hash = hasher.part(&part.bytes);
            while on_their_way.len() >= PARTS_IN_FLIGHT || (part.is_last && !on_their_way.is_empty()) {
                sent += arrived(on_their_way.join_next().await)?;
                self.deliveries.went_on(self.subject, sent).await?;
            }
            let (is_last, append) = (part.is_last, self.append(session_id, part, hash));
            if is_last {
                sent += append.await?;
                self.deliveries.went_on(self.subject, sent).await?;
                return Ok(hasher.finish());
            }
            on_their_way.spawn(append);
        }
    }

    /// Sends one part; returns its size.
    fn append(&self, session_id: &str, part: Part, hash: String) -> impl Future<Output = Result<u64, CallError>> + Send + use<> {
        let (deliveries, subject) = (self.deliveries.clone(), self.subject.clone());
        let place = UploadSession::new(session_id, part.offset);
        async move {
            let (dropbox, size) = (&deliveries.dropbox, part.bytes.len() as u64);
            let (place, hash, close) = (&place, hash.as_str(), part.is_last);
            let appended = deliveries
                .call(&subject, Patience::Long, |access| {
                    let bytes: Bytes = part.bytes.clone();
                    async move { dropbox.upload_session_append(&access, place, bytes, hash, close).await }
                })
                .await;
            match appended {
                Err(CallError::Dropbox(error)) if has_arrived(&error, place.offset + size, close) => Ok(size),
                Err(error) => Err(error),
                Ok(()) => Ok(size),
            }
        }
    }
}

/// Whether something else has the name; a file in the way of a folder is no matter of the name.
fn is_taken(error: &dropbox::Error) -> bool {
    error.has_tag("conflict") && !error.has_tag("file_ancestor")
}

/// Whether a part is there although its append was refused: the answer to the append was lost, and the repeat finds the session closed,
/// or as long as it is with the part.
fn has_arrived(error: &dropbox::Error, end: u64, close: bool) -> bool {
    (close && error.has_tag("closed")) || error.correct_offset() == Some(end)
}

/// Whether the session, and not the file, is what Dropbox refuses.
fn is_about_session(error: &dropbox::Error) -> bool {
    let tags = [
        "not_found",
        "incorrect_offset",
        "closed",
        "not_closed",
        "concurrent_session_not_closed",
        "concurrent_session_missing_data",
    ];
    tags.iter().any(|tag| error.has_tag(tag))
}

fn arrived(joined: Option<Result<Result<u64, CallError>, tokio::task::JoinError>>) -> Result<u64, CallError> {
    match joined {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(CallError::Final(Error::DropboxRefused(format!("a part was not sent ({error})")))),
        None => Ok(0),
    }
}
