//! Wrong versions of the claims about random features.

use super::{LIMIT, Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("rf-test-error", "5_percent_off", LIMIT, "\nlimit 1.05*(1 - alpha2*kappa/(1 + kappa))\nanalysis "),
    planted("rf-test-error", "denominator_dropped", "alpha2*kappa/(1 + kappa)\n", "alpha2*kappa\n"),
    planted("rf-test-error", "lambda1_for_its_square", PSI_TERM, "lambda(1)*t / (1 + lambda(1)*t*p)"),
    planted("rf-test-error", "rho_for_its_inverse", "rho/p - z", "1/(rho*p) - z"),
    planted("rf-test-error", "lambda0_not_removed", "- lambda(0)^2 - lambda(1)^2", "- lambda(1)^2"),
    planted("rf-test-error", "half_of_q_forgotten", "lambda(2)^2 * T2 / 2", "lambda(2)^2 * T2"),
    planted("rf-test-error", "alpha_for_its_square", "limit 1 - alpha2*", "limit 1 - sqrt(alpha2)*"),
    planted("rf-robustness", "5_percent_off", "otherwise: alpha2*kappa", "otherwise: 1.05*alpha2*kappa"),
    planted("rf-robustness", "term_dropped", "(1 + 2*kappa - (eta - lbar)*psi'(lbar)/psi(lbar))", "(1 + 2*kappa)"),
    planted("rf-robustness", "sign_of_derivative", "2*kappa - (eta", "2*kappa + (eta"),
    planted("rf-robustness", "lambda1_for_its_square", PSI_TERM, "lambda(1)*t / (1 + lambda(1)*t*p)"),
    planted("rf-robustness", "rho_for_its_inverse", "rho/p - z", "1/(rho*p) - z"),
    planted("rf-robustness", "lambda0_not_removed", "- lambda(0)^2 - lambda(1)^2", "- lambda(1)^2"),
    planted("rf-no-intercept", "5_percent_off", LIMIT_ONE, "\nlimit 1.05"),
    planted("rf-no-intercept", "intercept_free", LIMIT_ONE, "\nlimit 1 - beta*q*psi(lbar)/(1 + q*psi(lbar))"),
    planted("rf-no-intercept", "learns_the_rest", LIMIT_ONE, "\nlimit 1 - beta/2"),
    planted("rf-no-intercept", "lambda0_in_lbar", LIMIT_ONE, "\nlimit lbar/(lbar + lambda(0)^2)"),
    planted("rf-odd-activation", "5_percent_off", LIMIT_ONE, "\nlimit 1.05"),
    planted("rf-odd-activation", "learns_the_trace", LIMIT_ONE, "\nlimit 1 - beta*rho/(1 + rho)"),
    planted("rf-odd-activation", "linear_part_counts", LIMIT_ONE, "\nlimit 1 - lambda(1)^2/2"),
    planted("rf-odd-activation", "error_for_energy", LIMIT_ONE, "\nlimit 0"),
];

const LIMIT_ONE: &str = "\nlimit 1";

const PSI_TERM: &str = "lambda(1)^2*t / (1 + lambda(1)^2*t*p)";
