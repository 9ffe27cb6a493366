"""Both sides of every reference job in turn, and a table of their times.

    python3 benches/peers/compare.py [--rounds 5] [--repeats 3] [--out table.md] [JOB ...]

First the two sides' values are compared at the same weights: they must agree, or there is no table. Then each round runs the
crate and the peer one after the other, so that both meet the same machine; times are taken inside the processes, after a first
run that does not count. The table has the median over rounds of each round's median, and of the ratio of a round.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

import numpy
import scipy

import jobs

HERE = os.path.dirname(os.path.abspath(__file__))
# Conjugate gradients stop at a residual of 1e-6, whose square is what the test error is off by.
TOLERANCE = 1e-9


def ask(command):
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def build():
    command = ["cargo", "bench", "--bench", "peers", "--no-run", "--message-format=json"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE).stdout.splitlines()
    messages = [json.loads(line) for line in lines if line.startswith("{")]
    return next(m["executable"] for m in messages if m.get("target", {}).get("name") == "peers" and m.get("executable"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("jobs", nargs="*", default=[*jobs.DRAWS, *jobs.CURVES])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out")
    arguments = parser.parse_args()
    binary = build()
    peer = [sys.executable, os.path.join(HERE, "run.py")]
    rows = []
    for name in arguments.jobs:
        with tempfile.NamedTemporaryFile() as weights:
            ours = ask([binary, name, "values", weights.name])["values"]
            theirs = ask([*peer, name, "values", weights.name])["values"]
        off = float(numpy.max(numpy.abs(numpy.array(ours) - numpy.array(theirs))))
        if len(ours) != len(theirs) or not off <= TOLERANCE:
            sys.exit(f"{name}: the two sides differ by {off:.1e}")
        pairs = []
        for _ in range(arguments.rounds):
            one = statistics.median(ask([binary, name, str(arguments.repeats)])["seconds"])
            other = statistics.median(ask([*peer, name, str(arguments.repeats)])["seconds"])
            pairs.append((one, other))
        ratios = sorted(other / one for one, other in pairs)
        ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        rows.append(
            f"| {name} | {1e3 * ours:.3g} | {1e3 * theirs:.3g} | {statistics.median(ratios):.2f} "
            f"| {ratios[0]:.2f} to {ratios[-1]:.2f} | {off:.0e} |"
        )
        print(rows[-1], file=sys.stderr, flush=True)
    table = [
        f"{os.cpu_count()} cores, {platform.machine()}; NumPy {numpy.__version__}, SciPy {scipy.__version__}; "
        f"{arguments.rounds} rounds of {arguments.repeats} runs each.",
        "",
        "| job | this crate, ms | NumPy, ms | ratio (median of rounds) | smallest to largest | values differ by |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    text = "\n".join(table) + "\n"
    if arguments.out:
        with open(arguments.out, "w") as file:
            file.write(text)
    print(text, end="")


main()
