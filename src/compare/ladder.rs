//! Which sizes are simulated and how often, for each budget. Costs are work formulas, never the clock.

use std::fmt;
use std::str::FromStr;

/// How much work a run may do, and how narrow a margin it must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// For tests: margin 2 %.
    Quick,
    /// For reports: margin 1 %.
    Standard,
    /// Margin 0.5 %.
    Thorough,
}

/// How dear one draw is: ladders of dear ones end earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// A few products of matrices of d rows.
    Plain,
    /// Tens of them.
    Dear,
    /// A factor of a matrix of some d^2 rows.
    VeryDear,
}

/// Fewest replicates at any size, and those of the pilot: the t intervals rest on them.
pub const MIN_REPLICATES: u64 = 64;

/// Replicates of the first block; every count is a multiple of it.
pub const BLOCK: u64 = 64;

/// Each step adds this fraction of the replicates there are (and at least one block).
const GROWTH: f64 = 0.25;

/// How many replicates the next block adds to `count`. Counts of all cells run through the same sequence, so that cells which
/// share networks share their stored blocks, and a hundred thousand replicates make some thirty blocks.
pub fn more(count: u64) -> u64 {
    ((count as f64 * GROWTH) as u64).div_ceil(BLOCK).max(1) * BLOCK
}

/// Start and length of each block of the first `count` replicates.
pub fn blocks(count: u64) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    let (mut start, mut end) = (0, BLOCK);
    while start < count {
        found.push((start, end.min(count) - start));
        (start, end) = (end, end + more(end));
    }
    found
}

impl Budget {
    /// From the cheapest to the dearest.
    pub const ALL: [Budget; 3] = [Budget::Quick, Budget::Standard, Budget::Thorough];

    /// As the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            Budget::Quick => "quick",
            Budget::Standard => "standard",
            Budget::Thorough => "thorough",
        }
    }

    /// Margin as a fraction of |limit|.
    pub fn margin_fraction(self) -> f64 {
        match self {
            Budget::Quick => 0.02,
            Budget::Standard => 0.01,
            Budget::Thorough => 0.005,
        }
    }

    /// Nominal dimensions: five sizes over a ratio of 6 or more.
    fn nominal(self, draws: Draws) -> [usize; 5] {
        match (self, draws) {
            (Budget::Quick, Draws::VeryDear) => [8, 12, 20, 32, 48],
            (Budget::Standard, Draws::VeryDear) => [12, 16, 24, 48, 72],
            (Budget::Thorough, Draws::VeryDear) => [16, 24, 40, 64, 96],
            (Budget::Quick, _) => [16, 24, 48, 96, 144],
            (Budget::Standard, Draws::Dear) => [26, 36, 64, 104, 160],
            (Budget::Standard, Draws::Plain) | (Budget::Thorough, Draws::Dear) => [32, 40, 80, 160, 256],
            (Budget::Thorough, Draws::Plain) => [40, 56, 112, 224, 384],
        }
    }

    /// Work that one cell may cost, in floating-point operations of `compare::design`'s costs.
    pub fn work_per_cell(self) -> f64 {
        match self {
            Budget::Quick => 1e11,
            Budget::Standard => 1e12,
            Budget::Thorough => 1e13,
        }
    }

    /// The dimensions in use: multiples of `multiple`, increasing, at least five, ratio of last to first at least 6.
    pub fn dims(self, multiple: usize, draws: Draws) -> Vec<usize> {
        let multiple = multiple.max(1);
        let up = |dim: usize| dim.div_ceil(multiple) * multiple;
        let mut dims: Vec<usize> = Vec::new();
        for nominal in self.nominal(draws) {
            let next = dims.last().map_or(0, |last| last + multiple);
            dims.push(up(nominal).max(next));
        }
        let last = up(6 * dims[0]);
        let end = dims.len() - 1;
        dims[end] = dims[end].max(last);
        dims
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Budget, String> {
        let found = Budget::ALL.into_iter().find(|budget| budget.name() == text);
        found.ok_or_else(|| format!("unknown budget `{text}`: take quick, standard or thorough"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_replicate_once_and_share_their_ends() {
        assert!(blocks(0).is_empty());
        assert_eq!(blocks(10), [(0, 10)]);
        let long = blocks(100_000);
        assert!(long.len() < 40);
        assert_eq!(long.iter().map(|(_, count)| count).sum::<u64>(), 100_000);
        assert!(long.windows(2).all(|pair| pair[0].0 + pair[0].1 == pair[1].0));
        let reached = long[20].0;
        assert_eq!(blocks(reached), long[..20]);
    }

    #[test]
    fn every_ladder_has_five_sizes_over_a_ratio_of_six() {
        for budget in Budget::ALL {
            let draws = [Draws::Plain, Draws::Dear, Draws::VeryDear];
            for (multiple, dear) in [1, 2, 4, 8, 20, 100].into_iter().flat_map(|m| draws.map(|draws| (m, draws))) {
                let dims = budget.dims(multiple, dear);
                assert!(dims.len() >= 5 && dims.is_sorted_by(|a, b| a < b), "{dims:?}");
                assert!(dims[4] >= 6 * dims[0], "{budget} {multiple} {dear:?}: {dims:?}");
                assert!(dims.iter().all(|d| d.is_multiple_of(multiple)));
            }
        }
    }
}
