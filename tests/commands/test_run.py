# SPDX-License-Identifier: GPL-2.0-or-later
"""./run as people call it: its table, its errors, odd paths, closed input, root and nobody."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import captures
from packets import framed, tcp
from samples import CHECKOUT, sample
from shark import NOBODY

AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", "HOME=/nonexistent"]
SAMPLE = sample("half_open_crash")


def run(*arguments, checkout=CHECKOUT, **options):
    options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, "cwd": "/"} | options
    return subprocess.run([*options.pop("prefix", []), checkout / "run", *map(str, arguments)], **options)


class Output(unittest.TestCase):
    def test_the_main_job(self):
        temporary = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, temporary)
        temporary.chmod(0o755)
        result = run(env=os.environ | {"TMPDIR": str(temporary)})
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        frames = [line for line in lines if re.match(r" *\d+ ", line)]
        self.assertEqual(len(frames), 7)
        self.assertRegex(frames[0], r"10\.77\.0\.1:40001 +10\.77\.0\.2:7777 +SYN +SYN-SENT +UNKNOWN$")
        self.assertRegex(frames[1], r"ESTABLISHED\? +SYN-RECEIVED$")
        self.assertRegex(frames[6], r" RST +CLOSED\? +CLOSED +RST after crash")
        self.assertIn("presumed", result.stdout)
        # The verdict and its evidence: the last sign of life, who is gone, what was lost, the RST and what it answers.
        self.assertEqual(lines[-1], "connection 0: client 10.77.0.1:40001, server 10.77.0.2:7777: crashed; half-open since "
                         "frame 5 (server gone, 2.7 s, 5 bytes lost), confirmed by the RST in frame 7; RST in frame 7 by the server: "
                         "crash (likely, answers frame 6)")
        self.assertIn("half-open, not yet discovered; discovered in frame 7", frames[4])
        self.assertIn("half-open, not yet discovered; discovered in frame 7", frames[5])
        self.assertEqual(list(temporary.iterdir()), [], "temporary folders are removed")

    def test_half_closed(self):
        result = run(sample("half_closed"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout.splitlines()[-1], r": closed; half-closed by the server in frame 6 for 397\.\d ms, "
                         r"5 bytes the other way, until FIN in frame 10; closed first by the server$")

    def test_ipv6(self):
        result = run(sample("half_open_crash_ipv6"))
        self.assertIn("client [fd77::1]:40001, server [fd77::2]:7777: crashed", result.stdout)

    def test_the_readme_shows_what_it_prints(self):
        shown = (CHECKOUT / "README.md").read_text().partition("<!-- run:begin -->\n```\n")[2].partition("```\n<!-- run:end -->")[0]
        self.assertEqual(shown, run().stdout)

    def test_the_timeline_of_one_connection(self):
        result = run("--timeline", 0)
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(lines[:4], ["Connection 0 (tcpstate.conn == 0)", "client 10.77.0.1:40001", "server 10.77.0.2:7777",
                                     "outcome crashed"])
        self.assertRegex(lines[-3], r"^ +7 +2\.\d{6} +server +RST +1 +CLOSED\? +CLOSED$")
        self.assertIn("RST after crash", lines[-2])
        self.assertIn("outcome refused", run("--timeline", 0, sample("refused")).stdout)

    def test_help(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("--gui", result.stdout)

    def test_root_is_told_why_it_runs_as_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("not root")
        self.assertEqual(len(run().stderr.splitlines()), 1)
        self.assertIn("root", run().stderr)


def segments(connections):
    """Frames of connections: each is closed by the client, except that the server resets number 5 in the middle."""
    for n in range(connections):
        client, server = ("10.0.0.1", "10.0.0.2", 20000 + n, 80), ("10.0.0.2", "10.0.0.1", 80, 20000 + n)
        yield framed(*client[:2], tcp(*client, "S", seq=100))
        yield framed(*server[:2], tcp(*server, "SA", seq=500, ack=101))
        yield framed(*client[:2], tcp(*client, "A", seq=101, ack=501))
        if n == 5:
            yield framed(*server[:2], tcp(*server, "RA", seq=501, ack=101))
            continue
        yield framed(*client[:2], tcp(*client, "FA", seq=101, ack=501))
        yield framed(*server[:2], tcp(*server, "FA", seq=501, ack=102))
        yield framed(*client[:2], tcp(*client, "A", seq=102, ack=502))


class LargeCaptures(unittest.TestCase):
    """Beyond 200 segments: 40 connections of 6 segments, one of them with 4."""

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.capture = folder / "large.pcap"
        captures.write_pcap(cls.capture, captures.spaced(list(segments(40))))

    def lines(self, *arguments, **options):
        result = run(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.splitlines()

    def test_counts_and_those_in_trouble_first(self):
        lines = self.lines(self.capture)
        self.assertEqual(lines[0], "238 TCP segments, 40 connections: 1 aborted, 39 closed")
        self.assertIn("Connections in trouble: 1", lines)
        told = [line for line in lines if line.startswith("connection ")]
        self.assertEqual(told, ["connection 5: client 10.0.0.1:20005, server 10.0.0.2:80: aborted; "
                                "RST in frame 34 by the server: abort (certain)"])
        for option in "--all", "--trouble", "--connections", "--timeline":
            self.assertIn(option, "\n".join(lines))

    def test_what_is_wrong_with_the_capture(self):
        """A packet seen twice, ten times: it says so once, and the frame where it is certain."""
        twice = self.capture.with_name("twice.pcap")
        captures.write_pcap(twice, captures.spaced([frame for frame in segments(40) for _ in range(2)]))
        for option in (), ("--trouble",), ("--filter", "tcp.port == 20003"):
            with self.subTest(option=option):
                remarks = [line for line in self.lines(*option, twice) if line.startswith("about the capture, frame ")]
                self.assertEqual(len(remarks), 1)
                self.assertIn("several times", remarks[0])
        self.assertNotIn("about the capture", "\n".join(self.lines(self.capture)))

    def test_all_of_it(self):
        lines = self.lines("--all", self.capture)
        self.assertEqual(sum(bool(re.match(r" *\d+ ", line)) for line in lines), 238)
        self.assertEqual(sum(line.startswith("connection ") for line in lines), 40)

    def test_connections(self):
        lines = self.lines("--connections", self.capture)
        self.assertEqual(len(lines), 40)
        self.assertEqual(lines[0], "connection 0: client 10.0.0.1:20000, server 10.0.0.2:80: closed")

    def test_trouble(self):
        self.assertEqual([line.partition(":")[0] for line in self.lines("--trouble", self.capture)], ["connection 5"])
        self.assertEqual(self.lines("--trouble", sample("normal_close")), ["no connection is in trouble: 1 closed"])

    def test_a_filter_chooses_connections(self):
        lines = self.lines("--filter", "tcp.flags.reset == 1", self.capture)
        self.assertEqual(sum(bool(re.match(r" *\d+ ", line)) for line in lines), 4, "few enough to show each segment")
        self.assertTrue(lines[-1].startswith("connection 5: "))
        self.assertEqual(len(self.lines("--connections", "--filter", "tcp.port in {20003, 20004}", self.capture)), 2)

    def test_a_filter_may_ask_for_what_later_packets_teach(self):
        lines = self.lines("--connections", "--filter", "tcpstate.half_open.discovered_in", sample("mixed"))
        self.assertEqual([line.partition(":")[0] for line in lines], ["connection 4"])

    def test_standard_input(self):
        for options in ("-",), ("--connections", "-"):
            with open(self.capture, "rb") as file, self.subTest(options=options):
                self.assertEqual(self.lines(*options, stdin=file), self.lines(*options[:-1], self.capture))
        cat = subprocess.Popen(["cat", SAMPLE], stdout=subprocess.PIPE)
        with cat:
            self.assertIn(": crashed;", self.lines("-", stdin=cat.stdout)[-1])


class OddPlaces(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="odd places "))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_relative_path_with_spaces_from_another_folder(self):
        shutil.copy(SAMPLE, self.folder / "a capture.pcapng")
        result = run("a capture.pcapng", cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(": crashed;", result.stdout)

    def test_a_name_that_begins_with_a_dash(self):
        shutil.copy(SAMPLE, self.folder / "-x.pcapng")
        self.assertIn(": crashed;", run("--", "-x.pcapng", cwd=self.folder).stdout)

    def test_closed_input(self):
        result = subprocess.run(["bash", "-c", 'exec "$0" <&-', CHECKOUT / "run"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_capture_that_only_its_owner_can_read(self):
        private = self.folder / "private.pcapng"
        shutil.copy(SAMPLE, private)
        private.chmod(0o600)
        self.assertIn(": crashed;", run(private).stdout)

    def test_a_capture_that_was_cut_short_is_shown_as_far_as_it_goes(self):
        cut = self.folder / "cut.pcapng"
        cut.write_bytes(SAMPLE.read_bytes()[:-40])
        result = run(cut)
        self.assertEqual(result.returncode, 0)
        self.assertIn("cut short", result.stderr)
        self.assertIn("connection 0", result.stdout)

    def test_output_into_a_closed_pipe(self):
        result = subprocess.run(["bash", "-c", '"$0" 2>&1 | head -n 1; exit "${PIPESTATUS[0]}"', CHECKOUT / "run"],
                                capture_output=True, text=True, cwd="/")
        self.assertNotIn("Traceback", result.stdout + result.stderr)


class Errors(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def fails(self, words, *arguments, **options):
        result = run(*arguments, **options)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "")
        lines = [line for line in result.stderr.splitlines() if "as the user nobody" not in line]
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertRegex(lines[0], "^(run|setup): ")
        self.assertIn(words, lines[0])

    def test_no_capture(self):
        self.fails("no such capture", self.folder / "absent.pcap")

    def test_a_folder(self):
        self.fails("not a file", self.folder)

    def test_not_a_capture(self):
        (self.folder / "text.pcap").write_text("this is not a capture\n" * 10)
        self.fails("not a capture file", self.folder / "text.pcap")

    def test_empty_file(self):
        (self.folder / "empty.pcap").write_bytes(b"")
        self.fails("empty.pcap", self.folder / "empty.pcap")

    def test_a_capture_without_tcp(self):
        # A pcap file header (version 2.4, Ethernet) and no packet.
        (self.folder / "none.pcap").write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        self.fails("no TCP", self.folder / "none.pcap")

    def test_unreadable(self):
        private = self.folder / "private.pcap"
        shutil.copy(SAMPLE, private)
        private.chmod(0)
        if os.geteuid() == 0:
            self.folder.chmod(0o755)
            checkout = self.copied_checkout()
            self.fails("permission denied", private, checkout=checkout, prefix=AS_NOBODY)
        else:
            self.fails("permission denied", private)

    def copied_checkout(self):
        copy = self.folder / "checkout"
        shutil.copytree(CHECKOUT, copy, ignore=shutil.ignore_patterns(".git", "build"))
        return copy

    def test_unknown_option(self):
        self.fails("unknown option", "--frobnicate")

    def test_timeline_of_what(self):
        for wrong in (), ("x",), ("-1",), ("4294967296",):
            with self.subTest(arguments=wrong):
                self.fails("--timeline needs", "--timeline", *wrong)
        self.fails("no connection 1 ", "--timeline", 1)

    def test_a_filter_that_is_none(self):
        self.fails("--filter needs", "--filter")
        self.fails('filter "tcp.port == x" is invalid', "--filter", "tcp.port == x")
        self.fails("no connection", "--filter", "tcp.port == 1")

    def test_two_ways_to_show_a_capture(self):
        self.fails("exclude each other", "--all", "--trouble")
        self.fails("--gui has no --filter", "--gui", "--filter", "tcp", env=os.environ | {"DISPLAY": ":0"})

    def test_standard_input_without_a_capture(self):
        self.fails("no TCP segments in standard input", "-")

    def test_two_captures(self):
        self.fails("one capture", SAMPLE, SAMPLE)

    def test_gui_without_a_display(self):
        env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        self.fails("DISPLAY", "--gui", env=env)

    def test_no_tshark_and_no_way_to_install_it(self):
        # A PATH with all but tshark, apt-get and sudo.
        tools = self.folder / "bin"
        tools.mkdir()
        for place in os.environ["PATH"].split(":"):
            for tool in pathlib.Path(place).glob("*") if place else ():
                if tool.name not in ("tshark", "apt-get", "sudo") and not (tools / tool.name).exists():
                    (tools / tool.name).symlink_to(tool)
        self.fails("missing: tshark", env=os.environ | {"PATH": str(tools)})

    def test_build_failure(self):
        checkout = self.copied_checkout()
        (checkout / "src/tcp/broken.cpp").write_text("this does not compile\n")
        result = run(checkout=checkout)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "")
        self.assertIn("the build failed", result.stderr.splitlines()[-1])
        self.assertRegex(result.stderr, r"(?m)^run: configuring the build in build/release$")
        self.assertRegex(result.stderr, r"(?m)^run: building: step \d+ of \d+$")
        self.assertLess(len(result.stderr.splitlines()), 60)
        verbose = run("-v", checkout=checkout)
        self.assertRegex(verbose.stderr, r"(?m)^\[\d+/\d+\] ")
        self.assertIn("broken.cpp", result.stderr)

    def test_a_plugin_that_does_not_load(self):
        plugins = self.folder / "plugins"
        shutil.copytree(CHECKOUT / "build/release/plugins", plugins)
        next(plugins.glob("*/epan/tcpstate.so")).write_bytes(b"not a library")
        self.folder.chmod(0o755)
        self.fails("did not load", env=os.environ | {"TCPSTATE_PLUGINS": str(plugins)})
