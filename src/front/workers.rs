//! Threads of the caller's own.

use super::error::Error;
pub use crate::run::progress::{Stage, Watch};
use crate::run::workers;

/// Threads for whatever is called on them, in place of rayon's global pool: what runs there can be watched and stopped, by itself.
///
/// ```
/// use limitcheck::{Catalogue, Workers};
///
/// # fn main() -> Result<(), limitcheck::Error> {
/// let claim = Catalogue::bundled().claim("nt-test-error")?;
/// let workers = Workers::new(2)?;
/// let curve = workers.run(|| claim.along("rho", &[0.25, 0.5])?.limits())?;
/// assert!(curve[0].value > curve[1].value);
/// # Ok(())
/// # }
/// ```
pub struct Workers(workers::Workers);

impl Workers {
    /// So many threads; 0 means one per core.
    ///
    /// # Errors
    /// [`Error::Request`]: more than 1024, or threads that the system does not give.
    pub fn new(threads: usize) -> Result<Workers, Error> {
        Ok(Workers(workers::Workers::new(threads)?))
    }

    /// Sees how far the work is, and stops it at its next block, which then is an [`Error::Interrupted`].
    pub fn watch(&self) -> Watch {
        self.0.watch()
    }

    /// Does the work on these threads, and waits for it.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.run(work)
    }

    /// Does the work on these threads, and does not wait for it. It goes on to its end, even if the caller lets go of the threads.
    pub fn start(&self, work: impl FnOnce() + Send + 'static) {
        self.0.start(work);
    }
}
