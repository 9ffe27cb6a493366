//! What claims are judged by, over their grids and between them.

use super::claim::{mine, own};
use limitcheck::{Budget, Catalogue, CheckOptions, Claim, Error, Simulator, Tolerance, Verdict, check, explore};

fn claim(formula: &str) -> Claim {
    Catalogue::bundled().with_simulator(Simulator::own(mine())).parse("own.md", &own(formula)).unwrap()
}

#[test]
fn a_rougher_question_has_a_rougher_answer() {
    let wrong = [claim("1.02*rho")];
    let options = CheckOptions::new(Budget::Quick);
    let wide = options.clone().margin(Tolerance::Fraction(0.1)).level(0.01);
    let run = check(&wrong, &wide).unwrap();
    assert_eq!(run.level, 0.01);
    assert!(run.cells.iter().all(|cell| cell.verdict == Verdict::Agrees), "{run:?}");
    let narrow = options.clone().margin(Tolerance::Absolute(0.005));
    let run = check(&wrong, &narrow).unwrap();
    assert!(run.cells.iter().all(|cell| cell.verdict == Verdict::Disagrees), "{run:?}");
    for (refused, why) in [
        (options.clone().level(0.5), "at most 0.05"),
        (options.clone().level(f64::NAN), "probability"),
        (options.clone().margin(Tolerance::Fraction(0.5)), "at most 0.2"),
        (options.clone().margin(Tolerance::Absolute(-1.0)), "above 0"),
    ] {
        let said = check(&wrong, &refused).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }
    let bundled = [Catalogue::bundled().claim("nt-test-error").unwrap()];
    assert!(check(&bundled, &wide).unwrap_err().to_string().contains("`nt-test-error` are fixed"));
}

#[test]
fn claims_are_explored_between_their_points() {
    let right = claim("rho").explore(4, Budget::Quick).unwrap();
    assert_eq!(right.cells.len(), 4);
    assert!(right.cells.iter().any(|cell| cell.cell.verdict == Verdict::Agrees), "{right:?}");
    assert!(
        right.cells.iter().all(|cell| cell.cell.verdict != Verdict::Disagrees && cell.shrunk.is_none()),
        "{right:?}"
    );
    let wrong = claim("1.2*rho").explore(4, Budget::Quick).unwrap();
    assert!(wrong.cells.iter().any(|cell| cell.shrunk.is_some()), "{wrong:?}");
    let options = CheckOptions::new(Budget::Quick);
    assert_eq!(explore(&[claim("rho")], 4, &options).unwrap(), right);
    for points in [0, 10_001] {
        assert!(explore(&[claim("rho")], points, &options).unwrap_err().to_string().contains("1 to 10000"));
    }
    let own = options.margin(Tolerance::Fraction(0.1));
    assert!(matches!(explore(&[claim("rho")], 4, &own), Err(Error::Request(_))));
}

#[test]
fn a_program_runs_only_where_it_is_allowed() {
    let text = own("1").replace("simulator mine", "simulator program \"no-such-program 'a b'\"");
    let claim = Claim::parse("own.md", &text).unwrap();
    assert_eq!(claim.command().as_deref(), Some("no-such-program 'a b'"));
    let run = claim.check(Budget::Quick).unwrap_err().to_string();
    assert!(run.contains("not allowed to run"), "{run}");
    let allowed = claim.allowing_program(std::time::Duration::from_secs(1)).unwrap().check(Budget::Quick).unwrap();
    assert!(allowed.cells[0].reason.contains("no-such-program"), "{allowed:?}");
    assert!(self::claim("1").command().is_none());
}
