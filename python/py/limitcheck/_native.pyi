"""The library's front door. The package gives it the form that Python programs expect: call that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

class Claim:
    """A formula for a limit, where it holds, and how it is tested."""

    @property
    def id(self) -> str:
        """Its permanent name."""
    @property
    def title(self) -> str:
        """One line in words."""
    @property
    def kind(self) -> str:
        """`limit`, `moment`, `rate`, `bound`, `identity`, `monotone` or `diverges`."""
    @property
    def status(self) -> str:
        """`theorem`, `derived`, `conjecture` or `known-false`."""
    @property
    def latex(self) -> str:
        """The statement, without dollar signs."""
    @property
    def path(self) -> str:
        """The file that it stands in."""
    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Names, with their defaults as the command line writes them."""
    @property
    def sizes(self) -> list[str]:
        """Names of the sizes, the one that grows first."""
    @property
    def observable(self) -> str | None:
        """What is observed of each draw."""
    @property
    def simulator(self) -> str | None:
        """As the claim names it: one of the library's, `program` or `given`."""
    @property
    def command(self) -> str | None:
        """What would be run for a claim whose simulator is a program."""
    def allowing_program(self, timeout: float) -> Claim:
        """The claim, simulated by the program that it names; `timeout` is in seconds, for one draw."""

class Block:
    """Up to 64 draws of one size at one point, answered once by `reply` or `fail`, from any thread."""

    @property
    def sizes(self) -> dict[str, int]: ...
    @property
    def settings(self) -> dict[str, float | str]: ...
    @property
    def observable(self) -> str: ...
    @property
    def first(self) -> int:
        """Number of the first replicate."""
    @property
    def words(self) -> NDArray[np.uint32]:
        """Seeds, shape (draws, 8)."""
    def reply(self, values: list[float]) -> None: ...
    def fail(self, replicate: int, why: str) -> None: ...

_Point = list[tuple[str, float | str]]
_Server = tuple[str, Callable[[Block], object]] | None
_Progress = Callable[[str, float], object] | None

def main() -> int: ...
def ids() -> list[str]: ...
def find(id: str) -> Claim: ...
def read(path: Path) -> Claim: ...
def parse(name: str, text: str) -> Claim: ...
def states(words: NDArray[np.uint32]) -> list[tuple[int, int]]:
    """`(state, inc)` of PCG64 as `numpy.random.default_rng(row)` begins with it, for each row of words."""

def limits(
    claim: Claim, points: list[_Point], size: tuple[int, int] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str | None], list[tuple[int, Exception]]]: ...
def simulate(
    claim: Claim, given: _Point, sizes: tuple[int, int | None], trials: int, seed: int, threads: int, server: _Server
) -> tuple[NDArray[np.float64], int]: ...
def check(claims: list[Claim], terms: dict[str, Any], server: _Server, progress: _Progress) -> str: ...
def explore(claims: list[Claim], points: int, terms: dict[str, Any], server: _Server, progress: _Progress) -> str: ...
def table(record: str) -> str: ...
def figures(record: str, claims: list[tuple[str, str, str]]) -> list[str]: ...
