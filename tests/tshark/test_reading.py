# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin reads from Wireshark: tunnels, fragments, quotations, cuts, checksums, two headers in one frame."""
import functools
import pathlib
import tempfile
import unittest

from captures import spaced, write_pcap
from packets import ACK, FIN, PSH, RST, SYN, ether, framed, ipv4, ipv6, tcp
from tshark import frames, shark
from tunnels import gre, icmp, icmpv6, openflow, vxlan

A, B = "10.0.0.1", "10.0.0.2"
X, Y = "fd00::1", "fd00::2"
OUTER = "192.168.0.1", "192.168.0.2"
ROUTER, ROUTER6 = "10.9.9.9", "fd00::9"
OPTIONS = bytes.fromhex("020405b4 030307 0402 080a0000000000000000")

FOLDER = tempfile.TemporaryDirectory(prefix="tcpstate-glue-")


def crash(a=A, b=B, wrap=framed, ttl=64):
    """The server crashes after "hello"; "world!" finds it out. `ttl` is that of the RST."""
    def packet(source, destination, sport, dport, *rest, options={}, **more):
        return wrap(source, destination, tcp(source, destination, sport, dport, *rest, **more), **options)
    return [packet(a, b, 1000, 80, SYN, 100, 0),
            packet(b, a, 80, 1000, SYN | ACK, 500, 101),
            packet(a, b, 1000, 80, ACK, 101, 501),
            packet(a, b, 1000, 80, ACK | PSH, 101, 501, data=b"hello"),
            packet(b, a, 80, 1000, ACK, 501, 106),
            packet(a, b, 1000, 80, ACK | PSH, 106, 501, data=b"world!"),
            packet(b, a, 80, 1000, RST, 501, options={"ttl": ttl})]


STORY = [("client", "SYN-SENT", "UNKNOWN"), ("server", "ESTABLISHED", "SYN-RECEIVED"),
         ("client", "ESTABLISHED", "ESTABLISHED"), ("client", "ESTABLISHED", "ESTABLISHED"),
         ("server", "ESTABLISHED", "ESTABLISHED"), ("client", "ESTABLISHED", "ESTABLISHED"),
         ("server", "CLOSED", "CLOSED")]


@functools.cache
def made(name, packets, snap, silent_before):
    path = pathlib.Path(FOLDER.name, name + ".pcap")
    write_pcap(path, spaced(packets, snap, silent_before))
    return path


def capture(name, packets, snap=None, silent_before=5):
    """The server of crash() is silent before "world!": a host that was heard a moment ago has not crashed."""
    return made(name, tuple(packets), snap, silent_before)


def story(found):
    return [(frame["sender"][0], frame["client.state"][0], frame["server.state"][0])
            for _, frame in sorted(found.items())]


class Reading(unittest.TestCase):
    maxDiff = None

    def both(self, path, *options):
        """The frames in one pass; asserts that a second pass shows the same."""
        one, two = frames(path, options), frames(path, ("-2", *options))
        for number, frame in one.items():
            self.assertEqual(frame, {name: two[number][name] for name in frame}, f"frame {number}")
        self.assertEqual(set(one), set(two))
        return one


