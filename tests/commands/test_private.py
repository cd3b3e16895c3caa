# SPDX-License-Identifier: GPL-2.0-or-later
"""A checkout that only root can reach, as below /root: what runs as another user must not need it."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest
from samples import CHECKOUT

# In a mount namespace of its own, the folder of the checkout becomes one of mode 700 with nothing but the checkout.
HIDE = """set -e
mount --bind "$1" /mnt
mount -t tmpfs -o mode=700 tmpfs "$(dirname "$1")"
mkdir "$1"
mount --bind /mnt "$1"
umount /mnt
cd "$1"
shift
exec "$@"
"""
PYTEST = ["/usr/bin/python3", "-m", "pytest", "-q"]


@pytest.fixture(scope="module")
def hidden():
    """Runs a command there."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    parent = CHECKOUT.parent
    outside = [folder for folder in ("/var/tmp", "/tmp", "/dev/shm") if parent not in (pathlib.Path(folder), *pathlib.Path(folder).parents)]
    if str(parent) == "/" or not outside:
        pytest.skip(f"cannot hide {parent}")
    temporary = pathlib.Path(tempfile.mkdtemp(dir=outside[0]))
    temporary.chmod(0o1777)

    def run(*command):
        return subprocess.run(["unshare", "--mount", "bash", "-c", HIDE, "bash", CHECKOUT, *command], stdin=subprocess.DEVNULL,
                              env=os.environ | {"TMPDIR": str(temporary)}, capture_output=True, text=True, check=False)
    try:
        if run("true").returncode:
            pytest.skip("mount namespaces are not permitted here")
        yield run
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def test_nobody_else_reaches_it(hidden):
    done = hidden("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", CHECKOUT)
    assert done.returncode != 0
    assert "Permission denied" in done.stderr


def test_run(hidden):
    done = hidden("./run")
    assert done.returncode == 0, done.stderr
    assert ": crashed;" in done.stdout


@pytest.mark.parametrize("tests", [
    ["tests/archive/test_faults.py", "-k", "nobody_may_read"], ["tests/archive/test_growth.py", "-k", "preference"],
    ["tests/doctor", "-k", "loaded or installed"], ["tests/tshark/test_stories.py", "-k", "half_open_crash"],
    ["tests/labs/test_student.py", "-k", "quiz"], ["tests/labs/test_quiz.py", "-k", "right_and_wrong"]],
    ids=lambda tests: tests[0].removeprefix("tests/"))
def test_suites(hidden, tests):
    """Of each suite that starts programs as another user, what is quick."""
    built = CHECKOUT / "build/release"
    if "archive" in tests[0] and not ((built / "bench/generator").exists() and (built / "bin/tcpstate").exists()):
        pytest.skip("the generator of captures or the program is not built")
    done = hidden(*PYTEST, *tests)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert " passed" in done.stdout
