# SPDX-License-Identifier: GPL-2.0-or-later
"""The connections of a capture from `-z tcpstate,connections,json`: how many ended how, and those in trouble, worst first;
and what is wrong with the capture itself."""
import collections
import json
import re

from shark import Failure, last_line

# Outcomes that deserve a look, the worst first; all others (closed, open, probe ...) are no trouble.
TROUBLE = ("crashed", "half-open", "timed-out", "forgotten", "aborted", "half-closed", "embryonic", "unanswered", "refused")
SHOWN = 20      # of the connections in trouble, unless all are asked for


def check(result, capture):
    """Nothing printed is a failure; a capture that is cut short only deserves a note. Returns the note."""
    if not result.returncode:
        return ""
    said = last_line(result.stderr).removeprefix("tshark: ")
    if "isn't a capture file" in result.stderr:
        raise Failure(f"{capture} is not a capture file that Wireshark understands")
    if not result.stdout:
        raise Failure(f"tshark cannot read {capture}: {said}")
    return said


class Connections:
    """The rows of the table, and the remarks about the capture: (frame, text)."""

    def __init__(self, shark, path, name, filter=None):
        suffix = "," + filter if filter else ""
        passes = ["-2"] if filter else []       # the filter may ask for what depends on later packets
        remarks = ["-Y", "tcpstate.remark", "-T", "fields", "-e", "frame.number", "-e", "tcpstate.remark"]
        result = shark.tshark(*passes, "-n", "-r", path, *remarks, "-z", "tcpstate,connections,json" + suffix)
        if filter and (wrong := re.search(r'Filter ".*" is invalid.*', result.stderr)):
            raise Failure(wrong[0][0].lower() + wrong[0][1:])
        self.note = check(result, name)
        lines = result.stdout.splitlines()
        self.rows = [json.loads(line) for line in lines if line.startswith("{")]
        self.remarks = [line.split("\t") for line in lines if "\t" in line and not line.startswith("{")]

    def segments(self):
        return sum(row["client_frames"] + row["server_frames"] for row in self.rows)

    def numbers(self):
        return {row["conn"] for row in self.rows}

    def in_trouble(self):
        worst_first = [row for row in self.rows if row["outcome"] in TROUBLE]
        return sorted(worst_first, key=lambda row: (TROUBLE.index(row["outcome"]), row["conn"]))

    def line(self, row):
        ends = []
        for who in ("client", "server"):
            address = f"[{row[who]}]" if ":" in row[who] else row[who]
            ends.append(f"{who} {address}:{row[who + '_port']}")
        guessed = " (roles guessed)" if row["roles"] == "guessed" else ""
        usual = row["outcome"] == "closed" and not (row["half_closed_bytes"] or row["half_open"] or row["rst_cause"])
        sentence = "" if usual else row["sentence"]
        return f"connection {row['conn']}: {', '.join(ends)}{guessed}: {row['outcome']}" + (f"; {sentence}" if sentence else "")

    def counts(self):
        """2 crashed, 1 aborted, 40 closed: those in trouble first, then by frequency."""
        count = collections.Counter(row["outcome"] for row in self.rows)
        rank = {outcome: n for n, outcome in enumerate(TROUBLE)}
        order = sorted(count, key=lambda outcome: (rank.get(outcome, len(rank)), -count[outcome], outcome))
        return ", ".join(f"{count[outcome]} {outcome}" for outcome in order)

    def print_counts(self):
        print(f"{self.segments()} TCP segments, {len(self.rows)} connections: {self.counts()}")

    def print_all(self):
        for row in self.rows:
            print(self.line(row))

    def print_trouble(self, limit=None):
        rows = self.in_trouble()
        for row in rows[:limit]:
            print(self.line(row))
        return len(rows)

    def print_remarks(self):
        for frame, text in self.remarks:
            print(f"about the capture, frame {frame}: {text}")

    def print_overview(self):
        self.print_counts()
        total = len(self.in_trouble())
        print(f"\nConnections in trouble: {total or 'none'}" + (f", the worst {SHOWN} first" if total > SHOWN else ""))
        self.print_trouble(SHOWN)
        if self.remarks:
            print()
        self.print_remarks()
        print("\nMore: --trouble lists every connection in trouble, --connections every connection, --timeline N the segments of "
              "connection N,\n--all every segment.")
