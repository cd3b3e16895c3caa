# SPDX-License-Identifier: GPL-2.0-or-later
"""The last lines of ./test can be trusted: nothing passes because it did not run, broke off or was not reported."""
import subprocess
import sys

import pytest
from samples import CHECKOUT

PASSED = '<testcase classname="a" name="{}" time="{}"/>'
FAILED = '<testcase classname="a" name="{}"><failure message="wrong"/></testcase>'
ERROR = '<testcase classname="a" name="{}"><error message="no set-up"/></testcase>'
SKIPPED = '<testcase classname="a" name="{}"><skipped message="no such thing here"/></testcase>'
FINE, BAD, LATE = '<testcase name="{0}" classname="{0}" time="3" status="run"/>', \
    '<testcase name="{0}" classname="{0}" time="3" status="fail"><failure message=""/></testcase>', \
    '<testcase name="{0}" classname="{0}" time="3" status="notrun"><skipped message="SKIP_RETURN_CODE=124"/></testcase>'


def suite(*cases):
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


def summary(folder, ctest, **reports):
    """(exit code, lines) of tests/summary.py."""
    for name, text in reports.items():
        (folder / f"{name}.xml").write_text(text)
    (folder / "ctest.xml").write_text(f"<testsuite>{''.join(ctest)}</testsuite>")
    done = subprocess.run([sys.executable, CHECKOUT / "tests/summary.py", folder, folder / "ctest.xml"], capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("case, last, status", [
    ([PASSED.format("x", 1), PASSED.format("y", 1)], "2 passed, 0 failed", 0),
    ([PASSED.format("x", 1), FAILED.format("y")], "1 passed, 1 failed", 1),
    ([PASSED.format("x", 1), FAILED.format("x")], "0 passed, 1 failed", 1),     # and its tear-down failed
    ([PASSED.format("x", 1), ERROR.format("y")], "1 passed, 1 failed", 1),
    ([PASSED.format("x", 1), SKIPPED.format("y")], "1 passed, 0 failed, 1 skipped", 0)])
def test_cases(tmp_path, case, last, status):
    code, lines = summary(tmp_path, [FINE.format("one")], one=suite(*case))
    assert (lines[-1], code) == (last, status)


def test_a_suite_that_ended_badly_has_failed_whatever_it_counted(tmp_path):
    code, lines = summary(tmp_path, [FINE.format("one"), BAD.format("two")], one=suite(PASSED.format("x", 1)),
                          two=suite(PASSED.format("x", 1)))
    assert (code, lines[-1]) == (1, "2 passed, 1 failed")


@pytest.mark.parametrize("text", [suite(), "", "<testsuites><testsuite>"], ids=["nothing ran", "empty", "broken off"])
def test_a_suite_that_reports_nothing_has_failed(tmp_path, text):
    code, lines = summary(tmp_path, [FINE.format("one"), FINE.format("two")], one=suite(PASSED.format("x", 1)), two=text)
    assert (code, lines[-1]) == (1, "1 passed, 1 failed")


def test_without_ctests_report_all_has_failed(tmp_path):
    done = subprocess.run([sys.executable, CHECKOUT / "tests/summary.py", tmp_path, tmp_path / "ctest.xml"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 passed, 1 failed")


def test_what_is_skipped_says_why_and_what_is_slow_is_named(tmp_path):
    _, lines = summary(tmp_path, [FINE.format("one"), LATE.format("two")],
                       one=suite(SKIPPED.format("x"), PASSED.format("y", 99), PASSED.format("z", 1)))
    assert lines[:3] == ["  skipped: one: a::x: no such thing here", "  slow: one: a::y 99 s", "  skipped: two: not done in time"]
    assert lines[-1] == "2 passed, 0 failed, 2 skipped"


@pytest.mark.parametrize("program", ["true", "false"])
def test_unit_tests_that_report_nothing_have_failed(tmp_path, program):
    command = [sys.executable, CHECKOUT / "tests/unit/run.py", program, tmp_path / "unit.xml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "0 passed, 1 failed")
