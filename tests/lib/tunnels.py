# SPDX-License-Identifier: GPL-2.0-or-later
"""What else a TCP header can travel in: tunnels, other protocols, ICMP errors that quote it."""
import struct

from packets import ICMPV6, IPV4, IPV6, checksum, pseudo_header, put


def udp(sport, dport, data):
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def icmp(kind, code, quoted):
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted
    return put(body, 2, checksum(body))


def icmpv6(source, destination, kind, code, quoted):
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted
    return put(body, 2, checksum(pseudo_header(source, destination, ICMPV6, len(body)) + body))


def vxlan(data, network=5):
    return udp(50000, 4789, struct.pack("!II", 0x08000000, network << 8) + data)


def gre(data):
    return struct.pack("!HH", 0, IPV6 if data[0] >> 4 == 6 else IPV4) + data


def openflow(data):
    """An OpenFlow 1.0 packet-in: a whole Ethernet frame inside a TCP stream on port 6653."""
    body = struct.pack("!IHHBB", 0xFFFFFFFF, len(data), 1, 0, 0) + data
    return struct.pack("!BBHI", 1, 10, 8 + len(body), 1) + body
