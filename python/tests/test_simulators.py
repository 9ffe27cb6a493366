"""Simulators that are Python functions."""

import _thread
import os
import pathlib
import sys
import tempfile
import signal
import threading
import time
import unittest

import claims
import limitcheck as lc
import numpy as np
import ridge_model
from limitcheck.functions import _Generators

os.environ.setdefault("OMP_NUM_THREADS", "1")


class Generators(unittest.TestCase):
    def test_each_is_what_numpy_makes_of_the_words(self):
        words = np.random.default_rng(0).integers(0, 2**32, size=(200, 8), dtype=np.uint32)
        words[0], words[1] = 0, 2**32 - 1
        generators = _Generators()
        self.assertTrue(generators._same, "the quick way is not taken")
        for row, rng in zip(words, generators.over(words)):
            known = np.random.default_rng(row.tolist())
            self.assertEqual(rng.bit_generator.state, known.bit_generator.state)
            self.assertEqual(rng.integers(0, 9, 3, dtype=np.uint32).tolist(), known.integers(0, 9, 3, dtype=np.uint32).tolist())
            self.assertEqual(rng.standard_normal(5).tolist(), known.standard_normal(5).tolist())
            self.assertEqual(rng.spawn(2)[1].random(), known.spawn(2)[1].random())

    def test_a_replicate_costs_little(self):
        @lc.simulator
        def nothing(n, rng, *, scale):
            return scale

        trials, best = 50_000, np.inf
        for _ in range(5):
            started = time.perf_counter()
            lc.simulate(claims.MEAN, dim=8, trials=trials, simulator=nothing)
            best = min(best, (time.perf_counter() - started) / trials)
        print(f"\n{best * 1e6:.2f} microseconds a replicate", file=sys.stderr)
        # Stated are 5, on an idle machine; here others may be at work.
        self.assertLess(best, 20e-6)


class Functions(unittest.TestCase):
    def test_right_and_wrong(self):
        seen = []
        run = lc.check(claims.MEAN, simulator=ridge_model.mean_square, budget="quick", progress=lambda *now: seen.append(now))
        self.assertEqual([cell.verdict for cell in run.cells], ["agrees"] * 2)
        self.assertTrue(all(0 <= share <= 1 for _, share in seen))
        wrong = lc.check(claims.MEAN.replace("limit scale", "limit 1.2*scale"), simulator=ridge_model.mean_square, budget="quick")
        self.assertEqual([cell.verdict for cell in wrong.cells], ["disagrees"] * 2)
        self.assertIn("disagrees", str(wrong))
        self.assertIn("<svg", wrong._repr_html_())
        frame = wrong.frame()
        self.assertEqual(list(frame["verdict"]), ["disagrees"] * 2)
        self.assertEqual(list(frame["scale"]), [1.0, 2.0])
        found = lc.explore(claims.MEAN.replace("limit scale", "limit 1.2*scale"), simulator=ridge_model.mean_square, points=2, budget="quick")
        self.assertEqual(len(found.cells), 2)
        self.assertIn("grid", str(found))

    def test_a_function_has_the_samples_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder) / "ridge_model.py"
            program.write_text(pathlib.Path(ridge_model.__file__).read_text())
            path = pathlib.Path(folder) / "ridge.md"
            path.write_text(claims.ridge(f'program "{sys.executable} ridge_model.py"'))
            with self.assertRaises(lc.RequestError) as raised:
                lc.simulate(path, dim=8)
            self.assertIn("ridge_model.py", str(raised.exception))
            there = lc.simulate(path, dim=8, trials=100, gamma=0.5, allow_programs=True)
        given = claims.ridge("given")
        here = lc.simulate(given, dim=8, trials=100, gamma=0.5, simulator=ridge_model.risk)
        self.assertEqual(here.tolist(), there.tolist())
        apart = lc.simulate(given, dim=8, trials=100, gamma=0.5, simulator=ridge_model.simulated_risk, jobs=2)
        self.assertEqual(here.tolist(), apart.tolist())

    def test_it_is_called_on_the_thread_that_asks(self):
        threads = set()

        @lc.simulator
        def own(n, rng, *, scale):
            threads.add(threading.get_ident())
            return scale + rng.standard_normal()

        lc.simulate(claims.MEAN, dim=8, trials=1000, simulator=own)
        self.assertEqual(threads, {threading.get_ident()})

    def test_exceptions_have_size_and_seed(self):
        @lc.simulator
        def failing(n, rng, *, scale):
            if rng.random() < 0.02:
                raise ArithmeticError("out of paper")
            return scale

        with self.assertRaises(lc.SimulationError) as raised:
            lc.simulate(claims.MEAN, dim=8, trials=1000, scale=2.0, simulator=failing)
        self.assertIsInstance(raised.exception.__cause__, ArithmeticError)
        self.assertIn("n = 8", str(raised.exception))
        # The message has a line that shows it again.
        line = str(raised.exception).split("to see it again: ")[1]
        with self.assertRaises(ArithmeticError):
            eval(line, {"failing": failing, "np": np})
        with self.assertRaises(lc.SimulationError) as raised:
            lc.simulate(claims.MEAN, dim=8, trials=1000, simulator=ridge_model.broken, jobs=2)
        self.assertIn("out of paper", str(raised.exception))

    def test_what_is_random_comes_from_the_generator(self):
        with self.assertRaises(lc.SimulationError) as raised:
            lc.simulate(claims.MEAN, dim=8, simulator=lambda n, rng: np.random.random())
        self.assertIn("must come from `rng`", str(raised.exception))

    def test_a_value_that_is_not_finite_is_no_value(self):
        @lc.simulator
        def nowhere(n, rng, *, scale):
            return float("nan") if scale == 2 else scale

        run = lc.check(claims.MEAN, simulator=nowhere, budget="quick")
        self.assertEqual([cell.verdict for cell in run.cells], ["agrees", "no value"])
        self.assertIn("replicate 0", run.cells[1].reason)

    def test_slips_say_what_to_do(self):
        for function, words in [
            (lambda p, rng: 1.0, "sizes n"),
            (lambda n, rng, *, loudness: 1.0, "loudness"),
            (lambda rng: 1.0, "sizes n"),
        ]:
            with self.assertRaises(lc.RequestError) as raised:
                lc.simulate(claims.MEAN, dim=8, simulator=function)
            self.assertIn(words, str(raised.exception))
        with self.assertRaises(lc.RequestError):
            lc.simulate(claims.MEAN, dim=8)
        with self.assertRaises(lc.RequestError):
            lc.simulate("rf-test-error", dim=8, simulator=ridge_model.mean_square)
        with self.assertRaises(lc.RequestError) as raised:
            lc.simulate(claims.MEAN, dim=8, simulator=lambda n, rng: 1.0, jobs=2)
        self.assertIn("module", str(raised.exception))
        with self.assertRaises(lc.SimulationError) as raised:
            lc.simulate(claims.MEAN, dim=8, simulator=lambda n, rng: {"other": 1.0})
        self.assertIn("mean-square", str(raised.exception))
        self.assertEqual(lc.simulate(claims.MEAN, dim=8, trials=2, simulator=lambda n, rng: {"mean-square": 1}).tolist(), [1, 1])


