//! Reading and writing files: whole or not at all, and never over a file that is not ours.

use super::RunError;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Stands near the top of every page and table that we write, and is asked for before one is replaced. The name of the program
/// alone would not do: a reader's own notes may well mention it.
const MARK: &str = "written by limitcheck; changes are overwritten";

/// How a results file of ours starts; it has no comments.
pub(crate) const RESULTS_MARK: &str = "{\"format\":\"limitcheck samples\"";

/// How the numbers of a report start, from which it is drawn again.
pub(crate) const REPORT_MARK: &str = "{\"format\":\"limitcheck report\"";

/// How many bytes at the start of a file are searched for the mark.
const MARK_WINDOW: usize = 400;

/// Held while a file of ours is neither as it was nor as it shall be.
static WRITING: Mutex<()> = Mutex::new(());

/// Waits until no file of ours is half written; while what is returned lives none is begun. For one who ends the process.
pub fn hold_writes() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A whole file as text.
///
/// # Errors
/// The file cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, RunError> {
    let bytes = fs::read(path);
    let bytes = bytes.map_err(|error| RunError::file(path, format!("cannot be read: {error}; is the path right?")))?;
    text_of(path, bytes)
}

/// Reads PATH of `file(PATH)`, which is relative to the claim file.
///
/// # Errors
/// The file cannot be read.
pub fn read_beside(claim: &str, path: &str) -> Result<String, String> {
    let beside = Path::new(claim).parent().unwrap_or(Path::new("")).join(path);
    fs::read_to_string(beside).map_err(|error| error.to_string())
}

/// The content of the file `path` as text.
pub(crate) fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String, RunError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        RunError::file(path, format!("is not UTF-8 text (byte {at}); save it as UTF-8"))
    })
}

/// Marks the content as ours, in a comment of the file's own format.
pub fn marked(path: &Path, content: &str) -> String {
    match path.extension().and_then(|e| e.to_str()) {
        Some("md" | "html") => format!("<!-- {MARK} -->\n{content}"),
        Some("svg") => format!("<!-- {MARK} -->\n{content}"),
        Some("csv") => format!("# {MARK}\n{content}"),
        _ => content.to_string(),
    }
}

/// Writes a file of our own, marked: refuses to replace one that lacks our mark.
///
/// # Errors
/// As [`check_ours`] and [`write_whole`].
pub fn write_ours(path: &Path, content: &str) -> Result<(), RunError> {
    check_ours(path)?;
    write_whole(path, &marked(path, content))
}

/// Exists and is neither a file nor a folder: a device or a pipe.
pub fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir())
}

/// Writes a file whole or not at all, with the folders it needs.
///
/// # Errors
/// A folder or the file cannot be written; then an older file of that name is as it was.
pub fn write_whole(path: &Path, content: &str) -> Result<(), RunError> {
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        fs::create_dir_all(folder).map_err(|error| RunError::file(folder, format!("cannot be made: {error}")))?;
    }
    // Not a file to be replaced: a device or a pipe is written to. A link stays, and what it points to is replaced.
    if is_special(path) {
        return fs::write(path, content)
            .map_err(|error| RunError::file(path, format!("cannot be written: {error}; choose another place")));
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let path = target.as_path();
    let name = path.file_name().map(|n| n.to_string_lossy().to_string()).unwrap_or_default();
    let temporary = path.with_file_name(format!(".{name}.part"));
    let _whole = hold_writes();
    let written = fs::write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // The reason is reported; a left-over part file is harmless and may not even exist.
        let _ = fs::remove_file(&temporary);
        RunError::file(path, format!("cannot be written: {error}; choose another place"))
    })
}

/// Fails if `path` exists and was not written by us.
///
/// # Errors
/// Such a file, or one that cannot be read.
pub fn check_ours(path: &Path) -> Result<(), RunError> {
    if !path.exists() {
        return Ok(());
    }
    let bytes = fs::read(path).map_err(|error| RunError::file(path, format!("cannot be read: {error}")))?;
    let start = &bytes[..bytes.len().min(MARK_WINDOW)];
    let start = String::from_utf8_lossy(start);
    if bytes.is_empty()
        || start.contains(MARK)
        || [RESULTS_MARK, REPORT_MARK].iter().any(|mark| start.starts_with(mark))
    {
        return Ok(());
    }
    Err(RunError::file(path, "exists and was not written by limitcheck; move it away or choose another place"))
}

/// Makes the folder if missing, and a file in it for a moment. Its name is this process's own: runs may share a folder.
fn probe(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".limitcheck-probe-{}", std::process::id()));
    fs::create_dir_all(folder)?;
    let _whole = hold_writes();
    fs::write(&file, MARK)?;
    fs::remove_file(&file)
}

/// Fails early if nothing can be written into `folder`, which is made if missing.
///
/// # Errors
/// The folder cannot be made or written into.
pub fn check_writable(folder: &Path) -> Result<(), RunError> {
    probe(folder)
        .map_err(|error| RunError::file(folder, format!("cannot be written into: {error}; choose another with --out")))
}

/// Fails early if `path`, a single file to be written at the end of a run, cannot be made.
///
/// # Errors
/// The folder of the file cannot be made or written into, or the path is a folder.
pub fn check_creatable(path: &Path) -> Result<(), RunError> {
    if is_special(path) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match probe(folder) {
        Ok(()) if path.is_dir() => Err(RunError::file(path, "is a folder; name a file in it")),
        Ok(()) => Ok(()),
        Err(error) => Err(RunError::file(path, format!("cannot be written: {error}; choose another place"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_files_are_never_replaced_and_ours_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/page.md");
        write_ours(&path, "one").unwrap();
        write_ours(&path, "two").unwrap();
        assert!(read(&path).unwrap().ends_with("two"));
        let foreign = folder.path().join("notes.md");
        for notes in ["my own notes", "# What limitcheck told me"] {
            fs::write(&foreign, notes).unwrap();
            assert!(write_ours(&foreign, "ours").is_err());
            assert_eq!(read(&foreign).unwrap(), notes);
        }
    }

    #[test]
    fn unreadable_and_unwritable_places_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, [0xff, 0xfe]).unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("UTF-8"));
        assert!(check_writable(&file.join("below")).unwrap_err().to_string().contains("--out"));
        assert!(read(&folder.path().join("missing")).is_err());
    }
}
