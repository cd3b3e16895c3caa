# SPDX-License-Identifier: GPL-2.0-or-later
"""A short run of everything in fuzz/; docs/reliability.md tells of the long ones."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

from samples import CHECKOUT, build_folder
from shark import default_plugins

BUILD = build_folder()


class ShortRuns(unittest.TestCase):
    def run_program(self, *command):
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, (result.stdout + result.stderr)[-4000:])
        return result.stdout

    def fuzz(self, target, runs):
        with tempfile.TemporaryDirectory() as folder:
            self.run_program(sys.executable, CHECKOUT / "fuzz/seeds", folder)
            said = self.run_program(BUILD / f"{target}_fuzzer", f"-runs={runs}", pathlib.Path(folder, target))
        self.assertIn(f"{runs} mutations", said)
        self.assertNotIn("\n0 inputs", "\n" + said)

    def test_sequences_of_segments(self):
        self.fuzz("segments", 30000)

    def test_headers_and_options(self):
        self.fuzz("reader", 100000)

    def test_frames_both_ways(self):
        if not (BUILD / "plain_fuzzer").exists():
            self.skipTest("the program is not built")
        self.fuzz("plain", 30000)

    def test_hostile_loads(self):
        self.assertIn(" loads, 0 wrong", self.run_program(BUILD / "hostile_load", "all", 2))

    def test_mutated_captures(self):
        with tempfile.TemporaryDirectory() as folder:
            said = self.run_program(sys.executable, CHECKOUT / "fuzz/mutate", "--captures", 300, "--plain", 1, "--keep", folder,
                                    "--plugins", default_plugins())
        self.assertIn("300 captures", said)

    def test_one_file_after_the_other(self):
        said = self.run_program(sys.executable, CHECKOUT / "fuzz/lifecycle", "--frames", 20000, "--plugins", default_plugins())
        self.assertIn("lifecycle: 0 wrong", said)
