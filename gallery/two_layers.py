"""A relu network with two hidden layers of width n, at two inputs of unit length and angle `angle`: cosines of its layers and of its gradients."""
from draws import np, serve


def cosine(products):
    return products[0, 1] / np.sqrt(products[0, 0] * products[1, 1])


def draw(rng, n, angle, **_):
    inputs = np.array([[1, np.cos(angle)], [0, np.sin(angle)]])
    first = rng.standard_normal((n, 2)) @ inputs
    one = np.maximum(first, 0)
    weights = rng.standard_normal((n, n)) * np.sqrt(2 / n)
    second = weights @ one
    two = np.maximum(second, 0)
    # Gradients of the output with respect to both hidden layers, from the last backwards.
    to_second = rng.standard_normal((n, 1)) * (second > 0)
    to_first = weights.T @ to_second * (first > 0)
    # Inner products of all gradients: of the output's weights, the second and the first layer's.
    tangent = two.T @ two + 2 / n * (to_second.T @ to_second) * (one.T @ one) + to_first.T @ to_first * (inputs.T @ inputs)
    return {"kernel": cosine(two.T @ two), "tangent": cosine(tangent)}


serve(draw)
