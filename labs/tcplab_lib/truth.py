# SPDX-License-Identifier: GPL-2.0-or-later
"""From the kernel's events, the sampled socket tables and both captures: what really happened, each state and
each reset tied to a frame of one capture. The schema is described in labs/TRUTH.md."""

import json
import platform

from .tracing import Change, Reset

MS = 1_000_000
NEAR = 2 * MS       # an event and its frame, when the kernel timed both
SAMPLED = 30 * MS   # when the state was only sampled
SENT = {"SYN-SENT": "S", "SYN-RECEIVED": "SA", "FIN-WAIT-1": "F", "LAST-ACK": "F"}
ARRIVED = {"CLOSE-WAIT": "F", "CLOSING": "F"}  # what must have come for it
MINI = ("SYN-RECEIVED", "TIME-WAIT", "FIN-WAIT-2")  # states the trace events do not tell, or tell as CLOSE


class Account:
    """Both ends' timelines. View it from either capture."""

    def __init__(self, lab, events):
        self.lab, self.ends = lab, lab.ends
        self.changes = [event for event in events if isinstance(event, Change)]
        self.resets = [event for event in events if isinstance(event, Reset)]
        self.traced = lab.trace is not None
        self.owner = {address: end for end, pair in lab.addresses.items() for address in pair}
        self.pair_frames()
        self.outer = self.translations()
        self.keys = self.connections()
        self.timelines = {(end, number): self.timeline(end, self.key(end, number))
                          for end in self.ends for number, key in enumerate(self.keys)
                          if end == "client" or self.owner.get(key[2]) == "server"}

    def connections(self):
        """The client's 4-tuples, in order of appearance in either capture."""
        keys, seen = [], set()
        frames = sorted((f for e in self.ends.values() for f in e.frames if f.segment), key=lambda f: f.time)
        for frame in frames:
            s = frame.segment
            key = (s.source, s.sport, s.destination, s.dport)
            if self.owner.get(s.source) == "server":
                key = key[2:] + key[:2]
            key = self.inner(key)
            if key not in seen:
                seen.add(key)
                keys.append(key)
        return keys

    def translations(self):
        """What a NAT put in place of the client's address and port, and these: first come, first kept. If it puts something else
        later, that is a connection of its own for the server."""
        outer, self.renamed = {}, {}
        for frame in self.ends["server"].frames:
            twin = self.twin.get(id(frame))
            if twin and not frame.outgoing:
                outside, inside = ((s.source, s.sport) for s in (frame.segment, twin.segment))
                if outside not in outer:
                    (self.renamed if inside in outer.values() else outer).setdefault(outside, inside)
        return outer

    def inner(self, key):
        """The client's 4-tuple as the client itself knows it."""
        return self.outer.get(key[:2], key[:2]) + key[2:]

    def key(self, end, number):
        key = self.keys[number]
        if end == "client":
            return self.renamed.get(key[:2], key[:2]) + key[2:]
        seen_as = next((outside for outside, inside in self.outer.items() if inside == key[:2]), key[:2])
        return key[2:] + seen_as

    def keys_in(self, view):
        """The client's 4-tuples as that capture shows them."""
        if view == "client":
            return self.keys
        return [key[2:] + key[:2] for key in (self.key(view, number) for number in range(len(self.keys)))]

    def pair_frames(self):
        """Which frame of one capture is the same packet in the other."""
        self.twin = {}
        client, server = self.ends["client"], self.ends["server"]
        for sender, receiver in ((client, server), (server, client)):
            sent = [f for f in sender.frames if f.outgoing and f.segment]
            for frame in receiver.frames:
                if frame.outgoing or not frame.segment:
                    continue
                same = [f for f in sent if self.lab.middle.identity(f.segment) == self.lab.middle.identity(frame.segment)
                        and f.time + self.lab.middle.delay * 1e9 <= frame.time]
                if same:  # of identical ones: the first on its way, or else the last that was held back
                    recent = [f for f in same if frame.time - f.time < SAMPLED]
                    one = recent[0] if recent else same[-1]
                    sent.remove(one)
                    self.twin[id(one)], self.twin[id(frame)] = frame, one

    def frames_of(self, end, key):
        reverse = key[2:] + key[:2]
        for frame in self.ends[end].frames:
            s = frame.segment
            if s and (s.source, s.sport, s.destination, s.dport) == (key if frame.outgoing else reverse):
                yield frame

    # one end of one connection

    def timeline(self, end, key):
        """[(time, old, new, source)]"""
        frames = list(self.frames_of(end, key))
        points = [(c.time, 0, c) for c in self.changes if c.key == key]
        points += [(s.first, 1, s) for s in self.ends[end].samples]
        points += [(f.time, 2, f) for f in frames if f.outgoing and f.segment.syn and not f.segment.rst
                   and f.segment.identity not in self.lab.injected]
        state, mini, line, traced = self.initial(end, key), False, [], "CLOSED"
        for when, _, point in sorted(points, key=lambda p: p[:2]):
            old, new, source = state, None, "trace"
            if isinstance(point, Change):
                if point.old not in ("CLOSED", "LISTEN", traced) and (point.old, traced) != ("SYN-RECEIVED", "CLOSED"):
                    continue  # an orphan of an earlier run with the same addresses
                traced = point.new
                if point.old == "LISTEN":
                    continue
                new, mini = point.new, False
                if new == "CLOSED":
                    new = self.after_close(end, key, when)
                    mini = new != "CLOSED"
            elif hasattr(point, "table"):
                new, source = point.table.get(key), "sample"
                if self.traced and not self.tells(state, mini, new):
                    continue
                new = new or ("CLOSED" if state != self.initial(end, key) or line else state)
                mini = new in MINI
            elif state in ("CLOSED", "LISTEN"):
                new, source, mini = ("SYN-RECEIVED" if point.segment.acks else "SYN-SENT"), "wire", point.segment.acks
            if new and new != old:
                line.append((when, old, new, source))
                state = new
        return line

    @staticmethod
    def tells(state, mini, sampled):
        """Whether a sample knows more than the trace."""
        if sampled == "SYN-RECEIVED":
            return state in ("CLOSED", "LISTEN", "TIME-WAIT")
        if sampled == "TIME-WAIT":
            return mini
        return sampled is None and mini

    def after_close(self, end, key, when):
        for sample in self.ends[end].samples:
            if sample.last > when:
                left = sample.table.get(key)
                if left in (None, "TIME-WAIT", "FIN-WAIT-2"):
                    return left or "CLOSED"     # else this table was read before
        return "CLOSED"

    def initial(self, end, key):
        """LISTEN where something listened when the first frame was seen."""
        frame = next(self.frames_of(end, key), None)
        if not frame:
            return "CLOSED"
        table = {}
        for sample in self.ends[end].samples:
            if sample.first <= frame.time:
                table = sample.table
        listening = any(state == "LISTEN" and k[1] == key[1] for k, state in table.items())
        return "LISTEN" if listening else "CLOSED"

    # frames

    def cause(self, end, key, when, old, new, source):
        """(frame of that end, "precedes" or "follows") or (None, "between")."""
        window = NEAR if source != "sample" else SAMPLED
        frames = [f for f in self.frames_of(end, key) if abs(f.time - when) <= window]
        if new in SENT and (old, new) != ("SYN-SENT", "SYN-RECEIVED"):
            sent = [f for f in frames if f.outgoing and f.segment.has(SENT[new]) and (window == SAMPLED or
                    f.time >= when - 300_000)]
            if sent:
                return sent[0], "precedes"
            if new != "SYN-RECEIVED":
                return None, "between"
        if new == "CLOSED":
            resets = [f for f in frames if f.outgoing and f.segment.rst]
            if resets:
                return min(resets, key=lambda f: abs(f.time - when)), "follows"
        received = [f for f in frames if not f.outgoing and f.time <= when + 1_000]
        flags = "S" if old == "SYN-SENT" else ARRIVED.get(new, "")
        received = [f for f in received if f.segment.has(flags)] or received
        return (received[-1], "follows") if received else (None, "between")

    def number_in(self, view, end, frame):
        """The frame's number in that capture, or None where it was never seen."""
        if frame is None:
            return None
        if end != view:
            frame = self.twin.get(id(frame))
        return frame.number if frame else None

    def last_before(self, view, when):
        return max((f.number for f in self.ends[view].frames if f.time <= when), default=0)

    # the records of one capture

    def states(self, view):
        for (end, number), line in self.timelines.items():
            key, floor = self.key(end, number), 0
            for when, old, new, source in line:
                frame, relation = self.cause(end, key, when, old, new, source)
                seen = self.number_in(view, end, frame)
                if seen is None:
                    relation = "between"
                at = max(floor, seen if seen is not None else self.last_before(view, when))
                record = {"type": "state", "time": when, "connection": number, "end": end, "old": old, "new": new,
                          "relation": relation, "frame": at, "source": source}
                if relation == "follows":
                    at = record["frame"] = max(at, self.sent_before(view, end, key, frame.time))
                    if seen < at:
                        record["crossed"] = seen
                floor = at
                yield record

    def sent_before(self, view, end, key, when):
        """The last frame of that capture which this end had sent before."""
        numbers = [self.number_in(view, end, f) for f in self.frames_of(end, key)
                   if f.outgoing and f.time < when]
        return max((n for n in numbers if n), default=0)

    def reset_records(self, view):
        told = set()
        for event in self.resets:
            end = self.owner[event.key[0]]
            near = [f for f in self.ends[end].frames if f.outgoing and f.segment and f.segment.rst
                    and self.is_of(f.segment, event.key) and abs(f.time - event.time) <= NEAR and id(f) not in told]
            frame = min(near, key=lambda f: abs(f.time - event.time), default=None)
            key = event.key
            if frame:
                told.add(id(frame))
                s = frame.segment
                key = (s.source, s.sport, s.destination, s.dport)
            yield self.reset(view, end, frame, event.time, key, event.reason, "kernel", event.state)
        for end in self.ends:
            for frame in self.ends[end].frames:
                if frame.segment and frame.segment.rst and frame.outgoing and id(frame) not in told:
                    s = frame.segment
                    made = "raw socket" if s.identity in self.lab.injected else "kernel"
                    reason = self.lab.scenario.reason if made == "kernel" else None
                    yield self.reset(view, end, frame, frame.time, (s.source, s.sport, s.destination, s.dport),
                                     reason, made, None)
        for frame in self.ends[view].frames:  # what no end sent
            s = frame.segment
            if s and s.rst and not frame.outgoing and id(frame) not in self.twin:
                yield self.reset(view, self.owner.get(s.source, "client"), frame, frame.time,
                                 (s.source, s.sport, s.destination, s.dport), None, "middle", None, at=view)

    @staticmethod
    def is_of(segment, key):
        """A listener's event names no peer."""
        mine = (segment.source, segment.sport) == key[:2]
        return mine and (key[3] == 0 or (segment.destination, segment.dport) == key[2:])

    def reset(self, view, end, frame, when, key, reason, origin, state, at=None):
        trigger = None
        if frame and origin == "kernel":
            before = [f for f in self.frames_of(end, key) if not f.outgoing
                      and 0 <= frame.time - f.time <= NEAR]
            trigger = self.number_in(view, end, before[-1]) if before else None
        key = self.inner(key if end == "client" else key[2:] + key[:2])
        return {"type": "reset", "time": when, "connection": self.keys.index(key) if key in self.keys else None,
                "end": end, "reason": reason, "origin": origin, "state": state,
                "frame": self.number_in(view, at or end, frame), "trigger": trigger,
                "after": self.last_before(view, when)}

    def forged(self, view):
        """The frames of this capture that no endpoint's kernel sent."""
        return [f.number for f in self.ends[view].frames if f.segment and (
            f.segment.identity in self.lab.injected or not f.outgoing and f.segment.rst and id(f) not in self.twin)]

    def records(self, view):
        start = self.ends[view].frames[0].time if self.ends[view].frames else self.lab.steps[0][0]
        lab = self.lab
        yield {"type": "header", "schema": 1, "scenario": lab.scenario.name, "title": lab.scenario.title,
               "capture": view, "start": start, "kernel": platform.release().split("-")[0],
               "truth": "tracefs" if self.traced else "samples",
               "client": list(lab.addresses["client"]), "server": list(lab.addresses["server"]),
               "connections": [{"client": list(k[:2]), "server": list(k[2:])} for k in self.keys_in(view)],
               "frames": len(self.ends[view].frames), "forged": self.forged(view), "expects": lab.scenario.expects}
        for end, number in self.timelines:
            yield {"type": "initial", "connection": number, "end": end,
                   "state": self.initial(end, self.key(end, number))}
        body = [{"type": "step", "time": when, "text": text, "frame": self.last_before(view, when)}
                for when, text in lab.steps]
        body += [*self.states(view), *self.reset_records(view)]
        for record in sorted(body, key=lambda r: r["time"]):
            yield {**record, "time": round((record["time"] - start) / 1e9, 6)}

    def write(self, path, view):
        with open(path, "w") as file:
            for record in self.records(view):
                file.write(json.dumps(record) + "\n")
