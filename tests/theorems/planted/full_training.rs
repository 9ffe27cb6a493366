//! Wrong versions of the claims about full training.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("sgd-test-error", "5_percent_off", "limit Int", "limit 1.05*Int"),
    planted(
        "sgd-test-error",
        "largest_for_smallest",
        "limit Int[quantile(spectrum, p)",
        "limit Int[quantile(spectrum, 1 - p)",
    ),
    planted("sgd-test-error", "rho_for_its_complement", "p in [0, pos(1 - rho)]", "p in [0, min(rho, 1)]"),
    planted("sgd-test-error", "square_dropped", "limit Int[quantile(spectrum, p)^2", "limit Int[quantile(spectrum, p)"),
    planted("sgd-test-error", "square_of_the_mean", "]]/E[b^2 : b ~ spectrum]", "]]/E[b : b ~ spectrum]^2"),
    planted("sgd-robustness", "5_percent_off", "limit Int", "limit 1.05*Int"),
    planted(
        "sgd-robustness",
        "smallest_for_largest",
        "limit Int[quantile(spectrum, 1 - p)",
        "limit Int[quantile(spectrum, p)",
    ),
    planted("sgd-robustness", "rho_for_its_complement", "p in [0, min(rho, 1)]", "p in [0, pos(1 - rho)]"),
    planted(
        "sgd-robustness",
        "square_dropped",
        "limit Int[quantile(spectrum, 1 - p)^2",
        "limit Int[quantile(spectrum, 1 - p)",
    ),
    planted("sgd-robustness", "square_of_the_mean", "]]/E[b^2 : b ~ spectrum]", "]]/E[b : b ~ spectrum]^2"),
];
