//! Verdicts on tables of a reader's own samples whose truth is known: how often they are false, and whether as many draws as are said to be
//! needed decide.

use limitcheck::claim::Definitions;
use limitcheck::compare::Budget;
use limitcheck::num::streams::stream;
use limitcheck::record::CellRecord;
use limitcheck::run::check::check;
use limitcheck::run::plan::Prepared;
use limitcheck::run::store::Store;
use limitcheck::testing::read_claim;
use limitcheck::verdict::{Terms, Tolerance, Verdict};
use rand_distr::{Distribution, StandardNormal};

const DIMS: [u64; 5] = [16, 24, 48, 96, 144];

/// What is true of a table, and what a claim says of it.
struct Case {
    statements: &'static str,
    mean: fn(f64) -> f64,
    deviation: fn(f64) -> f64,
    draws: u64,
    margin: f64,
}

/// The true formula, where `wrong` is 1; it is off by a factor else.
fn claim(case: &Case, wrong: f64) -> String {
    format!(
        "```claim\nclaim own\ntitle Own\nstatus conjecture\nsource the tests\nsamples own.csv\ngrid\n{}*{wrong}\n```\n",
        case.statements
    )
}

fn table(case: &Case, counts: &[u64], number: u64) -> String {
    let mut text = String::from("d,m,value\n");
    for (dim, count) in DIMS.iter().zip(counts) {
        let mut stream = stream(7, "own samples", case.statements, *dim as usize, 0, number);
        let d = *dim as f64;
        for _ in 0..*count {
            let normal: f64 = StandardNormal.sample(&mut stream);
            text += &format!("{dim},{},{}\n", dim / 2, (case.mean)(d) + (case.deviation)(d) * normal);
        }
    }
    text
}

fn judged(case: &Case, counts: &[u64], number: u64, wrong: f64) -> CellRecord {
    let text = table(case, counts, number);
    let read = |_: &str| Ok(text.clone());
    let claim = read_claim("own.md", &claim(case, wrong), &Definitions::default(), &read).unwrap();
    let prepared = [Prepared::new(&claim).unwrap()];
    let terms = Terms { budget: Budget::Standard, level: Some(0.05), margin: Some(Tolerance::Fraction(case.margin)) };
    let mut run = check(&prepared, terms, &mut Store::new(1)).unwrap();
    assert_eq!(run.level, 0.05);
    run.cells.remove(0)
}

const LIMIT: Case = Case {
    statements: "kind limit\nbias d^-1\nlimit 0.5",
    mean: |d| 0.5 + 1.0 / d,
    deviation: |_| 0.1,
    draws: 40,
    margin: 0.1,
};
const EXACT: Case = Case {
    statements: "kind limit\nbias exact\nlimit 0.5",
    mean: |_| 0.5,
    deviation: |d| 4.0 / d,
    draws: 16,
    margin: 0.02,
};
const MOMENT: Case = Case {
    statements: "kind moment\nlimit (1/2 + 1/d)",
    mean: |d| 0.5 + 1.0 / d,
    deviation: |_| 0.2,
    draws: 30,
    margin: 0.1,
};
const RATE: Case = Case {
    statements: "kind rate\nbias d^-1/2\nlimit d^(-1/2)",
    mean: |d| 3.0 / d.sqrt(),
    deviation: |d| 2.0 / d.sqrt(),
    draws: 60,
    margin: 0.1,
};

#[test]
fn false_verdicts_stay_below_the_level_that_was_asked_for() {
    let runs = 120;
    for case in [&LIMIT, &EXACT, &MOMENT] {
        // Just outside the margin `agrees` is false; where the formula is right `disagrees` is.
        for (wrong, false_verdict) in [(1.0 / (1.0 - 1.02 * case.margin), Verdict::Agrees), (1.0, Verdict::Disagrees)] {
            let counts = [case.draws * 3; 5];
            let found = (0..runs).filter(|run| judged(case, &counts, 1000 + run, wrong).verdict == false_verdict);
            // 5 % of 120, and four standard errors.
            let found = found.count();
            assert!(found <= 15, "{}: {found} of {runs} are {false_verdict}", case.statements);
        }
    }
}

#[test]
fn so_many_draws_as_are_needed_decide() {
    for case in [&LIMIT, &EXACT, &MOMENT, &RATE] {
        let (mut open, mut decided, mut wrong) = (0, 0, 0);
        for number in 0..20 {
            let first = judged(case, &[case.draws; 5], number, 1.0);
            if first.verdict != Verdict::Undecided {
                continue;
            }
            open += 1;
            let needed = first.needed.expect("an undecided verdict says what is needed");
            if needed.is_empty() {
                // A gap that seems to lie at the margin, or a fit that is rejected by chance.
                assert!(first.reason.contains("no number of draws would decide"), "{}", first.reason);
                continue;
            }
            assert!(needed.iter().all(|size| size.trials >= case.draws), "{needed:?}");
            assert!(first.reason.contains("draws at d = 16, 24, 48, 96, 144 would decide"), "{}", first.reason);
            let counts: Vec<u64> = needed.iter().map(|size| size.trials).collect();
            let second = judged(case, &counts, 500 + number, 1.0);
            decided += usize::from(second.verdict == Verdict::Agrees);
            wrong += usize::from(second.verdict == Verdict::Disagrees);
        }
        assert!(open >= 10 && 4 * decided >= 3 * open && wrong == 0, "{}: {decided} of {open}", case.statements);
    }
}
