//! Linear systems: unknowns that also stand inside integrals and inside functions, against values computed with mpmath.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, LimitError, Program};
use limitcheck::num::Estimate;

fn evaluated(lines: &str, pairs: &[(&str, &str)]) -> Result<Estimate, LimitError> {
    Program::compile(&claim(lines)).and_then(|program| program.evaluate(Formula::Limit, &at(pairs)))
}

#[track_caller]
fn holds(lines: &str, pairs: &[(&str, &str)], truth: f64) {
    let value = evaluated(lines, pairs).unwrap_or_else(|error| panic!("{lines}: {error}"));
    assert_holds(lines, value, truth);
}

#[test]
fn numbers() {
    holds("linear x, y: x + y = 3, x - y = 1\nlimit 10*x + y", &[], 21.0);
    holds("linear x: x = 1/2 + x/rho\nlimit x", &[("rho", "3")], 0.75);
    // The order of statements does not matter, nor on which side an unknown stands.
    holds("two = 2\nlimit x*y\nlinear x, y: 0 = x - two*y, 2*(x + y)/3 = two", &[], 2.0);
    holds("linear x, y: cases(rho > 1: x; otherwise: 2*x) = 6, y = sum k from 0 of x/2^k\nlimit y", &[], 6.0);
}

/// f(p) = e^p + rho/3 int_0^1 (p + s) f(s) ds, an integral equation of the second kind with a kernel of rank 2.
#[test]
fn an_integral_equation() {
    let system = "linear u, v: u = Int[s*f(s) : s in [0, 1]], v = Int[f(s) : s in [0, 1]]\n\
        third = rho/3\nf(p) = exp(p) + third*(p*v + u)\n";
    for (rho, u, v, half) in [
        ("1", 1.558_019_463_964_909, 2.685_145_979_736_818, 2.615_585_421_977_901),
        ("0.5", 1.217_935_275_440_159, 2.095_932_044_762_623_7, 2.026_371_487_003_706_6),
    ] {
        let pairs = [("rho", rho)];
        holds(&format!("{system}limit u"), &pairs, u);
        holds(&format!("{system}limit v"), &pairs, v);
        holds(&format!("{system}limit f(1/2)"), &pairs, half);
        // What solves it has no residual.
        let residual = "limit f(rho/2) - exp(rho/2) - rho/3*Int[(rho/2 + s)*f(s) : s in [0, 1]]";
        holds(&format!("{system}{residual}"), &pairs, 0.0);
        holds(&format!("{system}limit f'(2) - exp(2) - rho/3*v"), &pairs, 0.0);
    }
}

/// Functions of functions of the unknowns, over the Marchenko-Pastur and the Gaussian law.
#[test]
fn unknowns_inside_functions() {
    let system = "linear r, s: r = E[x*D(x) : x ~ mp(rho)]/rho,\n    s = E[D(x) : x ~ mp(rho)] + E[cos(g)*r : g ~ normal]\n\
        half = r/2\ntop(x) = 1 - x*half - s\nD(x) = top(x)/(1 + x)\n";
    let pairs = [("rho", "0.5")];
    holds(&format!("{system}limit r"), &pairs, 0.175_473_694_957_469_28);
    holds(&format!("{system}limit s"), &pairs, 0.487_412_452_373_332_64);
    holds(&format!("{system}limit D(2)"), &pairs, 0.112_371_284_223_066_03);
    holds(&format!("{system}limit D'(2)"), &pairs, -0.066_702_710_567_266_89);
}

/// A derivative inside the equations: of D(x) = 1 + r x + x^2, so that r = 1 + r/4 + 1/2.
#[test]
fn derivatives_of_functions_of_the_unknowns() {
    holds("linear r: r = 1 + D'(1/4)\nD(x) = r*x/4 + x^2\nlimit r", &[], 2.0);
    holds("linear r: r = 1 + E[D''(x) : x ~ mp(rho)]\ninner(x) = r*x^2/16 + x\nD(x) = inner(2*x)\nlimit r", &[], 2.0);
}

