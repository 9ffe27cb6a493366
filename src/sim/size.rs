//! What a draw costs, before anything is allocated.

use super::interface::Work;
use super::{Network, SimError, Target};
use crate::model::Weights;

/// Cost of drawing the network once, for one target and an activation with a closed form (a Hermite series adds some 60
/// operations per pair of neurons). Depends on the sizes alone, so that budgets never depend on a clock.
pub fn work(network: &Network) -> Work {
    network.simulator.cost(network)
}

/// Operations that an activation without a closed form adds to a draw: moments of every row, interpolated (on the sphere they are
/// those of one), more of them at small dimensions, where the largest cosine calls for more terms; then the terms of every pair.
/// A budget's formula, not a clock; what is settled once for all draws is not counted.
fn series_flops(network: &Network) -> f64 {
    let (d, m) = (network.dim as f64, network.width as f64);
    let row = match network.weights {
        Weights::Gaussian | Weights::Uniform => 6e3,
        Weights::Sphere => 0.0,
    };
    m * row * (1.0 + 70.0 / d) + 60.0 * m * m
}

/// Cost of one draw for a target in floating-point operations, the activation included.
pub fn draw_flops(network: &Network, target: &Target) -> f64 {
    let properties = network.simulator.properties();
    let sizes_alone = || work(network).flops;
    let plain = properties.flops.map_or_else(sizes_alone, |flops| flops(network.dim as f64, &target.numbers));
    plain + if (properties.has_series)(&target.activation) { series_flops(network) } else { 0.0 }
}

/// Operations per second of one core that estimates of time assume: half of what products of matrices reach.
const RATE: f64 = 5e10;

/// Work of a draw from which on it keeps all threads busy by itself.
const ALONE: f64 = 5e9;

/// Whether draws of this network are made one after another, each with all threads and all memory, rather than side by side.
/// The samples are the same either way.
pub fn is_drawn_alone(network: &Network) -> bool {
    network.simulator.properties().by_panels && work(network).flops >= ALONE
}

/// Refuses a network whose matrices need more than `limit` bytes, and sizes of zero.
///
/// # Errors
/// Such a network; the message names what it needs.
pub fn check_memory(network: &Network, limit: u64) -> Result<(), SimError> {
    if network.dim == 0 || network.width == 0 {
        return Err(SimError::failed(format!(
            "a network needs a dimension and a width of at least 1, not {} and {}",
            network.dim, network.width
        )));
    }
    let Work { bytes, flops } = work(network);
    if bytes > limit {
        return Err(SimError::failed(format!(
            "simulator `{}` at dimension {} and width {} needs {}{}, more than the limit of {} (and about {} a draw on one \
             core at {RATE:e} operations a second): choose a smaller size",
            network.simulator.name(),
            network.dim,
            network.width,
            if bytes == u64::MAX { "more than " } else { "" },
            readable(bytes),
            readable(limit),
            readable_time(flops / RATE)
        )));
    }
    Ok(())
}

fn readable(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let power = (bytes.max(1).ilog2() / 10) as usize;
    let value = bytes as f64 / 1024_f64.powi(power as i32);
    if power == 0 { format!("{bytes} bytes") } else { format!("{value:.1} {}", UNITS[power]) }
}

fn readable_time(seconds: f64) -> String {
    let units =
        [(365.25 * 86400.0, "years"), (86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"), (1.0, "seconds")];
    match units.iter().find(|(length, _)| seconds >= 2.0 * length) {
        Some((length, unit)) if seconds / length < 1e4 => format!("{:.0} {unit}", seconds / length),
        Some((length, unit)) => format!("{:.0e} {unit}", seconds / length),
        None => format!("{seconds:.1} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::simulator;

    fn network(name: &str, dim: usize, width: usize) -> Network {
        Network { simulator: simulator(name), weights: Weights::Gaussian, dim, width }
    }

    #[test]
    fn absurd_sizes_are_refused_with_the_need_in_the_message() {
        let absurd = 1_000_000_000_000;
        for simulator in ["init", "rf", "sgd-descent"] {
            let SimError::Failed(message) = check_memory(&network(simulator, absurd, absurd), 4 << 30).unwrap_err();
            assert!(message.contains("more than 16.0 EiB"), "{message}");
            assert!(message.contains("limit of 4.0 GiB"), "{message}");
            assert!(message.contains("years a draw"), "{message}");
        }
        let large = network("rf", 10_000, 30_000);
        let SimError::Failed(message) = check_memory(&large, 1 << 30).unwrap_err();
        assert!(message.contains("needs 15.2 GiB"), "{message}");
        // 9e12 operations for the products, 9e12 for the factor, 2.7e10 for the kernels, at 5e10 a second.
        assert!(message.contains("about 6 minutes a draw"), "{message}");
        assert!(check_memory(&network("rf", 400, 1200), 1 << 30).is_ok());
    }

    #[test]
    fn empty_networks_are_refused() {
        assert!(check_memory(&network("nt", 4, 0), u64::MAX).is_err());
        assert!(check_memory(&network("nt", 0, 4), u64::MAX).is_err());
    }
}
