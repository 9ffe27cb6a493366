//! Measures given by their Stieltjes transform: the lazy regime against its reference values, closed forms, and faults.

use crate::support::formulas::*;
use limitcheck::claim::read_definitions;
use limitcheck::limit::{Formula, Program};

fn value_of(lines: &str, pairs: &[(&str, &str)]) -> limitcheck::num::Estimate {
    program(lines).evaluate(Formula::Limit, &at(pairs)).unwrap_or_else(|e| panic!("{lines}: {e}"))
}

/// At time 0, or under infinite decay, nothing is learnt (5.1); late, or without decay, all that random features can (5.2).
#[test]
fn both_regimes_run_from_initialization_to_random_features() {
    let cases = [
        ("relu", "4", "isotropic", "comonotone"),
        ("tanh", "0.5", "isotropic", "comonotone"),
        ("abs", "1", "isotropic", "comonotone"),
        ("relu", "2", "two-point(2,1,0.5)", "antitone"),
        ("softplus", "1", "two-point(3,1,0.25)", "independent"),
    ];
    for observable in ["test-error", "robustness"] {
        let compiled =
            |regime: &str| Program::compile(catalogue().find(&format!("{regime}-{observable}")).unwrap()).unwrap();
        let (lazy, decay, start, end) = (compiled("rf-lazy"), compiled("rf-decay"), compiled("init"), compiled("rf"));
        for (activation, rho, covariance, pairing) in cases {
            let set = [("activation", activation), ("rho", rho), ("covariance", covariance), ("pairing", pairing)];
            let with = |name, value| at(&[&set[..], &[("zeta", "1"), (name, value)]].concat());
            for (program, place, known) in [
                (&lazy, with("time", "0"), &start),
                (&lazy, with("time", "2000"), &end),
                (&decay, with("decay", "1e15"), &start),
                (&decay, with("decay", "1e-15"), &end),
            ] {
                let truth = known.evaluate(Formula::Limit, &at(&set[..])).unwrap();
                let value = program.evaluate(Formula::Limit, &place).unwrap_or_else(|e| panic!("{set:?}: {e}"));
                let gap = (value.value - truth.value).abs();
                // What the ends leave open is of the order of decay/lbar, or lbar/decay.
                let room = value.abs_err + truth.abs_err + 1e-13;
                assert!(gap <= room && value.abs_err < 1e-10, "{observable} {}: {value:?} {truth:?}", place.settings);
            }
        }
    }
}

/// The atom of nu in the gap below the bulk (relu, rho = 4: mass 1.85), apart from the rest.
#[test]
fn an_atom_has_its_place_and_mass() {
    // 5.3: the zero of 1 + q psi(lbar - u) is at lbar + q rho + q L/(q - L), mass rho - (L/(q - L))^2, L = lambda(1)^2.
    let (q, l) = (0.25 / std::f64::consts::PI, 0.25_f64);
    let (place, mass) = (q * 4.0 + q * l / (q - l), 4.0 - (l / (q - l)).powi(2));
    let lines = format!(
        "nu = measure stieltjes z -> psi(lbar - z)/(1 + q*psi(lbar - z)) within [lbar + {0}, lbar + {1}] mass {mass}\n\
         limit Int[u - lbar : u ~ nu]",
        place - 1e-3,
        place + 1e-3
    );
    let value = value_of(&lines, &[("activation", "relu"), ("rho", "4")]);
    assert!((value.value - mass * place).abs() < 1e-9, "{value:?} {}", mass * place);
}

/// Another in the gap between two bulks, where the covariance has two eigenvalues far apart.
#[test]
fn an_atom_between_two_bulks() {
    // E over Lt = 0.45 and 0.05 of x = Lt/(q - Lt): the atom is at lbar + q (rho + E x), of mass rho - E x^2.
    let (rho, q) = (2.0, 0.25 / std::f64::consts::PI * 1.64);
    let x = [0.45, 0.05].map(|lt: f64| lt / (q - lt));
    let (place, mass) = (q * (rho + (x[0] + x[1]) / 2.0), rho - (x[0] * x[0] + x[1] * x[1]) / 2.0);
    assert!(mass > 0.8 && mass < 0.82);
    let lines = format!(
        "nu = measure stieltjes z -> psi(-z)/(1 + q*psi(-z)) within [{0}, {1}] mass {mass}\nlimit Int[u : u ~ nu]",
        place - 1e-3,
        place + 1e-3
    );
    let value = value_of(&lines, &[("activation", "relu"), ("covariance", "two-point(9,1,0.5)"), ("rho", "2")]);
    assert!((value.value - mass * place).abs() < 1e-9, "{value:?} {}", mass * place);
}

