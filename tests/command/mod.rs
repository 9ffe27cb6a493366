//! The real binary, as a user runs it, verb by verb: results, exit codes, messages, files, interruptions. No shell, nothing outside
//! temporary folders; claims are small enough for the quick budget.

mod bench;
mod check;
mod compare;
mod eval;
mod explore;
mod failure;
mod hermite;
mod interruption;
mod library;
mod list;
mod merge;
mod programs;
mod report;
mod show;
mod simulate;
mod slurm;
mod sweep;
mod sync;
mod verbs;
