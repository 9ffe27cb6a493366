//! The only place with files, threads and the clock.
