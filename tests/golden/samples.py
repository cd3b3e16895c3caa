# SPDX-License-Identifier: GPL-2.0-or-later
"""The recorded captures as the real tshark shows them, one run per capture and mode."""
import atexit
import concurrent.futures
import functools
import os
import pathlib
import subprocess
import sys

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tools"))
from shark import Shark, default_plugins  # noqa: E402

BETWEEN = "\x1f"        # between several values of one field
ONE_PASS, TWO_PASSES = (), ("-2",)


@functools.cache
def shark():
    """One private folder for all tests of this process."""
    folder = Shark().__enter__()
    atexit.register(folder.__exit__)
    folder.check_loaded()
    return folder


@functools.cache
def field_table():
    """The rows of the core's tables, by kind: field, event, rule."""
    program = shark_build() / "field_table"
    tables = {}
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        kind, *row = line.split("\t")
        tables.setdefault(kind, []).append(row)
    return tables


def shark_build():
    """The build folder: that of the plugin under test."""
    return default_plugins().parent


@functools.cache
def registered_fields():
    """Name -> (label, type) of what Wireshark knows under tcpstate."""
    fields = {}
    for line in shark().tshark("-G", "fields").stdout.splitlines():
        row = line.split("\t")
        if row[0] == "F" and row[2].startswith("tcpstate."):
            fields[row[2]] = (row[1], row[3])
    return fields


def expert(event):
    """The filter of an event's expert info."""
    return "tcpstate.expert." + event.replace("-", "_")


@functools.cache
def hindsight_fields():
    return {row[0] for row in field_table()["field"] if row[5] == "hindsight"}


def captures():
    return sorted((CHECKOUT / "sample_pcaps").glob("*.pcap*"))


def sample(name):
    return CHECKOUT / "sample_pcaps" / (name + ".pcapng")


def prefetch():
    """Reads every capture in both modes on all processors; `frames` then answers at once."""
    shark(), registered_fields()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: frames(*job), [(c, mode) for c in captures() for mode in (ONE_PASS, TWO_PASSES)]))


@functools.cache
def frames(capture, mode):
    """Per frame number: field (without "tcpstate.") -> list of its values. Only frames with TCP."""
    names = sorted(registered_fields())
    wanted = [part for name in ("frame.number", *names) for part in ("-e", name)]
    result = shark().tshark(*mode, "-n", "-r", shark().readable(capture), "-Y", "tcpstate", "-T", "fields",
                            "-E", "separator=/t", "-E", "aggregator=" + BETWEEN, *wanted)
    assert result.returncode == 0, result.stderr
    found = {}
    for line in result.stdout.splitlines():
        number, *values = line.split("\t")
        found[int(number)] = {name.removeprefix("tcpstate."): value.split(BETWEEN)
                              for name, value in zip(names, values) if value}
    return found
