//! Wrong versions of the claims about random initialization.

use super::{LIMIT, Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("init-test-error", "5_percent_off", LIMIT, "\nlimit 1.05*(1 + zeta^2*(lbar + lambda(1)^2)/2)\nanalysis "),
    planted(
        "init-test-error",
        "linear_part_dropped",
        "limit 1 + zeta^2*(lbar + lambda(1)^2)/2",
        "limit 1 + zeta^2*lbar/2",
    ),
    planted("init-test-error", "lambda0_not_removed", "- lambda(0)^2 - lambda(1)^2", "- lambda(1)^2"),
    planted("init-test-error", "zeta_for_its_square", "limit 1 + zeta^2", "limit 1 + zeta"),
    planted(
        "init-test-error",
        "half_forgotten",
        "limit 1 + zeta^2*(lbar + lambda(1)^2)/2",
        "limit 1 + zeta^2*(lbar + lambda(1)^2)",
    ),
    planted("init-robustness", "5_percent_off", "limit zeta^2", "limit 1.05*zeta^2"),
    planted(
        "init-robustness",
        "linear_part_dropped",
        "limit zeta^2*E[sigma'(g)^2 : g ~ normal]/4",
        "limit zeta^2*eta/4",
    ),
    planted("init-robustness", "sigma_for_its_derivative", "limit zeta^2*E[sigma'(g)^2", "limit zeta^2*E[sigma(g)^2"),
    planted("init-robustness", "zeta_for_its_square", "limit zeta^2", "limit zeta"),
    planted(
        "init-robustness",
        "half_for_quarter",
        "limit zeta^2*E[sigma'(g)^2 : g ~ normal]/4",
        "limit zeta^2*E[sigma'(g)^2 : g ~ normal]/2",
    ),
];
