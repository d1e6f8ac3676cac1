//! A value that must not leak: it prints as `‹redacted›`, cannot be serialised, and is wiped when dropped.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// An app secret, an authorization code, a code verifier, an access token, a refresh token or the password of a proxy.
///
/// There is no `Display` and no `Serialize`, so a leak does not compile; the value is reached only by the visible [`Secret::expose`].
/// It can be deserialised because that is how a window or a request body hands one in.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over. What it was copied from is not wiped: a text that was typed has been in other hands before.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("‹redacted›")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
