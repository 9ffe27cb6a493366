//! The neural tangent model of any activation at corners of its parameters, against mpmath at 30 digits: moments by quadrature,
//! both integrals over the Marchenko-Pastur law by Gauss-Legendre, the 2 x 2 system solved; and its limits.

use crate::support::formulas::*;
use limitcheck::limit::{Formula, Program};

/// Activation, rho, spectrum, test error, robustness.
const CORNERS: &[(&str, &str, &str, f64, f64)] = &[
    ("relu", "0.01", "identity", 0.991_257_415_040_209_3, f64::INFINITY),
    ("relu", "1", "rademacher", 0.316_243_824_486_904_3, f64::INFINITY),
    ("relu", "100", "exponential", 0.002_151_350_497_422_244_7, f64::INFINITY),
    ("abs", "0.5", "identity", 0.613_538_390_641_546_5, f64::INFINITY),
    ("abs", "100", "rademacher", 0.002_860_114_124_172_341, f64::INFINITY),
    ("exp", "0.01", "identity", 0.994_769_488_198_5, 0.007_058_103_481_457_928),
    ("exp", "1", "identity", 0.575_414_900_584_660_9, 0.564_720_140_602_006_8),
    ("exp", "100", "rademacher", 0.003_596_454_986_534_643, 0.998_898_008_428_498_7),
    ("softplus", "0.01", "rademacher", 0.980_417_357_638_532_5, 0.019_913_881_613_128_563),
    ("softplus", "1", "identity", 0.099_690_354_418_251_12, 0.957_361_521_937_982_1),
    ("softplus", "2", "rademacher", 0.005_599_333_792_710_238, 1.000_289_152_608_354_4),
    ("softplus", "100", "identity", 0.000_250_486_057_043_390_15, 1.000_019_611_538_709_2),
    ("silu", "0.5", "identity", 0.547_975_581_048_583_9, 0.501_268_390_580_582_6),
    ("silu", "1", "rademacher", 0.064_356_642_365_428_48, 0.990_010_346_484_625_5),
    ("silu", "100", "exponential", 0.000_543_967_939_314_400_9, 1.000_084_491_058_197_6),
    ("gelu", "0.01", "exponential", 0.987_274_329_177_481_6, 0.015_303_106_941_556_496),
    ("gelu", "1", "identity", 0.316_989_063_146_757_8, 0.900_326_918_222_732_8),
    ("gelu", "2", "rademacher", 0.048_707_009_743_320_76, 1.010_241_306_126_920_4),
    ("gelu", "100", "identity", 0.002_256_485_196_555_737_3, 1.001_052_976_383_048_5),
    ("he(3)", "1", "identity", 1.0, 0.0),
    ("poly(0,1,1,1/3,0.1)", "0.5", "identity", 0.630_050_014_446_17, 0.430_869_940_976_126_3),
    ("poly(0,1,1,1/3,0.1)", "100", "exponential", 0.001_999_930_015_224_599, 0.999_363_156_467_078_7),
    ("poly(0,0,1,0.001)", "0.5", "identity", 0.500_004_499_949_375_7, 0.499_997_750_000_000_35),
    ("poly(0,0,1,0.001)", "0.5", "rademacher", 0.250_005_289_924_085_27, 0.749_997_354_995_506_7),
    ("poly(0,0,1,0.001)", "1", "exponential", 0.000_761_139_335_085_939_7, 0.999_431_570_602_073),
    ("cos", "1", "identity", 0.518_609_872_737_047_8, 0.715_630_008_739_825_4),
];

fn programs() -> [Program; 2] {
    ["nt-general-test-error", "nt-general-robustness"]
        .map(|id| Program::compile(catalogue().find(id).unwrap()).unwrap())
}

#[test]
fn corners_have_the_values_computed_outside() {
    let [error, energy] = programs();
    for &(activation, rho, spectrum, eps, robustness) in CORNERS {
        let pairs = [("activation", activation), ("rho", rho), ("spectrum", spectrum)];
        for (program, truth) in [(&error, eps), (&energy, robustness)] {
            let place = at(&pairs);
            assert!(program.admits(&place).unwrap());
            for formula in [Formula::Limit, Formula::Alternative] {
                let value = program.evaluate(formula, &place).unwrap_or_else(|e| panic!("{pairs:?}: {e}"));
                assert_holds(&format!("{pairs:?} {formula:?}"), value, truth);
            }
        }
    }
}

/// A quadratic activation with a vanishing third Hermite component tends to the quadratic model, with the square of that.
#[test]
fn a_vanishing_higher_component_leaves_the_quadratic_model() {
    let [error, energy] = programs();
    for (program, quadratic) in [(error, "nt-test-error"), (energy, "nt-robustness")] {
        let quadratic = Program::compile(catalogue().find(quadratic).unwrap()).unwrap();
        for rho in ["0.25", "0.75"] {
            let truth = quadratic.evaluate(Formula::Limit, &at(&[("rho", rho)])).unwrap().value;
            let gap = |activation| {
                let value = program.evaluate(Formula::Limit, &at(&[("rho", rho), ("activation", activation)])).unwrap();
                (value.value - truth).abs()
            };
            // t^2 + h He_3
            let gaps = [gap("poly(0,-0.03,1,0.01)"), gap("poly(0,-0.003,1,0.001)")];
            assert!(gaps[0] < 1e-2 && gaps[1] < 0.02 * gaps[0], "{rho}: {gaps:?}");
        }
    }
}

/// Quadratic activations are left to the quadratic model, and those that jump have no tangent features of finite variance.
#[test]
fn hypotheses_exclude_what_the_formula_is_not_for() {
    for program in programs() {
        for activation in ["quadratic", "poly(1,2,3)", "step", "sign"] {
            assert!(!program.admits(&at(&[("activation", activation)])).unwrap(), "{activation}");
        }
        assert!(program.admits(&at(&[("activation", "poly(0,0,1,0.0001)")])).unwrap());
    }
}

/// Cheap enough for every size of every cell of every mutant.
#[test]
fn one_value_costs_few_evaluations() {
    for program in programs() {
        for place in [at(&[("activation", "gelu"), ("rho", "0.95")]), finite(&[("activation", "gelu")], 128, 64)] {
            let work = program.evaluate_graded(Formula::Limit, &place).unwrap().work;
            assert!(work.integrands < 40_000, "{work:?}");
            // What does not depend on rho is known by now.
            let work = program.evaluate_graded(Formula::Limit, &place).unwrap().work;
            assert!(work.integrands < 6_000, "{work:?}");
        }
    }
}
