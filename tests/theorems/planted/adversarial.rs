//! Wrong versions of the claims about perturbed inputs.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("adversarial-norm", "factor_2_forgotten", "limit 2*E[b^4", "limit E[b^4"),
    planted("adversarial-norm", "third_moment", "limit 2*E[b^4", "limit 2*E[b^3"),
    planted("adversarial-norm", "not_scale_free", "E[b^2 : b ~ spectrum]^2", "E[b^2 : b ~ spectrum]"),
    planted(
        "adversarial-norm",
        "variance_of_the_eigenvalues",
        "limit 2*E[b^4 : b ~ spectrum]",
        "limit 2*(E[b^4 : b ~ spectrum] - E[b : b ~ spectrum]^4)",
    ),
    planted("adversarial-gain", "5_percent_off", ONE, "\nlimit 1.05\n"),
    planted("adversarial-gain", "gradient_of_half_the_form", ONE, "\nlimit 1/2\n"),
    planted("adversarial-gain", "radius_squared", ONE, "\nlimit radius\n"),
    planted(
        "adversarial-gain",
        "curvature_does_not_vanish",
        ONE,
        "\nlimit 1 + radius*E[b^3 : b ~ spectrum]/(2*E[b^2 : b ~ spectrum]^(3/2))\n",
    ),
    planted(
        "adversarial-gain",
        "mean_curvature",
        ONE,
        "\nlimit abs(E[b : b ~ spectrum])/sqrt(E[b^2 : b ~ spectrum])\n",
    ),
    planted(
        "adversarial-gain-curvature",
        "half_forgotten",
        "limit radius*E[b^3 : b ~ spectrum]/(2*",
        "limit radius*E[b^3 : b ~ spectrum]/(",
    ),
    planted("adversarial-gain-curvature", "radius_squared", "limit radius*", "limit radius^2*"),
    planted("adversarial-gain-curvature", "not_scale_free", "b ~ spectrum]^(3/2)", "b ~ spectrum]^(1/2)"),
    planted("adversarial-gain-curvature", "absolute_values", "limit radius*E[b^3", "limit radius*E[abs(b)^3"),
    planted("adversarial-gain-curvature", "5_percent_off", "limit radius*", "limit 1.05*radius*"),
    planted("adversarial-gain-network", "5_percent_off", ONE, "\nlimit 1.05\n"),
    planted("adversarial-gain-network", "variance_for_the_energy", ONE, "\nlimit sqrt(2)\n"),
    planted("adversarial-gain-network", "radius_squared", ONE, "\nlimit radius\n"),
    planted("adversarial-gain-network", "energy_of_the_target", ONE, "\nlimit sqrt(q*psi(lbar)/(1 + q*psi(lbar)))\n"),
];

const ONE: &str = "\nlimit 1\n";