class Paths(Reading):
    """However a segment travels, the story is the same."""
    WRAPS = {
        "plain": ((A, B), framed),
        "ipv6": ((X, Y), framed),
        "vlan": ((A, B), lambda s, d, seg, **o: ether(ipv4(s, d, 6, seg, **o)).replace(b"\x08\0", b"\x81\0\0\5\x08\0", 1)),
        "mpls": ((A, B), lambda s, d, seg, **o: bytes(12) + b"\x88\x47\0\x01\x01\x40" + ipv4(s, d, 6, seg, **o)),
        "vxlan": ((A, B), lambda s, d, seg, **o: ether(ipv4(*OUTER, 17, vxlan(ether(ipv4(s, d, 6, seg, **o)))))),
        "gre": ((A, B), lambda s, d, seg, **o: ether(ipv4(*OUTER, 47, gre(ipv4(s, d, 6, seg, **o))))),
        "ip_in_ip": ((A, B), lambda s, d, seg, **o: ether(ipv4(*OUTER, 4, ipv4(s, d, 6, seg, **o)))),
        "six_in_four": ((X, Y), lambda s, d, seg, **o: ether(ipv4(*OUTER, 41, ipv6(s, d, 6, seg, **o)))),
        "extensions": ((X, Y), lambda s, d, seg, **o: ether(ipv6(
            s, d, 0, bytes.fromhex("3c00010400000000 0600010400000000") + seg, **o))),
    }

    def test_the_story_is_the_same(self):
        for name, (ends, wrap) in self.WRAPS.items():
            with self.subTest(name):
                found = self.both(capture(name, crash(*ends, wrap, ttl=50)))
                # A RST with a foreign TTL closes the client, but tells nothing about the server in whose name it came.
                self.assertEqual(story(found), STORY[:6] + [("server", "CLOSED", "ESTABLISHED")])
                last = found[7]
                self.assertEqual((last["rst.cause"], last["rst.ttl_delta"]), (["foreign"], ["-14"]))
                self.assertEqual(last["client.unacked"], ["6"])

    def test_a_usual_ttl_makes_it_a_crash(self):
        for ends in (A, B), (X, Y):
            found = self.both(capture("usual_ttl" + str(":" in ends[0]), crash(*ends)))
            self.assertEqual((found[7]["rst.cause"], found[7]["half_open.lost_bytes"]), (["crash"], ["6"]))

    def test_fragments_count_once_and_whole(self):
        first = crash()
        long = tcp(A, B, 1000, 80, ACK | PSH, 106, 501, data=b"x" * 100)
        parts = [ether(ipv4(A, B, 6, long[:64], ident=9, fragment=0x2000)), ether(ipv4(A, B, 6, long[64:], ident=9, fragment=8))]
        path = capture("fragments", first[:5] + parts + first[6:])
        found = self.both(path)
        self.assertEqual(sorted(found), [1, 2, 3, 4, 5, 7, 8])
        self.assertEqual((found[8]["rst.cause"], found[8]["client.unacked"]), (["crash"], ["100"]))
        self.both(path, "-o", "ip.defragment:FALSE")

    def test_a_fin_in_a_fragment_closes_nothing(self):
        """Its number is that of the byte after the text (RFC 9293 3.4), and how much text there is is not known."""
        last = tcp(A, B, 1000, 80, FIN | ACK | PSH, 106, 501, data=b"x" * 100)
        parts = [ether(ipv4(A, B, 6, last[:64], fragment=0x2000, ident=7)), ether(ipv4(A, B, 6, last[64:], fragment=8, ident=7))]
        path = capture("fin_in_fragment", crash()[:5] + parts)
        apart = self.both(path, "-o", "ip.defragment:FALSE")[6]
        self.assertEqual((apart["client.state"], apart["server.state"]), (["ESTABLISHED"], ["ESTABLISHED"]))
        whole = self.both(path)[7]
        self.assertEqual((whole["client.state"], whole["server.state"]), (["FIN-WAIT-1"], ["CLOSE-WAIT"]))


class TwoHeaders(Reading):
    """A TCP stream that carries Ethernet frames with TCP: each header has its own connection."""

    def setUp(self):
        inner = crash()
        outer = lambda source, destination, *rest, **more: framed(
            source, destination, tcp(source, destination, *rest, **more))
        packets = [outer(*OUTER, 7000, 6653, SYN, 0), outer(*OUTER[::-1], 6653, 7000, SYN | ACK, 0, 1),
                   outer(*OUTER, 7000, 6653, ACK, 1, 1)]
        sent = 1
        # One frame in a segment, two in a segment, and two spread over two segments.
        both = openflow(inner[5]) + openflow(inner[6])
        for data in [*map(openflow, inner[:3]), openflow(inner[3]) + openflow(inner[4]), both[:50], both[50:]]:
            packets.append(outer(*OUTER, 7000, 6653, ACK | PSH, sent, 1, data=data))
            sent += len(data)
        self.path = capture("two_headers", packets, silent_before=7)

    def test_each_has_its_connection(self):
        found = self.both(self.path)
        conns = {number: frame["conn"] for number, frame in found.items()}
        self.assertEqual(conns, {1: ["0"], 2: ["0"], 3: ["0"], 4: ["0", "1"], 5: ["0", "1"], 6: ["0", "1"],
                                 7: ["0", "1", "1"], 8: ["0"], 9: ["0", "1", "1"]})
        inner = [(frame["sender"][n], frame["client.state"][n], frame["server.state"][n])
                 for _, frame in sorted(found.items()) for n, conn in enumerate(frame["conn"]) if conn == "1"]
        self.assertEqual(inner, STORY)
        self.assertEqual(found[9]["rst.cause"], ["crash"])


class ManyHeaders(Reading):
    def test_about_as_many_as_wireshark_dissects_in_one_frame(self):
        data = b"".join(openflow(framed(A, B, tcp(A, B, 1000 + n, 80, SYN, n))) for n in range(80))
        path = capture("many_headers", [framed(*OUTER, tcp(*OUTER, 7000, 6653, ACK | PSH, 1, 1, data=data))])
        found = self.both(path)
        self.assertEqual([int(conn) for conn in found[1]["conn"]], list(range(81)))


