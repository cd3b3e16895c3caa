# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin writes into Wireshark: tree, expert infos, Info column, preferences, statistics."""
import csv
import io
import json
import re
import unittest
import xml.etree.ElementTree

from tshark import out, run


class Tree(unittest.TestCase):
    def test_it_stands_right_below_tcp_and_is_generated(self):
        for packet in xml.etree.ElementTree.fromstring(out("half_open_crash", "-2", "-T", "pdml")).iter("packet"):
            names = [proto.get("name") for proto in packet.iter("proto")]
            self.assertEqual(names[names.index("tcp") + 1], "tcpstate")
        verbose = out("half_open_crash", "-2", "-V").split("[TCP State: ")[1:]
        self.assertEqual(len(verbose), 7)
        for text in verbose:
            for line in text.splitlines()[1:]:
                if not line.startswith("    "):
                    break
                self.assertRegex(line, r"^ +\[.*\]$")

    def test_subtrees_hold_what_belongs_together(self):
        def subtrees(name, frame):
            tree = xml.etree.ElementTree.fromstring(out(name, "-2", "-T", "pdml", "-Y", f"frame.number == {frame}"))
            proto = next(each for each in tree.iter("proto") if each.get("name") == "tcpstate")
            return {title.get("name").removeprefix("tcpstate."): [field.get("name").removeprefix("tcpstate.") for field in title]
                    for title in proto.findall("field") if len(title) and title.get("name").startswith("tcpstate.")}
        crash = subtrees("half_open_crash", 7)
        self.assertEqual(list(crash), ["rst.cause", "half_open", "conn"], "what matters most comes first")
        self.assertEqual(crash["half_open"], ["half_open." + name for name in (
            "gone", "since", "duration", "attempts", "lost_bytes", "discovered_by", "discovered_in")])
        self.assertEqual(crash["rst.cause"], ["rst." + name for name in ("confidence", "kind", "effect", "trigger", "explanation")])
        self.assertLessEqual({"roles", "outcome", "conn_state", "history"}, set(crash["conn"]))
        self.assertEqual(list(subtrees("half_closed", 8)), ["half_closed", "conn"])
        self.assertEqual(subtrees("embryonic", 3)["embryonic"], ["embryonic.attempts", "embryonic.duration"])
        # Nobody knows yet, so there is no title that half_open.discovered_in could stand under.
        self.assertEqual(list(subtrees("half_open_crash", 5)), ["conn"])

    def test_it_is_no_layer(self):
        self.assertNotIn("tcpstate", out("half_open_crash", "-T", "fields", "-e", "frame.protocols"))

    def test_one_filter_alone(self):
        for options in ((), ("-2",)):
            self.assertEqual(out("half_open_crash", *options, "-Y", "tcpstate.rst.cause == \"crash\"", "-T", "fields",
                                 "-e", "frame.number"), "7\n")
            self.assertEqual(out("half_open_crash", *options, "-Y", "tcpstate.expert.rst_after_crash", "-T", "fields",
                                 "-e", "frame.number"), "7\n")

    def test_without_the_protocol(self):
        for name in "tcpstate", "tcp":
            text = out("half_open_crash", "--disable-protocol", name, "-V")
            self.assertNotIn("TCP State", text)
            self.assertIn("Frame 7", text)


class Experts(unittest.TestCase):
    def test_they_show_without_a_tree(self):
        text = out("half_open_crash", "-q", "-z", "expert")
        self.assertRegex(text, r"Errors \(1\)[^\n]*\n=+\n.*\n.*TCP State")

    def test_a_crash_that_is_only_possible_is_a_warning(self):
        """In half_open_power_loss the server is silent for less than a second before the RST."""
        for name, info, other in (("half_open_crash", "rst_after_crash", "rst_after_crash_possible"),
                                  ("half_open_power_loss", "rst_after_crash_possible", "rst_after_crash")):
            with self.subTest(sample=name):
                show = ("-T", "fields", "-e", "frame.number", "-Y")
                self.assertEqual(out(name, *show, f"tcpstate.event == \"rst-after-crash\" && tcpstate.expert.{info}"), "7\n")
                self.assertEqual(out(name, *show, f"tcpstate.expert.{other}"), "")
        text = out("half_open_power_loss", "-q", "-z", "expert")
        self.assertNotIn("Errors (", text)
        self.assertRegex(text, r"Warns \(\d+\)[^\0]*TCP State +RST that reveals a crash")


