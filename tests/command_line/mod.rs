//! The real binary, as a user runs it: results, exit codes, messages, files, interruptions. No shell, nothing outside
//! temporary folders; claims are small enough for the quick budget.

mod bad_input;
mod benchmarks;
mod curves;
mod exit_codes;
mod explored;
mod interruption;
mod kinds;
mod messages;
mod no_false_yes;
mod no_value;
mod own_claims;
mod own_samples;
mod own_sizes;
mod printed;
mod programs;
mod programs_of_the_page;
mod reproducible;
mod results_files;
mod support;
mod verbs;
