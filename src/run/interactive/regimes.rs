//! Which claims give a regime's test error and sensitivity, at which stage of training, and along which axes.

use super::super::plan::Prepared;

/// A regime of training.
pub struct Regime {
    /// The first part of its claims' ids.
    pub id: &'static str,
    pub label: &'static str,
    pub stages: &'static [Stage],
}

/// What of a regime is asked for.
pub struct Stage {
    /// `start`: whatever the time. `time`: at a finite training time. `end`: to the optimum. `samples`: to the optimum on finitely many
    /// samples.
    pub name: &'static str,
    /// `*` stands for the observable, `test-error` or `robustness`.
    pub pattern: &'static str,
    /// Of its tables, the slowest first.
    pub axes: &'static [&'static str],
    /// Left out of the page where the catalogue has not the claims.
    pub optional: bool,
    /// Whether the values grow without bound at the end of what the claims speak of.
    pub inverse: bool,
}

/// A stage of a regime whose two claims the catalogue has.
pub(super) struct Staged<'a> {
    pub regime: &'static str,
    pub stage: &'static Stage,
    /// Test error and sensitivity.
    pub claims: [Prepared<'a>; 2],
}

impl Stage {
    const fn new(name: &'static str, pattern: &'static str, axes: &'static [&'static str]) -> Stage {
        Stage { name, pattern, axes, optional: false, inverse: false }
    }

    /// Ids of the claims of the test error and of the sensitivity.
    pub fn claims(&self) -> [String; 2] {
        ["test-error", "robustness"].map(|observable| self.pattern.replace('*', observable))
    }
}

/// In the order of training.
pub const REGIMES: [Regime; 5] = [
    Regime { id: "init", label: "initialization", stages: &[Stage::new("start", "init-*", &["activation", "parts"])] },
    Regime {
        id: "rf",
        label: "random features",
        stages: &[
            Stage::new("time", "rf-lazy-*", &["activation", "parts", "rho", "time"]),
            Stage::new("end", "rf-*", &["weights", "activation", "spectrum", "rho"]),
        ],
    },
    Regime {
        id: "nt",
        label: "neural tangent, quadratic",
        stages: &[
            Stage::new("time", "nt-lazy-*", &["parts", "rho", "time"]),
            Stage::new("end", "nt-*", &["weights", "spectrum", "rho"]),
            Stage {
                name: "samples",
                pattern: "nt-samples-*",
                axes: &["samples", "spectrum", "rho"],
                optional: true,
                inverse: true,
            },
        ],
    },
    Regime {
        id: "nt-general",
        label: "neural tangent, chosen activation",
        stages: &[Stage::new("end", "nt-general-*", &["activation", "spectrum", "rho"])],
    },
    Regime {
        id: "sgd",
        label: "full training, quadratic",
        stages: &[
            Stage::new("time", "sgd-flow-*", &["spectrum", "scale", "rho", "time"]),
            Stage::new("end", "sgd-*", &["spectrum", "rho"]),
        ],
    },
];
