//! Special functions, laws with parameters and finite sums: values from outside, grades, derivatives.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};

/// Formulas with their values from mpmath 1.3, to 30 digits and rounded.
const TRUE: [(&str, f64); 51] = [
    ("log(2) + ln(3)", 1.791759469228055),
    ("sinh(0.3) + cosh(1.2)", 2.1151758607715174),
    ("sign(-2) + sign(0) + sign(1/3)", 0.0),
    ("logistic(-1.5) + softplus(0.7)", 1.2856115726918143),
    ("softplus(800) + softplus(-50)*exp(50)", 801.0),
    ("normal_cdf(-8)*1e15 + normal_pdf(0.5)", 0.9741613841914779),
    ("gamma(0.3)*lgamma(9.5) - digamma(0.25)", 39.19690088177347),
    ("lgamma(-1.5)", 0.860047015376481),
    ("lgamma(-200.25)", -863.066043332368),
    ("E[x : x ~ gamma(250, 2)]", 125.0),
    ("E[sqrt(x) : x ~ gamma(250, 2)]", 11.17475111858969),
    ("gamma(-1.5) + digamma(-0.5)", 2.3997617751859313),
    ("digamma'(2.5) - digamma''(2.5)", 0.7265618077419622),
    ("binomial(52, 5) + binomial(-0.5, 3) + binomial(5.5, 2.25)", 2598973.317908301),
    ("besselj(3, 7.5) + besseli(2, 1.5) + besseli(1.5, 3)", 3.1792571618678562),
    ("E[log(cosh(1.5*x)) : x ~ normal]", 0.7009308625986543),
    ("E[sinh(x)^2 : x ~ normal]", 3.194528049465325),
    ("E[sign(x) : x ~ normal(1, 1)]", 0.6826894921370859),
    ("E[logistic(x)*softplus(x) : x ~ normal(1, 2)]", 1.4068139718518335),
    ("E[normal_cdf(x)^3 : x ~ normal]", 0.25),
    ("E[besselj(0, x) : x ~ normal]", 0.7910171621397194),
    ("E[besseli(0, x) : x ~ normal]", 1.3041668207086075),
    ("Int[gamma(x) : x in [1, 2]]", 0.9227459506806306),
    ("Int[lgamma(x) : x in [0, 1]]", 0.9189385332046728),
    ("Int[digamma(x) : x in [1, 3]]", std::f64::consts::LN_2),
    ("Int[gamma(x)*sin(3*x) : x in [0.5, 4]]", -1.5834472905215005),
    ("sum k from 0 of 2^k/gamma(k + 1)", 7.38905609893065),
    ("sum k from 1 of besselj(k, 1)^2", 0.207236250243168),
    ("sum k from 0 to 10 of binomial(10, k)*0.3^k*0.7^(10 - k)*k^2", 11.1),
    ("sum k from 1 to 100 of 1/k^2", 1.634983900184893),
    ("E[sum k from 1 to 3 of x^k : x ~ uniform(0, 2)]", 4.333333333333333),
    ("sum j from 1 to 4 of sum k from j to 4 of j*k", 65.0),
    ("E[x^4 : x ~ normal(1, 2)]", 73.0),
    ("E[abs(x) : x ~ uniform(-1, 3)]", 1.25),
    ("E[x^3 : x ~ exponential(2)]", 0.75),
    ("E[sqrt(x) : x ~ gamma(2.5, 3)]", 0.8686266878274131),
    ("E[log(x) : x ~ gamma(0.5, 2)]", -2.656657206581369),
    ("E[log(x) : x ~ beta(2, 0.5)]", -0.28037230554677606),
    ("E[exp(-x) : x ~ chi_squared(3)]", 0.19245008972987526),
    ("E[abs(x) : x ~ student(3)]", 1.1026577908435842),
    ("E[exp(s) : s ~ rademacher]", 1.5430806348152437),
    ("E[tanh(1 + 2*b) : b ~ bernoulli(0.3)]", 0.8316323352750545),
    ("E[1/(1 + k) : k ~ poisson(2)]", 0.43233235838169365),
    ("E[k^2 : k ~ poisson(3)]", 12.0),
    ("E[k : k ~ poisson(200)]", 200.0),
    ("E[x^4 : x ~ semicircle(2)]", 2.0),
    ("E[cos(3*x) : x ~ semicircle(1)]", 0.22603930568395764),
    ("E[log(3 - x) : x ~ semicircle(2)]", 1.0353726669943646),
    ("E[x^2 : t ~ exponential(1), x ~ normal(0, t)]", 2.0),
    ("E[tanh(x + y)^2 : x ~ normal(0.5, 0.3), y ~ normal(0, 0.4)]", 0.28822647934053813),
    ("E[abs(x + s) : x ~ normal(0, 0.5), s ~ rademacher]", 1.0084907026168297),
];

