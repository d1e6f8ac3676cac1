//! Rows of `authorization_requests`, as they are written and read.

use sqlx::Row;

use crate::store::sqlite::DatabaseRow;
use crate::{
    operator::{Account, AuthorizationRequest, OperatorId, Place, RequestPhase},
    standing::RequestRecord,
    store::{Result, authorizations},
};

/// A request as Generate Key makes it.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Ties the redirect to this request (RFC 6749 section 10.12).
    pub state: String,
    /// Where the user will click Allow.
    pub place: Place,
    /// None when the code is typed.
    pub redirect_uri: Option<String>,
    /// The URL for the user.
    pub url: String,
    /// User Name (App Key).
    pub app_key: String,
    /// Sealed for `operators` and for this table; none for an app that uses PKCE alone.
    pub app_secret: Option<SealedTwice>,
    /// Sealed.
    pub code_verifier: Vec<u8>,
    /// The program that made it, which awaits the redirect.
    pub owner: String,
    /// In milliseconds since 1970.
    pub created_at: i64,
    /// In milliseconds since 1970.
    pub expires_at: i64,
}

/// One secret, sealed for the two places in which it is kept.
#[derive(Clone, Debug)]
pub struct SealedTwice {
    /// For `operators.app_secret`.
    pub operator: Vec<u8>,
    /// For `authorization_requests.app_secret`.
    pub request: Vec<u8>,
}

/// What an exchange needs, sealed, and what must not change meanwhile.
#[derive(Clone, Debug)]
pub struct SealedRequest {
    /// Which request: another one has another state.
    pub state: String,
    /// The URL's redirect URI, which the exchange has to repeat.
    pub redirect_uri: Option<String>,
    /// User Name (App Key).
    pub app_key: String,
    /// Sealed.
    pub app_secret: Option<Vec<u8>>,
    /// Sealed.
    pub code_verifier: Vec<u8>,
    /// Sealed; here while it waits for its exchange.
    pub authorization_code: Option<Vec<u8>>,
    /// Sealed; here once granted.
    pub refresh_token: Option<Vec<u8>>,
    /// The account, once granted.
    pub account: Option<Account>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// How far it is.
    pub phase: RequestPhase,
    /// The program that awaits its redirect or exchanges its code.
    pub owner: Option<String>,
    /// In milliseconds since 1970.
    pub expires_at: i64,
}

/// Who has a request from now on, and who had it: so that of two programs that want it one gets it.
#[derive(Clone, Debug)]
pub struct Takeover {
    /// As it was read.
    pub before: Option<String>,
    /// The program that takes it over.
    pub owner: String,
}

/// A request that waits for a redirect to this computer.
#[derive(Clone, Debug)]
pub struct AwaitedRedirect {
    /// Whose request.
    pub operator_id: OperatorId,
    /// Which request.
    pub state: String,
    /// Where the redirect will arrive.
    pub redirect_uri: String,
    /// The program that awaits it, if it still runs.
    pub owner: Option<String>,
}

/// Reads what an exchange needs.
pub(super) fn sealed(row: &DatabaseRow) -> Result<SealedRequest> {
    Ok(SealedRequest {
        state: row.try_get("state")?,
        redirect_uri: row.try_get("redirect_uri")?,
        app_key: row.try_get("app_key")?,
        app_secret: row.try_get("app_secret")?,
        code_verifier: row.try_get("code_verifier")?,
        authorization_code: row.try_get("authorization_code")?,
        refresh_token: row.try_get("refresh_token")?,
        account: authorizations::account(row, "r")?,
        scopes: authorizations::scopes(row, "scopes")?,
        phase: phase(row.try_get("phase")?),
        owner: row.try_get("owner")?,
        expires_at: row.try_get("expires_at")?,
    })
}

/// The request part of an operator's row.
pub(in crate::store) fn from_row(row: &DatabaseRow) -> Result<Option<RequestRecord>> {
    let url: Option<String> = row.try_get("url")?;
    let Some(url) = url else {
        return Ok(None);
    };
    let problem: Option<String> = row.try_get("problem")?;
    let stored = AuthorizationRequest {
        url,
        place: place(row.try_get("place")?),
        redirect_uri: row.try_get("redirect_uri")?,
        created_at: row.try_get("r_created_at")?,
        expires_at: row.try_get("expires_at")?,
        phase: phase(row.try_get("phase")?),
        code_received: row.try_get::<Option<i64>, _>("code_received")?.is_some_and(|received| received != 0),
        account: authorizations::account(row, "r")?,
        scopes: authorizations::scopes(row, "r_scopes")?,
        warnings: Vec::new(),
        problem: problem.and_then(|json| serde_json::from_str(&json).ok()),
        advice: None,
    };
    Ok(Some(RequestRecord {
        stored,
        others_with_account: Vec::new(),
    }))
}

/// The place as it is stored.
pub(super) fn place_text(place: Place) -> &'static str {
    match place {
        Place::ThisComputer => "this_computer",
        Place::UsersComputer => "users_computer",
    }
}

fn place(text: &str) -> Place {
    match text {
        "this_computer" => Place::ThisComputer,
        _ => Place::UsersComputer,
    }
}

/// The phase as it is stored.
pub(super) fn phase_text(phase: RequestPhase) -> &'static str {
    match phase {
        RequestPhase::AwaitingCode => "awaiting_code",
        RequestPhase::Exchanging => "exchanging",
        RequestPhase::Granted => "granted",
        RequestPhase::Failed => "failed",
    }
}

fn phase(text: &str) -> RequestPhase {
    match text {
        "awaiting_code" => RequestPhase::AwaitingCode,
        "exchanging" => RequestPhase::Exchanging,
        "granted" => RequestPhase::Granted,
        _ => RequestPhase::Failed,
    }
}
