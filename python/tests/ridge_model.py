"""A simulator in a module, so that worker processes find it, and the same as a program (`python ridge_model.py`)."""

import numpy as np


def risk(n, p, rng, *, ridge, noise):
    """Excess risk of ridge regression on isotropic Gaussian data, exact in the test point."""
    beta = rng.standard_normal(p) / np.sqrt(p)
    x = rng.standard_normal((n, p))
    y = x @ beta + noise * rng.standard_normal(n)
    found = np.linalg.solve(x.T @ x + n * ridge * np.eye(p), x.T @ y)
    return float(np.sum((found - beta) ** 2))


def main():
    import json
    import sys

    for line in sys.stdin:
        request = json.loads(line)
        sizes, settings = request["sizes"], request["settings"]
        for replicate in request["replicates"]:
            rng = np.random.default_rng(replicate["seed"])
            value = risk(sizes["n"], sizes["p"], rng, ridge=settings["ridge"], noise=settings["noise"])
            print(json.dumps({"replicate": replicate["replicate"], "values": {"risk": value}}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
else:
    # Not of the program: the package is not needed there.
    import time

    import limitcheck

    def broken(n, rng, *, scale):
        raise ArithmeticError("out of paper")

    broken = limitcheck.simulator(broken)

    @limitcheck.simulator
    def mean_square(n, rng, *, scale):
        return scale * float(np.mean(rng.standard_normal(n) ** 2))

    @limitcheck.simulator
    def slow(n, rng, *, scale):
        time.sleep(0.002)
        return scale * float(np.mean(rng.standard_normal(n) ** 2))

    simulated_risk = limitcheck.simulator(risk, sizes=("n", "p"))
