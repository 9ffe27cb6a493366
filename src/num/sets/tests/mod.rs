//! Segments, discs and tails contain what they stand for: random operands and points, at the ends, inside, complex; by themselves and
//! in random formulas. Truths come from 200-bit arithmetic, from balls, and for complex points from plain doubles with some slack.

mod complex;

use crate::num::Estimate;
use crate::num::sets::{Disc, Kind, Segment, Signs, Tail};
use complex::Point;
use dashu_float::{FBig, round::mode::HalfEven};
use proptest::prelude::*;

type Big = FBig<HalfEven, 2>;

fn big(x: f64) -> Big {
    Big::try_from(x).expect("finite").with_precision(200).value()
}

/// The error function by its series, for `|x| <= 6`.
fn erf(x: &Big) -> Big {
    let root =
        Big::from_str_native("1.12837916709551257389615890312154517168810125865799771368817144342128493688").unwrap();
    let x = x.clone().with_precision(300).value();
    let square = &x * &x;
    let (mut power, mut sum) = (x.clone(), x.clone());
    for n in 1..400u32 {
        power = -power * &square / Big::from(n);
        sum += &power / Big::from(2 * n + 1);
    }
    sum * root.with_precision(300).value()
}

trait FromText: Sized {
    fn from_str_native(text: &str) -> Option<Self>;
}

impl FromText for Big {
    /// From decimal digits.
    fn from_str_native(text: &str) -> Option<Big> {
        let (whole, fraction) = text.split_once('.')?;
        let ten = Big::from(10u32).with_precision(320).value();
        let mut value = Big::from(whole.parse::<u32>().ok()?).with_precision(320).value();
        let mut unit = Big::from(1u32).with_precision(320).value();
        for digit in fraction.chars() {
            unit = &unit / &ten;
            value += &unit * Big::from(digit.to_digit(10)?);
        }
        Some(value)
    }
}

/// A double biased to corners.
fn corner() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1.0),
        Just(-1.0),
        Just(0.5),
        (-6i32..6).prop_map(f64::from),
        -3.0..3.0f64,
        -30.0..30.0f64,
        (-1.0..1.0f64, -60..6i32).prop_map(|(m, e)| m * 2f64.powi(e)),
    ]
}

/// Where between the ends.
fn share() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), Just(0.5), 0.0..1.0f64]
}

/// A segment and a double in it.
fn segment() -> impl Strategy<Value = (Segment, f64)> {
    let width = prop_oneof![Just(0.0), 0.0..4.0f64, (0.0..1.0f64, -60..0i32).prop_map(|(m, e)| m * 2f64.powi(e))];
    (corner(), width, share(), any::<bool>()).prop_map(|(end, width, share, upper)| {
        let (low, high) = if upper { (end - width, end) } else { (end, end + width) };
        let x = (low + share * (high - low)).clamp(low, high);
        (Segment { low, high }, x)
    })
}

/// Whether a segment holds a truth that is good to 180 bits.
fn holds(segment: Segment, truth: &Big) -> bool {
    let slack = |x: &Big| if *x < Big::ZERO { -x.clone() } else { x.clone() } * big(2f64.powi(-150));
    let above = !segment.low.is_finite() || big(segment.low) <= truth + slack(truth);
    let below = !segment.high.is_finite() || truth - slack(truth) <= big(segment.high);
    above && below
}

/// Functions of one number, with the truth where there is one.
type Truth = fn(&Big) -> Option<Big>;

fn inside(x: &Big) -> bool {
    *x >= big(-1.0) && *x <= big(1.0)
}

