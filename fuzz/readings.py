# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture as the real tshark reads it with the plugin: in one pass, in two, as text and as JSON."""
import json
import pathlib
import re
import subprocess

import captures
from shark import Shark, default_plugins, last_line
from tables import tables

PROTOCOL = "tcpstate"
SHOWN = "tcpstate icmp icmpv6"
OURS = re.compile(r"dissector bug|malformed", re.IGNORECASE)
# Our part of tshark -V: a line, and those behind it that are indented more.
BLOCK = re.compile(r"^( *)\[?TCP State: .*\n(?:\1 .*\n)*", re.MULTILINE)
# What differs from one run to the next in a line of stderr.
RUN = re.compile(r"\(tshark:\d+\) [\d:.]+ ")


def layers(text):
    """For every frame the list of our layers, each as name -> list of values. Keys may repeat in tshark's JSON."""
    def gather(pairs):
        found = {}
        for key, value in pairs:
            found.setdefault(key, []).append(value)
        return found

    def flat(tree):
        """With the fields of subtrees among the others."""
        for name, values in tree.items():
            if name.endswith("_tree"):
                yield from (each for value in values for each in flat(value))
            else:
                yield name.removeprefix("tcpstate."), values

    def ours(tree):
        for name, values in tree.items():
            for value in values:
                if name == PROTOCOL:
                    yield dict(flat(value))
                elif isinstance(value, dict):       # an ICMP error holds what it quotes
                    yield from ours(value)

    for packet in json.loads(text, object_pairs_hook=gather):
        yield list(ours(packet["_source"][0]["layers"][0]))


class Found:
    """What tshark said about one capture."""

    def __init__(self, hindsight):
        self.problems = []      # tshark did not get to the end
        self.complaints = []    # it did, and complained
        self.once, self.twice, self.text = [], [], ""
        self.hindsight = hindsight

    def differences(self):
        """Online fields are the same in one pass and in two."""
        if len(self.once) != len(self.twice):
            yield None, f"{len(self.once)} frames in one pass, {len(self.twice)} in two"
        for number, (once, twice) in enumerate(zip(self.once, self.twice), 1):
            online = [{name: value for name, value in layer.items() if name not in self.hindsight} for layer in twice]
            if once != online:
                yield number, f"one pass says {once}, two say {online}"


def asan_environment():
    """For tshark with a plugin that was built with sanitizers: their library has to be the first in the process. What
    Wireshark itself never frees at its end is no finding. And the programs that tshark starts to ask for interfaces hang
    with the library."""
    found = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout
    return {"LD_PRELOAD": str(pathlib.Path(found.strip()).resolve()), "ASAN_OPTIONS": "detect_leaks=0",
            "UBSAN_OPTIONS": "print_stacktrace=1", "WIRESHARK_EXTCAP_DIR": "/nonexistent"}


class Readings:
    def __init__(self, plugins=None, env=None):
        self.plugins = pathlib.Path(plugins) if plugins else default_plugins()
        self.shark, self.bare = Shark(self.plugins, env), Shark(self.plugins / "none")

    def __enter__(self):
        self.shark.__enter__()
        self.bare.__enter__()
        self.shark.check_loaded()
        self.hindsight = {row[0].removeprefix("tcpstate.") for row in tables(self.plugins.parent)["field"] if row[5] == "hindsight"}
        assert "outcome" in self.hindsight, "field_table has another form"
        return self

    def __exit__(self, *_):
        self.shark.__exit__()
        self.bare.__exit__()

    def run(self, found, *options):
        result = self.shark.tshark("-n", "-r", self.path, *options)
        if result.returncode != 0:
            what = f"signal {-result.returncode}" if result.returncode < 0 else f"exit code {result.returncode}"
            found.problems.append(f"{what} with {' '.join(options)}: {last_line(result.stderr)}")
        elif result.stderr:
            found.complaints += self.complaints(result, options)
        return result.stdout

    def complaints(self, result, options):
        """Lines of stderr that tshark does not print without the plugin: its own dissectors have bugs too."""
        plain = self.bare.run("tshark", "-n", "-r", self.path, *options)
        before = {RUN.sub("", line) for line in plain.stderr.splitlines()}
        return [f"it complains: {line}" for line in result.stderr.splitlines() if RUN.sub("", line) not in before]

    def read(self, packets):
        self.path = self.shark.folder / "mutants.pcap"
        captures.write_pcap(self.path, packets)
        self.shark.give(self.path)
        found = Found(self.hindsight)
        once = self.run(found, "-T", "json", "-J", SHOWN)
        twice = self.run(found, "-2", "-T", "json", "-J", SHOWN)
        found.text = self.run(found, "-2", "-V")
        if not found.problems:
            found.once, found.twice = list(layers(once)), list(layers(twice))
        for block in BLOCK.finditer(found.text):
            if OURS.search(block.group()):
                found.complaints.append("reported in our part of the tree: " + OURS.search(block.group()).group())
        for line in found.text.splitlines():
            if "Malformed Packet: TCP State" in line or ("Dissector bug" in line and "tcpstate" in line.lower()):
                found.complaints.append(line.strip())
        return found

    def differs_from_plain(self, text):
        """Without the plugin tshark must say the same, but for our part."""
        result = self.bare.run("tshark", "-n", "-r", self.path, "-2", "-V")
        mine, plain = BLOCK.sub("", text).splitlines(), result.stdout.splitlines()
        for a, b in zip(mine, plain):
            if a != b:
                yield f"with the plugin: {a!r}, without: {b!r}"
                return
        if len(mine) != len(plain):
            yield f"{len(mine)} lines with the plugin, {len(plain)} without"
