//! Threads of the caller's own, watched and stopped.

use super::claim::own;
use limitcheck::{Budget, Catalogue, CheckOptions, Claim, Error, Function, Simulator, Watch, Workers, check};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A claim whose simulator calls `at` with the number of each of its draws.
fn claim(at: impl Fn(usize) + Send + Sync + 'static) -> Claim {
    let drawn = AtomicUsize::new(0);
    let function = Function::new("mine", &["rest"], move |drawing| {
        at(drawn.fetch_add(1, Ordering::SeqCst));
        Ok(vec![1.0 + 0.02 * (f64::from(drawing.seed[0]) / f64::from(u32::MAX) - 0.5)])
    });
    Catalogue::bundled().with_simulator(Simulator::own(function)).parse("own.md", &own("1")).unwrap()
}

fn stopping(watch: Watch, at: usize) -> Claim {
    claim(move |draw| {
        assert!(watch.stage().is_some_and(|stage| stage.work > stage.done));
        if draw == at {
            watch.interrupt();
        }
    })
}

#[test]
fn what_an_interrupted_run_has_drawn_is_kept_and_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draws.jsonl");
    let options = CheckOptions::new(Budget::Quick);
    let whole = check(&[claim(|_| ())], &options).unwrap();
    let workers = Workers::new(2).unwrap();
    let stopped = stopping(workers.watch(), 300);
    let kept = options.clone().results(&path);
    assert!(matches!(workers.run(|| check(&[stopped], &kept)), Err(Error::Interrupted)));
    assert!(workers.watch().stage().is_none());
    let blocks = std::fs::read_to_string(&path).unwrap().lines().count();
    assert!(blocks > 1, "nothing was kept");
    // Neither other threads of the process nor new ones have been stopped.
    let fresh = Workers::new(1).unwrap();
    assert_eq!(fresh.run(|| check(&[claim(|_| ())], &kept)).unwrap(), whole);
    assert!(std::fs::read_to_string(&path).unwrap().lines().count() > blocks);
}

#[test]
fn limits_stop_too() {
    let workers = Workers::new(1).unwrap();
    workers.watch().interrupt();
    let claim = Catalogue::bundled().claim("nt-test-error").unwrap();
    let stopped = workers.run(|| claim.along("rho", &[0.5])?.limits());
    assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
    assert!(claim.along("rho", &[0.5]).unwrap().limits().is_ok());
}

#[test]
fn an_absurd_number_of_threads_is_refused() {
    assert!(Workers::new(1_000_000).err().unwrap().to_string().contains("at most 1024"));
}

#[test]
fn work_goes_on_when_its_threads_are_let_go_of() {
    let (sender, receiver) = std::sync::mpsc::channel();
    Workers::new(1).unwrap().start(move || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        sender.send(7).unwrap();
    });
    assert_eq!(receiver.recv(), Ok(7));
}
