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
    carried::Carried,
    connection::Line,
    error::Error,
    idle::{self, Moves, Sending},
};
use crate::secret::Secret;

/// The most that is read of an answer, in bytes. Dropbox's have a few thousand.
const ANSWER_MAX: usize = 256 * 1024;
/// The most that is read of the answer to a batch, which has an entry for each of its files.
const BATCH_ANSWER_MAX: usize = 8 << 20;

/// These move no byte while Dropbox puts the parts of large files together, which takes minutes. Given up too early a commit would be
/// asked for again, and the session be gone.
const COMMITS: [&str; 2] = ["/upload_session/finish", "/upload_session/finish_batch_v2"];
/// How long a commit may be silent at least.
const COMMIT_IDLE: Duration = Duration::from_secs(10 * 60);
/// What the names of batch routes have in them.
const BATCH: &str = "_batch";

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
        self.exchange(request.build()?, Some(moves)).await
    }

    /// Sends a request that has a small body.
    pub(super) async fn send<R: DeserializeOwned>(&self, request: RequestBuilder) -> Result<R, Error> {
        answer::read(&self.answer_to(request.build()?).await?)
    }

    /// The whole answer to a request that has a small body.
    pub(super) async fn answer_to(&self, request: Request) -> Result<Answer, Error> {
        self.exchange(request, None).await
    }

    /// Sends a request and reads its answer to the end: every call goes this way. After silence the next one begins on a connection of
    /// its own, since nothing says that this one is dead, for instance in another network.
    async fn exchange(&self, request: Request, moves: Option<Moves>) -> Result<Answer, Error> {
        self.take_way()?;
        let line = self.connections.current();
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let answer = over(&line, request, moves).await;
        if matches!(answer, Err(Error::Silent)) {
            self.connections.leave(&line);
        }
        match answer {
            Err(error) => Err(self.explained(&host, error).await),
            answer => answer,
        }
    }
}

async fn over(line: &Line, mut request: Request, moves: Option<Moves>) -> Result<Answer, Error> {
    let (idle, path) = (line.making.timeouts.idle, request.url().path());
    let silence = if COMMITS.iter().any(|commit| path.ends_with(commit)) {
        idle.max(COMMIT_IDLE)
    } else {
        idle
    };
    let most = if path.contains(BATCH) { BATCH_ANSWER_MAX } else { ANSWER_MAX };
    let bytes = state_length(&mut request);
    let proxy = request.url().host_str().and_then(|host| line.making.way.proxy_for(host));
    let carried = Carried::by(&request).and_to(proxy.and_then(|proxy| proxy.credentials.as_ref()));
    let response = idle::while_moving(silence, bytes, moves, line.http.execute(request)).await??;
    // The answer is small: it has come as a whole within the time that a silent one gets.
    let (status, headers) = (response.status(), response.headers().clone());
    let body = idle::within(idle, body(response, most)).await??;
    Ok(Answer::new(status, headers, body, carried))
}

/// States the length of the body, of an empty one too (RFC 9110 section 8.6): HTTP/1.1 leaves it out there by itself, and gateways answer
/// 411. Returns it, in bytes.
fn state_length(request: &mut Request) -> u64 {
    let bytes = request.body().map_or(Some(0), |body| body.size_hint().exact());
    if let Some(bytes) = bytes {
        request.headers_mut().insert(CONTENT_LENGTH, bytes.into());
    }
    bytes.unwrap_or_default()
}

/// Reads the body of an answer; what is too much is left.
async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > most {
            break;
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
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
