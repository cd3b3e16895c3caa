# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin says about a capture, through tshark with this checkout's build."""

import pathlib

from shark import Failure, Shark

from .namespaces import Missing

BETWEEN = "\x1f"
FIELDS = ["frame.number", "tcp.flags", "tcp.len", "tcpstate.conn", "tcpstate.sender", "tcpstate.client.state",
          "tcpstate.server.state", "tcpstate.client.presumed", "tcpstate.server.presumed", "tcpstate.transition",
          "tcpstate.rule", "tcpstate.summary", "tcpstate.closed_first", "tcpstate.outcome", "tcpstate.half_open",
          "tcpstate.half_open.gone", "tcpstate.half_open.since", "tcpstate.half_open.lost_bytes", "tcpstate.half_closed",
          "tcpstate.half_closed.since", "tcpstate.half_closed.bytes", "tcpstate.rst.cause", "tcpstate.rst.confidence", "tcpstate.rst.kind",
          "tcpstate.rst.effect", "tcpstate.rst.trigger", "tcpstate.rst.explanation", "tcpstate.challenge_ack",
          "tcpstate.keepalive"]


def segments(capture):
    """One dict for each frame with one TCP segment: absent fields are left out."""
    path = pathlib.Path(capture)
    if not path.is_file():
        raise Missing(f"no such capture: {capture}")
    try:
        with Shark() as shark:
            shark.check_loaded()
            command = ["-2", "-n", "-r", shark.readable(path), "-Y", "tcpstate.conn && !icmp && !icmpv6", "-T", "fields",
                       "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=" + BETWEEN]
            done = shark.tshark(*command, *(part for field in FIELDS for part in ("-e", field)))
    except Failure as failure:
        raise Missing(str(failure)) from failure
    if done.returncode and not done.stdout:
        raise Missing(f"tshark cannot read {capture}: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    rows = [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]
    rows = [{name: value for name, value in row.items() if value} for row in rows]
    return [row for row in rows if BETWEEN not in row["tcpstate.conn"]]
