# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the Python tests of one folder; prints what fails, and at the end "N passed, N failed, N skipped"."""
import pathlib
import signal
import sys
import time
import unittest


class Result(unittest.TextTestResult):
    """Counts tests, not subtests: a test with several failing subtests is one failed test."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.bad, self.missed = set(), set()

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        took = time.monotonic() - self.began
        if took > 10:
            print(f"  slow: {test.id()} {took:.0f} s")

    def addError(self, test, err):
        super().addError(test, err)
        self.bad.add(test.id())

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.bad.add(test.id())

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self.bad.add(test.id())

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.bad.add(test.id())

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.missed.add(getattr(test, "test_case", test).id())
        print(f"  skipped: {test.id()}: {reason}")


def main(folder):
    # Of jobs in the background shells let SIGINT be ignored, and so would what the tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = pathlib.Path(folder).resolve()
    tests = unittest.defaultTestLoader.discover(str(folder), top_level_dir=str(folder))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0, resultclass=Result).run(tests)
    failed, skipped = len(result.bad), len(result.missed - result.bad)
    # A module that cannot be set up counts as a failed test that never started.
    passed = max(0, result.testsRun - len([b for b in result.bad if not b.startswith("setUpClass")]) - skipped)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
