"""Top eigenvalue and eigenvector of the sample covariance of n Gaussian vectors whose covariance is the identity plus a spike."""
from draws import np, serve


def draw(rng, n, p, theta=0.0, **_):
    x = rng.standard_normal((n, p))
    length = np.mean(x[:, 0] ** 2)
    x[:, 0] *= np.sqrt(1 + theta)
    values, vectors = np.linalg.eigh(x.T @ x / n)
    # Most of the noise comes from the length of the column with the spike, whose mean is 1: it is taken out.
    return {"eigenvalue": values[-1] - theta * (length - 1), "overlap": vectors[0, -1] ** 2}


serve(draw)
