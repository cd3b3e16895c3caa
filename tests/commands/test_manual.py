# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages and completion, as tools/manual.py makes them for the package."""
import os
import re
import shutil
import subprocess
import sys

import pytest
from samples import CHECKOUT

PROGRAMS = {"tcpstate-show": ["tools/show.py"], "tcpstate-archive": ["tools/archive"], "tcpstate-doctor": ["tools/doctor"],
            "tcpstate-profile": ["tools/profile"],
            "tcplab": ["labs/tcplab"], "tcplab run": ["labs/tcplab", "run"], "tcplab quiz": ["labs/tcplab", "quiz"]}


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manual")
    subprocess.run([sys.executable, CHECKOUT / "tools/manual.py", folder], check=True)
    return folder


def helped(program):
    """The options that its --help names."""
    path, *command = PROGRAMS[program]
    done = subprocess.run([sys.executable, CHECKOUT / path, *command, "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z-]+", done.stdout)) - {"--help"}


def plain(page):
    return re.sub(r"\\f[BIR]", "", page.read_text()).replace("\\-", "-")


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_option_is_explained(manual, program):
    text = plain(manual / f"{program.split()[0]}.1")
    for option in helped(program):
        assert re.search(rf"(?m)^\.TP\n.*{option}\b.*\n.", text), option


@pytest.mark.parametrize("program", [program for program in PROGRAMS if " " not in program])
def test_the_page_is_well_formed(manual, program):
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    page = manual / f"{program}.1"
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", page], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert program in done.stdout


def completed(manual, tmp_path, *words):
    """What bash would offer for the last word."""
    (tmp_path / "tcplab").write_text(f"#!/bin/sh\nexec {sys.executable} {CHECKOUT}/labs/tcplab \"$@\"\n")
    (tmp_path / "tcplab").chmod(0o755)
    script = f'source {manual}/completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${{1//-/_}}; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-c", script, "bash", *words], env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
                          capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("words, offered", [
    (("tcplab", "ru"), ["run"]),
    (("tcplab", "quiz", "--c"), ["--count"]),
    (("tcplab", "run", "half_open_r"), ["half_open_retransmit", "half_open_rsts_lost"]),
    (("tcpstate-show", "--tr"), ["--trouble"]),
    (("tcpstate-archive", "--sch"), ["--scheduler"]),
    (("tcpstate-show", "file"), [])])
def test_completion(manual, tmp_path, words, offered):
    assert completed(manual, tmp_path, *words) == offered
