//! The content hash, written a second time on purpose: two that agree are worth more than one.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// SHA-256 of the SHA-256 digests of the 4 MiB blocks, in lower-case hexadecimal digits.
pub(super) fn of_digests(digests: &[[u8; 32]]) -> String {
    let digest = Sha256::digest(digests.as_flattened());
    digest.iter().fold(String::new(), |mut hash, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}
