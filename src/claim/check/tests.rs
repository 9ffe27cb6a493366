//! What a claim that reads holds; the faults have their own files in `tests/bad/`.

use super::*;
use crate::model::Value;
use crate::symbolic::source::to_source;
use crate::symbolic::typeset::Typeset;

fn block(lines: &str) -> String {
    let head = "claim a\ntitle T\nkind limit\nstatus derived\nsource S\n";
    format!("Prose.\n\n```claim\n{head}{lines}\n```\n")
}

fn read(lines: &str) -> Claim {
    let shared = read_definitions(
        "definitions.md",
        "```definitions\nlbar = lambda(2)^2\neta = E[sigma'(g)^2 : g ~ normal]\ntwice(x) = 2*lbar*x\nsymbol lbar \\bar\\lambda\n```\n",
    )
    .unwrap();
    crate::testing::read_claim("a.md", &block(lines), &shared, &|_| Err("no file".to_string()))
        .unwrap_or_else(|why| panic!("{why}"))
}

fn codes(lines: &str) -> Vec<&'static str> {
    let found =
        crate::testing::read_claim("a.md", &block(lines), &Definitions::default(), &|_| Err("no file".to_string()));
    found.map_or_else(|why| why.faults.iter().map(|fault| fault.code).collect(), |_| Vec::new())
}

#[test]
fn grids_combine_in_order_and_add_up_without_repeats() {
    let claim = read(
        "parameter rho = 1 in (0, inf)\nparameter activation = relu\nparameter zeta = 2 in [0, 3]\n\
         grid rho in {1/2, 3}, activation in {abs, he(2)}\ngrid rho = 0.5, activation = abs\ngrid\nlimit rho",
    );
    let points: Vec<String> = claim.grid.iter().map(Settings::to_string).collect();
    let expected = [
        "activation=abs, rho=0.5, zeta=2",
        "activation=he(2), rho=0.5, zeta=2",
        "activation=abs, rho=3, zeta=2",
        "activation=he(2), rho=3, zeta=2",
        "activation=relu, rho=1, zeta=2",
    ];
    assert_eq!(points, expected);
    assert_eq!(claim.parameters[2].domain.unwrap().to_string(), "[0, 3]");
}

#[test]
fn shared_definitions_come_first_and_only_if_used() {
    let claim = read("grid\na = twice(1)\nb = a + 1\nlimit b");
    let names: Vec<&str> = claim.definitions.iter().map(|definition| definition.name.as_str()).collect();
    assert_eq!(names, ["lbar", "twice", "a", "b"]);
    assert_eq!(claim.definitions[0].symbol.as_deref(), Some("\\bar\\lambda"));
    assert!(claim.definitions[1].shared && !claim.definitions[2].shared);
    assert!(read("grid\nlimit 1").definitions.is_empty());
}

#[test]
fn every_field_is_filled() {
    let claim = read(
        "grows d and\n  m\nparameter rho = 1 in (0, inf)\nparameter spectrum = uniform\nsimulator nt\nobservable robustness\n\
         bias m^-1/2\nmargin 0.005\ngrid rho in {1, 2}\nrequire rho < 3\nrequire lbar > 0\nlimit rho*d_0\nd_0 = 2\n\
         alt 2*rho\nfinite 2*m/d when m <= d\nspecial 2*pi at rho = 2, spectrum = identity\n\
         experiment d = 40, m in {10, 20}, trials = 3\nanalysis one\nanalysis two\nsymbol d_0 d_0\nsymbol rho r",
    );
    assert_eq!((claim.grows.as_str(), claim.title.as_str()), ("d and m", "T"));
    assert_eq!((claim.kind, claim.status, claim.bias), (Kind::Limit, Status::Derived, Bias::Power(0.5)));
    assert_eq!(
        (claim.simulator.as_deref(), claim.observable.as_ref().map(|o| o.name())),
        (Some("nt"), Some("robustness"))
    );
    assert_eq!((claim.margin, claim.require.len(), claim.analysis.len()), (Some(0.005), 2, 2));
    assert_eq!(to_source(claim.alternative.as_ref().unwrap()), "2*rho");
    assert!(claim.finite.unwrap().when.is_some());
    assert_eq!(claim.specials[0].settings.number("rho"), Some(2.0));
    let experiment = &claim.experiments[0];
    assert_eq!((experiment.dim, &experiment.widths[..], experiment.trials), (40, &[10, 20][..], 3));
    assert_eq!(claim.symbols["rho"], "r");
}

#[test]
fn an_activation_of_ones_own_is_a_value() {
    let claim = read(
        "activation bump(t) = t*exp(-t^2/2) + pos(t - sqrt(2)) kinks {sqrt(2)} smooth 1\nparameter activation = bump\n\
         grid\nlimit lambda(2)",
    );
    let Some(Value::Activation(bump)) = claim.grid[0].get("activation") else { panic!("{:?}", claim.grid) };
    assert_eq!((bump.kinks(), bump.last_square_integrable()), (&[2_f64.sqrt()][..], 1));
    let t = 0.7_f64;
    let bell = (-t * t / 2.0).exp();
    for (order, expected) in [(0, t * bell), (1, (1.0 - t * t) * bell), (2, (t * t * t - 3.0 * t) * bell)] {
        assert!((bump.value(order, t) - expected).abs() < 1e-15, "{order}");
    }
    assert!((bump.value(1, 3.0) - (1.0 - 8.0 * (-4.5_f64).exp())).abs() < 1e-15);
}

#[test]
fn claims_without_an_activation_may_use_it_all_the_same() {
    read("grid\nlimit lambda(2) + E[sigma''(g) : g ~ normal]");
}

