#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the plugin says through real tshark with what the kernels did: every capture of a folder whose account is
in truth/NAME.truth.jsonl (labs/TRUTH.md). Prints what differs, and a table of rates; test_conformance.py demands them."""

import argparse
import pathlib
import re
import sys
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(CHECKOUT / "tests/lib"), str(CHECKOUT / "tools")]

from causes import NO_CONNECTION, allowed_causes  # noqa: E402
from many import tshark_on  # noqa: E402
from packets import ACK, FIN, RST, SYN  # noqa: E402
from shark import Failure, Shark  # noqa: E402
from truth import OTHER, SYNCHRONIZED, Conversation, Exceptions, Truth  # noqa: E402

REQUIRED = {"local": 99.5, "remote": 97.0, "cause": 98.0, "half_open": 100.0, "half_closed": 100.0}
LABELS = {"local": "state of the endpoint at the capture point", "remote": "state of the remote endpoint",
          "cause": "cause of a RST", "half_open": "half-open", "half_closed": "half-closed"}
FIELDS = ["frame.number", "frame.time_relative", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "tcp.flags", "icmp.type", "icmpv6.type", "tcpstate.conn", "tcpstate.sender", "tcpstate.client.state",
          "tcpstate.server.state", "tcpstate.rst.cause", "tcpstate.half_open", "tcpstate.half_open.gone",
          "tcpstate.half_closed"]


def first(value):
    return value.split(",")[0]


def dissect(shark, captures):
    """Of each capture, one dict for each frame."""
    wanted = [part for field in FIELDS for part in ("-e", field)]
    for done in tshark_on(shark, captures, "-n", "-T", "fields", "-E", "occurrence=a", *wanted):
        if done.returncode:
            raise Failure(f"tshark failed on {done.args[2]}: {done.stderr.strip()}")
        yield [dict(zip(FIELDS, line.split("\t"))) for line in done.stdout.splitlines()]


class Sample:
    def __init__(self, name, truth):
        self.name, self.truth, self.units = name, truth, []
        self.seen = defaultdict(Conversation)
        self.open_verdicts = set()

    def unit(self, what, frame, right, expected, got):
        self.units.append((what, frame, right, expected, got))

    def frame(self, row):
        truth, frame = self.truth, int(row["frame.number"])
        if row["icmp.type"] or row["icmpv6.type"]:
            return
        source = (first(row["ip.src"] or row["ipv6.src"]), int(row["tcp.srcport"]))
        target = (first(row["ip.dst"] or row["ipv6.dst"]), int(row["tcp.dstport"]))
        if source == target:
            return  # connected to itself: there is no other end to be told of
        connection, sender = truth.numbers[source, target]
        flags = int(row["tcp.flags"], 16)
        seen = self.seen[connection]
        if truth.reborn(connection, frame):
            seen = self.seen[connection] = Conversation()
        seen.syn |= bool(flags & SYN)
        seen.opened |= flags & (SYN | ACK) == SYN
        if not row["tcpstate.conn"]:
            self.unit("local", frame, False, "a verdict", "nothing")
            return
        ends = {"client": sender, "server": OTHER[sender]} if row["tcpstate.sender"] == "client" else \
            {"client": OTHER[sender], "server": sender}
        now = float(row["frame.time_relative"])
        if frame not in truth.forged:
            seen.spoke.add((row["tcpstate.conn"], sender))
        for role, end in ends.items():
            spoke = (row["tcpstate.conn"], end) in seen.spoke
            self.states(frame, connection, end, row[f"tcpstate.{role}.state"], spoke)
        finds = flags & RST and self.finds(frame, connection, sender, seen, now)
        if flags & RST:
            self.cause(frame, connection, sender, row["tcpstate.rst.cause"], seen, finds, now)
        if frame not in truth.forged:
            seen.hear(sender, now)
        self.half_open(frame, connection, sender, row, seen, ends, finds)
        self.half_closed(frame, connection, sender, flags, row, seen, ends)

    def states(self, frame, connection, end, got, spoke):
        truth = self.truth
        if not truth.states[connection, end] and truth.forged and end == "client":
            return  # a raw socket: there is no endpoint
        possible = truth.possible(connection, end, frame)
        right = got in possible or got in ("CLOSED", "LISTEN") and {"CLOSED", "LISTEN"} & set(possible)
        if got == "UNKNOWN":
            right = not spoke
        self.unit("local" if end == truth.view else "remote", frame, bool(right), f"{end} {'/'.join(possible)}", got)

    def cause(self, frame, connection, sender, got, seen, finds, now):
        reset = self.truth.resets.get(frame)
        if reset:
            allowed = allowed_causes(self.truth, seen, frame, connection, sender, finds, now)
            self.unit("cause", frame, got in allowed, f"{'/'.join(sorted(allowed))} ({reset['reason'] or reset['origin']})", got)

    def finds(self, frame, connection, sender, seen, now):
        """This RST shows that its sender no longer has a connection that the other end still holds."""
        reset = self.truth.resets.get(frame)
        return bool(reset and reset["origin"] == "kernel" and not seen.over and not seen.reset and sender not in seen.fins
                    and reset["reason"] in NO_CONNECTION | {"TCP_INVALID_ACK_SEQUENCE"}
                    and (seen.absent(sender, now) or reset["reason"] == "TCP_INVALID_ACK_SEQUENCE")
                    and self.survivor(connection, sender, frame))

    def half_open(self, frame, connection, sender, row, seen, ends, finds):
        """Confirmed exactly on the RST that a kernel without the connection sent; suspected only where the experiment
        made a silence, after repeats enough."""
        truth, got = self.truth, row["tcpstate.half_open"]
        gone = ends.get(row["tcpstate.half_open.gone"])
        if seen.confirmed and got == "confirmed":
            return  # it may be said again
        silence = truth.expects.get("half_open") and truth.expects["gone"] == gone
        dead = gone and truth.state(connection, gone, frame) == "CLOSED" and \
            truth.state(connection, OTHER[gone], frame) in SYNCHRONIZED
        if finds:
            seen.confirmed = True
            right, expected = got == "confirmed" and gone == sender, f"confirmed, {sender} gone"
        elif (silence or dead) and not seen.confirmed and seen.may_be_suspected(gone):
            right, expected = got in ("", "suspected"), "suspected or nothing"
        else:
            right, expected = not got, "nothing"
        if got:
            self.open_verdicts.add((got, gone))
        self.unit("half_open", frame, right, expected, f"{got or 'nothing'}{f', {gone} gone' if got else ''}")
        self.last_half_open = got

    def survivor(self, connection, gone, frame):
        """The other end held a connection that the sender of the RST had had."""
        truth, other = self.truth, OTHER[gone]
        return truth.state(connection, other, frame - 1) in SYNCHRONIZED and truth.was_synchronized(
            connection, gone, frame) and truth.state_at(connection, gone, truth.resets[frame]["time"]) != "SYN-RECEIVED"

    def half_closed(self, frame, connection, sender, flags, row, seen, ends):
        truth = self.truth
        alive = any(truth.was_synchronized(connection, end, frame) for end in OTHER)
        if flags & FIN and frame not in truth.forged and alive:
            seen.fins.setdefault(sender, frame)
        if flags & RST and alive:
            accepted = truth.state(connection, OTHER[sender], frame) == "CLOSED"
            seen.over |= accepted
            seen.reset |= accepted or (frame not in truth.forged and truth.state(connection, sender, frame) == "CLOSED")
        closer = next(iter(seen.fins)) if len(seen.fins) == 1 and not seen.reset else None
        got = ends.get(row["tcpstate.half_closed"])
        self.unit("half_closed", frame, got == closer, f"closed by {closer}" if closer else "nothing",
                  f"closed by {got}" if got else "nothing")

    def finish(self):
        """A silence that was declared must have been suspected (seen from the client)."""
        expects, truth = self.truth.expects, self.truth
        if truth.view != "client" or expects.get("half_open") != "suspected":
            return
        found = ("suspected", expects["gone"]) in self.open_verdicts
        self.unit("half_open", 0, found, f"suspected, {expects['gone']} gone, somewhere", "found" if found else "never")
        if expects.get("recovered"):
            self.unit("half_open", 0, not self.last_half_open, "recovered at the end", self.last_half_open or "recovered")


class Score:
    """Of all captures in a folder."""

    def __init__(self, samples, exceptions):
        self.results = {what: [0, 0, 0] for what in LABELS}     # compared, right, excused
        self.wrong = {what: [] for what in LABELS}
        accounts = sorted(samples.glob("truth/*.truth.jsonl"))
        if not accounts:
            raise Failure(f"no capture with truth in {samples}")
        self.captures = len(accounts)
        with Shark() as shark:
            shark.check_loaded()
            names = [path.name.removesuffix(".truth.jsonl") for path in accounts]
            dissected = dissect(shark, [samples / f"{name}.pcapng" for name in names])
            for name, path, rows in zip(names, accounts, dissected):
                self.add(Sample(name, Truth(path)), rows, exceptions)

    def add(self, sample, rows, exceptions):
        for row in rows:
            sample.frame(row)
        sample.finish()
        for what, frame, right, expected, got in sample.units:
            if not right and exceptions.excuses(sample.name, frame, what):
                self.results[what][2] += 1
                continue
            self.results[what][0] += 1
            self.results[what][1] += right
            if not right:
                self.wrong[what].append(f"{sample.name}\t{frame}\t{what}\tkernel: {expected}\tplugin: {got or 'nothing'}")

    def rate(self, what):
        total, right, _ = self.results[what]
        return 100 * right / total if total else 0

    def table(self):
        lines = ["| what | compared | right | rate | required | excluded |", "|---|---:|---:|---:|---:|---:|"]
        for what, label in LABELS.items():
            total, right, excused = self.results[what]
            lines.append(f"| {label} | {total} | {right} | {self.rate(what):.1f} % | {REQUIRED[what]:g} % | {excused} |")
        return "\n".join(lines)


def update_readme(score):
    readme = CHECKOUT / "README.md"
    begin, end = "<!-- conformance:begin -->", "<!-- conformance:end -->"
    text = (f"{score.captures} captures, by `tests/labs/conformance.py --update-readme`; what is not visible on the wire is excluded, "
            f"[each with its reason](tests/labs/exceptions.tsv).\n\n{score.table()}")
    old = readme.read_text()
    if begin not in old:
        raise Failure(f"README.md has no line {begin}")
    readme.write_text(re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text}\n{end}", old, flags=re.S))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=pathlib.Path, default=CHECKOUT / "sample_pcaps")
    parser.add_argument("--exceptions", type=pathlib.Path, default=HERE / "exceptions.tsv")
    parser.add_argument("--update-readme", action="store_true", help="put the table between its marks in README.md")
    options = parser.parse_args()
    try:
        score = Score(options.samples, Exceptions(options.exceptions))
        for line in (line for lines in score.wrong.values() for line in lines):
            print(line)
        print(f"\n{score.captures} captures\n{score.table()}")
        if options.update_readme:
            update_readme(score)
    except Failure as failure:
        sys.exit(f"conformance: {failure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
