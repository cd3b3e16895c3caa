# SPDX-License-Identifier: GPL-2.0-or-later
"""What the middle itself writes down of what it does to packets. Nothing here is concluded from a capture."""

import time
from dataclasses import dataclass

import packets


@dataclass
class Entry:
    time: int           # nanoseconds since 1970
    end: str            # who sent it, or, of what was injected, to whom
    frame: bytes
    by: str             # what did it, in words

    @property
    def segment(self):
        return packets.parse(self.frame)


class Book:
    def __init__(self):
        self.lost, self.injected, self.copied, self.held = [], [], [], []
        self.rewritten = []     # as in the truth file
        self.outages = []       # [from, to] in which a cable was out

    def lose(self, sender, frame, by):
        self.lost.append(Entry(time.time_ns(), sender, frame, by))

    def inject(self, towards, frame, by):
        self.injected.append(Entry(time.time_ns(), towards, frame, by))

    def copy(self, sender, frame, by):
        self.copied.append(Entry(time.time_ns(), sender, frame, by))

    def hold(self, sender, frame, by):
        self.held.append(Entry(time.time_ns(), sender, frame, by))

    def pull(self):
        self.outages.append([time.time_ns(), None])

    def plug(self):
        self.outages[-1][1] = time.time_ns()

    def was_out(self, when):
        return any(start <= when and (end is None or when <= end) for start, end in self.outages)

    @property
    def eventful(self):
        return bool(self.lost or self.injected or self.copied or self.held or self.rewritten or self.outages)
