//! A proxy that does as it is told, and behind it a Dropbox that has its real names: the simulator, with certificates of its own.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

/// The variables of the environment that name a proxy or an exception from it: a test that begins a program sets all of them.
pub(crate) const PROXY_VARIABLES: [&str; 10] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "AUTO_PROXY",
    "auto_proxy",
];

/// What a proxy does with whoever comes.
#[derive(Clone)]
pub(crate) enum Manner {
    /// It connects everybody to the Dropbox behind it.
    Connects(Behind),
    /// It connects whoever has this user name and this password; 407 else.
    WantsPassword(Behind, &'static str, &'static str),
    /// SOCKS 5, with a user name and a password (RFC 1929).
    Socks(Behind, &'static str, &'static str),
    /// It connects everybody, and hands each connection over where TLS stands and HTTP/2 is agreed on (RFC 7301).
    HandsOver(Behind, mpsc::UnboundedSender<Line>),
    /// It answers with this and closes.
    Answers(&'static str),
}

/// A connection with TLS around it.
pub(crate) type Line = TlsStream<Box<dyn Stream>>;

/// A connection.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A proxy on this computer. It ends when this is dropped.
pub(crate) struct TestProxy {
    pub(crate) address: SocketAddr,
    is_secured: bool,
    heads: watch::Receiver<Vec<String>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for TestProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestProxy {
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::start_with(manner, None).await
    }

    /// One that is spoken to by TLS, with a certificate of the same authority as this Dropbox.
    pub(crate) async fn start_secured(manner: Manner, behind: &Behind) -> Self {
        Self::start_with(manner, Some(behind.acceptor.clone())).await
    }

    async fn start_with(manner: Manner, acceptor: Option<TlsAcceptor>) -> Self {
        let is_secured = acceptor.is_some();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, heads) = watch::channel(Vec::new());
        let sender = Arc::new(sender);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (manner, sender, acceptor) = (manner.clone(), sender.clone(), acceptor.clone());
                // A client that goes away, or does not trust it, ends its connection.
                tokio::spawn(async move {
                    let stream: Box<dyn Stream> = match acceptor {
                        Some(acceptor) => Box::new(acceptor.accept(stream).await?),
                        None => Box::new(stream),
                    };
                    serve(stream, manner, &sender).await
                });
            }
        });
        Self {
            address,
            is_secured,
            heads,
            task,
        }
    }

    /// As it is set somewhere.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.is_secured { "https" } else { "http" }, self.address)
    }

    /// What it was asked for so far: the heads of the requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.borrow().clone()
    }
}

async fn serve(mut stream: Box<dyn Stream>, manner: Manner, heads: &watch::Sender<Vec<String>>) -> io::Result<()> {
    if let Manner::Socks(behind, user, password) = &manner {
        let asked = socks(&mut stream, user, password).await?;
        heads.send_modify(|heads| heads.push(asked));
        return behind.serve(stream).await;
    }
    let head = head(&mut stream, &mut Vec::new()).await?;
    heads.send_modify(|heads| heads.push(head.clone()));
    match manner {
        Manner::Answers(answer) => stream.write_all(answer.as_bytes()).await,
        Manner::Connects(behind) => behind.connect(stream).await,
        Manner::WantsPassword(behind, user, password) => {
            let pair = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{user}:{password}"));
            let sent = head
                .lines()
                .any(|line| line.to_lowercase().starts_with("proxy-authorization:") && line.ends_with(&format!("Basic {pair}")));
            if sent {
                return behind.connect(stream).await;
            }
            let refusal =
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(refusal.as_bytes()).await
        }
        Manner::HandsOver(behind, lines) => {
            stream.write_all(ESTABLISHED).await?;
            let line = behind.http2.accept(stream).await?;
            // The test may have ended.
            let _ = lines.send(line);
            Ok(())
        }
        Manner::Socks(..) => Ok(()),
    }
}

