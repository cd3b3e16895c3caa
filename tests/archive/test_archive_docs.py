# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/archives.md: its queries run and its schema is the real one. The command that people call."""
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import archives
from captures import BEGIN, MICROSECONDS, Packet, write_pcap
from packets import ACK, PSH, RST, SYN, framed, tcp
from samples import CHECKOUT, sample
from tshark import shark

CLIENT, SERVER = "192.0.2.7", "198.51.100.1"
TEXT = (CHECKOUT / "docs/archives.md").read_text()


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        cls.folder.chmod(0o755)
        names = ("half_open_crash", "close_wait_leak", "outage_recovers", "abort_linger")
        captures = [sample(name) for name in names]
        cls.out = cls.folder / "result.sqlite"
        cls.done = archives.archive(*captures, "--out", cls.out, "--json", cls.folder / "rows.jsonl", "--point", "labs=*.pcapng")

    def test_it_ran(self):
        # All samples in one series overlap or not, as their days of recording want.
        self.assertIn(self.done.returncode, (0, 3), self.done.stderr)
        rows = [json.loads(line) for line in (self.folder / "rows.jsonl").read_text().splitlines()]
        self.assertEqual({row["point"] for row in rows}, {"labs"})
        self.assertEqual([row["conn"] for row in rows], list(range(len(rows))))
        self.assertEqual(set(rows[0]), {"point", "conn", "file", "file_frame", *archives.table(sample("refused"))[0]})

    def test_the_queries_answer(self):
        found = {}
        for statement in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL):
            with self.subTest(statement):
                found[statement.split("FROM")[0]] = archives.query(self.out, statement)
        texts = {key: rows for key, rows in found.items()}
        self.assertGreaterEqual(len(texts), 8)
        self.assertTrue([rows for key, rows in texts.items() if "crashes" in key][0])
        self.assertTrue([rows for key, rows in texts.items() if "leaker" in key][0])
        self.assertTrue([rows for key, rows in texts.items() if "AS sender" in key][0])

    def test_close_wait_lasts_to_the_end_of_the_series(self):
        (shown, expected), = archives.query(self.out, "SELECT close_wait, ((SELECT max(end_ns) FROM files) - close_wait_since_ns) / 1e9 "
                                            "FROM connections WHERE close_wait IS NOT NULL")
        self.assertEqual(shown, expected)
        (alone,), = archives.query(self.out, "SELECT duration FROM connections WHERE close_wait IS NOT NULL")
        self.assertGreater(shown, alone)

    def test_two_points_are_compared(self):
        """A firewall resets the connection: its server sees nothing of that RST."""
        out, at = self.folder / "points.sqlite", self.folder / "points"
        at.mkdir()
        for name in "firewall_rst", "firewall_rst.server":
            (at / f"{name}.pcapng").write_bytes(sample(name).read_bytes())
        done = archives.archive(at, "--out", out, "--quiet", "--point", "outside=*firewall_rst.pcapng", "--point", "inside=*server.pcapng")
        self.assertEqual(done.returncode, 0, done.stderr)
        statement = next(s for s in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL) if "AS there" in s)
        rows = archives.query(out, statement)
        self.assertEqual([row[:2] for row in rows], [("inside", "outside")], rows)
        crashes = next(s for s in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL) if "AS sender" in s)
        self.assertTrue({row[0] for row in archives.query(out, crashes)} <= {"inside", "outside"})

    def test_the_frame_that_is_named_is_the_reset(self):
        statement = next(s for s in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL) if "AS filter" in s)
        path, frame, shown = archives.query(self.out, statement)[0]
        with open(path, "rb") as file:
            seen = shark().tshark("-n", "-r", "-", "-Y", f"{shown} && tcp.flags.reset == 1", "-T", "fields",
                                  "-e", "frame.number", stdin=file).stdout.split()
        self.assertIn(str(frame), seen)

    def test_the_schema_is_described(self):
        for table in "files", "errors":
            described = TEXT.partition(f"**`{table}`**")[2].partition("\n\n")[0]
            for (name,) in archives.query(self.out, f"SELECT name FROM pragma_table_info('{table}')"):
                self.assertIn(f"`{name}`", described, table)
        with contextlib.closing(sqlite3.connect(self.out)) as connection:
            columns = {row[1] for row in connection.execute("PRAGMA table_xinfo(connections)")}
        printed = set(archives.table(sample("refused"))[0])
        self.assertEqual(columns - printed, {"id", "point", "file", "last_file", "joined", "pair", "start_ns", "rst_time_ns",
                                             "half_open_time_ns", "close_wait_since_ns"})


