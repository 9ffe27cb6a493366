"""The two-sided test at 5 % that a variance is 1, made for normal data, on Laplace data of variance 1."""
from draws import np, serve


def draw(rng, n, **_):
    x = rng.laplace(scale=np.sqrt(0.5), size=n)
    statistic = np.sqrt(n / 2) * np.log(np.var(x, ddof=1))
    return {"rejected": abs(statistic) > 1.959963984540054}


serve(draw)
