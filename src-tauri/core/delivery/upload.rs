//! One upload: a small file in one call, a large one through a concurrent upload session.

use bytes::Bytes;
use tokio::task::JoinSet;

use super::{
    Deliveries, Subject,
    call::CallError,
    source::{Part, Source},
};
use crate::{
    content_hash::{BLOCK_SIZE, PartsHasher, content_hash},
    dropbox::{self, CommitInfo, FileMetadata, SessionKind},
    error::Error,
    secret::Secret,
    store::deliveries::Arrival,
};

/// Size of a part in bytes: a multiple of the 4 MiB that a concurrent session asks for.
const PART_SIZE: usize = 2 * BLOCK_SIZE;
/// Parts on their way at the same time. Together with the part that is being read they are all the memory that a file of any size takes.
const PARTS_IN_FLIGHT: usize = 4;
/// Up to this size a file goes in one call.
const SMALL: u64 = PART_SIZE as u64;

/// One file on its way.
pub(super) struct Upload<'a> {
    pub(super) deliveries: &'a Deliveries,
    pub(super) subject: &'a Subject,
    pub(super) source: Source,
    pub(super) commit: CommitInfo,
    /// Where the file goes when its name is taken by other content: both are kept.
    pub(super) other_path: String,
}

impl Upload<'_> {
    /// Sends the file and compares the content hashes.
    pub(super) async fn run(&self) -> Result<Arrival, Error> {
        let (metadata, hash) = if self.source.size() <= SMALL {
            self.in_one_call().await?
        } else {
            self.in_parts().await?
        };
        if metadata.content_hash.as_deref() != Some(hash.as_str()) || metadata.size != self.source.size() {
            return Err(Error::ContentDiffers);
        }
        Ok(Arrival {
            dropbox_path: metadata.path_display.unwrap_or(metadata.name),
            content_hash: hash,
            rev: metadata.rev,
        })
    }

    async fn in_one_call(&self) -> Result<(FileMetadata, String), Error> {
        let part = self.source.open().await?.next(PART_SIZE).await?;
        let hash = content_hash(&part.bytes);
        let dropbox = &self.deliveries.dropbox;
        let metadata = self
            .commit(|commit, token| {
                let (bytes, hash) = (part.bytes.clone(), hash.as_str());
                async move { dropbox.upload(&token, &commit, bytes, hash).await }
            })
            .await
            .map_err(|error| meaning(error, &self.commit.path))?;
        Ok((metadata, hash))
    }

    /// When the answer to the commit was lost, the repeat finds no session any more, and whether the file is there is not known.
    /// Sending it once more settles it: the same content under the same name is written once.
    async fn in_parts(&self) -> Result<(FileMetadata, String), Error> {
        match self.in_one_session().await? {
            Some(done) => Ok(done),
            None => self.in_one_session().await?.ok_or(Error::DropboxBusy),
        }
    }

    /// Nothing when Dropbox no longer knows the session at the end.
    async fn in_one_session(&self) -> Result<Option<(FileMetadata, String)>, Error> {
        let dropbox = &self.deliveries.dropbox;
        let session_id = self
            .deliveries
            .call(self.subject, |token| async move {
                dropbox.upload_session_start(&token, SessionKind::Concurrent).await
            })
            .await?;
        let hash = self.append_all(&session_id).await?;
        let (session_id, size) = (session_id.as_str(), self.source.size());
        let finished = self
            .commit(|commit, token| async move { dropbox.upload_session_finish(&token, session_id, size, &commit).await })
            .await;
        match finished {
            Ok(metadata) => Ok(Some((metadata, hash))),
            Err(CallError::Dropbox(error)) if error.has_tag("lookup_failed") && error.has_tag("not_found") => Ok(None),
            Err(error) => Err(meaning(error, &self.commit.path)),
        }
    }

    /// Commits what is there under its name, or under the other one where the name is taken by something else.
    async fn commit<F>(&self, call: impl Fn(CommitInfo, Secret) -> F) -> Result<FileMetadata, CallError>
    where
        F: Future<Output = Result<FileMetadata, dropbox::Error>>,
    {
        let result = self.deliveries.call(self.subject, |token| call(self.commit.clone(), token)).await;
        match result {
            Err(CallError::Dropbox(error)) if error.has_tag("conflict") && !error.has_tag("file_ancestor") => {
                let commit = self.commit.to(&self.other_path);
                self.deliveries.call(self.subject, |token| call(commit.clone(), token)).await
            }
            result => result,
        }
    }

    /// Sends every part, several at once, and the closing one last: a closed session takes no part again. Returns the file's hash.
    async fn append_all(&self, session_id: &str) -> Result<String, Error> {
        let mut parts = self.source.open().await?;
        let mut hasher = PartsHasher::default();
        let mut on_their_way = JoinSet::new();
        let mut sent = 0;
        loop {
            let part = parts.next(PART_SIZE).await?;
            let hash = hasher.part(&part.bytes);
            while on_their_way.len() >= PARTS_IN_FLIGHT || (part.is_last && !on_their_way.is_empty()) {
                sent += arrived(on_their_way.join_next().await)?;
                self.deliveries.went_on(self.subject, sent).await;
            }
            let (is_last, append) = (part.is_last, self.append(session_id, part, hash));
            if is_last {
                sent += append.await?;
                self.deliveries.went_on(self.subject, sent).await;
                return Ok(hasher.finish());
            }
            on_their_way.spawn(append);
        }
    }

    /// Sends one part; returns its size.
    fn append(&self, session_id: &str, part: Part, hash: String) -> impl Future<Output = Result<u64, Error>> + Send + use<> {
        let (deliveries, subject, session_id) = (self.deliveries.clone(), self.subject.clone(), session_id.to_owned());
        async move {
            let (dropbox, size) = (&deliveries.dropbox, part.bytes.len() as u64);
            let (session_id, hash, offset, close) = (session_id.as_str(), hash.as_str(), part.offset, part.is_last);
            let appended = deliveries
                .call(&subject, |token| {
                    let bytes: Bytes = part.bytes.clone();
                    async move { dropbox.upload_session_append(&token, session_id, offset, bytes, hash, close).await }
                })
                .await;
            match appended {
                // The answer to the closing part was lost, and the repeat finds the session closed: that is what was wanted.
                Err(CallError::Dropbox(error)) if close && error.has_tag("closed") => Ok(size),
                Err(error) => Err(error.into()),
                Ok(()) => Ok(size),
            }
        }
    }
}

fn arrived(joined: Option<Result<Result<u64, Error>, tokio::task::JoinError>>) -> Result<u64, Error> {
    match joined {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(Error::DropboxRefused(format!("a part was not sent ({error})"))),
        None => Ok(0),
    }
}

/// What Dropbox's refusal of a commit means for the file.
fn meaning(error: CallError, path: &str) -> Error {
    let CallError::Dropbox(refused) = &error else {
        return error.into();
    };
    let any = |tags: &[&str]| tags.iter().any(|tag| refused.has_tag(tag));
    if any(&["conflict"]) {
        return Error::NameTaken(path.to_owned());
    }
    if any(&["malformed_path", "disallowed_name"]) {
        return Error::NameRefused(path.to_owned());
    }
    if any(&["no_write_permission", "team_folder", "access_restricted", "operation_suppressed"]) {
        return Error::NoWritePermission(path.to_owned());
    }
    if any(&["content_hash_mismatch"]) {
        return Error::ContentDiffers;
    }
    error.into()
}
