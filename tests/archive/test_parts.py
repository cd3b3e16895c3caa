# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts: names of series, columns, connections that are spread over files packet by packet."""
import pathlib
import sqlite3
import tempfile
import unittest

import archives
from archive import schema, series
from captures import spaced, write_pcap
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

    def test_days(self):
        points = series.Points(["north=*/n*/*.pcap"], daily=True)
        self.assertEqual(points["/c/lan_00001_20240131235959.pcapng"], "/c/lan 2024-01-31")
        self.assertEqual(points["/c/lan_00002_20240201000000.pcapng"], "/c/lan 2024-02-01")
        self.assertEqual(points["/c/2024-02-01/lan_7.pcap"], "/c/lan 2024-02-01")
        self.assertEqual(points["/n/2024-02-01/x.pcap"], "north 2024-02-01")
        self.assertEqual(points["/c/lan.pcap7"], "/c/lan")

    def test_given_names(self):
        points = series.Points(["north=*/n*/*.pcap", "dmz=dmz*"])
        self.assertEqual(points["/c/n1/a.pcap"], "north")
        self.assertEqual(points["/c/dmz7.pcap"], "dmz")
        self.assertEqual(points["/c/x_1.pcap"], "/c/x")


class Columns(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual(schema.nanoseconds("1700000000.000000001"), 1_700_000_000_000_000_001)
        self.assertEqual(schema.seconds(1_700_000_000_000_000_001), "1700000000.000000001")
        self.assertEqual(schema.seconds(-1), "-0.000000001")
        self.assertEqual(schema.nanoseconds("-0.000000001"), -1)

    def test_columns(self):
        """What is wrong here is stored wrongly."""
        columns = [("conn", "index"), ("port", "number"), ("at", "frame"), ("sum_bytes", "bytes"), ("took", "duration"),
                   ("start", "time"), ("outcome", "string"), ("why", "prose"), ("new", "unheard-of")]
        self.assertEqual(schema.read("noise\nconn\tindex\tits index\nport\tnumber\tits port\n"), columns[:2])
        self.assertEqual(schema.unpack(schema.pack(columns)), columns)
        stored = list(schema.stored(columns))
        self.assertEqual([row[:2] for row in stored], [
            ("port", "INTEGER"), ("at", "INTEGER"), ("sum_bytes", "INTEGER"), ("took", "REAL"), ("start_ns", "INTEGER"),
            ("start", "REAL"), ("outcome", "TEXT"), ("why", "TEXT"), ("new", "TEXT")])
        database = sqlite3.connect(":memory:")
        database.execute(f"CREATE TABLE t ({', '.join(f'{name} {type_}' for name, type_, _ in stored)})")
        cells = schema.cells("7\t80\t3\t9\t0.250000000\t1700000000.123456789\tclosed\tin frame 6, not in frame 12\t\n")
        move = schema.mover(columns, 100)
        for row in cells, move(list(cells)):
            database.execute(f"INSERT INTO t VALUES ({', '.join(value for *_, value in stored)})", row)
        self.assertEqual(database.execute("SELECT * FROM t").fetchall(), [
            (80, at, 9, 0.25, 1_700_000_000_123_456_789, 1700000000.123456789, "closed", why, None)
            for at, why in ((3, "in frame 6, not in frame 12"), (103, "in frame 106, not in frame 112"))])

    def test_every_type_of_the_core_has_one_of_sql(self):
        types = {type_ for _, type_, _ in tables()["column"]}
        self.assertEqual(types - {"index"} - schema.SQL.keys(), set())


class PacketByPacket(unittest.TestCase):
    """Every packet in a file of its own, and every fragment."""

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
        for name, capture in ("fragments", made), ("refused", sample("icmp_port_unreachable")), ("reboot", sample("reboot_and_reconnect")):
            archives.split(capture, at / name, range(1, archives.packets_in(capture)), ("pcapng", "nsecpcap", "pcapng.gz"))
            expected[f"{at}/{name}"] = archives.table(capture)[1]
        self.assertEqual(expected[f"{at}/fragments"][0][expected_column("client_bytes")], "64")
        self.assertGreater(len(expected[f"{at}/reboot"]), 1)
        done = archives.archive(at, "--out", folder / "result.sqlite", "--tsv", "-", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(archives.printed(done.stdout)[1], expected)


def expected_column(name):
    return archives.table(sample("refused"))[0].index(name)
