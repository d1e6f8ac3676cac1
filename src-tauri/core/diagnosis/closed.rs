//! What can be checked while the database does not open: all that does not stand in it.

use super::{Check, Computer, Heard, alone, certificates, keychain_name};
use crate::{error::Error, vault::Vault};

/// The checks of a program that has no database.
pub(crate) struct Closed<'a> {
    /// What is used of this computer.
    pub(crate) computer: Computer<'a>,
    /// Where the master key lives.
    pub(crate) vault: &'a Vault,
}

impl Closed<'_> {
    /// Checks everything but the options, the ports that they name, and the operators; `error` is why the database does not open. Calls go by
    /// the system's proxy: another one stands in the database, and so does whether anything may be asked of Dropbox. No operator is named.
    pub(crate) async fn run(&self, error: Error, heard: &mut Heard<'_>) {
        let mut heard = |check| heard(alone(check));
        heard(Check::of("data folder", self.computer.data_folder()));
        heard(Check::of("database", Err(error)));
        heard(Check::of(keychain_name(self.vault.key_file()), self.keychain().await));
        heard(Check::of("certificate store", certificates()));
        let mut network = Vec::new();
        let answers = self.computer.network(&mut network).await;
        heard(Check::of("proxy", self.computer.proxy(answers)));
        network.into_iter().for_each(heard);
    }

    /// Which key the database wants is not known.
    async fn keychain(&self) -> Result<String, Error> {
        let has_key = self.vault.reach().await?;
        let said = match (self.vault.key_file(), has_key) {
            (Some(_), true) => "it holds a master key",
            (Some(_), false) => "it is not there",
            (None, _) => "it answers",
        };
        Ok(said.to_owned())
    }
}
