//! The two request styles: RPC (argument and result are JSON bodies) and upload (the argument travels in a header).
//!
//! Source: Dropbox documentation, "HTTP".

use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use reqwest::{
    Body, Request, RequestBuilder, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use super::{
    Access, Client,
    answer::{self, Answer},
    argument,
    error::Error,
    idle::{self, Sending},
};
use crate::secret::Secret;

/// The most that is read of an answer, in bytes. The largest, of a batch, has less than a tenth of it.
const ANSWER_MAX: usize = 8 << 20;

/// The commit of a large file moves no byte while Dropbox puts its parts together, which takes minutes. Given up too early it would be
/// asked for again, and the session be gone.
const COMMIT: &str = "files/upload_session/finish";
/// How long a commit may be silent at least.
const COMMIT_IDLE: Duration = Duration::from_secs(10 * 60);

impl Client {
    /// A call of RPC style without a path root. `()` is the argument of a route without one (`null`).
    pub(super) async fn rpc<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        route: &str,
        token: &Secret,
        argument: &A,
    ) -> Result<R, Error> {
        let request = self.http().post(self.endpoints.rpc(route)?).bearer_auth(token.expose()).json(argument);
        self.send(request).await
    }

    /// A call of RPC style about files.
    pub(super) async fn files_rpc<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        route: &str,
        access: &Access,
        argument: &A,
    ) -> Result<R, Error> {
        answer::read(&self.files_answer(route, access, argument).await?)
    }

    /// The same, with the answer as it came.
    pub(super) async fn files_answer<A: Serialize + Sync>(&self, route: &str, access: &Access, argument: &A) -> Result<Answer, Error> {
        let request = self
            .http()
            .post(self.endpoints.rpc(route)?)
            .bearer_auth(access.token.expose())
            .headers(path_root(access)?)
            .json(argument);
        self.answer_to(request.build()?).await
    }

    /// A call of upload style: the argument travels in a header, the body is the file's bytes.
    pub(super) async fn upload_style<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        route: &str,
        access: &Access,
        argument: &A,
        body: Bytes,
    ) -> Result<R, Error> {
        answer::read(&self.upload_answer(route, access, argument::header(argument)?, body).await?)
    }

    /// The same, with an argument that is a header already and the answer as it came.
    pub(super) async fn upload_answer(&self, route: &str, access: &Access, argument: HeaderValue, body: Bytes) -> Result<Answer, Error> {
        let (body, moves) = Sending::new(body);
        let request = self
            .http()
            .post(self.endpoints.content(route)?)
            .bearer_auth(access.token.expose())
            .headers(path_root(access)?)
            .header("Dropbox-API-Arg", argument)
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(Body::wrap(body));
        let idle = if route == COMMIT {
            self.idle().max(COMMIT_IDLE)
        } else {
            self.idle()
        };
        let response = idle::while_moving(idle, moves, self.http().execute(with_length(request.build()?))).await??;
        self.whole(response).await
    }

    /// Sends a request that has a small body.
    pub(super) async fn send<R: DeserializeOwned>(&self, request: RequestBuilder) -> Result<R, Error> {
        answer::read(&self.answer_to(request.build()?).await?)
    }

    /// The whole answer to a request that has a small body.
    pub(super) async fn answer_to(&self, request: Request) -> Result<Answer, Error> {
        let response = idle::within(self.idle(), self.http().execute(with_length(request))).await??;
        self.whole(response).await
    }

    /// Reads an answer to its end.
    async fn whole(&self, mut response: Response) -> Result<Answer, Error> {
        let mut body = Vec::new();
        while let Some(piece) = idle::within(self.idle(), response.chunk()).await?? {
            if body.len() + piece.len() > ANSWER_MAX {
                break;
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body,
        })
    }
}

/// States the length of the body, of an empty one too (RFC 9110 section 8.6): HTTP/1.1 leaves it out there by itself, and gateways answer
/// 411.
fn with_length(mut request: Request) -> Request {
    let bytes = request.body().map_or(Some(0), |body| body.size_hint().exact());
    if let Some(bytes) = bytes {
        request.headers_mut().insert(CONTENT_LENGTH, bytes.into());
    }
    request
}

/// `Dropbox-API-Path-Root`, where paths do not begin in the user's own folder. `root` makes Dropbox refuse a root that is no longer
/// the right one (422 `invalid_root`) instead of writing elsewhere.
fn path_root(access: &Access) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    if let Some(root) = &access.path_root {
        headers.insert("Dropbox-API-Path-Root", argument::header(&json!({ ".tag": "root", "root": root }))?);
    }
    Ok(headers)
}
