//! Kernels of two inputs at an angle: quadrature over Gaussian pairs and Hermite series against values from outside (closed forms in
//! 50 digits, trapezoid sums in extended precision), at ordinary angles and next to 0 and pi.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};
use limitcheck::model::Value;
use serde_json::Value as Json;

const KERNEL: &str = "limit E[sigma(u)*sigma(v) : (u, v) ~ normal(cos(theta))]
alt sum k from 0 of hermite(k)^2*cos(theta)^k";
const DERIVATIVE: &str = "limit E[sigma'(u)*sigma'(v) : (u, v) ~ normal(cos(theta))]
alt sum k from 0 of (k + 1)*hermite(k + 1)^2*cos(theta)^k";

/// The angles next to 0 and pi, and some between: the table has ten.
const NEAR: f64 = 1e-2;
const BETWEEN: [f64; 3] = [0.45, 1.0, 2.0];

struct Row {
    activation: String,
    theta: f64,
    kernel: f64,
    derivative: Option<f64>,
}

fn table() -> Vec<Row> {
    let json: Json = serde_json::from_str(include_str!("../../reference/kernels.json")).unwrap();
    let number = |value: &Json| value.as_str().map(|text| text.parse::<f64>().unwrap());
    let rows = json.as_array().unwrap().iter();
    rows.map(|row| Row {
        activation: row["activation"].as_str().unwrap().to_string(),
        theta: row["theta"].as_f64().unwrap(),
        kernel: number(&row["kernel"]).unwrap(),
        derivative: number(&row["derivative"]),
    })
    .collect()
}

fn is_kinked(activation: &str) -> bool {
    matches!(activation, "relu" | "abs" | "step" | "sign")
}

/// Holds with all its digits: the bound is relative, also where the kernel of relu is 5e-20.
#[track_caller]
fn assert_accurate(what: &str, program: &Program, formula: Formula, row: &Row, truth: f64) {
    let place = at(&[("activation", &row.activation), ("theta", &row.theta.to_string())]);
    let what = format!("{what} of {} at {}", row.activation, row.theta);
    let value = program.evaluate(formula, &place).unwrap_or_else(|error| panic!("{what}: {error}"));
    let error = (value.value - truth).abs();
    assert!(error <= value.abs_err + 2.0 * f64::EPSILON * truth.abs(), "{what}: {value:?}, not {truth:e}");
    // Relative where one sign prevails.
    let scale = if row.activation == "relu" || row.activation == "step" { truth.abs() } else { truth.abs().max(1.0) };
    // The series of tanh ends where its coefficients have no proved bound any more.
    let finest = if formula == Formula::Alternative { 2e-11 } else { 1e-14 };
    assert!(value.abs_err <= (5e-13 * scale).max(finest), "{what}: {value:?}");
}

fn check(rows: impl Fn(&Row) -> bool, formula: Formula, least: usize) {
    let (kernel, derivative) = (program(KERNEL), program(DERIVATIVE));
    let mut checked = 0;
    for row in table().into_iter().filter(rows) {
        assert_accurate("kernel", &kernel, formula, &row, row.kernel);
        if let Some(truth) = row.derivative {
            assert_accurate("derivative", &derivative, formula, &row, truth);
        }
        checked += 1;
    }
    assert!(checked >= least, "only {checked} rows");
}

#[test]
fn quadrature_with_kinks_keeps_its_digits_at_every_angle() {
    check(|row| is_kinked(&row.activation), Formula::Limit, 40);
}

#[test]
fn quadrature_of_smooth_activations_between() {
    check(|row| !is_kinked(&row.activation) && BETWEEN.contains(&row.theta), Formula::Limit, 36);
}

#[test]
fn quadrature_of_smooth_activations_next_to_zero_and_pi() {
    let near = |row: &Row| row.theta < NEAR || row.theta > std::f64::consts::PI - NEAR;
    check(|row| !is_kinked(&row.activation) && near(row) && row.theta != 1e-3, Formula::Limit, 36);
}

/// Every activation where `|cos theta| <= 0.9` (0.45 is just outside).
#[test]
fn hermite_series_agree() {
    check(|row| [0.45, 1.0, 2.0].contains(&row.theta), Formula::Alternative, 48);
}

