//! How eigenvalues of B and of Gamma go together.
//!
//! The `independent` pairing at a finite dimension is a permutation, fixed by the two sets of eigenvalues, whose pairs are as
//! close to independent as d pairs can be.
//!
//! A random permutation scatters `E[b t]` by 1/sqrt d, and even a low-discrepancy one by enough that the coefficient of the
//! 1/d bias differs from size to size, which an extrapolation takes for a failing theory. So a low-discrepancy permutation is
//! polished until the low-order mixed moments of the eigenvalues themselves are those of independence.

/// How eigenvalues of B and of Gamma go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pairing {
    /// The larger eigenvalue with the larger.
    Comonotone,
    /// The larger eigenvalue with the smaller.
    Antitone,
    /// By a permutation, fixed by the two sets of eigenvalues, that makes their low-order mixed moments those of independence.
    Independent,
}

/// Highest degree of the polynomials in either eigenvalue whose mixed moments are made to vanish.
const DEGREE: usize = 3;
/// Most passes of exchanges over all indices.
const PASSES: usize = 100;
/// Most partners tried for each index in one pass, so that a pass takes time in proportion to d.
const PARTNERS: usize = 64;
/// Weighted sum of squared mixed moments (of polynomials of mean square 1) at which polishing stops.
const GOAL: f64 = 1e-12;

type Moments = [[f64; DEGREE]; DEGREE];

/// For each index of `first`, the index of `second` that it is paired with. Both increasing and of the same length.
pub fn independent_order(first: &[f64], second: &[f64]) -> Vec<usize> {
    let dim = first.len();
    let mut order = golden_order(dim);
    let basis = [orthonormal(first), orthonormal(second)];
    let mut moments = Moments::default();
    for (i, j) in order.iter().enumerate() {
        for (a, row) in moments.iter_mut().enumerate() {
            for (b, moment) in row.iter_mut().enumerate() {
                *moment += basis[0][i][a] * basis[1][*j][b] / dim as f64;
            }
        }
    }
    let mut cost = size(&moments);
    for pass in 0..PASSES {
        if cost < GOAL || dim < 3 {
            break;
        }
        let before = cost;
        for i in 0..dim {
            for step in 0..PARTNERS.min(dim - 1) {
                // Every partner at small dimensions; elsewhere partners that change from pass to pass.
                let j = (i + 1 + (step + PARTNERS * pass * (i + 1)) % (dim - 1)) % dim;
                let trial = exchanged(&moments, &basis, (i, order[i]), (j, order[j]));
                let tried = size(&trial);
                if tried < cost {
                    order.swap(i, j);
                    (moments, cost) = (trial, tried);
                }
            }
        }
        if cost == before && PARTNERS >= dim {
            break;
        }
    }
    order
}

/// Ranks of the fractional parts of multiples of the golden ratio: evenly spread to begin with.
fn golden_order(dim: usize) -> Vec<usize> {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let fraction = |i: usize| ((i as f64 + 0.5) * golden).fract();
    let mut sorted: Vec<usize> = (0..dim).collect();
    sorted.sort_by(|i, j| fraction(*i).total_cmp(&fraction(*j)));
    let mut order = vec![0; dim];
    for (rank, index) in sorted.into_iter().enumerate() {
        order[index] = rank;
    }
    order
}

/// At each value, polynomials of degree 1 to [`DEGREE`] that are orthonormal under the uniform law on the values and have
/// mean 0; zero where the law has too few distinct values.
fn orthonormal(values: &[f64]) -> Vec<[f64; DEGREE]> {
    let count = values.len() as f64;
    let scale = values.iter().fold(f64::MIN_POSITIVE, |largest, v| largest.max(v.abs()));
    let mut known: Vec<Vec<f64>> = vec![vec![1.0; values.len()]];
    for _ in 0..DEGREE {
        let last = &known[known.len() - 1];
        let mut next: Vec<f64> = values.iter().zip(last).map(|(v, p)| v / scale * p).collect();
        // Twice: once leaves rounding of the size of what was taken away.
        for _ in 0..2 {
            for other in &known {
                let shared = next.iter().zip(other).map(|(x, y)| x * y).sum::<f64>() / count;
                next.iter_mut().zip(other).for_each(|(x, y)| *x -= shared * y);
            }
        }
        let norm = (next.iter().map(|x| x * x).sum::<f64>() / count).sqrt();
        let factor = if norm > 1e-9 { 1.0 / norm } else { 0.0 };
        next.iter_mut().for_each(|x| *x *= factor);
        known.push(next);
    }
    (0..values.len()).map(|i| std::array::from_fn(|degree| known[degree + 1][i])).collect()
}

/// Low degrees count most: the alignment of B and Gamma is the moment of degrees (1, 1).
fn size(moments: &Moments) -> f64 {
    let mut sum = 0.0;
    for (a, row) in moments.iter().enumerate() {
        for (b, moment) in row.iter().enumerate() {
            sum += moment * moment / 100_f64.powi((a + b) as i32);
        }
    }
    sum
}

/// The moments after two pairs exchange their second members.
fn exchanged(
    moments: &Moments,
    [first, second]: &[Vec<[f64; DEGREE]>; 2],
    (i, partner_i): (usize, usize),
    (j, partner_j): (usize, usize),
) -> Moments {
    let mut changed = *moments;
    for (a, row) in changed.iter_mut().enumerate() {
        let difference = (first[i][a] - first[j][a]) / first.len() as f64;
        for (b, moment) in row.iter_mut().enumerate() {
            *moment += difference * (second[partner_j][b] - second[partner_i][b]);
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_permutation_at_every_dimension() {
        for dim in 1..60 {
            let values: Vec<f64> = (0..dim).map(|i| (i * i) as f64).collect();
            let mut order = independent_order(&values, &values);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..dim), "{dim}");
        }
    }
}
