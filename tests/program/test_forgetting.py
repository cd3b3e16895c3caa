# SPDX-License-Identifier: GPL-2.0-or-later
"""--forget: memory stays bounded, and rows differ from those of the unbounded run only as documented."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import captures
from frames import A, B
from packets import ACK, FIN, SYN, framed, tcp
from program import COMPLETE, PROGRAM, environment, out, tcpstate
from samples import build_folder, recorded

SECOND = 10**9
GENERATOR = build_folder() / "bench/generator"
COUNTS = re.compile(r"tcpstate: (\d+) connections were forgotten, (\d+) of them before they were closed; (\d+) have begun since")


def rows(*arguments):
    """By connection, and what was said about forgetting."""
    done = tcpstate("connections", "--json", *arguments)
    assert done.returncode == COMPLETE, done
    found = COUNTS.match(done.stderr)
    all_rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["conn"]: row for row in all_rows}, tuple(map(int, found.groups())) if found else (0, 0, 0), len(all_rows)


class Forgetting(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory(prefix="tcpstate-forget-")
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)

    def capture(self, *told):
        """Of (seconds, client port, by the client, flags, sequence number, acknowledgment)."""
        path = self.folder / "made.pcap"
        captures.write_pcap(path, [
            captures.Packet(int(when * SECOND), frame, len(frame)) for when, port, by_client, flags, seq, ack in told
            for frame in [framed(A, B, tcp(A, B, port, 80, flags, seq, ack)) if by_client else
                          framed(B, A, tcp(B, A, 80, port, flags, seq, ack))]])
        return path

    def handshake(self, when, port):
        return [(when, port, True, SYN, 100, 0), (when + .01, port, False, SYN | ACK, 500, 101),
                (when + .02, port, True, ACK, 101, 501)]

    def close(self, when, port):
        return [(when, port, True, FIN | ACK, 101, 501), (when + .01, port, False, FIN | ACK, 501, 102),
                (when + .02, port, True, ACK, 102, 502)]

    def test_what_is_not_silent_for_so_long_stays(self):
        for path in recorded()[::9]:
            self.assertEqual(rows("--forget", "7d", path), rows(path))

    def test_a_closed_connection_costs_nothing(self):
        path = self.capture(*self.handshake(0, 1000), *self.close(1, 1000), *self.handshake(50, 2000), *self.close(51, 2000))
        without, with_it = rows(path), rows("--forget", "10s", path)
        self.assertEqual(with_it[0], without[0])
        self.assertEqual((with_it[1], without[1]), ((1, 0, 0), (0, 0, 0)))

    def test_a_segment_after_the_silence_begins_another_connection(self):
        path = self.capture(*self.handshake(0, 1000), *self.handshake(50, 2000), *self.close(60, 1000))
        without, with_it = rows(path)[0], rows("--forget", "10s", path)
        self.assertEqual([without[conn]["outcome"] for conn in without], ["closed", "open"])
        self.assertEqual(with_it[1], (1, 1, 1))
        found = with_it[0]
        self.assertEqual([found[conn]["client_port"] for conn in found], [1000, 2000, 1000])
        self.assertEqual((found[0]["outcome"], found[0]["last_frame"]), ("open", 3))
        self.assertEqual((found[2]["first_frame"], found[2]["client_frames"], found[2]["server_frames"]), (7, 2, 1))

    def test_each_connection_is_printed_once(self):
        path = self.capture(*(packet for n in range(40) for packet in self.handshake(n, 1000 + n) + self.close(n + .5, 1000 + n)))
        found, (forgotten, unclosed, _), count = rows("--forget", "3s", path)
        self.assertEqual((found, count), (rows(path)[0], 40))
        self.assertEqual(unclosed, 0)
        self.assertGreater(forgotten, 30)

    def test_incarnations_of_one_pair_are_forgotten_one_by_one(self):
        path = self.capture(*(packet for n in range(40) for packet in self.handshake(5 * n, 1000) + self.close(5 * n + 1, 1000)))
        found, (forgotten, unclosed, begun), _ = rows("--forget", "12s", path)
        self.assertEqual(found, rows(path)[0])
        self.assertEqual((unclosed, begun), (0, 0))
        self.assertGreater(forgotten, 30)

    def test_lines_of_a_table_have_one_header(self):
        path = self.capture(*self.handshake(0, 1000), *self.handshake(50, 2000))
        for form in "--tsv", "--csv":
            forgetful = tcpstate("connections", form, "--forget", "10s", path)
            self.assertEqual(forgetful.stdout, out("connections", form, path))

    def test_events_and_summary(self):
        path = self.capture(*self.handshake(0, 1000), *self.close(1, 1000), *self.handshake(50, 2000), *self.close(51, 2000))
        for command in "events", "summary":
            self.assertEqual(tcpstate(command, "--forget", "10s", path).stdout, out(command, path))


@unittest.skipUnless(GENERATOR.exists(), "needs the benchmarks")
class Memory(unittest.TestCase):
    def peak(self, path, *options):
        """In KB. From a small process, because what it has before it becomes the program counts, too."""
        script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); " \
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        command = [sys.executable, "-c", script, PROGRAM, "connections", "--tsv", *options, path]
        return int(subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout)

    def test_it_stays_flat_however_long_the_stream_is(self):
        with tempfile.TemporaryDirectory() as folder:
            stream = pathlib.Path(folder, "stream.pcap")
            for mix in "blend", "syn-flood":
                def peak(packets, *options):
                    subprocess.run([GENERATOR, mix, str(packets), str(packets // 2), stream], check=True)  # 2,000 packets a second
                    return self.peak(stream, *options)
                after_50_seconds, after_300 = (peak(packets, "--forget", "1s") for packets in (100_000, 600_000))
                self.assertLess(after_300, 1.25 * after_50_seconds, mix)
                self.assertLess(after_300, peak(600_000) / 2, mix)


if __name__ == "__main__":
    unittest.main()
