//! Work on threads of its own, while the calling thread, Python's, draws what is asked of a simulator of Python's, shows how far the work is,
//! and listens for Ctrl-C.

use crate::block::{Answer, Block};
use crate::error::{panicked, raised};
use limitcheck::{Claim, Error, Function, Simulator, Workers};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel, sync_channel};
use std::time::{Duration, Instant};

/// How often the calling thread looks for signals.
const GLANCE: Duration = Duration::from_millis(50);
/// What the work may take to end in order after Ctrl-C. A long integral does not ask whether it should go on: it is left to its threads.
const GRACE: Duration = Duration::from_millis(400);

enum Event<T> {
    Asked(Block),
    /// None if the work failed inside.
    Done(Option<Result<T, Error>>),
}

/// What stands between the threads at work and a simulator of Python's.
#[derive(Clone)]
pub struct Door(Arc<dyn Fn(Block) -> bool + Send + Sync>);

impl Door {
    /// The claim, simulated by whoever stands behind the door. `name` tells its draws from those of others in a results file.
    pub fn simulate(&self, claim: &Claim, name: &str) -> Result<Claim, Error> {
        let Some(observable) = claim.observable().map(str::to_string) else {
            return Err(Error::Request(format!("claim `{}` has nothing to observe", claim.id())));
        };
        let ask = Arc::clone(&self.0);
        let names = [observable.clone()];
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let draw = move |drawings: &[limitcheck::Drawing]| {
            let (answer, answered) = sync_channel::<Answer>(1);
            let gone = || (drawings[0].replicate, "interrupted".to_string());
            if !ask(Block::new(drawings, &observable, answer)) {
                return Err(gone());
            }
            let values = answered.recv().map_err(|_| gone())??;
            Ok(values.into_iter().map(|value| vec![value]).collect())
        };
        // As of a program: so the same function behind one has the same draws.
        let cost = |dim: usize, width: usize| (dim.max(width) as f64).powi(3);
        let function = Function::in_blocks(&format!("given {name} {}", names[0]), &names, draw).cost(cost);
        Ok(claim.simulated_by(Simulator::own(function)))
    }
}

/// Does the work on that many threads (0: one per core). `serve` is called with each [`Block`] that goes through the door, on this thread;
/// `progress` with what is under way, in a word, and its share that is done.
pub fn watched<T: Send + 'static>(
    py: Python<'_>,
    threads: usize,
    serve: Option<&Bound<'_, PyAny>>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Door) -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    let workers = Workers::new(threads).map_err(|error| raised(py, error))?;
    let watch = workers.watch();
    let (sender, mut events) = channel::<Event<T>>();
    let asked = sender.clone();
    let door = Door(Arc::new(move |block| asked.send(Event::Asked(block)).is_ok()));
    workers.start(move || {
        let done = catch_unwind(AssertUnwindSafe(|| work(&door))).ok();
        // Nobody waits any more for work that took too long to end.
        let _ = sender.send(Event::Done(done));
    });
    let mut shown = Instant::now();
    let mut failed: Option<PyErr> = None;
    let mut until = Instant::now();
    loop {
        let event;
        (event, events) = py.detach(move || (events.recv_timeout(GLANCE), events));
        let step = match event {
            Ok(Event::Done(done)) => {
                return match (failed, done) {
                    (Some(error), _) => Err(error),
                    (None, None) => Err(panicked()),
                    (None, Some(done)) => done.map_err(|error| raised(py, error)),
                };
            }
            Ok(Event::Asked(block)) => match (failed.is_none(), serve) {
                (true, Some(serve)) => serve.call1((Py::new(py, block)?,)).map(|_| ()),
                _ => Ok(()),
            },
            Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => return Err(failed.unwrap_or_else(panicked)),
        };
        let mut step = step.and_then(|()| py.check_signals());
        if let Some(progress) = progress.filter(|_| step.is_ok() && shown.elapsed() >= 2 * GLANCE) {
            shown = Instant::now();
            if let Some(stage) = watch.stage() {
                step = progress.call1((stage.what, stage.done / stage.work.max(1.0))).map(|_| ());
            }
        }
        if let (Err(error), None) = (step, &failed) {
            watch.interrupt();
            failed = Some(error);
            until = Instant::now() + GRACE;
        }
        if failed.is_some() && Instant::now() > until {
            return Err(failed.unwrap_or_else(panicked));
        }
    }
}
