# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts: names of series, cutting packets out of files, connections that are spread over files packet by packet."""
import pathlib
import subprocess
import tempfile
import unittest

import archives
from archive import captures, schema, series, worker
from captures import read, spaced, write_pcap
from packets import ACK, MORE_FRAGMENTS, PSH, RST, SYN, ether, framed, ipv4, tcp
from samples import sample
from tables import tables


class Names(unittest.TestCase):
    def check(self, point, *paths):
        for path in paths:
            self.assertEqual(series.point_of(path), point, path)

    def test_what_differs_in_a_series_is_left_out(self):
        self.check("/c/lan", "/c/lan_00001_20240131235959.pcapng", "/c/lan_00002_20240201000000.pcapng.gz",     # dumpcap -b
                   "/c/lan_20240131235959_00001.pcapng", "/c/lan.pcap", "/c/lan.pcap7", "/c/lan.pcap12",        # tcpdump -C
                   "/c/lan-2024-01-31.pcap", "/c/lan_2024-01-31_23:59:59.pcap", "/c/lan.20240131T235959Z.pcap",  # tcpdump -G
                   "/c/lan-2024-01-31T23-59-59.123.pcap.zst", "/c/2024-01-31/lan.pcap", "/c/lan_7.cap")
        self.check("/c/*", "/c/20240131.pcap", "/c/00017.pcap", "/c/20240131-235959.pcap")

    def test_what_names_a_point_is_kept(self):
        self.check("/c/eth0", "/c/eth0.pcap", "/c/eth0_00001_20240131235959.pcap")
        self.check("/c/eth1", "/c/eth1_00001_20240131235959.pcap")
        self.check("/c/web1/lan", "/c/web1/lan_00001_20240131235959.pcap")

    def test_order(self):
        self.assertEqual(sorted(["a10", "a9", "b1"], key=series.natural), ["a9", "a10", "b1"])

    def test_given_names(self):
        points = series.Points(["north=*/n*/*.pcap", "dmz=dmz*"])
        self.assertEqual(points["/c/n1/a.pcap"], "north")
        self.assertEqual(points["/c/dmz7.pcap"], "dmz")
        self.assertEqual(points["/c/x_1.pcap"], "/c/x")


