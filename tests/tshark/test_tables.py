# SPDX-License-Identifier: GPL-2.0-or-later
"""The table that Wireshark shows in a window, and the timeline of a connection, as tshark prints both."""
import csv
import ipaddress
import json
import re
import unittest

from captures import Packet, read, spaced, write_pcap
from packets import SYN, framed, tcp
from samples import CHECKOUT, sample
from tables import tables
from tshark import out, run, shark


class Columns(unittest.TestCase):
    def test_the_plugin_and_the_core_name_the_same(self):
        table = tables()["column"]
        self.assertEqual([line.split("\t") for line in out("refused", "-q", "-z", "tcpstate,connections,columns").splitlines()], table)
        names = [name for name, _, _ in table]
        self.assertEqual(out("refused", "-q", "-z", "tcpstate,connections,tsv").splitlines()[0].split("\t"), names)
        row, = out("refused", "-q", "-z", "tcpstate,connections,json").splitlines()
        self.assertEqual(list(json.loads(row)), names)

    def test_csv_has_the_cells_of_json(self):
        for name in "mixed", "rst_with_words", "half_closed_ipv6":
            rows = list(csv.DictReader(out(name, "-q", "-z", "tcpstate,connections,csv").splitlines()))
            texts = [json.loads(line, parse_int=str, parse_float=str)
                     for line in out(name, "-q", "-z", "tcpstate,connections,json").splitlines()]
            self.assertEqual(rows, [{column: value or "" for column, value in row.items()} for row in texts])

    def test_close_wait_lasts_to_the_last_packet_whatever_it_is(self):
        leak = list(read(sample("close_wait_leak")))
        arp = bytes.fromhex("ffffffffffff0200000000010806") + bytes(46)
        capture = shark().folder / "arp.pcap"
        write_pcap(capture, [*leak, Packet(leak[-1].time + 100 * 10**9, arp, len(arp))])
        shark().give(capture)
        row, = map(json.loads, shark().tshark("-n", "-q", "-r", capture, "-z", "tcpstate,connections,json").stdout.splitlines())
        self.assertGreater(row["close_wait"], 100)
        self.assertLess(row["close_wait"], 101)
        self.assertLess(row["duration"], 1)

    def test_help_names_every_statistic(self):
        text = out("refused", "-z", "tcpstate,help")
        listed = set(re.findall(r"^  -z ([a-z,]+)", text, re.MULTILINE))
        registered = {line.split()[0] for line in shark().tshark("-z", "help").stderr.splitlines() if "tcpstate" in line}
        self.assertTrue(registered)
        self.assertEqual({name for name in registered if not any(each.startswith(name) for each in listed)}, set())
        documented = (CHECKOUT / "docs/scripting.md").read_text()
        for name in "table", "frames", "help":
            self.assertIn(f"-z tcpstate,{name}", documented)

    def test_types_are_those_of_the_values(self):
        kinds = {"string": str, "prose": str, "signed": int,
                 "duration": float, "time": float, "index": int, "number": int, "bytes": int, "frame": int}
        seen = set()
        for name in ("half_open_crash", "outage_recovers", "half_closed_transfer", "accept_queue_full", "time_wait_reused",
                     "close_wait_leak", "nat_idle_resets"):
            for row in map(json.loads, out(name, "-q", "-z", "tcpstate,connections,json").splitlines()):
                for column, type_, _ in tables()["column"]:
                    if row[column] is not None:
                        self.assertIs(type(row[column]), kinds[type_], column)
                        seen.add(column)
        self.assertEqual({column for column, _, _ in tables()["column"]} - seen, set())

    def test_addresses_are_printed_as_wireshark_prints_them(self):
        addresses = ["::1", "::", "::ffff:192.0.2.1", "::192.0.2.1", "2001:db8::1", "2001:db8:0:1:0:1:0:1", "1::", "0:1::",
                     "2001:0:0:1::1", "1:0:0:2:0:0:0:3", "fe80::1:0:0", "0:0:0:0:0:0:1:0", "ff02::fffe:ffff:0", "::1:0:0:0:0:0",
                     "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:0:0:1"]
        capture = shark().folder / "addresses.pcap"
        write_pcap(capture, spaced([framed(address, "2001:db8::2", tcp(address, "2001:db8::2", 1000 + i, 80, SYN, 0, 0))
                                    for i, address in enumerate(addresses)]))
        shark().give(capture)
        wireshark = shark().tshark("-r", capture, "-n", "-T", "fields", "-e", "ipv6.src").stdout.split()
        self.assertEqual(list(map(ipaddress.ip_address, wireshark)), list(map(ipaddress.ip_address, addresses)))
        rows = shark().tshark("-r", capture, "-n", "-q", "-z", "tcpstate,connections,json").stdout.splitlines()
        self.assertEqual([json.loads(row)["client"] for row in rows], wireshark)


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
            segments = [line.split() for line in lines[6:] if re.match(r" *\d+ +\d+\.\d{6} ", line)]
            self.assertEqual([row[0] for row in segments], list("1234567"))
            self.assertEqual(segments[0], ["1", "0.000000", "client", "SYN", "0", "SYN-SENT", "UNKNOWN"])
            self.assertEqual(segments[5][2:], ["client", "PSH,ACK", "len", "5", "6", "1", "ESTABLISHED", "ESTABLISHED"])
            self.assertEqual([line.strip() for line in lines[6:] if "nobody knows" in line or "..." in line], [
                "(half-open, nobody knows yet; found out in frame 7)", "... 2.7 s",
                "(half-open, nobody knows yet; found out in frame 7)"])
            self.assertRegex(lines[-2], "^ {9}RST after crash")
            self.assertRegex(lines[-1], r"^STATE\? = presumed")

    def test_its_numbers_are_those_of_wireshark(self):
        for name in "half_closed_transfer", "half_open_retransmit", "refused", "half_open_midstream":
            rows = out(name, "-T", "fields", "-e", "frame.number", "-e", "tcp.seq", "-e", "tcp.ack", "-Y",
                       "tcpstate.conn == 0").splitlines()
            known = {number: (seq, ack) for number, seq, ack in (row.split("\t") for row in rows)}
            for line in out(name, "-q", "-z", "tcpstate,timeline,0").splitlines():
                told = re.match(r" *(\d+) +[\d.]+  \w+ +([A-Z,]+)(?: len \d+)? +(\d+) +(\d*) ", line)
                if told:
                    number, flags, seq, ack = told.groups()
                    self.assertEqual((seq, ack), (known[number][0], known[number][1] if "ACK" in flags else ""), f"{name}: {line}")

    def test_a_connection_that_is_not_there(self):
        self.assertIn("No segment.", out("half_open_crash", "-q", "-z", "tcpstate,timeline,77"))

    def test_bad_arguments(self):
        for argument in "tcpstate,timeline", "tcpstate,timeline,", "tcpstate,timeline,x", "tcpstate,timeline,-1", "tcpstate,timeline,1x":
            result = run("half_open_crash", "-q", "-z", argument)
            self.assertEqual(result.returncode, 1, argument)
            self.assertIn("usage: -z tcpstate,timeline,CONN", result.stderr)
