//! A digest of what was fixed when a delivery was taken. A database has no sums of its own: without this, a flipped bit in a path or a
//! destination would be believed.

use sha2::{Digest, Sha256};

use super::NewDelivery;

/// What a digest is made of.
pub(super) struct Fixed<'a> {
    pub(super) operator: i64,
    pub(super) origin: &'a str,
    pub(super) source_path: Option<&'a [u8]>,
    pub(super) source_identity: Option<&'a str>,
    pub(super) file_name: &'a str,
    pub(super) size_bytes: i64,
    pub(super) destination: &'a str,
    pub(super) created_at: i64,
}

impl Fixed<'_> {
    /// Computes the digest. Every part is led by its length, so that no two rows look alike.
    pub(super) fn digest(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        part(&self.operator.to_be_bytes());
        part(self.origin.as_bytes());
        part(self.source_path.unwrap_or_default());
        part(self.source_identity.unwrap_or_default().as_bytes());
        part(self.file_name.as_bytes());
        part(&self.size_bytes.to_be_bytes());
        part(self.destination.as_bytes());
        part(&self.created_at.to_be_bytes());
        hash.finalize().to_vec()
    }
}

/// The size as the database holds it.
pub(super) fn stored_size(new: &NewDelivery) -> i64 {
    i64::try_from(new.size_bytes).unwrap_or(i64::MAX)
}
