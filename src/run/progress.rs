//! A progress bar on a terminal for a program that asks for one, silence elsewhere; and the interrupt flags, of the process and of a
//! caller's own threads.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::RefCell;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Work done so far, shown on standard error if it is a terminal, and to whoever watches the thread.
pub struct Progress {
    bar: ProgressBar,
    watch: Option<Watch>,
}

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
        let watch = watching();
        if let Some(watch) = &watch {
            watch.set(Some(Stage { what, done: 0.0, work }));
        }
        Progress { bar, watch }
    }

    /// Counts work done.
    pub fn advance(&self, work: f64) {
        self.bar.inc((work / UNIT) as u64);
        if let Some(watch) = &self.watch {
            watch.set(watch.stage().map(|stage| Stage { done: stage.done + work, ..stage }));
        }
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        if let Some(watch) = &self.watch {
            watch.set(None);
        }
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

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stage {
    /// In a word, such as `simulating`.
    pub what: &'static str,
    /// Floating-point operations done.
    pub done: f64,
    /// Floating-point operations in all.
    pub work: f64,
}

/// Sees how far work on a caller's own threads is, and stops it. Clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<State>);

#[derive(Debug, Default)]
struct State {
    interrupted: AtomicBool,
    stage: Mutex<Option<Stage>>,
}

impl Watch {
    /// Asks the work to stop at its next block. There is no way back.
    pub fn interrupt(&self) {
        self.0.interrupted.store(true, Ordering::SeqCst);
    }

    /// What is being simulated, if anything is.
    pub fn stage(&self) -> Option<Stage> {
        *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, stage: Option<Stage>) {
        *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }
}

thread_local! {
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// From here on this thread's work is seen and stopped by `watch`.
pub(super) fn be_watched(watch: Watch) {
    WATCH.with_borrow_mut(|own| *own = Some(watch));
}

fn watching() -> Option<Watch> {
    WATCH.with_borrow(Clone::clone)
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
    let own = || WATCH.with_borrow(|own| own.as_ref().is_some_and(|own| own.0.interrupted.load(Ordering::SeqCst)));
    INTERRUPTED.load(Ordering::SeqCst) || own()
}
