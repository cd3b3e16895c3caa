# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about a capture, made from the plugin's verdicts: always the same ones for the same capture."""

import difflib
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
    clue: str          # what helps to find the answer, and is not the answer
    choices: tuple = ()

    def reads(self, text):
        """The answer as it is compared, or None where it is none at all."""
        text = text.strip()
        if self.kind in ("frame", "number"):
            found = re.fullmatch(r"(?:frames?|no\.?|#)?\s*(\d+)(?:\s*bytes?)?", text, re.I)
            return str(int(found.group(1))) if found else None
        return self.plain().get(simple(text))

    def plain(self):
        return {simple(choice): choice for choice in self.choices}

    def right(self, text):
        return self.reads(text) == self.answer

    def form(self):
        """What an answer looks like."""
        return {"frame": "a frame number", "number": "a number"}.get(self.kind, "one of: " + ", ".join(self.choices))

    def meant(self, text):
        """The choice that was probably meant, or None."""
        plain = self.plain()
        near = difflib.get_close_matches(simple(text), plain, 1)
        return plain[near[0]] if near else None


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
        if not found or uncertain(found[0]):
            return
        row = found[0]
        frame, gone = row["frame.number"], row["tcpstate.half_open.gone"]
        why = sentence(row.get("tcpstate.summary", "this segment proves it"))
        yield Question(f"Which frame reveals that one endpoint{self.of(connection)} had lost the connection?", "frame", frame,
                       why, "An endpoint without the connection answers any segment with a RST (RFC 9293 3.10.7.1).")
        yield Question(f"Which endpoint{self.of(connection)} was gone?", "choice", gone, why,
                       "Look at the sender of the RST, and at who had gone on sending before it.", tuple(ENDS))
        yield Question(f"Which frame is the last sign of life of the endpoint that was gone{self.of(connection)}?", "frame",
                       row["tcpstate.half_open.since"], f"It is the last segment of the {gone} before frame {frame}.",
                       "Follow that endpoint's segments back from the RST.")
        if "tcpstate.half_open.lost_bytes" in row:
            lost = row["tcpstate.half_open.lost_bytes"]
            yield Question(f"How many bytes of data{self.of(connection)} were sent to the endpoint that was gone and are lost?", "number",
                           lost, f"Payload sent after frame {row['tcpstate.half_open.since']} and never acknowledged; "
                           "a retransmission is not counted again.", "Filter: tcp.len > 0. Which of it was never acknowledged?")

    def half_closed(self, connection, rows):
        found = [row for row in rows if "tcpstate.half_closed" in row]
        if not found or int(found[-1].get("tcpstate.half_closed.bytes", 0)) == 0:
            return
        row = found[-1]
        closer, since = row["tcpstate.half_closed"], row["tcpstate.half_closed.since"]
        yield Question(f"Which frame makes {self.whole(connection)} half-closed?", "frame", since,
                       f"It is the {closer}'s FIN; the other direction stays open (RFC 9293 3.6).", "Filter: tcp.flags.fin == 1.")
        count = row["tcpstate.half_closed.bytes"]
        yield Question(f"How many bytes of data were sent in the open direction while {self.whole(connection)} was half-closed?",
                       "number", count, f"From frame {since} on; filter: tcpstate.half_closed && tcp.len > 0.",
                       f"Add up tcp.len of what the other endpoint sent after the first FIN (the {closer}'s).")

    def states(self, connection, rows):
        seen, made = set(), 0
        for row in rows:
            changes = row.get("tcpstate.transition", "").split(BETWEEN)
            rules = row.get("tcpstate.rule", "").split(BETWEEN)
            for change, rule in zip(changes, rules):
                end, before, state = change.split(" ", 1)[0], change.split(" ")[1:2], change.rsplit(" ", 1)[-1]
                if state in ("ESTABLISHED", "SYN-SENT", "UNKNOWN", "LISTEN") or (end, state) in seen or made == MOST_STATES:
                    continue
                if row.get(f"tcpstate.{end}.state") != state:
                    continue
                seen.add((end, state))
                made += 1
                yield Question(f"In which state is the {end}{self.of(connection)} after frame {row['frame.number']}?", "choice",
                               state, sentence(rule), f"Before this frame it was in {before[0]}. Did it send this segment or receive it? "
                               "See RFC 9293, figure 5, or docs/state-machine.md.", tuple(STATES))

    @staticmethod
    def resets(rows):
        for row in [r for r in rows if "tcpstate.rst.cause" in r and not uncertain(r)][:MOST_RESETS]:
            frame, cause = row["frame.number"], row["tcpstate.rst.cause"]
            why = sentence(row.get("tcpstate.rst.explanation") or row.get("tcpstate.summary", cause))
            kind = {"reply": "It is a reply: its sender had no such connection, or had closed it.",
                    "active": "It is active: its sender had the connection, and ended it."}.get(row.get("tcpstate.rst.kind"), "")
            yield Question(f"Why was the RST in frame {frame} sent?", "choice", cause, why,
                           f"{kind} What had its sender sent before, and when?".strip(), tuple(CAUSES))
            if "tcpstate.rst.trigger" in row:
                trigger = row["tcpstate.rst.trigger"]
                yield Question(f"Which frame does the RST in frame {frame} answer?", "frame", trigger,
                               "Its numbers explain those of the RST (RFC 9293 3.10.7.1).",
                               "The sequence number of the RST is the acknowledgment number of the segment that it answers; if that "
                               "had no ACK, the RST acknowledges it.")

    def end(self, connection, rows):
        first = next((r["tcpstate.closed_first"] for r in reversed(rows) if "tcpstate.closed_first" in r), None)
        outcome = rows[-1].get("tcpstate.outcome")
        if first and outcome == "closed":
            yield Question(f"Which endpoint{self.of(connection)} closed first?", "choice", first,
                           f"The {first} sent the first FIN.", "Filter: tcp.flags.fin == 1.", tuple(ENDS))
        if outcome and not any(map(uncertain, rows)):
            yield Question(f"How did {self.whole(connection)} end?", "choice", outcome,
                           "See tcpstate.outcome on each of its frames.",
                           "Is there a RST that was accepted? If not, did both endpoints send FIN, and was each acknowledged?",
                           tuple(OUTCOMES))


def uncertain(row):
    """A RST whose cause is only possible: what follows from it is no truth that an answer can be graded by."""
    return row.get("tcpstate.rst.confidence") == "possible"


def spread(items, count):
    """So many of them, from the beginning to the end, and always the same ones."""
    return [items[i * len(items) // count] for i in range(count)] if count < len(items) else items


def questions_about(capture, count=None):
    made = Maker(segments(capture)).questions()
    return spread(made, count) if count else made