/// Laws with known transforms: point masses, the semicircle, the arcsine law, Marchenko-Pastur by quadrature.
#[test]
fn known_laws() {
    for (lines, truth) in [
        ("nu = measure stieltjes z -> 1/(rho - z) within [rho, rho] mass 1\nlimit Int[exp(u) : u ~ nu]", 1_f64.exp()),
        ("nu = measure stieltjes z -> 0.25/(-1-z) + 0.75/(2-z) within [-1, 2] mass 1\nlimit Int[u^3 : u ~ nu]", 5.75),
        (
            "nu = measure stieltjes z -> (-z + sqrt(z - 2)*sqrt(z + 2))/2 within [-2, 2] mass 1\nlimit Int[u^6 : u ~ nu]",
            5.0,
        ),
        // int cos(u)/(pi sqrt(1 - u^2)) = J_0(1)
        (
            "nu = measure stieltjes z -> -1/(sqrt(z - 1)*sqrt(z + 1)) within [-1, 1] mass 1\nlimit Int[cos(u) : u ~ nu]",
            0.765_197_686_557_966_6,
        ),
        // A pole of the integrand close to the support: the ellipse has to become narrow. 1/sqrt(1.01^2 - 1).
        (
            "nu = measure stieltjes z -> -1/(sqrt(z - 1)*sqrt(z + 1)) within [-1, 1] mass 1\n\
             limit Int[1/(u + 1.01) : u ~ nu]",
            (1.01_f64 * 1.01 - 1.0).sqrt().recip(),
        ),
        // Closer still, and decay at very different rates: 1/sqrt(0.00020001), exp(-1e4) I_0(1e4) (mpmath).
        (
            "nu = measure stieltjes z -> -1/(sqrt(z - 1)*sqrt(z + 1)) within [-1, 1] mass 1\n\
             limit Int[1/(u + 1.0001) : u ~ nu]/100",
            0.707_089_104_179_902_9,
        ),
        (
            "nu = measure stieltjes z -> -1/(sqrt(z - 1)*sqrt(z + 1)) within [-1, 1] mass 1\n\
             limit Int[exp(-10^4*(u + 1)) : u ~ nu]",
            0.003_989_472_674_604_732,
        ),
        // Beside another variable of integration.
        (
            "nu = measure stieltjes z -> 1/(1 - z) + 1/(2 - z) within [1, 2] mass 2\n\
             limit Int[p*u^2 : p in [0, 2], u ~ nu]",
            10.0,
        ),
    ] {
        let estimate = value_of(lines, &[("rho", "1")]);
        assert_holds(lines, estimate, truth);
    }
    for rho in ["0.5", "1", "3"] {
        let lines = "nu = measure stieltjes z -> E[1/(x - z) : x ~ mp(rho)] within [0, (1 + sqrt(rho))^2] mass 1\n\
             limit Int[exp(-u)*u : u ~ nu] - E[exp(-x)*x : x ~ mp(rho)]";
        assert_holds(rho, value_of(lines, &[("rho", rho)]), 0.0);
    }
}

/// A covariance without atoms, and the pairs in use at a finite size: mass and mean of the law of the eigenvalues, `tr Gamma = 1`.
#[test]
fn general_covariances() {
    let lines = "limit lbar + Int[u : u ~ muW] + 0*Int[u : u ~ nuW]";
    let set = [("activation", "relu"), ("covariance", "uniform"), ("rho", "0.5")];
    let program = program(lines);
    for place in [at(&set), finite(&set, 40, 20)] {
        let mean = program.evaluate(Formula::Limit, &place).unwrap_or_else(|e| panic!("{e}"));
        // lbar + l_1^2 for relu: 1/2 - 1/(2 pi).
        assert_holds("mean", mean, 0.5 - 0.5 / std::f64::consts::PI);
    }
}

/// Derivatives go under the integral; the measure itself has none.
#[test]
fn derivatives_of_integrals_against_measures() {
    let lines = "nu = measure stieltjes z -> 1/(1 - z) + 1/(2 - z) within [1, 2] mass 2\n\
        g(t) = Int[exp(-t*u) : u ~ nu]\nlimit g''(rho)";
    assert_holds("second", value_of(lines, &[("rho", "1")]), (-1_f64).exp() + 4.0 * (-2_f64).exp());
}

/// A measure among the shared definitions; what it needs, its users have to declare.
#[test]
fn shared_measures() {
    let shared = "```definitions\nnu = measure stieltjes z -> 1/(rho - z) within [rho, rho] mass 1\n```\n";
    let shared = read_definitions("definitions.md", shared).unwrap_or_else(|faults| panic!("{faults}"));
    let text = |parameter: &str| {
        format!(
            "```claim\nclaim t\ntitle T\nkind limit\nstatus derived\nsource none\ngrid\n{parameter}\n\
             limit Int[u^2 : u ~ nu]\n```\n"
        )
    };
    let read =
        |parameter: &str| limitcheck::testing::read_claim("t.md", &text(parameter), &shared, &|_| Err(String::new()));
    let claim = read("parameter rho = 3 in (0, inf)").unwrap_or_else(|faults| panic!("{faults}"));
    let value = Program::compile(&claim).unwrap().evaluate(Formula::Limit, &at(&[])).unwrap();
    assert_holds("shared", value, 9.0);
    let faults = read("parameter zeta = 3 in (0, inf)").unwrap_err();
    assert!(faults.faults[0].message.contains("needs a parameter"), "{faults}");
}

