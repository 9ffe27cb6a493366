//! How much memory a network may take on this machine.

use crate::sim::{Network, is_drawn_alone};

/// Bytes that a network may take: what the system says is available, shared by the threads if they draw side by side;
/// 4 GiB where it does not say.
pub(crate) fn memory_limit(network: &Network) -> u64 {
    let available = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    });
    // A thread that waits for panels of its network may begin another one.
    let sharing = if is_drawn_alone(network) { 1 } else { 2 * rayon::current_num_threads().max(1) };
    available.unwrap_or(4 << 30) / sharing as u64
}
