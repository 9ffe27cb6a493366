//! Wrong versions of the claims about the neural tangent model of any activation.

use super::{Planted, planted};

const ERROR: &str = "nt-general-test-error";
const ENERGY: &str = "nt-general-robustness";

pub const PLANTED: &[Planted] = &[
    planted(ERROR, "5_percent_off", "limit (1 - beta)*E[nt_g", "limit 1.05*(1 - beta)*E[nt_g"),
    planted(ERROR, "identity_part_forgotten", "limit (1 - beta)*E[nt_g", "limit E[nt_g"),
    planted(ERROR, "lambda2_for_its_square", "nt_c = lambda(2)^2/sg", "nt_c = lambda(2)/sg"),
    planted(ERROR, "linear_part_not_removed", "(sigma'(g) - lambda(1) - lambda(2)*g)^2", "(sigma'(g) - lambda(1))^2"),
    planted(ERROR, "one_eigenvalue_for_two", "/ (1 + 2*nt_c*x)", "/ (1 + nt_c*x)"),
    planted(ERROR, "neurons_do_not_interact", "nt_k = lambda(4)*nt_r - (", "nt_k = 0*nt_r - ("),
    planted(ERROR, "along_for_the_difference", "(sg_along - sg)*nt_a", "sg_along*nt_a"),
    planted(ERROR, "mean_over_d_for_mean_over_m", "E[x*nt_h(x) : x ~ mp(rho)]/rho", "E[x*nt_h(x) : x ~ mp(rho)]"),
    planted(ERROR, "atom_forgotten", "nt_g(z) = pos(1 - rho)/z", "nt_g(z) = 0/z"),
    planted(
        ENERGY,
        "5_percent_off",
        "cases(ch < inf: (1 - beta)*traceless + beta*identity;",
        "cases(ch < inf: 1.05*((1 - beta)*traceless + beta*identity);",
    ),
    planted(ENERGY, "sign_of_derivative", "- (1 - noise)*nt_g'", "+ (1 - noise)*nt_g'"),
    planted(ENERGY, "half_forgotten", "noise = ch/(2*sg)", "noise = ch/sg"),
    planted(ENERGY, "mean_square_for_variance", "- rho*nt_a^2) + ch_along", "- 0*nt_a^2) + ch_along"),
    planted(ENERGY, "energy_along_dropped", "+ ch_along/4*rho*nt_a^2\n", "+ 0*ch_along\n"),
    planted(ENERGY, "linear_part_not_removed", "- lambda(2)^2\nsymbol ch \\chi", "\nsymbol ch \\chi"),
    planted("nt-general-growth", "10_percent_off", "\nlimit (energy(smoothing)", "\nlimit 1.1*(energy(smoothing)"),
    planted("nt-general-growth", "gains_twice", "\nlimit (energy(smoothing)", "\nlimit 2*(energy(smoothing)"),
    planted("nt-general-growth", "half_of_noise_forgotten", "/(2*rest(e))", "/rest(e)"),
    planted(
        "nt-general-growth",
        "lambda2_not_removed",
        "bend(e) - 1/4 - 2*second(e)^2)/(2*rest(e))",
        "bend(e))/(4*rest(e))",
    ),
    planted(
        "nt-general-growth",
        "jumps_of_one_coordinate",
        "x, ratio(e))\n    + (1 - noise(e))*inverse2(1 + ratio(e)*x, ratio(e)) : x",
        "x, 0*ratio(e))\n    + (1 - noise(e))*inverse2(1 + ratio(e)*x, 0*ratio(e)) : x",
    ),
];
