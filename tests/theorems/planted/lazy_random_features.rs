//! Wrong versions of the claims about random features at a finite training time, and with weight decay towards the start.

use super::{Planted, planted};

pub const PLANTED: &[Planted] = &[
    planted("rf-lazy-test-error", "rank_one_change_forgotten", NU, "-> psi(-z)\n"),
    planted("rf-lazy-test-error", "atom_forgotten", "limit 1 - alpha2*q*Int", ATOM_FORGOTTEN),
    planted("rf-lazy-test-error", "rate_halved", "(1 - exp(-2*time*", "(1 - exp(-time*"),
    planted("rf-lazy-test-error", "start_decays_at_half_the_rate", "(lbar + u)*exp(-2*time*", "(lbar + u)*exp(-time*"),
    planted("rf-lazy-test-error", "half_forgotten", "zeta^2/2*Int", "zeta^2*Int"),
    planted("rf-lazy-test-error", "zeta_for_its_square", "zeta^2/2*Int", "zeta/2*Int"),
    planted("rf-lazy-test-error", "start_dropped", "zeta^2/2*Int", "0*Int"),
    planted("rf-lazy-test-error", "start_without_lbar", "Int[(lbar + u)*exp", "Int[u*exp"),
    planted("rf-lazy-robustness", "rank_one_change_forgotten", NU, "-> psi(-z)\n"),
    planted("rf-lazy-robustness", "atom_forgotten", "limit alpha2*q/2*(Int", ATOM_WITHOUT_ENERGY),
    planted("rf-lazy-robustness", "degree_2_counted_once", " + q*Int[phi", " + 0*Int[phi"),
    planted("rf-lazy-robustness", "variance_for_energy", "Int[(eta + u)*phi", "Int[(lbar + u)*phi"),
    planted("rf-lazy-robustness", "rate_doubled", "phi(u) = (1 - exp(-time*u))/u", "phi(u) = (1 - exp(-2*time*u))/u"),
    planted("rf-lazy-robustness", "quarter_for_half", "limit alpha2*q/2*", "limit alpha2*q/4*"),
    planted("rf-lazy-robustness", "half_for_quarter", "zeta^2/4*Int", "zeta^2/2*Int"),
    planted("rf-lazy-robustness", "start_decays_at_half_the_rate", "(eta + u)*exp(-2*time*", "(eta + u)*exp(-time*"),
    planted("rf-decay-test-error", "rank_one_change_forgotten", GAIN, "gain(z) = psi(z)\n"),
    planted("rf-decay-test-error", "derivative_dropped", " - decay*gain'", " - 0*gain'"),
    planted("rf-decay-test-error", "sign_of_derivative", " - decay*gain'", " + decay*gain'"),
    planted("rf-decay-test-error", "zeta_for_its_square", "- zeta^2/2*decay^2", "- zeta/2*decay^2"),
    planted("rf-decay-test-error", "decay_for_its_square", "- zeta^2/2*decay^2", "- zeta^2/2*decay"),
    planted("rf-decay-test-error", "linear_part_dropped", "rho*(lbar + spread)", "rho*(lbar + 0*spread)"),
    planted("rf-decay-robustness", "rank_one_change_forgotten", GAIN, "gain(z) = psi(z)\n"),
    planted("rf-decay-robustness", "degree_2_counted_once", " + q*gain(lbar + decay)^2", " + 0*gain(lbar + decay)^2"),
    planted("rf-decay-robustness", "decay_forgotten_in_energy", "(eta - lbar - decay)*", "(eta - lbar)*"),
    planted("rf-decay-robustness", "variance_for_energy", "rho*(eta + spread)", "rho*(lbar + spread)"),
    planted("rf-decay-robustness", "half_for_quarter", "- zeta^2/4*decay^2", "- zeta^2/2*decay^2"),
    planted("rf-decay-robustness", "decay_for_its_square", "- zeta^2/4*decay^2", "- zeta^2/4*decay"),
];

const NU: &str = "-> psi(-z)/(1 + q*psi(-z))\n";
const GAIN: &str = "gain(z) = psi(z)/(1 + q*psi(z))\n";

/// Isotropic weights: the atom of nu, at `q rho + q L/(q - L)` with mass `rho - (L/(q - L))^2` if that is positive, L = lambda(1)^2, is
/// left out of the integral.
const ATOM_FORGOTTEN: &str = "ratio = lambda(1)^2/(q - lambda(1)^2)
place = lbar + q*(rho + ratio)
limit 1 + alpha2*q*pos(rho - ratio^2)*(1 - exp(-2*time*place))/place - alpha2*q*Int";
const ATOM_WITHOUT_ENERGY: &str = "ratio = lambda(1)^2/(q - lambda(1)^2)
place = lbar + q*(rho + ratio)
limit alpha2*q/2*(-pos(rho - ratio^2)*(eta - lbar + place)*phi(place)^2 + Int";
