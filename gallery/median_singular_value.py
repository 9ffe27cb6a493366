"""Median singular value of pure noise, an n by p matrix with entries of variance 1/n."""
from draws import np, serve


def draw(rng, n, p, **_):
    x = rng.standard_normal((n, p)) / np.sqrt(n)
    return {"median": np.sqrt(np.median(np.linalg.eigvalsh(x.T @ x)))}


serve(draw)
