# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes wrong: bad files, crashes, interruptions, full disks. After each the database is whole, and the same command finishes
the work."""
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest

import archives
from samples import sample


class Archive(unittest.TestCase):
    """A small archive: 6 files of one capture point."""
    maxDiff = 3000

    def setUp(self):
        self.archive, self.paths, self.whole = archives.small()
        self.rows = archives.table(self.whole)[1]
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
        self.folder.chmod(0o755)
        self.out = self.folder / "result.sqlite"

    def copy(self):
        """One that may be changed."""
        return pathlib.Path(shutil.copytree(self.archive, self.folder / "archive"))

    def later(self, path):
        """A file of long after all others."""
        return shutil.move(archives.after_another([sample("refused")], 1_700_100_000, 0, self.folder)[0], path)

    def run_tool(self, *captures, status=0, **options):
        captures = captures or (self.archive,)
        done = archives.archive(*captures, "--out", self.out, "--tsv", self.folder / "rows.tsv", "--quiet", **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done

    def check_run(self, read, known, *captures, **options):
        done = self.run_tool(*captures, **options)
        self.assertIn(f"\n{read} files read, {known} known already", "\n" + done.stdout)
        return done

    def compare(self, *rows):
        points = archives.printed((self.folder / "rows.tsv").read_text())[1]
        self.assertEqual(list(points.values()), list(rows) or [self.rows])
        self.assertEqual(archives.query(self.out, "SELECT value FROM meta WHERE name = 'state'"), [("complete",)])

    def intact(self):
        self.assertEqual(archives.query(self.out, "PRAGMA integrity_check"), [("ok",)])

    def errors(self):
        return {(path and pathlib.Path(path).name, stage, kind) for path, stage, kind in
                archives.query(self.out, "SELECT path, stage, kind FROM errors")}


class BadFiles(Archive):
    def test_each_is_an_error_and_the_rest_goes_on(self):
        archive = self.copy()
        good = archives.traffic("web", 200, 10, archive / "cut.pcap").read_bytes()
        (archive / "cut.pcap").write_bytes(good[:-7])
        (archive / "cut_header.pcap").write_bytes(good[:10])
        (archive / "broken.pcap").write_bytes(good[:5000] + b"\xff" * 400 + good[5400:])
        (archive / "empty.pcap").write_bytes(b"")
        (archive / "no_packets.pcap").write_bytes(good[:24])
        (archive / "text.pcapng").write_text("This is a letter, not a capture.\n")
        (archive / "gone.pcap").symlink_to("/nowhere")
        (archive / "two\nlines.pcap").write_bytes(good)
        os.mkfifo(archive / "pipe.pcap")
        (archive / "README.txt").write_text("no capture, and none that looks like one\n")
        done = self.check_run(12, 0, archive, status=3)
        self.assertEqual(self.errors(), {("cut.pcap", "read", "truncated"), ("cut_header.pcap", "read", "truncated"),
                                         ("broken.pcap", "read", "corrupt"), ("empty.pcap", "read", "empty"),
                                         ("text.pcapng", "read", "not-a-capture"), ("nowhere", "read", "unreadable"),
                                         ("pipe.pcap", "read", "unreadable"), ("two\nlines.pcap", "read", "unreadable")})
        self.assertIn("8 errors", done.stderr)
        points = archives.printed((self.folder / "rows.tsv").read_text())[1]
        self.assertEqual(points[f"{archive}/lan"], self.rows)
        # What came before the damage counts.
        self.assertEqual(archives.query(self.out, f"SELECT packets FROM files WHERE path = '{archive}/cut.pcap'"), [(199,)])
        (self.folder / "good.pcap").write_bytes(good)
        archives.call("editcap", "-r", self.folder / "good.pcap", self.folder / "before.pcap", "1-199")
        self.assertEqual(points[f"{archive}/cut"], archives.table(self.folder / "before.pcap")[1])
        # They are not read again.
        self.check_run(0, 12, archive, status=3)
        self.assertEqual(len(self.errors()), 8)

    def test_a_bad_file_in_a_series(self):
        archive = self.copy()
        (archive / "lan_00003_20231114221323.pcapng").write_bytes(b"no capture")
        self.check_run(6, 0, archive, status=3)
        self.assertEqual(self.errors(), {("lan_00003_20231114221323.pcapng", "read", "not-a-capture")})
        rest = archives.merged([path for path in self.paths if "_00003_" not in path.name], self.folder / "rest.pcapng")
        self.compare(archives.table(rest)[1])

    def test_a_file_on_which_the_program_crashes_takes_no_other_with_it(self):
        poison = self.later(self.copy() / "lan_00007_poison.pcap")
        program = archives.program_that(self.folder / "deadly", 'grep -q poison "$names" && kill -SEGV $$')
        arguments = self.folder / "archive", "--point", "lan=*"
        self.check_run(6, 0, *arguments, status=3, program=program)
        self.assertEqual(self.errors(), {(poison.name, "read", "failed")})
        self.compare()
        # When the program is mended, the file has its place in the series.
        self.check_run(7, 0, *arguments)
        self.assertEqual(self.errors(), set())
        self.compare(archives.table(archives.merged([self.whole, poison], self.folder / "all.pcapng"))[1])

    def test_a_series_whose_program_is_killed(self):
        """Once: it is read again. Always: it is an error, and the other series are read."""
        archive = self.copy()
        program, met = archives.slow_program(self.folder / "slow")
        tool = archives.begin(archive, "--out", self.out, "--quiet", program=program)
        _, process = archives.wait_for(lambda: archives.numbers_in(met))
        os.kill(process, signal.SIGKILL)
        said, errors = tool.communicate(timeout=240)
        self.assertEqual((tool.returncode, errors), (0, ""))
        poison = archives.traffic("web", 200, 10, archive / "poison.pcap")
        program = archives.program_that(self.folder / "deadly", 'grep -q poison "$names" && kill -KILL $$')
        done = self.check_run(6, 0, archive, status=3, program=program)
        self.assertIn("poison.pcap: the workers that read it died", done.stderr)
        self.assertEqual(self.errors(), {(poison.name, "read", "failed")})
        self.check_run(7, 0, archive)

    def test_a_preference_that_wireshark_does_not_know(self):
        done = self.run_tool("--option", "tcpstate.nonsense:1", self.archive, status=1)
        self.assertIn("nonsense", done.stderr)

    def test_no_program(self):
        done = self.run_tool(program="/nowhere/tcpstate", status=1)
        self.assertEqual(done.stderr, "tcpstate-archive: the program tcpstate is not installed there (looked for /nowhere/tcpstate); "
                         "--program says where it is\n")
        self.assertIn("another program", self.run_tool(program="/bin/ls", status=1).stderr)

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

    def test_what_nobody_may_read(self):
        archive = self.copy()
        (archive / "locked").mkdir(mode=0)
        (archive / "secret.pcap").write_bytes(b"")
        (archive / "secret.pcap").chmod(0)
        options = {"prefix": [], "package": archives.PACKAGE, "program": archives.PROGRAM}
        if os.geteuid() == 0:
            # For root everything is open: so as somebody else, with copies that he can read.
            options = {"prefix": ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
                       "package": shutil.copytree(archives.PACKAGE, self.folder / "package/tools/archive"),
                       "program": archives.copied_program(self.folder),
                       "env": archives.environment(HOME=str(self.folder), TMPDIR="/tmp")}
            self.folder.chmod(0o777)
        # In a folder that he can enter: the checkout may lie where only root can.
        done = self.check_run(6, 0, archive, status=3, cwd=self.folder, **options)
        self.assertIn(f"cannot look into {archive}/locked: Permission denied", done.stderr)
        self.assertEqual(self.errors(), {("locked", "find", "unreadable"), ("secret.pcap", "read", "unreadable")})
        self.compare()


class Interruptions(Archive):
    def stopped(self, number):
        """A run that is stopped with this signal when one of two series has been read."""
        archives.traffic("web", 200, 10, self.copy() / "other.pcap")
        program, met = archives.slow_program(self.folder / "slow", 2)
        tool = archives.begin(self.folder / "archive", "--out", self.out, "--workers", "1", "--quiet", program=program,
                              env=archives.environment(TMPDIR=str(self.folder)))
        _, process = archives.wait_for(lambda: archives.numbers_in(met) or tool.poll() is not None)
        archives.wait_for(lambda: archives.query(self.out, "SELECT count(*) FROM files") != [(0,)])
        tool.send_signal(number)
        said, errors = tool.communicate(timeout=240)
        self.assertNotIn("Traceback", errors)
        archives.wait_for(lambda: archives.is_gone(process), 10)
        self.intact()
        self.assertEqual(archives.query(self.out, "SELECT value FROM meta WHERE name = 'state'"), [("incomplete",)])
        return tool.returncode, errors

    def goes_on(self):
        expected, program = (self.rows, archives.table(self.folder / "archive/other.pcap")[1]), self.folder / "slow/tcpstate"
        self.check_run(1, 6, self.folder / "archive", program=program, env=archives.environment(TMPDIR=str(self.folder)))
        self.compare(*expected)
        self.check_run(0, 7, self.folder / "archive", program=program)
        self.compare(*expected)
        self.assertEqual(list(self.folder.glob("tcpstate-archive-*")), [])

    def test_a_run_that_is_killed_goes_on_where_it_was_and_leaves_no_process(self):
        self.assertEqual(self.stopped(signal.SIGKILL), (-signal.SIGKILL, ""))
        self.goes_on()

    def test_a_run_that_is_interrupted_goes_on_where_it_was_and_leaves_nothing(self):
        self.assertEqual(self.stopped(signal.SIGINT), (130, "tcpstate-archive: interrupted; the same command goes on from here\n"))
        self.assertEqual(list(self.folder.glob("tcpstate-archive-*")), [])
        self.goes_on()

    def test_two_runs_at_a_time(self):
        program, met = archives.slow_program(self.folder / "slow")
        first = archives.begin(self.archive, "--out", self.out, "--quiet", program=program)
        archives.wait_for(lambda: archives.numbers_in(met))
        self.assertIn("another run is writing", self.run_tool(status=1).stderr)
        first.terminate()
        first.communicate(timeout=240)
        self.assertEqual(first.returncode, 143)


class FullDisk(Archive):
    def test_full_file_system(self):
        full = self.folder / "full"
        full.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", full], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no permission to mount a small file system")
        self.addCleanup(subprocess.run, ["umount", "-l", full], check=True)
        self.out = full / "result.sqlite"
        done = self.run_tool(status=1)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("full", done.stderr)
        self.intact()
        subprocess.run(["mount", "-o", "remount,size=10m", full], check=True)
        self.run_tool()
        self.compare()
