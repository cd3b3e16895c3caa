# SPDX-License-Identifier: GPL-2.0-or-later
"""clang-tidy on the core and the plugin. Most of its time goes into the standard library's headers, so all files of the core
are one translation unit, and all of the plugin; those whose local names collide with another's are the next. What it was
content with before, it is not asked again: a clean unit leaves a mark in the build folder, which holds as long as its files,
every header and the settings are the same."""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess

import pytest
from samples import CHECKOUT, build_folder
from sources import named, need_llvm

OURS = CHECKOUT / "src", CHECKOUT / "plugin"
ELSEWHERE = CHECKOUT / "plugin/in_tree"      # compiled in Wireshark's source only
SOURCES = [path for path in named(".cpp", ".c") if any(folder in path.parents for folder in OURS) and ELSEWHERE not in path.parents]
FOLDER = build_folder() / "tidy"
# Of g++, whose commands clang-tidy reads.
EXTRA = "--extra-arg=-Wno-ignored-optimization-argument"
TIDY = ["clang-tidy", "--quiet", "-p", FOLDER, EXTRA]
# A unit includes its sources: what is wrong in them is wrong in an included file, where the analyzer looks only if told so. It
# sees more of each path there, which would take it minutes, so it follows only short calls.
IN_UNITS = ["--checks=-bugprone-suspicious-include", r"--header-filter=/(src|plugin)/.*\.[ch]pp$",
            *(f"--extra-arg={each}" for option in ("-analyzer-opt-analyze-headers", "-analyzer-config", "mode=shallow")
              for each in ("-Xclang", option))]


def settings():
    """What all files have in common."""
    said = subprocess.run(["clang-tidy", "--version"], capture_output=True).stdout
    return said + b"".join(path.read_bytes() for path in (CHECKOUT / ".clang-tidy", *named(".hpp", ".h")))


class Unit:
    """Sources that are looked at together."""

    def __init__(self, sources, command):
        self.sources = sources
        self.name = str(sources[0].relative_to(CHECKOUT)).replace("/", "_")
        self.path = sources[0] if len(sources) == 1 else FOLDER / self.name
        self.command = [str(self.path) if each in map(str, sources) else each for each in command]
        if len(sources) > 1:
            self.path.write_text("".join(f'#include "{path}"\n' for path in sources))

    def entry(self):
        return {"directory": str(build_folder()), "file": str(self.path), "command": shlex.join(self.command)}

    def colliding(self):
        """Sources that cannot be compiled behind those before them."""
        output = self.command.index("-o")
        command = ["clang++", *self.command[1:output], *self.command[output + 2:], "-fsyntax-only", "-ferror-limit=0", "-w"]
        said = subprocess.run(command, cwd=build_folder(), capture_output=True, text=True).stderr
        return {path for path in self.sources[1:] if re.search(rf"(?m)^{re.escape(str(path))}:\d+:\d+: error", said)}

    def complaints(self, common):
        digest = hashlib.sha256(common + shlex.join(self.command).encode() + b"".join(path.read_bytes() for path in self.sources))
        mark = FOLDER / (self.name + ".clean")
        if mark.exists() and mark.read_text() == digest.hexdigest():
            return ""
        done = subprocess.run([*TIDY, *(IN_UNITS if len(self.sources) > 1 else []), self.path], capture_output=True, text=True)
        if done.returncode:
            return (done.stdout or done.stderr).replace(f"{CHECKOUT}/", "")
        mark.write_text(digest.hexdigest())
        return ""

    def by_source(self, complaints):
        """To each source what is said of it; to the first one also what is said of headers."""
        said = dict.fromkeys(self.sources, "")
        named = {str(path.relative_to(CHECKOUT)): path for path in self.sources}
        for block in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:error|warning): )", complaints):
            said[named.get(block.partition(":")[0], self.sources[0])] += block
        return said


def units_of(sources, commands):
    """Those of one folder and language. What finds all headers of one finds those of all."""
    together = Unit(sources, max((commands[path] for path in sources), key=lambda command: sum(each.startswith("-I") for each in command)))
    if len(sources) == 1 or not (colliding := together.colliding()):
        return [together]
    rest = [path for path in sources if path not in colliding]
    return units_of(rest, commands) + units_of(sorted(colliding), commands)


@pytest.fixture(scope="module")
def found():
    need_llvm("clang-tidy")
    FOLDER.mkdir(exist_ok=True)
    entries = json.loads((build_folder() / "compile_commands.json").read_text())
    commands = {path: shlex.split(entry["command"]) for path in SOURCES for entry in entries if entry["file"] == str(path)}
    folders = {}
    for path in SOURCES:
        folders.setdefault((path.relative_to(CHECKOUT).parts[0], path.suffix), []).append(path)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        units = [unit for each in pool.map(lambda sources: units_of(sources, commands), folders.values()) for unit in each]
        (FOLDER / "compile_commands.json").write_text(json.dumps([unit.entry() for unit in units]))
        common = settings()
        said = pool.map(lambda unit: unit.by_source(unit.complaints(common)), units)
        return {path: complaints for each in said for path, complaints in each.items()}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_tidy(found, path):
    assert found[path] == "", found[path]
