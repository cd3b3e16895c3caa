# SPDX-License-Identifier: GPL-2.0-or-later
"""Adds up what the suites reported: summary.py REPORTS CTEST-REPORT... Prints what was skipped and why, what was slow, a table,
and at the end "N passed, N failed[, N skipped]". A suite that ended badly, or ran nothing at all, has failed whatever it
counted."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
import junit  # noqa: E402

SLOW = 15       # seconds


def outcome(suite, cases):
    """(passed, failed, skipped) of a suite, from ctest's word on it and its own report."""
    passed, failed, skipped = junit.count(cases)
    if suite.skipped:
        return passed, failed, skipped + 1
    if (suite.failed and not failed) or not passed + failed + skipped:
        failed += 1
    return passed, failed, skipped


def main(reports, *ctest_reports):
    suites = [junit.read(path) for path in ctest_reports]
    rows, total = [], (0, suites.count([]), 0)      # no report: ctest did not get to its end
    for suite in (suite for found in suites for suite in found):
        name = suite.name.partition("::")[0]
        cases = junit.read(pathlib.Path(reports, name + ".xml"))
        counts = outcome(suite, cases)
        total = tuple(map(sum, zip(total, counts)))
        rows.append(f"{name:14} {counts[0]:5} passed {counts[1]:4} failed {counts[2]:4} skipped {suite.seconds:5.0f} s")
        for case in cases:
            if case.skipped:
                print(f"  skipped: {name}: {case.name}: {case.skipped}")
            if case.seconds > SLOW:
                print(f"  slow: {name}: {case.name} {case.seconds:.0f} s")
        if suite.skipped:       # by ctest, for its exit code: see tests/CMakeLists.txt
            print(f"  skipped: {name}: not done in time")
    print("\n" + "\n".join(rows))
    passed, failed, skipped = total
    failed = failed or not passed       # nothing ran
    print(junit.in_words(passed, int(failed), skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
