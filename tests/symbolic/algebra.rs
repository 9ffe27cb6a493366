//! Identities of formulas proved by exact algebra.

use crate::support::formulas::claim;
use limitcheck::symbolic::prove_equal;

/// Proves `limit` = `alt` of a claim.
fn proved(lines: &str) -> Option<bool> {
    let claim = claim(lines);
    prove_equal(&claim.limit, claim.alternative.as_ref().unwrap(), &claim.definitions)
}

#[test]
fn identities_are_proved() {
    let identities = [
        "limit (rho + 1)^2 - (rho - 1)^2\nalt 4*rho",
        "limit 1/rho + 1/zeta\nalt (rho + zeta)/(rho*zeta)",
        "limit 0.1 + 0.2\nalt 3/10",
        "limit ((rho - 1)*(rho + 1))^3/(rho + 1)^3\nalt (rho - 1)^3",
        // Unknowns: functions at equal arguments, roots and integrals whatever their variables are called.
        "limit exp(2*rho)*(1 + sqrt(zeta))\nalt exp(rho + rho) + exp(rho*2)*zeta^(1/2)",
        "limit root p in (0, inf) of p^2 - rho\nalt root x in (0, inf) of x*x - rho",
        "limit E[(b + rho)^2 : b ~ spectrum]\nalt E[x^2 : x ~ spectrum] + 2*rho*E[x : x ~ spectrum] + rho^2",
        "limit Int[rho*(p + 1) : p in [0, zeta]]\nalt rho*(Int[p : p in [0, zeta]] + Int[1 : p in [0, zeta]])",
        "limit E[b*t/rho : (b, t) ~ spectra]\nalt E[x*y : (x, y) ~ spectra]/rho",
        "limit cases(rho < 1: rho^2; otherwise: 1)\nalt cases(rho < 1: rho*rho; otherwise: 2/2)",
        "limit Int[exp(-p)*rho : p in [0, inf)]\nalt rho*Int[exp(-p) : p in [0, inf)]",
        // Definitions stand for their bodies, inside integrals too.
        "c = rho*zeta\nf(x) = x^2 + c\nlimit E[f(b) : b ~ spectrum]\nalt E[b^2 : b ~ spectrum] + rho*zeta",
        "limit E[b*T2 : b ~ spectrum]\nalt E[b : b ~ spectrum]*E[t^2 : t ~ covariance]",
        // Two forms of the test error of random features.
        "kappa = q*psi(lbar)\nlimit 1 - alpha2*kappa/(1 + kappa)\nalt (1 - alpha2) + alpha2/(1 + kappa)",
        "kappa = q*psi(lbar)
limit alpha2*kappa/(2*(1+kappa)^2)*(1 + 2*kappa - (eta-lbar)*psi'(lbar)/psi(lbar))
alt alpha2*q*psi(lbar)/(1+kappa)^2*(1/2 + kappa) - alpha2*q*(eta-lbar)*psi'(lbar)/(2*(1+kappa)^2)",
        // Unknowns of a linear system are equal to themselves alone.
        "linear r, a: r = rho*f(2) + a, a = 1 - r\nf(x) = x*r\nlimit f(rho)*a + r\nalt r*(1 + rho*a)",
        // eps + R = 1 for the neural tangent model with a covariance.
        "k = root y in (0, inf) of E[t/(t + y) : t ~ covariance] - rho
limit E[b^2*k^2/(t + k)^2 : (b, t) ~ spectra] + E[b^2*t*(t + 2*k)/(t + k)^2 : (b, t) ~ spectra]
alt E[b^2*(k^2 + t*(t + 2*k))/(t + k)^2 : (b, t) ~ spectra]",
        "k = root y in (0, inf) of E[t/(t + y) : t ~ covariance] - rho
limit E[b^2*k^2/(t + k)^2 : (b, t) ~ spectra] + E[b^2*t*(t + 2*k)/(t + k)^2 : (b, t) ~ spectra]
alt E[b^2 : b ~ spectrum]",
        "k = root y in (0, inf) of E[t/(t + y) : t ~ covariance] - rho
share = E[b*t/(t + k)^2 : (b, t) ~ spectra]^2/(rho - E[t^2/(t + k)^2 : t ~ covariance])
limit (E[b^2*k^2/(t + k)^2 : (b, t) ~ spectra] + k^2*share)/E[b^2 : b ~ spectrum]
    + (E[b^2*t*(t + 2*k)/(t + k)^2 : (b, t) ~ spectra] - k^2*share)/E[b^2 : b ~ spectrum]
alt 1",
        // Marginals of the joint law, moments of a Gaussian, lengths, adjacent intervals, quantiles.
        "limit E[b + t^2 : (b, t) ~ spectra]\nalt E[t^2 : t ~ covariance] + E[b : b ~ spectrum]",
        "limit E[(g^2 - 1)^2 + rho*g^3 : g ~ normal]\nalt 2",
        "limit Int[1 : p in [0, 2]]\nalt 2",
        "limit Int[exp(p) : p in [0, rho]] + Int[exp(s) : s in [rho, zeta]]\nalt Int[exp(p) : p in [0, zeta]]",
        "limit Int[quantile(spectrum, p)^2 : p in [0, rho]] + Int[quantile(spectrum, p)^2 : p in [rho, 1]]
alt E[b^2 : b ~ spectrum]",
        // A root of a linear equation, its derivative, a function that turns out rational.
        "limit root p in (0, inf) of rho/p - zeta\nalt rho/zeta",
        "f(z) = root p in (0, inf) of rho/p - z - E[g : g ~ normal]*exp(p)\nlimit f'(zeta)/f(zeta)\nalt -1/zeta",
    ];
    for identity in identities {
        assert_eq!(proved(identity), Some(true), "{identity}");
    }
}

#[test]
fn what_is_false_or_unknown_is_not_proved() {
    assert_eq!(proved("limit (rho + 1)^2\nalt rho^2 + 1"), Some(false));
    let unknown = [
        // True, but beyond this algebra.
        "limit sin(rho)^2 + cos(rho)^2\nalt 1",
        "limit E[b : b ~ spectrum]\nalt 1",
        // False: other laws, bounds, variables of other binders, closeness of names.
        "limit E[b : b ~ spectrum]\nalt E[b : b ~ covariance]",
        "limit Int[p : p in [0, 1]]\nalt Int[p : p in [0, 2]]",
        // The integrands of two laws side by side.
        "limit E[b : b ~ spectrum]*E[x^2 : x ~ mp(rho)]\nalt E[b^2 : b ~ spectrum]*E[x : x ~ mp(rho)]",
        "limit E[b : b ~ spectrum]*E[b : b ~ spectrum]\nalt E[b^2 : b ~ spectrum]",
        "limit E[g^2*b : g ~ normal, b ~ spectrum]\nalt E[g*b : g ~ normal, b ~ spectrum]",
        "limit Int[quantile(covariance, p) : p in [0, 1]]\nalt E[b : b ~ spectrum]",
        "limit Int[exp(p) : p in [0, rho]] + Int[exp(2*p) : p in [rho, 1]]\nalt Int[exp(p) : p in [0, 1]]",
        "limit root p in (0, inf) of rho/p - zeta - exp(p)\nalt rho/zeta",
        "limit E[b*t : (b, t) ~ spectra]\nalt E[b*b : (b, t) ~ spectra]",
        "limit E[E[b*x : b ~ spectrum] : x ~ spectrum]\nalt E[E[b*b : b ~ spectrum] : x ~ spectrum]",
        "limit E[b : b ~ spectrum]^2\nalt E[b^2 : b ~ spectrum]",
        "limit lambda(1)\nalt lambda(2)",
        "limit cases(rho < 1: 0; otherwise: 1)\nalt cases(rho <= 1: 0; otherwise: 1)",
        "linear x, y: x = 1 + x/2, y = 1 + y/2\nlimit x\nalt y",
        // Too large to multiply out.
        "limit (rho + zeta + time + scale + theta + 1)^40\nalt 1",
    ];
    for identity in unknown {
        assert_eq!(proved(identity), None, "{identity}");
    }
}
