"""Writes `from-wrong-to-right.ipynb` and executes it. Run it after a change here: the notebook is what this file says."""

import pathlib
import sys

import nbformat
from nbclient import NotebookClient

HERE = pathlib.Path(__file__).parent
TEXT = nbformat.v4.new_markdown_cell
CODE = nbformat.v4.new_code_cell


def cells():
    yield TEXT("""# From a wrong formula to the right one

How much does ridge regression err, when the sample and the dimension grow together? The rows of $X \\in \\mathbb{R}^{n \\times p}$ are isotropic
Gaussians, $y = X\\beta + \\text{noise}$, and $\\hat\\beta$ minimises $\\|y - X\\beta\\|^2/n + \\lambda\\|\\beta\\|^2$. We look for the limit of
$\\|\\hat\\beta - \\beta\\|^2$ as $p = \\gamma n$, with $\\|\\beta\\| = 1$ on average.

The simulator comes first. It draws one replicate, and takes all that is random from `rng`.""")
    yield CODE("""import limitcheck as lc
import numpy as np

@lc.simulator(sizes=("n", "p"))
def risk(n, p, rng, *, penalty, noise):
    beta = rng.standard_normal(p) / np.sqrt(p)
    x = rng.standard_normal((n, p))
    y = x @ beta + noise * rng.standard_normal(n)
    found = np.linalg.solve(x.T @ x + n * penalty * np.eye(p), x.T @ y)
    return float(np.sum((found - beta) ** 2))""")
    yield TEXT("""## A first guess

With many more samples than dimensions, $X^\\top X/n$ is close to the identity. Then the bias is $(\\lambda/(1+\\lambda))^2$ and the variance
$\\sigma^2\\gamma/(1+\\lambda)^2$. A claim says so, where it is to hold, and what is observed.""")
    yield CODE('''claim = """# Risk of ridge regression

```claim
claim ridge
title Risk of ridge regression
kind limit
status conjecture
source a first guess
parameter gamma = 1/2 in (0, inf)
parameter penalty = 1/2 in (0, inf)
parameter noise = 1/2 in [0, inf)
sizes n, p = gamma*n
simulator given
observable risk
cost n*p^2
bias n^-1
grid gamma in {1/4, 1}
limit (penalty^2 + noise^2*gamma)/(1 + penalty)^2
```
"""
run = lc.check(claim, simulator=risk, budget="quick", margin=0.05, level=0.01)
run''')
    yield TEXT("""Both points disagree. The figure shows that it is no matter of the size: the gaps do not close. (A margin of 5 % at a level of 1 % is a rough
question, which few draws answer. By default the margin is 1 %, at a level of 0.1 %.)

## Where is it wrong?""")
    yield TEXT("""Does the bias or the variance err? Without noise only the bias is left.""")
    yield CODE("""for gamma in (0.25, 1.0):
    drawn = lc.simulate(claim, simulator=risk, dim=200, trials=64, gamma=gamma, noise=0.0)
    said = lc.limit(claim, gamma=gamma, noise=0.0)
    print(f"gamma = {gamma}: drawn {drawn.mean():.4f} +- {drawn.std() / 8:.4f}, the formula says {said.value:.4f}")""")
    yield TEXT("""Already the bias is too small. The eigenvalues of $X^\\top X/n$ are not 1: they follow the law of Marchenko and Pastur, and the bias is the
mean of $(\\lambda/(s+\\lambda))^2$ over them. With its Stieltjes transform at $-\\lambda$, $m_0 = \\mathbb{E}\\,1/(s+\\lambda)$ and
$m_1 = \\mathbb{E}\\,1/(s+\\lambda)^2$,

$$\\text{risk} = \\lambda^2 m_1 + \\sigma^2\\gamma\\,(m_0 - \\lambda m_1).$$

## The right formula""")
    yield CODE('''right = claim.replace("source a first guess", "source Marchenko-Pastur").replace(
    "limit (penalty^2 + noise^2*gamma)/(1 + penalty)^2",
    """m0 = (gamma - 1 - penalty + sqrt((1 - gamma + penalty)^2 + 4*gamma*penalty))/(2*gamma*penalty)
m1 = m0*(1 + gamma*m0)/(1 - gamma + penalty + 2*gamma*penalty*m0)
limit penalty^2*m1 + noise^2*gamma*(m0 - penalty*m1)""",
)
run = lc.check(right, simulator=risk, budget="quick", margin=0.05, level=0.01)
run''')
    yield TEXT("""It agrees, and an error of the size in the column `detectable` would have been found. The same as a table for further work:""")
    yield CODE("""run.frame()[["gamma", "gap", "low", "high", "margin", "detectable", "replicates", "verdict"]].round(4)""")
    yield TEXT("""And the curve itself, with a proved bound on its error at every point:""")
    yield CODE("""curve = lc.limit(right, gamma=np.linspace(0.1, 4, 200))
print(curve.value[:3].round(6), "worst error", f"{curve.error.max():.1e}", set(curve.grade.tolist()))""")


def main(path):
    notebook = nbformat.v4.new_notebook(cells=list(cells()))
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    for cell in notebook.cells:
        # When it was executed is no part of it.
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("language_info", None)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "from-wrong-to-right.ipynb")
