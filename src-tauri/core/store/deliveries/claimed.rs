//! A claim, and what a claimed row says: compared with its digest before anything is made of it.

use sqlx::Row;

use super::{Origin, SourceFile, bytes, digest::Fixed, origin, path};
use crate::store::sqlite::DatabaseRow;
use crate::store::{Error, OperatorRow, Result};

/// The right to send a delivery: of all claims of one delivery, the one with the highest number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which delivery.
    pub delivery_id: i64,
    /// Which claim of it.
    pub number: i64,
}

impl Claim {
    /// Whether it was claimed before: it is sent again.
    pub fn is_repeated(self) -> bool {
        self.number > 1
    }
}

/// A delivery that was claimed: what sending it needs.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The claim that every later write names.
    pub claim: Claim,
    /// Whose report.
    pub operator: OperatorRow,
    /// Why it is delivered.
    pub origin: Origin,
    /// Where the file lies; nothing for a test file.
    pub source: Option<SourceFile>,
    /// The file's name.
    pub file_name: String,
    /// The file's size in bytes.
    pub size_bytes: u64,
    /// Where in Dropbox it goes.
    pub destination: String,
    /// When it was taken, in milliseconds since 1970.
    pub created_at: i64,
}

/// Reads a claimed row, and compares its digest. Rows of before the digest have none.
pub(super) fn claimed(row: &DatabaseRow) -> Result<Claimed> {
    let source_path: Option<Vec<u8>> = row.try_get("source_path")?;
    let source_identity: Option<String> = row.try_get("source_identity")?;
    let fixed = Fixed {
        operator: row.try_get("operator")?,
        origin: row.try_get("origin")?,
        source_path: source_path.as_deref(),
        source_identity: source_identity.as_deref(),
        file_name: row.try_get("file_name")?,
        size_bytes: row.try_get("size_bytes")?,
        destination: row.try_get("destination")?,
        created_at: row.try_get("created_at")?,
    };
    let delivery_id = row.try_get("id")?;
    let digest: Option<Vec<u8>> = row.try_get("digest")?;
    if digest.is_some_and(|digest| digest != fixed.digest()) {
        return Err(Error::Damaged(delivery_id));
    }
    let source = source_path.as_deref().zip(source_identity.as_deref());
    Ok(Claimed {
        claim: Claim {
            delivery_id,
            number: row.try_get("claim")?,
        },
        operator: OperatorRow(fixed.operator),
        origin: origin(fixed.origin),
        source: source.map(|(path, identity)| SourceFile {
            path: path::of(path),
            identity: identity.to_owned(),
        }),
        file_name: fixed.file_name.to_owned(),
        size_bytes: bytes(row, "size_bytes")?,
        destination: fixed.destination.to_owned(),
        created_at: fixed.created_at,
    })
}
