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

/// Fewest replicates at any size: the t intervals rest on them.
pub const MIN_REPLICATES: u64 = 64;

/// Replicates are drawn and stored in blocks of this many.
pub const BLOCK: u64 = 64;

impl Budget {
    pub const ALL: [Budget; 3] = [Budget::Quick, Budget::Standard, Budget::Thorough];

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
    fn nominal(self) -> [usize; 5] {
        match self {
            Budget::Quick => [24, 40, 64, 96, 144],
            Budget::Standard => [32, 56, 96, 144, 192],
            Budget::Thorough => [40, 72, 120, 192, 288],
        }
    }

    /// Work that one size of one network may cost, in floating-point operations.
    fn work_per_size(self) -> f64 {
        match self {
            Budget::Quick => 2e9,
            Budget::Standard => 2e10,
            Budget::Thorough => 2e11,
        }
    }

    fn most_replicates(self) -> u64 {
        match self {
            Budget::Quick => 1024,
            Budget::Standard => 4096,
            Budget::Thorough => 16384,
        }
    }

    /// The dimensions in use: multiples of `multiple`, increasing, at least five, ratio of last to first at least 6.
    pub fn dims(self, multiple: usize) -> Vec<usize> {
        let multiple = multiple.max(1);
        let up = |dim: usize| dim.div_ceil(multiple) * multiple;
        let mut dims: Vec<usize> = Vec::new();
        for nominal in self.nominal() {
            let next = dims.last().map_or(0, |last| last + multiple);
            dims.push(up(nominal).max(next));
        }
        let last = up(6 * dims[0]);
        let end = dims.len() - 1;
        dims[end] = dims[end].max(last);
        dims
    }

    /// Replicates at a size whose draws cost `flops` each: a multiple of [`BLOCK`], at least [`MIN_REPLICATES`].
    pub fn replicates(self, flops: f64) -> u64 {
        let affordable = (self.work_per_size() / flops.max(1.0)).min(self.most_replicates() as f64) as u64;
        affordable.max(MIN_REPLICATES).div_ceil(BLOCK) * BLOCK
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
    fn every_ladder_has_five_sizes_over_a_ratio_of_six() {
        for budget in Budget::ALL {
            for multiple in [1, 2, 4, 8, 20, 100] {
                let dims = budget.dims(multiple);
                assert!(dims.len() >= 5 && dims.is_sorted_by(|a, b| a < b), "{dims:?}");
                assert!(dims[4] >= 6 * dims[0], "{budget} {multiple}: {dims:?}");
                assert!(dims.iter().all(|d| d.is_multiple_of(multiple)));
            }
        }
    }

    #[test]
    fn replicates_are_whole_blocks_within_bounds() {
        for budget in Budget::ALL {
            assert_eq!(budget.replicates(1e15), MIN_REPLICATES);
            assert_eq!(budget.replicates(0.0), budget.most_replicates());
            assert!(budget.replicates(1e7).is_multiple_of(BLOCK));
        }
    }
}
