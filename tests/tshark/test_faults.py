# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not go wrong when memory runs out, and figures that do not fit into 32 bits."""
import functools
import pathlib
import re
import subprocess
import unittest

from captures import BEGIN, MILLISECOND, Packet, spaced, write_pcap
from packets import ACK, PSH, RST, SYN, TCP, ether, framed, ipv4, tcp
from samples import plugin
from tshark import shark
from tunnels import openflow

A, B = "10.0.0.1", "10.0.0.2"
# Since Wireshark 4.6 a -z says whether it could begin, and tshark ends with status 1 if not. Before, it went on without.
ENDS_WITHOUT_Z = tuple(map(int, plugin().parts[-3].split("."))) >= (4, 6)
STATISTICS = [part for name in ("connections", "connections,tsv", "connections,json", "connections,tsv,tcp.flags.reset == 1",
                                "tree", "table", "frames", "timeline,0") for part in ("-z", "tcpstate," + name)]


def packet(flags, seq=0, ack=0, data=b"", back=False, ports=(5000, 6653)):
    ends = (B, A, *reversed(ports)) if back else (A, B, *ports)
    return framed(*ends[:2], tcp(*ends, flags, seq, ack, data))


def made(name, packets):
    path = shark().folder / name
    if not path.exists():
        write_pcap(path, packets)
        shark().give(path)
    return path


def headers_in_headers():
    """A connection that carries the segments of others, so that some frames have two TCP headers, and then a plain one."""
    inner = [framed("10.9.0.1", "10.9.0.2", tcp("10.9.0.1", "10.9.0.2", 1000, port, SYN, 7)) for port in range(80, 84)]
    carried = [openflow(frame) for frame in inner]
    frames = [packet(SYN), packet(SYN | ACK, 0, 1, back=True), packet(ACK, 1, 1)]
    frames += [packet(PSH | ACK, 1 + at * len(data), 1, data) for at, data in enumerate(carried)]
    ports = 5001, 80
    frames += [packet(SYN, 9, ports=ports), packet(SYN | ACK, 3, 10, back=True, ports=ports), packet(ACK, 10, 4, ports=ports),
               packet(RST | ACK, 10, 4, ports=ports)]
    return made("two.pcap", spaced(frames))


@functools.cache
def failing_new():
    library = shark().folder / "failing_new.so"
    source = pathlib.Path(__file__).with_name("failing_new.cpp")
    subprocess.run(["c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    shark().give(library)
    return library


def with_failing_new(which, *options):
    """Runs tshark; `which` allocations of the plugin fail."""
    env = shark().env() | {"LD_PRELOAD": str(failing_new()), "FAIL_NEW": which}
    return shark().tshark("-n", *options, env=env)


def allocations(*options):
    """How many there are when none fails."""
    result = with_failing_new("0", *options)
    assert result.returncode == 0, result.stderr
    return int(re.search(r"allocations: (\d+)", result.stderr)[1])


class OutOfMemory(unittest.TestCase):
    def test_no_callback_lets_an_exception_out(self):
        run = ("-r", headers_in_headers(), "-q", *STATISTICS, "-z", "flow,tcpstate,network", "-z", "expert")
        number = allocations(*run)
        self.assertGreater(number, 100)
        for at in range(1, number + 1, number // 20):
            for which in f"{at}", f"{at}-":
                with self.subTest(fails=which):
                    result = with_failing_new(which, *run)
                    refused = ENDS_WITHOUT_Z and "out of memory: no -z" in result.stderr
                    self.assertEqual(result.returncode, 1 if refused else 0, result.stderr)
                    self.assertIn("out of memory", result.stderr)

    def test_no_connection_is_followed_from_where_it_says_so(self):
        nothing = made("nothing.pcap", [])
        fields = ("-T", "fields", "-E", "occurrence=a", "-e", "frame.number", "-e", "tcpstate.conn")

        def values(text):
            return {int(number): conns.split(",") if conns else [] for number, conns in (line.split("\t") for line in text.splitlines())}
        seen = 0
        run = ("-r", headers_in_headers(), *fields)
        whole = values(shark().tshark("-n", *run).stdout)
        self.assertEqual([len(conns) for conns in whole.values()], [1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1])
        for at in range(allocations("-r", nothing) + 1, allocations(*run) + 1):
            passes = ("-2",) if at % 2 else ()
            result = with_failing_new(f"{at}", *run, *passes)
            said = [int(frame) for frame in re.findall(r"frame (\d+): no connection is followed from here on", result.stderr)]
            if not said:
                continue
            seen += 1
            with self.subTest(fails=at, passes=passes):
                self.assertEqual(len(said), 1)
                for frame, conns in values(result.stdout).items():
                    if frame < said[0]:
                        self.assertEqual(len(conns), len(whole[frame]), f"frame {frame}, before {said[0]}")
                    elif frame > said[0]:
                        self.assertEqual(conns, [], f"frame {frame}, after {said[0]}")
                    else:       # its outer header may have been shown before the inner one was too much
                        self.assertLess(len(conns), len(whole[frame]), f"frame {frame}")
        self.assertGreater(seen, 10)


class LargeFigures(unittest.TestCase):
    PAYLOAD, SEGMENTS = 65_000, 66_100          # 4,296,500,000 bytes: more than 2^32

    def packets(self):
        """Whole segments of which only the headers were captured."""
        def segment(flags, seq, ack, length=0, back=False):
            ends = (B, A, 80, 1000) if back else (A, B, 1000, 80)
            header = ether(ipv4(*ends[:2], TCP, tcp(*ends, flags, seq, ack), total=40 + length))
            return header, len(header) + length
        yield from (segment(SYN, 0, 0), segment(SYN | ACK, 0, 1, back=True), segment(ACK, 1, 1))
        for at in range(1, self.SEGMENTS + 1):
            yield segment(ACK, 1 + (at - 1) * self.PAYLOAD, 1, self.PAYLOAD)
            if at % 1000 == 0 or at == self.SEGMENTS:
                yield segment(ACK, 1, 1 + at * self.PAYLOAD, back=True)

    def test_the_table_counts_bytes_beyond_32_bits(self):
        capture = made("large.pcap", (Packet(BEGIN + number * MILLISECOND, *each) for number, each in enumerate(self.packets())))
        text = shark().tshark("-n", "-r", capture, "-q", "-z", "tcpstate,table", "-z", "tcpstate,connections,tsv").stdout
        titles, row = [[cell.strip() for cell in line.rstrip("|").split("|")] for line in text.splitlines()
                       if line.startswith("tcpstate.conn |") or re.match(r"\d+ \|", line)]
        self.assertEqual(row[titles.index("Client bytes")], str(self.PAYLOAD * self.SEGMENTS))
        names, values = [line.split("\t") for line in text.splitlines() if "\t" in line]
        self.assertEqual(values[names.index("client_bytes")], str(self.PAYLOAD * self.SEGMENTS))
