//! The program `limitcheck`: the command line of the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(limitcheck::command::run(std::env::args_os()))
}
