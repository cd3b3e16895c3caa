# SPDX-License-Identifier: GPL-2.0-or-later
"""What the real tshark with the plugin under test prints; and of the recorded captures, every field of every frame."""
import atexit
import functools
import json

from many import side_by_side, tshark_on
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


def printed(result):
    """What a program printed, and it must not have complained."""
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


def out(name, *options):
    return printed(run(name, *options))


def tshark(*options):
    """What it prints with these and no other options."""
    return printed(shark().run("tshark", *options))


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


READ = {}


def prefetch(captures):
    """Reads these in both modes on all processors; `frames` and `connections` then answer at once."""
    def job(mode):
        missing = [capture for capture in captures if (capture, mode) not in READ]
        return lambda: zip(((capture, mode) for capture in missing), read(missing, mode))
    registered_fields()
    for found in side_by_side([job(mode) for mode in (ONE_PASS, TWO_PASSES)]):
        READ.update(found)


def read(captures, mode):
    """Of each the frames, and the rows of the table of connections."""
    names = sorted(registered_fields())
    wanted = [part for name in ("frame.number", *names) for part in ("-e", name)]
    for result in tshark_on(shark(), captures, *mode, "-n", "-Y", "tcpstate", "-T", "fields", "-E", "separator=/t",
                            "-E", "aggregator=" + BETWEEN, *wanted, "-z", "tcpstate,connections,json"):
        assert result.returncode == 0, result.stderr
        found, rows = {}, []
        for line in result.stdout.splitlines():
            if line.startswith("{"):
                rows.append(json.loads(line))
            elif line:
                number, *values = line.split("\t")
                found[int(number)] = {name.removeprefix("tcpstate."): value.split(BETWEEN)
                                      for name, value in zip(names, values) if value}
        yield found, rows


def known(capture, mode):
    if (capture, mode) not in READ:
        READ[capture, mode], = read([capture], mode)
    return READ[capture, mode]


def frames(capture, mode):
    """Per frame number: field (without "tcpstate.") -> list of its values. Only frames with TCP."""
    return known(capture, mode)[0]


def connections(capture, mode):
    """The rows of -z tcpstate,connections,json."""
    return known(capture, mode)[1]
