"""Largest eigenvalue of a Hermitian Gaussian matrix (GUE), from a tridiagonal matrix with the same eigenvalues, centred and scaled at the edge."""
from draws import np, serve_together


def draws(rngs, n, **_):
    # Far from the corner the top eigenvector is zero to double precision.
    kept = min(n, round(4 + 9 * n ** (1 / 3)))
    matrix = np.zeros((len(rngs), kept, kept))
    at = np.arange(kept)
    for one, rng in zip(matrix, rngs):
        one[at, at] = rng.standard_normal(kept)
        below = np.sqrt(rng.gamma(n - 1.0 - at[:-1]))
        one[at[1:], at[:-1]] = below
    largest = np.linalg.eigvalsh(matrix, UPLO="L")[:, -1]
    scaled = (largest - 2 * np.sqrt(n)) * n ** (1 / 6)
    return [{"scaled": one} for one in scaled]


serve_together(draws)
