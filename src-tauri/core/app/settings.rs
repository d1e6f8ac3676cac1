//! System Administrator › Administrator Options › System › General.

use serde::Serialize;

use super::App;
use crate::{
    activity::Action,
    dropbox::Timeouts,
    error::Error,
    settings::{ChosenSettings, Settings},
};

/// How a proxy stood the test: Dropbox answers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyTest {
    /// The way that the calls took, in words: `http://proxy.example:3128, from HTTPS_PROXY`.
    pub proxy: String,
}

impl App {
    /// Administrator Options.
    pub async fn get_settings(&self) -> Result<Settings, Error> {
        Ok(self.store.get_settings().await?)
    }

    /// Administrator Options › Save. Everything holds from the next use case on, in every program on this data folder; a request that
    /// waits keeps its redirect URI, and a call that is on its way its time-outs.
    pub async fn set_settings(&self, settings: impl Into<ChosenSettings>) -> Result<Settings, Error> {
        let before = self.store.get_settings().await?;
        let chosen = settings.into().checked(&before)?;
        let detail = chosen.changes_since(&before);
        let result = self.keep_settings(&chosen).await;
        self.recorder.record(Action::SetSettings, None, Some(&detail), result).await?;
        Ok(chosen.settings)
    }

    async fn keep_settings(&self, chosen: &ChosenSettings) -> Result<(), Error> {
        let proxy_password = match &chosen.proxy_password {
            Some(password) => Some(self.authorizations.seal_proxy_password(password).await?),
            None => None,
        };
        Ok(self.store.set_settings(&chosen.settings, proxy_password).await?)
    }

    /// Administrator Options › Proxy › Test: whether Dropbox answers by the way of these options, which need not be saved. Nothing is kept
    /// of what was typed.
    pub async fn test_proxy(&self, settings: impl Into<ChosenSettings>) -> Result<ProxyTest, Error> {
        let before = self.store.get_settings().await?;
        if !before.interface_to_dropbox {
            return Err(Error::InterfaceOff);
        }
        let chosen = settings.into().checked(&before)?;
        let way = self.authorizations.chosen_proxy(&chosen).await?;
        Ok(ProxyTest {
            proxy: self.dropbox.test_proxy(way, Timeouts::from(&chosen.settings)).await?,
        })
    }

    /// Closing the window leaves the program in the tray: `true` the first time ever, when somebody has to be told.
    pub async fn explain_close_to_tray(&self) -> Result<bool, Error> {
        Ok(self.store.explain_close_to_tray().await?)
    }
}
