"""The questions that may be asked of claims."""

import contextlib
import os
import pathlib
import sys
from collections.abc import Callable, Sequence
from typing import Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _native
from .digest import digest
from .errors import RequestError
from .results import Exploration, Limit, Run
from .functions import Here, Processes, Simulator

Claim = _native.Claim
#: A claim, its id, its file, or its text.
What = Union[Claim, str, os.PathLike]
Function = Union[Simulator, Callable, None]
Path = Union[str, os.PathLike, None]
Progress = Union[bool, Callable[[str, float], object]]


def catalogue() -> list[str]:
    """Ids of the bundled claims, sorted.

    >>> "rf-test-error" in catalogue()
    True
    """
    return _native.ids()


def claim(what: What) -> Claim:
    """A claim: a bundled one by its id, one in a file by its path (an `os.PathLike`, or a text that ends in `.md`), or the text of a claim
    file itself (a text of several lines). A claim is given back as it is.

    Raises:
        UnknownError: no such id; the message has a near one. FileError: no such file. FaultsError: faults, with their places.

    >>> claim("nt-test-error").parameters[0]
    ('rho', '1')
    """
    if isinstance(what, Claim):
        return what
    if isinstance(what, os.PathLike):
        return _native.read(pathlib.Path(what))
    if "\n" in what:
        return _native.parse("<text>", what)
    if what.endswith(".md"):
        return _native.read(pathlib.Path(what))
    return _native.find(what)


def _claims(what):
    several = isinstance(what, (list, tuple))
    return [claim(one) for one in what] if several else [claim(what)]


def _broadcast(settings):
    """The common shape, and one list of (name, number or text) a point, in C order."""
    arrays = {name: np.asarray(value) for name, value in settings.items()}
    for name, array in arrays.items():
        if array.dtype.kind in "iufb":
            # What is a float32 is the number that it is, exactly.
            arrays[name] = array.astype(np.float64)
        elif array.dtype.kind not in "UT" and not all(isinstance(one, str) for one in array.flat):
            raise RequestError(f"{name}={settings[name]!r:.100}: a number, a text, or an array of either")
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    columns = [np.broadcast_to(array, shape).ravel().tolist() for array in arrays.values()]
    count = int(np.prod(shape, dtype=np.int64))
    points = [list(zip(arrays, values)) for values in zip(*columns)] if columns else [[]] * count
    return shape, points


def limit(
    what: What, *, dim: "int | None" = None, width: "int | None" = None, on_error: str = "raise", **settings: ArrayLike
) -> Limit:
    """What a claim's formula says, with a bound on its error.

    Args:
        what: The claim, see `claim`.
        dim, width: A finite size, both of its numbers; by default infinite size.
        on_error: `"raise"` raises for the first point without a value; `"nan"` has NaN there, and the reason in `.why`.
        **settings: Parameters: numbers, texts, or arrays of them that broadcast; the others have the claim's defaults.

    Returns:
        A `Limit`: `.value`, `.error`, `.grade`, `.why`, each of the common shape of the settings.

    Raises:
        UnknownError: no such parameter, or a value out of its domain. OutsideError: a hypothesis does not hold there. NoValueError: the
        formula has no value there. NeedsSizeError: it is a formula in the sizes.

    >>> found = limit("nt-test-error", rho=[0.25, 0.5], spectrum="rademacher")
    >>> found.value.round(6).tolist(), found.grade.tolist()
    ([0.5625, 0.25], ['enclosed', 'enclosed'])
    """
    if on_error not in ("raise", "nan"):
        raise RequestError(f"on_error={on_error!r}: raise or nan")
    if dim is None and width is not None:
        raise RequestError("a width is given without a dimension (dim=)")
    if dim is not None and width is None:
        raise RequestError("a dimension is given without a width (width=)")
    shape, points = _broadcast(settings)
    size = None if dim is None else (int(dim), int(width))
    values, errors, why, failed = _native.limits(claim(what), points, size)
    if failed and on_error == "raise":
        raise failed[0][1]
    none = {index for index, _ in failed}
    grades = ["no value" if k in none else "enclosed" if reason is None else "estimated" for k, reason in enumerate(why)]
    if shape == ():
        return Limit(float(values[0]), float(errors[0]), grades[0], why[0])
    reasons = np.array(why, dtype=object).reshape(shape)
    return Limit(values.reshape(shape), errors.reshape(shape), np.array(grades, dtype=str).reshape(shape), reasons)


def _allowed(claims, allow_programs, timeout):
    done = []
    for one in claims:
        if one.command is None:
            done.append(one)
        elif allow_programs:
            if not 0 < timeout <= 1e7:
                raise RequestError(f"timeout={timeout}: seconds above 0, at most 1e7")
            done.append(one.allowing_program(float(timeout)))
        else:
            raise RequestError(
                f"claim `{one.id}` ({one.path}) would run this program on your machine:\n    {one.command}\nread it first; then allow it "
                "with allow_programs=True"
            )
    return done


@contextlib.contextmanager
def _server(claims, simulator, jobs, keeps):
    """Who draws for the claims that say `simulator given`: (name, what is called with each block), or None."""
    given = [one for one in claims if one.simulator == "given"]
    if simulator is None:
        if given:
            raise RequestError(f"claim `{given[0].id}` says `simulator given`: pass the function as simulator=")
        yield None
        return
    if not given:
        raise RequestError(f"claim `{claims[0].id}` does not say `simulator given`: its simulator is {claims[0].simulator or 'none'}")
    own = simulator if isinstance(simulator, Simulator) else Simulator(simulator)
    for one in given:
        own.check(one)
    name = digest(own.function) if keeps else own.__name__
    with Processes(own, jobs) if jobs is not None and jobs > 1 else Here(own) as serve:
        yield name, serve
        if getattr(serve, "failed", None) is not None:
            raise serve.failed


