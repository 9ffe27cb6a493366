//! Mutants: what each operator makes of small formulas, what exact algebra recognises, and that the checker refutes wrong
//! versions of the cheap claims.

use limitcheck::Verdict;
use limitcheck::claim::{Claim, Definitions};
use limitcheck::compare::Budget;
use limitcheck::run::check::check_plan;
use limitcheck::run::mutants::{Counts, MutantsRecord, score};
use limitcheck::run::plan::Prepared;
use limitcheck::run::store::Store;
use limitcheck::symbolic::mutation::operator;
use limitcheck::symbolic::source::to_source;
use limitcheck::symbolic::{Expr, mutants, prove_equal};
use std::collections::BTreeSet;

/// A claim about the deterministic simulator with this block after its header.
fn claim(block: &str) -> Claim {
    let text = format!(
        "# Test\n\n```claim\nclaim own-claim\ntitle Own\nkind limit\nstatus conjecture\nsource here\n{block}\n```\n"
    );
    let no_files = |_: &str| Err("no files here".to_string());
    limitcheck::testing::read_claim("own.md", &text, &Definitions::default(), &no_files)
        .unwrap_or_else(|faults| panic!("{faults}"))
}

/// The formula with names `x`, `y`, `rho`, functions `f(z)` and `h(z, w)`.
fn formula(text: &str) -> Expr {
    let claim = claim(&format!(
        "parameter rho = 1 in (0, inf)\nparameter x = 1 in (-inf, inf)\nparameter y = 1 in (-inf, inf)\n\
         parameter activation = relu\nparameter spectrum = exponential\nparameter covariance = isotropic\ngrid\n\
         f(z) = 2*z^3\nh(z, w) = z*w^2\nlimit cases(x < 0: f(1) + h(1, 2); otherwise: {text})"
    ));
    match claim.limit.node {
        limitcheck::symbolic::Node::Cases { otherwise, .. } => *otherwise,
        other => panic!("{other:?}"),
    }
}