/// The server's side of SOCKS 5 (RFC 1928, RFC 1929), far enough for one client; returns the name and the port that were asked for.
async fn socks(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), user: &str, password: &str) -> io::Result<String> {
    let wrong = || io::Error::other("no SOCKS 5");
    let methods = stream.read_u16().await?;
    if methods >> 8 != 5 {
        return Err(wrong());
    }
    let mut offered = vec![0; usize::from(methods & 0xff)];
    stream.read_exact(&mut offered).await?;
    if !offered.contains(&2) {
        stream.write_all(&[5, 0xff]).await?;
        return Err(wrong());
    }
    stream.write_all(&[5, 2]).await?;
    stream.read_u8().await?;
    let (given_user, given_password) = (counted(stream).await?, counted(stream).await?);
    let is_right = given_user == user.as_bytes() && given_password == password.as_bytes();
    stream.write_all(&[1, u8::from(!is_right)]).await?;
    if !is_right {
        return Err(wrong());
    }
    let request = stream.read_u32().await?;
    if request != 0x0501_0003 {
        return Err(wrong());
    }
    let name = String::from_utf8(counted(stream).await?).map_err(|_| wrong())?;
    let port = stream.read_u16().await?;
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 1]).await?;
    Ok(format!("{name}:{port}"))
}

/// Bytes with their number before them.
async fn counted(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// The head of a request; what was read beyond it is left in `rest`.
async fn head(stream: &mut (impl AsyncRead + Unpin), rest: &mut Vec<u8>) -> io::Result<String> {
    loop {
        if let Some(end) = rest.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = rest.drain(..end + 4).collect();
            return Ok(String::from_utf8_lossy(&head).into_owned());
        }
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        rest.extend_from_slice(&piece[..length]);
    }
}

/// The simulator under Dropbox's own names, by TLS.
#[derive(Clone)]
pub(crate) struct Behind {
    simulator: String,
    /// What stands there instead of the simulator: an answer to whatever is asked.
    page: Option<String>,
    acceptor: TlsAcceptor,
    http2: TlsAcceptor,
    authority: Arc<Mutex<String>>,
}

const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";
const NAMES: [&str; 3] = ["www.dropbox.com", "api.dropboxapi.com", "content.dropboxapi.com"];

impl Behind {
    /// `simulator` is its address.
    pub(crate) fn new(simulator: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let authority = params.self_signed(&authority_key).unwrap();
        let (key, issuer) = (KeyPair::generate().unwrap(), Issuer::new(params, authority_key));
        let names: Vec<String> = NAMES.into_iter().chain(["127.0.0.1"]).map(str::to_owned).collect();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth();
        let key = tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let mut http2 = config.clone();
        http2.alpn_protocols = vec![b"h2".to_vec()];
        Self {
            http2: TlsAcceptor::from(Arc::new(http2)),
            simulator: simulator.trim_end_matches('/').trim_start_matches("http://").to_owned(),
            page: None,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            authority: Arc::new(Mutex::new(authority.pem())),
        }
    }

    /// The same names, where everything is answered with this: what a proxy does that opens TLS.
    pub(crate) fn answering(&self, page: String) -> Self {
        Self {
            page: Some(page),
            ..self.clone()
        }
    }

    /// Writes down what a computer has to trust.
    pub(crate) fn write_authority(&self, file: &Path) {
        std::fs::write(file, self.authority.lock().unwrap().as_bytes()).unwrap();
    }

    async fn connect(&self, mut stream: Box<dyn Stream>) -> io::Result<()> {
        stream.write_all(ESTABLISHED).await?;
        self.serve(stream).await
    }

    async fn serve(&self, stream: Box<dyn Stream>) -> io::Result<()> {
        let (mut requests, mut answers) = tokio::io::split(self.acceptor.accept(stream).await?);
        if let Some(page) = &self.page {
            head(&mut requests, &mut Vec::new()).await?;
            answers.write_all(page.as_bytes()).await?;
            return answers.shutdown().await;
        }
        let (mut from, to) = TcpStream::connect(&self.simulator).await?.into_split();
        tokio::select! {
            done = tokio::io::copy(&mut from, &mut answers) => done.map(|_| ()),
            done = hand_on(requests, to) => done,
        }
    }
}

/// Hands requests on, each with the path that the simulator has for its host.
async fn hand_on(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    let mut rest = Vec::new();
    loop {
        let head = head(&mut from, &mut rest).await?;
        let headers: HashMap<String, &str> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        let host = headers.get("host").and_then(|host| host.split('.').next()).unwrap_or("api");
        to.write_all(head.replacen(" /", &format!(" /{host}/"), 1).as_bytes()).await?;
        let mut length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        while length > 0 {
            if rest.is_empty() {
                from.read_buf(&mut rest).await?;
            }
            let piece: Vec<u8> = rest.drain(..length.min(rest.len())).collect();
            if piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            to.write_all(&piece).await?;
            length -= piece.len();
        }
    }
}
