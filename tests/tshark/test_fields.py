# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the core, what Wireshark registered, the contract's names and the filter reference are one."""
import json
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree

from samples import CHECKOUT, sample
from tables import tables
from tshark import ONE_PASS, TWO_PASSES, expert, frames, registered_fields, shark

WIRESHARK_TYPES = {"bool": "FT_BOOLEAN", "uint32": "FT_UINT32", "uint64": "FT_UINT64", "int32": "FT_INT32",
                   "frame": "FT_FRAMENUM", "relative time": "FT_RELATIVE_TIME", "string": "FT_STRING"}

# The contract: filters that people write depend on these names.
NAMES = """conn incarnation previous next roles sender client.state server.state client.presumed server.presumed transition
rule states phase event summary idle embryonic embryonic.attempts embryonic.duration half_open half_open.gone half_open.since
half_open.duration half_open.attempts half_open.lost_bytes half_open.discovered_by half_open.discovered_in
half_open.recovered_in half_closed half_closed.since half_closed.duration half_closed.bytes half_closed.segments
half_closed.ended_in half_closed.ended_by closed_first rst.cause rst.confidence rst.kind rst.effect rst.trigger
rst.explanation rst.contradicted_in rst.settled rst.declared rst.hops_delta rst.ttl_delta challenge_ack keepalive copy_of
close_idle client.unacked server.unacked icmp outcome conn_state history segment remark""".split()
HINDSIGHT = """previous next half_open.discovered_in half_open.recovered_in half_closed.ended_in half_closed.ended_by
rst.contradicted_in rst.settled close_idle outcome conn_state history""".split()
POSSIBLE_CRASH = "tcpstate.expert.rst_after_crash_possible"      # the same event, a warning only
EVENTS = """syn-unanswered=note handshake-stalled=note simultaneous-open=chat simultaneous-close=chat
half-open-suspected=warn half-open-recovered=note half-open-confirmed=warn rst-after-crash=error half-closed=chat
data-while-half-closed=note half-closed-long=warn rst-refused=note rst-abort=warn rst-data-after-close=warn
rst-keepalive-timeout=warn rst-retransmission-timeout=warn rst-middlebox=warn capture-remark=note rst-after-close=chat
 rst-handshake-abort=note rst-handshake-rejected=note rst-challenged=note
rst-ignored=note rst-suspicious=warn rst-unsolicited=note challenge-ack=note new-incarnation=note
picked-up-midstream=chat""".split()


class Tables(unittest.TestCase):
    maxDiff = None

    def test_the_table_names_the_contract(self):
        rows = tables()["field"]
        self.assertCountEqual([row[0] for row in rows], ["tcpstate." + name for name in NAMES])
        self.assertCountEqual([row[0] for row in rows if row[5] == "hindsight"], ["tcpstate." + n for n in HINDSIGHT])

    def test_wireshark_registered_the_table(self):
        table = {row[0]: (row[1], WIRESHARK_TYPES[row[2]]) for row in tables()["field"]}
        self.assertEqual({name: row for name, row in registered_fields().items() if not name.startswith("tcpstate.expert")}, table)

    def test_every_event_has_its_expert_info(self):
        table = tables()["event"]
        self.assertCountEqual([f"{row[0]}={row[1]}" for row in table], EVENTS)
        self.assertCountEqual([name for name in registered_fields() if name.startswith("tcpstate.expert.")],
                              [expert(row[0]) for row in table] + [POSSIBLE_CRASH])

    def test_the_filter_reference_is_fresh(self):
        made = subprocess.run([sys.executable, CHECKOUT / "tools/filters.py"], capture_output=True, text=True, check=True)
        self.assertEqual((CHECKOUT / "docs/filters.md").read_text(), made.stdout,
                         "make it anew: tools/filters.py > docs/filters.md")


class Outputs(unittest.TestCase):
    """Strings are whole in every output of tshark."""
    capture = sample("half_open_crash")

    def run_tshark(self, *arguments):
        result = shark().tshark("-2", "-n", "-r", shark().readable(self.capture), *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def compare(self, number, values):
        """`values`: (name, text) as another output shows them. Numbers are printed alike, texts must be whole."""
        table = {row[0].removeprefix("tcpstate."): row[2] for row in tables()["field"]}
        expected = frames(self.capture, TWO_PASSES)[number]
        seen = {}
        for name, value in values:
            seen.setdefault(name, []).append(value)
        for name, texts in expected.items():
            if table.get(name) == "string":
                self.assertEqual(seen.get(name), texts, name)
            elif name in table:
                self.assertIn(name, seen)

    def test_json(self):
        packets = json.loads(self.run_tshark("-T", "json", "--no-duplicate-keys"))
        for number, packet in enumerate(packets, 1):
            values = []

            def collect(node):
                for name, value in node.items():
                    if isinstance(value, dict):
                        collect(value)
                    elif name.startswith("tcpstate.") and not name.startswith("tcpstate.expert"):
                        values.extend((name.removeprefix("tcpstate."), v) for v in
                                      (value if isinstance(value, list) else [value]) if isinstance(v, str))
            collect(packet["_source"]["layers"]["tcpstate"])
            self.compare(number, values)

    def test_pdml(self):
        tree = xml.etree.ElementTree.fromstring(self.run_tshark("-T", "pdml"))
        for number, packet in enumerate(tree.findall("packet"), 1):
            found = [field for proto in packet.findall("proto") if proto.get("name") == "tcpstate" for field in proto.iter("field")]
            self.compare(number, [(f.get("name").removeprefix("tcpstate."), f.get("show")) for f in found
                                  if f.get("name").startswith("tcpstate.")])

    def test_ek(self):
        lines = [json.loads(line) for line in self.run_tshark("-T", "ek").splitlines()]
        packets = [line["layers"] for line in lines if "layers" in line]
        self.assertEqual(len(packets), len(frames(self.capture, TWO_PASSES)))
        summary = frames(self.capture, TWO_PASSES)[7]["summary"][0]
        self.assertIn(summary, json.dumps(packets[6]["tcpstate"]))

    def test_the_expert_table_counts_every_event(self):
        words = {row[0]: row[2] for row in tables()["event"]}
        for name in ("half_open_retransmit", "half_closed", "refused", "abort_linger", "killed_then_data"):
            with self.subTest(sample=name):
                self.capture = sample(name)
                counted = {}
                for frame in frames(self.capture, ONE_PASS).values():
                    for event in frame.get("event", []):
                        counted[words[event]] = counted.get(words[event], 0) + 1
                self.assertTrue(counted)
                # Columns: frequency, group, protocol, summary.
                rows = re.findall(r"^ *(\d+) +\S+ +TCP State +(.*)$", self.run_tshark("-q", "-z", "expert"), re.MULTILINE)
                self.assertEqual({summary: int(count) for count, summary in rows}, counted)
