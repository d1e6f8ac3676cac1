//! The way to Dropbox as Administrator Options have it, before every call; and the proxy's password, sealed like the other secrets.

use super::Authorizations;
use crate::{
    dropbox::Timeouts,
    error::{Error, Field},
    proxy::{Chosen, Credentials, Proxy},
    secret::Secret,
    settings::{ChosenSettings, ProxyMode, Settings},
    vault::Slot,
};

const PROXY_PASSWORD: Slot = Slot {
    column: "settings.proxy_password",
    row: 1,
};

impl Authorizations {
    /// Before anything is asked of Dropbox: whether it may be, by which way, and how long it is waited for. Another program may have
    /// changed each of them.
    pub(crate) async fn check_interface(&self) -> Result<(), Error> {
        let settings = self.parts.store.get_settings().await?;
        if !settings.interface_to_dropbox {
            return Err(Error::InterfaceOff);
        }
        self.take_way(&settings).await
    }

    /// Lets calls go by the way of these options from now on.
    pub(crate) async fn take_way(&self, settings: &Settings) -> Result<(), Error> {
        let chosen = self.chosen_proxy(&settings.clone().into()).await?;
        Ok(self.parts.dropbox.choose_proxy(chosen, Timeouts::from(settings))?)
    }

    /// The proxy of these options, with the password that was typed or else the one that is stored. Only for the latter the keychain is
    /// needed.
    pub(crate) async fn chosen_proxy(&self, chosen: &ChosenSettings) -> Result<Chosen, Error> {
        let settings = &chosen.settings;
        let address = match settings.proxy {
            ProxyMode::System => return Ok(Chosen::System),
            ProxyMode::None => return Ok(Chosen::None),
            ProxyMode::Manual => settings.proxy_address.as_deref().unwrap_or_default(),
        };
        let proxy = Proxy::parse(address).map_err(|reason| Error::invalid(Field::ProxyAddress, reason))?;
        let Some(user) = settings.proxy_user.clone() else {
            return Ok(Chosen::Manual(proxy));
        };
        let password = match &chosen.proxy_password {
            Some(typed) => typed.clone(),
            None => self.stored_proxy_password().await?.unwrap_or_else(|| Secret::new("")),
        };
        Ok(Chosen::Manual(Proxy {
            credentials: Some(Credentials { user, password }),
            ..proxy
        }))
    }

    async fn stored_proxy_password(&self) -> Result<Option<Secret>, Error> {
        let Some(sealed) = self.parts.store.find_proxy_password().await? else {
            return Ok(None);
        };
        self.unlock().await?;
        Ok(Some(self.parts.vault.open(PROXY_PASSWORD, &sealed)?))
    }

    /// Seals a password for the proxy; an empty one stays empty, and needs no keychain.
    pub(crate) async fn seal_proxy_password(&self, password: &Secret) -> Result<Vec<u8>, Error> {
        if password.is_empty() {
            return Ok(Vec::new());
        }
        self.unlock().await?;
        Ok(self.parts.vault.seal(PROXY_PASSWORD, password)?)
    }
}
