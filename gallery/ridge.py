"""Ridge regression on independent Gaussian features. The coefficients (of squared length 1) and the noise are averaged exactly."""
from draws import np, serve


def draw(rng, n, p, ridge, noise, **_):
    x = rng.standard_normal((n, p))
    inverse = np.linalg.inv(x.T @ x / n + ridge * np.eye(p))
    # The fit misses ridge*inverse of the coefficients, and takes inverse @ x.T/n of the noise for signal.
    bias = ridge**2 * np.sum(inverse**2) / p
    variance = noise**2 * np.sum((inverse @ x.T) ** 2) / n**2
    return {"risk": bias + variance}


serve(draw)
