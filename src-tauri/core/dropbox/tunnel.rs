//! What stands in the way when no connection comes about through a proxy: it is asked once more, and its answer is read.
//!
//! The HTTP client says no more than that the tunnel failed. Nothing of the answer is repeated but its status and the names of the ways to
//! log in.

use std::{io, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::{ClientConfig, pki_types::ServerName};
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::{Client, Error, ProxyTrouble, connection::USER_AGENT};
use crate::proxy::{Proxy, Script};

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 100;

/// What a proxy answered to `CONNECT`.
struct Answer {
    status: u16,
    /// `Proxy-Authenticate`, the names alone.
    schemes: Vec<String>,
    has_body: bool,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

impl Client {
    /// Says what stands in the way to a host, where that is more than what a failed connection tells.
    pub(super) async fn explained(&self, host: &str, error: Error) -> Error {
        let Error::Network(cause) = &error else {
            return error;
        };
        let Ok(way) = self.way() else {
            return error;
        };
        if !cause.is_connect() {
            return error;
        }
        let Some(proxy) = way.proxy_for(host) else {
            return match (way.proxy.is_some(), way.script) {
                (false, Some(Script::At(script))) => Error::ProxyScript(script),
                _ => error,
            };
        };
        let trouble = match self.ask(proxy, host).await {
            Ok(answer) => trouble(&answer, proxy.credentials.is_some(), is_no_tls(cause)),
            Err(trouble) => Some(trouble),
        };
        let trouble = trouble.or_else(|| (!proxy.address.is_http()).then(|| ProxyTrouble::Refused(error.to_string())));
        match trouble {
            Some(trouble) => Error::Proxy {
                proxy: proxy.address.to_string(),
                trouble,
            },
            None => error,
        }
    }

    /// Asks a proxy to connect, as the HTTP client did.
    async fn ask(&self, proxy: &Proxy, host: &str) -> Result<Answer, ProxyTrouble> {
        let connect = self.connections.current().making.timeouts.connect;
        let silent = || ProxyTrouble::Unreachable("no answer in time".to_owned());
        let unreachable = |error: io::Error| ProxyTrouble::Unreachable(error.to_string());
        let line = timeout(connect, line_to(proxy)).await.map_err(|_| silent())?.map_err(unreachable)?;
        if !proxy.address.is_http() {
            // SOCKS has no words of its own: the crate's are as good.
            return Ok(Answer {
                status: 200,
                schemes: Vec::new(),
                has_body: false,
            });
        }
        let broken = |error: io::Error| ProxyTrouble::Refused(error.to_string());
        let answer = timeout(connect, answer(line, request(proxy, host))).await;
        answer.map_err(|_| ProxyTrouble::Refused("no answer in time".to_owned()))?.map_err(broken)
    }
}

async fn line_to(proxy: &Proxy) -> io::Result<Box<dyn Line>> {
    let (host, port) = (proxy.address.host(), proxy.address.port());
    let stream = TcpStream::connect((host, port)).await?;
    if proxy.address.scheme() != "https" {
        return Ok(Box::new(stream));
    }
    let config = ClientConfig::with_platform_verifier().map_err(io::Error::other)?;
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
}

/// `CONNECT` for the port of HTTPS (RFC 9110 section 9.3.6).
fn request(proxy: &Proxy, host: &str) -> String {
    let credentials = proxy.credentials.as_ref();
    let login = credentials.map(|credentials| {
        let pair = STANDARD.encode(format!("{}:{}", credentials.user, credentials.password.expose()));
        format!("Proxy-Authorization: Basic {pair}\r\n")
    });
    let login = login.unwrap_or_default();
    format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\nUser-Agent: {USER_AGENT}\r\n{login}\r\n")
}

async fn answer(mut line: Box<dyn Line>, request: String) -> io::Result<Answer> {
    line.write_all(request.as_bytes()).await?;
    let mut read = Vec::new();
    loop {
        let mut piece = [0; 2048];
        let length = line.read(&mut piece).await?;
        read.extend_from_slice(&piece[..length]);
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut head = httparse::Response::new(&mut headers);
        let no_proxy = || io::Error::other("what answers there is no proxy");
        match head.parse(&read).map_err(|_| no_proxy())? {
            httparse::Status::Complete(end) => return Ok(understood(&head, read.len() > end)),
            httparse::Status::Partial if length == 0 || read.len() > ANSWER_MAX => return Err(no_proxy()),
            httparse::Status::Partial => {}
        }
    }
}

fn understood(head: &httparse::Response<'_, '_>, goes_on: bool) -> Answer {
    let named = |name: &'static str| {
        let found = head.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let scheme = |value: String| value.chars().take_while(|c| is_letter(*c)).take(20).collect::<String>();
    Answer {
        status: head.code.unwrap_or_default(),
        schemes: named("proxy-authenticate").map(scheme).filter(|name| !name.is_empty()).take(5).collect(),
        has_body: goes_on || named("content-type").next().is_some() || named("content-length").any(|length| length != "0"),
    }
}

/// What an answer means; nothing where it connects, and what comes then is Dropbox's.
fn trouble(answer: &Answer, sent_credentials: bool, is_no_tls: bool) -> Option<ProxyTrouble> {
    match answer.status {
        200..300 if answer.has_body || is_no_tls => Some(ProxyTrouble::LogInPage),
        200..300 => None,
        // Some say 401, which is for servers, to whoever comes with a wrong password (tinyproxy 1.11).
        401 | 407 => {
            let takes_basic = answer.schemes.is_empty() || answer.schemes.iter().any(|name| name.eq_ignore_ascii_case("basic"));
            Some(match (takes_basic, sent_credentials) {
                (false, _) => ProxyTrouble::Login(answer.schemes.join(", ")),
                (true, true) => ProxyTrouble::CredentialsWrong,
                (true, false) => ProxyTrouble::CredentialsMissing,
            })
        }
        300..400 | 511 => Some(ProxyTrouble::LogInPage),
        400..500 => Some(ProxyTrouble::Forbidden(answer.status)),
        status => Some(ProxyTrouble::Refused(format!("HTTP {status}"))),
    }
}

/// Whether what came through was no TLS at all.
fn is_no_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(rustls::Error::InvalidMessage(_)) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return true;
        }
        cause = error.source();
    }
    false
}
