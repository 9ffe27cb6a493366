"""Largest eigenvalue of a symmetric Gaussian matrix (GOE), over the square root of its size: variance 1 off the diagonal, 2 on it."""
from draws import np, serve


def draw(rng, n, **_):
    g = rng.standard_normal((n, n))
    return {"largest": np.linalg.eigvalsh((g + g.T) / np.sqrt(2))[-1] / np.sqrt(n)}


serve(draw)