class Quotations(Reading):
    """Headers in ICMP errors are no segments: they say what became of one."""

    def icmp_of(self, found):
        return {number: frame.get("icmp", [None])[0] for number, frame in found.items()}

    def test_icmp(self):
        quoted = ipv4(A, B, 6, tcp(A, B, 1000, 80, ACK, 101, 501, data=b"hello"))
        errors = [icmp(3, 1, quoted[:28]), icmp(3, 3, quoted), icmp(3, 13, quoted[:40]), icmp(3, 4, quoted[:28]),
                  icmp(11, 0, quoted[:28]), icmp(12, 0, quoted[:28]),
                  icmp(3, 1, ipv4(*OUTER, 4, quoted)),     # about a tunnel
                  icmp(3, 1, quoted[:27]),                 # seven bytes of TCP
                  icmp(8, 0, b"ping"), icmp(3, 1, b"")]
        found = self.both(capture("icmp", crash()[:3] + [ether(ipv4(ROUTER, A, 1, each)) for each in errors]))
        self.assertEqual(sorted(found), [1, 2, 3, 4, 5, 6, 7, 8, 9])
        told = list(self.icmp_of(found).values())
        self.assertEqual(told[:3], [None] * 3)
        self.assertEqual(len(set(told[3:])), 6, told)
        for number in range(4, 10):
            self.assertEqual((found[number]["client.state"], found[number]["server.state"]), (["ESTABLISHED"],) * 2)

    def test_icmpv6(self):
        quoted = ipv6(X, Y, 6, tcp(X, Y, 1000, 80, ACK, 101, 501, data=b"hello"))
        errors = [icmpv6(ROUTER6, X, kind, code, quoted)
                  for kind, code in ((1, 0), (1, 4), (1, 1), (2, 0), (3, 0), (4, 1))]
        path = capture("icmpv6", crash(X, Y)[:3] + [ether(ipv6(ROUTER6, X, 58, each)) for each in errors])
        found = self.both(path)
        told = list(self.icmp_of(found).values())
        self.assertEqual(sorted(found), list(range(1, 10)))
        self.assertEqual(len(set(told[3:])), 6, told)

    def test_an_error_about_the_syn_ends_the_attempt(self):
        syn = crash()[0]
        found = self.both(capture("icmp_syn", [syn, ether(ipv4(ROUTER, A, 1, icmp(3, 1, syn[14:14 + 28])))]))
        self.assertEqual(found[2]["client.state"], ["CLOSED"])


class Cuts(Reading):
    """A snap length cuts frames; lengths are in the IP header, so nothing is lost until TCP's own header is cut."""

    def test_header_is_enough(self):
        for snap in (54, 58, 60, 64, 70, 200):
            with self.subTest(snap):
                found = self.both(capture(f"snap{snap}", crash(), snap))
                self.assertEqual(story(found), STORY)
                self.assertEqual(found[7]["half_open.lost_bytes"], ["6"])

    def test_less_than_a_header_is_nothing(self):
        for snap in (20, 34, 35, 40, 53):
            with self.subTest(snap):
                self.assertEqual(self.both(capture(f"snap{snap}", crash(), snap)), {})

    def test_cut_options_leave_the_tree_in_place(self):
        syn = framed(A, B, tcp(A, B, 1000, 80, SYN, 100, options=OPTIONS))
        path = shark().readable(capture("cut_options", [syn], 58))
        lines = shark().tshark("-r", path, "-V").stdout.splitlines()
        top = [line for line in lines if line and not line.startswith(" ")]
        self.assertTrue(top[-2].startswith("[TCP State: client SYN-SENT"), top)
        self.assertIn("truncated", top[-1])

    def test_a_header_that_promises_nonsense(self):
        rest = crash()
        short, long = (framed(A, B, tcp(A, B, 1000, 80, ACK, 101, 501, doff=doff)) for doff in (4, 15))
        found = self.both(capture("offsets", rest[:3] + [short, long] + rest[3:], silent_before=7))
        self.assertNotIn(4, found)      # every host discards it
        del found[5]
        self.assertEqual(story(found), STORY)


class Checksums(Reading):
    """A segment whose checksum was verified and is wrong changes nothing; unverified, it counts."""
    VERIFY = "-o", "tcp.check_checksum:TRUE"

    def test_each_kind(self):
        for a, b in (A, B), (X, Y):
            packets = crash(a, b)[:5]
            for number, kind in enumerate(("bad", "partial", "good")):
                packets.append(framed(a, b, tcp(a, b, 1000, 80, ACK | PSH, 106 + number, 501, data=b"x", sum_mode=kind)))
            packets.append(framed(b, a, tcp(b, a, 80, 1000, RST, 501, sum_mode="bad")))
            path = capture("checksums" + str(":" in a), packets)
            self.assertEqual(sorted(self.both(path)), list(range(1, 10)))
            found = self.both(path, *self.VERIFY)
            # "partial" was captured before the network card filled it in.
            self.assertEqual(sorted(found), [1, 2, 3, 4, 5, 7, 8])
            self.assertEqual(found[8]["server.state"], ["ESTABLISHED"])

    def test_what_cannot_be_verified_counts(self):
        bad = tcp(A, B, 1000, 80, ACK, 106, 501, data=b"x" * 50, sum_mode="bad")
        path = capture("checksum_cut", [*crash()[:5], framed(A, B, bad)], 80)
        self.assertIn(6, self.both(path, *self.VERIFY))