/// Exactly these mutants, in this order.
fn assert_mutants(text: &str, expected: &[(&str, &str)]) {
    let found: Vec<(&str, String)> =
        mutants(&formula(text)).into_iter().map(|m| (m.operator, to_source(&m.expr))).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(operator, text)| (*operator, text.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn constants_signs_terms_and_factors() {
    assert_mutants(
        "2*x",
        &[
            (operator::FACTOR, "2"),
            (operator::FACTOR, "x"),
            (operator::CONSTANT, "2.1*x"),
            (operator::CONSTANT, "1.9*x"),
        ],
    );
    assert_mutants(
        "x - y",
        &[(operator::SIGN, "x + y"), (operator::TERM, "x"), (operator::TERM, "-y"), (operator::ARGUMENTS, "y - x")],
    );
    // Each term once, whatever the shape of the tree.
    assert_mutants(
        "x + y - pi",
        &[
            (operator::SIGN, "x + y + pi"),
            (operator::TERM, "x + y"),
            (operator::ARGUMENTS, "pi - (x + y)"),
            (operator::SIGN, "x - y - pi"),
            (operator::TERM, "x - pi"),
            (operator::TERM, "y - pi"),
            (operator::CONSTANT, "x + y - 1.05*pi"),
            (operator::CONSTANT, "x + y - 0.95*pi"),
        ],
    );
    assert_mutants(
        "x/(y*pi)",
        &[
            (operator::FACTOR, "1/(y*pi)"),
            (operator::ARGUMENTS, "y*pi/x"),
            (operator::FACTOR, "x/y"),
            (operator::FACTOR, "x/pi"),
            (operator::CONSTANT, "x/(y*(1.05*pi))"),
            (operator::CONSTANT, "x/(y*(0.95*pi))"),
        ],
    );
    assert_mutants("-x", &[(operator::SIGN, "x")]);
    // Nothing is left of zero and of infinity to change.
    assert_mutants("0", &[]);
    assert_mutants("inf", &[]);
}

#[test]
fn exponents_indices_and_primes_have_operators_of_their_own() {
    assert_mutants("x^2", &[(operator::EXPONENT, "x^3"), (operator::EXPONENT, "x")]);
    assert_mutants("x^(-1)", &[(operator::EXPONENT, "1"), (operator::EXPONENT, "x^(-2)")]);
    assert_mutants("x^y", &[(operator::EXPONENT, "x^(y + 1)"), (operator::EXPONENT, "x^(y - 1)")]);
    assert_mutants("lambda(0)", &[(operator::HERMITE, "lambda(1)")]);
    assert_mutants("lambda(2)", &[(operator::HERMITE, "lambda(3)"), (operator::HERMITE, "lambda(1)")]);
    assert_mutants("sigma(x)", &[(operator::ACTIVATION, "sigma'(x)")]);
    assert_mutants("sigma'(x)", &[(operator::ACTIVATION, "sigma''(x)"), (operator::ACTIVATION, "sigma(x)")]);
    assert_mutants("sigma''(x)", &[(operator::ACTIVATION, "sigma'(x)")]);
    assert_mutants("f(x)", &[(operator::DERIVATIVE, "f'(x)")]);
    assert_mutants("f'(x)", &[(operator::DERIVATIVE, "f''(x)"), (operator::DERIVATIVE, "f(x)")]);
    assert_mutants("h(x, y)", &[(operator::ARGUMENTS, "h(y, x)")]);
    assert_mutants("sqrt(rho)", &[(operator::RHO, "sqrt(1/rho)")]);
}

#[test]
fn measures_and_intervals() {
    assert_mutants("E[b : b ~ spectrum]", &[(operator::MEASURE, "E[b : b ~ covariance]")]);
    assert_mutants("E[b : (b, t) ~ spectra]", &[(operator::MEASURE, "E[b : (t, b) ~ spectra]")]);
    assert_mutants(
        "quantile(spectrum, x)",
        &[(operator::MEASURE, "quantile(spectrum, 1 - x)"), (operator::MEASURE, "quantile(covariance, x)")],
    );
    assert_mutants(
        "Int[p : p in [0, y]]",
        &[
            (operator::END, "Int[p : p in [0.05, y]]"),
            (operator::END, "Int[p : p in [0, 1.05*y]]"),
            (operator::END, "Int[p : p in [0, 0.95*y]]"),
        ],
    );
    // The law of a Gaussian pair is symmetric; its correlation is a formula like any other.
    assert_mutants("E[u : (u, v) ~ normal(-x)]", &[(operator::SIGN, "E[u : (u, v) ~ normal(x)]")]);
    // A search interval is no part of the value.
    assert_mutants(
        "root p in (1, 2) of p - rho",
        &[
            (operator::SIGN, "root p in (1, 2) of p + rho"),
            (operator::TERM, "root p in (1, 2) of p"),
            (operator::TERM, "root p in (1, 2) of -rho"),
            (operator::ARGUMENTS, "root p in (1, 2) of rho - p"),
            (operator::RHO, "root p in (1, 2) of p - 1/rho"),
        ],
    );
    assert_mutants(
        "cases(rho < x: y; otherwise: -y)",
        &[(operator::RHO, "cases(1/rho < x: y; otherwise: -y)"), (operator::SIGN, "cases(rho < x: y; otherwise: y)")],
    );
    assert_mutants(
        "sum k from 0 of x^k",
        &[
            (operator::END, "sum k from 1 of x^k"),
            (operator::EXPONENT, "sum k from 0 of x^(k + 1)"),
            (operator::EXPONENT, "sum k from 0 of x^(k - 1)"),
        ],
    );
}

#[test]
fn equal_forms_are_recognised_and_others_are_not() {
    let long = "(1 + x + y + rho)^16*(1 - x - y - rho)^16*(1 + 2*x + 3*y + 4*rho)^16";
    for (a, b, equal) in [
        ("x*2", "2*x", true),
        ("(x + y) - (x - y)", "2*y", true),
        ("(x - y)^2", "(y - x)^2", true),
        ("(x^2 - y^2)/(x - y)", "x + y", true),
        ("x/y + y/x", "(x^2 + y^2)/(x*y)", true),
        ("x^(-2)*x^3", "x", true),
        ("E[b*2 : b ~ spectrum]", "E[b + b : b ~ spectrum]", true),
        ("sqrt(x + y)/x", "sqrt(y + x)*(1/x)", true),
        ("root p in (0, inf) of p - x", "root p in (0, inf) of 3*x - 3*p", true),
        ("cases(x < y: 2*x; otherwise: y)", "cases(x < y: x + x; otherwise: y)", true),
        ("x", "y", false),
        ("x^2", "x^3", false),
        ("x - y", "y - x", false),
        ("f(x)", "f'(x)", false),
        ("E[b : b ~ spectrum]", "E[b : b ~ covariance]", false),
        ("E[b*t^2 : (b, t) ~ spectra]", "E[b*t^2 : (t, b) ~ spectra]", false),
        ("root p in (0, inf) of p - x", "root p in (0, inf) of p + x", false),
        ("root p in (0, inf) of p - x", "root p in (0, inf) of x*p - x^2", false),
        ("cases(x < y: 2*x; otherwise: y)", "cases(x <= y: 2*x; otherwise: y)", false),
        // Not numbers: nothing is shown.
        ("inf - inf", "0", false),
        ("1/(x - x)", "2/(y - y)", false),
        // Too long to multiply out: not shown, but soon over.
        (long, "1", false),
    ] {
        let proved = |a: &str, b: &str| prove_equal(&formula(a), &formula(b), &[]) == Some(true);
        assert_eq!(proved(a, b), equal, "{a} and {b}");
        assert_eq!(proved(b, a), equal, "{b} and {a}");
        assert!(proved(a, a), "{a}");
    }
}

/// Every mutant of the catalogue differs in its text from the formula and from the others, and can be read back.
#[test]
fn mutants_of_the_catalogue_are_distinct_and_the_same_every_time() {
    let catalogue = limitcheck::testing::catalogue();
    let mut total = 0;
    for claim in &catalogue.claims {
        let first = mutants(&claim.limit);
        // A limit may be as short as `1`, or the name of a definition.
        total += first.len();
        assert_eq!(first, mutants(&claim.limit));
        let texts: BTreeSet<String> = first.iter().map(|mutant| to_source(&mutant.expr)).collect();
        assert_eq!(texts.len(), first.len());
        assert!(!texts.contains(&to_source(&claim.limit)));
        for mutant in &first {
            assert!(operator::ALL.contains(&mutant.operator) && mutant.expr != claim.limit);
        }
    }
    assert!(total > 10 * catalogue.claims.len(), "{total}");
}

fn adds_up(counts: Counts) {
    let Counts { generated, identical, close, invalid, killed, survived } = counts;
    assert_eq!(generated, identical + close + invalid + killed + survived);
}

fn scored(claims: &[Claim], store: &mut Store) -> MutantsRecord {
    let prepared: Vec<Prepared> = claims.iter().map(|claim| Prepared::new(claim).unwrap()).collect();
    let record = score(&prepared, Budget::Quick, store).unwrap();
    adds_up(record.total);
    record.claims.iter().for_each(|claim| {
        adds_up(claim.counts);
        assert_eq!(claim.survivors.len(), claim.counts.survived);
        assert_eq!(claim.close_mutants.len(), claim.counts.close);
    });
    let over = |count: fn(&Counts) -> usize| -> [usize; 3] {
        let claims = record.claims.iter().map(|own| count(&own.counts)).sum();
        [claims, record.operators.iter().map(|own| count(&own.counts)).sum(), count(&record.total)]
    };
    for [claims, operators, total] in [over(|c| c.generated), over(|c| c.killed), over(|c| c.survived)] {
        assert_eq!((claims, operators), (total, total));
    }
    record
}

#[test]
fn wrong_versions_of_cheap_claims_are_refuted() {
    let catalogue = limitcheck::testing::catalogue();
    let mut claims = ["sgd-test-error", "nt-test-error"].map(|id| catalogue.find(id).unwrap().clone());
    // A part of the grid, to be quick: isotropic and other weights, below and beyond full rank, each pairing but one.
    let wanted = ["rho=0.25", "rho=1.25", "spectrum=uniform", "pairing=independent", "pairing=antitone"];
    claims[1].grid.retain(|point| wanted.iter().any(|part| point.to_string().contains(part)));
    let mut store = Store::new(1);
    let record = scored(&claims, &mut store);
    let drawn = store.len();
    assert!(record.total.killed >= 60, "{:?}", record.total);
    assert!(record.score.unwrap() >= 0.9, "{record:?}");
    // No draws of its own, and the same for any number of threads.
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let again = one_thread.install(|| scored(&claims[..1], &mut store));
    assert_eq!(again.claims[0], record.claims[0]);
    assert_eq!(store.len(), drawn);
    // The verdicts that the claims themselves get from these samples: mutants may only be measured by cells that do not
    // refute the claim.
    let prepared: Vec<Prepared> = claims.iter().map(|claim| Prepared::new(claim).unwrap()).collect();
    let (_, run) = check_plan(&prepared, Budget::Quick, &mut store, false).unwrap();
    assert!(run.cells.iter().all(|cell| cell.verdict == Verdict::Agrees));
    assert!(record.claims.iter().all(|claim| claim.notes.is_empty()));
}

const SGD: &str = "simulator sgd\nobservable test-error\nbias exact\nparameter rho = 1 in (0, inf)\n\
                   parameter spectrum = uniform\ngrid rho in {0.25, 0.5}";

/// Each class, on the fully trained network with eigenvalues uniform on [0, 1]: the error is (1 - rho)^3.
#[test]
fn every_class_occurs() {
    let mut store = Store::new(1);
    let mut of = |rest: &str| {
        let limit = "limit Int[quantile(spectrum, p)^2 : p in [0, 1 - rho]]/E[b^2 : b ~ spectrum]";
        scored(&[claim(&format!("{SGD}\n{limit} + {rest}"))], &mut store)
    };
    // With `- 0*...` for `+ 0*...`, or `rho - 1` for `1 - rho` in the square, nothing changes.
    let record = of("0*(1 - rho)^2");
    assert!(record.total.identical >= 2 && record.total.killed > 10, "{record:?}");
    // A part of no consequence can be left out.
    let close = &of("0.0000001").claims[0].close_mutants;
    let dropped = close.iter().find(|mutant| mutant.operator == operator::TERM && !mutant.formula.contains("+"));
    // 1e-7 of a margin that is 2 % of the limit, (1 - 1/2)^3 = 1/8.
    let [shift, margins] = dropped.map(|m| [m.largest_shift.unwrap(), m.margins.unwrap()]).unwrap();
    assert!((shift / 1e-7 - 1.0).abs() < 1e-6 && (margins * 0.02 / 8.0 / 1e-7 - 1.0).abs() < 1e-5, "{close:?}");
    // The root of a negative number is no value.
    let invalid = &of("sqrt(1 - rho) - sqrt(1 - rho)").claims[0].invalid_mutants;
    assert!(
        invalid.iter().any(|m| m.formula.contains("sqrt(rho - 1)") && m.reason.contains("rho=0.25")),
        "{invalid:?}"
    );
}

/// Beyond full rank the error is 0 for both readings of the ends, so that a grid of such points refutes few mutants.
#[test]
fn a_poor_grid_leaves_survivors_or_close_ones() {
    let text = SGD.replace("{0.25, 0.5}", "{2, 3}");
    let limit = "limit Int[quantile(spectrum, p)^2 : p in [0, pos(1 - rho)]]/E[b^2 : b ~ spectrum]";
    let record = scored(&[claim(&format!("{text}\n{limit}"))], &mut Store::new(1));
    assert!(record.total.killed < record.total.close + record.total.survived, "{:?}", record.total);
}

/// A claim that the samples refute cannot be used to refute its mutants, nor one that is known to be false.
#[test]
fn a_claim_that_is_itself_wrong_scores_nothing() {
    let wrong = "limit 1.5*Int[quantile(spectrum, p)^2 : p in [0, 1 - rho]]/E[b^2 : b ~ spectrum]";
    let record = scored(&[claim(&format!("{SGD}\n{wrong}"))], &mut Store::new(1));
    assert_eq!((record.total, record.score), (Counts::default(), None));
    assert_eq!(record.claims[0].notes.len(), 3, "{:?}", record.claims[0].notes);
    let mut known = claim(&format!("{SGD}\n{wrong}"));
    known.status = limitcheck::claim::Status::KnownFalse;
    let record = scored(&[known], &mut Store::new(1));
    assert_eq!(record.total, Counts::default());
    assert!(record.claims[0].notes[0].contains("known to be false"));
}