#[track_caller]
fn fails(lines: &str, message: &str) {
    let claim = claim(lines);
    let error = Program::compile(&claim).and_then(|p| p.evaluate(Formula::Limit, &at(&[("rho", "1")]))).unwrap_err();
    assert!(error.message.contains(message), "{error}");
    assert!(claim.text.text.get(error.span.start..error.span.end).is_some_and(|text| !text.is_empty()));
}

#[test]
fn wrong_measures_are_refused() {
    let two = "1/(1 - z) + 1/(2 - z)";
    let integral = "limit Int[u : u ~ nu]";
    fails(&format!("nu = measure stieltjes z -> {two} within [1, 2] mass 1\n{integral}"), "is 2.000000000, not 1.0");
    fails(
        &format!("nu = measure stieltjes z -> {two} within [0.9, 1.1] mass 2\n{integral}"),
        "is 1.000000000, not 2.0",
    );
    fails(&format!("nu = measure stieltjes z -> -({two}) within [1, 2] mass 2\n{integral}"), "must be positive");
    fails(&format!("nu = measure stieltjes z -> {two} within [2, 1] mass 2\n{integral}"), "interval of the measure");
    let point = "nu = measure stieltjes z -> 1/(1 - z) within [1, 1] mass 1\n";
    fails(&format!("{point}limit Int[abs(u - rho) : u ~ nu]"), "");
    fails(&format!("{point}limit Int[cases(u < 2: u; otherwise: 0) : u ~ nu]"), "not an analytic function");
    fails(&format!("{point}limit Int[u*v : u ~ nu, v ~ nu]"), "depends on the variable of a measure");
    // A pole on the support.
    fails(
        "nu = measure stieltjes z -> -1/(sqrt(z - 1)*sqrt(z + 1)) within [-1, 1] mass 1\nlimit Int[1/(u - 0.5) : u ~ nu]",
        "",
    );
    let long = |terms: usize| format!("{point}limit Int[u{} : u ~ nu]", " + rho".repeat(terms));
    assert_holds("long", value_of(&long(900), &[("rho", "1")]), 901.0);
}

/// Faults of a shared measure are told where its name stands: the place in its own text is none in the claim's.
#[test]
fn faults_of_shared_measures_have_places_in_the_claim() {
    // A negative point at 3/2, which only narrow contours notice. The mass is right.
    let shared = "```definitions\nnu = measure stieltjes z -> 1/(1 - z) + (1/(1/2 - z) - 1/(3/2 - z))/20 within [0, 2] mass 1\n```\n";
    let shared = read_definitions("definitions.md", shared).unwrap_or_else(|faults| panic!("{faults}"));
    let integral = "Int[1/(1 + 10^2*(u - 1)^2) : u ~ nu]";
    let text = format!(
        "```claim\nclaim t\ntitle \u{e9}\u{221e}\u{e9}\u{221e}\nkind limit\nstatus derived\nsource none\ngrid\nlimit 1 + {integral}\n```\n"
    );
    let claim = limitcheck::testing::read_claim("t.md", &text, &shared, &|_| Err(String::new()))
        .unwrap_or_else(|faults| panic!("{faults}"));
    let error = Program::compile(&claim).unwrap().evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(error.message.starts_with("in `nu`") && error.message.contains("must be positive"), "{error}");
    assert_eq!(text.get(error.span.start..error.span.end), Some(integral));
}

/// What holds at real arguments holds at complex ones: a term with the factor zero does not count, a quantile function jumps.
#[test]
fn complex_arguments_have_the_rules_of_real_ones() {
    let point = "nu = measure stieltjes z -> 1/(3 - z) within [3, 3] mass 1\n";
    let settings = [("activation", "relu"), ("spectrum", "two-point(1, 5, 0.3)"), ("covariance", "uniform")];
    for (body, real) in [
        ("E[U + 0*sigma''(g)*sigma''(g) : g ~ normal]", 3.0),
        ("E[U*sigma(g)^2 : g ~ normal]", 1.5),
        // t/2 is uniform on [0, 1].
        ("E[U*quantile(spectrum, t/2) : t ~ covariance]", 3.0 * 3.8),
        ("Int[U*quantile(spectrum, p) : p in [0, 1]]", 3.0 * 3.8),
        ("E[U*u*v : (u, v) ~ normal(1/3)]", 1.0),
    ] {
        let contour = format!("{point}limit Int[{} : z ~ nu]", body.replace('U', "z"));
        assert_holds(body, value_of(&contour, &settings), real);
        assert_holds(body, value_of(&format!("limit {}", body.replace('U', "3")), &settings), real);
    }
    fails(&format!("{point}limit Int[erf(u) : u ~ nu]"), "`erf` of the variable of a measure");
}
