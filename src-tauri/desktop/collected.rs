//! The diagnostics that somebody looks at: what was shown is what is written, however often, until something else is shown.

use std::sync::{Arc, Mutex, PoisonError};

use outtray::diagnostics::Diagnostics;
use tauri::{AppHandle, Manager};

/// What was collected last, for the page that shows it.
#[derive(Default)]
pub(crate) struct Collected(Mutex<Option<Arc<Diagnostics>>>);

impl Collected {
    /// Somebody looks at this now.
    pub(crate) fn keep(&self, diagnostics: Diagnostics) {
        self.put(Some(Arc::new(diagnostics)));
    }

    /// What somebody looks at.
    pub(crate) fn shown(&self) -> Option<Arc<Diagnostics>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, diagnostics: Option<Arc<Diagnostics>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = diagnostics;
    }
}

/// The page begins anew, and shows nothing yet.
pub(crate) fn forget(handle: &AppHandle) {
    handle.state::<Collected>().put(None);
}
