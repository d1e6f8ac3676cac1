//! What is given out so that nobody can guess it: ids, keys, tokens.

use serde::{Deserialize, Serialize};

/// An account's id, `dbid:…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct AccountId(pub(super) String);

impl AccountId {
    pub(super) fn random() -> Self {
        Self(format!("dbid:{}", random(35)))
    }
}

/// Letters and digits that nobody can guess.
pub(super) fn random(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).expect("random numbers");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 64)])).collect()
}

/// As an app key looks.
pub(super) fn random_lower(length: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).expect("random numbers");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}
