# SPDX-License-Identifier: GPL-2.0-or-later
"""What conformance.py reads: the kernel's account of a capture (labs/TRUTH.md), and the exceptions."""

import fnmatch
import json
import sys
from collections import defaultdict

SYNCHRONIZED = {"ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}
OTHER = {"client": "server", "server": "client"}
# docs/contract.md: what is no absence yet, and what is no suspicion yet.
ABSENCE, REPEATS, SILENCE = 0.1, 4, 3.0


class Truth:
    """One .truth.jsonl file."""

    def __init__(self, path):
        with open(path) as file:
            records = [json.loads(line) for line in file]
        self.header = records[0]
        self.view = self.header["capture"]
        self.forged = set(self.header.get("forged", []))
        self.expects = self.header["expects"]
        self.initial, self.states, self.resets = {}, defaultdict(list), {}
        for record in records[1:]:
            if record["type"] == "initial":
                self.initial[record["connection"], record["end"]] = record["state"]
            elif record["type"] == "state":
                self.states[record["connection"], record["end"]].append(record)
            elif record["type"] == "reset" and record["frame"]:
                self.resets[record["frame"]] = record
        self.numbers = {}
        for number, pair in enumerate(self.header["connections"]):
            ends = tuple(pair["client"]), tuple(pair["server"])
            self.numbers[ends[0], ends[1]] = number, "client"
            self.numbers[ends[1], ends[0]] = number, "server"

    def possible(self, connection, end, frame):
        """The states an observer may name after this frame: one, but where segments crossed."""
        states = [self.initial.get((connection, end))]
        for record in self.states[connection, end]:
            if record["frame"] < frame or (record["frame"] == frame and record["relation"] != "between"):
                certain = record["frame"] < frame or "crossed" not in record
                states = [record["new"]] if certain else [*states, record["new"]]
            elif record.get("crossed", frame + 1) <= frame:
                states.append(record["new"])
        return states

    def state(self, connection, end, frame):
        return self.possible(connection, end, frame)[-1]

    def state_at(self, connection, end, time):
        """The kernel's state at that moment, seen or not."""
        state = self.initial.get((connection, end))
        for record in self.states[connection, end]:
            if record["time"] < time:
                state = record["new"]
        return state

    def was_synchronized(self, connection, end, frame):
        return any(r["new"] in SYNCHRONIZED and r["frame"] <= frame for r in self.states[connection, end])

    def reborn(self, connection, frame):
        """A new socket of the same 4-tuple sends its first SYN in this frame."""
        return any(r["new"] == "SYN-SENT" and r["frame"] == frame and r["relation"] == "precedes"
                   for end in OTHER for r in self.states[connection, end])


class Conversation:
    """What has been seen of one 4-tuple so far."""

    def __init__(self):
        self.spoke, self.fins, self.syn, self.opened = set(), {}, False, False
        self.over = False  # a RST was accepted
        self.reset = False  # or sent by an endpoint that is gone with it
        self.confirmed = False
        self.heard = {}  # end -> when last
        self.unanswered = {"client": [], "server": []}  # end -> when it has sent since the other was heard

    def hear(self, sender, now):
        self.heard[sender] = now
        self.unanswered[OTHER[sender]].clear()
        self.unanswered[sender].append(now)

    def absent(self, end, now):
        return now - self.heard.get(end, -ABSENCE) >= ABSENCE

    def repeats(self, end):
        """At most: not each segment repeats the one before."""
        return len(self.unanswered[end]) - 1

    def may_be_suspected(self, gone):
        """The other end may have repeated itself often and long enough."""
        sent = self.unanswered[OTHER[gone]]
        return len(sent) > REPEATS and sent[-1] - sent[0] >= SILENCE


class Exceptions:
    """exceptions.tsv: capture, frames, what, reason."""

    def __init__(self, path):
        self.rows = []
        if path.exists():
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if line.strip() and not line.startswith("#"):
                    parts = line.split("\t")
                    if len(parts) != 4:
                        sys.exit(f"conformance: {path.name}:{number}: four columns separated by tabs are needed")
                    self.rows.append([number, *parts, 0])

    def useless(self):
        """Those that have excused nothing."""
        return [f"line {number}: {capture} {frames} {what}" for number, capture, frames, what, _, used in self.rows if not used]

    def excuses(self, name, frame, what):
        for row in self.rows:
            _, capture, frames, kind, _, _ = row
            if fnmatch.fnmatch(name, capture) and kind in (what, "*") and self.within(frame, frames):
                row[5] += 1
                return True
        return False

    @staticmethod
    def within(frame, frames):
        if frames == "*":
            return True
        for part in frames.split(","):
            low, _, high = part.partition("-")
            if int(low) <= frame <= int(high or low):
                return True
        return False
