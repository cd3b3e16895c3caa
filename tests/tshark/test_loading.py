# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark carries on without a word when it skips a plugin: the tests must not."""
import pathlib
import re
import subprocess
import tempfile
import unittest

from samples import plugin, sample
from shark import Failure, Shark
from tshark import shark


class Loading(unittest.TestCase):
    def test_it_is_loaded(self):
        shark().check_loaded()
        self.assertIn("tcpstate", shark().tshark("-G", "protocols").stdout)

    def test_it_says_nothing_on_the_way(self):
        result = shark().tshark("-r", shark().readable(sample("half_open_crash")))
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_it_cannot_open_send_or_execute_anything(self):
        """docs/security.md says so; what a library does not import it cannot call. fwrite needs a file that is open: standard output."""
        listed = subprocess.run(["nm", "-D", "--undefined-only", plugin()], capture_output=True, text=True, check=True).stdout
        imported = {line.split()[-1].partition("@")[0] for line in listed.splitlines()}
        self.assertIn("proto_register_protocol", imported)
        if any("asan" in name for name in imported):
            self.skipTest("the sanitizers import much more")
        doors = re.compile(r"_*(f?re)?f?d?open(at|dir)?(64)?(_2)?$|creat(64)?$|.*(fstream|filebuf|filesystem)|"
                           r"write(v|64)?$|f?read(v|64)?$|socket|connect|send|recv|exec|posix_spawn|"
                           r"g_(spawn|file|module|thread|socket|io_)|system$|popen|v?fork|clone|.*thread|dl(m?open|sym)|"
                           r"unlink|remove$|rename|mk(dir|stemp)|ws_(open|fopen|pipe)|browser_open|get(host|addr)|mprotect|mmap")
        # Of Tools > TCP State > Report alone (plugin/show/page.cpp): it finds the program, starts it, reads its complaints,
        # and removes what failed.
        of_report = re.compile(r"_ZN.*10filesystem|g_spawn_(async_with_fds|close_pid)$|g_file_(open_tmp|get_contents)$|"
                               r"g_find_program_in_path$|g_filename_to_uri$|unlink$")
        self.assertEqual([name for name in sorted(imported) if doors.match(name) and not of_report.match(name)], [])

    def test_a_missing_plugin_is_an_error(self):
        with tempfile.TemporaryDirectory() as empty, Shark(plugins=empty) as without:
            with self.assertRaisesRegex(Failure, "not built"):
                without.check_loaded()

    def test_a_plugin_that_does_not_load_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            version = plugin().parts[-3]
            for place in (version, "1.0"):      # no library at all; a library for another version of Wireshark
                with self.subTest(place=place):
                    broken = pathlib.Path(folder, place) / place / "epan"
                    broken.mkdir(parents=True)
                    (broken / "tcpstate.so").write_bytes(b"not a library")
                    pathlib.Path(folder).chmod(0o755)
                    with Shark(plugins=broken.parents[1]) as without:
                        with self.assertRaisesRegex(Failure, "did not load"):
                            without.check_loaded()
