//! Random streams: one independent ChaCha8 stream per replicate, from a key that names what is drawn.
//!
//! The hash here is part of the definition of every simulated result, so it is written out and never comes from a
//! library: results keep their bits when a dependency changes its hasher.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// The stream of one replicate. The 256-bit key is a hash of everything but the replicate, which is the stream number:
/// replicates of one network use disjoint streams of one cipher, different networks use unrelated keys.
///
/// The hash: a 64-bit state starts at 0 and absorbs, in order, `seed`, the two names (each as its length in bytes,
/// then its bytes in little-endian words of 8 padded with zeros), `dim`, `width`, each word by
/// `state = splitmix64(state ^ word)`. Four more steps of the SplitMix64 sequence from there are the key, little-endian.
/// Lengths come before bytes, so no two different arguments absorb the same words.
pub fn stream(seed: u64, simulator: &str, weights: &str, dim: usize, width: usize, replicate: u64) -> ChaCha8Rng {
    let mut state = absorb(0, seed);
    for name in [simulator, weights] {
        state = absorb(state, name.len() as u64);
        for chunk in name.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            state = absorb(state, u64::from_le_bytes(word));
        }
    }
    state = absorb(absorb(state, dim as u64), width as u64);

    let mut key = [0; 32];
    for word in key.chunks_exact_mut(8) {
        word.copy_from_slice(&split_mix(&mut state).to_le_bytes());
    }
    let mut stream = ChaCha8Rng::from_seed(key);
    stream.set_stream(replicate);
    stream
}

/// Up to so many numbers are drawn by one thread. More are drawn in chunks of this size.
const CHUNK: usize = 1 << 16;
/// Words of the key stream between the starts of two chunks. A chunk takes some 135,000.
const SPACING: u128 = 1 << 20;

/// The next standard Gaussians of a stream. Many are drawn in chunks, from places of the key stream that are far enough apart, so
/// threads need not wait for each other; where a chunk starts depends on its number alone.
pub fn standard_gaussians(stream: &mut ChaCha8Rng, count: usize) -> Vec<f64> {
    if count <= CHUNK {
        return StandardNormal.sample_iter(stream).take(count).collect();
    }
    let (key, replicate, start) = (stream.get_seed(), stream.get_stream(), stream.get_word_pos());
    let at = |chunk: usize| {
        let mut stream = ChaCha8Rng::from_seed(key);
        stream.set_stream(replicate);
        stream.set_word_pos(start + chunk as u128 * SPACING);
        stream
    };
    let mut numbers = vec![0.0; count];
    numbers.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, numbers)| {
        numbers.iter_mut().zip(StandardNormal.sample_iter(at(chunk))).for_each(|(number, drawn)| *number = drawn);
    });
    *stream = at(count.div_ceil(CHUNK));
    numbers
}

fn absorb(state: u64, word: u64) -> u64 {
    split_mix(&mut (state ^ word))
}

/// One step of SplitMix64 (Steele, Lea, Flood 2014): a bijection of the state with full avalanche.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    fn words(mut stream: ChaCha8Rng) -> [u64; 4] {
        std::array::from_fn(|_| stream.next_u64())
    }

    /// The first outputs of SplitMix64 from state 1234567, as published with the reference implementation.
    #[test]
    fn split_mix_gives_the_published_sequence() {
        let mut state = 1_234_567;
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| split_mix(&mut state)), expected);
    }

    /// Key stream of ChaCha with 8 rounds, 256-bit key of zeros, nonce zero (Strombergson's test vectors, TC1).
    #[test]
    fn generator_is_chacha8() {
        let mut generator = ChaCha8Rng::from_seed([0; 32]);
        let mut block = [0; 32];
        generator.fill_bytes(&mut block);
        let expected = [
            0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1, 0x2c, 0x84,
            0x0e, 0xc3, 0xce, 0x9a, 0x7f, 0x3b, 0x18, 0x1b, 0xe1, 0x88, 0xef, 0x71, 0x1a, 0x1e,
        ];
        assert_eq!(block, expected);
    }

    #[test]
    fn every_part_of_the_key_matters_and_nothing_else() {
        let base = words(stream(1, "rf", "gaussian", 40, 120, 3));
        assert_eq!(base, words(stream(1, "rf", "gaussian", 40, 120, 3)));
        let others = [
            stream(2, "rf", "gaussian", 40, 120, 3),
            stream(1, "nt", "gaussian", 40, 120, 3),
            stream(1, "rf", "sphere", 40, 120, 3),
            stream(1, "rf", "gaussian", 120, 40, 3),
            stream(1, "rf", "gaussian", 40, 121, 3),
            stream(1, "rf", "gaussian", 40, 120, 4),
            stream(1, "rfgaussi", "an", 40, 120, 3),
        ];
        for other in others {
            let other = words(other);
            assert!(base.iter().zip(other).all(|(a, b)| *a != b));
        }
    }

    /// Mean, variance and correlation across neighbouring streams, within five standard errors.
    #[test]
    fn normals_of_neighbouring_replicates_are_standard_and_uncorrelated() {
        let n = 20_000;
        let normals = |replicate| -> Vec<f64> {
            let generator = stream(7, "rf", "gaussian", 8, 8, replicate);
            StandardNormal.sample_iter(generator).take(n).collect()
        };
        let (x, y) = (normals(0), normals(1));
        let mean = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>() / n as f64;
        let bound = 5.0 / (n as f64).sqrt();
        assert!(mean(&|i| x[i]).abs() < bound);
        assert!((mean(&|i| x[i] * x[i]) - 1.0).abs() < bound * 2.0_f64.sqrt());
        assert!(mean(&|i| x[i] * y[i]).abs() < bound);
    }

    /// Chunks are those of the stream from their places on, for any number of threads, and do not overlap.
    #[test]
    fn many_numbers_are_drawn_in_chunks() {
        let count = 2 * CHUNK + 7;
        let start = || stream(1, "chunks", "test", 3, 4, 5);
        let draw = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut stream = start();
            let numbers = pool.install(|| standard_gaussians(&mut stream, count));
            (numbers, stream.next_u64())
        };
        let (numbers, next) = draw(1);
        assert_eq!(draw(3), (numbers.clone(), next));
        for (chunk, expected) in numbers.chunks(CHUNK).enumerate() {
            let mut stream = start();
            stream.set_word_pos(chunk as u128 * SPACING);
            let own: Vec<f64> = StandardNormal.sample_iter(&mut stream).take(expected.len()).collect();
            assert_eq!(own, expected);
            assert!(stream.get_word_pos() < (chunk + 1) as u128 * SPACING);
        }
        let (mut few, mut plain) = (start(), start());
        let expected: Vec<f64> = StandardNormal.sample_iter(&mut plain).take(CHUNK).collect();
        assert_eq!(standard_gaussians(&mut few, CHUNK), expected);
        assert_eq!(few.next_u64(), plain.next_u64());
    }
}
