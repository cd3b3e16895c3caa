# SPDX-License-Identifier: GPL-2.0-or-later
"""What the program prints is what tshark with the plugin prints, whichever way the frames went."""
import itertools
import pathlib
import random
import sys
import unittest

import captures
import frames
from many import side_by_side, tshark_on
from program import BY_WIRESHARK, PLAINLY, out, tables_of_tshark, ways
from samples import CHECKOUT, recorded
from tables import tables
from tshark import shark

sys.path.append(str(CHECKOUT / "fuzz"))
from mutation import move_to, mutant  # noqa: E402

SNAPS = 14, 20, 34, 40, 53, 54, 58, 66, 74, 80


def folder():
    made = shark().folder / "made-up"
    made.mkdir(exist_ok=True)
    return made


def made(name, packets, link=captures.ETHERNET):
    path = folder() / f"{name}.pcap"
    captures.write_pcap(path, packets, link=link)
    shark().give(path)
    return path


def by_link(all_captures):
    """(link type, those of it) of a table of captures."""
    return itertools.groupby(sorted(all_captures.values(), key=lambda pair: pair[0]), lambda pair: pair[0])


def made_up():
    return [made(name, captures.spaced(packets, silent_before=5), link) for name, (link, packets) in frames.all_captures().items()]


def cut():
    """Plain frames, cut short by each snap length: a capture per link type."""
    for link, group in by_link(frames.told(frames.PLAIN)):
        packets = [packet for _, made_of in group for snap in SNAPS for packet in captures.spaced(made_of, snap)]
        yield made(f"cut{link}", packets, link)


def mutants(batches=2, size=150):
    """Mutated recordings, as the fuzzer makes them."""
    samples = [packets for path in recorded() if (packets := list(captures.read(path)))]
    for batch in range(batches):
        packets = []
        for number in range(size):
            source = random.Random(f"program.{batch}.{number}")
            packets += [captures.Packet(when, move_to(number, kept), length)
                        for when, kept, length in mutant(source.choice(samples), source)]
        yield made(f"mutants{batch}", packets)


def damaged(count=4000):
    """Frames of every kind with some bytes changed before the TCP header ends."""
    for link, group in by_link(frames.all_captures()):
        kinds = [frame for _, packets in group for frame in packets if frame]
        source, packets = random.Random(f"damaged.{link}"), []
        for number in range(count // 8):
            frame = bytearray(source.choice(kinds))
            for _ in range(source.randint(0, 3)):
                at = source.randrange(min(len(frame), 90))
                frame[at] = source.choice((0, 1, 4, 5, 6, 17, 0x45, 0x60, 0xff, frame[at] ^ 1 << source.randrange(8)))
            kept = source.choice((len(frame), len(frame), source.randint(0, len(frame))))
            packets.append(captures.Packet(captures.BEGIN + number * captures.MILLISECOND, bytes(frame[:kept]), len(frame)))
        yield made(f"damaged{link}", packets, link)


FIELDS = ["frame.number", *(row[0] for row in tables()["field"])]


def rows_of_tshark(paths):
    wanted = [part for name in FIELDS for part in ("-e", name)]
    results = tshark_on(shark(), paths, "-n", "-2", "-Y", "tcpstate", "-T", "fields", "-E", "header=y", "-E", "separator=/t", *wanted)
    return [result.stdout.splitlines() for result in results]


def rows_by_frame(text):
    """As tshark has it: the headers of a frame in one row."""
    header, *rows = (line.split("\t") for line in text.splitlines())
    merged = ["\t".join(header)]
    for _, group in itertools.groupby(rows, lambda row: row[0]):
        first, *further = map(list, group)
        values = [",".join(filter(None, column)) for column in zip(first, *further)]
        merged.append("\t".join([first[0], *values[1:]]))
    return merged


class Sameness(unittest.TestCase):
    maxDiff = 2000

    def check_connections(self, paths, way, form="json"):
        flags = [f"--{form}"] if form else []
        printed = side_by_side([lambda path=path: out("connections", *flags, *way, path) for path in paths])
        for path, mine, theirs in zip(paths, printed, tables_of_tshark(paths, form)):
            with self.subTest(path.name, way=way, form=form):
                self.assertEqual(mine, theirs)

    def check_segments(self, paths, *ways):
        columns = [part for name in FIELDS for part in ("-e", name)]
        theirs = rows_of_tshark(paths)
        for way in ways:
            printed = side_by_side([lambda path=path: out("segments", *columns, *way, path) for path in paths])
            for path, mine, its in zip(paths, printed, theirs):
                with self.subTest(path.name, way=way):
                    self.assertEqual(rows_by_frame(mine), its)

    def test_connections_of_recordings(self):
        self.check_connections(recorded(), PLAINLY)

    def test_connections_of_recordings_by_wireshark(self):
        self.check_connections(recorded()[::4], BY_WIRESHARK)

    def test_each_format(self):
        for form in "", "tsv", "csv":
            self.check_connections(recorded()[::8], PLAINLY, form)

    def test_segments_of_recordings(self):
        self.check_segments(recorded()[::3], PLAINLY)
        self.check_segments(recorded()[::16], BY_WIRESHARK)

    def test_made_up_captures(self):
        self.check_connections(made_up(), PLAINLY)
        self.check_segments(made_up(), PLAINLY, BY_WIRESHARK)

    def test_cut_captures(self):
        self.check_segments(list(cut()), PLAINLY, BY_WIRESHARK)

    def test_mutants(self):
        self.check_segments(list(mutants()), PLAINLY, BY_WIRESHARK)

    def test_damaged_frames(self):
        self.check_segments(list(damaged()), PLAINLY, BY_WIRESHARK)

    def test_timelines(self):
        names = "half_open_crash", "icmp_established", "half_closed_transfer", "time_wait_reused", "mixed"
        paths = [path for path in recorded() if path.stem in names]
        self.assertEqual(len(paths), len(names))
        for path in paths:
            for conn in "0", "1":
                theirs = shark().tshark("-n", "-q", "-r", shark().readable(path), "-z", f"tcpstate,timeline,{conn}").stdout
                self.assertEqual(out("timeline", "--conn", conn, path), theirs)


class Ways(unittest.TestCase):
    """What is plain goes the plain way, and what is not does not."""

    def test_plain_frames_need_no_wireshark(self):
        for name, (link, packets) in frames.told(frames.PLAIN).items():
            with self.subTest(name):
                found, odd = ways("connections", made(f"way_{name}", captures.spaced(packets), link))
                self.assertEqual((found, odd), ({"TCP segment": len(packets)}, set()))

    def test_odd_frames_go_through_wireshark_and_it_is_said_why(self):
        for (name, (link, packets)), (*_, reason) in zip(frames.told(frames.ODD).items(), frames.ODD.values()):
            with self.subTest(name):
                found, odd = ways("connections", made(f"way_{name}", captures.spaced(packets), link))
                self.assertEqual((found, odd), ({reason: len(packets)}, {reason}))

    def test_recordings_are_plain(self):
        for path in recorded()[::5]:
            self.assertEqual(ways("connections", path)[1], set(), path.name)

    def test_forced(self):
        path = pathlib.Path(recorded()[0])
        self.assertEqual(ways("connections", "--wireshark", path)[1], {"--wireshark"})


if __name__ == "__main__":
    unittest.main()
