//! Ctrl-C and SIGTERM: a run ends at its next draw, and if that takes too long, the process ends all the same. Finished draws are kept.
//!
//! Only the program listens to signals, never the library.

use super::remark;
use crate::run::{files, program, progress, unfinished};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Exit code after an interruption.
pub const CODE: u8 = 130;

/// What a run may take to end in order. A long integral or a large factorisation does not ask whether it should go on.
const GRACE: Duration = Duration::from_millis(400);

/// What may be taken for a line that is being written to reach its end.
const PATIENCE: Duration = Duration::from_millis(250);

/// Likewise after a second interruption.
const IMPATIENCE: Duration = Duration::from_millis(50);

/// A run is under way that ends in order by itself.
static IN_ORDER: AtomicBool = AtomicBool::new(false);

/// A results file holds what was finished.
static KEPT: AtomicBool = AtomicBool::new(false);

/// From here on an interruption ends the process with [`CODE`].
pub fn listen() {
    let handler = || {
        if progress::interrupt() {
            end(IMPATIENCE, false);
        }
        if !IN_ORDER.load(Ordering::SeqCst) {
            end(PATIENCE, true);
        }
        // Not here: the next interruption must find this thread free.
        let waiting = std::thread::Builder::new().spawn(|| {
            std::thread::sleep(GRACE);
            end(PATIENCE, true)
        });
        if waiting.is_err() {
            end(PATIENCE, true);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        remark(&format!("note: interrupts cannot be caught ({error}); finished blocks are kept all the same"));
    }
}

/// A run begins that asks at each block whether it was interrupted; `kept` if a results file holds what was finished.
pub fn end_in_order(kept: bool) {
    KEPT.store(kept, Ordering::SeqCst);
    IN_ORDER.store(true, Ordering::SeqCst);
}

/// What is said of an interruption.
pub fn message() -> &'static str {
    if KEPT.load(Ordering::SeqCst) {
        "interrupted; what was finished is kept: run the same command again to go on"
    } else {
        "interrupted; nothing was kept"
    }
}

/// Ends the process when no file is half written, or at the latest after `patience`.
fn end(patience: Duration, say: bool) -> ! {
    // Without this thread a terminal that takes no output could hold the process up.
    let _ = std::thread::Builder::new().spawn(move || {
        std::thread::sleep(patience);
        program::end_all();
        std::process::exit(i32::from(CODE))
    });
    let _whole = files::hold_writes();
    unfinished::keep_finished();
    program::end_all();
    progress::clear();
    if say {
        remark(message());
    }
    std::process::exit(i32::from(CODE))
}
