//! The content hash, written a second time on purpose: two that agree are worth more than one.

use sha2::{Digest, Sha256};

const BLOCK: usize = 4 << 20;

/// SHA-256 of the SHA-256 digests of the 4 MiB blocks, in lower-case hexadecimal digits.
pub(super) fn of(content: &[u8]) -> String {
    let digests: Vec<u8> = content.chunks(BLOCK).flat_map(|block| Sha256::digest(block).to_vec()).collect();
    Sha256::digest(digests).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}
