//! Threads of a caller's own, in place of rayon's global pool.

use super::RunError;
use super::progress::{Watch, be_watched};

/// Threads for whatever is called on them. Work there can be seen and stopped through a [`Watch`], and knows nothing of other work of the
/// process.
pub struct Workers {
    threads: rayon::ThreadPool,
    watch: Watch,
}

/// An absurd number of threads ends the process: each has its own stack and networks.
const MOST: usize = 1024;

impl Workers {
    /// So many threads; 0 means one per core.
    ///
    /// # Errors
    /// More than 1024, or threads that the system does not give.
    pub fn new(threads: usize) -> Result<Workers, RunError> {
        let failed = |why: String| RunError::Input(format!("{threads} threads: {why}"));
        if threads > MOST {
            return Err(failed(format!("at most {MOST}; 0 means one per core")));
        }
        let watch = Watch::default();
        let own = watch.clone();
        let builder =
            rayon::ThreadPoolBuilder::new().num_threads(threads).start_handler(move |_| be_watched(own.clone()));
        let threads = builder.build().map_err(|error| failed(error.to_string()))?;
        Ok(Workers { threads, watch })
    }

    /// Sees and stops the work.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Does the work on these threads, and waits for it.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.threads.install(work)
    }

    /// Does the work on these threads, and does not wait for it. The threads end after it, though the caller lets go of them before.
    pub fn start(&self, work: impl FnOnce() + Send + 'static) {
        self.threads.spawn(work);
    }
}
