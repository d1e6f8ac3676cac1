//! The cable between a listener and its clients: while it is pulled out nobody gets through, and whoever was connected is cut off, in the
//! middle of a call too. A client sees what it sees of a network that has failed: a connection that is reset, without an answer.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use axum::serve::Listener;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Takes connections while the cable is plugged in.
pub(super) struct Line {
    pub(super) listener: TcpListener,
    pub(super) plugged: watch::Receiver<bool>,
}

impl Listener for Line {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            let plugged = self.plugged.clone();
            if *plugged.borrow() {
                return (Wire::new(stream, plugged), address);
            }
            reset(&stream);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection, as long as the cable is in.
pub(super) struct Wire {
    stream: TcpStream,
    pulled: Pin<Box<dyn Future<Output = ()> + Send>>,
    cut: bool,
}

impl Wire {
    fn new(stream: TcpStream, mut plugged: watch::Receiver<bool>) -> Self {
        let pulled = async move {
            // An error says that the simulator has ended, which cuts the connection as well.
            let _ = plugged.wait_for(|plugged| !plugged).await;
        };
        Self {
            stream,
            pulled: Box::pin(pulled),
            cut: false,
        }
    }

    /// Ends the connection once the cable is pulled out.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if !self.cut && self.pulled.as_mut().poll(context).is_ready() {
            reset(&self.stream);
            self.cut = true;
        }
        match self.cut {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

/// The other side hears of the end as of a failure, not as of a good-bye.
fn reset(stream: &TcpStream) {
    if let Err(error) = stream.set_zero_linger() {
        tracing::debug!(%error, "a connection ends with a good-bye");
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
