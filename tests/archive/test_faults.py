# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong: bad files, interruptions, full disks, schedulers and workers that are not there. After each the
database is whole, and the same command finishes the work."""
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import unittest

import archives
from samples import sample
from shark import default_plugins


class Archive(unittest.TestCase):
    """A small archive: 6 files of one capture point."""
    maxDiff = 3000

    @classmethod
    def setUpClass(cls):
        cls.base = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        cls.base.chmod(0o755)
        samples = [sample(name) for name in ("half_open_crash", "half_closed", "close_wait_leak", "refused")]
        made = archives.traffic("blend", 1500, 150, cls.base / "traffic.pcap")
        cls.whole = archives.merged([made, *archives.after_another(samples, 1_700_000_000, 3, cls.base)], cls.base / "whole.pcapng")
        (cls.base / "archive").mkdir()
        cls.paths = archives.split(cls.whole, cls.base / "archive/lan", archives.random_cuts(cls.whole, 6, 7))
        cls.header, cls.rows = archives.table(cls.whole)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
        self.folder.chmod(0o755)
        self.out = self.folder / "result.sqlite"

    def run_tool(self, *captures, status=0, **options):
        captures = captures or (self.base / "archive",)
        done = archives.archive(*captures, "--out", self.out, "--tsv", self.folder / "rows.tsv", "--workers", "1", "--quiet",
                                **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done

    def compare(self, rows=None):
        points = archives.printed((self.folder / "rows.tsv").read_text())[1]
        self.assertEqual(list(points.values()), [rows or self.rows])
        self.assertEqual(archives.query(self.out, "SELECT value FROM meta WHERE name = 'state'"), [("complete",)])

    def intact(self):
        self.assertEqual(archives.query(self.out, "PRAGMA integrity_check"), [("ok",)])

    def errors(self):
        return {(path and pathlib.Path(path).name, stage, kind) for path, stage, kind in
                archives.query(self.out, "SELECT path, stage, kind FROM errors")}


class BadFiles(Archive):
    def test_each_is_an_error_and_the_rest_goes_on(self):
        archive = self.folder / "archive"
        shutil.copytree(self.base / "archive", archive)
        good = archives.traffic("web", 200, 10, archive / "cut.pcap").read_bytes()
        (archive / "cut.pcap").write_bytes(good[:-7])
        (archive / "cut_header.pcap").write_bytes(good[:10])
        (archive / "broken.pcap").write_bytes(good[:5000] + b"\xff" * 400 + good[5400:])
        (archive / "empty.pcap").write_bytes(b"")
        (archive / "no_packets.pcap").write_bytes(good[:24])
        (archive / "text.pcapng").write_text("This is a letter, not a capture.\n")
        (archive / "gone.pcap").symlink_to("/nowhere")
        os.mkfifo(archive / "pipe.pcap")
        (archive / "README.txt").write_text("no capture, and none that looks like one\n")
        done = self.run_tool(archive, status=3)
        self.assertEqual(self.errors(), {("cut.pcap", "read", "truncated"), ("cut_header.pcap", "read", "truncated"),
                                         ("broken.pcap", "read", "corrupt"), ("empty.pcap", "read", "empty"),
                                         ("text.pcapng", "read", "not-a-capture"), ("nowhere", "read", "unreadable"),
                                         ("pipe.pcap", "read", "unreadable")})
        self.assertIn("7 errors", done.stderr)
        points = archives.printed((self.folder / "rows.tsv").read_text())[1]
        self.assertEqual(points[f"{archive}/lan"], self.rows)
        # What came before the damage counts.
        self.assertEqual(archives.query(self.out, f"SELECT packets FROM files WHERE path = '{archive}/cut.pcap'"), [(199,)])
        (self.folder / "good.pcap").write_bytes(good)
        archives.call("editcap", "-r", self.folder / "good.pcap", self.folder / "before.pcap", "1-199")
        self.assertEqual(points[f"{archive}/cut"], archives.table(self.folder / "before.pcap")[1])
        # What is broken for good is not read again, what may have been passing is.
        again = self.run_tool(archive, status=3)
        self.assertIn("\n0 files read, 12 known already", "\n" + again.stdout)

    def test_a_preference_that_tshark_does_not_know(self):
        done = self.run_tool("--option", "tcpstate.nonsense:1", self.base / "archive", status=1)
        self.assertIn("nonsense", done.stderr)

    def test_what_cannot_be_the_output(self):
        for text in "no database, but a letter" * 100, "":
            self.out.write_text(text)
            done = self.run_tool(status=1 if text else 0)
            if text:
                self.assertIn("not a result of this tool", done.stderr)
                self.assertEqual(self.out.read_text(), text)
        other = sqlite3.connect(self.folder / "other.sqlite")
        other.execute("CREATE TABLE mine (a)")
        other.close()
        self.out = self.folder / "other.sqlite"
        self.assertIn("not a result of this tool", self.run_tool(status=1).stderr)
        self.out = self.folder / "no/such/folder.sqlite"
        self.assertIn("cannot write", self.run_tool(status=1).stderr)

    def test_what_is_not_there(self):
        self.assertIn("no such file", self.run_tool("/nowhere/*.pcap", status=1).stderr)
        self.assertIn("no captures", self.run_tool(self.folder, status=1).stderr)

    def test_folder_that_nobody_may_read(self):
        shutil.copytree(self.base / "archive", self.folder / "archive")
        (self.folder / "archive/locked").mkdir(mode=0)
        prefix, env = (), None
        package = archives.PACKAGE
        if os.geteuid() == 0:
            # For root every folder is open: so as somebody else, with copies that he can read.
            package = self.folder / "package/tools/archive"
            shutil.copytree(archives.PACKAGE, package)
            shutil.copytree(default_plugins(), self.folder / "plugins")
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            env = archives.environment(TCPSTATE_PLUGINS=str(self.folder / "plugins"), HOME=str(self.folder), TMPDIR="/tmp")
            self.folder.chmod(0o777)
        # In a folder that he can enter: the checkout may lie where only root can.
        done = self.run_tool(self.folder / "archive", status=3, prefix=prefix, env=env, package=package, cwd=self.folder)
        self.assertIn(f"cannot look into {self.folder}/archive/locked: Permission denied", done.stderr)
        self.assertEqual(self.errors(), {("locked", "find", "unreadable")})
        self.compare()


class Interruptions(Archive):
    def stopped(self, number, stage):
        """A run that is stopped with this signal in the middle."""
        path, met = archives.slow_tshark(self.folder / f"slow{stage}", stage)
        env = archives.environment(PATH=f"{path}:{os.environ['PATH']}")
        tool = archives.begin(self.base / "archive", "--out", self.out, "--workers", "1", "--quiet", env=env)
        archives.wait_for(lambda: archives.number_in(met) or tool.poll() is not None)
        tool.send_signal(number)
        said, errors = tool.communicate(timeout=240)
        self.assertNotIn("Traceback", errors)
        self.intact()
        return tool.returncode, errors

    def test_a_run_that_is_killed_goes_on_where_it_was(self):
        status, _ = self.stopped(signal.SIGKILL, 2)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertEqual(archives.query(self.out, "SELECT value FROM meta WHERE name = 'state'"), [("incomplete",)])
        self.assertIn("\n0 files read, 6 known already", "\n" + self.run_tool().stdout)
        self.compare()

    def test_a_run_that_is_interrupted_goes_on_where_it_was(self):
        self.run_tool(*self.paths[:2])
        status, errors = self.stopped(signal.SIGINT, 1)
        self.assertEqual(status, 130)
        self.assertIn("interrupted; the same command goes on from here", errors)
        done = self.run_tool()
        self.assertRegex(done.stdout, r"[1-4] files read, [2-5] known already")
        self.compare()
        self.assertIn("\n0 files read, 6 known already", "\n" + self.run_tool().stdout)
        self.compare()

    def test_an_archive_that_grows_and_changes(self):
        """First the odd files, then all, then one has other packets, then it has the old ones again."""
        archive = self.folder / "archive"
        archive.mkdir()
        for path in self.paths[::2]:
            shutil.copy(path, archive)
        self.run_tool(archive)
        for path in self.paths[1::2]:
            shutil.copy(path, archive)
        self.run_tool(archive)
        self.compare()
        changed = archive / self.paths[2].name
        archives.call("editcap", self.paths[2], changed, "1-40")      # without its first packets
        self.assertIn("1 files read, 5 known already", self.run_tool(archive).stdout)
        whole = archives.call("mergecap", "-a", "-w", self.folder / "changed.pcapng", *sorted(archive.iterdir()))
        self.compare(archives.table(self.folder / "changed.pcapng")[1])
        shutil.copy(self.paths[2], changed)
        self.run_tool(archive)
        self.compare()
        self.assertEqual(whole, "")

    def test_two_runs_at_a_time(self):
        path, met = archives.slow_tshark(self.folder / "slow", 1)
        env = archives.environment(PATH=f"{path}:{os.environ['PATH']}")
        first = archives.begin(self.base / "archive", "--out", self.out, "--workers", "1", "--quiet", env=env)
        archives.wait_for(lambda: archives.number_in(met))
        self.assertIn("another run is writing", self.run_tool(status=1).stderr)
        first.terminate()
        first.communicate(timeout=240)


class FullDisk(Archive):
    def finish(self, done, reason):
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn(reason, done.stderr)
        self.intact()

    def test_full_file_system(self):
        full = self.folder / "full"
        full.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", full], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no permission to mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", full], check=True)
        self.out = full / "result.sqlite"
        self.finish(self.run_tool(status=1), "full")
        subprocess.run(["mount", "-o", "remount,size=10m", full], check=True)
        self.run_tool()
        self.compare()


class Clusters(Archive):
    def test_no_scheduler_there(self):
        done = self.run_tool("--scheduler", "tcp://127.0.0.1:9", self.base / "archive", status=1)
        self.assertRegex(done.stderr, r"^tcpstate-archive: no scheduler answers at tcp://127\.0\.0\.1:9: .*\n$")

    def test_no_plugin_there(self):
        empty = self.folder / "empty"
        empty.mkdir()
        done = self.run_tool(status=1, env=archives.environment(TCPSTATE_PLUGINS=str(empty)))
        self.assertRegex(done.stderr, "worker on .* does not load the plugin tcpstate")
        self.assertIn("no */epan/tcpstate.so in", self.run_tool("--plugins", empty, self.base / "archive", status=1).stderr)

    def test_no_tshark_there(self):
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "setpriv").symlink_to(shutil.which("setpriv"))
        done = self.run_tool(status=1, env=archives.environment(PATH=str(programs)))
        self.assertRegex(done.stderr, r"^tcpstate-archive: worker on [^ ]*: tshark is not installed")

    def test_a_scheduler_that_goes_away(self):
        path, met = archives.slow_tshark(self.folder / "slow", 1)
        env = archives.environment(PATH=f"{path}:{os.environ['PATH']}")
        with archives.dask(1, env=env) as (address, (scheduler, *_)):
            tool = archives.begin(self.base / "archive", "--out", self.out, "--scheduler", address, "--quiet")
            archives.wait_for(lambda: archives.number_in(met) or tool.poll() is not None)
            os.killpg(scheduler.pid, signal.SIGKILL)
            said, errors = tool.communicate(timeout=240)
        self.assertEqual((tool.returncode, errors), (1, f"tcpstate-archive: the scheduler {address} went away; "
                                                     "the same command goes on from here\n"))
        self.intact()
        self.run_tool()
        self.compare()

    def test_a_file_that_kills_its_workers(self):
        """It is an error in the end, and takes no other file with it."""
        path = self.folder / "deadly"
        path.mkdir()
        path.chmod(0o777)
        poison = self.folder / "archive/poison.pcap"
        shutil.copytree(self.base / "archive", self.folder / "archive")
        archives.traffic("web", 200, 10, poison)
        (path / "tshark").write_text(f"""#!/bin/sh
if [ "$(stat -Lc %s /proc/self/fd/0)" = {poison.stat().st_size} ]; then echo $PPID >{path}/$PPID; sleep 60; fi
exec {shutil.which("tshark")} "$@"
""")
        (path / "tshark").chmod(0o755)
        killed, ended = set(), threading.Event()

        def kill():
            while not ended.wait(0.05):
                for number in {int(each.name) for each in path.glob("[0-9]*")} - killed:
                    killed.add(number)
                    os.kill(number, signal.SIGKILL)
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            done = self.run_tool(self.folder / "archive", status=3, env=archives.environment(PATH=f"{path}:{os.environ['PATH']}"))
        finally:
            ended.set()
            killer.join()
        self.assertGreater(len(killed), 3)
        self.assertIn("poison.pcap: the workers that read it died", done.stderr)
        self.assertEqual(self.errors(), {("poison.pcap", "read", "failed")})
        self.compare()
