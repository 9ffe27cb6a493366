"""Least squares of minimum norm. All features have correlation `correlation` with each other; coefficients and noise are averaged exactly."""
from draws import np, serve


def draw(rng, n, p, noise, correlation=0.0, **_):
    common = rng.standard_normal((n, 1))
    x = np.sqrt(1 - correlation) * rng.standard_normal((n, p)) + np.sqrt(correlation) * common
    covariance = (1 - correlation) * np.eye(p) + correlation
    inverse = np.linalg.pinv(x)
    missed = np.eye(p) - inverse @ x
    # Coefficients have squared length 1 and any direction.
    bias = np.trace(missed @ covariance @ missed) / p
    variance = noise**2 * np.sum(inverse * (covariance @ inverse))
    return {"risk": bias + variance}


serve(draw)
