# SPDX-License-Identifier: GPL-2.0-or-later
"""While a suite runs, ./test sees how far it is: ctest keeps the suite's own output until its end."""
import os
import shutil
import subprocess
import sys

from samples import CHECKOUT


def test_progress_and_failures_are_told_at_once(tmp_path):
    shutil.copy(CHECKOUT / "tests/conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("import conftest, os, pytest\n"
                                         "conftest.Progress.SECONDS = 0\n"
                                         "@pytest.mark.parametrize('n', range(3))\n"
                                         "def test_it(n):\n"
                                         "    assert n != 1 and 'TCPSTATE_PROGRESS' not in os.environ\n")
    read, write = os.pipe()
    env = os.environ | {"TCPSTATE_PROGRESS": str(write)}
    with open(read) as pipe:
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", "--junit-xml=some.xml"], cwd=tmp_path, env=env, pass_fds=[write],
                              capture_output=True, text=True, check=False)
        os.close(write)
        lines = pipe.read().splitlines()
    assert done.returncode == 1, done.stdout
    assert lines == ["    some: 1 of 3 done", "    some: FAILED test_it.py::test_it[1]", "    some: 2 of 3 done", "    some: 3 of 3 done"]


def test_ctest_leaves_the_descriptor_open(tmp_path):
    """What ./test relies on."""
    (tmp_path / "CTestTestfile.cmake").write_text('add_test(one "bash" "-c" "echo here >&$DESCRIPTOR")\n')
    read, write = os.pipe()
    with open(read) as pipe:
        env = os.environ | {"DESCRIPTOR": str(write)}
        subprocess.run(["ctest"], cwd=tmp_path, env=env, pass_fds=[write], capture_output=True, check=True)
        os.close(write)
        assert pipe.read() == "here\n"
