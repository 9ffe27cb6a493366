//! A progress bar on a terminal for a program that asks for one, silence elsewhere; and the interrupt flag.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Work done so far, shown on standard error if it is a terminal.
pub struct Progress(ProgressBar);

/// The bar counts in units of this many floating-point operations.
const UNIT: f64 = 1e6;

impl Progress {
    /// A bar of that name, full after `work` floating-point operations.
    pub fn start(what: &'static str, work: f64) -> Progress {
        let bar = bars().add(ProgressBar::new((work / UNIT) as u64));
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {percent}% {elapsed} (about {eta} left)") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what);
        Progress(bar)
    }

    /// Counts work done.
    pub fn advance(&self, work: f64) {
        self.0.inc((work / UNIT) as u64);
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// An error leaves no half bar before its message.
impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

static SHOWN: AtomicBool = AtomicBool::new(false);

/// Shows the bars of this process on standard error, if that is a terminal. Without this call there are none.
pub fn show() {
    SHOWN.store(true, Ordering::SeqCst);
}

/// Bars that are under way at once stand below each other.
static BARS: OnceLock<MultiProgress> = OnceLock::new();

fn bars() -> &'static MultiProgress {
    BARS.get_or_init(|| {
        let shown = SHOWN.load(Ordering::SeqCst) && std::io::stderr().is_terminal();
        MultiProgress::with_draw_target(match shown {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        })
    })
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Asks the run under way to stop at its next block, which it does with [`RunError::Interrupted`](super::RunError::Interrupted). Says
/// whether that was asked before.
pub fn interrupt() -> bool {
    INTERRUPTED.swap(true, Ordering::SeqCst)
}

/// Takes every bar off the terminal, for one who ends the process while a run is under way.
pub fn clear() {
    // A terminal that cannot be written to shows no bar either.
    let _ = BARS.get().map(MultiProgress::clear);
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
