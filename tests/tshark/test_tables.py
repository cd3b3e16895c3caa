# SPDX-License-Identifier: GPL-2.0-or-later
"""The table that Wireshark shows in a window, and the timeline of a connection, as tshark prints both."""
import unittest

from tshark import out, run


class Table(unittest.TestCase):
    def rows(self, name, *options, filter=""):
        lines = out(name, *options, "-q", "-z", "tcpstate,table" + filter).splitlines()
        titles = next(line for line in lines if line.startswith("tcpstate.conn |"))
        names = [cell.strip() for cell in titles.rstrip("|").split("|")]
        return [dict(zip(names, (cell.strip() for cell in line.split("|")))) for line in lines if line[:1].isdigit()]

    def test_one_row_for_each_connection(self):
        for options in ((), ("-2",)):
            row, = self.rows("half_open_crash", *options)
            self.assertEqual((row["tcpstate.conn"], row["Outcome"], row["RST cause"], row["Gone"], row["Client bytes"]),
                             ("0", "crashed", "crash", "server", "10"))

    def test_a_filter_chooses_rows(self):
        self.assertEqual(len(self.rows("half_open_crash", filter=",tcpstate.conn == 0")), 1)
        self.assertEqual(self.rows("half_open_crash", filter=",tcpstate.conn == 1"), [])


class Timeline(unittest.TestCase):
    def test_a_line_for_each_segment(self):
        for options in ((), ("-2",)):
            lines = out("half_open_crash", *options, "-q", "-z", "tcpstate,timeline,0").splitlines()
            self.assertEqual(lines[:4], ["Connection 0 (tcpstate.conn == 0)", "client 10.77.0.1:40001",
                                         "server 10.77.0.2:7777", "outcome crashed"])
            self.assertEqual([line.split()[0] for line in lines[6:-1]], list("1234567"))
            self.assertEqual(lines[6].split(), ["1", "0.000000", "client", "SYN-SENT", "UNKNOWN"])
            self.assertRegex(lines[-1], "^ {9}RST after crash")

    def test_a_connection_that_is_not_there(self):
        self.assertIn("No segment.", out("half_open_crash", "-q", "-z", "tcpstate,timeline,77"))

    def test_bad_arguments(self):
        for argument in "tcpstate,timeline", "tcpstate,timeline,", "tcpstate,timeline,x", "tcpstate,timeline,-1", "tcpstate,timeline,1x":
            result = run("half_open_crash", "-q", "-z", argument)
            self.assertEqual(result.returncode, 1, argument)
            self.assertIn("usage: -z tcpstate,timeline,CONN", result.stderr)
