//! What all connections share.

use std::{
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{
    memory::{Memory, Ports},
    state::State,
};

/// What the simulator knows, and whether anybody gets through to it.
pub(super) struct Shared {
    state: Mutex<State>,
    plugged: watch::Sender<bool>,
    memory: Option<Mutex<Memory>>,
    ports: Mutex<Ports>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            plugged: watch::Sender::new(true),
            memory: None,
            ports: Mutex::default(),
        }
    }
}

impl Shared {
    /// Goes on where the last run stopped; also returns its ports.
    pub(super) fn remembering(folder: &Path) -> io::Result<(Self, Ports)> {
        let (memory, state, ports) = Memory::open(folder)?;
        let shared = Self {
            state: Mutex::new(state),
            memory: Some(Mutex::new(memory)),
            ..Self::default()
        };
        Ok((shared, ports))
    }

    pub(super) fn set_ports(&self, ports: Ports) {
        *self.ports.lock().unwrap_or_else(PoisonError::into_inner) = ports;
    }

    pub(super) fn ports(&self) -> Ports {
        *self.ports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what the last request has changed.
    pub(super) fn remember(&self) {
        let Some(memory) = &self.memory else {
            return;
        };
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = memory.keep(&self.state(), self.ports()) {
            tracing::error!(%error, "the simulator could not write down what it knows");
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_plugged(&self, plugged: bool) {
        self.plugged.send_replace(plugged);
    }

    /// Hears whether the network works.
    pub(super) fn plugged(&self) -> watch::Receiver<bool> {
        self.plugged.subscribe()
    }

    pub(super) fn is_plugged(&self) -> bool {
        *self.plugged.borrow()
    }
}
