# SPDX-License-Identifier: GPL-2.0-or-later
"""The labs as a student has them on a stock Debian: an ordinary user without sudo, and without /usr/sbin in PATH."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest
from samples import CHECKOUT, plugin
from shark import NOBODY

NEEDED = ("labs", "tools", "tests/lib", "profile", "sample_pcaps")
NAMESPACE = ["unshare", "--user", "--map-current-user", "--keep-caps", "--net", "--mount", "true"]


class Student:
    """A home folder, and a copy of the checkout where he can read it."""

    def __init__(self, home):
        self.home, self.checkout = home, home / "checkout"
        for part in NEEDED:
            shutil.copytree(CHECKOUT / part, self.checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
        folder = home / "plugins" / plugin().parent.relative_to(plugin().parents[2])
        folder.mkdir(parents=True)
        shutil.copy(plugin(), folder)
        for part in "bin", "lib":       # the program, which makes questions and pages
            shutil.copytree(plugin().parents[3] / part, home / part)
        self.prefix = []
        if os.geteuid() == 0:
            self.prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
            for path in (home, *home.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        self.env = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "TCPSTATE_PLUGINS": str(home / "plugins")}

    def run(self, *command, **options):
        options = {"cwd": self.home, "env": self.env, "stdin": subprocess.DEVNULL} | options
        return subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, check=False, **options)

    def tcplab(self, *arguments, **options):
        return self.run(self.checkout / "labs/tcplab", *arguments, **options)


@pytest.fixture(scope="module")
def student():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="student-"))
    try:
        found = Student(folder)
        if found.run(*NAMESPACE).returncode:
            pytest.skip("user namespaces are not permitted here")
        yield found
    finally:
        shutil.rmtree(folder)


def test_the_first_handout(student):
    """Every experiment of its steps: both tables, and captures that belong to the student."""
    handout = (CHECKOUT / "labs/handouts/half-open.md").read_text()
    names = list(dict.fromkeys(re.findall(r"(?<!sudo )labs/tcplab run (\w+)", handout)))
    assert names == ["half_open_crash", "half_open_retransmit"]
    for name in names:
        done = student.tcplab("run", name)
        assert done.returncode == 0, done.stdout + done.stderr
        kernels, _, inferred = done.stdout.partition("what tcpstate infers")
        assert "(states from the kernel)" in kernels
        assert re.search(r"(?m)^ *connection 0: client .* half-open since frame \d+", inferred), done.stdout
        capture = student.home / f"tcplab-out/{name}.pcapng"
        assert capture.stat().st_uid == capture.parent.stat().st_uid == student.home.stat().st_uid


def test_the_quick_experiments(student):
    done = student.tcplab("run", "--quick", "--quiet", "--out", "quick")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stderr


def test_the_quiz_of_what_was_recorded(student):
    done = student.tcplab("quiz", student.checkout / "sample_pcaps/half_open_crash.pcapng", input="7\nquit\n", stdin=None)
    assert "Right." in done.stdout, done.stdout + done.stderr


def test_a_folder_that_belongs_to_root_is_named(student):
    done = student.tcplab("run", "refused", "--out", "/usr")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "tcplab: cannot make /usr/truth: Permission denied")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_with_sudo_the_folder_belongs_to_who_called_it(tmp_path):
    env = os.environ | {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)}
    new, own = tmp_path / "new/deep", tmp_path / "own"
    own.mkdir()
    for out in new, own:
        done = subprocess.run([CHECKOUT / "labs/tcplab", "run", "refused", "--quiet", "--out", out], env=env, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        for path in [*out.rglob("*"), *([new, new.parent] if out == new else [])]:
            assert path.stat().st_uid == NOBODY, path
    assert own.stat().st_uid == 0, "a folder that was there keeps its owner"


def test_other_experiments_with_a_similar_name_are_offered():
    done = subprocess.run([CHECKOUT / "labs/tcplab", "run", "half_open_crahs"], capture_output=True, text=True, check=False)
    assert done.stderr == "tcplab: no experiment is called half_open_crahs: did you mean half_open_crash?\n"
