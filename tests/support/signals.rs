//! Signals to a running program.

use std::process::Child;

pub const SIGINT: i32 = 2;
pub const SIGTERM: i32 = 15;

/// Sends a signal to a child that has not been waited for.
pub fn signal(child: &Child, signal: i32) {
    unsafe extern "C" {
        fn kill(process: i32, signal: i32) -> i32;
    }
    // SAFETY: the child has not been waited for, so its id is still its own.
    assert_eq!(unsafe { kill(child.id() as i32, signal) }, 0);
}
