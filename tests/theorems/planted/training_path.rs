//! Wrong versions of the claims about full training along time.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("sgd-flow-test-error", "5_percent_off", "otherwise: E[(M", "otherwise: 1.05*E[(M"),
    planted("sgd-flow-test-error", "fluctuations_dropped", ": b ~ spectrum] + V)", ": b ~ spectrum] + 0*V)"),
    planted("sgd-flow-test-error", "scale_for_its_square", "+ 2*ln(scale)", "+ 4*ln(scale)"),
    planted("sgd-flow-test-error", "growth_halved", "step(8*time*(pos(x)", "step(4*time*(pos(x)"),
    planted("sgd-flow-test-error", "one_for_rho", "(rho - E[f(b, y)", "(1 - E[f(b, y)"),
    planted(
        "sgd-flow-test-error",
        "spectrum_not_normalised",
        "size = sqrt(E[b^2 : b ~ spectrum])",
        "size = 0*E[b : b ~ spectrum] + 1",
    ),
    planted("sgd-flow-robustness", "5_percent_off", "otherwise: E[M", "otherwise: 1.05*E[M"),
    planted("sgd-flow-robustness", "fluctuations_dropped", ": b ~ spectrum] + V)", ": b ~ spectrum] + 0*V)"),
    planted("sgd-flow-robustness", "scale_for_its_square", "+ 2*ln(scale)", "+ 4*ln(scale)"),
    planted("sgd-flow-robustness", "growth_halved", "step(8*time*(pos(x)", "step(4*time*(pos(x)"),
    planted("sgd-flow-robustness", "one_for_rho", "(rho - E[f(b, y)", "(1 - E[f(b, y)"),
    planted("sgd-flow-robustness", "fluctuations_halved", ": b ~ spectrum] + V)", ": b ~ spectrum] + V/2)"),
];
