//! Help and upkeep: what the program is, who did what with it, what has to work, and what is to be mended.

use serde::Serialize;
use url::Url;

use super::{App, LISTED, Options};
use crate::{
    activity::{Action, Activity},
    diagnosis::{Check, Checked, Closed, Computer, Diagnosis},
    diagnostics::{self, Diagnostics, DiagnosticsFile},
    dropbox::{self, Timeouts},
    error::Error,
    loopback,
    settings::Settings,
    store::Page,
    vault::Vault,
};

/// What this program is and where it keeps things.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The version.
    pub version: &'static str,
    /// The operating system and the processor, such as `windows x86_64`.
    pub system: String,
    /// Whether Dropbox is a simulator on this computer.
    pub practice: bool,
    /// The simulator's address, in practice mode.
    pub simulator_url: Option<String>,
    /// The data folder.
    pub data_folder: String,
    /// The folder of the logs.
    pub log_folder: String,
    /// The file that holds the master key; nothing where that is the system's keychain.
    pub key_file: Option<String>,
    /// The redirect URIs that an app may register, in order of preference.
    pub redirect_uris: Vec<String>,
}

impl App {
    /// Version, practice mode, data folder, redirect URIs.
    pub async fn get_about(&self) -> Result<About, Error> {
        let settings = self.store.get_settings().await?;
        Ok(About {
            version: env!("CARGO_PKG_VERSION"),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            practice: self.endpoints.is_simulator(),
            simulator_url: self.endpoints.simulator_url().map(Url::to_string),
            data_folder: self.paths.folder().display().to_string(),
            log_folder: self.paths.logs().display().to_string(),
            key_file: self.authorizations.key_file().map(|path| path.display().to_string()),
            redirect_uris: addresses(&settings).map(|address| address.redirect_uri()).collect(),
        })
    }

    /// Replaces a master key that is lost or does not fit. Every secret that it sealed is given up: each operator has to be authorized
    /// again, records and history stay. Refused while the key works, or may only be locked.
    pub async fn replace_master_key(&self) -> Result<(), Error> {
        let result = self.authorizations.replace_master_key().await;
        self.recorder.record(Action::ReplaceMasterKey, None, None, result).await
    }

    /// Who did what, newest first: the last 500, of one operator or of all.
    pub async fn list_activity(&self, operator_id: Option<&str>) -> Result<Vec<Activity>, Error> {
        self.list_activity_of_page(operator_id, Page::first(LISTED)).await
    }

    /// A page of who did what, of one operator or of all, newest first. The next page is before the number of the last row.
    pub async fn list_activity_of_page(&self, operator_id: Option<&str>, page: Page) -> Result<Vec<Activity>, Error> {
        Ok(self.store.list_activity(operator_id, page).await?)
    }

    /// Checks everything that has to work. While the interface is off, nothing is asked of Dropbox.
    pub async fn diagnose(&self) -> Result<Vec<Check>, Error> {
        let mut checks = Vec::new();
        self.diagnose_each(|checked| checks.push(checked.check)).await?;
        Ok(checks)
    }

    /// The same, and each check is heard of when it has ended, in the same order.
    pub async fn diagnose_each(&self, mut heard: impl FnMut(Checked) + Send) -> Result<(), Error> {
        self.diagnosis().run(&mut heard).await
    }

    /// What somebody who helps has to see: versions, options, how every operator stands, the history, the logs. No secret, no report.
    /// Dropbox is asked whether it can be reached, and nothing about any operator.
    pub async fn collect_diagnostics(&self) -> Result<Diagnostics, Error> {
        let mut checks = Vec::new();
        self.diagnosis().run_without_operators(&mut |check| checks.push(check)).await?;
        let files = vec![
            DiagnosticsFile::json("about.json", &self.get_about().await?),
            DiagnosticsFile::json("checks.json", &checks),
        ];
        let (logs, now) = (self.paths.logs(), self.clock.now_ms());
        diagnostics::collect(files, &self.store, &logs, &self.authorizations, now).await
    }

    /// What [`App::diagnose_each`] can check where [`App::open`] has failed with this error, which is what the check of the database says.
    pub async fn diagnose_closed(options: Options, error: Error, mut heard: impl FnMut(Checked) + Send) -> Result<(), Error> {
        let timeouts = Timeouts::from(&Settings::default());
        let dropbox = dropbox::Client::new(options.endpoints, timeouts)?.asking(options.system_proxy);
        let closed = Closed {
            computer: Computer {
                paths: &options.paths,
                dropbox: &dropbox,
                clock: &options.clock,
            },
            vault: &Vault::new(options.keychain, options.paths.key_lock()),
        };
        closed.run(error, &mut heard).await;
        Ok(())
    }

    fn diagnosis(&self) -> Diagnosis<'_> {
        Diagnosis {
            store: &self.store,
            authorizations: &self.authorizations,
            computer: Computer {
                paths: &self.paths,
                dropbox: &self.dropbox,
                clock: &self.clock,
            },
        }
    }
}

/// Where the redirects of an app may arrive, in order of preference.
fn addresses(settings: &Settings) -> impl Iterator<Item = loopback::Address> {
    let host = settings.redirect_host;
    settings.redirect_ports.iter().map(move |&port| loopback::Address { host, port })
}
