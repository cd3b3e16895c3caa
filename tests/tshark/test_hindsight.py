# SPDX-License-Identifier: GPL-2.0-or-later
"""Who asks a single pass for what later packets teach is told so, once; nobody else is told anything."""
import pytest

from tshark import run

WANTED = "-T", "fields", "-e", "tcpstate.outcome"
CRASHED = 'tcpstate.outcome == "crashed"'
LIVE = "tcpstate.conn == 0"


@pytest.mark.parametrize("options", [WANTED, ("-Y", CRASHED), (*WANTED, "-Y", CRASHED), ("-2", "-R", CRASHED),
                                     ("-q", "-z", "io,stat,0," + CRASHED)], ids=" ".join)
def test_asked_too_early(options):
    result = run("half_open_crash", *options)
    assert result.returncode == 0
    line, = result.stderr.splitlines()
    assert line.startswith("tcpstate.outcome depends on later packets")
    assert "crashed" not in result.stdout.replace(CRASHED, "")


@pytest.mark.parametrize("options", [("-2", *WANTED), ("-2", "-Y", CRASHED), ("-2", "-R", LIVE, *WANTED), ("-Y", LIVE), ("-V",),
                                     ("-q", "-z", "tcpstate,connections,json")], ids=" ".join)
def test_asked_in_time_or_not_at_all(options):
    result = run("half_open_crash", *options)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout
