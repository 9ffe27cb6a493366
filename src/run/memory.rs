//! How much memory a network may take on this machine.

use crate::sim::{Network, is_drawn_alone};

/// Bytes that a network may take.
pub(crate) type MemoryLimit = fn(&Network) -> u64;

/// Bytes that a network may take: what the system says is available, shared by the threads if they draw side by side;
/// 4 GiB where it does not say.
pub(crate) fn memory_limit(network: &Network) -> u64 {
    told("MemAvailable:") / at_once(network, rayon::current_num_threads())
}

/// Likewise of all that this machine has, which does not change while it works.
pub(crate) fn memory_of_machine(network: &Network) -> u64 {
    told("MemTotal:") / at_once(network, rayon::current_num_threads())
}

/// What the largest machines have: for the plan of a run that others draw parts of, which must be the same on every machine.
pub(crate) fn memory_anywhere(network: &Network) -> u64 {
    const TERABYTES: u64 = 16 << 40;
    // The eigenvalues are listed here all the same.
    const LONGEST: usize = 10_000_000;
    if network.dim > LONGEST { memory_limit(network) } else { TERABYTES }
}

/// How many networks may be in memory at once.
pub(crate) fn at_once(network: &Network, threads: usize) -> u64 {
    // A thread that waits for panels of its network may begin another one.
    if is_drawn_alone(network) { 1 } else { 2 * threads.max(1) as u64 }
}

fn told(what: &str) -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with(what))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    });
    told.unwrap_or(4 << 30)
}
