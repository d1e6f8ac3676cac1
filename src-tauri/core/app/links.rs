//! The pages that are opened in the system browser.

use serde::Deserialize;
use url::Url;

use super::App;
use crate::error::Error;

/// A page that may be opened in the system browser. The window names it; the address is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// The URL for the user, of the request under way.
    Authorize,
    /// The App Console.
    AppConsole,
    /// The files that have arrived: of an operator in the folder of the newest one, else all.
    Files,
}

impl App {
    /// The address of a page that may be opened in the system browser.
    pub async fn link(&self, link: Link, operator_id: Option<&str>) -> Result<Url, Error> {
        match link {
            Link::AppConsole => Ok(self.endpoints.app_console()?),
            Link::Files => {
                let folder = match operator_id {
                    Some(id) => {
                        let (row, operator) = self.operators.find(id).await?;
                        self.deliveries.shown_folder(row, &operator).await?
                    }
                    None => String::new(),
                };
                Ok(self.endpoints.files(&folder)?)
            }
            Link::Authorize => {
                let id = operator_id.unwrap_or_default();
                let (_, operator) = self.operators.find(id).await?;
                let request = operator.request.ok_or_else(|| Error::NoRequest(id.to_owned()))?;
                Url::parse(&request.url).map_err(|_| Error::AddressRefused(request.url))
            }
        }
    }
}
