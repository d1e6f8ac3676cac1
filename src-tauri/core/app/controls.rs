//! Setup › Operator › Controls: authorizing Dropbox, and ending that.

use std::time::Duration;

use super::App;
use crate::{
    activity::Action,
    error::Error,
    operator::{AppInUse, Confirmed, Consent, Operator},
    secret::Secret,
};

impl App {
    /// Controls: the apps that other operators use, whose secret need not be typed again. The one that most of them use comes first.
    pub async fn list_apps_in_use(&self, id: &str) -> Result<Vec<AppInUse>, Error> {
        let (row, _) = self.operators.find(id).await?;
        self.operators.list_apps_in_use(row).await
    }

    /// Controls › Generate Key: checks key and secret, makes the URL for the user, and awaits the redirect where it comes here.
    pub async fn begin_authorization(
        &self,
        id: &str,
        app_key: &str,
        app_secret: Option<Secret>,
        consent: impl Into<Consent>,
    ) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (_, operator) = self.operators.find(id).await?;
        let result = self.authorizations.begin(&operator.id, app_key, app_secret, consent.into()).await;
        self.done(Action::BeginAuthorization, &operator.id, result).await
    }

    /// Controls › User Name (App Key), Password (App Secret): whether Dropbox knows them. Nothing is kept of what was typed.
    pub async fn check_app(&self, id: &str, app_key: &str, app_secret: Option<Secret>) -> Result<(), Error> {
        self.check_interface().await?;
        let (_, operator) = self.operators.find(id).await?;
        self.authorizations.check_app(&operator.id, app_key, app_secret).await
    }

    /// Controls › Temporary Authorization Key › Save. Nothing typed means: try again with the code that has come already.
    pub async fn complete_authorization(&self, id: &str, authorization_code: Option<Secret>) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (_, operator) = self.operators.find(id).await?;
        let _going = self.under_way.begin();
        let result = self.authorizations.complete(&operator.id, authorization_code).await;
        self.done(Action::CompleteAuthorization, &operator.id, result).await
    }

    /// Ends the check of key and secret while this program makes one, and leaves everything else as it is; else ends the request without a
    /// result. What is in force stays in force.
    pub async fn cancel_authorization(&self, id: &str) -> Result<Operator, Error> {
        let (row, operator) = self.operators.find(id).await?;
        // The use case that it ends writes down how it ended.
        if self.authorizations.cancel_check(row) {
            return Ok(operator);
        }
        let result = self.authorizations.cancel(&operator.id).await;
        self.done(Action::CancelAuthorization, &operator.id, result).await
    }

    /// Controls › Save: puts what Dropbox has confirmed in force. What the request has among its warnings, another account than the
    /// record's or one that other operators have, must have been confirmed.
    pub async fn save_authorization(&self, id: &str, confirmed: impl Into<Confirmed>) -> Result<Operator, Error> {
        let (_, operator) = self.operators.find(id).await?;
        let account = operator.request.and_then(|request| request.account).map(|account| account.email);
        let result = self.authorizations.save(&operator.id, &confirmed.into()).await;
        self.recorder
            .record(Action::SaveAuthorization, Some(&operator.id), account.as_deref(), result)
            .await?;
        self.show_operator(id).await
    }

    /// Dropbox Authorization in the clear, for Show. The only use case that hands a secret out.
    pub async fn reveal_authorization(&self, id: &str) -> Result<Secret, Error> {
        let (row, operator) = self.operators.find(id).await?;
        let result = self.authorizations.reveal(row, &operator.id).await;
        self.recorder.record(Action::RevealAuthorization, Some(&operator.id), None, result).await
    }

    /// Asks Dropbox whether it still accepts what is in force; one that it has ended is marked so.
    pub async fn check_authorization(&self, id: &str) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (row, operator) = self.operators.find(id).await?;
        self.authorizations.check(row, &operator.id).await?;
        self.show_operator(id).await
    }

    /// Ends the authorization in force, at Dropbox and here. Reports wait until Dropbox is authorized again.
    pub async fn revoke_authorization(&self, id: &str) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (row, operator) = self.operators.find(id).await?;
        let result = self.authorizations.revoke(row, &operator.id).await;
        self.done(Action::RevokeAuthorization, &operator.id, result).await
    }

    /// Ends at Dropbox what is no longer wanted and could not be ended before, within bounds. The program that stays open does so by itself
    /// from [`App::resume`] on; one that ends soon asks for it.
    pub async fn revoke_unwanted(&self, bound: Duration) {
        // What was begun and not ended in time is begun again next time.
        if let Ok(Err(error)) = tokio::time::timeout(bound, self.authorizations.revoke_unwanted()).await {
            tracing::warn!(code = error.code(), "a grant that is no longer wanted could not be revoked yet");
        }
    }
}