def _threads(jobs):
    if jobs is None:
        return 0
    if jobs < 1:
        raise RequestError(f"jobs={jobs}: at least 1")
    return int(jobs)


def simulate(
    what: What,
    *,
    dim: int,
    width: "int | None" = None,
    trials: int = 16,
    seed: int = 1,
    simulator: Function = None,
    jobs: "int | None" = None,
    allow_programs: bool = False,
    timeout: float = 600.0,
    **settings: "float | str",
) -> NDArray[np.float64]:
    """What a claim observes of finite systems.

    Args:
        what: The claim, see `claim`.
        dim: The size that grows: d, or the first of the claim's own sizes.
        width: The second size; by default what the claim's parameters make of `dim`.
        trials: How many are drawn.
        seed: Of the draws; the same seed gives the same values, for any number of threads.
        simulator: The function for a claim that says `simulator given`, see `limitcheck.simulator`.
        jobs: Threads, by default one per core; with a simulator of Python's, worker processes if above 1.
        allow_programs, timeout: Whether the program that a claim names may run, and the seconds that it may take for one draw.
        **settings: Parameters, each one number or text.

    Returns:
        An array of shape (trials,), in the unit of the claim's observable.

    >>> simulate("nt-test-error", dim=16, trials=4, rho=0.5).shape
    (4,)
    """
    claims = _allowed([claim(what)], allow_programs, timeout)
    shape, points = _broadcast(settings)
    if shape != ():
        raise RequestError("one number or text for each parameter: several points are several calls")
    if trials < 1:
        raise RequestError(f"trials={trials}: at least 1")
    with _server(claims, simulator, jobs, False) as server:
        sizes = (int(dim), None if width is None else int(width))
        values, _ = _native.simulate(claims[0], points[0], sizes, int(trials), int(seed), _threads(jobs), server)
    return values


@contextlib.contextmanager
def _shown(progress):
    """What is called with (what is under way, share done), if anything is."""
    if progress is not True:
        yield progress or None
        return
    try:
        yield lambda what, share: print(f"\r{what}: {share:4.0%}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r" + " " * 24 + "\r", end="", file=sys.stderr, flush=True)


def _margin(margin):
    return None if margin is None else margin if isinstance(margin, str) else repr(float(margin))


def _terms(budget, seed, level, margin, results, jobs):
    path = None if results is None else pathlib.Path(results)
    level = None if level is None else float(level)
    own = {"budget": budget, "seed": int(seed), "level": level, "margin": _margin(margin), "results": path}
    return {**own, "threads": _threads(jobs)}


def check(
    what: "What | Sequence[What]",
    *,
    simulator: Function = None,
    budget: str = "standard",
    seed: int = 1,
    level: "float | None" = None,
    margin: "float | str | None" = None,
    results: Path = None,
    jobs: "int | None" = None,
    progress: Progress = False,
    allow_programs: bool = False,
    timeout: float = 600.0,
) -> Run:
    """Judges claims over their grids: simulation against limit, at one level for all of them together.

    Args:
        what: A claim (see `claim`), or a list of them.
        simulator: The function for claims that say `simulator given`, see `limitcheck.simulator`.
        budget: `"quick"` (margin 2 % of the limit), `"standard"` (1 %) or `"thorough"` (0.5 %).
        seed: Of every draw; the same seed gives the same run, for any number of threads.
        level: Probability of any false verdict, at most 0.05, by default 0.001; for claims outside the catalogue.
        margin: The gap that does not matter: a fraction of the limit, at most 0.2, or a text `"abs 0.01"`; for claims outside the catalogue.
        results: A file that keeps the draws, finished blocks of an interrupted run too; the same call goes on from there. Draws of a Python
            function are kept under a digest of its code and of what it refers to.
        jobs: Threads, by default one per core; with a simulator of Python's, worker processes if above 1.
        progress: True shows what is under way on standard error; a function is called with (what, share done).
        allow_programs, timeout: Whether programs that claims name may run, and the seconds that one may take for one draw.

    Returns:
        A `Run`. A cell without a value is no error: its verdict says so.

    Raises:
        SimulationError: a Python simulator raised; the message has the size and the seed, `__cause__` what it raised. KeyboardInterrupt:
        Ctrl-C, within a second.

    >>> run = check("sgd-test-error", budget="quick")
    >>> {cell.verdict for cell in run.cells}
    {'agrees'}
    """
    claims = _allowed(_claims(what), allow_programs, timeout)
    terms = _terms(budget, seed, level, margin, results, jobs)
    with _server(claims, simulator, jobs, results is not None) as server, _shown(progress) as shown:
        text = _native.check(claims, terms, server, shown)
    return Run(text, claims)


def explore(
    what: "What | Sequence[What]",
    *,
    points: int = 12,
    simulator: Function = None,
    budget: str = "standard",
    seed: int = 1,
    level: "float | None" = None,
    results: Path = None,
    jobs: "int | None" = None,
    progress: Progress = False,
    allow_programs: bool = False,
    timeout: float = 600.0,
) -> Exploration:
    """Judges claims at random points that they speak of, and looks for simpler settings near those that disagree.

    Args:
        what: A claim (see `claim`), or a list of them.
        points: How many of each claim, from 1 to 10,000.
        The others: as of `check`.

    Returns:
        An `Exploration`.
    """
    claims = _allowed(_claims(what), allow_programs, timeout)
    terms = _terms(budget, seed, level, None, results, jobs)
    with _server(claims, simulator, jobs, results is not None) as server, _shown(progress) as shown:
        text = _native.explore(claims, int(points), terms, server, shown)
    return Exploration(text)
