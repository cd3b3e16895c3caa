# SPDX-License-Identifier: GPL-2.0-or-later
"""The frames of a capture with the kernel's states beside them, and what the plugin says of it."""

import pathlib
import subprocess

from shark import CHECKOUT, default_plugins

ENDS = "client", "server"


def verdict(capture, say):
    """The capture as ./run prints it, where the plugin is at hand."""
    if not any(default_plugins().glob("*/epan/tcpstate.so")):
        say(f"  what tcpstate infers from the packets alone: ./run {capture}   (it builds the plugin first)")
        return
    say("  what tcpstate infers from the packets alone:\n")
    done = subprocess.run(["/usr/bin/python3", CHECKOUT / "tools/show.py", pathlib.Path(capture).resolve()],
                          capture_output=True, text=True)
    say("".join(f"  {line}\n" for line in (done.stdout or done.stderr).splitlines()))


def frames_with_states(account, view):
    """Each frame, and if it holds a segment, the number of its connection and client's and server's state behind it, in the
    kernel's account."""
    states = sorted(account.states(view), key=lambda r: (r["frame"], r["time"]))
    now = {}
    for frame in account.ends[view].frames:
        for record in states:
            if record["frame"] < frame.number + (record["relation"] != "between"):
                now[record["connection"], record["end"]] = record["new"]
        s = frame.segment
        if not s:
            yield frame, None, None
            continue
        key = (s.source, s.sport, s.destination, s.dport)
        by_client = account.owner.get(s.source) == "client"
        number = account.keys.index(key if by_client else key[2:] + key[:2])
        yield frame, number, [now.get((number, end), account.initial(end, account.key(end, number))) for end in ENDS]


def ladder(account, view, say):
    frames = account.ends[view].frames
    if not frames:
        say("  no frame was captured")
        return
    reasons = {r["frame"]: r for r in account.reset_records(view) if r["frame"]}
    start, first = frames[0].time, {}
    say("")
    say(f"  {'frame':>5} {'time':>9}  {'segment':42} {'client':13} server   (states from the kernel)")
    for frame, _, states in frames_with_states(account, view):
        s = frame.segment
        if not s:
            say(f"  {frame.number:5} {(frame.time - start) / 1e9:9.4f}  ICMP error")
            continue
        by_client = account.owner.get(s.source) == "client"
        key = (s.source, s.sport, s.destination, s.dport)
        seq = (s.seq - first.setdefault(key, s.seq)) & 0xFFFFFFFF
        ack = f" ack {(s.ack - first.get(key[2:] + key[:2], 0)) & 0xFFFFFFFF}" if s.acks else ""
        arrow = "C > S" if by_client else "S > C"
        text = f"{arrow} {s.flag_names} seq {seq}{ack}" + (f" len {len(s.payload)}" if s.payload else "")
        note = reasons.get(frame.number)
        tail = f"  {note['reason'] or 'sent by the ' + note['origin']}" if note else ""
        client, server = states
        say(f"  {frame.number:5} {(frame.time - start) / 1e9:9.4f}  {text:42} {client:13} {server}{tail}")
    say("")
