//! Values to 25 digits from the reference table: claims of the catalogue, and formulas of regimes that it does not hold yet.

mod general_tangent;
mod kernels;
mod reference;
mod training;

use crate::support::formulas::*;
use limitcheck::claim::{Kind, Status};
use limitcheck::limit::{Formula, Place, Program, Work};
use limitcheck::model::{Settings, Value};
use serde_json::Value as Json;

/// 5.7 and section 3, as claims would state them.
const FURTHER: [(&str, &str); 4] = [
    ("nt-general-test-error", ""),
    ("nt-general-robustness", ""),
    ("kernel-rf", "limit E[sigma(u)*sigma(v) : (u, v) ~ normal(cos(theta))]"),
    ("kernel-ntk", "limit E[sigma(u)*sigma(v) + cos(theta)*sigma'(u)*sigma'(v) : (u, v) ~ normal(cos(theta))]"),
];

/// The linear system of the identity channel solved by hand: a = A r, k0 = K r.
const GENERAL: &str = "gap = E[sigma'(g)^2 : g ~ normal] - lambda(1)^2 - lambda(2)^2
c = lambda(2)^2/gap
p0 = lambda(2)
p1 = lambda(3) + lambda(1)
p2 = lambda(4) + 2*lambda(2)
sgr = E[g^2*sigma'(g)^2 : g ~ normal] - p0^2 - p1^2 - p2^2/2
A = (2*lambda(2) + lambda(4))/sgr
K = lambda(4) - (sgr - gap)*A
slope = lambda(2)*K/gap + lambda(4)*A/2
r = E[x/(1 + 2*c*x) : x ~ mp(rho)] / (rho + slope*E[x^2/(1 + 2*c*x) : x ~ mp(rho)])
D(x) = (1 - x*slope*r)/(1 + 2*c*x)";

const GENERAL_TEST_ERROR: &str = "limit (1-beta)*E[1/(1 + c*(x+y)) : x ~ mp(rho), y ~ mp(rho)]
    + beta*E[D(x) : x ~ mp(rho)]";

const GENERAL_ROBUSTNESS: &str = "ch = E[sigma'(g)^2 + sigma''(g)^2 : g ~ normal] - lambda(1)^2 - 2*lambda(2)^2
chr = E[(sigma'(g) + g*sigma''(g))^2 : g ~ normal] - p1^2 - p2^2
h(x) = (2*lambda(2)*D(x) + K*r)/gap
w(u) = (u^2 + ch/(2*gap)*u)/(1 + u)^2
RI = E[(1 - D(x))^2 : x ~ mp(rho)] + ch/4*(E[x*h(x)^2 : x ~ mp(rho)] - rho*(A*r)^2) + chr/4*rho*(A*r)^2
limit cases(ch == inf: inf; otherwise: (1-beta)*E[w(c*(x+y)) : x ~ mp(rho), y ~ mp(rho)] + beta*RI)";

pub fn table() -> Vec<(String, Settings, f64)> {
    let text = include_str!("../../reference/theory-reference.json");
    let json: Json = serde_json::from_str(text).unwrap();
    let rows = json["limits"].as_array().unwrap().iter();
    rows.map(|row| {
        let mut settings = Settings::default();
        for (name, value) in row["set"].as_object().unwrap() {
            let value = match value {
                Json::Number(x) => Value::Number(x.as_f64().unwrap()),
                text => Value::parse(name, text.as_str().unwrap(), &[], &|_| Err(String::new())).unwrap(),
            };
            settings.set(name, value);
        }
        (row["claim"].as_str().unwrap().to_string(), settings, row["value"].as_str().unwrap().parse().unwrap())
    })
    .collect()
}

fn check(what: &str, program: &Program, settings: &Settings, truth: f64) {
    let place = Place { settings: settings.clone(), size: None };
    let value = program.evaluate(Formula::Limit, &place).unwrap_or_else(|e| panic!("{what} at {settings}: {e}"));
    assert_holds(&format!("{what} at {settings}"), value, truth);
}

#[test]
fn the_catalogue_has_the_reference_values() {
    let catalogue = catalogue();
    let mut checked = 0;
    for (id, settings, truth) in table() {
        if let Ok(claim) = catalogue.find(&id) {
            check(&id, &Program::compile(claim).unwrap(), &settings, truth);
            checked += 1;
        }
    }
    assert!(checked >= 20, "only {checked} reference values belong to claims of the catalogue");
}

#[test]
fn further_regimes_have_the_reference_values() {
    for (id, lines) in FURTHER {
        let lines = match id {
            "nt-general-test-error" => format!("{GENERAL}\n{GENERAL_TEST_ERROR}"),
            "nt-general-robustness" => format!("{GENERAL}\n{GENERAL_ROBUSTNESS}"),
            _ => lines.to_string(),
        };
        let program = program(&lines);
        let rows = table().into_iter().filter(|(claim, ..)| claim == id);
        for (_, settings, truth) in rows {
            check(id, &program, &settings, truth);
        }
    }
}

/// Every special value of the catalogue is the formula's value there, and second forms agree with first ones.
#[test]
fn special_values_and_second_forms_agree() {
    for claim in &catalogue().claims {
        let program = Program::compile(claim).unwrap();
        for (index, special) in claim.specials.iter().enumerate() {
            let place = Place { settings: special.settings.clone(), size: None };
            let value = program.evaluate(Formula::Limit, &place).unwrap();
            let stated = program.evaluate(Formula::Special(index), &place).unwrap();
            let gap = if value == stated { 0.0 } else { (value.value - stated.value).abs() };
            assert!(gap <= value.abs_err + stated.abs_err, "{} special {index}: {value:?} {stated:?}", claim.id);
        }
        // Kinds such as `bound` and `monotone` have a second formula that is not a second form.
        let kind = matches!(claim.kind, Kind::Limit | Kind::Moment | Kind::Identity);
        let second_form = kind && claim.status != Status::KnownFalse && claim.alternative.is_some();
        for settings in claim.grid.iter().filter(|_| second_form) {
            let place = Place { settings: settings.clone(), size: None };
            if !program.admits(&place).unwrap() {
                continue;
            }
            let first = program.evaluate(Formula::Limit, &place).unwrap();
            let second = program.evaluate(Formula::Alternative, &place).unwrap();
            let gap = (first.value - second.value).abs();
            assert!(gap <= first.abs_err + second.abs_err, "{} at {settings}: {first:?} {second:?}", claim.id);
        }
    }
}

/// psi is solved once for every use of psi(lbar) and psi'(lbar).
#[test]
fn equal_roots_are_solved_once() {
    let catalogue = catalogue();
    let set = [("activation", "relu"), ("rho", "3")];
    for id in ["rf-test-error", "rf-robustness"] {
        let program = Program::compile(catalogue.find(id).unwrap()).unwrap();
        for place in [at(&set), finite(&set, 400, 1200)] {
            let work = program.evaluate_graded(Formula::Limit, &place).unwrap().work;
            assert_eq!(work.roots, 1, "{id}");
            // Isotropic: all 400 variances are one atom, so that the root costs a few dozen evaluations; the rest is alpha2.
            assert!(work.integrands <= 3000, "{id}: {work:?}");
        }
    }
    let program = Program::compile(catalogue.find("rf-test-error").unwrap()).unwrap();
    let work = program.evaluate_graded(Formula::Limit, &at(&set)).unwrap().work;
    assert_ne!(work, Work::default());
}

/// What does not depend on the width (moments of the spectrum) is computed once for a whole curve along it, to the same bits.
#[test]
fn moments_of_the_spectrum_are_shared_along_the_width() {
    let catalogue = catalogue();
    let claim = catalogue.find("rf-test-error").unwrap();
    let set = |rho| [("covariance", "uniform"), ("rho", rho)];
    let curve = Program::compile(claim).unwrap();
    let first = curve.evaluate_graded(Formula::Limit, &at(&set("1"))).unwrap().work;
    let second = curve.evaluate_graded(Formula::Limit, &at(&set("2"))).unwrap();
    let whole = Program::compile(claim).unwrap().evaluate_graded(Formula::Limit, &at(&set("2"))).unwrap();
    assert_eq!(second.value, whole.value);
    assert!(
        second.work.integrands + 100 < whole.work.integrands && second.work.roots == first.roots,
        "{first:?} {second:?} {whole:?}"
    );
}
