//! Outtray.
