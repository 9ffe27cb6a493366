//! Wrong versions of every claim, as a hand that slips would write them: the judge must say `disagrees` by simulation.

/// A replacement in the claim's text, or in the shared definitions, that makes the statement wrong.
pub struct Planted {
    pub claim: &'static str,
    pub slip: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

const fn planted(claim: &'static str, slip: &'static str, from: &'static str, to: &'static str) -> Planted {
    Planted { claim, slip, from, to }
}

const LIMIT: &str = "\nlimit ";

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

const PSI_TERM: &str = "lambda(1)^2*t / (1 + lambda(1)^2*t*p)";
