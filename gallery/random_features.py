"""Ridge regression on N random features tanh(w.x) of n inputs in d dimensions, with a linear target of unit length and noisy labels."""
from draws import np, serve


def draw(rng, d, N, n, ridge, noise, **_):
    w = rng.standard_normal((N, d))
    w /= np.linalg.norm(w, axis=1, keepdims=True)
    x = rng.standard_normal((n, d))
    features = np.tanh(x @ w.T)
    # From labels to weights of the second layer.
    fit = np.linalg.solve(features.T @ features / n + ridge * np.eye(N), features.T / n)
    fresh = rng.standard_normal((2 * n, d))
    predict = np.tanh(fresh @ w.T) @ fit
    # Averaged exactly over the direction of the target and over the noise.
    missed = np.mean(np.sum((fresh - predict @ x) ** 2, axis=1)) / d
    return {"error": missed + noise**2 * np.mean(np.sum(predict**2, axis=1))}


serve(draw)
