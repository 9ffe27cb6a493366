//! The state of NumPy's default generator for given seed words: what `numpy.random.default_rng(words)` begins with.
//!
//! Making such a generator costs ten times what setting the state of one costs. The hash is that of `numpy.random.SeedSequence` (after
//! M. E. O'Neill's `seed_seq`), the generator PCG64 (XSL-RR 128/64). The package compares both with NumPy's own before it relies on them.

use numpy::{PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

const POOL: usize = 4;
const MULTIPLIER: u128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645;

/// The constants that multiply each word, one after the other.
struct Hash {
    constant: u32,
    factor: u32,
}

impl Hash {
    fn of(&mut self, word: u32) -> u32 {
        let mixed = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.factor);
        let mixed = mixed.wrapping_mul(self.constant);
        mixed ^ (mixed >> 16)
    }
}

fn mix(x: u32, y: u32) -> u32 {
    let mixed = x.wrapping_mul(0xca01_f9dd).wrapping_sub(y.wrapping_mul(0x4973_f715));
    mixed ^ (mixed >> 16)
}

/// `(state, inc)` of the generator that these words seed.
fn state(words: &[u32]) -> (u128, u128) {
    let mut hash = Hash { constant: 0x43b0_d7e5, factor: 0x931e_8875 };
    let mut pool: [u32; POOL] = std::array::from_fn(|k| hash.of(words.get(k).copied().unwrap_or(0)));
    for from in 0..POOL {
        for to in (0..POOL).filter(|to| *to != from) {
            pool[to] = mix(pool[to], hash.of(pool[from]));
        }
    }
    for word in words.iter().skip(POOL) {
        for place in &mut pool {
            *place = mix(*place, hash.of(*word));
        }
    }
    let mut hash = Hash { constant: 0x8b51_f9dd, factor: 0x58f3_8ded };
    let drawn: [u32; 8] = std::array::from_fn(|k| hash.of(pool[k % POOL]));
    let wide = |k: usize| u128::from(drawn[2 * k]) | u128::from(drawn[2 * k + 1]) << 32;
    let (start, sequence) = (wide(0) << 64 | wide(1), wide(2) << 64 | wide(3));
    let increment = sequence << 1 | 1;
    let step = |state: u128| state.wrapping_mul(MULTIPLIER).wrapping_add(increment);
    (step(step(0).wrapping_add(start)), increment)
}

/// The state of PCG64 for each row of words: `(state, inc)`.
#[pyfunction]
pub fn states(words: PyReadonlyArray2<'_, u32>) -> PyResult<Vec<(u128, u128)>> {
    let columns = words.shape()[1];
    let all = words.as_slice().map_err(|_| PyValueError::new_err("the words of each seed are to lie together"))?;
    Ok(all.chunks_exact(columns.max(1)).map(state).collect())
}
