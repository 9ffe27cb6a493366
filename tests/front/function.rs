//! A function of the caller's as a simulator, draw by draw or in blocks.

use super::claim::own;
use limitcheck::run::program::seed_words;
use limitcheck::{Budget, Catalogue, Drawing, Function, Simulator};

fn value(drawing: &Drawing) -> f64 {
    1.0 + 1.0 / drawing.dim as f64 + 0.02 * (f64::from(drawing.seed[0]) / f64::from(u32::MAX) - 0.5)
}

#[test]
fn blocks_have_the_draws_of_single_calls() {
    let alone = Function::new("mine", &["rest"], |drawing| Ok(vec![value(drawing)]));
    let blocks = Function::in_blocks("mine", &["rest"], |drawings| {
        assert!(drawings.len() <= 64 && drawings.windows(2).all(|two| two[0].replicate + 1 == two[1].replicate));
        assert_eq!(drawings[0].sizes()[0], ("d", drawings[0].dim));
        Ok(drawings.iter().map(|drawing| vec![value(drawing)]).collect())
    });
    let runs = [alone, blocks].map(|function| {
        let catalogue = Catalogue::bundled().with_simulator(Simulator::own(function));
        catalogue.parse("own.md", &own("1")).unwrap().check(Budget::Quick).unwrap()
    });
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].cells[0].replicates > 64);
}

/// A function and a program see the same noise.
#[test]
fn the_words_are_those_that_programs_get() {
    let words = Function::new("mine", &["rest"], |drawing| {
        let sizes = [("d", drawing.dim), ("m", drawing.width)];
        assert_eq!(drawing.seed, seed_words(3, sizes, drawing.replicate));
        Ok(vec![drawing.replicate as f64])
    });
    let claim = Catalogue::bundled().with_simulator(Simulator::own(words)).parse("own.md", &own("1")).unwrap();
    let drawn = claim.at::<&str, f64>([]).unwrap().simulate(8, 3, 3).unwrap();
    assert_eq!(drawn.values(), [0.0, 1.0, 2.0]);
}

#[test]
fn a_function_stands_for_a_simulator_that_is_given() {
    let text = own("1").replace("simulator mine", "simulator given");
    let claim = Catalogue::bundled().parse("own.md", &text).unwrap();
    assert_eq!((claim.simulator(), claim.observable()), (Some("given"), Some("rest")));
    assert_eq!(claim.sizes(), ["d", "m"]);
    assert!(claim.at::<&str, f64>([]).unwrap().simulate(8, 1, 1).unwrap_err().to_string().contains("caller"));
    let claim = claim.simulated_by(Simulator::own(Function::new("any", &["rest"], |_| Ok(vec![1.0]))));
    assert_eq!(claim.at::<&str, f64>([]).unwrap().simulate(8, 2, 1).unwrap().values(), [1.0, 1.0]);
}

#[test]
fn a_block_that_fails_names_its_replicate() {
    for (answer, why) in [
        (Err((2, "out of paper".to_string())), "replicate 2: out of paper"),
        (Ok(vec![vec![1.0]]), "values of 1 draws, of 4"),
        (Ok(vec![vec![1.0], vec![1.0], vec![], vec![1.0]]), "replicate 2: 0 of 1 values"),
    ] {
        let poor = Function::in_blocks("mine", &["rest"], move |_| answer.clone());
        let claim = Catalogue::bundled().with_simulator(Simulator::own(poor)).parse("own.md", &own("1")).unwrap();
        let said = claim.at::<&str, f64>([]).unwrap().simulate(8, 4, 1).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }
}
