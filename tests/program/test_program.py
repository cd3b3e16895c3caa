# SPDX-License-Identifier: GPL-2.0-or-later
"""The program as people run it: several files, pipes, damaged files, wrong arguments, preferences, Ctrl-C."""
import contextlib
import gzip
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest

import captures
import frames
from program import BAD_FILES, COMPLETE, FAILED, INTERRUPTED, PROGRAM, WRONG_ARGUMENTS, environment, out, start, tcpstate, ways
from samples import CHECKOUT, build_folder, recorded, sample
from tables import tables
from tshark import shark

GENERATOR = build_folder() / "bench/generator"
CRASH, REFUSED = sample("half_open_crash"), sample("refused")


class InFolder(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="tcpstate-program-")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)

    def rows(self, *arguments, status=COMPLETE):
        result = tcpstate("connections", "--json", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


class SeveralFiles(InFolder):
    def merged(self, *paths):
        path = self.folder / "merged.pcapng"
        subprocess.run(["mergecap", "-w", path, *paths], check=True)
        os.chmod(self.folder, 0o755)
        return path

    def check(self, *paths):
        theirs = shark().tshark("-n", "-q", "-r", shark().readable(self.merged(*paths)), "-z", "tcpstate,connections,json")
        self.assertEqual(theirs.returncode, 0, theirs.stderr)
        self.assertEqual(out("connections", "--json", *paths), theirs.stdout)

    def test_they_are_one_capture_in_the_order_of_time(self):
        self.check(CRASH, REFUSED, sample("mixed"))
        self.check(sample("mixed"), REFUSED, CRASH)
        self.check(*recorded()[:40])

    def test_one_capture_in_pieces_in_any_order(self):
        packets = list(captures.read(sample("mixed")))
        pieces = []
        for number in range(4):
            pieces.append(self.folder / f"{number}.pcap")
            captures.write_pcap(pieces[-1], packets[number::4])
        self.check(*pieces)
        self.check(*pieces[::-1])

    def test_equal_times(self):
        """Two files with the same times: which one comes first decides what their connection is."""
        link, packets = frames.told(frames.PLAIN)["ethernet"]
        paths = [self.folder / "odd.pcap", self.folder / "even.pcap"]
        for path, kept in zip(paths, (packets[0::2], packets[1::2])):
            captures.write_pcap(path, captures.spaced(kept))
        self.check(*paths)
        self.check(*paths[::-1])

    def test_compressed_files(self):
        path = self.folder / "crash.pcapng.gz"
        path.write_bytes(gzip.compress(CRASH.read_bytes()))
        self.assertEqual(out("connections", path), out("connections", CRASH))

    def test_one_behind_the_other(self):
        """In the order of their first packets, though packets of the first come later than those of the second."""
        packets = list(captures.read(sample("mixed")))
        middle = len(packets) // 2
        first, second = self.folder / "first.pcap", self.folder / "second.pcap"
        captures.write_pcap(first, [*packets[:middle], packets[-1]])
        captures.write_pcap(second, packets[middle:-1])
        both = self.folder / "both.pcap"
        subprocess.run(["mergecap", "-a", "-w", both, first, second], check=True)
        expected = out("connections", "--json", both)
        self.assertNotEqual(out("connections", "--json", first, second), expected)
        self.assertEqual(out("connections", "--json", "--append", second, first), expected)
        names = self.folder / "names"
        names.write_text(f"{second}\n{first}\n")
        self.assertEqual(out("connections", "--json", "--append", "--files-from", names), expected)

    def test_more_files_than_can_be_open(self):
        names = self.folder / "names"
        names.write_text("".join(f"{path}\n" for path in recorded()))
        few = ["bash", "-c", 'ulimit -n 40; exec "$@"', "bash", PROGRAM, "connections", "--json", "--files-from", names]
        done = subprocess.run(few, env=environment(), capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (COMPLETE, ""))
        self.assertEqual(done.stdout, out("connections", "--json", *recorded()))

    def test_the_report_has_a_line_about_each(self):
        packets, report = list(captures.read(CRASH)), self.folder / "report"
        cut = self.folder / "cut.pcap"
        captures.write_pcap(cut, packets[:5])
        cut.write_bytes(cut.read_bytes()[:-1])
        result = tcpstate("connections", "--append", "--report", report, REFUSED, "/nowhere", cut, CRASH)
        self.assertEqual(result.returncode, BAD_FILES)
        header, *lines = [line.split("\t") for line in report.read_text().splitlines()]
        self.assertEqual(header, ["file", "packets", "start", "end", "problem", "description"])
        self.assertEqual({line[0]: (line[1], line[4]) for line in lines}, {
            "1": ("2", ""), "2": ("0", "unreadable"), "3": ("4", "truncated"), "4": (str(len(packets)), "")})
        start, end = ("%d.%09d" % divmod(packets[at].time, 10 ** 9) for at in (0, -1))
        self.assertIn(["4", str(len(packets)), start, end, "", ""], lines)


class StandardInput(InFolder):
    def test_a_file(self):
        with open(CRASH) as file:
            self.assertEqual(out("connections", "-", stdin=file), out("connections", CRASH))

    def test_a_pipe(self):
        with subprocess.Popen(["cat", CRASH], stdout=subprocess.PIPE) as cat:
            self.assertEqual(out("connections", "-", stdin=cat.stdout), out("connections", CRASH))

    def feed(self, program, packets):
        for packet in packets:
            seconds, fraction = divmod(packet.time, 10**9)
            program.stdin.buffer.write(struct.pack("<IIII", seconds, fraction, len(packet.data), packet.length) + packet.data)
        program.stdin.flush()

    def live(self, *command):
        program = start(*command, "-", stdin=subprocess.PIPE)
        program.stdin.buffer.write(struct.pack("<IHHiIII", captures.NANOSECONDS, 2, 4, 0, 0, captures.SNAP, captures.ETHERNET))
        self.addCleanup(lambda: [program.kill(), program.wait(), program.stdout.close(), program.stderr.close()])
        return program

    def test_events_come_while_the_stream_goes_on(self):
        program = self.live("events", "--json")
        self.feed(program, captures.read(CRASH))
        signal.alarm(20)        # a program that waits for more would wait for ever
        self.addCleanup(signal.alarm, 0)
        first = json.loads(program.stdout.readline())
        self.assertEqual((first["frame"], first["event"]), (7, "half-open-confirmed"))
        self.assertIsNone(program.poll())
        program.stdin.close()
        self.assertEqual(program.wait(), COMPLETE)

    def test_an_interrupt_ends_with_what_is_known(self):
        for number in signal.SIGINT, signal.SIGTERM:
            program = self.live("connections", "--json")
            self.feed(program, captures.read(CRASH))
            time.sleep(1)
            program.send_signal(number)
            printed, said = program.communicate(timeout=20)
            self.assertEqual((program.returncode, json.loads(printed)["outcome"], said), (INTERRUPTED, "crashed", ""))


@unittest.skipUnless(GENERATOR.exists(), "needs the benchmarks")
class ProgressLine(InFolder):
    def run_on_terminal(self, *paths):
        """What it writes to a terminal on standard error."""
        terminal, end = pty.openpty()
        process = subprocess.Popen([PROGRAM, "connections", *paths], env=environment(), stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        said = b""
        with contextlib.suppress(OSError):      # at its end
            while piece := os.read(terminal, 4096):
                said += piece
        os.close(terminal)
        self.assertEqual(process.wait(), COMPLETE)
        return said.decode()

    def test_a_terminal_gets_one_line_that_vanishes_and_a_pipe_gets_none(self):
        path = self.folder / "web.pcap"
        subprocess.run([GENERATOR, "web", "1500000", "1000", path], check=True)
        said = self.run_on_terminal(path)
        self.assertRegex(said, r"\r\d+ packets, \d+ MB of \d+ \(\d+ %\), \d+ s left")
        self.assertNotIn("\n", said)
        self.assertTrue(said.endswith("\r\033[K"), said[-40:])
        self.assertIn("\r0 of 2 files, ", self.run_on_terminal(path, path))
        self.assertEqual(tcpstate("connections", path).stderr, "")


class BadFiles(InFolder):
    def test_what_is_missing_foreign_cut_or_damaged_is_said_and_the_rest_is_read(self):
        whole = CRASH.read_bytes()
        cut, foreign, empty, damaged = (self.folder / name for name in ("cut.pcapng", "foreign", "empty", "damaged.gz"))
        cut.write_bytes(whole[:-7])
        foreign.write_text("no capture\n" * 9)
        empty.write_bytes(b"")
        packed = bytearray(gzip.compress(whole))
        packed[len(packed) // 2] ^= 0xff
        damaged.write_bytes(packed)
        missing = self.folder / "missing"
        for path, words in ((cut, "cut short"), (foreign, "no capture file"), (missing, "No such file"), (damaged, ""),
                            (self.folder, "")):
            with self.subTest(path.name):
                rows, said = self.rows(path, REFUSED, status=BAD_FILES)
                self.assertIn("refused", [row["outcome"] for row in rows])
                self.assertEqual(len(said.splitlines()), 1, said)
                self.assertTrue(said.startswith(f"tcpstate: {path} "), said)
                self.assertIn(words, said)
        self.assertEqual(self.rows(cut, status=BAD_FILES)[0][0]["last_frame"], 6)
        self.assertEqual(self.rows(foreign, status=BAD_FILES)[0], [])

    def test_a_cut_file_is_what_tshark_reads_of_it(self):
        whole = sample("mixed").read_bytes()
        cut = shark().folder / "cut.pcapng"
        for size in range(len(whole) // 2, len(whole), len(whole) // 9):
            cut.write_bytes(whole[:size])
            shark().give(cut)
            theirs = shark().tshark("-n", "-q", "-r", cut, "-z", "tcpstate,connections,json").stdout
            self.assertEqual(tcpstate("connections", "--json", cut).stdout, theirs)


class Arguments(InFolder):
    def test_wrong_ones(self):
        for wrong in ((), ("connections",), ("nonsense", CRASH), ("connections", "--yaml", CRASH),
                      ("connections", "--tsv", "--json", CRASH), ("timeline", CRASH), ("timeline", "--conn", "x", CRASH),
                      ("segments", "-e", "nonsense", CRASH), ("segments", "--where", "nonsense=1", CRASH),
                      ("segments", "--where", "outcome", CRASH), ("connections", "-o", "nonsense:1", CRASH),
                      ("connections", "--forget", "1h", CRASH), ("segments", "--forget", "1h", CRASH),
                      *(("events", "--forget", wrong, CRASH) for wrong in ("1", "h", "0s", "-1s", "1w", "1hh", "99999999999d"))):
            with self.subTest(wrong):
                result = tcpstate(*wrong)
                self.assertEqual((result.returncode, result.stdout), (WRONG_ARGUMENTS, ""))
                self.assertNotEqual(result.stderr, "")

    def test_help_and_version(self):
        for arguments, words in ((["--help"], "Examples:"), (["--version"], "tcpstate "), (["connections", "--help"], "--csv")):
            result = tcpstate(*arguments)
            self.assertEqual((result.returncode, result.stderr), (COMPLETE, ""))
            self.assertIn(words, result.stdout)

    def test_the_columns_are_those_of_the_table(self):
        listed = [tuple(line.split("\t")) for line in out("connections", "--list-columns").splitlines()]
        self.assertEqual([name for name, *_ in listed], out("connections", "--tsv", CRASH).splitlines()[0].split("\t"))
        self.assertEqual(listed, [tuple(row) for row in tables()["column"]])

    def test_each_option_is_in_the_manual_page_and_completed(self):
        page = (CHECKOUT / "program/tcpstate.1").read_text().replace("\\-", "-")
        completion = (CHECKOUT / "program/tcpstate.bash").read_text()
        commands = re.findall(r"(?m)^  ([a-z]+) +[A-Z]", out("--help").partition("Examples")[0])
        self.assertEqual(len(commands), 7)
        for command in commands:
            self.assertIn(f".B {command}\n", page)
            self.assertIn(command, completion)
            for option in set(re.findall(r"--[a-z-]+", out(command, "--help").partition("Examples")[0])):
                self.assertIn(option, page, command)
                self.assertIn(option, completion, command)

    def test_completion(self):
        def completed(*words):
            script = f"source {CHECKOUT}/program/tcpstate.bash; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); " \
                "compopt() { :; }; _tcpstate tcpstate \"${@: -1}\" \"${@: -2:1}\"; echo \"${COMPREPLY[@]}\""
            env = environment() | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
            command = ["bash", "-c", script, "bash", *words]
            return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
        self.assertEqual(completed("tcpstate", "co"), ["connections", "compare"])
        self.assertEqual(completed("tcpstate", "connections", "--c"), ["--count-ways", "--csv"])
        self.assertEqual(completed("tcpstate", "segments", "-e", "tcpstate.icm"), ["tcpstate.icmp"])
        self.assertEqual(completed("tcpstate", "segments", "--where", "ou"), ["outcome="])

    def test_a_full_disk(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "connections", CRASH], env=environment(), stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual((result.returncode, result.stderr), (FAILED, "tcpstate: No space left on device\n"))


class Libraries(unittest.TestCase):
    def loaded(self, *arguments):
        """Names of the libraries that a run loads."""
        env = environment() | {"LD_DEBUG": "files"}
        done = subprocess.run([PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True, check=True)
        return set(re.findall(r"calling init: \S*/(lib[a-z]+)[.-]", done.stderr))

    def test_libwireshark_is_loaded_with_the_first_frame_that_needs_it(self):
        self.assertNotIn("libwireshark", self.loaded("connections", CRASH))
        self.assertIn("libwireshark", self.loaded("connections", "--wireshark", CRASH))

    def test_without_it_plain_frames_are_read_and_others_are_not(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = shutil.copy(PROGRAM, folder)
            run = lambda *arguments: subprocess.run([alone, *map(str, arguments)], env=environment(), capture_output=True, text=True)
            self.assertEqual(run("connections", CRASH).stdout, out("connections", CRASH))
            done = run("connections", "--wireshark", CRASH)
        self.assertEqual((done.returncode, done.stdout), (FAILED, ""))
        self.assertIn("tcpstate: Wireshark's dissectors do not start", done.stderr)


class Preferences(InFolder):
    """What people have set in Wireshark counts here too."""
    NEVER_SUSPECTS = ("tcpstate.attempts_before_suspicion:99",)
    VERIFY = "tcp.check_checksum:TRUE"

    def options(self, preferences):
        return [part for preference in preferences for part in ("-o", preference)]

    def with_settings(self, name, text):
        """The environment of somebody who has this file."""
        home = self.folder / "home"
        (home / ".config/wireshark").mkdir(parents=True, exist_ok=True)
        (home / ".config/wireshark" / name).write_text(text)
        return environment() | {"HOME": str(home)}

    def run_with(self, env, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], env=env, capture_output=True, text=True)

    def test_ours_change_verdicts_and_frames_stay_plain(self):
        path = sample("repeats_into_silence")
        options = self.options(self.NEVER_SUSPECTS)
        theirs = shark().tshark("-n", "-q", *options, "-r", shark().readable(path), "-z", "tcpstate,connections,json").stdout
        self.assertEqual(out("connections", "--json", *options, path), theirs)
        self.assertNotEqual(out("connections", "--json", path), theirs)
        self.assertEqual(ways("connections", *options, path)[1], set())
        env = self.with_settings("preferences", "\n".join(self.NEVER_SUSPECTS).replace(":", ": ") + "\n")
        self.assertEqual(self.run_with(env, "connections", "--json", path).stdout, theirs)

    def test_those_that_change_the_way_are_wiresharks(self):
        for preference in (self.VERIFY, "ip.defragment:FALSE", "openflow.tcp.port:6633"):
            self.assertEqual(ways("connections", "-o", preference, CRASH)[1], {"preference " + preference.split(":")[0]})

    def test_checksums(self):
        link, packets = frames.told(frames.PLAIN)["ethernet"]
        packets[6] = packets[6][:-2] + b"\0\0"
        packets[6] = packets[6][:50] + b"\x12\x34" + packets[6][52:]
        path = self.folder / "sums.pcap"
        captures.write_pcap(path, captures.spaced(packets, silent_before=5))
        outcome = lambda *options: self.rows(*options, path)[0][0]["outcome"]
        self.assertEqual((outcome(), outcome("-o", self.VERIFY)), ("crashed", "open"))

    def test_a_disabled_protocol_is_not_followed(self):
        for name in "tcpstate", "tcp":
            env = self.with_settings("disabled_protos", name + "\n")
            result = self.run_with(env, "connections", "--json", CRASH)
            self.assertEqual((result.returncode, result.stdout), (COMPLETE, ""))

    def test_comments_set_nothing(self):
        env = self.with_settings("preferences", "# Wireshark's own file\n\n#tcp.check_checksum: TRUE\ngui.column.hidden: x\n")
        result = self.run_with(env, "connections", "--count-ways", CRASH)
        self.assertIn("plain", result.stderr)
        self.assertNotIn("Wireshark  ", result.stderr)


class Segments(InFolder):
    def column(self, *arguments):
        return out("segments", *arguments).split()[1:]

    def test_conditions_choose_rows(self):
        path = sample("mixed")
        rows = [json.loads(line) for line in out("segments", "--json", path).splitlines()]

        def frames_that(holds):
            return [str(row["frame.number"]) for row in rows if holds(row)]
        for condition, holds in {
                "outcome=crashed": lambda row: row["tcpstate.outcome"] == "crashed",
                "cause=abort": lambda row: row.get("tcpstate.rst.cause") == "abort",
                "event=half-closed": lambda row: "half-closed" in row.get("tcpstate.event", []),
                "conn=4": lambda row: row["tcpstate.conn"] == 4}.items():
            with self.subTest(condition):
                chosen = self.column("--where", condition, "-e", "frame.number", path)
                self.assertEqual(chosen, frames_that(holds))
                self.assertTrue(0 < len(chosen) < len(rows))
        both = self.column("--where", "outcome=aborted", "--where", "port=40006", "-e", "frame.number", path)
        self.assertEqual(both, frames_that(lambda row: row["tcpstate.conn"] == 5))
        self.assertEqual(self.column("--where", "host=10.77.0.9", "-e", "conn", path), [])
        self.assertEqual(len(self.column("--where", "host=10.77.0.1", "-e", "conn", path)), len(rows))

    def test_without_columns_there_are_all(self):
        header = out("segments", CRASH).splitlines()[0].split("\t")
        self.assertEqual(header, ["frame.number", "frame.time_epoch", *(row[0] for row in tables()["field"])])


class Events(InFolder):
    def test_they_are_those_of_the_segments(self):
        for path in recorded()[::12]:
            found = [json.loads(line) for line in out("events", "--json", path).splitlines()]
            rows = [json.loads(line) for line in out("segments", "--json", path).splitlines()]
            self.assertEqual([(row["frame"], row["conn"], row["event"]) for row in found],
                             [(row["frame.number"], row["tcpstate.conn"], event)
                              for row in rows for event in row.get("tcpstate.event", [])])
            self.assertEqual(len(out("events", path).splitlines()), len(found))


class Summary(InFolder):
    def test_it_counts_what_the_table_has(self):
        rows, _ = self.rows(sample("mixed"))
        text = out("summary", sample("mixed"))
        for outcome in {row["outcome"] for row in rows}:
            count = sum(row["outcome"] == outcome for row in rows)
            self.assertRegex(text, rf"(?m)^  {outcome} +{count} ")
        for cause in {row["rst_cause"] for row in rows if row["rst_cause"]}:
            count = sum(row["rst_cause"] == cause for row in rows)
            self.assertRegex(text, rf"(?m)^  {cause} +{count} ")

    def test_an_empty_capture(self):
        path = self.folder / "empty.pcap"
        captures.write_pcap(path, [])
        self.assertEqual(out("summary", path), "0 connections, 0 bytes of payload\n")


if __name__ == "__main__":
    unittest.main()
