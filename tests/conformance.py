#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the plugin says through real tshark with what the kernels did: every sample capture that has a
truth/NAME.truth.jsonl (labs/TRUTH.md). Prints a table of rates and fails below the required ones."""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from conformance_causes import NO_CONNECTION, allowed_causes  # noqa: E402
from conformance_truth import OTHER, SYNCHRONIZED, Conversation, Exceptions, Truth  # noqa: E402

REQUIRED = {"local": 99.5, "remote": 97.0, "cause": 98.0, "half_open": 100.0, "half_closed": 100.0}
LABELS = {"local": "state of the endpoint at the capture point", "remote": "state of the remote endpoint",
          "cause": "cause of a RST", "half_open": "half-open", "half_closed": "half-closed"}
FIELDS = ["frame.number", "frame.time_relative", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport",
          "tcp.dstport", "tcp.flags", "icmp.type", "icmpv6.type", "tcpstate.conn", "tcpstate.sender", "tcpstate.client.state",
          "tcpstate.server.state", "tcpstate.rst.cause", "tcpstate.half_open", "tcpstate.half_open.gone",
          "tcpstate.half_closed"]
FIN, SYN, RST, ACK = 1, 2, 4, 16


def first(value):
    return value.split(",")[0]


@contextlib.contextmanager
def runner(program):
    """A function that runs tshark on a capture: the given program, or the checkout's own way to load the plugin."""
    if program:
        yield lambda capture, *options: subprocess.run([program, "-r", str(capture), *options],
                                                       capture_output=True, text=True)
        return
    from shark import Failure, Shark
    try:
        with Shark() as shark:
            shark.check_loaded()
            yield lambda capture, *options: shark.tshark("-r", shark.readable(capture), *options)
    except Failure as failure:
        sys.exit(f"conformance: {failure}")


def dissect(tshark, capture):
    options = ["-n", "-T", "fields", "-E", "occurrence=a"]
    for field in FIELDS:
        options += ["-e", field]
    done = tshark(capture, *options)
    if "tcpstate.conn" in done.stderr and "valid" in done.stderr:
        sys.exit("conformance: this tshark knows no tcpstate fields: the plugin is not loaded")
    if done.returncode:
        sys.exit(f"conformance: tshark failed on {capture}: {done.stderr.strip()}")
    for line in done.stdout.splitlines():
        yield dict(zip(FIELDS, line.split("\t")))


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
        return bool(reset and reset["origin"] == "kernel" and not seen.over and sender not in seen.fins
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


def table(results):
    lines = ["| what | compared | right | rate | required | excused |", "|---|---:|---:|---:|---:|---:|"]
    for what, label in LABELS.items():
        total, right, excused = results[what]
        rate = 100 * right / total if total else 0
        lines.append(f"| {label} | {total} | {right} | {rate:.1f} % | {REQUIRED[what]:g} % | {excused} |")
    return "\n".join(lines)


def update_readme(text):
    readme = HERE.parent / "README.md"
    begin, end = "<!-- conformance:begin -->", "<!-- conformance:end -->"
    old = readme.read_text()
    if begin not in old:
        sys.exit(f"conformance: README.md has no line {begin}")
    readme.write_text(re.sub(f"{begin}.*?{end}", lambda _: f"{begin}\n{text}\n{end}", old, flags=re.S))


def record_live(folder):
    """The quick core of the labs, made now on this machine; None where it cannot be."""
    if os.geteuid() != 0:
        return "not root"
    if not os.path.isdir("/sys/kernel/tracing"):
        return "no tracefs"
    done = subprocess.run([HERE.parent / "labs/tcplab", "run", "--quick", "--quiet", "--out", folder],
                          capture_output=True, text=True)
    if done.returncode:
        return f"labs/tcplab failed: {(done.stderr or done.stdout).strip().splitlines()[-1]}"
    return None


def score(tshark, samples, exceptions):
    """({what: [compared, right, excused]}, lines about what was wrong, number of captures)"""
    results, wrong, captures = {what: [0, 0, 0] for what in LABELS}, [], 0
    for path in sorted(samples.glob("truth/*.truth.jsonl")):
        name = path.name.removesuffix(".truth.jsonl")
        sample = Sample(name, Truth(path))
        for row in dissect(tshark, samples / f"{name}.pcapng"):
            sample.frame(row)
        sample.finish()
        captures += 1
        for what, frame, right, expected, got in sample.units:
            if not right and exceptions.excuses(name, frame, what):
                results[what][2] += 1
                continue
            results[what][0] += 1
            results[what][1] += right
            if not right:
                wrong.append(f"{name}\t{frame}\t{what}\tkernel: {expected}\tplugin: {got or 'nothing'}")
    if not captures:
        sys.exit(f"conformance: no capture with truth in {samples}")
    return results, wrong, captures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tshark", help="a tshark that loads the plugin (default: this checkout's release build)")
    parser.add_argument("--samples", type=Path, default=HERE.parent / "sample_pcaps")
    parser.add_argument("--live", action="store_true", help="make the quick core of the labs now, and score that")
    parser.add_argument("--update-readme", action="store_true", help="put the table between its marks in README.md")
    parser.add_argument("--exceptions", type=Path, default=HERE / "conformance_exceptions.tsv")
    options = parser.parse_args()
    exceptions = Exceptions(options.exceptions)
    with contextlib.ExitStack() as stack:
        tshark = stack.enter_context(runner(options.tshark))
        samples = options.samples
        if options.live:
            samples = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tcplab-")))
            samples.chmod(0o755)
            if obstacle := record_live(samples):
                print(f"  skipped: live run of the labs ({obstacle})\n0 passed, 0 failed, 1 skipped")
                return 0
        results, wrong, captures = score(tshark, samples, exceptions)
    for line in wrong:
        print(line)
    print(f"\n{captures} captures\n{table(results)}")
    stale = [] if options.live else [row for row in exceptions.rows if not row[5]]
    for row in stale:
        print(f"{options.exceptions.name}:{row[0]}: excuses nothing any more: {row[1]} {row[2]} {row[3]}")
    low = [what for what, (total, right, _) in results.items() if not total or 100 * right / total < REQUIRED[what]]
    if low:
        print("conformance: below the required rate: " + ", ".join(LABELS[what] for what in low))
    if options.update_readme:
        update_readme(f"{captures} captures, by `tests/conformance.py --update-readme`; what no observer could see is excused, "
                      f"[each with its reason](tests/conformance_exceptions.tsv).\n\n{table(results)}")
    failed = len(low) + len(stale)
    print(f"{len(LABELS) - len(low)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
