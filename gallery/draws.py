"""The lines that limitcheck sends and reads (theory/PROGRAMS.md), once for all simulators of the gallery."""
import json
import os
import sys

# NumPy's own threads and those of limitcheck would compete. This has to stand before NumPy is loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np


def serve(draw):
    """Answers each replicate with what draw(rng, sizes and settings by their names) returns: its observables by their names."""
    serve_together(lambda rngs, **given: [draw(rng, **given) for rng in rngs])


def serve_together(draws):
    """The same, for a function that draws all replicates of a request at once: faster where one draw is many small steps."""
    for line in sys.stdin:
        request = json.loads(line)
        rngs = [np.random.default_rng(one["seed"]) for one in request["replicates"]]
        results = draws(rngs, **request["sizes"], **request["settings"])
        for one, result in zip(request["replicates"], results):
            values = {name: float(result[name]) for name in request["observables"]}
            print(json.dumps({"replicate": one["replicate"], "values": values}))
        sys.stdout.flush()
