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
    """`sizes`: {path: bytes} of the files to read."""

    def __init__(self, title, quiet, sizes):
        self.title, self.quiet, self.sizes, self.done = title, quiet, sizes, {}
        self.began = self.shown = time.monotonic()
        self.live = sys.stderr.isatty()
        self.every = 0.2 if self.live else 30

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.live and not self.quiet:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def add(self, done):
        """{path: packets} of files that are in the result."""
        self.done.update(done)
        self.show({})

    def show(self, read):
        """`read`: as `done`, of files that were read to their end."""
        now = time.monotonic()
        if self.quiet or now - self.shown < self.every:
            return
        self.shown = now
        sys.stderr.write(("\r\x1b[K" if self.live else "") + self.line(now - self.began, self.done | read) + ("" if self.live else "\n"))
        sys.stderr.flush()

    def line(self, took, done):
        read, of = sum(self.sizes.get(path, 0) for path in done), sum(self.sizes.values())
        part = read / of if of else 0
        bar = "#" * int(20 * part) + "." * (20 - int(20 * part))
        line = (f"{self.title} [{bar}] {len(done)}/{len(self.sizes)} files, {count(sum(done.values()))} packets, "
                f"{size(read)} of {size(of)}")
        return line + (f", {span(took * (1 - part) / part)} left" if part > 0 else "")
