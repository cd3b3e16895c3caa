# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine without Dask: the same results from a process pool; and a run that has nothing to do starts nothing."""
import os
import shutil
import signal
import time

import archives
from test_faults import Archive as SmallArchive


class NoDask(SmallArchive):
    def setUp(self):
        super().setUp()
        hidden = self.folder / "hidden"
        hidden.mkdir()
        for name in "dask", "distributed", "cloudpickle":
            (hidden / f"{name}.py").write_text(f"raise ImportError('no {name} here')\n")
        self.env = archives.environment(PYTHONPATH=str(hidden))

    def run_tool(self, *captures, env=None, **options):
        return super().run_tool(*captures, env=self.env | (env or {}), **options)


class WithoutDask(NoDask):
    def test_the_result_is_the_same(self):
        self.assertIn("\n6 files read, 0 known already", "\n" + self.run_tool().stdout)
        self.compare()

    def test_several_workers(self):
        done = archives.archive(self.base / "archive", "--out", self.out, "--tsv", self.folder / "rows.tsv", "--workers", "3", "--quiet",
                                env=self.env)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.compare()

    def test_a_cluster_needs_dask(self):
        done = self.run_tool("--scheduler", "tcp://127.0.0.1:9", self.base / "archive", status=1)
        self.assertEqual(done.stderr, "tcpstate-archive: --scheduler needs Dask: apt-get install python3-dask python3-distributed\n")

    def test_a_file_that_kills_its_workers_takes_no_other_with_it(self):
        path, poison = self.folder / "deadly", self.folder / "archive/poison.pcap"
        path.mkdir()
        shutil.copytree(self.base / "archive", self.folder / "archive")
        archives.traffic("web", 200, 10, poison)
        (path / "tshark").write_text(f"""#!/bin/sh
[ "$(stat -Lc %s /proc/self/fd/0)" = {poison.stat().st_size} ] && kill -KILL $PPID
exec {shutil.which("tshark")} "$@"
""")
        for each in path, path / "tshark":
            each.chmod(0o755)
        if os.geteuid() == 0:       # tshark runs as nobody, who may kill nobody else: so setpriv does it
            (path / "tshark").rename(path / "setpriv")
            text = (path / "setpriv").read_text().replace(shutil.which("tshark"), shutil.which("setpriv"))
            (path / "setpriv").write_text(text)
        done = self.run_tool(self.folder / "archive", status=3, env={"PATH": f"{path}:{os.environ['PATH']}"})
        self.assertIn("poison.pcap: the workers that read it died", done.stderr)
        self.assertEqual(self.errors(), {("poison.pcap", "read", "failed")})
        self.compare()

    def test_an_interrupted_run_leaves_nothing_behind_and_goes_on(self):
        path, met = archives.slow_tshark(self.folder / "slow", 1)
        tool = archives.begin(self.base / "archive", "--out", self.out, "--workers", "1", "--quiet",
                              env=self.env | {"PATH": f"{path}:{os.environ['PATH']}", "TMPDIR": str(self.folder)})
        worker = archives.wait_for(lambda: archives.number_in(met) or tool.poll() is not None)
        tool.send_signal(signal.SIGINT)
        _, errors = tool.communicate(timeout=60)
        self.assertEqual((tool.returncode, errors), (130, "tcpstate-archive: interrupted; the same command goes on from here\n"))
        archives.wait_for(lambda: not os.path.exists(f"/proc/{worker}"), 10)
        self.assertEqual(list(self.folder.glob("tcpstate-archive-*")), [])
        self.run_tool()
        self.compare()

    def test_no_worker_outlives_a_run_that_is_killed(self):
        path, met = archives.slow_tshark(self.folder / "slow", 1)
        tool = archives.begin(self.base / "archive", "--out", self.out, "--workers", "1", "--quiet",
                              env=self.env | {"PATH": f"{path}:{os.environ['PATH']}"})
        worker = archives.wait_for(lambda: archives.number_in(met) or tool.poll() is not None)
        tool.kill()
        tool.communicate(timeout=60)
        archives.wait_for(lambda: not os.path.exists(f"/proc/{worker}"), 10)


class NothingNew(NoDask):
    def test_it_is_found_out_in_less_than_a_second(self):
        self.run_tool()
        times = []
        for _ in range(3):
            began = time.monotonic()
            done = self.run_tool()
            times.append(time.monotonic() - began)
            self.assertIn("\n0 files read, 6 known already", "\n" + done.stdout)
        self.assertLess(min(times), 1)
        self.compare()

    def test_without_starting_tshark(self):
        self.run_tool()
        path = self.folder / "bin"
        path.mkdir()
        known = shutil.which("tshark")
        (path / "tshark").symlink_to(known)
        env = {"PATH": f"{path}:{os.environ['PATH']}"}
        self.run_tool(env=env)
        (path / "setpriv").write_text(f"#!/bin/sh\ntouch {self.folder}/started\nexec {shutil.which('setpriv')} \"$@\"\n")
        (path / "setpriv").chmod(0o755)
        self.run_tool(env=env)
        self.assertFalse((self.folder / "started").exists())
        # Another tshark, or another preference, may say something else.
        (path / "tshark").unlink()
        shutil.copy(known, path / "tshark")
        self.run_tool(env=env)
        self.assertTrue((self.folder / "started").exists())

    def test_another_preference_is_something_new(self):
        self.run_tool()
        done = self.run_tool("--option", "tcpstate.ttl_tolerance:5", self.base / "archive")
        self.assertIn("\n6 files read", "\n" + done.stdout)

    def test_a_new_file_is_something_new(self):
        shutil.copytree(self.base / "archive", self.folder / "archive")
        self.run_tool(self.folder / "archive")
        archives.traffic("web", 200, 10, self.folder / "archive/more.pcap")
        self.assertIn("\n1 files read, 6 known already", "\n" + self.run_tool(self.folder / "archive").stdout)
