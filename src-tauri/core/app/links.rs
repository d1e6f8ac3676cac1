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
            Link::Files => Ok(self.endpoints.files(&self.shown_folder(operator_id).await?)?),
            Link::Authorize => {
                let id = operator_id.unwrap_or_default();
                let (_, operator) = self.operator(id).await?;
                let request = operator.request.ok_or_else(|| Error::NoRequest(id.to_owned()))?;
                Url::parse(&request.url).map_err(|_| Error::AddressRefused(request.url))
            }
        }
    }

    /// The folder that Dropbox's page shows for an operator's newest file; empty, which is the top, where there is none yet, and where the
    /// app has a folder of its own or that cannot be asked.
    async fn shown_folder(&self, operator_id: Option<&str>) -> Result<String, Error> {
        let folder = self.newest_folder(operator_id).await?;
        let (Some(id), false) = (operator_id, folder.is_empty()) else {
            return Ok(folder);
        };
        let (row, operator) = self.operator(id).await?;
        let asked = match self.check_interface().await {
            Ok(()) => self.authorizations.has_folder_of_its_own(row, &operator.id).await,
            Err(error) => Err(error),
        };
        Ok(match asked {
            Ok(false) => folder,
            Ok(true) => String::new(),
            Err(error) => {
                tracing::info!(%error, "whether the app has a folder of its own could not be asked");
                String::new()
            }
        })
    }

    /// The Dropbox folder in which an operator's newest file lies, as the app sees it; empty where there is none yet.
    async fn newest_folder(&self, operator_id: Option<&str>) -> Result<String, Error> {
        let Some(id) = operator_id else {
            return Ok(String::new());
        };
        let newest = self.list_deliveries(id).await?.into_iter().find_map(|delivery| delivery.dropbox_path);
        Ok(newest.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned())).unwrap_or_default())
    }
}
