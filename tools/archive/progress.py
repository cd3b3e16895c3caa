# SPDX-License-Identifier: GPL-2.0-or-later
"""One line about how far it is: rewritten in place on a terminal, else one now and then."""
import sys
import time


def size(number):
    for unit in "B", "kB", "MB", "GB":
        if number < 999.5:
            break
        number /= 1000
    else:
        unit = "TB"
    return f"{number:.3g} {unit}" if number < 100 else f"{number:.0f} {unit}"


def count(number):
    return f"{number:,}".replace(",", " ")


def span(seconds):
    seconds = int(seconds + 0.5)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


class Progress:
    def __init__(self, title, unit, total, quiet=False):
        self.title, self.unit, self.total, self.quiet = title, unit, total, quiet
        self.files, self.packets, self.bytes, self.all_bytes = 0, 0, 0, 0
        self.began = self.shown = time.monotonic()
        self.live = sys.stderr.isatty()
        self.every = 0.2 if self.live else 30

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.live and not self.quiet:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def add(self, packets, number):
        self.files += 1
        self.packets += packets
        self.bytes += number
        self.show()

    def show(self):
        now = time.monotonic()
        if self.quiet or now - self.shown < self.every:
            return
        self.shown = now
        sys.stderr.write(("\r\x1b[K" if self.live else "") + self.line(now - self.began) + ("" if self.live else "\n"))
        sys.stderr.flush()

    def line(self, took):
        done = self.bytes / self.all_bytes if self.all_bytes else self.files / max(1, self.total)
        bar = "#" * int(20 * done) + "." * (20 - int(20 * done))
        line = f"{self.title} [{bar}] {self.files}/{self.total} {self.unit}, {count(self.packets)} packets"
        if self.all_bytes:
            line += f", {size(self.bytes)} of {size(self.all_bytes)}"
        if done > 0:
            line += f", {span(took * (1 - done) / done)} left"
        return line