/// The polynomial of degree 5 closest to exp on [0, 1] in the mean square: six unknowns, condition number 1.5e7.
#[test]
fn six_unknowns() {
    let moment = |k: u32| format!("Int[p^{k}*(exp(p) - f(p)) : p in [0, 1]] = 0");
    let equations: Vec<String> = (0..6).map(moment).collect();
    let lines = format!(
        "linear c0, c1, c2, c3, c4, c5: {}\nf(p) = c0 + c1*p + c2*p^2 + c3*p^3 + c4*p^4 + c5*p^5\nlimit ",
        equations.join(", ")
    );
    let truths = [
        0.999_997_593_948_658_3,
        1.000_099_801_473_355_6,
        0.499_019_175_227_459_6,
        0.170_489_539_040_227_4,
        0.034_801_115_685_430_68,
        0.013_872_004_804_537_83,
    ];
    for (index, truth) in truths.into_iter().enumerate() {
        let value = evaluated(&format!("{lines}c{index} + 0*c0"), &[]).unwrap();
        assert!((value.value - truth).abs() <= value.abs_err && value.abs_err < 1e-6, "c{index}: {value:?} {truth}");
    }
}

/// One system above another, and both in a function with a kink.
#[test]
fn systems_one_after_the_other() {
    let lines =
        "linear x: x = 1 + shift/2\nlinear y: y = x + bend(y)/2\nshift = x\nbase = 2*x\nbend(p) = p + base\nlimit y";
    holds(lines, &[], 8.0);
    // int_0^1 |p - 1/3| dp = 5/18
    let lines = "linear x: x = 1 + Int[bend(p) : p in [0, 1]]\nbend(p) = x*abs(p - 1/3)\nlimit x";
    holds(lines, &[], 18.0 / 13.0);
}

/// The transform of a measure may use what was solved for.
#[test]
fn unknowns_in_a_measure() {
    let lines =
        "linear x: x = 1 + x/2\nnu = measure stieltjes z -> x/(1 - z) within [1, 1] mass x\nlimit Int[u^3 : u ~ nu]";
    holds(lines, &[], 2.0);
}

#[test]
fn faults_have_places() {
    let fails = |lines: &str, part: &str, message: &str| {
        let claim = claim(lines);
        let error =
            Program::compile(&claim).and_then(|p| p.evaluate(Formula::Limit, &at(&[("rho", "1")]))).unwrap_err();
        let text = claim.text.text[error.span.start..error.span.end].trim_matches(['(', ')']);
        assert_eq!(text, part, "{error}");
        assert!(error.message.contains(message), "{error}");
    };
    let singular = "x, y: x + rho*y = 1, x + y = 2";
    fails(&format!("linear {singular}\nlimit x"), singular, "singular");
    fails("linear x: x = 1 + x/(rho - 1)\nlimit x", "rho - 1", "may be zero");
    fails("linear x: x = inf + x/2\nlimit x", "x = inf + x/2", "no finite value");
    fails("linear x: x = 1 + f(3)\nf(p) = x*ln(1 - p)\nlimit x", "1 - p", "logarithm");
}

/// A formula that was changed after it had been checked, as mutants are: the residual tells.
#[test]
fn what_is_not_affine_is_noticed_by_its_residual() {
    use limitcheck::symbolic::Node;
    let mut claim = claim("linear x: x = 1 + f(2)/8\nf(p) = p*x\nlimit x");
    let other = self::claim("linear x: x = 1\nf(p) = p*x*x\nlimit f(1)");
    let body = other.definitions.iter().find(|d| d.name == "f").unwrap().body.clone();
    claim.definitions.iter_mut().find(|d| d.name == "f").unwrap().body = body;
    assert!(claim.definitions.iter().any(|d| matches!(d.body.node, Node::Linear { .. })));
    let error = Program::compile(&claim).unwrap().evaluate(Formula::Limit, &at(&[])).unwrap_err();
    assert!(error.message.contains("not affine"), "{error}");
}
