//! Shown: which folder Dropbox's page shows for what has arrived.

use super::Deliveries;
use crate::{
    error::Error,
    operator::Operator,
    store::{OperatorRow, Page},
};

/// How many deliveries are searched for the newest file that has arrived.
const SEARCHED: u32 = 50;

impl Deliveries {
    /// Returns the folder that Dropbox's page shows for an operator's newest file; empty, which is the top, where there is none yet, and
    /// where the app has a folder of its own or that cannot be asked.
    pub async fn shown_folder(&self, row: OperatorRow, operator: &Operator) -> Result<String, Error> {
        let folder = self.newest_folder(row).await?;
        if folder.is_empty() {
            return Ok(folder);
        }
        let asked = match self.authorizations.check_interface().await {
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

    /// Returns the Dropbox folder in which an operator's newest file lies, as the app sees it; empty where there is none yet.
    async fn newest_folder(&self, row: OperatorRow) -> Result<String, Error> {
        let deliveries = self.store.list_deliveries(Some(row), Page::first(SEARCHED)).await?;
        let newest = deliveries.into_iter().find_map(|delivery| delivery.dropbox_path);
        Ok(newest.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned())).unwrap_or_default())
    }
}
