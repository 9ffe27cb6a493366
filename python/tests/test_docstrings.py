"""Examples in docstrings, and what the stubs say."""

import doctest
import unittest

import limitcheck
import limitcheck.calls
import limitcheck.functions


def load_tests(loader, tests, pattern):
    for module in (limitcheck.calls, limitcheck.functions):
        tests.addTests(doctest.DocTestSuite(module))
    return tests


class Names(unittest.TestCase):
    def test_every_public_name_is_there_and_documented(self):
        for name in limitcheck.__all__:
            self.assertTrue(name == "__version__" or getattr(limitcheck, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
