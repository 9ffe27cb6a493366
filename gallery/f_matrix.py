"""Two sample covariances A and B of white Gaussian data: moments of the F-matrix B/A and of B/(A + B)."""
from draws import np, serve


def draw(rng, d, n1, n2, **_):
    x, y = rng.standard_normal((n1, d)), rng.standard_normal((n2, d))
    a, b = x.T @ x / n1, y.T @ y / n2
    f = np.linalg.solve(a, b)
    share = np.linalg.solve(a + b, b)
    return {"second": np.sum(f * f.T) / d, "share": np.sum(share * share.T) / d}


serve(draw)
