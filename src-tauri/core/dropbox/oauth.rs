//! OAuth 2 (RFC 6749) with PKCE (RFC 7636, S256), as Dropbox speaks it, and the two calls around it: `check/app` and `auth/token/revoke`.
//!
//! Dropbox compares redirect URIs exactly, refuses query fields that it does not know, and wants exactly one way of client
//! authentication: HTTP Basic with the secret, or the bare `client_id` where there is none. The `oauth2` crate does the latter by itself.

use std::{future::Future, pin::Pin};

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponse, BasicTokenType},
};
use reqwest::header::{AUTHORIZATION, CONNECTION, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use super::{
    Client, Error, answer,
    users::{EchoArg, EchoResult},
};
use crate::secret::Secret;

/// An app of the App Console.
#[derive(Clone, Debug)]
pub struct App {
    /// App key (`client_id`). Not secret.
    pub key: String,
    /// App secret (`client_secret`); PKCE needs none.
    pub secret: Option<Secret>,
}

/// A URL for the user, and what has to be kept until the code comes.
#[derive(Debug)]
pub struct AuthorizeUrl {
    /// `GET /oauth2/authorize` with everything in its query.
    pub url: Url,
    /// Comes back with the code and ties the two together (RFC 6749 section 10.12).
    pub state: String,
    /// Proves that whoever exchanges the code is whoever asked for it (RFC 7636 section 4.1).
    pub code_verifier: Secret,
}

/// What the exchange of a code gives.
#[derive(Debug)]
pub struct Grant {
    /// Lives four hours, in memory only.
    pub access_token: Secret,
    /// Lives until it is revoked.
    pub refresh_token: Secret,
    /// What was granted, in Dropbox's names.
    pub scopes: Vec<String>,
}

/// What a refresh gives.
#[derive(Debug)]
pub struct RefreshedToken {
    /// Lives `expires_in`, in memory only.
    pub access_token: Secret,
    /// How long it lives (usually four hours).
    pub expires_in: std::time::Duration,
}

/// Where Dropbox does not say how long an access token lives.
const USUAL_LIFE: std::time::Duration = std::time::Duration::from_secs(14_400);
/// A longer life is not believed.
const LONGEST_LIFE: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 3600);

type OAuthClient = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type OAuthError = RequestTokenError<Error, BasicErrorResponse>;
type OAuthResponse = StandardTokenResponse<EmptyExtraTokenFields, BasicTokenType>;

impl Client {
    /// The URL for the user. Without a redirect URI Dropbox shows the Access code on a page of its own. `force_reauthentication` signs
    /// the user out first, so that another Dropbox account can be chosen.
    pub fn authorize_url(&self, app_key: &str, redirect_uri: Option<&str>, force_reauthentication: bool) -> Result<AuthorizeUrl, Error> {
        let app = App {
            key: app_key.to_owned(),
            secret: None,
        };
        let client = self.oauth(&app, redirect_uri)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            // Without it there is no refresh token, and the authorization is dead after four hours.
            .add_extra_param("token_access_type", "offline")
            .set_pkce_challenge(challenge);
        if force_reauthentication {
            request = request.add_extra_param("force_reauthentication", "true");
        }
        let (url, state) = request.url();
        Ok(AuthorizeUrl {
            url,
            state: state.secret().clone(),
            code_verifier: Secret::new(verifier.into_secret()),
        })
    }

