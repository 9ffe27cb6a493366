"""Runs one job some times and prints its seconds, or its values for given weights, as JSON.

    run.py JOB REPEATS          {"seconds": [...]}     weights drawn anew each time, which counts
    run.py JOB values [FILE]    {"values": [...]}      weights as the crate wrote them (little-endian doubles)
"""

import json
import sys
import time

import numpy as np

import jobs


def draw(name, rng):
    d, m, rows, more, job = jobs.DRAWS[name]
    w = rows(rng, d, m)
    extra = rng.standard_normal(m) if more else None
    return job(w, jobs.exponential_spectrum(d), extra)


def values(name, path):
    if name in jobs.CURVES:
        return jobs.CURVES[name]()
    d, m, _, more, job = jobs.DRAWS[name]
    numbers = np.fromfile(path)
    return job(numbers[: m * d].reshape(m, d), jobs.exponential_spectrum(d), numbers[m * d :] if more else None)


name, what = sys.argv[1:3]
if what == "values":
    print(json.dumps({"values": list(values(name, sys.argv[3] if len(sys.argv) > 3 else None))}))
else:
    rng = np.random.default_rng(1)
    one = jobs.CURVES[name] if name in jobs.CURVES else lambda: draw(name, rng)
    one()  # the libraries set up their threads
    seconds = []
    for _ in range(int(what)):
        start = time.perf_counter()
        one()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))
