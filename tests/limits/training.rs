//! The regimes with a time at the corners of their domains, against values by mpmath 1.3 at 40 digits: Marchenko-Pastur moments
//! by tanh-sinh quadrature in the angle, split towards the lower edge; the scalar of the training path by bisection in its
//! logarithm, integrals split around the step of the filter.

use super::support::*;
use limitcheck::limit::{Formula, Program};

/// (spectrum, rho, zeta, time, test error, robustness)
const LAZY: [(&str, &str, &str, &str, f64, f64); 9] = [
    ("exponential", "1", "0.7", "0.3", 0.507_256_717_457_684_515_61, 0.277_018_455_370_543_017_83),
    ("exponential", "1", "1", "1e6", 0.000_141_126_971_149_645_824_84, 0.999_741_866_393_368_764_94),
    ("identity", "1", "2", "1e6", 0.000_282_094_787_366_146_958_49, 0.999_484_210_251_497_175_3),
    ("exponential", "0.5", "1", "1e6", 0.375, 0.625),
    ("identity", "0.01", "0.5", "0.3", 1.067_702_207_064_800_538_9, 0.076_706_244_756_881_388_565),
    ("rademacher", "100", "2", "0.01", 0.092_308_434_892_469_088_45, 0.818_928_925_923_585_717_03),
    ("exponential", "100", "1", "1e6", 0.0, 1.0),
    ("rademacher", "0.01", "1", "3", 0.980_166_002_016_925_091_84, 0.017_904_731_669_667_912_138),
    ("rademacher", "1", "1", "40", 0.003_972_806_402_993_337_836_6, 0.988_107_126_465_490_968_99),
];

/// (spectrum, rho, scale, time, test error, robustness)
const PATH: [(&str, &str, &str, &str, f64, f64); 21] = [
    ("exponential", "0.5", "0.6", "0.2", 0.313_655_470_711_088_550_1, 0.460_104_188_443_835_320_79),
    ("exponential", "2", "0.6", "0.05", 0.385_579_741_997_208_751_89, 0.636_982_581_426_658_283_76),
    ("exponential", "0.01", "1", "1", 0.840_419_180_883_559_764_93, 0.159_360_194_545_238_984_38),
    ("exponential", "100", "1", "1", 0.002_129_747_755_239_090_139, 1.010_698_584_469_280_150_2),
    ("exponential", "0.5", "1", "30", 0.033_333_118_255_379_000_702, 0.966_666_536_423_400_949_19),
    ("exponential", "1", "1", "100", 4.952_487_126_845_776_265e-9, 0.999_999_991_289_366_697_21),
    ("exponential", "0.5", "1", "1000", 0.033_313_174_060_354_158_81, 0.966_686_825_930_551_821_76),
    ("exponential", "0.01", "1", "1000", 0.837_910_338_297_892_451_78, 0.162_089_661_701_925_786_02),
    ("exponential", "1", "1", "1000", 4.974_871_318_883_546_449e-12, 0.999_999_999_991_241_995_24),
    ("uniform", "0.3", "1", "1000", 0.343_000_035_986_642_506_54, 0.656_999_964_005_935_642_48),
    ("uniform", "1", "0.5", "300", 2.409_215_299_198_703_264e-10, 0.999_999_999_131_457_999_23),
    ("uniform", "2", "1", "50", 7.930_767_350_502_721_423e-9, 1.000_000_050_981_107_229_9),
    ("exponential", "100", "1", "1000", 2.446_213_793_594_168_717e-12, 1.000_000_000_015_720_801_9),
    ("exponential", "0.01", "1", "1e6", 0.837_910_335_930_553_491_15, 0.162_089_664_069_446_508_85),
    ("exponential", "0.5", "1", "1e6", 0.033_313_156_240_494_804_464, 0.966_686_843_759_505_195_53),
    ("exponential", "1", "1", "1e6", 4.977_364_493_922_285_49e-21, 1.0),
    ("exponential", "100", "1", "1e6", 2.446_573_434_301_242_284e-21, 1.0),
    ("identity", "0.01", "1", "1e6", 0.99, 0.01),
    ("rademacher", "0.25", "1", "1e6", 0.75, 0.25),
    ("rademacher", "100", "1", "1e6", 0.5, 0.5),
    ("uniform", "0.3", "1", "1e6", 0.343_000_000_000_035_999_26, 0.656_999_999_999_964_000_74),
];

fn check(id: &str, set: &[(&str, &str)], truth: f64) {
    let claim = catalogue().find(id).unwrap();
    let value = Program::compile(claim).unwrap().evaluate(Formula::Limit, &at(set));
    let value = value.unwrap_or_else(|error| panic!("{id} at {set:?}: {error}"));
    assert_holds(&format!("{id} at {set:?}"), value, truth);
}

#[test]
fn the_lazy_tangent_model_at_the_corners() {
    for (spectrum, rho, zeta, time, test_error, robustness) in LAZY {
        let set = [("spectrum", spectrum), ("rho", rho), ("zeta", zeta), ("time", time)];
        check("nt-lazy-test-error", &set, test_error);
        check("nt-lazy-robustness", &set, robustness);
    }
}

#[test]
fn the_training_path_at_the_corners() {
    for (spectrum, rho, scale, time, test_error, robustness) in PATH {
        let set = [("spectrum", spectrum), ("rho", rho), ("scale", scale), ("time", time)];
        check("sgd-flow-test-error", &set, test_error);
        check("sgd-flow-robustness", &set, robustness);
    }
}

/// A short time is no time, to first order: `M' = 4(BM + MB) - 8 M^2` at `M = W'W`, whose moments are those of
/// Marchenko-Pastur.
#[test]
fn the_training_path_leaves_its_start_at_the_right_speed() {
    let claim = catalogue().find("sgd-flow-robustness").unwrap();
    let program = Program::compile(claim).unwrap();
    let at_time = |time: &str| program.evaluate(Formula::Limit, &at(&[("rho", "0.5"), ("time", time)])).unwrap().value;
    let (rho, mean) = (0.5_f64, 0.5_f64.sqrt());
    // d/dt <M^2> = 16 <B M^2> - 16 <M^3>.
    let (second, third) = (rho * (1.0 + rho), rho * (1.0 + 3.0 * rho + rho * rho));
    let speed = (at_time("1e-7") - at_time("0")) / 1e-7;
    let expected = 16.0 * (mean * second - third);
    assert!((speed - expected).abs() < 1e-3, "{speed} for {expected}");
}
