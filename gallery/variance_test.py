"""The two-sided test at 5 % that a variance is 1, made for normal data, on Laplace data of variance 1: how many of 50 samples it rejects."""
from draws import np, serve

SAMPLES = 50


def draw(rng, n, **_):
    x = rng.laplace(scale=np.sqrt(0.5), size=(SAMPLES, n))
    statistic = np.sqrt(n / 2) * np.log(np.var(x, axis=1, ddof=1))
    return {"rejected": np.mean(np.abs(statistic) > 1.959963984540054)}


serve(draw)
