//! Whether Dropbox can be reached, and by which way: for the doctor.

use jiff::Timestamp;
use reqwest::header::CONTENT_TYPE;
use rustls::crypto::{CryptoProvider, ring};

use super::{
    Client, Error,
    answer::{self, Answer},
};

/// What Dropbox says about itself when it answers.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// What time it is there, to the second (RFC 9110 section 6.6.1).
    pub date: Option<Timestamp>,
}

impl Client {
    /// Whether Dropbox answers at all: a `check/app` with an app that does not exist has to be refused, by Dropbox and nobody on the way.
    pub async fn reach(&self) -> Result<Reached, Error> {
        let request = self.http().post(self.endpoints.rpc("check/app")?).basic_auth("outtray", Some("outtray"));
        let answer = self.answer_to(request.json(&serde_json::json!({ "query": "outtray" })).build()?).await?;
        refused(&answer)?;
        Ok(Reached { date: answer.date() })
    }

    /// Whether the host that files go to answers too; a firewall may let pass the one and not the other. An upload without a token has
    /// to be refused.
    pub async fn reach_content(&self) -> Result<(), Error> {
        let request = self.http().post(self.endpoints.content("files/upload")?);
        let request = request.header(CONTENT_TYPE, "application/octet-stream").header("Dropbox-API-Arg", "{}");
        refused(&self.answer_to(request.build()?).await?)
    }
}

/// Dropbox itself refuses what it cannot accept, with its number for the call.
fn refused(answer: &Answer) -> Result<(), Error> {
    if matches!(answer.status(), 400 | 401) && answer.request_id().is_some() {
        return Ok(());
    }
    match answer::read::<serde_json::Value>(answer) {
        Ok(_) => Err(Error::unexpected("a call that cannot be accepted was accepted")),
        Err(error) => Err(error),
    }
}

/// Whether the system's certificate store can be used: what a client does when it is made. The reason is in words.
pub fn check_certificates() -> Result<(), String> {
    let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| ring::default_provider().into());
    let verifier = rustls_platform_verifier::Verifier::new(provider);
    verifier.map(|_| ()).map_err(|error| error.to_string())
}
