"""Simulators that are Python functions: what is drawn with which random numbers, here or in worker processes."""

import functools
import inspect
import math
import multiprocessing
import pickle
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.random.bit_generator import ISpawnableSeedSequence

from . import _native
from .errors import RequestError, SimulationError


class Simulator:
    """A function that draws one replicate. Made by the decorator `simulator`; called, it is the function."""

    def __init__(self, function, sizes=None):
        functools.update_wrapper(self, function)
        self.function = function
        self.sizes = tuple(sizes) if sizes is not None else None
        parameters = list(inspect.signature(function).parameters.values())
        fixed = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        self._positional = [one.name for one in parameters if one.kind in fixed]
        count = self._positional.index("rng") if "rng" in self._positional else len(self._positional)
        if self.sizes is None:
            self.sizes = tuple(self._positional[:count])
        if count != len(self.sizes):
            name = getattr(function, "__name__", "function")
            form = f"def {name}({', '.join(self.sizes)}, rng, *, ...)"
            raise RequestError(f"the sizes come first, then `rng`, then the claim's parameters by name: {form}")
        rest = [one for one in parameters if one.name not in self._positional[: count + 1]]
        self._any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in rest)
        named = [one for one in rest if one.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)]
        self._named = {one.name: one.default is inspect.Parameter.empty for one in named}

    def __call__(self, *sizes, **settings):
        return self.function(*sizes, **settings)

    def __reduce__(self):
        # By its name, so that a worker process finds it where it is defined.
        return _found, (self.__module__, self.__qualname__, self.sizes)

    def check(self, claim):
        """Raises if the function does not suit the claim: other sizes, or a parameter that the claim has not."""
        if set(self.sizes) != set(claim.sizes):
            raise RequestError(f"claim `{claim.id}` has the sizes {', '.join(claim.sizes)}, the simulator {', '.join(self.sizes)}")
        known = [name for name, _ in claim.parameters]
        lacking = [name for name, needed in self._named.items() if needed and name not in known]
        if lacking:
            there = ", ".join(known) or "none"
            raise RequestError(f"the simulator takes `{lacking[0]}`, which is no parameter of claim `{claim.id}` (it has: {there})")

    def bound(self, sizes, settings):
        """The function of `rng` alone."""
        chosen = {name: value for name, value in settings.items() if self._any or name in self._named}
        return functools.partial(self.function, *[sizes[name] for name in self.sizes], **chosen)


def _found(module, name, sizes):
    found = __import__(module, fromlist=["_"])
    for part in name.split("."):
        found = getattr(found, part)
    return found if isinstance(found, Simulator) else Simulator(found, sizes)


def simulator(function: "Callable | None" = None, *, sizes: "Sequence[str] | None" = None):
    """Makes a function a simulator.

    Args:
        sizes: Names of the claim's sizes, in the order of the function's first arguments; by default the names of the arguments
            before `rng`.

    The function is called as `f(*sizes, rng, **parameters)`, with those of the claim's parameters that it names (all, if it takes
    `**parameters`): numbers as float, the rest as str. It returns a number, or a mapping that has one for the claim's observable. `rng`
    equals `numpy.random.default_rng(words)` of the replicate's eight words, and all that is random must come from it. It is one object
    whose state is set anew for each replicate: do not keep it.

    >>> @simulator(sizes=("n",))
    ... def mean_square(n, rng, *, scale=1.0):
    ...     return scale * float(np.mean(rng.standard_normal(n) ** 2))
    >>> round(mean_square(1000, np.random.default_rng(1)), 1)
    1.0
    """
    if function is None:
        return lambda function: Simulator(function, sizes)
    return Simulator(function, sizes)


class _Words(ISpawnableSeedSequence):
    """Stands for `SeedSequence(words)` of whichever replicate is drawn, so that `rng.spawn` gives what it would give there."""

    def __init__(self, words):
        self.set(words)

    def set(self, words):
        self._words, self._sequence = words, None

    def _made(self):
        if self._sequence is None:
            self._sequence = np.random.SeedSequence([int(word) for word in self._words])
        return self._sequence

    def generate_state(self, n_words, dtype=np.uint32):
        return self._made().generate_state(n_words, dtype)

    def spawn(self, n_children):
        return self._made().spawn(n_children)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._made(), name)


class _Generators:
    """Generators for rows of words: one object, whose state is that of `numpy.random.default_rng(row)`."""

    def __init__(self):
        probe = np.array([[1, 2, 3, 4, 5, 6, 7, 2**32 - 1]], dtype=np.uint32)
        self._words = _Words(probe[0])
        generator = np.random.default_rng(self._words)
        state = np.random.default_rng(probe[0]).bit_generator.state
        # Another NumPy may have another default generator: then each is made by itself, which takes longer.
        self._same = state.get("bit_generator") == "PCG64" and state["state"] == dict(
            zip(("state", "inc"), _native.states(probe)[0])
        )
        self._generator = generator

    def over(self, words):
        if not self._same:
            yield from (np.random.default_rng(row) for row in words)
            return
        generator, seeds = self._generator, self._words
        bits = generator.bit_generator
        inner = {}
        state = {"bit_generator": "PCG64", "state": inner, "has_uint32": 0, "uinteger": 0}
        for row, (inner["state"], inner["inc"]) in zip(words, _native.states(words)):
            bits.state = state
            seeds.set(row)
            yield generator


