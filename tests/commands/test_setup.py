# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/setup: what it installs for whom, and what it says, with an apt-get that only writes down how it was called."""
import os
import pathlib
import subprocess

import pytest
from samples import CHECKOUT

FAKE = """#!/bin/sh
echo "$@" >>{folder}/calls
case "$*" in
    *update*) touch {folder}/updated ;;
    *install*) [ -e {folder}/updated ] || {{ echo "E: Unable to locate package"; exit 100; }}
               {then} ;;
esac
"""
SUDO = "#!/bin/sh\nexec \"$@\"\n"


@pytest.fixture
def machine(tmp_path):
    """A PATH with everything but jq, and a fake apt-get that brings it after an update."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for place in os.environ["PATH"].split(":"):
        for tool in pathlib.Path(place).glob("*") if place else ():
            if tool.name not in ("jq", "apt-get", "sudo") and not (tools / tool.name).exists():
                (tools / tool.name).symlink_to(tool)
    write(tools / "sudo", SUDO)
    return tmp_path


def write(path, text):
    path.write_text(text)
    path.chmod(0o755)


def run_setup(machine, *arguments):
    return subprocess.run([CHECKOUT / "tools/setup", *arguments], env=os.environ | {"PATH": str(machine / "bin")},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def apt(machine, then):
    write(machine / "bin/apt-get", FAKE.format(folder=machine, then=then))


@pytest.fixture(autouse=True)
def only_where_jq_is_no_part_of_sbin():
    if any(pathlib.Path(folder, "jq").exists() for folder in ("/usr/sbin", "/sbin")):
        pytest.skip("jq is in /usr/sbin here")


def test_check_lists_what_is_missing_and_installs_nothing(machine):
    apt(machine, "exit 0")
    done = run_setup(machine, "--check", "quick")
    assert (done.returncode, "jq" in done.stdout.split()) == (1, True)
    assert not (machine / "calls").exists()


def test_what_is_there_is_not_installed(machine):
    apt(machine, "exit 0")
    done = run_setup(machine, "g++", "python3")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (machine / "calls").exists()


def test_it_installs_and_says_so_in_one_line_a_step(machine):
    apt(machine, f"printf '#!/bin/sh\\n' >{machine}/bin/jq; chmod +x {machine}/bin/jq")
    done = run_setup(machine, "jq")
    assert (done.returncode, done.stderr.splitlines()) == (0, ["setup: installing jq", "setup: fetching the package lists"])
    assert (machine / "calls").read_text().splitlines()[1] == "update"
    assert "install jq" in (machine / "calls").read_text()


def test_verbose_shows_what_apt_get_prints(machine):
    apt(machine, f"printf '#!/bin/sh\\n' >{machine}/bin/jq; chmod +x {machine}/bin/jq; echo Setting up jq")
    assert "Setting up jq" in run_setup(machine, "-v", "jq").stderr.splitlines()


def test_a_failure_shows_the_last_messages_of_apt_get(machine):
    apt(machine, "echo 'E: No space left on device'; exit 100")
    lines = run_setup(machine, "jq").stderr.splitlines()
    assert lines[-2:] == ["E: No space left on device", "setup: could not install jq (apt-get's messages are above)"]


def test_what_did_not_come_is_named(machine):
    apt(machine, "exit 0")
    done = run_setup(machine, "jq")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "setup: jq is still missing after installing jq")


@pytest.mark.parametrize("arguments, words", [((), "for what?"), (("nonsense",), "nothing here needs nonsense"),
                                              (("--frobnicate", "run"), "unknown option")])
def test_wrong_usage(machine, arguments, words):
    done = run_setup(machine, *arguments)
    assert done.returncode == 1
    assert words in done.stderr
