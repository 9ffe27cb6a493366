"""The James-Stein estimator of p means from one observation each, of variance 1."""
from draws import np, serve


def draw(rng, p, spread, **_):
    means = spread * np.ones(p)
    x = means + rng.standard_normal(p)
    estimate = (1 - (p - 2) / np.sum(x**2)) * x
    return {"risk": np.mean((estimate - means) ** 2)}


serve(draw)
