//! The 21-point Gauss-Kronrod rule with its embedded 10-point Gauss rule, on `[-1, 1]`.
//!
//! Nodes and weights: Piessens et al., QUADPACK (1983), routine qk21. The 21 points are exact for polynomials up to
//! degree 31, the 10 points up to degree 19. Only the rule lives here; when to split is decided in `quadrature`.

/// Positive nodes, largest first, and 0. The odd places are the nodes of the Gauss rule.
pub const NODES: [f64; 11] = [
    0.995_657_163_025_808_1,
    0.973_906_528_517_171_7,
    0.930_157_491_355_708_2,
    0.865_063_366_688_984_5,
    0.780_817_726_586_416_9,
    0.679_409_568_299_024_4,
    0.562_757_134_668_604_7,
    0.433_395_394_129_247_2,
    0.294_392_862_701_460_2,
    0.148_874_338_981_631_22,
    0.0,
];

/// Kronrod weight of each node.
pub const KRONROD: [f64; 11] = [
    0.011_694_638_867_371_874,
    0.032_558_162_307_964_725,
    0.054_755_896_574_351_995,
    0.075_039_674_810_919_96,
    0.093_125_454_583_697_6,
    0.109_387_158_802_297_64,
    0.123_491_976_262_065_84,
    0.134_709_217_311_473_34,
    0.142_775_938_577_060_09,
    0.147_739_104_901_338_49,
    0.149_445_554_002_916_9,
];

/// Gauss weight of the nodes at odd places.
pub const GAUSS: [f64; 5] = [
    0.066_671_344_308_688_14,
    0.149_451_349_150_580_6,
    0.219_086_362_515_982_04,
    0.269_266_719_309_996_35,
    0.295_524_224_714_752_87,
];

/// The results of the rule on one panel. All sums are over `[-1, 1]`, so they have to be multiplied by the panel's half-width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KronrodSums {
    /// The Kronrod sum.
    pub integral: f64,
    /// The Kronrod sum of `|f|`.
    pub magnitude: f64,
    /// The Kronrod sum of the integrand's own error.
    pub carried: f64,
    /// Variation of f over the nodes, `sum |f_(i+1) - f_i|`. It tells how large an error misplaced nodes cause.
    pub variation: f64,
    /// Estimated truncation error (QUADPACK's: the difference of the two rules, sharpened by their known orders).
    pub truncation: f64,
}

/// The rule on values (and their errors) at the 21 nodes in increasing order.
pub fn panel(values: &[(f64, f64); 21]) -> KronrodSums {
    let (mut integral, mut gauss, mut magnitude, mut carried) = (0.0, 0.0, 0.0, 0.0);
    for (place, &(value, error)) in values.iter().enumerate() {
        let node = if place <= 10 { place } else { 20 - place };
        let weight = KRONROD[node];
        integral += weight * value;
        magnitude += weight * value.abs();
        carried += weight * error;
        if node % 2 == 1 {
            gauss += GAUSS[node / 2] * value;
        }
    }
    let mean = 0.5 * integral;
    let spread: f64 = (0..21).map(|i| KRONROD[i.min(20 - i)] * (values[i].0 - mean).abs()).sum();
    let variation = values.windows(2).map(|pair| (pair[1].0 - pair[0].0).abs()).sum();
    let difference = (integral - gauss).abs();
    let truncation = if spread > 0.0 { spread * (200.0 * difference / spread).powf(1.5).min(1.0) } else { difference };
    KronrodSums { integral, magnitude, carried, variation, truncation }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn powers(degree: i32) -> KronrodSums {
        let mut values = [(0.0, 0.0); 21];
        for (i, value) in values.iter_mut().enumerate() {
            let node = if i <= 10 { -NODES[i] } else { NODES[20 - i] };
            value.0 = node.powi(degree);
        }
        panel(&values)
    }

    /// Exactness up to degree 31 determines all 21 nodes and weights given the Gauss nodes.
    #[test]
    fn kronrod_is_exact_to_degree_31_and_not_beyond() {
        for degree in 0..32 {
            let exact = if degree % 2 == 1 { 0.0 } else { 2.0 / f64::from(degree + 1) };
            let error = (powers(degree).integral - exact).abs();
            assert!(error < 5e-16, "degree {degree}: {error:e}");
        }
        assert!((powers(32).integral - 2.0 / 33.0).abs() > 1e-12);
    }

    #[test]
    fn gauss_is_exact_to_degree_19_and_not_beyond() {
        for degree in (0..40).step_by(2) {
            let gauss: f64 = (0..5).map(|i| 2.0 * GAUSS[i] * NODES[2 * i + 1].powi(degree)).sum();
            let error = (gauss - 2.0 / f64::from(degree + 1)).abs();
            assert!(if degree < 20 { error < 4e-16 } else { error > 1e-7 }, "degree {degree}: {error:e}");
        }
    }
}
