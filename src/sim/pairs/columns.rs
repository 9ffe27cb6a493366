//! Columns of both matrices of moments, from the scalar products of a neuron with itself and with the neurons behind it.

use crate::model::Activation;
use crate::num::wide::{Loop, widest};
use crate::sim::closed_forms::{self, Moments, Pair};
use crate::sim::hermite_series::HermiteSeries;
use std::marker::PhantomData;

/// A neuron with itself and the neurons behind it.
pub struct Column<'a> {
    /// Norms of the rows.
    pub norms: &'a [f64],
    /// Scalar products of the first row with each.
    pub products: &'a [f64],
    /// What is made of them: covariances of the features.
    pub covariances: &'a mut [f64],
    /// And scalar products of their gradients.
    pub gradients: &'a mut [f64],
}

/// Fills a column.
pub type ClosedForm = fn(Column);

/// A closed form that is always inlined, as calls of functions that are passed on are not: loops over it are then compiled for wide registers.
trait Inlined {
    fn moments(pair: Pair) -> Moments;
}

macro_rules! fill_by {
    ($form:ident) => {{
        struct Form;
        impl Inlined for Form {
            #[inline(always)]
            fn moments(pair: Pair) -> Moments {
                closed_forms::$form(pair)
            }
        }
        |column| widest(Filled::<Form> { column, form: PhantomData })
    }};
}

/// None for an activation that has none.
pub fn closed_form(activation: &Activation) -> Option<ClosedForm> {
    Some(match activation {
        Activation::Relu => fill_by!(relu),
        Activation::Abs => fill_by!(abs),
        Activation::Quadratic => fill_by!(quadratic),
        Activation::Gelu => fill_by!(gelu),
        Activation::Erf => fill_by!(erf),
        Activation::Step => fill_by!(step),
        Activation::Sign => fill_by!(sign),
        Activation::Sin => fill_by!(sin),
        Activation::Cos => fill_by!(cos),
        Activation::Exp => fill_by!(exp),
        _ => return None,
    })
}

struct Filled<'a, F> {
    column: Column<'a>,
    form: PhantomData<F>,
}

impl<F: Inlined> Loop for Filled<'_, F> {
    #[inline(always)]
    fn run(self) {
        let Column { norms, products, covariances, gradients } = self.column;
        let norm = norms[0];
        let filled = covariances.iter_mut().zip(gradients);
        for (i, ((covariance, gradient), (product, other))) in filled.zip(products.iter().zip(norms)).enumerate() {
            let cosine = (*product / (norm * other)).clamp(-1.0, 1.0);
            // Of a neuron with itself.
            let cosine = if i == 0 { 1.0 } else { cosine };
            (*covariance, *gradient) = F::moments(Pair { norms: (norm, *other), product: *product, cosine });
        }
    }
}

/// Fills the column of a neuron from the series: `sum a_n(j) a_n(k) c^n` and `sum n a_n(j) a_n(k) c^n` from n = 1 on.
pub fn by_series(series: &HermiteSeries, neuron: usize, column: Column) {
    column.covariances[0] = series.variances[neuron];
    column.gradients[0] = series.energies[neuron];
    widest(SeriesSums { series, neuron, column });
}

struct SeriesSums<'a> {
    series: &'a HermiteSeries,
    neuron: usize,
    column: Column<'a>,
}

/// Neurons whose sums stay in registers together.
const NEURONS_AT_ONCE: usize = 32;

impl Loop for SeriesSums<'_> {
    #[inline(always)]
    fn run(self) {
        // Neuron in the row, n in the column.
        let (width, terms) = (self.series.coefficients.nrows(), self.series.coefficients.ncols() - 1);
        let coefficients = self.series.coefficients.as_slice();
        let Column { norms, products, covariances, gradients } = self.column;
        for start in (1..norms.len()).step_by(NEURONS_AT_ONCE) {
            let count = NEURONS_AT_ONCE.min(norms.len() - start);
            let (mut cosines, mut sums, mut slopes) =
                ([0.0; NEURONS_AT_ONCE], [0.0; NEURONS_AT_ONCE], [0.0; NEURONS_AT_ONCE]);
            for (i, cosine) in cosines[..count].iter_mut().enumerate() {
                *cosine = (products[start + i] / (norms[0] * norms[start + i])).clamp(-1.0, 1.0);
            }
            // Horner's rule for the sum over c, and for its derivative.
            for n in (1..=terms).rev() {
                let own = coefficients[n * width + self.neuron];
                let mut others = [0.0; NEURONS_AT_ONCE];
                others[..count].copy_from_slice(&coefficients[n * width + self.neuron + start..][..count]);
                for i in 0..NEURONS_AT_ONCE {
                    slopes[i] = slopes[i] * cosines[i] + sums[i];
                    sums[i] = sums[i] * cosines[i] + own * others[i];
                }
            }
            for i in 0..count {
                covariances[start + i] = cosines[i] * sums[i];
                gradients[start + i] = cosines[i] * (sums[i] + cosines[i] * slopes[i]);
            }
        }
    }
}
