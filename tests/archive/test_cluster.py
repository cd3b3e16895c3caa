# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole tool: 50 files of two capture points on two workers, two of which die in the middle of their work."""
import os
import pathlib
import signal
import tempfile
import unittest

import archives
from samples import recorded


class Cluster(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        folder.chmod(0o755)
        every = recorded()
        cls.merged, cls.files, cls.folder = {}, 0, folder
        for point, made_up, samples, formats in (
                ("east", ("blend", 8000, 700), every[::4], ("pcapng", "nsecpcap", "pcapng.gz")),
                ("west", ("reuse", 4000, 100), every[2::4], ("nsecpcap",))):
            work = folder / f"made-{point}"
            work.mkdir()
            parts = [archives.traffic(*made_up, work / "traffic.pcap")]
            parts += archives.after_another(samples, 1_700_000_000, 3, work)
            whole = cls.merged[point] = archives.merged(parts, folder / f"{point}.pcapng")
            (folder / "archive" / point).mkdir(parents=True)
            cls.files += len(archives.split(whole, folder / "archive" / point / "lan", archives.random_cuts(whole, 25, point),
                                            formats))

    def compare(self, tsv):
        header, points = archives.printed(tsv)
        self.assertEqual(sorted(points), [f"{self.folder}/archive/{point}/lan" for point in ("east", "west")])
        for point, whole in self.merged.items():
            expected_header, expected = archives.table(whole)
            self.assertEqual(header, expected_header)
            self.assertEqual(self.alone(header, points[f"{self.folder}/archive/{point}/lan"]), self.alone(header, expected))

    @staticmethod
    def alone(header, rows):
        """Without what only the neighbours of a connection tell: that other hosts, too, seem gone within a minute, and that the
        capture shows packets several times, so that this one may be a copy."""
        counts = {header.index(name) for name in ("client_frames", "server_frames")}
        explanation = header.index("rst_explanation")

        def alone(column, cell):
            if column in counts:
                return ""
            return cell.partition(" Also consistent with:")[0] if column == explanation else cell.replace("possible", "likely")
        return [tuple(alone(column, cell) for column, cell in enumerate(row)) for row in rows]

    def test_two_workers_of_which_one_dies_in_each_stage(self):
        out = self.folder / "result.sqlite"
        # In each stage the first tshark waits to be killed with its worker. One program calls the other.
        path, died_first = archives.slow_tshark(self.folder / "slow1", 1)
        path, died_second = archives.slow_tshark(self.folder / "slow2", 2, calls=path / "tshark")
        env = archives.environment(PATH=f"{path}:{os.environ['PATH']}")
        with archives.dask(2, env=env) as (address, _):
            tool = archives.begin(self.folder / "archive", "--out", out, "--tsv", self.folder / "rows.tsv", "--quiet",
                                  "--scheduler", address)
            try:
                for each in died_first, died_second:
                    number = archives.wait_for(lambda: archives.number_in(each) or tool.poll() is not None)
                    self.assertIsNone(tool.poll(), tool.poll() is not None and tool.communicate())
                    os.kill(number, signal.SIGKILL)
                said, errors = tool.communicate(timeout=200)
            finally:
                tool.kill()
        self.assertEqual((tool.returncode, errors), (0, ""), said)
        self.compare((self.folder / "rows.tsv").read_text())
        self.assertEqual(archives.query(out, "SELECT count(*), count(DISTINCT point) FROM files"), [(self.files, 2)])
        self.assertEqual(self.files, 50)
        self.assertEqual(archives.query(out, "SELECT count(*) FROM errors"), [(0,)])
        self.assertEqual(archives.query(out, "SELECT value FROM meta WHERE name = 'state'"), [("complete",)])
        self.assertGreater(archives.query(out, "SELECT count(*) FROM connections WHERE joined")[0][0], 100)