#[test]
fn an_unknown_may_have_the_name_of_its_definition() {
    let claim = read("grid\nk = root k in (0, 1] of k - 1/2\nlimit k");
    assert_eq!(claim.definitions.len(), 1);
    assert_eq!(codes("grid\nk = root p in (0, 1] of p - k\nlimit k"), ["C041"]);
}

#[test]
fn sizes_belong_to_finite_and_to_moments() {
    assert_eq!(codes("grid\nlimit 1/d"), ["C046"]);
    assert_eq!(codes("grid\nlimit 1\nfinite 1/d when m > 2"), [""; 0]);
    assert_eq!(codes("grid\nr = d - m\nlimit 1\nfinite r"), ["C046", "C046"]);
    let moment = block("simulator rf\nobservable robustness\ngrid\nlimit 1/d").replace("kind limit", "kind moment");
    assert!(crate::testing::read_claim("a.md", &moment, &Definitions::default(), &|_| Err(String::new())).is_ok());
}

/// Recursion over the longest chain that the lexer lets through, on a thread's small stack.
#[test]
fn the_longest_formula_does_not_overflow_the_stack() {
    let chain = vec!["rho"; 900].join(" - ");
    let claim = read(&format!("parameter rho = 1 in (0, inf)\ngrid\nlimit {chain}"));
    assert_eq!(to_source(&claim.limit), chain);
    let latex = Typeset::new(&claim.symbols).expression(&claim.limit).latex();
    assert_eq!(latex.matches("\\rho").count(), 900);
}

#[test]
fn faults_of_different_statements_come_together() {
    let found = codes("parameter rho = 0 in (0, inf)\nsimulator rff\ngrid\nlimit 2x\nalt roh +\nrequire 1");
    // The missing observable and bias are faults of the block, which starts first.
    assert_eq!(found, ["C061", "C061", "C053", "C036", "C013", "C020", "C020"]);
}

#[test]
fn linear_systems_define_their_unknowns() {
    let lines = "linear r, a: r = Int[x*D(x) : x in [0, 1]], 2*(r + a) = 1\nshift = a/2\nD(x) = x*r + shift";
    let claim = read(&format!("symbol r \\mathfrak r\ngrid\nlimit D(3)\n{lines}"));
    let written: Vec<String> =
        claim.definitions.iter().filter_map(crate::symbolic::source::definition_to_source).collect();
    assert_eq!(written.join("\n"), lines);
    let reread = read(&format!("grid\nlimit D(3)\n{}", written.join("\n")));
    let bodies = |claim: &Claim| claim.definitions.iter().map(|d| (d.name.clone(), d.body.clone())).collect::<Vec<_>>();
    assert_eq!(bodies(&claim), bodies(&reread));
    // The equations need all that they use further below, so that none of it counts as unused.
    read("grid\nlimit a\nlinear a: a = f(1)/2\ng(x) = 1 + a*x\nf(x) = g(x)");
}

/// As deep as the lexer lets through, through one definition after the other.
#[test]
fn deep_equations_do_not_overflow_the_stack() {
    let chain = vec!["y"; 900].join(" - ");
    assert_eq!(codes(&format!("grid\nlinear y: y = 2 + {chain}\nlimit y")), [""; 0]);
    let mut lines = String::from("grid\nlimit y\nlinear y: y = f300(1)/3\nf0(x) = 1 + y*x\n");
    (1..=300).for_each(|k| lines += &format!("f{k}(x) = {}f{}(x){}\n", "(2 - ".repeat(20), k - 1, ")".repeat(20)));
    assert_eq!(codes(&lines), [""; 0]);
    // What depends on the unknown at every step has to be followed into every function.
    let mut lines = String::from("grid\nlimit y\nf0(x) = 1 + x\n");
    (1..=300).for_each(|k| lines += &format!("f{k}(x) = {}f{}(x){}\n", "(2 - ".repeat(20), k - 1, ")".repeat(20)));
    assert_eq!(codes(&format!("{lines}linear y: y = f300(y)/3")), ["C094"]);
}

#[test]
fn sizes_of_one_dimension_take_the_place_of_the_ladder() {
    let lines = |sizes: &str| format!("simulator rf\nobservable test-error\n{sizes}\ngrid\nlimit 1 - m/d");
    let moment = |sizes: &str| block(&lines(sizes)).replace("kind limit", "kind moment");
    let read =
        |text: &str| crate::testing::read_claim("a.md", text, &Definitions::default(), &|_| Err("no file".to_string()));
    assert_eq!(read(&moment("sizes d = 16, m in {4, 17}")).unwrap().sizes.in_words().unwrap(), "d = 16, m in {4, 17}");
    assert_eq!(read(&moment("sizes d = 16, m = 4")).unwrap().sizes.in_words().unwrap(), "d = 16, m = 4");
    assert_eq!(read(&moment("")).unwrap().sizes, SizeRule::default());
    let bad = [
        "sizes d = 16",
        "sizes m = 3",
        "sizes d = 16, m in {17, 4}",
        "sizes d = 16, m in {4, 4}",
        "sizes d = 16, m = 4, trials = 3",
        "sizes d = 16, m = 0",
        "sizes d = 15, m = 4\nparameter spectrum = uniform",
        "sizes d = 16, m = 4\nparameter rho = 1 in (0, inf)",
    ];
    for sizes in bad {
        let faults = read(&moment(sizes)).expect_err(sizes).faults;
        assert!(faults.iter().all(|fault| fault.code == "C057"), "{sizes}: {faults:?}");
    }
    // A limit is extrapolated in d: it has the budget's ladder.
    assert_eq!(codes("simulator rf\nobservable test-error\nbias d^-1\nsizes d = 16, m = 4\ngrid\nlimit 1"), ["C062"]);
}
