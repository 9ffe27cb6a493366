//! A progress bar on a terminal, silence elsewhere; and the interrupt flag.

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

/// Bars that are under way at once stand below each other.
fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(|| {
        let terminal = std::io::stderr().is_terminal();
        MultiProgress::with_draw_target(match terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        })
    })
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// After this, Ctrl-C and SIGTERM ask the run to stop at the next block instead of ending the process at once.
pub fn catch_interrupts() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let handler = || {
            // A second interrupt does not wait.
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        };
        if let Err(error) = ctrlc::set_handler(handler) {
            eprintln!("note: interrupts cannot be caught ({error}); finished blocks are kept all the same");
        }
    });
}

pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
