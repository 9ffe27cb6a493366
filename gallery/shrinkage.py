"""The shrinkage estimator of Ledoit and Wolf, with everything estimated from the data. Eigenvalues of the truth are uniform around 1."""
from draws import np, serve


def draw(rng, n, p, spread, **_):
    truth = 1 + spread * (2 * np.arange(p) + 1 - p) / p
    x = rng.standard_normal((n, p)) * np.sqrt(truth)
    sample = x.T @ x / n
    mean = np.trace(sample) / p
    distance = np.sum((sample - mean * np.eye(p)) ** 2)
    # The mean over observations of |x x' - sample|^2, over n once more.
    noise = (np.mean(np.sum(x**2, axis=1) ** 2) - np.sum(sample**2)) / n
    weight = min(noise / distance, 1)
    estimate = weight * mean * np.eye(p) + (1 - weight) * sample
    return {"weight": weight, "loss": np.sum((estimate - np.diag(truth)) ** 2) / p}


serve(draw)
