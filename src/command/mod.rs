//! The command line: one file per verb. Each reads its arguments, calls the library, prints results on standard output.

mod bench;
mod calibrate;
mod check;
mod compare;
mod eval;
mod explore;
mod failure;
mod folder;
mod hermite;
mod interruption;
mod library;
mod list;
mod merge;
mod mutants;
mod output;
mod page;
mod plot;
mod programs;
mod question;
mod ready;
mod report;
mod show;
mod simulate;
mod slurm;
mod sweep;
mod sync;
mod terms;
mod verbs;

pub use verbs::run;

use failure::{Failure, Outcome, UNREADABLE, remark};
use output::{budget, check_json_target, command_line, json_number, print, print_json, quoted, write_json};
use ready::{check_apart, kept_results, prepare};
