# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about a capture, made from the plugin's verdicts: always the same ones for the same capture."""

import re
from dataclasses import dataclass

from .verdicts import BETWEEN, segments

STATES = ("CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK "
          "TIME-WAIT UNKNOWN").split()
CAUSES = ("crash refused abort data-after-close after-close keepalive-timeout retransmission-timeout handshake-abort "
          "handshake-rejected crash-reconnect middlebox foreign unsolicited unknown").split()
OUTCOMES = ("closed half-closed half-open crashed forgotten refused unanswered probe embryonic aborted timed-out open "
            "unknown").split()
ENDS = ["client", "server"]
MOST_STATES, MOST_RESETS = 4, 3  # questions of each kind


@dataclass
class Question:
    text: str
    kind: str          # "frame", "number" or "choice"
    answer: str
    explanation: str
    choices: tuple = ()

    def reads(self, text):
        """The answer as it is compared, or None where it is none at all."""
        text = text.strip()
        if self.kind in ("frame", "number"):
            found = re.fullmatch(r"(?:frames?|no\.?|#)?\s*(\d+)(?:\s*bytes?)?", text, re.I)
            return str(int(found.group(1))) if found else None
        plain = {simple(choice): choice for choice in self.choices}
        return plain.get(simple(text))

    def right(self, text):
        return self.reads(text) == self.answer

    def hint(self):
        return {"frame": "a frame number", "number": "a number"}.get(self.kind, "one of: " + ", ".join(self.choices))


def simple(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def sentence(text):
    text = " ".join(text.replace(BETWEEN, "; ").split())
    return text if text.endswith((".", "!", "?")) else text + "."


class Maker:
    def __init__(self, rows):
        self.rows = rows
        connections = list(dict.fromkeys(row["tcpstate.conn"] for row in rows))
        self.many = len(connections) > 1
        self.connections = {c: [r for r in rows if r["tcpstate.conn"] == c] for c in connections}

    def of(self, connection):
        return f" of connection {connection} (filter: tcpstate.conn == {connection})" if self.many else ""

    def whole(self, connection):
        return self.of(connection).removeprefix(" of ") or "the connection"

    def questions(self):
        made = []
        for connection, rows in self.connections.items():
            loud = any(name in row for row in rows for name in ("tcpstate.half_open", "tcpstate.rst.cause"))
            if self.many and not loud and len(self.connections) > 4:
                continue
            made += [*self.half_open(connection, rows), *self.half_closed(connection, rows),
                     *self.states(connection, rows), *self.resets(rows), *self.end(connection, rows)]
        return made

    def half_open(self, connection, rows):
        found = [row for row in rows if row.get("tcpstate.half_open") == "confirmed"]
        if not found:
            return
        row = found[0]
        frame, gone = row["frame.number"], row["tcpstate.half_open.gone"]
        why = sentence(row.get("tcpstate.summary", "this segment proves it"))
        yield Question(f"Which frame reveals that one end{self.of(connection)} had lost the connection?", "frame", frame,
                       why)
        yield Question(f"Which end{self.of(connection)} was gone?", "choice", gone, why, tuple(ENDS))
        yield Question(f"In which frame did the end that was gone{self.of(connection)} give its last sign of life?", "frame",
                       row["tcpstate.half_open.since"],
                       f"It is the last that the {gone} sent before frame {frame}.")
        if "tcpstate.half_open.lost_bytes" in row:
            lost = row["tcpstate.half_open.lost_bytes"]
            yield Question(f"How many bytes of data did the surviving end{self.of(connection)} send into the void?", "number",
                           lost, f"Payload sent after frame {row['tcpstate.half_open.since']} and never acknowledged; "
                           "a retransmission is not counted again.")

    def half_closed(self, connection, rows):
        found = [row for row in rows if "tcpstate.half_closed" in row]
        if not found or int(found[-1].get("tcpstate.half_closed.bytes", 0)) == 0:
            return
        row = found[-1]
        closer, since = row["tcpstate.half_closed"], row["tcpstate.half_closed.since"]
        yield Question(f"Which frame makes {self.whole(connection)} half-closed?", "frame", since,
                       f"It is the {closer}'s FIN; the other direction goes on (RFC 9293 3.6).")
        count = row["tcpstate.half_closed.bytes"]
        yield Question(f"How many bytes of data went the other way while {self.whole(connection)} was half-closed?",
                       "number", count, f"From frame {since} on; filter: tcpstate.half_closed && tcp.len > 0.")

    def states(self, connection, rows):
        seen, made = set(), 0
        for row in rows:
            changes = row.get("tcpstate.transition", "").split(BETWEEN)
            rules = row.get("tcpstate.rule", "").split(BETWEEN)
            for change, rule in zip(changes, rules):
                end, _, state = change.split(" ", 1)[0], "", change.rsplit(" ", 1)[-1]
                if state in ("ESTABLISHED", "SYN-SENT", "UNKNOWN", "LISTEN") or (end, state) in seen or made == MOST_STATES:
                    continue
                if row.get(f"tcpstate.{end}.state") != state:
                    continue
                seen.add((end, state))
                made += 1
                yield Question(f"In which state is the {end}{self.of(connection)} after frame {row['frame.number']}?", "choice",
                               state, sentence(rule), tuple(STATES))

    @staticmethod
    def resets(rows):
        for row in [r for r in rows if "tcpstate.rst.cause" in r][:MOST_RESETS]:
            frame, cause = row["frame.number"], row["tcpstate.rst.cause"]
            why = sentence(row.get("tcpstate.rst.explanation") or row.get("tcpstate.summary", cause))
            yield Question(f"Why was the RST in frame {frame} sent?", "choice", cause, why, tuple(CAUSES))
            if "tcpstate.rst.trigger" in row:
                trigger = row["tcpstate.rst.trigger"]
                yield Question(f"Which frame does the RST in frame {frame} answer?", "frame", trigger,
                               "Its numbers explain those of the RST (RFC 9293 3.10.7.1).")

    def end(self, connection, rows):
        first = next((r["tcpstate.closed_first"] for r in reversed(rows) if "tcpstate.closed_first" in r), None)
        outcome = rows[-1].get("tcpstate.outcome")
        if first and outcome == "closed":
            yield Question(f"Which end{self.of(connection)} closed first?", "choice", first,
                           f"The {first} sent the first FIN.", tuple(ENDS))
        if outcome:
            yield Question(f"How did {self.whole(connection)} end?", "choice", outcome,
                           "See tcpstate.outcome on each of its frames.", tuple(OUTCOMES))


def questions_about(capture):
    return Maker(segments(capture)).questions()
