"""What calls give back."""

import dataclasses
import html
import json
from dataclasses import dataclass

import numpy as np

from . import _native


@dataclass(frozen=True)
class Limit:
    """What a formula says, and how far that is known: arrays of the settings' common shape, or one number each.

    Attributes:
        value: The values, in the unit of the claim's observable; may be infinite.
        error: Bounds on the distance from the truth, rounding included, in the same unit.
        grade: `enclosed` where the bound is proved, `estimated` where it is not, `no value` where there is none (`on_error="nan"`).
        why: Why a bound is an estimate, with the line of the claim file, or why there is no value; None where the bound is proved.
    """

    value: "float | np.ndarray"
    error: "float | np.ndarray"
    grade: "str | np.ndarray"
    why: "str | None | np.ndarray"

    def __array__(self, dtype=None, copy=None):
        return np.array(self.value, dtype=dtype)

    def __float__(self):
        return float(self.value)


@dataclass(frozen=True)
class Cell:
    """A claim at a point of its parameters, judged. The attributes are the fields of `limitcheck check --json`.

    Attributes:
        claim: The claim's id.
        set: Parameters by name: numbers as float, the rest as str.
        verdict: `agrees`, `disagrees`, `undecided`, `vacuous`, `proved`, `no counterexample` or `no value`.
        expected: The verdict that the claim's status calls for.
        gap: Estimate of simulation minus limit at infinite size, in the unit of the observable; None without a simulation.
        interval: Its confidence interval, `(low, high)`, numerical error included.
        margin: The gap that does not matter.
        detectable: Smallest error of the formula that would have been found with 95 % power.
        replicates: Draws for this cell, all sizes together.
        sizes: One dict a size, smallest first: `dim`, `width`, `trials`, `mean`, `std_error`, `limit`, ...
        reason: Why, in a sentence.
        limit: The limit at the point; None where it is infinite or there is none.
        record: All fields as they stand in the JSON.
    """

    claim: str
    set: dict
    verdict: str
    expected: str
    gap: "float | None"
    interval: "tuple[float, float] | None"
    margin: "float | None"
    detectable: "float | None"
    replicates: int
    sizes: list
    reason: str
    limit: "float | None"
    record: dict = dataclasses.field(repr=False)

    @classmethod
    def _of(cls, record):
        names = [field.name for field in dataclasses.fields(cls) if field.name != "record"]
        own = {name: record.get(name) for name in names}
        own["interval"] = tuple(own["interval"]) if own["interval"] else None
        return cls(**own, record=record)


def _columns(cells):
    rows = []
    for cell in cells:
        low, high = cell.interval or (None, None)
        row = {"claim": cell.claim, **cell.set, "gap": cell.gap, "low": low, "high": high, "margin": cell.margin}
        row |= {"detectable": cell.detectable, "replicates": cell.replicates, "verdict": cell.verdict}
        rows.append(row | {"expected": cell.expected, "reason": cell.reason})
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


def _frame(cells):
    columns = _columns(cells)
    try:
        import pandas
    except ImportError:
        return columns
    return pandas.DataFrame(columns)


class Run:
    """Claims, judged. In a notebook it shows its verdicts and how the gaps close with the size.

    Attributes:
        cells: One `Cell` a point, in the order of the claims' grids.
        level: Probability of any false verdict in the whole run.
        seed, budget: As they were asked for.
        json: The record, as `limitcheck check --json` writes it.
    """

    def __init__(self, text, claims):
        self.json = text
        record = json.loads(text)
        self.level, self.seed, self.budget = record["level"], record["seed"], record["budget"]
        self.cells = [Cell._of(one) for one in record["cells"]]
        self._claims = [(claim.id, claim.title, claim.kind) for claim in claims]

    def frame(self):
        """A row a cell: a pandas data frame if pandas is there, else a dict of lists."""
        return _frame(self.cells)

    def figures(self):
        """How the gaps close with the size: SVG texts, light, one or more a claim; none for claims without a simulation."""
        return _native.figures(self.json, self._claims)

    def __str__(self):
        return _native.table(self.json)

    def __repr__(self):
        counts = {}
        for cell in self.cells:
            counts[cell.verdict] = counts.get(cell.verdict, 0) + 1
        said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return f"<limitcheck.Run: {said or 'no cells'}>"

    def _repr_html_(self):
        return f"<pre>{html.escape(str(self))}</pre>" + "".join(f"<div>{svg}</div>" for svg in self.figures())


class Exploration:
    """Claims, judged at random points.

    Attributes:
        cells: One `Cell` a point. `cell.record["shrunk"]` has the simplest settings that disagree too, `cell.record["grid"]` the line to
            paste into the claim.
        level, seed, budget: As of a `Run`.
        json: The record, as `limitcheck explore --json` writes it.
    """

    def __init__(self, text):
        self.json = text
        record = json.loads(text)
        self.level, self.seed, self.budget = record["level"], record["seed"], record["budget"]
        self.cells = [Cell._of(one) for one in record["cells"]]
        self._record = record

    def frame(self):
        """A row a point: a pandas data frame if pandas is there, else a dict of lists."""
        return _frame(self.cells)

    def __str__(self):
        lines = []
        for cell in self.cells:
            at = ", ".join(f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value}" for name, value in cell.set.items())
            lines.append(f"{cell.claim} at {at or 'defaults'}: {cell.verdict}: {cell.reason}")
            if cell.record.get("grid"):
                lines.append(f"    {cell.record['grid']}")
        for claim in self._record["claims"]:
            if claim.get("skipped"):
                lines.append(f"{claim['claim']}: no random points: {claim['skipped']}")
        return "\n".join(lines)

    def __repr__(self):
        return f"<limitcheck.Exploration: {len(self.cells)} points>"

    def _repr_html_(self):
        return f"<pre>{html.escape(str(self))}</pre>"
