# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark carries on without a word when it skips a plugin: the tests must not."""
import pathlib
import sys
import tempfile
import unittest

import samples
from samples import shark

sys.path.insert(0, str(samples.CHECKOUT / "tools"))
from shark import Failure, Shark  # noqa: E402


class Loading(unittest.TestCase):
    def test_it_is_loaded(self):
        shark().check_loaded()
        self.assertIn("tcpstate", shark().tshark("-G", "protocols").stdout)

    def test_it_says_nothing_on_the_way(self):
        result = shark().tshark("-r", shark().readable(samples.sample("half_open_crash")))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_missing_plugin_is_an_error(self):
        with tempfile.TemporaryDirectory() as empty, Shark(plugins=empty) as without:
            with self.assertRaisesRegex(Failure, "not built"):
                without.check_loaded()

    def test_a_plugin_that_does_not_load_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            version = next(pathlib.Path(samples.default_plugins()).glob("*/epan/tcpstate.so")).parts[-3]
            for place in (version, "1.0"):      # no library at all; a library for another version of Wireshark
                with self.subTest(place=place):
                    broken = pathlib.Path(folder, place) / place / "epan"
                    broken.mkdir(parents=True)
                    (broken / "tcpstate.so").write_bytes(b"not a library")
                    pathlib.Path(folder).chmod(0o755)
                    with Shark(plugins=broken.parents[1]) as without:
                        with self.assertRaisesRegex(Failure, "did not load"):
                            without.check_loaded()


if __name__ == "__main__":
    unittest.main()
