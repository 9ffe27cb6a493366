//! A results file that grows by whole lines. Lines of unfinished blocks stand at its end, and make room for what comes.

use crate::run::{RunError, files};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Where the lines end that stay.
    end: u64,
}

impl Journal {
    /// Of a file whose first `end` bytes stay.
    pub fn new(path: &Path, file: File, end: u64) -> Journal {
        Journal { path: path.to_path_buf(), file, end }
    }

    /// Puts `lines` behind those that stay, and `parts` behind them.
    ///
    /// # Errors
    /// The file cannot be written; then its whole lines are as they were.
    pub fn append(&mut self, lines: &str, parts: &str) -> Result<(), RunError> {
        let _whole = files::hold_writes();
        // One write: a kill leaves whole lines, and at most one that is cut short.
        let text = [lines, parts].concat();
        let cut = self.file.set_len(self.end).and_then(|()| self.file.seek(SeekFrom::Start(self.end)));
        if let Err(error) = cut.and_then(|_| self.file.write_all(text.as_bytes())) {
            // The reason is reported; what is left of a line is dropped by the next reader.
            let _ = self.file.set_len(self.end);
            return Err(RunError::file(&self.path, format!("cannot be written: {error}")));
        }
        self.end += lines.len() as u64;
        Ok(())
    }

    /// The same file once more.
    pub fn handle(&self) -> Option<File> {
        self.file.try_clone().ok()
    }
}
