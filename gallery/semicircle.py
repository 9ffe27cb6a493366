"""Moments of the eigenvalues of a symmetric Gaussian matrix (GOE): variance 1/n off the diagonal, 2/n on it."""
from draws import np, serve


def draw(rng, n, **_):
    g = rng.standard_normal((n, n))
    square = (g + g.T) @ (g + g.T) / (2 * n)
    return {"fourth": np.sum(square**2) / n, "sixth": np.sum((square @ square) * square) / n}


serve(draw)
