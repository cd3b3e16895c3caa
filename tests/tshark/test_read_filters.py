# SPDX-License-Identifier: GPL-2.0-or-later
"""A read filter (-R) numbers the frames anew: what passes is judged as the capture that holds nothing else."""
import subprocess

import pytest

from samples import recorded
from tshark import registered_fields, shark, tshark

FILTERS = [
    "tcp",
    "tcp.len > 0 || tcp.flags.reset == 1",          # not the first frames
    "tcp.flags.reset == 0",                         # not the last
    "tcp.srcport < tcp.dstport",                    # one direction
    "tcp.flags.syn == 0 && !icmp",
    "tcp.stream in {0, 2, 5, 7, 11} || icmp",       # some connections whole
    "frame.len > 60 && !(tcp.flags.fin == 1)",
]

CRASH = 'tcpstate.rst.cause == "crash"'


def judged(capture, *options):
    wanted = [part for name in sorted(registered_fields()) for part in ("-e", name)]
    printed = tshark("-n", "-2", *options, "-r", capture, "-T", "fields", "-e", "frame.number", *wanted)
    return printed.splitlines()


@pytest.fixture(scope="module")
def several():
    """All recorded captures in one, by time."""
    merged = shark().folder / "tmp/several.pcapng"
    subprocess.run(["mergecap", "-w", merged, *recorded()], check=True)
    return shark().readable(merged)


@pytest.mark.parametrize("filter", FILTERS)
def test_what_passes_is_judged_as_if_it_were_the_whole_capture(several, filter):
    part = shark().folder / "tmp/passed.pcapng"
    tshark("-n", "-r", several, "-Y", filter, "-w", part)
    assert judged(several, "-R", filter) == judged(part)
    part.unlink()


def test_the_table_is_of_what_passes(several):
    part = shark().folder / "tmp/passed.pcapng"
    table = "-q", "-z", "tcpstate,connections,json"
    tshark("-n", "-r", several, "-Y", FILTERS[1], "-w", part)
    assert tshark("-n", "-2", "-R", FILTERS[1], "-r", several, *table) == tshark("-n", "-2", "-r", part, *table)
    part.unlink()


def test_a_filter_on_a_verdict_sees_the_whole_capture(several):
    """What passes is chosen with the knowledge of all frames, and then judged by itself."""
    everywhere = tshark("-n", "-2", "-r", several, "-Y", CRASH, "-T", "fields", "-e", "tcp.seq_raw")
    passed = tshark("-n", "-2", "-r", several, "-R", CRASH, "-T", "fields", "-e", "tcp.seq_raw")
    assert passed == everywhere != ""
