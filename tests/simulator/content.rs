//! The bytes of a body or a file, in the pieces in which they came: they are hashed while they come in, and never joined.
//!
//! A part that begins where a 4 MiB block begins brings its block digests along, so that the hash of a whole file is made of digests alone.

use axum::body::Bytes;
use sha2::{Digest, Sha256};

use super::hash;

/// Of the content hash, in bytes (4 MiB).
pub(super) const BLOCK: usize = 4 << 20;

/// Pieces, and the digests of their blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pieces: Vec<Bytes>,
    size: u64,
    digests: Vec<[u8; 32]>,
}

impl Content {
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }

    pub(super) fn pieces(&self) -> &[Bytes] {
        &self.pieces
    }

    /// The content hash.
    pub(super) fn hash(&self) -> String {
        hash::of_digests(&self.digests)
    }

    /// Everything in one; copies when there is more than one piece.
    pub(super) fn bytes(&self) -> Bytes {
        match self.pieces.as_slice() {
            [one] => one.clone(),
            pieces => pieces.concat().into(),
        }
    }

    /// Without its bytes: size and digests stay.
    pub(super) fn forget(&mut self) {
        self.pieces = Vec::new();
    }

    /// A content that begins at a multiple of 4 MiB and is one itself: its digests count in any file.
    pub(super) fn is_whole_blocks(&self) -> bool {
        self.size.is_multiple_of(BLOCK as u64)
    }

    /// So many bytes from the front.
    pub(super) fn split_to(&mut self, length: u64) -> Self {
        let mut taken = Receiver::default();
        let mut rest = Receiver::default();
        let mut missing = length;
        for mut piece in std::mem::take(&mut self.pieces) {
            let front = piece.split_to(piece.len().min(usize::try_from(missing).unwrap_or(usize::MAX)));
            missing -= front.len() as u64;
            taken.keep(front);
            rest.keep(piece);
        }
        // Whole blocks keep their digests; only what was cut elsewhere is hashed again.
        let at = usize::try_from(length).unwrap_or(usize::MAX) / BLOCK;
        match length.is_multiple_of(BLOCK as u64) {
            true => {
                let digests = self.digests.split_off(at.min(self.digests.len()));
                let taken = taken.with_digests(std::mem::take(&mut self.digests));
                *self = rest.with_digests(digests);
                taken
            }
            false => {
                *self = rest.hashed();
                taken.hashed()
            }
        }
    }

    /// Parts one after another.
    pub(super) fn join(parts: Vec<Self>) -> Self {
        let (mut pieces, mut size, mut blocks) = (Vec::new(), 0, Blocks::default());
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            size += part.size;
            match blocks.filled == 0 && (at == last || part.is_whole_blocks()) {
                true => blocks.done.extend(part.digests),
                false => part.pieces.iter().for_each(|piece| blocks.push(piece)),
            }
            pieces.extend(part.pieces);
        }
        Self {
            pieces,
            size,
            digests: blocks.finish(),
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let mut receiver = Receiver::default();
        receiver.push(bytes);
        receiver.finish()
    }
}

/// Takes a content piece by piece.
#[derive(Default)]
pub(super) struct Receiver {
    content: Content,
    blocks: Blocks,
}

impl Receiver {
    pub(super) fn push(&mut self, piece: Bytes) {
        self.blocks.push(&piece);
        self.keep(piece);
    }

    /// Counts a piece without keeping or hashing it.
    pub(super) fn skip(&mut self, piece: &Bytes) {
        self.content.size += piece.len() as u64;
    }

    pub(super) fn size(&self) -> u64 {
        self.content.size
    }

    pub(super) fn finish(self) -> Content {
        let digests = self.blocks.finish();
        Content { digests, ..self.content }
    }

    fn keep(&mut self, piece: Bytes) {
        self.content.size += piece.len() as u64;
        if !piece.is_empty() {
            self.content.pieces.push(piece);
        }
    }

    fn with_digests(self, digests: Vec<[u8; 32]>) -> Content {
        Content { digests, ..self.content }
    }

    fn hashed(self) -> Content {
        let mut blocks = Blocks::default();
        self.content.pieces.iter().for_each(|piece| blocks.push(piece));
        self.with_digests(blocks.finish())
    }
}

/// The digests so far, and the block that is not full yet.
#[derive(Default)]
struct Blocks {
    done: Vec<[u8; 32]>,
    current: Sha256,
    filled: usize,
}

impl Blocks {
    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.current.update(now);
            self.filled += now.len();
            bytes = later;
            if self.filled == BLOCK {
                self.done.push(self.current.finalize_reset().into());
                self.filled = 0;
            }
        }
    }

    fn finish(mut self) -> Vec<[u8; 32]> {
        if self.filled > 0 {
            self.done.push(self.current.finalize().into());
        }
        self.done
    }
}
