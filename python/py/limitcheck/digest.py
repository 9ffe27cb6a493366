"""What tells the draws of one function from those of another in a results file: a digest of its code and of what it refers to."""

import hashlib
import inspect
import pickle
import types

from .errors import RequestError


def digest(function):
    """Of the function's code, its defaults, and the functions and values that it refers to by name, in turn. Of a module that it refers to
    only the name and the version count."""
    found = hashlib.sha256()
    _add(found, function, set())
    return found.hexdigest()[:16]


def _add(found, value, seen):
    value = getattr(value, "function", value) if type(value).__name__ == "Simulator" else value
    if isinstance(value, types.ModuleType):
        found.update(f"module {value.__name__} {getattr(value, '__version__', '')}".encode())
    elif isinstance(value, types.FunctionType):
        if id(value) in seen:
            return
        seen.add(id(value))
        _code(found, value.__code__)
        for default in (value.__defaults__ or ()) + tuple((value.__kwdefaults__ or {}).items()):
            _add(found, default, seen)
        referred = inspect.getclosurevars(value)
        for name, other in sorted({**referred.globals, **referred.nonlocals}.items()):
            found.update(f"name {name}".encode())
            _add(found, other, seen)
    elif isinstance(value, (types.BuiltinFunctionType, type)):
        found.update(f"{value.__module__}.{value.__qualname__}".encode())
        if isinstance(value, type) and value.__module__ != "builtins":
            for name, other in sorted(vars(value).items()):
                if isinstance(other, types.FunctionType):
                    _add(found, other, seen)
    else:
        try:
            found.update(pickle.dumps(value, protocol=4))
        except Exception:
            raise RequestError(
                f"results= keeps draws under a digest of the simulator's code, and it refers to {value!r:.100}, which has none: leave out "
                "results, or put that in a module"
            ) from None


def _code(found, code):
    found.update(code.co_code + repr((code.co_names, code.co_varnames, code.co_freevars)).encode())
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            _code(found, constant)
        elif isinstance(constant, frozenset):
            found.update(repr(sorted(map(repr, constant))).encode())
        else:
            found.update(repr(constant).encode())
