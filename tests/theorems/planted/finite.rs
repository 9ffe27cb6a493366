//! Wrong versions of the exact means at finite size.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted(
        "nt-mean-test-error",
        "limit_alone",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 2)) + beta*(1 - rho)*rho*d^2/((d - 1)*(d + 2))",
        "(1 - rho) + beta*(1 - rho)*rho",
    ),
    planted(
        "nt-mean-test-error",
        "d_plus_1_for_2",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 2))",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 1))",
    ),
    planted("nt-mean-test-error", "trace_part_dropped", "+ beta*(1 - rho)*rho", "+ 0*(1 - rho)*rho"),
    planted("nt-mean-test-error", "d_dropped", "(1 - rho)*((1 - rho)*d^2 + d - 2)", "(1 - rho)*((1 - rho)*d^2 - 2)"),
    planted(
        "nt-mean-robustness",
        "limit_alone",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 2)) + beta*(1 - rho)*rho*d^2/((d - 1)*(d + 2))",
        "(1 - rho) + beta*(1 - rho)*rho",
    ),
    planted(
        "nt-mean-robustness",
        "d_plus_1_for_2",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 2))",
        "((1 - rho)*d^2 + d - 2)/((d - 1)*(d + 1))",
    ),
    planted("nt-mean-robustness", "trace_part_dropped", "+ beta*(1 - rho)*rho", "+ 0*(1 - rho)*rho"),
    planted("nt-mean-robustness", "d_dropped", "(1 - rho)*((1 - rho)*d^2 + d - 2)", "(1 - rho)*((1 - rho)*d^2 - 2)"),
    planted("nt-first-correction", "5_percent_off", "alt (1 - beta)", "alt 1.05*(1 - beta)"),
    planted("nt-first-correction", "beta_dropped", "alt (1 - beta)*rho", "alt rho"),
    planted("nt-first-correction", "denominator_forgotten", "/((1 - x)*(1 + 2*x))", "/(1 - x)"),
    planted("nt-first-correction", "sign", "1 - rho + x - 2*x^2", "1 - rho - x - 2*x^2"),
    planted("nt-projected-trace", "5_percent_off", "\nlimit ", "\nlimit 1.05*"),
    planted("nt-projected-trace", "independent_directions", " - (d + 1)*(1 - rho)*rho*d/((d - 1)*(d + 2)))", ")"),
    planted("nt-projected-trace", "mean_squared", " + 2*(1 - rho)*rho*d/((d - 1)*(d + 2))", ""),
    planted("nt-projected-trace", "beta_dropped", "*beta*d +", "*d +"),
    planted("init-mean-test-error", "limit_alone", "(1 + 2/d)", "1"),
    planted("init-mean-test-error", "factor_2", "limit 1 + zeta^2*(1 + 2/d)", "limit 1 + zeta^2*(1 + 4/d)"),
    planted("init-mean-test-error", "zeta_for_its_square", "limit 1 + zeta^2", "limit 1 + zeta"),
    planted("init-mean-test-error", "sign_of_correction", "limit 1 + zeta^2*(1 + 2/d)", "limit 1 + zeta^2*(1 - 2/d)"),
    planted("init-mean-robustness", "limit_alone", "(1 + 2/d)", "1"),
    planted("init-mean-robustness", "factor_2", "limit zeta^2*(1 + 2/d)", "limit zeta^2*(1 + 4/d)"),
    planted("init-mean-robustness", "zeta_for_its_square", "limit zeta^2", "limit zeta"),
    planted("init-mean-robustness", "one_over_m", "limit zeta^2*(1 + 2/d)", "limit zeta^2*(1 + 2/m)"),
];