    /// `POST /oauth2/token` with `grant_type=authorization_code`. The redirect URI is the one of the URL, or none.
    pub async fn exchange_code(&self, app: &App, redirect_uri: Option<&str>, code: &Secret, verifier: &Secret) -> Result<Grant, Error> {
        let response = self
            .oauth(app, redirect_uri)?
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
            .request_async(&Http(self))
            .await
            .map_err(token_error)?;
        let refresh_token = response.refresh_token().ok_or_else(|| Error::unexpected("a refresh token was expected"))?;
        Ok(Grant {
            access_token: access_token(&response),
            refresh_token: Secret::new(refresh_token.secret()),
            scopes: response
                .scopes()
                .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect())
                .unwrap_or_default(),
        })
    }

    /// `POST /oauth2/token` with `grant_type=refresh_token`.
    pub async fn refresh(&self, app: &App, refresh_token: &Secret) -> Result<RefreshedToken, Error> {
        let response = self
            .oauth(app, None)?
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
            .request_async(&Http(self))
            .await
            .map_err(token_error)?;
        Ok(RefreshedToken {
            access_token: access_token(&response),
            expires_in: response.expires_in().unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
        })
    }

    /// `check/app`: whether Dropbox knows this app key and app secret.
    pub async fn check_app(&self, app_key: &str, app_secret: &Secret) -> Result<(), Error> {
        let request = self
            .http()
            .post(self.endpoints.rpc("check/app")?)
            .header(AUTHORIZATION, basic(app_key, app_secret)?)
            // What it was written into goes with the connection. (HTTP/2 has no such header, and never keeps a sensitive one in its table.)
            .header(CONNECTION, "close")
            .json(&EchoArg::new());
        match self.send::<EchoResult>(request).await {
            Ok(echo) => echo.checked(),
            // Basic authentication is all that this call has: a refusal is about the key or the secret.
            Err(Error::InvalidAccessToken(refusal)) => Err(Error::InvalidClient(refusal)),
            Err(Error::Refused(refusal)) if matches!(refusal.status, 400 | 401) => Err(Error::InvalidClient(refusal)),
            Err(error) => Err(error),
        }
    }

    /// `auth/token/revoke`: ends this access token and the refresh token behind it.
    pub async fn revoke(&self, access_token: &Secret) -> Result<(), Error> {
        self.rpc("auth/token/revoke", access_token, &()).await
    }

    fn oauth(&self, app: &App, redirect_uri: Option<&str>) -> Result<OAuthClient, Error> {
        let address = |error: oauth2::url::ParseError| Error::Address(error.to_string());
        let mut client = BasicClient::new(ClientId::new(app.key.clone()))
            .set_auth_uri(AuthUrl::from_url(self.endpoints.authorize()?))
            .set_token_uri(TokenUrl::from_url(self.endpoints.token()?));
        client = match &app.secret {
            Some(secret) => client
                .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
                .set_auth_type(AuthType::BasicAuth),
            None => client.set_auth_type(AuthType::RequestBody),
        };
        if let Some(uri) = redirect_uri {
            // `new` keeps the text as it is; Dropbox compares it letter by letter.
            client = client.set_redirect_uri(RedirectUrl::new(uri.to_owned()).map_err(address)?);
        }
        Ok(client)
    }
}

/// HTTP Basic (RFC 7617), whose parts are wiped: the library's own way leaves them on the stack.
fn basic(app_key: &str, app_secret: &Secret) -> Result<HeaderValue, Error> {
    let credentials = Zeroizing::new(format!("{app_key}:{}", app_secret.expose()));
    let encoded = Zeroizing::new(STANDARD.encode(credentials.as_bytes()));
    let text = Zeroizing::new(format!("Basic {}", *encoded));
    let mut value = HeaderValue::from_str(&text).map_err(|error| Error::Address(error.to_string()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn access_token(response: &OAuthResponse) -> Secret {
    Secret::new(response.access_token().secret())
}

/// What is no success was read by [`Http`] already; the rest is a success that the crate does not understand.
fn token_error(error: OAuthError) -> Error {
    match error {
        RequestTokenError::Request(error) => error,
        _ => Error::unexpected("a token was expected"),
    }
}

/// The crate's requests over our client, so that token calls share its certificate store, proxy and time-outs. Every answer that is no
/// success is read by us: the crate would drop Dropbox's number for the call.
struct Http<'a>(&'a Client);

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { answer::read_token(&self.0.answer_to(request.try_into()?).await?) })
    }
}
