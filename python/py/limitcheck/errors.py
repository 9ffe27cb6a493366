"""Why a call has no result. Every message says where and what to do."""


class Error(Exception):
    """Base of the package's exceptions.

    Attributes:
        place: File, line and column, the hypothesis, or the draw that it is about; None where there is no place.
    """

    def __init__(self, message, *, place=None):
        super().__init__(message)
        self.place = place


class FaultsError(Error):
    """A claim file with faults.

    Attributes:
        faults: One `(path, line, column, code, message, hint)` a fault; lines and columns count from 1.
    """

    def __init__(self, message, *, place=None, faults=()):
        super().__init__(message, place=place)
        self.faults = list(faults)


class UnknownError(Error, LookupError):
    """A name that there is not, or a value that the parameter cannot have."""


class NeedsSizeError(Error):
    """The claim is a formula in its sizes, and none is given (`dim=`)."""


class OutsideError(Error):
    """A hypothesis of the claim does not hold there."""


class NoValueError(Error, ArithmeticError):
    """The formula has no value there."""


class FileError(Error):
    """A file that cannot be read or written."""


class SimulationError(Error):
    """A draw that failed. That of a Python simulator has the simulator's exception as its `__cause__`."""


class RequestError(Error, ValueError):
    """A combination of claim and request that cannot be; the message says what to change."""
