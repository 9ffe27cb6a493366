"""Logarithm of the determinant of a white sample covariance, per dimension."""
from draws import np, serve


def draw(rng, d, n, **_):
    x = rng.standard_normal((n, d))
    return {"logdet": np.linalg.slogdet(x.T @ x / n)[1] / d}


serve(draw)
