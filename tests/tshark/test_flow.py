# SPDX-License-Identifier: GPL-2.0-or-later
"""The flow graph: tshark -z flow,tcpstate,network."""
import unittest

import captures
from samples import sample
from tshark import out


def rows(name, *options):
    """What is beside the arrows."""
    lines = out(name, "-q", *options, "-z", "flow,tcpstate,network").splitlines()
    return lines, [line.rpartition("|")[2] for line in lines[2::2]]


def on_arrow(line):
    return line.split("|", 2)[2].rpartition("|")[0].replace("|", " ").strip()


class Flow(unittest.TestCase):
    def test_states_of_both_ends(self):
        for options in ((), ("-2",)):
            lines, comments = rows("half_open_crash", *options)
            self.assertEqual(comments[:3], ["0: SYN-SENT / ?", "0: EST / SYN-RCVD", "0: EST / EST"])
            self.assertEqual([on_arrow(line) for line in lines[2:10:2]],
                             ["SYN SYN-SENT/?", "SYN,ACK EST/SYN-RCVD", "ACK EST/EST", "PSH"])
            self.assertRegex(lines[3], r"\(40001\)  -+>  \(7777\)")

    def test_the_cause_of_a_reset_is_on_its_arrow(self):
        lines, comments = rows("half_open_crash")
        self.assertEqual(on_arrow(lines[-2]), "RST crash")
        self.assertRegex(comments[-1], r"^0: CLOSED / CLOSED\. RST after crash: the server no longer knows this connection")

    def test_states_are_not_cut(self):
        """tshark gives an arrow between neighbours 20 characters, one too few only for SYN SYN-RCVD/SYN-SENT."""
        labels = {on_arrow(line) for name in ("normal_close", "simultaneous_close", "close_in_three", "half_closed")
                  for line in rows(name)[0][2::2]}
        found = {label.rpartition(" ")[2] for label in labels if "/" in label}
        self.assertLessEqual({"FIN-W1/CLOSE-W", "FIN-W2/CLOSE-W", "CLOSING/CLOSING", "TIME-W/CLOSED", "EST/SYN-RCVD"}, found)
        known = "? CLOSED LISTEN SYN-SENT SYN-RCVD EST FIN-W1 FIN-W2 CLOSE-W CLOSING LAST-ACK TIME-W".split()
        self.assertLessEqual({state for pair in found for state in pair.split("/")}, set(known))

    def test_silence_is_seen(self):
        lines, comments = rows("half_open_retransmit")
        silent = [line.split("~")[1].split("  ")[0].strip() for line in lines if "~" in line]
        times = [packet.time for packet in captures.read(sample("half_open_retransmit"))]
        since = [(times[frame - 1] - times[4]) / 1e9 for frame in (11, 12)]
        self.assertEqual(silent, [f"silent for {seconds:.3f} s" for seconds in since])
        self.assertIn("0: no sign of life from the server since frame 5, 5 unanswered attempts", comments)
        self.assertEqual(sum("no sign of life" in comment for comment in comments), 2)
        self.assertFalse([line for line in lines if "(0)" in line], "a port that nobody has")

    def test_half_closed_and_ipv6(self):
        lines, comments = rows("half_closed_ipv6")
        self.assertTrue(any(", half-closed" in comment for comment in comments))
        self.assertIn(":", lines[0])

    def test_an_icmp_error(self):
        lines, comments = rows("icmp_established")
        self.assertTrue(any("ICMP" in line for line in lines), lines)
