"""Claims of the tests."""

RIDGE = """```claim
claim ridge-risk
title Excess risk of ridge regression
kind limit
status conjecture
source a notebook
parameter gamma = 2 in (0, inf)
parameter ridge = 0.5 in (0, inf)
parameter noise = 0.5 in [0, inf)
sizes n, p = gamma*n
simulator SIMULATOR
observable risk
cost n*p^2
bias n^-1
grid gamma in {0.5, 2}
m0 = (gamma - 1 - ridge + sqrt((1 - gamma + ridge)^2 + 4*gamma*ridge))/(2*gamma*ridge)
m1 = m0*(1 + gamma*m0)/(1 - gamma + ridge + 2*gamma*ridge*m0)
limit ridge^2*m1 + noise^2*gamma*(m0 - ridge*m1)
```
"""

MEAN = """```claim
claim mean-square
title Mean square of Gaussians
kind limit
status conjecture
source a guess
parameter scale = 1 in (0, 4]
sizes n
simulator given
observable mean-square
cost n
bias n^-1
grid scale in {1, 2}
limit scale
```
"""


def ridge(simulator):
    return RIDGE.replace("SIMULATOR", simulator)
