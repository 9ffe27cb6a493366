//! Loops compiled for the widest vector registers that the processor has, chosen when the program runs.
//!
//! No step of a loop is contracted or reordered: the bits are those of the plain loop, whatever the width.

/// A loop whose iterations do not depend on each other. [`Loop::run`] and all that it calls must be `#[inline(always)]` and
/// without branches: only what is inlined here is compiled for wide registers.
pub trait Loop {
    fn run(self);
}

/// Runs the loop.
pub fn widest(work: impl Loop) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("avx512f") && has!("avx512dq") && has!("avx512vl") {
            // SAFETY: the processor has what the function declares.
            return unsafe { with_512_bits(work) };
        }
        if has!("avx2") && has!("fma") {
            // SAFETY: the processor has what the function declares, as above.
            return unsafe { with_256_bits(work) };
        }
    }
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn with_512_bits(work: impl Loop) {
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn with_256_bits(work: impl Loop) {
    work.run();
}

/// `asin x` for `|x| <= 1`, to `4e-16` and to as much relative to `x`; without a branch, so that a loop over it is vectorised.
/// The rational approximation is that of fdlibm (Sun Microsystems 1993).
#[inline(always)]
pub fn arc_sine(x: f64) -> f64 {
    const P: [f64; 6] = [
        1.666_666_666_666_666_6e-1,
        -3.255_658_186_224_009e-1,
        2.012_125_321_348_629_3e-1,
        -4.005_553_450_067_941e-2,
        7.915_349_942_898_145e-4,
        3.479_331_075_960_212e-5,
    ];
    const Q: [f64; 4] =
        [-2.403_394_911_734_414, 2.020_945_760_233_505_7, -6.882_839_716_054_533e-1, 7.703_815_055_590_194e-2];
    let magnitude = x.abs();
    // The identity asin x = pi/2 - 2 asin sqrt((1-x)/2) reduces arguments above 1/2 to arguments below 1/2.
    let upper = magnitude > 0.5;
    let square = if upper { (1.0 - magnitude) / 2.0 } else { x * x };
    let numerator =
        square * (P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * (P[4] + square * P[5])))));
    let denominator = 1.0 + square * (Q[0] + square * (Q[1] + square * (Q[2] + square * Q[3])));
    let argument = if upper { square.sqrt() } else { magnitude };
    let angle = argument + argument * (numerator / denominator);
    let angle = if upper { std::f64::consts::FRAC_PI_2 - 2.0 * angle } else { angle };
    angle.copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arc_sine_agrees_with_the_library() {
        let steps = 100_000;
        let points = (-steps..=steps).map(|i| f64::from(i) / f64::from(steps));
        for x in points.chain([1e-300, 1e-9, -0.0, 0.5 + 1e-16, 1.0 - 1e-16]) {
            let (ours, theirs) = (arc_sine(x), libm::asin(x));
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs(), "{x}: {ours} {theirs}");
        }
        assert!(arc_sine(1.1).is_nan() && arc_sine(f64::NAN).is_nan());
    }

    struct Sum<'a>(&'a [f64], &'a mut f64);

    impl Loop for Sum<'_> {
        #[inline(always)]
        fn run(self) {
            *self.1 = self.0.iter().map(|x| arc_sine(*x)).sum();
        }
    }

    #[test]
    fn wide_registers_change_no_bit() {
        let points: Vec<f64> = (0..1003).map(|i| f64::from(i) / 1003.0).collect();
        let (mut wide, mut plain) = (0.0, 0.0);
        widest(Sum(&points, &mut wide));
        Sum(&points, &mut plain).run();
        assert_eq!(wide, plain);
        assert!((wide - 1003.0 * (std::f64::consts::FRAC_PI_2 - 1.0)).abs() < 1.0);
    }
}
