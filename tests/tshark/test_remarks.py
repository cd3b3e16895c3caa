# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong with the capture itself: in the packet, in the statistics, and in ./run."""
import re
import subprocess
import unittest

from captures import spaced, write_pcap
from packets import ACK, SYN, framed, tcp
from samples import CHECKOUT, sample
from tshark import TWO_PASSES, frames, out, shark


class Remarks(unittest.TestCase):
    def test_packets_seen_several_times(self):
        capture = "seen_four_times.middle"
        told = {number: frame["remark"] for number, frame in frames(sample(capture), TWO_PASSES).items() if "remark" in frame}
        (number, (text,)), = told.items()
        self.assertRegex(text, "several times.*Remedy")
        tree = out(capture, "-q", "-z", "tcpstate,tree")
        self.assertRegex(tree, rf"Remarks about the capture +1 [^\n]*\n *packets seen several times, from frame {number} on +1 ")
        run = subprocess.run([CHECKOUT / "run", sample(capture)], capture_output=True, text=True, check=True).stdout
        self.assertIn(f"about the capture, frame {number}: {text}", run.splitlines())

    def test_nothing_is_wrong(self):
        self.assertNotIn("remark", " ".join(name for frame in frames(sample("normal_close"), TWO_PASSES).values() for name in frame))
        self.assertNotIn("Remarks", out("normal_close", "-q", "-z", "tcpstate,tree"))

    def both_sides(self, connections):
        """Merged from both sides of a router; the clock of the server's side is late."""
        found = []
        for n in range(connections):
            ends = "10.0.0.1", "10.0.0.2", 4000 + n, 80
            back = "10.0.0.2", "10.0.0.1", 80, 4000 + n
            for ttl_of_syn, ttl_of_answer in ((64, 63), (63, 64)):
                found.append(framed(*ends[:2], tcp(*ends, SYN, 0, 0), ttl=ttl_of_syn, ident=7 + n))
                found.append(framed(*back[:2], tcp(*back, SYN | ACK, 0, 1), ttl=ttl_of_answer, ident=70 + n))
        capture = shark().folder / f"clocks{connections}.pcap"
        write_pcap(capture, spaced(found))
        shark().give(capture)
        return shark().tshark("-r", capture, "-Y", "tcpstate.remark", "-T", "fields", "-e", "frame.number", "-e", "tcpstate.remark").stdout

    def test_two_clocks(self):
        self.assertTrue(re.fullmatch(r"12\t[^\n]*two clocks[^\n]*Remedy[^\n]*\n", self.both_sides(4)), self.both_sides(4))
        self.assertEqual(self.both_sides(2), "")
