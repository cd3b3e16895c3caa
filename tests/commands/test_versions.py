# SPDX-License-Identifier: GPL-2.0-or-later
"""Other versions of Wireshark: what cannot be tried here is skipped, said, and no failure."""
import subprocess
import sys
import tempfile
import unittest

from samples import CHECKOUT


class Versions(unittest.TestCase):
    def test_systems_that_cannot_be_made_are_skipped(self):
        with tempfile.TemporaryDirectory() as empty:        # without unshare and mmdebstrap root can do no more than others
            done = subprocess.run([sys.executable, CHECKOUT / "tools/versions", "--cache", empty], env={"PATH": empty},
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for system in ("Debian 13", "Debian sid"):
            self.assertRegex(done.stdout, rf"(?m)^  skipped: {system}: root: (needs root|unshare is not installed)")
        self.assertRegex(done.stdout, r"(?m)^0 passed, 0 failed, 2 skipped$")
