//! What only SQLite knows, beside opening and migrating the file.

use std::{fs::File, io::Read, path::Path};

use super::{Error, Result, Store};

/// Refuses a file that is shorter than its header says (sqlite.org/fileformat.html section 1.3): so much is looked at on each start. While
/// there is a log, the header may be behind the file.
pub(super) fn check_length(file: &Path) -> Result<()> {
    let mut header = [0; 100];
    let read = File::open(file).and_then(|mut opened| {
        opened.read_exact(&mut header)?;
        Ok(opened.metadata()?.len())
    });
    let number = |at: usize| u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let page_size = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    let is_logged = file.with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0);
    // The number of pages counts while it is as new as the last change.
    let counts = number(24) == number(92);
    match read {
        Ok(length) if is_logged || !counts || length >= page_size * number(28) => Ok(()),
        Ok(_) => Err(Error::Corrupt(file.display().to_string())),
        // SQLite says what it is.
        Err(_) => Ok(()),
    }
}

impl Store {
    /// Keeps a log beside the file: readers and a writer side by side. To be called when it is known that the file is ours.
    pub(super) async fn keep_log(&self) -> Result<()> {
        sqlx::query("PRAGMA journal_mode = WAL").execute(&self.writer).await?;
        Ok(())
    }
}
