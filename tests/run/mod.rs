//! Runs: kinds of claims, samples and results files, what has no value, wrong versions.

mod division;
mod formulas;
mod interactive;
mod kinds;
mod mutants;
mod needed;
mod no_value;
mod own_samples;
mod printed;
mod report_file;
mod shard;
mod simulate;
mod store;
mod unfinished;