fn functions() -> Vec<(&'static str, Unary, Truth)> {
    vec![
        ("exp", Unary::Exp, |x| Some(x.exp())),
        ("expm1", Unary::Expm1, |x| Some(if *x == Big::ZERO { Big::ZERO } else { x.exp_m1() })),
        ("ln", Unary::Ln, |x| (*x > Big::ZERO).then(|| if *x == big(1.0) { Big::ZERO } else { x.ln() })),
        ("log1p", Unary::Log1p, |x| (*x > big(-1.0)).then(|| if *x == Big::ZERO { Big::ZERO } else { x.ln_1p() })),
        ("sqrt", Unary::Sqrt, |x| {
            (*x >= Big::ZERO).then(|| if *x == Big::ZERO { Big::ZERO } else { dashu_base::SquareRoot::sqrt(x) })
        }),
        ("sin", Unary::Sin, |x| Some(x.sin())),
        ("cos", Unary::Cos, |x| Some(x.cos())),
        ("tan", Unary::Tan, |x| Some(x.tan())),
        ("asin", Unary::Asin, |x| inside(x).then(|| x.asin())),
        ("acos", Unary::Acos, |x| inside(x).then(|| x.acos())),
        ("atan", Unary::Atan, |x| Some(x.atan())),
        ("tanh", Unary::Tanh, |x| Some(x.tanh())),
        ("erf", Unary::Erf, |x| (*x < big(6.0) && *x > big(-6.0)).then(|| erf(x))),
        ("erfc", Unary::Erfc, |x| {
            (*x < big(5.0) && *x > big(-6.0)).then(|| big(1.0).with_precision(300).value() - erf(x))
        }),
        ("softplus", Unary::Softplus, |x| Some((big(1.0) + x.exp()).ln())),
        ("logistic", Unary::Logistic, |x| Some(big(1.0) / (big(1.0) + (-x.clone()).exp()))),
        ("exprel", Unary::Exprel(0), |x| Some(if *x == Big::ZERO { big(1.0) } else { x.exp_m1() / x })),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Unary {
    Exp,
    Expm1,
    Ln,
    Log1p,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Tanh,
    Erf,
    Erfc,
    Softplus,
    Logistic,
    Exprel(u32),
    Neg,
    Abs,
    Positive,
    Power(i32),
    RealPower(f64),
}

impl Unary {
    fn of<N: Kind>(self, x: N, signs: &mut Signs) -> Option<N> {
        match self {
            Unary::Exp => x.exp(),
            Unary::Expm1 => x.expm1(),
            Unary::Ln => x.ln(),
            Unary::Log1p => x.log1p(),
            Unary::Sqrt => x.sqrt(),
            Unary::Sin => x.sin(),
            Unary::Cos => x.cos(),
            Unary::Tan => x.tan(),
            Unary::Asin => x.asin(),
            Unary::Acos => x.acos(),
            Unary::Atan => x.atan(),
            Unary::Tanh => x.tanh(),
            Unary::Erf => x.erf(),
            Unary::Erfc => x.erfc(),
            Unary::Logistic => x.logistic(),
            Unary::Softplus => x.softplus(),
            Unary::Exprel(n) => x.exprel(n),
            Unary::Neg => x.neg(),
            Unary::Abs => x.abs(signs),
            Unary::Positive => x.positive_part(signs),
            Unary::Power(n) => x.powi(n),
            Unary::RealPower(y) => x.pow(N::exact(y)?),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Max,
    Min,
    Cases,
    Pow,
}

/// A random formula in x.
#[derive(Clone, Debug)]
enum Formula {
    X,
    Constant(f64),
    Unary(Unary, Box<Formula>),
    Binary(Binary, Box<Formula>, Box<Formula>),
}

impl Formula {
    fn value<N: Kind>(&self, x: N, signs: &mut Signs) -> Option<N> {
        match self {
            Formula::X => Some(x),
            Formula::Constant(c) => N::exact(*c),
            Formula::Unary(function, a) => function.of(a.value(x, signs)?, signs),
            Formula::Binary(operation, a, b) => {
                let (a, b) = (a.value(x, signs)?, b.value(x, signs)?);
                match operation {
                    Binary::Add => a.add(b),
                    Binary::Sub => a.sub(b),
                    Binary::Mul => a.mul(b),
                    Binary::Div => a.div(b),
                    Binary::Max => a.max(b, signs),
                    Binary::Min => a.min(b, signs),
                    Binary::Pow => a.pow(b),
                    Binary::Cases => match a.less(b, signs) {
                        Some(true) => a.neg(),
                        Some(false) => Some(b),
                        None => a.neg()?.hull(b),
                    },
                }
            }
        }
    }
}

impl Formula {
    /// With other last digits of its constants.
    fn beside(&self) -> Formula {
        match self {
            Formula::X => Formula::X,
            Formula::Constant(c) => Formula::Constant(c * (1.0 + 1e-12)),
            Formula::Unary(function, a) => Formula::Unary(*function, Box::new(a.beside())),
            Formula::Binary(operation, a, b) => Formula::Binary(*operation, Box::new(a.beside()), Box::new(b.beside())),
        }
    }
}

/// Whether a principal branch ends between the centre and the point: the disc then goes on analytically, as `ln(exp(x)) = x` does, and
/// the point does not. A jump is a step far longer than most.
fn jumps(formula: &Formula, signs: &Signs, centre: f64, x: Point) -> bool {
    const STEPS: usize = 400;
    let at = |k: usize| {
        let share = k as f64 / STEPS as f64;
        let mut signs = signs.clone();
        signs.begin_replay();
        formula.value(Point::new(centre + share * (x.re - centre), share * x.im), &mut signs)
    };
    let values: Vec<Point> = (0..=STEPS).filter_map(at).collect();
    let steps = values.windows(2).map(|pair| Point::new(pair[1].re - pair[0].re, pair[1].im - pair[0].im).modulus());
    let mut steps: Vec<f64> = steps.collect();
    steps.sort_by(f64::total_cmp);
    values.len() <= STEPS || steps[STEPS - 1].is_nan() || steps[STEPS - 1] > 20.0 * steps[STEPS / 2] + 1e-6
}

fn unary() -> impl Strategy<Value = Unary> {
    prop_oneof![
        3 => Just(Unary::Exp),
        1 => Just(Unary::Expm1),
        2 => Just(Unary::Ln),
        1 => Just(Unary::Log1p),
        2 => Just(Unary::Sqrt),
        1 => Just(Unary::Sin),
        1 => Just(Unary::Cos),
        1 => Just(Unary::Tan),
        1 => Just(Unary::Asin),
        1 => Just(Unary::Acos),
        1 => Just(Unary::Atan),
        2 => Just(Unary::Tanh),
        2 => Just(Unary::Erf),
        1 => Just(Unary::Erfc),
        1 => Just(Unary::Logistic),
        1 => Just(Unary::Softplus),
        1 => (0..4u32).prop_map(Unary::Exprel),
        1 => Just(Unary::Neg),
        1 => Just(Unary::Abs),
        1 => Just(Unary::Positive),
        2 => (-4..6i32).prop_map(Unary::Power),
        2 => (-2.0..2.0f64).prop_map(Unary::RealPower),
    ]
}

fn formula() -> impl Strategy<Value = Formula> {
    let binary = prop_oneof![
        4 => Just(Binary::Add),
        3 => Just(Binary::Sub),
        5 => Just(Binary::Mul),
        3 => Just(Binary::Div),
        1 => Just(Binary::Max),
        1 => Just(Binary::Min),
        1 => Just(Binary::Cases),
        1 => Just(Binary::Pow),
    ];
    let leaf = prop_oneof![3 => Just(Formula::X), 1 => corner().prop_map(Formula::Constant)];
    leaf.prop_recursive(5, 24, 2, move |inner| {
        prop_oneof![
            (unary(), inner.clone()).prop_map(|(f, a)| Formula::Unary(f, Box::new(a))),
            (binary.clone(), inner.clone(), inner).prop_map(|(f, a, b)| Formula::Binary(f, Box::new(a), Box::new(b))),
        ]
    })
}

/// Whether a ball and a segment have a number in common: both hold the truth.
fn meet(segment: Segment, ball: Estimate) -> bool {
    ball.value.is_nan() || (ball.low() <= segment.high && segment.low <= ball.high())
}

/// Whether a disc holds the value at `zeta` up to a share of slack for the doubles that the value was computed in.
fn disc_holds(disc: Disc, zeta: Point, value: Point, slack: f64) -> bool {
    let Some((centre, slope, rest)) = disc.parts() else { return true };
    let off = Point::new(value.re - centre - slope * zeta.re, value.im - slope * zeta.im).modulus();
    off.is_nan() || off <= rest + slack * (1.0 + value.modulus() + centre.abs() + slope.abs())
}

fn zeta() -> impl Strategy<Value = Point> {
    let size = prop_oneof![Just(1.0), Just(0.0), 0.0..1.0f64];
    let angle = prop_oneof![Just(0.0), Just(0.5), Just(1.0), 0.0..2.0f64];
    (size, angle).prop_map(|(size, angle)| {
        let angle = std::f64::consts::PI * angle;
        Point::new(size * angle.cos(), size * angle.sin())
    })
}

fn radius() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..4.0f64, (0.0..1.0f64, -50..0i32).prop_map(|(m, e)| m * 2f64.powi(e))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(2026), max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn segments_contain_functions((segment, x) in segment()) {
        for (name, function, truth) in functions() {
            let value = function.of(segment, &mut Signs::new());
            if let (Some(value), Some(truth)) = (value, truth(&big(x))) {
                prop_assert!(holds(value, &truth), "{name} {segment:?} = {value:?}, at {x}");
            }
        }
    }

    #[test]
    fn segments_contain_operations((a, x) in segment(), (b, y) in segment(), n in -5i32..8) {
        use dashu_ratio::RBig;
        let exact = |x: f64| RBig::try_from(x).expect("finite");
        let (p, q) = (exact(x), exact(y));
        let within = |s: Segment, truth: &RBig| exact(s.low) <= *truth && *truth <= exact(s.high);
        prop_assert!(within(a + b, &(&p + &q)) && within(a - b, &(&p - &q)) && within(a * b, &(&p * &q)));
        match a.div(b) {
            Some(quotient) => prop_assert!(within(quotient, &(&p / &q)), "{a:?}/{b:?} = {quotient:?}"),
            None => prop_assert!(b.contains(0.0)),
        }
        if let Some(power) = a.powi(n) {
            let truth = (0..n.unsigned_abs()).fold(RBig::ONE, |power, _| power * &p);
            let truth = if n < 0 { RBig::ONE / truth } else { truth };
            let finite = power.is_bounded();
            prop_assert!(!finite || within(power, &truth), "{a:?}^{n} = {power:?}");
        }
        let mut signs = Signs::new();
        prop_assert!(a.max(b, &mut signs).contains(x.max(y)) && a.min(b, &mut signs).contains(x.min(y)));
        prop_assert!(a.abs(&mut signs).contains(x.abs()) && a.positive_part(&mut signs).contains(x.max(0.0)));
        if let Some(less) = a.less(b, &mut signs) {
            prop_assert_eq!(less, x < y);
        }
        // What is exact stays exact.
        let single = Segment::exact(x) * Segment::exact(2.0) + Segment::exact(x);
        prop_assert!(single.low == single.high || x * 3.0 != single.low || x * 3.0 != single.high);
        if x > 0.0 && let Some(power) = Segment::pow(a, b) {
            let truth = (big(y) * if x == 1.0 { Big::ZERO } else { big(x).ln() }).exp();
            prop_assert!(holds(power, &truth), "{a:?}^{b:?} = {power:?} at {x}, {y}");
        }
    }

    /// At a real point of a disc, to the last digit.
    #[test]
    fn discs_contain_functions(centre in corner(), radius in radius(), where_ in -1.0..1.0f64, end in any::<bool>()) {
        let zeta = if end { where_.signum() } else { where_ };
        for (name, function, truth) in functions() {
            let Some(value) = function.of(Disc::new(centre, radius), &mut Signs::new()) else { continue };
            let x = big(centre) + big(radius) * big(zeta);
            if let (Some((c, slope, rest)), Some(truth)) = (value.parts(), truth(&x)) {
                let off = &truth - big(c) - big(slope) * big(zeta);
                let slack = big(2f64.powi(-150)) * (big(1.0) + big(c.abs()));
                prop_assert!(
                    off <= big(rest) + &slack && -off <= big(rest) + &slack,
                    "{name} {centre} {radius} {zeta}: {value:?}"
                );
            }
        }
    }

    /// At a complex point.
    #[test]
    fn discs_contain_functions_at_complex_points(centre in corner(), radius in radius(), zeta in zeta(), function in unary()) {
        let x = Point::new(centre + radius * zeta.re, radius * zeta.im);
        let mut signs = Signs::new();
        let segment = function.of(Segment::exact(centre), &mut signs);
        prop_assume!(segment.is_some());
        signs.begin_replay();
        let disc = function.of(Disc::new(centre, radius), &mut signs);
        signs.begin_replay();
        if let (Some(disc), Some(value)) = (disc, function.of(x, &mut signs)) {
            prop_assert!(disc_holds(disc, zeta, value, 1e-11), "{function:?} {centre} {radius} {zeta:?}: {disc:?} {value:?}");
        }
    }

    #[test]
    fn tails_contain_functions(start in corner(), step in prop_oneof![Just(1.0), Just(-1.0), Just(0.25)],
        decaying in any::<bool>(), s in prop_oneof![Just(0.0), 0.0..1.0f64, 0.0..40.0f64], function in unary()) {
        let line = Tail::line(Estimate::exact(start), Estimate::exact(step));
        let at = Estimate::exact(start) + Estimate::exact(step) * Estimate::exact(s);
        let (tail, x) = if decaying { (line.exp(), at.exp()) } else { (line, at) };
        if let Some(value) = function.of(tail, &mut Signs::new()) {
            let found = value.at(s);
            prop_assert!(found.is_some(), "{function:?} {start} {step}: contradiction in {value:?}");
            let truth = function.of(x, &mut Signs::new());
            prop_assert!(truth.is_none_or(|t| meet(found.unwrap(), t)), "{function:?} {start} {step} at {s}: {value:?} {truth:?}");
        }
    }

    /// Random formulas on all kinds of numbers.
    #[test]
    fn formulas_agree_on_all_kinds(formula in formula(), (segment, x) in segment()) {
        let mut signs = Signs::new();
        let on_segment = formula.value(segment, &mut signs);
        if let (Some(value), Some(at)) = (on_segment, formula.value(Estimate::exact(x), &mut Signs::new())) {
            prop_assert!(meet(value, at), "{formula:?} on {segment:?}: {value:?}, at {x}: {at:?}");
        }
    }

    #[test]
    fn formulas_on_discs(formula in formula(), centre in corner(), radius in radius(), zeta in zeta()) {
        let mut signs = Signs::new();
        let real = formula.value(Segment::exact(centre), &mut signs);
        prop_assume!(real.is_some() && !signs.undecided());
        signs.begin_replay();
        let disc = formula.value(Disc::new(centre, radius), &mut signs);
        prop_assume!(disc.is_some());
        let x = Point::new(centre + radius * zeta.re, radius * zeta.im);
        signs.begin_replay();
        let Some(value) = formula.value(x, &mut signs) else { return Ok(()) };
        prop_assume!(!jumps(&formula, &signs, centre, x));
        // The point's own rounding, as far as a change of the last digits shows it.
        signs.begin_replay();
        let beside = formula.value(Point::new(x.re * (1.0 + 1e-12) + 1e-13, x.im * (1.0 - 1e-12) + 1e-13), &mut signs);
        signs.begin_replay();
        let changed = formula.beside().value(x, &mut signs);
        let apart = |other: Option<Point>| {
            other.map_or(f64::INFINITY, |b| Point::new(b.re - value.re, b.im - value.im).modulus())
        };
        let noise = apart(beside) + apart(changed);
        let (centre_value, slope, rest) = disc.unwrap().parts().unwrap_or((0.0, 0.0, f64::INFINITY));
        let off = Point::new(value.re - centre_value - slope * zeta.re, value.im - slope * zeta.im).modulus();
        let slack = 100.0 * noise + 1e-10 * (1.0 + value.modulus() + centre_value.abs());
        prop_assert!(off.is_nan() || noise.is_nan() || off <= rest + slack,
            "{formula:?} {centre} {radius} {zeta:?}: {disc:?} {value:?}");
        // On the real axis, against balls.
        let inside = Estimate::exact(centre) + Estimate::exact(radius) * Estimate::exact(zeta.re);
        signs.begin_replay();
        let mut on_axis = Signs::new();
        let wide = Segment::new(centre - radius, centre + radius);
        let _ = formula.value(wide, &mut on_axis);
        if !on_axis.undecided() && let Some(truth) = formula.value(inside, &mut Signs::new()) && truth.is_finite() {
            let off = (truth.value - centre_value - slope * zeta.re).abs();
            let rounding = 4.0 * f64::EPSILON * (truth.value.abs() + centre_value.abs() + slope.abs());
            prop_assert!(off <= rest + truth.abs_err + rounding, "{formula:?} {centre} {radius} {zeta:?}: {disc:?} {truth:?}");
        }
    }

    #[test]
    fn formulas_on_tails(formula in formula(), start in corner(), kind in 0..3, s in prop_oneof![Just(0.0), 0.0..1.0f64, 0.0..60.0f64]) {
        let step = Estimate::exact(if kind == 1 { -1.0 } else { 1.0 });
        let line = Tail::line(Estimate::exact(start), step);
        let at = Estimate::exact(start) + step * Estimate::exact(s);
        let (tail, x) = if kind == 2 { (line.neg().exp(), (-at).exp()) } else { (line, at) };
        if let Some(value) = formula.value(tail, &mut Signs::new()) {
            let truth = formula.value(x, &mut Signs::new());
            prop_assume!(truth.is_some_and(Estimate::is_finite));
            let found = value.at(s);
            prop_assert!(found.is_some(), "{formula:?} {start} {kind}: contradiction at {s}");
            prop_assert!(meet(found.unwrap(), truth.unwrap()), "{formula:?} {start} {kind} at {s}: {found:?} {truth:?}");
        }
    }
}

/// `int_0^1 s^n e^(s x) ds` against a series in 200 bits, on both sides of the switch.
#[test]
fn exponential_integrals_are_right() {
    use crate::num::sets::exponential_integral::exponential_integral;
    for n in [1u32, 2, 3, 7, 20] {
        for x in [
            -300.0, -61.0, -60.0, -59.0, -26.0, -24.0, -22.0, -1.0, -1e-8, 0.0, 1e-8, 0.5, 3.0, 21.9, 22.1, 59.9, 60.1,
            300.0,
        ] {
            let at = Big::try_from(x).unwrap().with_precision(1400).value();
            let (mut power, mut sum) = (big(1.0).with_precision(1400).value(), Big::ZERO);
            for k in 0..1800u32 {
                sum += &power / Big::from(n + k + 1);
                power = power * &at / Big::from(k + 1);
            }
            let found = exponential_integral(n, x);
            assert!(holds(Segment::of(found).unwrap(), &sum), "{n} {x}: {found:?}");
            assert!(found.abs_err <= 1e-13 * found.value, "{n} {x}: {found:?}");
        }
    }
}

/// The nodes are roots of Legendre polynomials, the weights their known expression, to half a unit of the tables.
#[test]
fn gauss_rules_are_right() {
    use crate::num::enclosed::gauss_legendre::{MOST_POINTS, POINTS, nodes, sum};
    for (rule, &points) in POINTS.iter().enumerate() {
        let mut places = [Estimate::ZERO; MOST_POINTS];
        assert_eq!(nodes(-1.0, 1.0, rule, &mut places), points);
        for i in 0..points {
            let place = places[i];
            // P_n changes sign across the ball.
            let legendre = |x: f64| {
                let x = big(x);
                let (mut before, mut now) = (big(1.0), x.clone());
                for k in 2..=points as u32 {
                    let next = (&x * &now * Big::from(2 * k - 1) - before * Big::from(k - 1)) / Big::from(k);
                    before = std::mem::replace(&mut now, next);
                }
                (now, before)
            };
            let around = (place.value - place.abs_err - 1e-17, place.value + place.abs_err + 1e-17);
            let tight = (place.low(), place.high());
            let (low, high) = (legendre(tight.0).0, legendre(tight.1).0);
            assert!(place.value == 0.0 || (low > Big::ZERO) != (high > Big::ZERO), "{points} {i} {around:?}");
            assert!(place.abs_err < 3e-16);
            // w = 2 (1 - x^2)/(n P_(n-1))^2 at the root, here to 100 bits by one Newton step.
            let (now, before) = legendre(place.value);
            let x = big(place.value);
            let slope = (&x * &now - &before) * Big::from(points as u32) / (&x * &x - big(1.0));
            let root = &x - &now / &slope;
            let (mut p, mut q) = (big(1.0), root.clone());
            for k in 2..=points as u32 {
                let next = (&root * &q * Big::from(2 * k - 1) - p * Big::from(k - 1)) / Big::from(k);
                p = std::mem::replace(&mut q, next);
            }
            let n = Big::from(points as u32);
            let weight = (big(1.0) - &root * &root) * big(2.0) / (&n * &p * &n * &p);
            let mut values = [Estimate::ZERO; MOST_POINTS];
            values[i] = Estimate::ONE;
            let found = sum(-1.0, 1.0, rule, &values[..points]);
            let off = big(found.value) - &weight;
            let slack = big(1e-28);
            assert!(off <= big(found.abs_err) + &slack && -off <= big(found.abs_err) + &slack, "{points} {i}");
            assert!(found.abs_err <= 2e-16);
        }
    }
}
