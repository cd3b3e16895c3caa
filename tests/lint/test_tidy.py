# SPDX-License-Identifier: GPL-2.0-or-later
"""clang-tidy on the core and the plugin. What it was content with before, it is not asked again: a clean file leaves a mark in
the build folder, which holds as long as that file, every header and the settings are the same."""
import concurrent.futures
import hashlib
import json
import os
import subprocess

import pytest
from samples import CHECKOUT, build_folder
from sources import named, need_llvm

OURS = CHECKOUT / "src", CHECKOUT / "plugin"
SOURCES = [path for path in named(".cpp", ".c") if any(folder in path.parents for folder in OURS)]
# Of g++, whose commands clang-tidy reads.
COMMAND = ["clang-tidy", "--quiet", "-p", build_folder(), "--extra-arg=-Wno-ignored-optimization-argument"]


def settings():
    """What all files have in common."""
    said = subprocess.run(["clang-tidy", "--version"], capture_output=True).stdout
    return said + b"".join(path.read_bytes() for path in (CHECKOUT / ".clang-tidy", *named(".hpp", ".h")))


def complaints(path, common, commands):
    digest = hashlib.sha256(common + commands[str(path)].encode() + path.read_bytes()).hexdigest()
    mark = build_folder() / "tidy" / path.relative_to(CHECKOUT).with_suffix(path.suffix + ".clean")
    if mark.exists() and mark.read_text() == digest:
        return ""
    done = subprocess.run([*COMMAND, path], capture_output=True, text=True)
    if done.returncode:
        return (done.stdout or done.stderr).replace(f"{CHECKOUT}/", "")
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(digest)
    return ""


@pytest.fixture(scope="module")
def found():
    need_llvm("clang-tidy")
    commands = {entry["file"]: entry["command"] for entry in json.loads((build_folder() / "compile_commands.json").read_text())}
    common = settings()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(SOURCES, pool.map(lambda path: complaints(path, common, commands), SOURCES)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_tidy(found, path):
    assert found[path] == "", found[path]
