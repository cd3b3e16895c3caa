#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Variants of recorded pairs, which no experiment can record: one file's clock is wrong, or its capture missed packets. Writes
captures and truth/*.path.json as labs/tcplab does.

    tests/labs/variants.py FOLDER"""

import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path[:0] = [str(CHECKOUT / "tests/lib"), str(CHECKOUT / "tools"), str(CHECKOUT / "labs")]

import captures  # noqa: E402
import packets  # noqa: E402
from samples import SAMPLES  # noqa: E402
from tcplab_lib.path import lines_of  # noqa: E402

SECOND = 10**9
OFFSET, SKEW = 3600, 200


class Variant:
    """A copy of a recorded experiment under another name; what is done to it is done to the server's capture."""

    def __init__(self, folder, name, origin):
        self.folder, self.name, self.origin = pathlib.Path(folder), name, origin
        self.truth = json.loads((SAMPLES / f"truth/{origin}.path.json").read_text())
        self.server = self.folder / f"{name}.server.pcapng"
        (self.folder / "truth").mkdir(parents=True, exist_ok=True)
        for point in self.truth["points"]:
            there = self.folder / self.renamed(point["capture"])
            shutil.copyfile(SAMPLES / point["capture"], there)
            point["capture"] = there.name
        self.truth |= {"scenario": name, "variant_of": origin}

    def renamed(self, capture):
        return self.name + capture.removeprefix(self.origin)

    def offset(self, seconds):
        recorded = self.server.with_suffix(".recorded")
        self.server.rename(recorded)
        subprocess.run(["editcap", "-t", str(seconds), recorded, self.server], check=True, capture_output=True)
        recorded.unlink()
        self.truth["clocks"]["server"]["offset"] += seconds

    def skew(self, parts):
        """In parts per million, beginning with the first packet."""
        first = next(captures.read(self.server)).time
        self.server.write_bytes(captures.edited(self.server.read_bytes(), lambda _, ticks: ticks + (ticks - first) * parts // 10**6))
        self.truth["clocks"]["server"]["skew"] += parts

    def miss(self, chosen):
        """The capture has no packet for which chosen(number) is true; those that the client's capture has are told."""
        gone = [number for number, _ in enumerate(captures.read(self.server), 1) if chosen(number)]
        seen_by_client = self.frames_at_client(gone)
        self.server.write_bytes(captures.edited(self.server.read_bytes(), lambda number, ticks: None if number in gone else ticks))
        for kind in ("lost", "injected", "copied", "reordered"):
            for packet in self.truth[kind]:
                packet["frames"] = {name: [n - sum(g < n for g in gone) for n in numbers if n not in gone] if name == "server" else
                                    numbers for name, numbers in packet["frames"].items()}
        self.truth["not_captured"] = [{"missing": "server", "frames": {"client": [number]}} for number in seen_by_client]

    def frames_at_client(self, numbers):
        """Of those packets of the server's capture; every packet has its own identity where nothing is rewritten."""
        at_server, at_client = ([packets.parse(packet.data) for packet in captures.read(self.folder / f"{self.name}{infix}.pcapng")]
                                for infix in (".server", ""))
        wanted = {at_server[number - 1].identity for number in numbers}
        return [number for number, segment in enumerate(at_client, 1) if segment.identity in wanted]

    def write(self):
        (self.folder / f"truth/{self.name}.path.json").write_text(lines_of(self.truth))
        return self.truth


def clock_ahead(variant):
    variant.offset(OFFSET)


def clock_skewed(variant):
    variant.offset(-OFFSET)
    variant.skew(SKEW)


def capture_missed(variant):
    variant.miss(lambda number: number % 7 == 0)


def capture_began_late(variant):
    variant.miss(lambda number: number <= 9)


def capture_ended_early(variant):
    last = sum(1 for _ in captures.read(variant.server))
    variant.miss(lambda number: number > last - 9)


VARIANTS = {
    "losses_clock_ahead": ("two_points_three_losses", clock_ahead),
    "outage_clock_skewed": ("two_points_outage", clock_skewed),
    "nat_clock_ahead": ("two_points_nat", clock_ahead),
    "lossy_clock_skewed": ("two_points_lossy", clock_skewed),
    "lossy_capture_missed": ("two_points_lossy", capture_missed),
    "answer_lost_capture_began_late": ("two_points_answer_lost", capture_began_late),
    "answer_lost_capture_ended_early": ("two_points_answer_lost", capture_ended_early),
}


def make(folder):
    """The names of the variants, which are then there."""
    for name, (origin, change) in VARIANTS.items():
        variant = Variant(folder, name, origin)
        change(variant)
        variant.write()
    return list(VARIANTS)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(make(sys.argv[1])))
