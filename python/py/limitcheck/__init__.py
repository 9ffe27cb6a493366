"""Finds out whether a formula for a limit is right.

    import limitcheck as lc

    lc.limit("rf-test-error", rho=[0.5, 1, 2], activation="gelu").value
    lc.simulate("rf-test-error", rho=2, dim=64, trials=16)
    run = lc.check("my-conjecture.md", budget="quick")
"""

from ._native import Claim, __version__
from .calls import catalogue, check, claim, explore, limit, simulate
from .errors import (
    Error,
    FaultsError,
    FileError,
    NeedsSizeError,
    NoValueError,
    OutsideError,
    RequestError,
    SimulationError,
    UnknownError,
)
from .results import Cell, Exploration, Limit, Run
from .functions import Simulator, simulator

__all__ = [
    "Cell", "Claim", "Error", "Exploration", "FaultsError", "FileError", "Limit", "NeedsSizeError", "NoValueError", "OutsideError",
    "RequestError", "Run", "SimulationError", "Simulator", "UnknownError", "__version__", "catalogue", "check", "claim", "explore",
    "limit", "simulate", "simulator",
]
