//! Property tests: at random admissible parameters, simulation approaches the limit as dimension and width grow together.
//! Judged by standard errors: the extrapolated gap must be compatible with zero at a level fixed beforehand.

use limitcheck::claim::{Catalogue, Claim};
use limitcheck::compare::{Comparison, Moments, Order, SizeGap, compare};
use limitcheck::limit::Formula;
use limitcheck::model::{Settings, Sizes, Value};
use limitcheck::run::plan::{Prepared, cell_size};
use limitcheck::run::simulate::replicates;
use limitcheck::sim::Sample;
use limitcheck::verdict::rule::MARGIN_FLOOR;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Multiples of 8, so that rho = k/8 keeps m/d exact and two-point weights k/4 fill whole bins.
const DIMS: [usize; 5] = [16, 24, 40, 64, 96];

/// Two-sided level of one case: with the 48 intervals below a false alarm has probability 5e-4.
const LEVEL: f64 = 1e-5;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 4, rng_seed: RngSeed::Fixed(20_220_322), ..ProptestConfig::default() }
}

fn settings(claim: &Claim, values: &[(&str, String)]) -> Settings {
    let mut settings = claim.defaults();
    let no_files = |_: &str| Err("no files here".to_string());
    for (name, text) in values {
        settings.set(name, Value::parse(name, text, &[], &no_files).unwrap());
    }
    settings
}

/// The extrapolated gaps of two claims about the same networks are compatible with zero at the given settings.
fn approach(ids: [&str; 2], values: &[(&str, String)], trials: u64) -> Result<(), TestCaseError> {
    // Every case draws matrices of the same sizes.
    limitcheck::num::keep_freed_memory();
    let catalogue = Catalogue::embedded_part(&ids, &limitcheck::sim::signatures()).unwrap();
    let draw = |id: &str, dim: usize| {
        let claim = catalogue.find(id).unwrap();
        let settings = settings(claim, values);
        let width = (settings.number("rho").unwrap() * dim as f64).round() as usize;
        cell_size(claim, &settings, Sizes::network(dim, width), trials).unwrap()
    };
    let mut samples = Vec::new();
    for dim in DIMS {
        let [size, other] = ids.map(|id| draw(id, dim));
        assert_eq!((&size.network, &size.label), (&other.network, &other.label));
        samples.push(replicates(&size.network, std::slice::from_ref(&size.target), 11, 0, trials).unwrap());
    }
    ids.into_iter().try_for_each(|id| approaches(id, catalogue.find(id).unwrap(), values, &samples))
}

/// The extrapolated gap of a claim at the given settings is compatible with zero; the samples are of each of the dimensions.
fn approaches(
    id: &str,
    claim: &Claim,
    values: &[(&str, String)],
    samples: &[Vec<Vec<Sample>>],
) -> Result<(), TestCaseError> {
    let settings = settings(claim, values);
    let prepared = Prepared::new(claim).unwrap();
    let rho = settings.number("rho").unwrap();
    let mut gaps = Vec::new();
    let mut limit_size: f64 = 0.0;
    for (dim, samples) in DIMS.into_iter().zip(samples) {
        let width = (rho * dim as f64).round() as usize;
        let size = cell_size(claim, &settings, Sizes::network(dim, width), samples.len() as u64).unwrap();
        let limit = prepared.program.evaluate(Formula::Limit, &size.place(&settings)).unwrap();
        limit_size = limit_size.max(limit.value.abs());
        let test_error = id.ends_with("test-error");
        let observe = |s: &Sample| if test_error { s.test_error() } else { s.robustness() };
        let values: Vec<f64> = samples.iter().map(|s| observe(&s[0]) - limit.value).collect();
        let numeric = samples.iter().map(|s| s[0].numeric_error).fold(0.0, f64::max);
        gaps.push(SizeGap { dim, gap: Moments::of(&values), scale: 1.0, abs_err: limit.abs_err + numeric });
    }
    match compare(&gaps, Order::Power(1.0), LEVEL) {
        Comparison::Quiet(quiet) => prop_assert!(quiet.within, "{id} at {settings}: {quiet:?}"),
        Comparison::Fitted(fitted) => {
            let [low, high] = fitted.interval;
            // The order that the fit does not know is at most the floor (METHOD); zero must lie within.
            prop_assert!(low <= MARGIN_FLOOR && high >= -MARGIN_FLOOR, "{id} at {settings}: {fitted:?}");
            // A test that could not see a gap would prove nothing.
            let wide = (high - low) / limit_size.max(1.0);
            prop_assert!(wide < 0.25, "{id} at {settings}: the interval [{low}, {high}] is too wide to tell");
        }
        Comparison::Unusable(why) => prop_assert!(false, "{id} at {settings}: {why}"),
    }
    Ok(())
}

fn rho() -> impl Strategy<Value = String> {
    (2u32..=20).prop_map(|k| format!("{}", f64::from(k) / 8.0))
}

fn activation() -> impl Strategy<Value = String> {
    let named = ["relu", "abs", "quadratic", "erf", "tanh", "softplus", "gelu", "cos", "sin", "he(3)"];
    prop_oneof![
        3 => proptest::sample::select(named.to_vec()).prop_map(str::to_string),
        1 => (-4i32..=4, 1i32..=4).prop_map(|(a, b)| format!("poly(1/2,{a}/4,{b}/4)")),
    ]
}

fn spectrum() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec!["identity", "exponential", "uniform", "rademacher"]).prop_map(str::to_string),
        (-4i32..=4, 1i32..=8, 1i32..=3).prop_map(|(a, b, p)| format!("two-point({a},{b},{})", f64::from(p) / 4.0)),
        (1i32..=8).prop_map(|g| format!("power({})", f64::from(g) / 4.0)),
    ]
}

fn covariance() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("isotropic".to_string()),
        // Bounded ones: an unbounded law adds corrections of order log d / d, which are no power of d (LIMITS).
        1 => proptest::sample::select(vec!["uniform", "power(2)"]).prop_map(str::to_string),
        1 => (1i32..=4, 1i32..=4).prop_map(|(a, b)| format!("two-point({a},{b},0.5)")),
    ]
}

fn pairing() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["comonotone", "antitone", "independent"]).prop_map(str::to_string)
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn random_features_approach_their_limits(
        rho in rho(), activation in activation(), spectrum in spectrum(), covariance in covariance(), pairing in pairing()
    ) {
        let values =
            [("rho", rho), ("activation", activation), ("spectrum", spectrum), ("covariance", covariance), ("pairing", pairing)];
        approach(["rf-test-error", "rf-robustness"], &values, 256)?;
    }

    #[test]
    fn neural_tangent_approaches_its_limits(
        rho in rho(), spectrum in spectrum(), covariance in covariance(), pairing in pairing()
    ) {
        let values = [("rho", rho), ("spectrum", spectrum), ("covariance", covariance), ("pairing", pairing)];
        approach(["nt-test-error", "nt-robustness"], &values, 256)?;
    }

    #[test]
    fn initialization_approaches_its_limits(
        rho in rho(), activation in activation(), zeta in 1u32..=4, sphere in any::<bool>()
    ) {
        let weights = if sphere { "sphere" } else { "gaussian" };
        let zeta = f64::from(zeta) / 2.0;
        let values = [("rho", rho), ("activation", activation), ("zeta", zeta.to_string()), ("weights", weights.to_string())];
        approach(["init-test-error", "init-robustness"], &values, 1024)?;
    }
}
