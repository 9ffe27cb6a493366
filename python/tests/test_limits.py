"""Limits and draws of the library's own models."""

import json
import math
import os
import subprocess
import sys
import threading
import unittest

import limitcheck as lc
import numpy as np


def command(*words):
    return subprocess.run([sys.executable, "-c", "from limitcheck._native import main; raise SystemExit(main())", *words], capture_output=True, text=True)


class Limits(unittest.TestCase):
    def test_arrays_broadcast(self):
        found = lc.limit("nt-test-error", rho=np.array([[0.25], [0.5]]), spectrum=["rademacher", "exponential", "identity"])
        self.assertEqual([part.shape for part in (found.value, found.error, found.grade, found.why)], [(2, 3)] * 4)
        np.testing.assert_allclose(found.value[:, 0], [0.5625, 0.25], rtol=1e-12)
        alone = lc.limit("nt-test-error", rho=0.5, spectrum="exponential")
        self.assertEqual(alone.value, found.value[1, 1])
        self.assertIsInstance(alone.value, float)
        self.assertEqual(lc.limit("nt-test-error", rho=[]).value.shape, (0,))

    def test_values_are_those_of_the_command_line(self):
        said = json.loads(command("eval", "rf-test-error", "--set", "rho=1.5", "--set", "activation=gelu", "--json").stdout)
        found = lc.limit("rf-test-error", rho=1.5, activation="gelu")
        self.assertEqual((found.value, found.error, found.grade), (said["value"], said["abs_err"], said["grade"]))

    def test_numbers_of_every_width_are_what_they_are(self):
        exact = lc.limit("nt-test-error", rho=float(np.float32(0.3))).value
        self.assertEqual(lc.limit("nt-test-error", rho=np.float32(0.3)).value, exact)
        self.assertEqual(lc.limit("nt-test-error", rho=np.array([0.3], dtype=np.float32)).value[0], exact)
        self.assertNotEqual(lc.limit("nt-test-error", rho=0.3).value, exact)
        self.assertEqual(lc.limit("nt-test-error", rho=np.int64(1)).value, lc.limit("nt-test-error", rho=1).value)

    def test_what_has_no_value_says_so(self):
        text = "\n".join(["```claim", "claim own", "title Own", "kind identity", "status conjecture", "source a guess",
                          "parameter rho = 1 in (0, inf)", "grid", "limit sqrt(rho - 1)", "alt sqrt(rho - 1)", "```", ""])
        with self.assertRaises(lc.Error) as raised:
            lc.limit(text, rho=[2, 0.5])
        self.assertIsNotNone(raised.exception.place)
        found = lc.limit(text, rho=[2, 0.5], on_error="nan")
        self.assertEqual(found.value[0], 1.0)
        self.assertTrue(math.isnan(found.value[1]) and found.grade[1] == "no value" and found.why[1])

    def test_errors_have_a_class_and_a_place(self):
        for call, error, words in [
            (lambda: lc.limit("nt-test-eror"), lc.UnknownError, "nt-test-error"),
            (lambda: lc.limit("nt-test-error", row=1), lc.UnknownError, "rho"),
            (lambda: lc.limit("nt-test-error", rho=-1), lc.UnknownError, "rho"),
            (lambda: lc.limit("nt-mean-test-error"), lc.NeedsSizeError, "size"),
            (lambda: lc.claim("no/such.md"), lc.FileError, "no/such.md"),
            (lambda: lc.limit("nt-test-error", rho=object()), lc.RequestError, "rho"),
            (lambda: lc.simulate("tradeoff-identity-nt", dim=8), lc.RequestError, "no simulator"),
            (lambda: lc.check("nt-test-error", level=0.01), lc.RequestError, "nt-test-error"),
        ]:
            with self.assertRaises(error) as raised:
                call()
            self.assertIn(words, str(raised.exception))
        with self.assertRaises(lc.FaultsError) as raised:
            lc.claim("```claim\nclaim own\ntitle Own\nfoo\n```\n")
        self.assertIn(4, [line for _, line, *_ in raised.exception.faults])
        self.assertTrue(raised.exception.place.startswith("<text>:"))

    def test_sizes(self):
        self.assertEqual(lc.limit("nt-mean-test-error", dim=24, width=12).grade, "enclosed")
        with self.assertRaises(lc.RequestError):
            lc.limit("nt-test-error", width=3)

    def test_draws_are_those_of_the_command_line(self):
        said = json.loads(command("simulate", "rf-test-error", "--dim", "16", "--trials", "4", "--set", "rho=2", "--json").stdout)
        drawn = lc.simulate("rf-test-error", rho=2, dim=16, trials=4)
        self.assertEqual((drawn.shape, drawn.tolist()), ((4,), said["samples"]))

    @unittest.skipUnless(hasattr(os, "fork"), "no fork here")
    def test_a_child_of_a_fork_works(self):
        known = lc.limit("nt-test-error", rho=[0.25, 0.5]).value.tolist()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = int(lc.limit("nt-test-error", rho=[0.25, 0.5]).value.tolist() != known)
            finally:
                os._exit(code)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_other_threads_go_on(self):
        turns = 0
        done = threading.Event()

        def work():
            lc.simulate("rf-test-error", rho=2, dim=64, trials=200)
            done.set()

        threading.Thread(target=work).start()
        while not done.wait(0.01):
            turns += 1
        self.assertGreater(turns, 3)

    def test_the_command(self):
        self.assertEqual(command("list").returncode, 0)
        self.assertEqual(command("eval", "nt-test-eror").returncode, 3)


if __name__ == "__main__":
    unittest.main()
