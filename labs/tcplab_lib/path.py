# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of packets on their way from one end to the other: the middle's own book (book.py), tied to frames of the
captures. The schema is described in labs/TRUTH.md."""

import json
import platform

import packets

from .middle import OTHER
from .namespaces import Missing

BELATED = 80_000_000    # ns by which the book may be written after the frame was captured, or before


class Point:
    """Where a capture was made: one interface of one machine."""

    def __init__(self, name, capture, interface, frames):
        self.name, self.capture, self.interface, self.frames = name, capture, interface, frames

    def matching(self, frame, identity):
        """The frames that are this packet, or one that is equal to it."""
        segment = packets.parse(frame)
        if segment:
            wanted = identity(segment)
            return [f for f in self.frames if f.segment and identity(f.segment) == wanted]
        return [f for f in self.frames if not f.segment and body(f.bytes) == body(frame)]


def body(frame):
    """What an ICMP error says: behind its IP header."""
    return frame[packets.ETHERNET + (frame[packets.ETHERNET] & 15) * 4:]


class Path:
    def __init__(self, account):
        self.account, self.lab = account, account.lab
        self.identity = self.lab.middle.identity
        self.book = self.lab.middle.book
        self.points = list(self.find_points())
        self.taken = set()
        begins = self.lab.begins
        self.lost = [self.lost_entry(e) for e in self.book.lost
                     if e.time >= begins and (e.segment or packets.is_icmp_error(e.frame))] + list(self.lost_in_outages())
        self.injected = [self.injected_entry(e) for e in self.book.injected if e.time >= begins]
        self.copied = [self.copied_entry(e) for e in self.book.copied if e.time >= begins]
        self.reordered = list(self.find_reordered())

    @property
    def eventful(self):
        return self.lab.passing is not None or self.book.eventful

    def find_points(self):
        name = self.lab.scenario.name
        ends = self.lab.ends
        yield Point("client", f"{name}.pcapng", self.lab.scenario.interface, ends["client"].frames)
        if self.lab.passing:
            for interface in self.lab.middle.interfaces:
                yield Point(f"middle.{interface}", f"{name}.middle.pcapng", interface,
                            [f for f in self.lab.passing.frames if f.interface == interface])
        yield Point("server", f"{name}.server.pcapng", self.lab.scenario.interface, ends["server"].frames)

    def towards(self, end):
        return self.points if end == "server" else self.points[::-1]

    # one packet

    def described(self, frame, sender, when):
        """A segment in words and numbers; these are relative to the first one of that connection, as the sender counts."""
        segment = packets.parse(frame)
        if not segment:
            kind = packets.ETHERNET + (frame[packets.ETHERNET] & 15) * 4
            return {"icmp": [frame[kind], frame[kind + 1]]}
        first = self.first_number(segment, sender, when)
        return {"connection": self.connection(segment), "flags": segment.flag_names,
                "seq": None if first is None else (segment.seq - first) & 0xFFFFFFFF, "length": segment.payload_length,
                "ip_id": segment.ip_id}

    def connection(self, segment):
        """Its number in the list of connections; null for what belongs to none of them."""
        key = (segment.source, segment.sport, segment.destination, segment.dport)
        account = self.account
        for candidate in (key, key[2:] + key[:2]):
            candidate = account.inner(candidate)
            if candidate in account.keys:
                return account.keys.index(candidate)
        return None

    def first_number(self, segment, sender, when):
        """The sender's initial sequence number, from the last SYN of this connection that it had sent by then."""
        number, first = self.connection(segment), None
        for frame in self.lab.ends[sender].frames:
            s = frame.segment
            if s and s.syn and frame.outgoing and frame.time <= when + BELATED and self.connection(s) == number:
                if first is None or (segment.seq - s.seq) & 0xFFFFFFFF < 1 << 31:
                    first = s.seq
        return first

    def find(self, point, entry, latest):
        """That packet's frame at the point. Of equal ones, the last before the book was written, or the first after it."""
        same = [f for f in point.matching(entry.frame, self.identity) if id(f) not in self.taken]
        if latest:
            same = [f for f in same if f.time <= entry.time + BELATED][-1:]
        else:
            same = [f for f in same if f.time >= entry.time - BELATED][:1]
        self.taken.update(map(id, same))
        return [f.number for f in same]

    def lost_entry(self, entry):
        way = self.towards(OTHER[entry.end])
        frames = {point.name: self.find(point, entry, latest=True) for point in way}
        return {"sender": entry.end, **self.described(entry.frame, entry.end, entry.time), "between": self.gap(way, frames),
                "frames": {name: numbers for name, numbers in frames.items() if numbers}, "by": entry.by}

    def lost_in_outages(self):
        """The cable was out, and no relay counts what ran into its end."""
        for end, other in OTHER.items():
            for frame in self.lab.ends[end].frames:
                if frame.outgoing and frame.segment and id(frame) not in self.account.twin and self.book.was_out(frame.time):
                    self.taken.add(id(frame))
                    way = self.towards(other)
                    frames = {point.name: [frame.number] if point.name == end else [] for point in way}
                    yield {"sender": end, **self.described(frame.bytes, end, frame.time), "between": self.gap(way, frames),
                           "frames": {end: [frame.number]}, "by": "the cable is out"}

    def injected_entry(self, entry):
        way = self.towards(entry.end)
        frames = {point.name: self.find(point, entry, latest=False) for point in way}
        seen = [number for number, point in enumerate(way) if frames[point.name]]
        born = [way[max(0, seen[0] - 1)].name, way[seen[0]].name] if seen else None
        named = OTHER[entry.end]
        return {"towards": entry.end, "in_the_name_of": named, **self.described(entry.frame, named, entry.time), "between": born,
                "frames": {name: numbers for name, numbers in frames.items() if numbers}, "by": entry.by}

    def copied_entry(self, entry):
        way = self.towards(OTHER[entry.end])
        frames = {point.name: [f.number for f in point.matching(entry.frame, self.identity)] for point in way}
        for point in way:
            self.taken.update(map(id, point.matching(entry.frame, self.identity)))
        return {"sender": entry.end, **self.described(entry.frame, entry.end, entry.time), "frames": frames, "by": entry.by}

    @staticmethod
    def gap(way, frames):
        """[the last point that saw it, the first that did not]"""
        seen = [number for number, point in enumerate(way) if frames[point.name]]
        last = seen[-1] if seen else 0
        return [way[last].name, way[min(last + 1, len(way) - 1)].name]

    def find_reordered(self):
        """What arrived after something that the same end had sent later."""
        twin = self.account.twin
        by = {self.identity(e.segment): e.by for e in self.book.held if e.segment}
        for end in OTHER:
            sent = [f for f in self.lab.ends[end].frames if f.outgoing and id(f) in twin]
            for number, frame in enumerate(sent):
                before = [twin[id(f)].number for f in sent[number + 1:] if twin[id(f)].time < twin[id(frame)].time]
                if before:
                    yield {"sender": end, **self.described(frame.bytes, end, frame.time),
                           "frames": {end: [frame.number], OTHER[end]: [twin[id(frame)].number]}, "overtaken_by": before,
                           "by": by.get(self.identity(frame.segment), "the network")}

    # the whole

    def check(self):
        """Every frame is accounted for: it passed, or the book says what became of it."""
        if self.lab.scenario.offloads or self.lab.scenario.interface == "lo":
            return
        for end in OTHER:
            for frame in self.lab.ends[end].frames:
                if frame.segment and id(frame) not in self.account.twin and id(frame) not in self.taken:
                    way = "sent, and nothing says where it was lost" if frame.outgoing else "received, and nothing says who sent it"
                    raise Missing(f"the book of the middle is incomplete: frame {frame.number} at the {end} was {way}")

    def connections(self):
        of_client, of_server = (self.account.keys_in(end) for end in ("client", "server"))
        of_client = [self.account.renamed.get(key[:2], key[:2]) + key[2:] for key in of_client]
        return [{end: {"client": list(key[:2]), "server": list(key[2:])} for end, key in (("client", near), ("server", far))}
                for near, far in zip(of_client, of_server)]

    def record(self):
        lab, starts = self.lab, [f.time for end in self.lab.ends.values() for f in end.frames]
        return {"schema": 1, "scenario": lab.scenario.name, "title": lab.scenario.title,
                "kernel": platform.release().split("-")[0], "middle": lab.scenario.middle, "start": min(starts, default=0),
                "points": [{"name": p.name, "capture": p.capture, "interface": p.interface} for p in self.points],
                "connections": self.connections(), "rewritten": self.book.rewritten, "lost": self.lost,
                "injected": self.injected, "copied": self.copied, "reordered": self.reordered,
                "cut_or_joined": list(lab.scenario.offloads), "deaf": [self.deaf_entry(*d) for d in lab.deaf],
                "not_captured": [], "clocks": {machine: {"offset": 0, "skew": 0} for machine in self.machines()}}

    def machines(self):
        return list(dict.fromkeys(point.name.split(".")[0] for point in self.points))

    def deaf_entry(self, when, end, how):
        return {"end": end, "after": {name: self.account.last_before(name, when) for name in OTHER}, "by": how}

    def write(self, path):
        with open(path, "w") as file:
            file.write(lines_of(self.record()))


def lines_of(record):
    """JSON with one line for each thing that a reader may look for."""
    def shown(value):
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(f"  {json.dumps(item)}" for item in value) + "]"
        return json.dumps(value)
    return "{" + ",\n ".join(f"{json.dumps(key)}: {shown(value)}" for key, value in record.items()) + "}\n"
