# SPDX-License-Identifier: GPL-2.0-or-later
"""The flow graph: tshark -z flow,tcpstate,network."""
import unittest

from tshark import out


def rows(name, *options):
    """What is beside the arrows."""
    lines = out(name, "-q", *options, "-z", "flow,tcpstate,network").splitlines()
    return lines, [line.rpartition("|")[2] for line in lines[2::2]]


class Flow(unittest.TestCase):
    def test_states_of_both_ends(self):
        for options in ((), ("-2",)):
            lines, comments = rows("half_open_crash", *options)
            self.assertEqual(comments[:3], ["0: client SYN-SENT, server UNKNOWN",
                                            "0: client ESTABLISHED, server SYN-RECEIVED",
                                            "0: client ESTABLISHED, server ESTABLISHED"])
            self.assertRegex(lines[2], r"SYN client SYN-SENT")
            self.assertRegex(lines[3], r"\(40001\)  -+>  \(7777\)")

    def test_the_cause_of_a_reset_is_on_its_arrow(self):
        lines, comments = rows("half_open_crash")
        self.assertIn("RST crash", lines[-2])
        self.assertRegex(comments[-1], r"RST crash\. RST after crash: the server no longer knows this connection")

    def test_silence_is_seen(self):
        lines, comments = rows("half_open_retransmit")
        silent = [line.split("~")[1].split("  ")[0].strip() for line in lines if "~" in line]
        self.assertEqual(silent, ["silent for 3.751 s", "silent for 3.757 s"])
        self.assertIn("0: no sign of life from the server since frame 5, 5 unanswered attempts", comments)
        self.assertEqual(sum("no sign of life" in comment for comment in comments), 2)

    def test_half_closed_and_ipv6(self):
        lines, comments = rows("half_closed_ipv6")
        self.assertTrue(any(", half-closed" in comment for comment in comments))
        self.assertIn(":", lines[0])

    def test_an_icmp_error(self):
        lines, comments = rows("icmp_established")
        self.assertTrue(any("ICMP" in line for line in lines), lines)
