# SPDX-License-Identifier: GPL-2.0-or-later
"""The program under test, and what tshark with the plugin says to the same captures."""
import os
import subprocess

from many import tshark_on
from samples import build_folder
from tshark import shark

PROGRAM = build_folder() / "bin/tcpstate"
COMPLETE, FAILED, WRONG_ARGUMENTS, BAD_FILES, INTERRUPTED = 0, 1, 2, 3, 130
PLAINLY, BY_WIRESHARK = (), ("--wireshark",)


def environment():
    """Without what somebody has set in Wireshark."""
    home = shark().folder / "program-home"
    home.mkdir(exist_ok=True)
    return {name: value for name, value in os.environ.items() if not name.startswith(("WIRESHARK", "XDG_"))} | {"HOME": str(home)}


def start(*arguments, **options):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **options)


def tcpstate(*arguments, **options):
    return subprocess.run([PROGRAM, *map(str, arguments)], env=environment(), capture_output=True, text=True,
                          **({"stdin": subprocess.DEVNULL} | options))


def out(*arguments, **options):
    """What it prints, and it must not complain. Faults of Wireshark's dissectors, which it reports as tshark does, are not its own."""
    result = tcpstate(*arguments, **options)
    complaints = [line for line in result.stderr.splitlines() if line.strip() and "-- Dissector bug, protocol" not in line]
    assert (result.returncode, complaints) == (COMPLETE, []), result.stderr
    return result.stdout


def ways(*arguments):
    """How many frames went which way: {reason: number}, and only those that Wireshark had to dissect."""
    result = tcpstate(*arguments, "--count-ways")
    lines = [line.split(None, 2) for line in result.stderr.splitlines()[1:]]
    assert result.returncode == COMPLETE, result
    return {reason: int(number) for number, way, reason in lines}, {reason for _, way, reason in lines if way == "Wireshark"}


def tables_of_tshark(captures, form="json"):
    """What -z tcpstate,connections prints for each."""
    results = tshark_on(shark(), captures, "-n", "-q", "-z", "tcpstate,connections" + (f",{form}" if form else ""))
    return [result.stdout for result in results]
