"""Top eigenvalue of a white sample covariance to which a projection times theta is added."""
from draws import np, serve


def draw(rng, n, p, theta, **_):
    x = rng.standard_normal((n, p))
    matrix = x.T @ x / n
    place = matrix[0, 0]
    matrix[0, 0] += theta
    # Most of the noise comes from the entry to which theta is added, whose mean is 1: it is taken out.
    return {"eigenvalue": np.linalg.eigvalsh(matrix)[-1] - (place - 1)}


serve(draw)