/// An activation with kinks away from 0 (a clipped line): the slivers between kinks of u and of v do not touch the origin.
#[test]
fn kinks_away_from_zero() {
    let lines = "activation clipped(t) = cases(t < -1: -1; t > 1: 1; otherwise: t) kinks {-1, 1} smooth 1\n\
        limit E[sigma(u)*sigma(v) : (u, v) ~ normal(cos(theta))]";
    let claim = claim(lines);
    let program = Program::compile(&claim).unwrap();
    let no_files = |_: &str| Err(String::new());
    let clipped = Value::parse("activation", "clipped", &claim.activations, &no_files).unwrap();
    // E[min(G^2, 1)], and one-dimensional integrals of the conditional expectation in 30 digits.
    let same = 0.516_058_550_961_713_3;
    let opposite = std::f64::consts::PI - 1e-9;
    for (theta, truth) in [
        (1e-9, same),
        (0.01, 0.516_024_481_125_656_8),
        (1.2, 0.170_789_566_546_822_47),
        (2.9, -0.497_132_862_560_461_2),
        (opposite, -same),
    ] {
        let mut place = at(&[("theta", &theta.to_string())]);
        place.settings.set("activation", clipped.clone());
        assert_holds(&format!("clipped at {theta}"), program.evaluate(Formula::Limit, &place).unwrap(), truth);
    }
}

/// What a change does not reach is taken over, and what it reaches is computed anew.
#[test]
fn a_changed_claim_inherits_what_it_shares() {
    let lines = |factor: &str| {
        format!(
            "K = E[sigma(u)*sigma(v) : (u, v) ~ normal(cos(theta))]\nV = E[(sigma(u)*sigma(v) - K)^2 : (u, v) ~ normal(cos(theta))]\n\
             limit {factor}*V + K"
        )
    };
    let (own, changed, at) =
        (program(&lines("1")), program(&lines("2")), at(&[("theta", "1"), ("activation", "tanh")]));
    let first = own.evaluate_graded(Formula::Limit, &at).unwrap();
    let apart = changed.evaluate_graded(Formula::Limit, &at).unwrap();
    let inherits = |reached: &[&str]| {
        let heir = program(&lines("2"));
        heir.inherit(&own, &reached.iter().map(|name| name.to_string()).collect());
        heir.evaluate_graded(Formula::Limit, &at).unwrap()
    };
    let heir = inherits(&[]);
    assert_eq!((heir.value, heir.work.integrands), (apart.value, 0));
    let heir = inherits(&["V"]);
    let (cost, whole) = (heir.work.integrands, first.work.integrands);
    assert!(heir.value == apart.value && cost > 0 && cost < whole);
    let heir = inherits(&["K", "V"]);
    assert_eq!((heir.value, heir.work), (apart.value, first.work));
    assert!(first.value.value < apart.value.value);
}

/// A value for a picture is that of the checked integrals to ten digits, costs no check, and leaves nothing behind that a checked
/// value would take over.
#[test]
fn a_sketch_is_the_value_without_its_check() {
    let catalogue = catalogue();
    let claim = catalogue.find("kernel-rf").unwrap();
    for activation in ["tanh", "abs", "gelu"] {
        let place = at(&[("activation", activation), ("theta", "0.7")]);
        let program = Program::compile(claim).unwrap();
        let sketch = program.sketch(&place).unwrap();
        let value = program.evaluate(Formula::Limit, &place).unwrap();
        assert!((sketch - value.value).abs() < 1e-10, "{activation}: {sketch} {value:?}");
        assert_eq!(value, Program::compile(claim).unwrap().evaluate(Formula::Limit, &place).unwrap());
    }
}

/// Three double integrals of four activations each are the dearest value of the catalogue.
#[test]
fn fourth_moments_cost_few_evaluations() {
    for (id, most) in
        [("kernel-ntk-kurtosis", 450_000), ("kernel-rf-kurtosis", 540_000), ("kernel-rf-variance", 300_000)]
    {
        let claim = catalogue().find(id).unwrap();
        let set = claim.defaults();
        let place = finite(&[("theta", &set.number("theta").unwrap().to_string())], 96, 12);
        let work = Program::compile(claim).unwrap().evaluate_graded(Formula::Limit, &place).unwrap().work;
        assert!(work.integrands <= most, "{id}: {work:?}");
    }
}
