# SPDX-License-Identifier: GPL-2.0-or-later
"""The source files by language, and how to ask a program about them."""
import functools
import re
import shutil
import subprocess

import pytest
from roots import source_files
from samples import CHECKOUT

LLVM = 14       # Debian 12's: what others want to see differs


@functools.cache
def files():
    return [CHECKOUT / name for name in source_files() if (CHECKOUT / name).suffix not in (".pcapng", ".jsonl", ".png")]


def named(*suffixes):
    return [path for path in files() if path.suffix in suffixes]


def scripts(interpreter):
    """Programs without a suffix, by their first line."""
    found = []
    for path in files():
        if not path.suffix:
            with open(path, "rb") as file:
                if re.match(rb"#!.*\b" + interpreter + rb"\b", file.readline()):
                    found.append(path)
    return found


def need(program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")


def need_llvm(program):
    need(program)
    version = re.search(r"version (\d+)", subprocess.run([program, "--version"], capture_output=True, text=True).stdout)[1]
    if int(version) != LLVM:
        pytest.skip(f"this is {program} {version}; version {LLVM} decides")


def complaints(*command):
    """What a program that finds nothing does not print."""
    done = subprocess.run([str(part) for part in command], cwd=CHECKOUT, capture_output=True, text=True)
    said = (done.stdout + done.stderr).replace(f"{CHECKOUT}/", "")
    assert done.returncode == 0, said[-8000:]
    return said