class Cutting(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        cls.folder.chmod(0o755)
        cls.made = archives.traffic("blend", 300, 20, cls.folder / "made.pcap")

    def check(self, path, wanted=(1, 2, 7, 150, 151, 300)):
        cut = self.folder / "cut.pcapng"
        cut.write_bytes(b"".join(captures.cut(path, wanted, 300)))
        known = self.folder / "known.pcapng"
        archives.call("editcap", "-F", "pcapng", "-r", path, known, *wanted)
        fields = "-Tfields", "-eframe.time_epoch", "-eframe.len", "-etcp.seq_raw", "-etcp.srcport", "-etcp.payload"
        seen = [archives.call("tshark", "-n", "-r", each, *fields) for each in (cut, known)]
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(len(seen[0].splitlines()), len(wanted))

    def test_every_format(self):
        for kind in "pcap", "nsecpcap", "pcapng", "nseclibpcap", "snoop", "modpcap":
            with self.subTest(kind):
                path = self.folder / f"whole.{kind}"
                if subprocess.run(["editcap", "-F", kind, self.made, path], capture_output=True).returncode == 0:
                    self.check(path)

    def test_packed(self):
        for kind in "nsecpcap", "pcapng":
            path = self.folder / f"packed.{kind}"
            archives.call("editcap", "-F", kind, self.made, path)
            archives.call("gzip", "-f", path)
            self.check(f"{path}.gz")

    def test_the_other_byte_order(self):
        path = self.folder / "other.pcap"
        write_pcap(path, read(self.made), order=">")
        self.check(path)

    def test_two_sections_with_interfaces_of_their_own(self):
        half = self.folder / "half.pcapng"
        archives.call("editcap", "-F", "pcapng", "-r", self.made, half, "1-150")
        path = self.folder / "sections.pcapng"
        path.write_bytes(half.read_bytes() * 2)
        self.check(path)

    def test_a_frame_that_is_gone(self):
        with self.assertRaises(captures.Unreadable):
            list(captures.cut(self.made, [301], 300))

    def test_numbers(self):
        self.assertEqual(schema.nanoseconds("1700000000.000000001"), 1_700_000_000_000_000_001)
        self.assertEqual(schema.seconds(1_700_000_000_000_000_001), "1700000000.000000001")
        self.assertEqual(schema.seconds(-1), "-0.000000001")
        self.assertEqual(worker.pair_of("a", 1, "b", 2), worker.pair_of("b", 2, "a", 1))
        self.assertNotEqual(worker.pair_of("a", 1, "b", 2), worker.pair_of("a", 2, "b", 1))

    def test_columns(self):
        """What is wrong here is stored wrongly, and frames are not renumbered."""
        columns = [("conn", "index"), ("port", "number"), ("at", "frame"), ("sum_bytes", "bytes"), ("took", "duration"),
                   ("start", "time"), ("outcome", "string"), ("why", "prose"), ("new", "unheard of")]
        self.assertEqual(schema.read("noise\nconn\tindex\tits index\nport\tnumber\tits port\n"), columns[:2])
        self.assertEqual(schema.unpack(schema.pack(columns[:-1])), columns[:-1])
        self.assertEqual(list(schema.stored(columns)), [
            ("port", "port", "INTEGER"), ("at", "at", "INTEGER"), ("sum_bytes", "sum_bytes", "INTEGER"), ("took", "took", "REAL"),
            ("start_ns", "start", "INTEGER"), ("start", "start", "REAL"), ("outcome", "outcome", "TEXT"), ("why", "why", "TEXT"),
            ("new", "new", "TEXT")])
        row = {"conn": 7, "port": 80, "at": 3, "sum_bytes": (1 << 64) - 1, "took": "0.250000000", "start": "1.000000002",
               "outcome": "closed", "why": None, "new": None}
        self.assertEqual(schema.Reader(columns)(row), [80, 3, -1, 0.25, 1_000_000_002, 1.000000002, "closed", None, None])
        self.assertEqual(schema.renumbered("answers frame 6, 3 bytes, last heard in frame 12", lambda frame: frame + 100),
                         "answers frame 106, 3 bytes, last heard in frame 112")
        self.assertIsNone(schema.renumbered(None, int))

    def test_every_type_of_the_core_has_one_of_sql(self):
        types = {type_ for _, type_, _ in tables()["column"]}
        self.assertEqual(types - {"index"} - schema.SQL.keys(), set())
        self.assertEqual(schema.of_type([row[:2] for row in tables()["column"]], "frame"), [
            "first_frame", "last_frame", "half_open_since", "half_open_discovered_in", "half_open_recovered_in", "half_closed_since",
            "rst_frame", "rst_trigger"])


class PacketByPacket(unittest.TestCase):
    """Every packet in a file of its own: nothing but the second stage can know anything."""

    def test_it_is_as_if_it_was_one_file(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        folder.chmod(0o755)
        a, b = "192.0.2.1", "192.0.2.2"

        def segment(flags, seq=1, ack=1, data=b"", to_server=True, **options):
            ends = (a, b, 40001, 80) if to_server else (b, a, 80, 40001)
            return tcp(*ends, flags, seq, ack, data, **options)

        def whole(data, to_server=True):
            return framed(*((a, b) if to_server else (b, a)), data)
        split_one = segment(PSH | ACK, data=b"x" * 64)
        first = ether(ipv4(a, b, 6, split_one[:48], ident=9, fragment=MORE_FRAGMENTS))
        second = ether(ipv4(a, b, 6, split_one[48:], ident=9, fragment=6))
        made = folder / "fragments.pcap"
        write_pcap(made, spaced([
            whole(segment(SYN, 0, 0)), whole(segment(SYN | ACK, 0, 1, to_server=False), False),
            whole(segment(ACK)), first, second, whole(segment(ACK, 1, 65, to_server=False), False),
            whole(segment(RST | ACK, 65, 1))]))
        expected, at = {}, folder / "archive"
        at.mkdir()
        # The fragments of one segment lie in one file, or nobody knows whose they are.
        for name, capture, cuts in (("fragments", made, [1, 2, 3, 5, 6]),
                                    ("refused", sample("icmp_port_unreachable"), None),
                                    ("reboot", sample("reboot_and_reconnect"), None)):
            archives.split(capture, at / name, cuts or range(1, archives.packets_in(capture)))
            expected[f"{at}/{name}"] = archives.table(capture)[1]
        self.assertEqual(expected[f"{at}/fragments"][0][expected_column("client_bytes")], "64")
        self.assertGreater(len(expected[f"{at}/reboot"]), 1)
        done = archives.archive(at, "--out", folder / "result.sqlite", "--tsv", "-", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(archives.printed(done.stdout)[1], expected)


def expected_column(name):
    return archives.table(sample("refused"))[0].index(name)
