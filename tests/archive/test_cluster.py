# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole tool: 50 files of two capture points, on this machine without Dask and on a cluster of which a worker dies; and what
else can happen to a cluster."""
import os
import pathlib
import shutil
import signal
import tempfile
import unittest

import archives
from samples import recorded
from test_faults import Archive


class WholeTool(unittest.TestCase):
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

    def check(self, out, tsv):
        header, points = archives.printed(tsv)
        self.assertEqual(sorted(points), [f"{self.folder}/archive/{point}/lan" for point in ("east", "west")])
        for point, whole in self.merged.items():
            self.assertEqual((header, points[f"{self.folder}/archive/{point}/lan"]), archives.table(whole))
        self.assertEqual(archives.query(out, "SELECT count(*), count(DISTINCT point) FROM files"), [(self.files, 2)])
        self.assertEqual(self.files, 50)
        self.assertEqual(archives.query(out, "SELECT count(*) FROM errors"), [(0,)])
        self.assertEqual(archives.query(out, "SELECT value FROM meta WHERE name = 'state'"), [("complete",)])
        self.assertGreater(archives.query(out, "SELECT count(*) FROM connections WHERE joined")[0][0], 100)
        # The file in which a connection begins or ends has its frame.
        for file, frame in ("file", "first_frame"), ("last_file", "last_frame"):
            self.assertEqual(archives.query(out, f"SELECT count(*) FROM connections c JOIN files f ON f.id = c.{file} WHERE "
                                            f"{frame} - frames_before NOT BETWEEN 1 AND packets"), [(0,)])

    def test_here_without_dask(self):
        hidden, out = self.folder / "hidden", self.folder / "here.sqlite"
        hidden.mkdir()
        for name in "dask", "distributed", "cloudpickle":
            (hidden / f"{name}.py").write_text(f"raise ImportError('no {name} here')\n")
        env = archives.environment(PYTHONPATH=str(hidden))
        done = archives.archive(self.folder / "archive", "--out", out, "--tsv", "-", "--quiet", "--workers", "3", env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(out, done.stdout)
        done = archives.archive(self.folder / "archive", "--out", out, "--scheduler", "tcp://127.0.0.1:9", env=env)
        self.assertEqual((done.returncode, done.stderr),
                         (1, "tcpstate-archive: --scheduler needs Dask: apt-get install python3-dask python3-distributed\n"))

    def test_two_workers_of_which_one_is_killed(self):
        out = self.folder / "cluster.sqlite"
        program, met = archives.slow_program(self.folder / "slow")
        with archives.dask(2) as (address, _):
            tool = archives.begin(self.folder / "archive", "--out", out, "--tsv", "-", "--quiet", "--scheduler", address,
                                  program=program)
            try:
                worker, process = archives.wait_for(lambda: archives.numbers_in(met) or tool.poll() is not None)
                os.kill(worker, signal.SIGKILL)
                said, errors = tool.communicate(timeout=200)
            finally:
                tool.kill()
            archives.wait_for(lambda: archives.is_gone(process), 10)
        self.assertEqual(tool.returncode, 0, errors)
        self.check(out, said)


class Cluster(Archive):
    def run_tool(self, *arguments, **options):
        return super().run_tool(self.archive, *arguments, **options)

    def test_no_scheduler(self):
        done = self.run_tool("--scheduler", "tcp://127.0.0.1:9", status=1)
        self.assertRegex(done.stderr, r"^tcpstate-archive: no scheduler answers at tcp://127\.0\.0\.1:9: .*\n$")

    def stopped(self, address, kill):
        """What the tool says when this is done in the middle of a run."""
        program, met = archives.slow_program(self.folder / "slow")
        impatient = self.folder / "impatient.py"
        impatient.write_text(f"import sys\nsys.path.insert(0, {str(archives.PACKAGE.parent)!r})\n"
                             "from archive import cluster, command\ncluster.GONE = 3\nsys.exit(command.main())\n")
        tool = archives.begin(self.archive, "--out", self.out, "--scheduler", address, "--quiet", program=program, package=impatient)
        numbers = archives.wait_for(lambda: archives.numbers_in(met) or tool.poll() is not None)
        self.assertIsNone(tool.poll(), tool.poll() is not None and tool.communicate())
        kill(numbers)
        said, errors = tool.communicate(timeout=240)
        self.assertEqual(tool.returncode, 1)
        self.intact()
        return errors

    def test_what_goes_away(self):
        """The only worker, then the scheduler: the same command goes on from there."""
        with archives.dask(1) as (address, _):
            self.assertEqual(self.stopped(address, lambda numbers: os.kill(numbers[0], signal.SIGKILL)),
                             f"tcpstate-archive: the scheduler {address} has no workers any more; the same command goes on from here\n")
        shutil.rmtree(self.folder / "slow")
        with archives.dask(1) as (address, (scheduler, _)):
            done = self.run_tool("--scheduler", address, program="/nowhere/tcpstate", status=1)
            self.assertRegex(done.stderr, "^tcpstate-archive: worker on .*: the program tcpstate is not installed there")
            self.assertEqual(self.stopped(address, lambda _: os.killpg(scheduler.pid, signal.SIGKILL)),
                             f"tcpstate-archive: the scheduler {address} went away; the same command goes on from here\n")
        self.run_tool()
        self.compare()
