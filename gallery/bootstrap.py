"""Least squares with n observations and p coefficients: the variance that the bootstrap of pairs gives. The noise is averaged exactly."""
from draws import np, serve


def draw(rng, n, p, **_):
    x = rng.standard_normal((n, p))

    def resampled():
        counts = rng.multinomial(n, np.full(n, 1 / n))
        weighted = x * counts[:, None]
        return np.linalg.solve(weighted.T @ x, weighted.T)

    # Half of the squared difference of two draws is their variance, without bias.
    return {"variance": np.sum((resampled() - resampled()) ** 2) / 2}


serve(draw)
