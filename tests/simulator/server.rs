//! Takes requests, applies what a test has planned, and hands them to whoever answers.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State as Extract},
    http::{
        HeaderName, HeaderValue, Method, StatusCode, Version,
        header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING},
        request::Parts,
    },
    response::Response,
};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;

use super::{
    answer, api,
    cable::Line,
    caller::{self, account_of},
    content::{Content, Receiver},
    faults::{Fault, Moment},
    files::BODY_MAX,
    ids::random_lower,
    inbound::{Inbound, pairs},
    pages,
    routes::needs_scope,
    shared::Shared,
    state::{Call, State},
    token, writers,
};

/// Largest body of a call that brings no file, in bytes.
const REQUEST_MAX: usize = 16 << 20;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let plugged = shared.plugged();
    let router = Router::new().fallback(answer_one).with_state(shared);
    if let Err(error) = axum::serve(Line { listener, plugged }, router).await {
        tracing::error!(%error, "the simulator has ended");
    }
}

async fn answer_one(Extract(shared): Extract<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if is_without_length(&parts) {
        return answer::html(StatusCode::LENGTH_REQUIRED, "<h1>Length Required</h1>".to_owned());
    }
    let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let path = parts.uri.path().trim_start_matches('/');
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let Ok(Ok((content, body))) = tokio::time::timeout(REQUEST_TIMEOUT, receive(host, body)).await else {
        return answer::plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.".to_owned());
    };
    let inbound = Inbound {
        method: parts.method,
        path: path.to_owned(),
        query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
        target,
        headers: parts.headers,
        body,
        content,
    };
    let mut response = match host {
        "www" => pages::answer(&mut shared.state(), &inbound),
        "api" | "content" | "notify" => call(&shared, host, &inbound).await,
        "" => pages::to_start(),
        _ => answer::plain(StatusCode::NOT_FOUND, "There is no such host.".to_owned()),
    };
    shared.remember();
    if let Ok(id) = HeaderValue::from_str(&request_id()) {
        response.headers_mut().entry("X-Dropbox-Request-Id").or_insert(id);
    }
    response
}

/// What gateways on the way refuse (RFC 9110 section 15.5.12). A chunked body tells its length itself.
fn is_without_length(parts: &Parts) -> bool {
    let has = |name: HeaderName| parts.headers.contains_key(name);
    parts.method == Method::POST && parts.version <= Version::HTTP_11 && !has(CONTENT_LENGTH) && !has(TRANSFER_ENCODING)
}

/// The body: of a content call in pieces, hashed as they come; of any other call in one.
async fn receive(host: &str, body: Body) -> Result<(Content, Bytes), axum::Error> {
    if host != "content" {
        return Ok((Content::default(), to_bytes(body, REQUEST_MAX).await?));
    }
    let mut receiver = Receiver::default();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        // What is over the limit is refused later, by the route.
        match receiver.size() > BODY_MAX as u64 {
            true => receiver.skip(&piece),
            false => receiver.push(piece),
        }
    }
    Ok((receiver.finish(), Bytes::new()))
}

/// A call of the API or of the token endpoint, with the fault that a test has planned for it.
async fn call(shared: &Arc<Shared>, host: &str, inbound: &Inbound) -> Response {
    let route = inbound.path.strip_prefix("2/").unwrap_or(&inbound.path).to_owned();
    let latency = shared.state().latency;
    let places = {
        let state = shared.state();
        writers::places(&state, &route, account_of(&state, inbound))
    };
    let writer = writers::begin(shared, places);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if !pass(shared, Moment::Before, &route).await {
        return cut();
    }
    let response = work(shared, host, &route, inbound, writer.is_none());
    match pass(shared, Moment::After, &route).await {
        true => response,
        false => cut(),
    }
}

/// Waits at the gate that a test has put up, if there is one; whether the call goes on.
async fn pass(shared: &Shared, moment: Moment, route: &str) -> bool {
    let gate = shared.state().faults.gate(moment, route);
    match gate {
        Some(gate) => gate.pass().await,
        None => true,
    }
}

fn work(shared: &Shared, host: &str, route: &str, inbound: &Inbound, contended: bool) -> Response {
    let fault = {
        let mut state = shared.state();
        let user = caller::email_of(&state, route, inbound);
        state.faults.take(route, needs_scope(route), user.as_deref())
    };
    let early = fault.as_ref().and_then(|fault| before_work(fault, &mut shared.state(), inbound));
    let response = match early {
        Some(response) => response,
        None if contended => answer::too_many_write_operations(),
        None if host == "api" && route == "oauth2/token" => token::answer(&mut shared.state(), inbound),
        None => api::answer(shared, host, route, inbound, fault.clone()),
    };
    shared.state().calls.push(Call {
        host: host.to_owned(),
        route: route.to_owned(),
        status: response.status().as_u16(),
        request_bytes: inbound.body.len() as u64 + inbound.content.size(),
    });
    match fault {
        Some(Fault::CutAfterCommit | Fault::LostChunkAnswer) => cut(),
        Some(Fault::Stall) => slow(response, None),
        Some(Fault::Drip { pause }) => slow(response, Some(pause)),
        _ => response,
    }
}

fn before_work(fault: &Fault, state: &mut State, inbound: &Inbound) -> Option<Response> {
    Some(match fault {
        Fault::RateLimitedJson { retry_after } => answer::rate_limited(Some(*retry_after), Some(*retry_after), true),
        Fault::RateLimitedPlain { retry_after } => answer::rate_limited(None, Some(*retry_after), false),
        Fault::RateLimitedHeaderless => answer::rate_limited(None, None, true),
        Fault::ServerErrorHtml => unavailable(),
        Fault::Unavailable { retry_after } => {
            let mut answer = unavailable();
            answer.headers_mut().insert(RETRY_AFTER, (*retry_after).into());
            answer
        }
        Fault::Token500 => {
            let error =
                serde_json::json!({ "error": "The server has either erred or is incapable of performing the requested operation." });
            answer::json_of(StatusCode::INTERNAL_SERVER_ERROR, &error)
        }
        Fault::TokenRefusal {
            status,
            error,
            description,
        } => token::refusal(StatusCode::from_u16(*status).ok()?, error, *description),
        Fault::Refuse {
            status,
            content_type,
            body,
        } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer::response(status, content_type, body.clone())
        }
        Fault::CutBefore => cut(),
        Fault::Repeat(page) => page.answer(inbound),
        Fault::ExpireToken => {
            caller::expire_token_of(state, inbound);
            return None;
        }
        _ => return None,
    })
}

/// The connection ends in the middle of the answer.
fn cut() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Response::new(Body::from_stream(broken))
}

/// The same answer one byte at a time, or the first byte and no more.
fn slow(response: Response, pause: Option<Duration>) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    let bytes = stream::once(to_bytes(body, REQUEST_MAX)).flat_map(|bytes| {
        let bytes = bytes.unwrap_or_default();
        stream::iter((0..bytes.len()).map(move |at| bytes.slice(at..=at)))
    });
    let slowly = bytes.enumerate().then(move |(at, byte)| async move {
        match pause {
            _ if at == 0 => {}
            Some(pause) => tokio::time::sleep(pause).await,
            None => std::future::pending().await,
        }
        Ok::<_, io::Error>(byte)
    });
    Response::from_parts(parts, Body::from_stream(slowly))
}

fn request_id() -> String {
    random_lower(32)
        .bytes()
        .map(|byte| char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'))
        .collect()
}

fn unavailable() -> Response {
    answer::html(StatusCode::SERVICE_UNAVAILABLE, "<h1>Service unavailable</h1>".to_owned())
}
