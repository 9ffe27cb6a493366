//! The library as a program of somebody else's uses it.

use limitcheck::{Budget, Catalogue, CheckOptions, Claim, Error, Function, Simulator, Verdict, check};

fn bundled(id: &str) -> Claim {
    Catalogue::bundled().claim(id).unwrap()
}

/// A claim about `rest` of the simulator `mine`, which tends to rho.
pub(super) fn own(formula: &str) -> String {
    format!(
        "```claim\nclaim own\ntitle Own\nkind limit\nstatus conjecture\nsource a guess\nparameter rho = 1 in (0, 4]\n\
         parameter activation = relu\nsimulator mine\nobservable rest\nbias d^-1\ngrid rho in {{1, 2}}\nlimit {formula}\n```\n"
    )
}

/// `rho + 1/d`, with noise from the words that the library gives.
fn mine() -> Function {
    Function::new("mine", &["other", "rest"], |drawing| {
        let rho = drawing.number("rho").ok_or("no rho")?;
        let uniform = f64::from(drawing.seed[1]) / f64::from(u32::MAX) - 0.5;
        assert_eq!(drawing.text("activation").as_deref(), Some("relu"));
        Ok(vec![-1.0, rho + 1.0 / drawing.dim as f64 + 0.02 * uniform])
    })
}

/// [GMMM19, Theorem 2] for eigenvalues of both signs: `(1 - rho)^2`.
#[test]
fn limits_at_a_point_and_along_a_parameter() {
    let claim = bundled("nt-test-error");
    let point = claim.at([("spectrum", "rademacher")]).unwrap();
    let rhos = [0.25, 1.0 / 3.0, 0.75];
    let curve = point.along("rho", &rhos).unwrap().limits().unwrap();
    for (rho, limit) in rhos.into_iter().zip(curve) {
        assert!((limit.value - (1.0 - rho) * (1.0 - rho)).abs() <= limit.abs_err + 1e-15, "{rho}: {limit:?}");
        assert!(limit.is_enclosed());
    }
    let alone = claim.at([("rho", 0.25)]).unwrap().limit().unwrap();
    assert_eq!(alone, claim.along("rho", &[0.25]).unwrap().limits().unwrap()[0]);
}

#[test]
fn what_eval_refuses_is_refused_here() {
    let moment = bundled("nt-mean-test-error");
    assert!(matches!(moment.at::<&str, f64>([]).unwrap().limit(), Err(Error::NeedsSize { .. })));
    assert!(moment.at::<&str, f64>([]).unwrap().limit_at(24, 12).is_ok());
    let text = own("rho").replace("limit rho", "require rho < 3/2\nlimit rho");
    let claim = Catalogue::bundled().with_simulator(Simulator::own(mine())).parse("own.md", &text).unwrap();
    let Err(Error::Outside { hypothesis, .. }) = claim.at([("rho", 2)]).unwrap().limit() else { panic!("not refused") };
    assert!(hypothesis.contains("rho < 3/2"), "{hypothesis}");
    let text = own("sqrt(rho - 3)");
    let claim = Catalogue::bundled().with_simulator(Simulator::own(mine())).parse("own.md", &text).unwrap();
    let Err(Error::NoValue { place, .. }) = claim.at([("rho", 2)]).unwrap().limit() else { panic!("has a value") };
    assert_eq!(place, "own.md:13:12");
}

#[test]
fn slips_say_what_there_is() {
    let said = |error: Error| error.to_string();
    assert!(said(Catalogue::bundled().claim("nt-test-eror").err().unwrap()).contains("nt-test-error"));
    let claim = bundled("nt-test-error");
    assert!(said(claim.at([("row", 0.5)]).err().unwrap()).contains("rho"));
    assert!(said(claim.at([("rho", -0.5)]).err().unwrap()).contains("rho"));
    assert!(said(claim.at([("rho", f64::NAN)]).err().unwrap()).contains("rho"));
    assert!(said(claim.at([("rho", 0.5), ("rho", 0.6)]).err().unwrap()).contains("twice"));
    assert!(said(Claim::read("no/such.md").err().unwrap()).contains("no/such.md"));
    let Err(Error::Faults { faults, rendered }) = Claim::parse("own.md", &own("rho")) else {
        panic!("`mine` is known")
    };
    assert_eq!((faults[0].line, faults[0].path.as_str()), (9, "own.md"));
    assert!(rendered.contains("mine"));
    // A claim about formulas has no networks.
    let identity = bundled("tradeoff-identity-nt");
    assert!(said(identity.at::<&str, f64>([]).unwrap().simulate(8, 1, 1).unwrap_err()).contains("no simulator"));
}

#[test]
fn networks_are_the_same_for_the_same_seed() {
    let point = bundled("rf-test-error").at([("rho", 1.5)]).unwrap();
    let [one, again, other] = [1, 1, 2].map(|seed| point.simulate(16, 5, seed).unwrap());
    assert_eq!(one, again);
    assert!(one.values() != other.values() && one.width == 24 && one.values().len() == 5);
    assert_eq!(one.observables[..2], ["test-error", "robustness"]);
}

#[test]
fn a_function_of_the_callers_is_judged() {
    let catalogue = Catalogue::bundled().with_simulator(Simulator::own(mine()));
    for (formula, verdict) in [("rho", Verdict::Agrees), ("1.1*rho", Verdict::Disagrees)] {
        let claim = catalogue.parse("own.md", &own(formula)).unwrap();
        let run = claim.check(Budget::Quick).unwrap();
        assert_eq!(run.cells.iter().map(|cell| cell.verdict).collect::<Vec<_>>(), [verdict; 2], "{run:?}");
        assert_eq!(run, check(&[claim], &CheckOptions::new(Budget::Quick)).unwrap());
    }
    // One that gives too few values, or none, has no sample: the cell says why.
    for (values, why) in [(Ok(vec![1.0]), "2 values"), (Err("out of paper".to_string()), "out of paper")] {
        let poor = Function::new("mine", &["other", "rest"], move |_| values.clone());
        let claim = catalogue.clone().with_simulator(Simulator::own(poor)).parse("own.md", &own("rho")).unwrap();
        let run = claim.check(Budget::Quick).unwrap();
        assert_eq!(run.cells[0].verdict, Verdict::NoValue);
        assert!(run.cells[0].reason.contains(why), "{}", run.cells[0].reason);
    }
}