class Preferences(unittest.TestCase):
    def test_info_column(self):
        self.assertNotIn("[RST after crash", out("half_open_crash"))
        text = out("half_open_crash", "-o", "tcpstate.info_column:TRUE")
        self.assertIn("[RST after crash", text.splitlines()[6])
        self.assertNotIn("[", "".join(line.split("Len=")[-1] for line in text.splitlines()[2:6]))

    def test_explanations(self):
        show = ("-Y", "tcpstate.rst.cause", "-T", "fields", "-e", "tcpstate.rst.explanation", "-e", "tcpstate.rst.cause")
        self.assertRegex(out("half_open_crash", *show), r"RFC 9293.*\tcrash\n")
        self.assertEqual(out("half_open_crash", *show, "-o", "tcpstate.explanations:FALSE"), "\tcrash\n")

    def test_attempts_and_seconds_before_suspicion(self):
        """Frames 7 to 11 repeat frame 6, from 0.21 s to 3.42 s after it."""
        def suspected(attempts, seconds):
            frames = out("half_open_retransmit", "-o", f"tcpstate.attempts_before_suspicion:{attempts}", "-o",
                         f"tcpstate.seconds_before_suspicion:{seconds}", "-Y", "tcpstate.half_open == \"suspected\"", "-T", "fields",
                         "-e", "frame.number")
            return [int(frame) for frame in frames.split()]
        self.assertEqual(suspected(1, 0), [7, 8, 9, 10, 11])
        self.assertEqual(suspected(2, 0), [8, 9, 10, 11])
        self.assertEqual(suspected(4, 1), [10, 11])
        self.assertEqual(suspected(4, 3), [11])
        self.assertEqual(suspected(1, 3), [11])
        self.assertEqual(suspected(4, 4), [])
        self.assertEqual(suspected(1000, 0), [])

    def test_half_closed_threshold(self):
        filter = ("-Y", "tcpstate.event == \"half-closed-long\"")
        self.assertEqual(out("half_closed", "-o", "tcpstate.half_closed_threshold:3600000", *filter), "")
        self.assertNotEqual(out("half_closed", "-o", "tcpstate.half_closed_threshold:1", *filter), "")


class Connections(unittest.TestCase):
    def test_rows_in_one_pass_and_in_two(self):
        for options in ((), ("-2",)):
            row, = csv.DictReader(io.StringIO(out("half_open_crash", *options, "-q", "-z", "tcpstate,connections,tsv")),
                                  delimiter="\t")
            wanted = {"conn": "0", "outcome": "crashed", "half_open": "confirmed", "half_open_gone": "server",
                      "half_open_since": "5", "half_open_discovered_in": "7", "half_open_lost_bytes": "5",
                      "rst_cause": "crash", "rst_by": "server", "rst_frame": "7", "first_frame": "1",
                      "last_frame": "7", "half_closed": "", "client_bytes": "10", "server_bytes": "0"}
            self.assertEqual({name: row[name] for name in wanted}, wanted)
            self.assertEqual({**row}, {name: "" if value is None else str(value) for name, value in json.loads(
                out("half_open_crash", *options, "-q", "-z", "tcpstate,connections,json"), parse_float=str).items()})

    def test_a_filter_chooses_connections_and_changes_no_figure(self):
        every = out("half_open_crash", "-q", "-z", "tcpstate,connections,tsv")
        self.assertEqual(out("half_open_crash", "-q", "-z", "tcpstate,connections,tsv,tcp.flags.reset == 1"), every)
        self.assertEqual(out("half_open_crash", "-q", "-z", "tcpstate,connections,tsv,tcp.port == 1"),
                         every.splitlines()[0] + "\n")

    def test_for_people(self):
        text = out("half_open_crash", "-q", "-z", "tcpstate,connections")
        self.assertRegex(text, r"crashed +half-open confirmed: server gone since frame 5 \(2\.\d s\), 5 bytes lost")

    def test_a_bad_argument_gets_a_usage_line(self):
        for argument in ",tsvv", ",json,nonsense.field", "x":
            result = run("half_open_crash", "-q", "-z", "tcpstate,connections" + argument)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("usage: -z tcpstate,connections", result.stderr)


class Statistics(unittest.TestCase):
    def tree(self, name, *options):
        counts = {}
        for line in out(name, *options, "-q", "-z", "tcpstate,tree").splitlines():
            match = re.match(r"( *)(\S.*?) {2,}(\d+) ", line)
            if match:
                counts[len(match[1]), match[2]] = int(match[3])
        return counts

    def test_counts_in_one_pass_and_in_two(self):
        for options in (), ("-2",):
            counts = self.tree("half_open_crash", *options)
            self.assertEqual({where: count for where, count in counts.items() if count},
                             {(0, "Connections by outcome"): 1, (1, "crashed"): 1, (0, "Half-open connections"): 1,
                              (1, "confirmed"): 1, (0, "RST segments by cause"): 1, (1, "crash"): 1,
                              (2, "by the server"): 1})
            counts = self.tree("half_closed", *options)
            self.assertEqual((counts[1, "closed"], counts[0, "Half-closed connections"],
                              counts[1, "with data after the FIN"]), (1, 1, 1))

    def test_an_icmp_error_counts_too(self):
        for options in (), ("-2",):
            self.assertEqual(self.tree("icmp_port_unreachable", *options)[1, "refused"], 1)
