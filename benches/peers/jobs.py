"""The reference jobs as a careful NumPy user would write them: whole arrays, BLAS and LAPACK on every core, symmetric
products and Cholesky where they apply, closed forms where an activation has them, temporaries reused.

Conventions are those of the crate: input x ~ N(0, I_d), target x'Bx - tr B with ||B||_F = 1, rows of W are the first-layer
weights of m neurons. A job is a function of the weights; what it returns is compared with the crate's own values.
"""

import numpy as np
from scipy.integrate import quad, quad_vec
from scipy.linalg import cho_factor, cho_solve, eigh
from scipy.optimize import brentq

TIMES = 0.5 * np.arange(1, 21)


def exponential_spectrum(d):
    """Eigenvalues of B: d/2 bins of the quantile function of the exponential law, bin mean -+ standard deviation."""
    edges = np.arange(d // 2 + 1) / (d // 2)
    survival = 1 - edges
    log = np.zeros_like(survival)
    np.log(survival, out=log, where=survival > 0)
    # Antiderivatives of -log(1-u) and of its square.
    first = survival * log - survival
    second = -(survival * log**2 - 2 * survival * log + 2 * survival)
    mean = np.diff(first) * (d // 2)
    square = np.diff(second) * (d // 2)
    deviation = np.sqrt(np.maximum(square - mean**2, 0))
    values = np.sort(np.concatenate([mean - deviation, mean + deviation]))
    return values / np.linalg.norm(values)


def gaussian_rows(rng, d, m):
    w = rng.standard_normal((m, d))
    w *= 1 / np.sqrt(d)
    return w


def sphere_rows(rng, d, m):
    w = rng.standard_normal((m, d))
    w /= np.linalg.norm(w, axis=1, keepdims=True)
    return w


# --- random features -------------------------------------------------------------------------------------------------


def relu_moments(w):
    """Covariances of relu features, Gram matrix of their gradients, l_2 of every neuron (arc-cosine kernels)."""
    gram = w @ w.T  # NumPy calls the symmetric product
    norms = np.sqrt(np.diagonal(gram)).copy()
    scale = np.outer(norms, norms)
    cosine = gram / scale
    np.clip(cosine, -1, 1, out=cosine)
    angle = np.arccos(cosine)
    np.subtract(np.pi, angle, out=angle)  # pi - th
    gradient = gram
    gradient *= angle
    gradient *= 1 / (2 * np.pi)
    angle *= cosine
    cosine *= cosine
    np.subtract(1, cosine, out=cosine)
    np.sqrt(cosine, out=cosine)
    angle += cosine
    angle -= 1  # the product of the means
    angle *= scale
    angle *= 1 / (2 * np.pi)
    return angle, gradient, norms / np.sqrt(2 * np.pi), norms


def gelu_moments(w):
    """The same for gelu, t Phi(t): E s(u) s(v) for variances A, B and covariance g by Stein's identity, its derivative in g."""
    gram = w @ w.T
    square = np.diagonal(gram).copy()
    inverse = 1 / (1 + square)
    outer = np.outer(1 + square, 1 + square)
    determinant = gram * gram
    np.subtract(outer, determinant, out=determinant)
    root = np.sqrt(determinant)
    # asin(g/sqrt(outer)) = atan2(g, sqrt(outer - g^2))
    angle = np.arctan2(gram, root)
    angle *= 1 / (2 * np.pi)
    angle += 0.25
    weight = inverse[:, None] + inverse[None, :] - 1
    numerator = gram * gram
    numerator *= weight
    numerator += np.outer(square, square)
    root *= 2 * np.pi
    covariance = gram * angle
    covariance += numerator / root
    mean = square * np.sqrt(inverse / (2 * np.pi))
    covariance -= np.outer(mean, mean)
    # gradient: g * (angle + g (1 + 2 weight + numerator/determinant) / root)
    numerator /= determinant
    weight *= 2
    numerator += weight
    numerator += 1
    numerator *= gram
    numerator /= root
    numerator += angle
    numerator *= gram
    second = square / np.sqrt(2 * np.pi) * np.sqrt(inverse) * (2 - square * inverse)
    return covariance, numerator, second, np.sqrt(square)


def random_features(w, b, moments):
    """Test error and robustness of the optimal output weights."""
    covariance, gradient, second, norms = moments(w)
    # The squares with one more product, which is quicker than einsum.
    projection = (w * w) @ b / norms**2 * second
    factor = cho_factor(covariance, lower=True, overwrite_a=True, check_finite=False)
    v = cho_solve(factor, projection, check_finite=False)
    return np.array([1 - projection @ v / 2, v @ (gradient @ v) / 4])


def lazy_random_features(w, b, start):
    """Both observables along gradient flow of the output weights at every time: one eigenproblem, then vectors."""
    covariance, gradient, second, norms = relu_moments(w)
    projection = (w * w) @ b / norms**2 * second
    values, vectors = eigh(covariance, driver="evd", overwrite_a=True, check_finite=False)
    target = vectors.T @ projection
    start = vectors.T @ start
    decay = np.exp(-np.outer(values, TIMES))
    output = decay * start[:, None] + (1 - decay) * (target / values)[:, None]
    error = 1 - target @ output + (values @ (output * output)) / 2
    v = vectors @ output
    return np.concatenate([error, np.einsum("it,it->t", v, gradient @ v) / 4])


# --- tangent models --------------------------------------------------------------------------------------------------


def general_tangent(w, b, goal=1e-6):
    """Test error of relu's tangent model on unit rows, by conjugate gradients without the md x md matrix."""
    cosine = w @ w.T
    np.fill_diagonal(cosine, 0)
    k22 = 1 / (2 * np.pi * np.sqrt(1 - cosine**2))
    k31 = -cosine * k22
    k11 = np.arcsin(cosine) / (2 * np.pi) + 0.25
    np.fill_diagonal(k11, 0.5)
    np.fill_diagonal(k22, 0)
    l2 = 1 / np.sqrt(2 * np.pi)

    def product(a):
        inner = w @ a.T  # w_j . a_k
        own = np.diagonal(inner).copy()
        along = np.einsum("jk,jk->j", k31, inner) + k22 @ own - l2**2 * own.sum()
        inner *= k22
        inner += k31 * own
        image = k11 @ a
        image += inner @ w
        image += along[:, None] * w
        return image

    right = 2 * l2 * w * b
    right -= l2 * ((w * w) @ b)[:, None] * w
    a = np.zeros_like(right)
    residual = right.copy()
    search = residual.copy()
    square = start = np.vdot(residual, residual)
    while square > goal**2 * start:
        image = product(search)
        length = square / np.vdot(search, image)
        a += length * search
        residual -= length * image
        square, last = np.vdot(residual, residual), square
        search *= square / last
        search += residual
    return np.array([1 - np.vdot(right, a) / 2 - np.vdot(residual, a) / 2])


def lazy_tangent(w, b, signs):
    """Both observables along gradient flow of the linearised quadratic network at every (rescaled) time."""
    m, d = w.shape
    values, vectors = eigh(w.T @ w, driver="evd", check_finite=False)
    target = (vectors.T * b) @ vectors
    rotated = w @ vectors
    start = rotated.T @ (rotated * (signs / np.sqrt(m))[:, None])
    out = []
    for time in TIMES:
        decay = np.exp(-time * np.maximum(values, 0))
        moved = start - target
        moved *= decay[:, None]
        moved *= decay
        error = np.vdot(moved, moved)
        moved += target
        out.append((error, np.vdot(moved, moved)))
    errors, energies = zip(*out)
    return np.array(errors + energies)


# --- limits ----------------------------------------------------------------------------------------------------------

RHOS = 0.02 * np.arange(1, 201)
# relu: l_1, l_2, l_4, E s^2 = E s'^2 = 1/2; exponential spectrum: beta = 1/2.
L1, L2, L4, BETA = 0.5, 1 / np.sqrt(2 * np.pi), -1 / np.sqrt(2 * np.pi), 0.5
LBAR = 0.5 - L2**2 - L1**2
ETA = 0.5 - L1**2
Q = L2**2 / 2


def psi(z, rho):
    low, high = (1 - np.sqrt(rho)) ** 2, (1 + np.sqrt(rho)) ** 2
    roots = np.sqrt(z + L1**2 * low) * np.sqrt(z + L1**2 * high)
    return (roots - (z + L1**2 - rho * L1**2)) / (2 * z * L1**2)


def random_features_curve():
    psi1 = psi(LBAR, RHOS)
    # psi' from rho/psi - z = l_1^2/(1 + l_1^2 psi)
    psi2 = 1 / (RHOS / psi1**2 - L1**4 / (1 + L1**2 * psi1) ** 2)
    kappa = Q * psi1
    error = 1 - BETA * kappa / (1 + kappa)
    return np.concatenate([error, BETA * kappa / (2 * (1 + kappa) ** 2) * (1 + 2 * kappa + (ETA - LBAR) * psi2 / psi1)])


def lazy_random_features_curve(time=1.0, zeta=1.0, nodes=2000):
    """By the trapezoid rule on an ellipse around the spectrum, one column per rho."""
    top = LBAR + L1**2 * (1 + np.sqrt(RHOS)) ** 2 + Q * RHOS + Q + 0.2
    bottom = -0.5
    angle = 2 * np.pi * (np.arange(nodes // 2) + 0.5)[:, None] / nodes  # the lower half mirrors the upper one
    u = (top + bottom) / 2 + (top - bottom) / 2 * np.cos(angle) + 0.5j * np.sin(angle)
    step = (-(top - bottom) / 2 * np.sin(angle) + 0.5j * np.cos(angle)) * (2 * np.pi / nodes)
    p = psi(LBAR - u, RHOS)
    nu = p / (1 + Q * p) * step
    mu = p / RHOS * step
    # -1/(2 pi i) times the integral is -1/pi times the imaginary part over the upper half.
    integral = lambda f: -f.imag.sum(axis=0) / np.pi
    decay = np.exp(-time * u)
    phi = (1 - decay) / u
    error = 1 - BETA * Q * integral((1 - decay**2) / u * nu) + zeta**2 / 2 * integral(u * decay**2 * mu)
    energy = integral(phi**2 * u * nu) + (ETA - LBAR) * integral(phi**2 * nu) + Q * integral(phi * nu) ** 2
    start = zeta**2 / 4 * integral(decay**2 * (u + ETA - LBAR) * mu)
    return np.concatenate([error, BETA * Q / 2 * energy + start])


def general_tangent_curve(nodes=100):
    """Test error; Gauss rule of the Marchenko-Pastur law in the angle of its support."""
    sg = ETA - L2**2
    c = L2**2 / sg
    # t s'(t) is relu itself, with p_k = l_(k+2) + k l_k; what its degrees from 3 up hold:
    p0, p1, p2 = L2, L1, L4 + 2 * L2
    sg_r = 0.5 - p0**2 - p1**2 - p2**2 / 2
    angle = np.pi * np.arange(1, nodes)[:, None] / nodes
    low, high = (1 - np.sqrt(RHOS)) ** 2, (1 + np.sqrt(RHOS)) ** 2
    x = (low + high) / 2 + (high - low) / 2 * np.cos(angle)
    weight = ((high - low) / 2 * np.sin(angle)) ** 2 / (2 * np.pi * x) * (np.pi / nodes)
    # What is missing to mass 1 goes to x = 0: the atom of rho < 1, and what the pole of the density makes the rule miss near rho = 1.
    atom = 1 - weight.sum(axis=0)
    x = np.vstack([x, np.zeros_like(RHOS)])
    weight = np.vstack([weight, atom])
    traceless = np.einsum("ir,ijr,jr->r", weight, 1 / (1 + c * (x[:, None, :] + x[None, :, :])), weight)
    # D = D0 + r Dr + a Da and h likewise; then two equations for r and a.
    divisor = 1 + 2 * c * x
    d = [1 / divisor, -x * L2 * L4 / sg / divisor, -x * (-L2 * (sg_r - sg) / sg + L4 / 2) / divisor]
    h = [2 * L2 * d[0] / sg, (2 * L2 * d[1] + L4) / sg, (2 * L2 * d[2] - (sg_r - sg)) / sg]
    mean = lambda f: (weight * x * f).sum(axis=0) / RHOS
    system = np.moveaxis(np.array([[1 - mean(d[1]), -mean(d[2])], [-mean(h[1]), 1 - mean(h[2])]]), 2, 0)
    right = np.array([mean(d[0]), mean(h[0])]).T[:, :, None]
    r, a = np.linalg.solve(system, right)[:, :, 0].T
    identity = (weight * (d[0] + r * d[1] + a * d[2])).sum(axis=0)
    return (1 - BETA) * traceless + BETA * identity


# --- the same limits for any activation and spectrum -----------------------------------------------------------------
# As they are written down: expectations by adaptive quadrature to 1e-11, the fixed point by a bracketing root finder. Changing
# the activation, its derivative or the quantile function of the spectrum changes nothing else.


def relu(t):
    return max(t, 0.0)


def relu_slope(t):
    return float(t > 0)


def exponential_quantile(u):
    return -np.log1p(-u)


def integral(f, low, high, points=None):
    return quad(f, low, high, epsabs=1e-12, epsrel=1e-11, limit=200, points=points)[0]


class Setting:
    def __init__(self, activation=relu, slope=relu_slope, quantile=exponential_quantile):
        gauss = lambda f: integral(lambda t: f(t) * np.exp(-t * t / 2) / np.sqrt(2 * np.pi), -12, 12, points=[0])
        mean = gauss(activation)
        self.l1 = gauss(lambda t: activation(t) * t)
        self.l2 = gauss(lambda t: activation(t) * (t * t - 1))
        self.l4 = gauss(lambda t: activation(t) * (t**4 - 6 * t * t + 3))
        self.eta = gauss(lambda t: slope(t) ** 2) - self.l1**2
        self.lbar = gauss(lambda t: activation(t) ** 2) - mean**2 - self.l1**2
        moments = [gauss(lambda t, f=f: t * slope(t) * f(t)) for f in (lambda t: 1, lambda t: t, lambda t: t * t - 1)]
        square = gauss(lambda t: (t * slope(t)) ** 2)
        self.rest = square - moments[0] ** 2 - moments[1] ** 2 - moments[2] ** 2 / 2
        self.beta = integral(quantile, 0, 1) ** 2 / integral(lambda u: quantile(u) ** 2, 0, 1)
        self.q = self.l2**2 / 2

    def psi(self, z, rho):
        """`rho/psi - z = l_1^2/(1 + l_1^2 psi)`; psi is decreasing in z and at most rho/z."""
        square = self.l1**2
        return brentq(lambda p: rho - z * p - square * p / (1 + square * p), 0, rho / z + 1, xtol=1e-15, rtol=1e-14)


def random_features_curve_adaptive():
    setting = Setting()
    errors, energies = [], []
    for rho in RHOS:
        psi1 = setting.psi(setting.lbar, rho)
        psi2 = 1 / (rho / psi1**2 - setting.l1**4 / (1 + setting.l1**2 * psi1) ** 2)
        kappa = setting.q * psi1
        errors.append(1 - setting.beta * kappa / (1 + kappa))
        more = 1 + 2 * kappa + (setting.eta - setting.lbar) * psi2 / psi1
        energies.append(setting.beta * kappa / (2 * (1 + kappa) ** 2) * more)
    return np.array(errors + energies)


def lazy_random_features_curve_adaptive(time=1.0, zeta=1.0):
    """On the same ellipse; all integrals of a rho at once."""
    setting = Setting()
    errors, energies = [], []
    for rho in RHOS:
        top = setting.lbar + setting.l1**2 * (1 + np.sqrt(rho)) ** 2 + setting.q * rho + setting.q + 0.2
        bottom = -0.5
        l1, q, rest = setting.l1, setting.q, setting.eta - setting.lbar
        low, high = (1 - np.sqrt(rho)) ** 2, (1 + np.sqrt(rho)) ** 2

        def integrands(angle):
            u = (top + bottom) / 2 + (top - bottom) / 2 * np.cos(angle) + 0.5j * np.sin(angle)
            step = -(top - bottom) / 2 * np.sin(angle) + 0.5j * np.cos(angle)
            z = setting.lbar - u
            p = (np.sqrt(z + l1**2 * low) * np.sqrt(z + l1**2 * high) - (z + l1**2 - rho * l1**2)) / (2 * z * l1**2)
            nu, mu = p / (1 + q * p) * step, p / rho * step
            decay = np.exp(-time * u)
            phi = (1 - decay) / u
            values = [(1 - decay**2) / u * nu, u * decay**2 * mu, phi**2 * (u + rest) * nu, phi * nu, decay**2 * (u + rest) * mu]
            return -np.imag(values) / np.pi

        learnt, kept, energy, mean, start = quad_vec(integrands, 0, np.pi, epsabs=1e-12, epsrel=1e-11)[0]
        errors.append(1 - setting.beta * q * learnt + zeta**2 / 2 * kept)
        energies.append(setting.beta * q / 2 * (energy + q * mean**2) + zeta**2 / 4 * start)
    return np.array(errors + energies)


def general_tangent_curve_adaptive():
    setting = Setting()
    l2, l4 = setting.l2, setting.l4
    sg = setting.eta - l2**2
    c = l2**2 / sg
    errors = []
    for rho in RHOS:
        low, high = (1 - np.sqrt(rho)) ** 2, (1 + np.sqrt(rho)) ** 2
        atom = max(0.0, 1 - rho)

        def spectral(f):
            """Under the Marchenko-Pastur law of W'W, in the angle of its support."""

            def bulk(angle):
                x = (low + high) / 2 + (high - low) / 2 * np.cos(angle)
                # At rho = 1 the support begins at 0, where the density has a pole and the weight a finite limit.
                return ((high - low) / 2 * np.sin(angle)) ** 2 / (2 * np.pi * x) * f(x)

            return integral(bulk, 0, np.pi) + (atom * f(0.0) if atom else 0.0)

        def gamma(z):
            """The mean of 1/(z + c y) under the same law, in closed form as in the crate's text."""
            edges = np.sqrt((z + c * low) * (z + c * high))
            return atom / z + 2 * min(rho, 1.0) / (z + c * abs(1 - rho) + edges)

        traceless = spectral(lambda x: gamma(1 + c * x))
        divisor = lambda x: 1 + 2 * c * x
        d = [
            lambda x: 1 / divisor(x),
            lambda x: -x * l2 * l4 / sg / divisor(x),
            lambda x: -x * (-l2 * (setting.rest - sg) / sg + l4 / 2) / divisor(x),
        ]
        h = [
            lambda x: 2 * l2 * d[0](x) / sg,
            lambda x: (2 * l2 * d[1](x) + l4) / sg,
            lambda x: (2 * l2 * d[2](x) - (setting.rest - sg)) / sg,
        ]
        mean = lambda f: spectral(lambda x: x * f(x)) / rho
        system = [[1 - mean(d[1]), -mean(d[2])], [-mean(h[1]), 1 - mean(h[2])]]
        r, a = np.linalg.solve(system, [mean(d[0]), mean(h[0])])
        identity = spectral(lambda x: d[0](x) + r * d[1](x) + a * d[2](x))
        errors.append((1 - setting.beta) * traceless + setting.beta * identity)
    return np.array(errors)


def together(*curves):
    return lambda: np.concatenate([curve() for curve in curves])


# --- the table -------------------------------------------------------------------------------------------------------
# name: (d, m, rows, what else is drawn, job)

DRAWS = {
    "rf-relu": (1000, 2000, gaussian_rows, None, lambda w, b, _: random_features(w, b, relu_moments)),
    "rf-gelu": (1000, 2000, gaussian_rows, None, lambda w, b, _: random_features(w, b, gelu_moments)),
    "nt-general-relu": (300, 300, sphere_rows, None, lambda w, b, _: general_tangent(w, b)),
    "rf-lazy-relu": (500, 1000, gaussian_rows, "gaussians", lambda w, b, v: lazy_random_features(w, b, v / np.linalg.norm(v))),
    "nt-lazy": (1000, 1000, gaussian_rows, "signs", lambda w, b, z: lazy_tangent(w, b, np.sign(z))),
}
CURVES = {
    "rf-curve": random_features_curve,
    "rf-lazy-curve": lazy_random_features_curve,
    "nt-general-curve": general_tangent_curve,
    "rf-curve-adaptive": random_features_curve_adaptive,
    "rf-lazy-curve-adaptive": lazy_random_features_curve_adaptive,
    "nt-general-curve-adaptive": general_tangent_curve_adaptive,
    "all-curves": together(random_features_curve, lazy_random_features_curve, general_tangent_curve),
    "all-curves-adaptive": together(
        random_features_curve_adaptive, lazy_random_features_curve_adaptive, general_tangent_curve_adaptive
    ),
}