#[test]
fn values_hold_and_are_proved() {
    let mut wrong = vec![];
    for (formula, truth) in TRUE {
        let found = Program::compile(&claim(&format!("limit {formula}")))
            .and_then(|program| program.evaluate_graded(Formula::Limit, &at(&[])));
        match found {
            Ok(found) => {
                let error = (found.value.value - truth).abs();
                let slack = 2e-16 * truth.abs();
                if error > found.value.abs_err + slack || found.value.abs_err > 1e-11 * truth.abs().max(1.0) {
                    wrong.push(format!("{formula}: {:?} against {truth}", found.value));
                }
                if let Some(why) = &found.why {
                    wrong.push(format!("{formula} is estimated: {why:?}"));
                }
            }
            Err(fault) => wrong.push(format!("{formula}: {}", fault.message)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Symbolic derivatives against central differences.
#[test]
fn derivatives_of_functions_and_through_laws() {
    let bodies = [
        "log(z)",
        "sinh(z)*cosh(2*z)",
        "logistic(z) - softplus(z)",
        "normal_cdf(z)*normal_pdf(z)",
        "gamma(z) + lgamma(z)",
        "digamma(z)",
        "digamma'(z)",
        "besselj(2, z) + besseli(0, z)",
        "besselj(1.5, 2*z)",
        "E[tanh(x) : x ~ normal(z, 1 + z)]",
        "E[log(x) : x ~ gamma(z, 2)]",
        "E[x^2 : x ~ uniform(0, z)]",
        "E[exp(-b) : b ~ bernoulli(z/4)]",
        "sum k from 0 to 3 of z^k*binomial(3, k)",
        "sum k from 0 of z^k/gamma(k + 1)",
    ];
    for body in bodies {
        let lines = |formula: &str| format!("f(z) = {body}\nlimit {formula}");
        let at_point = |formula: &str| program(&lines(formula)).evaluate(Formula::Limit, &at(&[])).unwrap();
        let slope = at_point("f'(0.8)");
        let step = 1e-4;
        let (up, down) = (at_point("f(0.8001)"), at_point("f(0.7999)"));
        let difference = (up.value - down.value) / (2.0 * step);
        let error = (slope.value - difference).abs();
        assert!(error < 1e-6 * (1.0 + slope.value.abs()), "{body}: {slope:?} against {difference}");
    }
}

/// Words of functions and laws are names like any other where no bracket or tilde asks for them.
#[test]
fn words_of_functions_and_laws_are_free_names() {
    let cases = [
        ("gamma = 2\nlimit E[x^gamma : x ~ gamma(gamma, 3)]", 2.0 / 3.0),
        ("normal = 3\nlimit E[normal*g^2 : g ~ normal]", 3.0),
        ("sigma = 2\nlambda = 5\nlimit sigma*lambda", 10.0),
        ("beta = 2\nbinomial = 3\nsign = 4\nlimit beta + binomial + sign", 9.0),
        // Names of the shared definitions, as definitions, variables and arguments.
        ("psi = 2\neta = 3\nq = 5\nlimit psi*eta*q", 30.0),
        ("limit E[lbar^2 : lbar ~ normal]", 1.0),
        ("f(q, kappa) = q + kappa\nlimit f(1, 2)", 3.0),
        // Names of parameters that the claim does not have.
        ("radius = 2\nlimit radius^2", 4.0),
    ];
    for (lines, truth) in cases {
        assert_holds(lines, program(lines).evaluate(Formula::Limit, &at(&[])).unwrap(), truth);
    }
}

/// A parameter that the law cannot have is a fault that says which.
#[test]
fn parameters_of_laws_have_domains() {
    let cases = [
        ("E[x : x ~ normal(0, -1)]", "may not be negative"),
        ("E[x : x ~ uniform(1, 0)]", "has to be positive"),
        ("E[x : x ~ exponential(0)]", "has to be positive"),
        ("E[x : x ~ bernoulli(1.5)]", "in [0, 1]"),
        ("E[x : x ~ student(1)]", "nothing shows that it converges"),
        ("gamma(-2)", "gamma at 0 or at a negative whole number"),
        ("lgamma(0)", "negative whole number"),
        ("besselj(-0.5, 1)", "order"),
        ("sum k from 0.5 to 3 of k", "whole numbers"),
    ];
    for (formula, expected) in cases {
        let fault = value(formula, &at(&[])).unwrap_err();
        assert!(fault.message.contains(expected), "{formula}: {}", fault.message);
    }
}

/// The moments of activations by name agree with their formulas. For selu they are 0 and 1 by its constants.
#[test]
fn named_activations_have_their_formulas() {
    let cases = [
        ("leaky_relu", "max(g, 0) + 0.01*min(g, 0)"),
        ("elu", "cases(g > 0: g; otherwise: expm1(g))"),
        ("mish", "g*tanh(softplus(g))"),
        ("softsign", "g/(1 + abs(g))"),
        ("hardswish", "g*min(max(g + 3, 0), 6)/6"),
    ];
    for (name, formula) in cases {
        for (moment, direct) in [
            ("lambda(0) + lambda(1)", format!("E[(1 + g)*({formula}) : g ~ normal]")),
            ("E[sigma(g)^2 : g ~ normal]", format!("E[({formula})^2 : g ~ normal]")),
            ("E[sigma'(g) : g ~ normal]", format!("E[g*({formula}) : g ~ normal]")),
            ("E[sigma(2*g + 1) : g ~ normal]", format!("E[{} : g ~ normal(1, 2)]", formula)),
        ] {
            let place = at(&[("activation", name)]);
            let (moment_value, direct_value) = (value(moment, &place).unwrap(), value(&direct, &place).unwrap());
            let error = (moment_value.value - direct_value.value).abs();
            assert!(
                error <= moment_value.abs_err + direct_value.abs_err,
                "{name} {moment}: {moment_value:?} {direct_value:?}"
            );
            assert!(error < 1e-12, "{name} {moment}");
        }
    }
    let selu = at(&[("activation", "selu")]);
    assert_holds("mean of selu", value("lambda(0)", &selu).unwrap(), 0.0);
    assert_holds("variance of selu", value("E[sigma(g)^2 : g ~ normal]", &selu).unwrap(), 1.0);
}
