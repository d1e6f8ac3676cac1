//! Reports on their way, and what became of them.

use std::path::Path;

use super::{App, LISTED, RECENT_DELIVERIES};
use crate::{
    activity::Action,
    delivery::{Run, Sent},
    error::Error,
    local_copy::{self, LocalCopy},
    operator::Operator,
    store::{OperatorRow, Page, deliveries::Delivery},
};

impl App {
    /// Sends a small text file and waits until it is verified.
    pub async fn send_test_file(&self, id: &str) -> Result<Delivery, Error> {
        let (row, operator) = self.deliverable(id).await?;
        let _going = self.under_way.begin();
        let result = self.deliveries.send_test_file(row, &operator).await;
        self.recorder.record(Action::SendTestFile, Some(&operator.id), None, result).await
    }

    /// Sends a file and waits until it is verified.
    pub async fn send_file(&self, id: &str, file: &Path) -> Result<Delivery, Error> {
        Ok(self.send_file_of_run(&mut Run::default(), id, file).await?.delivery)
    }

    /// Sends a file of a run and waits until it is verified. One is sent after the other, so that none takes the place of another.
    pub async fn send_file_of_run(&self, run: &mut Run, id: &str, file: &Path) -> Result<Sent, Error> {
        let (row, operator) = self.deliverable(id).await?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let _going = self.under_way.begin();
        let result = self.deliveries.send_file(run, row, &operator, file).await;
        self.recorder.record(Action::SendFile, Some(&operator.id), Some(&name), result).await
    }

    /// Sends a delivery that needs attention again, to where it was going, and waits until it is verified.
    pub async fn send_again(&self, delivery_id: i64) -> Result<Sent, Error> {
        let delivery = self.show_delivery(delivery_id).await?;
        let (_, operator) = self.deliverable(delivery.operator_id.as_str()).await?;
        let _going = self.under_way.begin();
        let result = self.deliveries.send_again(&operator, &delivery).await;
        self.recorder.record(Action::SendAgain, Some(&operator.id), Some(&delivery.file_name), result).await
    }

    /// Gives up a delivery that needs attention: it does not any more.
    pub async fn dismiss_delivery(&self, delivery_id: i64) -> Result<Delivery, Error> {
        let delivery = self.show_delivery(delivery_id).await?;
        let result = self.deliveries.dismiss(delivery_id).await;
        self.recorder
            .record(
                Action::DismissDelivery,
                Some(&delivery.operator_id),
                Some(&delivery.file_name),
                result,
            )
            .await
    }

    /// Waits a while for a delivered file to appear in the local Dropbox folder, where the Dropbox application is installed.
    pub async fn find_local_copy(&self, id: &str, delivery_id: i64) -> Result<LocalCopy, Error> {
        let (row, _) = self.operators.find(id).await?;
        Ok(match self.store.find_delivered(row, delivery_id).await? {
            Some(stored) => local_copy::find(&self.dropbox_info, &stored, &self.clock).await,
            None => LocalCopy::NotSeen,
        })
    }

    /// One delivery, by its number.
    pub async fn show_delivery(&self, delivery_id: i64) -> Result<Delivery, Error> {
        self.store.find_delivery(delivery_id).await?.ok_or(Error::NoDelivery(delivery_id))
    }

    /// The newest deliveries, newest first: the last 50 of one operator, or the last 500 of all.
    pub async fn list_deliveries<'a>(&self, operator_id: impl Into<Option<&'a str>>) -> Result<Vec<Delivery>, Error> {
        let operator_id = operator_id.into();
        let limit = if operator_id.is_some() { RECENT_DELIVERIES } else { LISTED };
        self.list_deliveries_of_page(operator_id, Page::first(limit)).await
    }

    /// A page of the deliveries, of one operator or of all, newest first. The next page is before the number of the last one.
    pub async fn list_deliveries_of_page(&self, operator_id: Option<&str>, page: Page) -> Result<Vec<Delivery>, Error> {
        let row = match operator_id {
            Some(id) => Some(self.operators.find(id).await?.0),
            None => None,
        };
        Ok(self.store.list_deliveries(row, page).await?)
    }

    /// An operator whose reports may leave this computer now.
    pub(super) async fn deliverable(&self, id: &str) -> Result<(OperatorRow, Operator), Error> {
        self.check_interface().await?;
        let (row, operator) = self.operators.find(id).await?;
        if !operator.active {
            return Err(Error::OperatorInactive(operator.id.to_string()));
        }
        Ok((row, operator))
    }
}