class _NoValue(Exception):
    """A replicate has no value: its number among the block's, and why."""


@functools.cache
def _generators():
    return _Generators()


def draw(simulator, observable, sizes, settings, words):
    """Values of each row of words, or `_NoValue`."""
    bound = simulator.bound(sizes, settings)
    values = []
    add, finite = values.append, math.isfinite
    for rng in _generators().over(words):
        try:
            value = bound(rng)
            if type(value) is not float:
                value = _number(value, observable)
        except Exception as error:
            raise _failed(simulator, sizes, settings, words[len(values)], error) from error
        if not finite(value):
            raise _NoValue(len(values), f"the simulator gives {value}, which is not finite")
        add(value)
    return values


def _number(value, observable):
    if isinstance(value, dict):
        if observable not in value:
            raise RequestError(f"the simulator gives {', '.join(map(repr, value))}, and nothing called {observable!r}")
        value = value[observable]
    try:
        return float(value)
    except (TypeError, ValueError):
        raise RequestError(f"the simulator gives {value!r:.200}, which is no number (claims about several name one)") from None


def _failed(simulator, sizes, settings, words, error):
    chosen = {**simulator.bound(sizes, settings).keywords}
    named = "".join(f", {name}={value!r}" for name, value in chosen.items())
    in_order = ", ".join(str(sizes[name]) for name in simulator.sizes)
    seed = [int(word) for word in words]
    call = f"{simulator.__name__}({in_order}, np.random.default_rng({seed}){named})"
    at = ", ".join(f"{name} = {size}" for name, size in sizes.items())
    message = f"the simulator failed at {at}, seed {seed}: {type(error).__name__}: {error}\nto see it again: {call}"
    return SimulationError(message, place=at)


class Here:
    """Draws on the thread that asks: Python's own."""

    def __init__(self, simulator):
        self.simulator = simulator
        self._tried = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __call__(self, block):
        words = block.words
        try:
            values = draw(self.simulator, block.observable, block.sizes, block.settings, words)
            if not self._tried:
                self._tried = True
                again = draw(self.simulator, block.observable, block.sizes, block.settings, words[::-1].copy())[::-1]
                _same(self.simulator, block, values, again)
        except _NoValue as none:
            index, why = none.args
            block.fail(block.first + index, why)
            return
        block.reply(values)


def _same(simulator, block, values, again):
    other = next((k for k, (one, two) in enumerate(zip(values, again)) if one != two), None)
    if other is not None:
        at = ", ".join(f"{name} = {size}" for name, size in block.sizes.items())
        raise SimulationError(
            f"the simulator `{simulator.__name__}` gives {values[other]!r} and then {again[other]!r} for the same `rng` "
            f"(at {at}, replicate {block.first + other}): all that is random in it must come from `rng`",
            place=at,
        )


def _work(simulator, *question):
    try:
        return draw(simulator, *question), None
    except _NoValue as none:
        return None, none.args
    except SimulationError as error:
        # An exception of the simulator's may be one that cannot be sent.
        return None, (str(error), error.place, repr(error.__cause__))


def _ready():
    # Ctrl-C ends the run in the process that asked.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Processes:
    """Draws in worker processes, which find the function by its module and name."""

    def __init__(self, simulator, jobs):
        self.simulator, self.jobs = simulator, jobs
        self.failed = None
        if simulator.__module__ == "__main__" or "<locals>" in simulator.__qualname__:
            raise RequestError(
                f"worker processes (jobs={jobs}) cannot find the simulator `{simulator.__qualname__}` of `{simulator.__module__}`: "
                "define it at the top of a module, and import it; or leave out jobs"
            )
        try:
            pickle.loads(pickle.dumps(simulator))
        except Exception as error:
            raise RequestError(f"worker processes (jobs={jobs}) cannot find the simulator: {error}") from error

    def __enter__(self):
        methods = multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self._here = Here(self.simulator)
        self._pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=_ready)
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                process.terminate()
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def __call__(self, block):
        if self.failed is not None:
            raise self.failed
        if not self._here._tried:
            return self._here(block)
        question = (block.observable, block.sizes, block.settings, block.words)
        answer = self._pool.submit(_work, self.simulator, *question)
        answer.add_done_callback(functools.partial(self._answered, block))

    def _answered(self, block, answer):
        try:
            values, none = answer.result()
        except BaseException as error:
            self.failed = SimulationError(f"a worker process ended: {error!r}")
            block.fail(block.first, str(self.failed))
            return
        if values is not None:
            block.reply(values)
        elif len(none) == 2:
            block.fail(block.first + none[0], none[1])
        else:
            message, place, cause = none
            self.failed = SimulationError(message, place=place)
            self.failed.__cause__ = RuntimeError(f"in a worker process: {cause}")
            block.fail(block.first, message)
