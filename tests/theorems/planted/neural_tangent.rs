//! Wrong versions of the claims about the neural tangent model.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("nt-test-error", "5_percent_off", "+ k^2*share)/E[b^2", "+ k^2*share)*1.05/E[b^2"),
    planted("nt-test-error", "trace_part_dropped", " + k^2*share)/E[b^2", " + 0*share)/E[b^2"),
    planted("nt-test-error", "k_for_its_square", "E[b^2*k^2/(t + k)^2", "E[b^2*k/(t + k)^2"),
    planted("nt-test-error", "power_dropped", "E[b^2*k^2/(t + k)^2", "E[b^2*k^2/(t + k)"),
    planted("nt-test-error", "one_for_rho", "/ (rho - E[t^2", "/ (1 - E[t^2"),
    planted(
        "nt-robustness",
        "5_percent_off",
        "limit cases(rho < rank:\n        (E[",
        "limit cases(rho < rank:\n        1.05*(E[",
    ),
    planted("nt-robustness", "trace_part_dropped", " - k^2*share)/E[b^2", " - 0*share)/E[b^2"),
    planted("nt-robustness", "sign_of_trace_part", " - k^2*share)/E[b^2", " + k^2*share)/E[b^2"),
    planted("nt-robustness", "factor_2_forgotten", "t*(t + 2*k)/", "t*(t + k)/"),
    planted("nt-robustness", "one_for_rho", "/ (rho - E[t^2", "/ (1 - E[t^2"),
];
