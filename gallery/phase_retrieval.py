"""Spectral start of phase retrieval: the signal is sought as the top eigenvector of a weighted sample covariance."""
from draws import np, serve


def draw(rng, p, n, **_):
    a = rng.standard_normal((n, p))
    measured = a[:, 0] ** 2  # the signal is the first coordinate
    weights = measured / (1 + measured)
    values, vectors = np.linalg.eigh(a.T @ (weights[:, None] * a) / n)
    return {"eigenvalue": values[-1], "overlap": vectors[0, -1] ** 2}


serve(draw)
