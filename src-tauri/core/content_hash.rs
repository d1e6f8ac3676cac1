//! Dropbox's content hash: SHA-256 of the SHA-256 digests of the 4 MiB blocks, as lower-case hexadecimal.
//!
//! One pass over a file serves both users of the hash: the `content_hash` argument of a request covers the bytes of that request,
//! the `content_hash` field of the answer covers the whole file. As long as a request carries whole blocks, the digests are shared.
//! Source: Dropbox documentation, page "Content hash".

use sha2::{Digest, Sha256};

/// Size of a block in bytes (4 MiB). Parts of a large file are multiples of it.
pub const BLOCK_SIZE: usize = 4 * 1024 * 1024;

/// Computes the content hash of bytes that arrive piece by piece, in pieces of any size.
#[derive(Clone, Debug, Default)]
pub struct ContentHasher {
    digests: Sha256,
    block: Sha256,
    block_len: usize,
}

impl ContentHasher {
    /// Takes the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let take = bytes.len().min(BLOCK_SIZE - self.block_len);
            let (now, later) = bytes.split_at(take);
            self.block.update(now);
            self.block_len += take;
            bytes = later;
            if self.block_len == BLOCK_SIZE {
                self.close_block();
            }
        }
    }

    /// Takes the next bytes, whose block digests are known already: `self` stands at the start of a block.
    fn update_digests(&mut self, digests: &[[u8; 32]]) {
        debug_assert_eq!(self.block_len, 0, "digests continue only at a block's start");
        for digest in digests {
            self.digests.update(digest);
        }
    }

    /// The hash of everything taken so far, 64 hexadecimal digits.
    pub fn finish(mut self) -> String {
        if self.block_len > 0 {
            self.close_block();
        }
        hex(&self.digests.finalize())
    }

    fn close_block(&mut self) {
        let digest = std::mem::take(&mut self.block).finalize();
        self.digests.update(digest);
        self.block_len = 0;
    }
}

/// The hash of a file that is read in parts, beside the hash of each part: every byte is hashed once.
#[derive(Debug, Default)]
pub struct PartsHasher {
    whole: ContentHasher,
}

impl PartsHasher {
    /// Takes the next part and returns that part's own hash. Every part but the last is a multiple of [`BLOCK_SIZE`].
    pub fn part(&mut self, bytes: &[u8]) -> String {
        let digests: Vec<[u8; 32]> = bytes.chunks(BLOCK_SIZE).map(|block| Sha256::digest(block).into()).collect();
        self.whole.update_digests(&digests);
        let mut part = ContentHasher::default();
        part.update_digests(&digests);
        part.finish()
    }

    /// The hash of the whole file.
    pub fn finish(self) -> String {
        self.whole.finish()
    }
}

/// The content hash of bytes that are all here.
pub fn content_hash(bytes: &[u8]) -> String {
    let mut hasher = ContentHasher::default();
    hasher.update(bytes);
    hasher.finish()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