class Interruptions(unittest.TestCase):
    def setUp(self):
        # Whoever runs the tests in the background has them ignore Ctrl-C.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)

    def interrupted(self, call):
        timer = threading.Timer(0.7, _thread.interrupt_main)
        timer.start()
        started = time.monotonic()
        try:
            with self.assertRaises(KeyboardInterrupt):
                call()
        finally:
            timer.cancel()
        return time.monotonic() - started - 0.7

    def test_in_the_library(self):
        late = self.interrupted(lambda: lc.check(["rf-test-error", "rf-robustness"], budget="thorough"))
        self.assertLess(late, 1.0)
        # Nothing of it is left behind.
        self.assertEqual(lc.limit("nt-test-error", rho=1.0).value, 0.0)

    def test_in_worker_processes(self):
        late = self.interrupted(lambda: lc.check(claims.MEAN, simulator=ridge_model.slow, budget="quick", jobs=2))
        self.assertLess(late, 1.5)

    def test_in_a_function_and_what_was_finished_is_kept(self):
        @lc.simulator
        def slow(n, rng, *, scale):
            time.sleep(0.0005)
            return scale * float(np.mean(rng.standard_normal(n) ** 2))

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "draws.jsonl"
            late = self.interrupted(lambda: lc.check(claims.MEAN, simulator=slow, budget="quick", results=path))
            self.assertLess(late, 1.0)
            kept = len(path.read_text().splitlines())
            self.assertGreater(kept, 1)

    def test_results_are_gone_on_from_and_belong_to_the_code(self):

        def drawn(factor):
            def function(n, rng, *, scale):
                return factor * scale * float(np.mean(rng.standard_normal(n) ** 2))

            return lc.simulator(function)

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "draws.jsonl"
            run = lc.check(claims.MEAN, simulator=drawn(1.0), budget="quick", results=path)
            size = path.stat().st_size
            again = lc.check(claims.MEAN, simulator=drawn(1.0), budget="quick", results=path)
            self.assertEqual((again.json, path.stat().st_size), (run.json, size))
            other = lc.check(claims.MEAN, simulator=drawn(1.5), budget="quick", results=path)
            self.assertEqual({cell.verdict for cell in other.cells}, {"disagrees"})
            self.assertGreater(path.stat().st_size, size)


if __name__ == "__main__":
    unittest.main()
