"""The LASSO on a Gaussian design, minimised by an accelerated proximal gradient method. A share of the coefficients is standard normal, the rest 0."""
from draws import np, serve


def draw(rng, p, n, share, penalty, noise, **_):
    a = rng.standard_normal((n, p)) / np.sqrt(n)
    truth = rng.standard_normal(p) * (rng.random(p) < share)
    gram, target = a.T @ a, a.T @ (a @ truth + noise * rng.standard_normal(n))
    step = 1 / np.linalg.norm(gram, 2)
    x, ahead, momentum = np.zeros(p), np.zeros(p), 1.0
    for _ in range(STEPS):
        moved = ahead - step * (gram @ ahead - target)
        new = np.sign(moved) * np.maximum(np.abs(moved) - step * penalty, 0)
        if (ahead - new) @ (new - x) > 0:
            momentum = 1.0  # going uphill: start anew
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        x, ahead, momentum = new, new + (momentum - 1) / following * (new - x), following
    return {"error": np.mean((x - truth) ** 2)}


STEPS = 150
serve(draw)
