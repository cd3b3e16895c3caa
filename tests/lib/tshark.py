# SPDX-License-Identifier: GPL-2.0-or-later
"""What the real tshark with the plugin under test prints; and of the recorded captures, every field of every frame, one run
per capture and mode."""
import atexit
import concurrent.futures
import functools
import json
import os

from samples import sample
from shark import Shark
from tables import tables

BETWEEN = "\x1f"        # between several values of one field
ONE_PASS, TWO_PASSES = (), ("-2",)


@functools.cache
def shark():
    """One private folder for all tests of this process."""
    folder = Shark().__enter__()
    atexit.register(folder.__exit__)
    folder.check_loaded()
    return folder


def run(name, *options):
    """tshark on a recorded capture."""
    return shark().tshark("-n", "-r", shark().readable(sample(name)), *options)


def out(name, *options):
    """What it prints, and it must not complain."""
    result = run(name, *options)
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


def numbers(name, filter, *options):
    """The frames that a display filter finds, in two passes."""
    return [int(n) for n in out(name, "-2", *options, "-Y", filter, "-T", "fields", "-e", "frame.number").split()]


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
    return {row[0] for row in tables()["field"] if row[5] == "hindsight"}


def prefetch(captures):
    """Reads these in both modes on all processors; `frames` and `connections` then answer at once."""
    shark(), registered_fields()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: read(*job), [(capture, mode) for capture in captures for mode in (ONE_PASS, TWO_PASSES)]))


@functools.cache
def read(capture, mode):
    """Its frames, and the rows of the table of connections: of one run, because starting tshark takes longer than the rest."""
    names = sorted(registered_fields())
    wanted = [part for name in ("frame.number", *names) for part in ("-e", name)]
    result = shark().tshark(*mode, "-n", "-r", shark().readable(capture), "-Y", "tcpstate", "-T", "fields",
                            "-E", "separator=/t", "-E", "aggregator=" + BETWEEN, *wanted, "-z", "tcpstate,connections,json")
    assert result.returncode == 0, result.stderr
    found, rows = {}, []
    for line in result.stdout.splitlines():
        if line.startswith("{"):
            rows.append(json.loads(line))
        elif line:
            number, *values = line.split("\t")
            found[int(number)] = {name.removeprefix("tcpstate."): value.split(BETWEEN)
                                  for name, value in zip(names, values) if value}
    return found, rows


def frames(capture, mode):
    """Per frame number: field (without "tcpstate.") -> list of its values. Only frames with TCP."""
    return read(capture, mode)[0]


def connections(capture, mode):
    """The rows of -z tcpstate,connections,json."""
    return read(capture, mode)[1]
