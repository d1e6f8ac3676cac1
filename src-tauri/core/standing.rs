//! Standing: what the row of an operator means at a time. The window, the tray, the command line and the overview all ask here; no SQL
//! says any of it a second time.

use crate::{
    error::Error,
    operator::{self, Authorization, AuthorizationRequest, AuthorizationStatus, ConflictRule, Operator, OperatorId, RequestPhase, Warning},
    overview::Overview,
};

/// How long a person takes to click Continue and Allow, in milliseconds. After it, advice is given.
const CLICKED_AFTER_MS: i64 = 90 * 1000;

/// An operator as it is stored, with its authorization and the request for one.
#[derive(Clone, Debug)]
pub struct OperatorRecord {
    /// The initials.
    pub id: OperatorId,
    /// The person's name.
    pub name: String,
    /// The e-mail of the Dropbox account that is expected.
    pub email: Option<String>,
    /// Whether reports of this operator are delivered.
    pub active: bool,
    /// The template of the place in Dropbox.
    pub destination: String,
    /// What happens when the name is taken by another content.
    pub conflict_rule: ConflictRule,
    /// User Name (App Key), as typed last.
    pub app_key: Option<String>,
    /// Whether a Password (App Secret) is stored.
    pub app_secret_stored: bool,
    /// How many deliveries wait to be sent.
    pub waiting: u32,
    /// How many deliveries were not delivered, and neither sent again nor dismissed.
    pub open_failures: u32,
    /// When a file was delivered last, in milliseconds since 1970.
    pub last_delivered_at: Option<i64>,
    /// When the record was removed, in milliseconds since 1970.
    pub removed_at: Option<i64>,
    /// What is in force, or was.
    pub authorization: Option<Authorization>,
    /// What is under way.
    pub request: Option<RequestRecord>,
}

/// A request as it is stored, and what is known of the account that was granted.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    /// What the row says. What depends on the time is not judged yet: no warnings and no advice.
    pub stored: AuthorizationRequest,
    /// The ids of the other operators who have the granted account.
    pub others_with_account: Vec<String>,
}

impl RequestRecord {
    /// Returns whether the end of the hour ends this request: no code has come yet.
    fn awaits_code(&self) -> bool {
        self.stored.phase == RequestPhase::AwaitingCode && !self.stored.code_received
    }

    /// Tells how the request stands at a time (milliseconds): one whose hour is over before a code came has failed, and one that has
    /// awaited its redirect for long carries advice.
    fn standing(self, email: Option<&str>, now: i64) -> AuthorizationRequest {
        let awaits_code = self.awaits_code();
        let mut request = self.stored;
        if awaits_code && request.expires_at <= now {
            request.phase = RequestPhase::Failed;
            request.problem = Some(Error::RequestExpired.problem());
        } else if awaits_code && request.created_at + CLICKED_AFTER_MS <= now && request.problem.is_none() {
            request.advice = request.redirect_uri.clone().map(|redirect_uri| Error::NoRedirect(redirect_uri).problem());
        } else if request.phase == RequestPhase::Granted
            && let Some(account) = &request.account
        {
            let to_confirm = operator::to_confirm(email, account, self.others_with_account);
            request.warnings = to_confirm.into_iter().map(Warning::from).collect();
        }
        request
    }
}

impl OperatorRecord {
    /// Tells how the operator stands at a time (milliseconds).
    pub fn standing(self, now: i64) -> Operator {
        let email = self.email.as_deref();
        let request = self.request.map(|request| request.standing(email, now));
        let status = status(request.as_ref(), self.authorization.as_ref());
        Operator {
            needs_attention: self.active && needs_attention(status, request.as_ref(), self.open_failures),
            id: self.id,
            name: self.name,
            email: self.email,
            active: self.active,
            destination: self.destination,
            conflict_rule: self.conflict_rule,
            status,
            app_key: self.app_key,
            app_secret_stored: self.app_secret_stored,
            waiting: self.waiting,
            open_failures: self.open_failures,
            last_delivered_at: self.last_delivered_at,
            removed_at: self.removed_at,
            authorization: self.authorization,
            request,
        }
    }
}

fn status(request: Option<&AuthorizationRequest>, authorization: Option<&Authorization>) -> AuthorizationStatus {
    match (request, authorization) {
        (Some(request), _) if request.phase == RequestPhase::Granted => AuthorizationStatus::AwaitingSave,
        (Some(request), _) if request.phase != RequestPhase::Failed => AuthorizationStatus::AwaitingCode,
        (_, Some(authorization)) if authorization.revoked => AuthorizationStatus::AuthorizeAgain,
        (_, Some(_)) => AuthorizationStatus::Authorized,
        (_, None) => AuthorizationStatus::NotAuthorized,
    }
}

/// A person has to do something: nothing is awaited, and an authorization, a request or a delivery has failed.
fn needs_attention(status: AuthorizationStatus, request: Option<&AuthorizationRequest>, open_failures: u32) -> bool {
    match status {
        AuthorizationStatus::AwaitingSave | AuthorizationStatus::AwaitingCode => false,
        AuthorizationStatus::AuthorizeAgain => true,
        _ => request.is_some() || open_failures > 0,
    }
}

/// Counts how everything stands at a time (milliseconds). `unsettled` are at least the operators with a request, an authorization that
/// has ended, or a delivery that failed: of all others there is nothing to count.
pub fn overview(unsettled: Vec<OperatorRecord>, uploading: u32, now: i64) -> Overview {
    let mut overview = Overview {
        uploading,
        ..Overview::default()
    };
    for record in unsettled.into_iter().filter(|record| record.active && record.removed_at.is_none()) {
        let awaited_until = record
            .request
            .as_ref()
            .filter(|request| request.awaits_code())
            .map(|request| request.stored.expires_at);
        let next = awaited_until.filter(|&expires_at| expires_at > now);
        overview.next_expiry_at = [overview.next_expiry_at, next].into_iter().flatten().min();
        let operator = record.standing(now);
        overview.needing_attention += u32::from(operator.needs_attention);
        overview.waiting += u32::from(matches!(
            operator.status,
            AuthorizationStatus::AwaitingCode | AuthorizationStatus::AwaitingSave
        ));
    }
    overview
}