class Plot(unittest.TestCase):
    def test_a_load_balancer_that_forgets_shows_as_a_peak(self):
        """300 connections that send again after a pause; what is in between forgets them after 350 s."""
        folder, chance, frames = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch())), random.Random(1), []
        folder.chmod(0o755)
        for port in range(20000, 20300):
            began, pause = chance.uniform(0, 3600), chance.expovariate(1 / 200)
            ends = (CLIENT, SERVER, port, 443), (SERVER, CLIENT, 443, port)
            last = [(0, PSH | ACK, 11, 1, b"again")]
            if pause > 350:             # pools try their idle connections every ten seconds
                last.append((1, RST, 1, 0, b""))
                pause = 350 + 9 * chance.random()
            elif chance.random() < 0.3:
                last = [(1, RST | ACK, 1, 11, b"")]     # its program has had enough
            else:
                last.append((1, ACK, 1, 16, b""))
            segments = [(0, SYN, 0, 0, b""), (1, SYN | ACK, 0, 1, b""), (0, ACK, 1, 1, b""),
                        (0, PSH | ACK, 1, 1, b"x" * 10), (1, ACK, 1, 11, b"")]
            for number, (side, flags, seq, ack, data) in enumerate(segments + last):
                at = began + 0.01 * number + (pause if number >= len(segments) else 0)
                frame = framed(*ends[side][:2], tcp(*ends[side], flags, seq, ack, data))
                frames.append(Packet(BEGIN + int(at * 1e9), frame, len(frame)))
        write_pcap(folder / "lan.pcap", sorted(frames), MICROSECONDS)
        done = archives.archive(folder / "lan.pcap", "--out", folder / "result.sqlite", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        statement = next(s for s in re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL) if "AS plot" in s)
        rows = archives.query(folder / "result.sqlite", statement)
        self.assertEqual({row[1:3] for row in rows}, {(443, "server")})
        rows = [row[3:] for row in rows]
        self.assertEqual(max(rows, key=lambda row: row[1])[0], 330)
        plot = "".join(f"{idle:>5} s {ended:>4} {bar}\n" for idle, ended, bar in rows)
        self.assertEqual(TEXT.partition("<!-- plot:begin -->\n```\n")[2].partition("```\n<!-- plot:end -->")[0], plot, plot)


class Command(unittest.TestCase):
    def test_help(self):
        done = subprocess.run([CHECKOUT / "tools/tcpstate-archive", "--help"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for option in re.findall(r"`(--[a-z]+)", TEXT):
            self.assertIn(option, done.stdout)

    def test_without_a_checkout(self):
        """As in the package: the program is on the path."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        shutil.copytree(archives.PACKAGE, folder / "share/tools/archive")
        (folder / "bin").mkdir()
        (folder / "bin/tcpstate").symlink_to(archives.PROGRAM)
        done = subprocess.run([archives.PYTHON, folder / "share/tools/archive", sample("refused"), "--out", folder / "result.sqlite"],
                              env=archives.environment(PATH=f"{folder}/bin:{os.environ['PATH']}"), capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("1 connections in 1 files", done.stdout)

    def test_it_is_found_from_anywhere(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        link = folder / "archive"
        link.symlink_to(CHECKOUT / "tools/tcpstate-archive")
        (folder / "a capture.pcapng").write_bytes((sample("half_open_crash")).read_bytes())
        done = subprocess.run([link, "a capture.pcapng", "--out", "result.sqlite", "--tsv", "-"], cwd=folder, env=archives.environment(),
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(archives.printed(done.stdout)[1]), [f"{folder}/a capture"])
