# SPDX-License-Identifier: GPL-2.0-or-later
"""Made-up captures: the same story in every kind of frame, and packets that are plain, odd or neither. A frame is said to
be plain here because the standards say what it holds, not because of what the program does with it."""
import struct

from captures import ETHERNET
from packets import ACK, ICMP, ICMPV6, IPV4, IPV6, PSH, RST, SYN, TCP, UDP, ether, ip, ipv4, ipv6, tcp
from tunnels import gre, icmp, icmpv6, openflow, udp, vxlan

A, B = "10.0.0.1", "10.0.0.2"
X, Y = "fd00::1", "fd00::2"
OUTER = "192.168.0.1", "192.168.0.2"
ROUTER, ROUTER6 = "10.9.9.9", "fd00::9"
NULL, PPP, RAW, LOOP, COOKED, RAW4, RAW6, COOKED2 = 0, 9, 101, 108, 113, 228, 229, 276


def story(a, b, wrap):
    """The server crashes after "hello"; "world!" finds it out."""
    def packet(source, destination, *header, **more):
        return wrap(source, destination, tcp(source, destination, *header, **more))
    return [packet(a, b, 1000, 80, SYN, 100, 0), packet(b, a, 80, 1000, SYN | ACK, 500, 101),
            packet(a, b, 1000, 80, ACK, 101, 501), packet(a, b, 1000, 80, ACK | PSH, 101, 501, data=b"hello"),
            packet(b, a, 80, 1000, ACK, 501, 106), packet(a, b, 1000, 80, ACK | PSH, 106, 501, data=b"world!"),
            packet(b, a, 80, 1000, RST, 501)]


def plain_ip(source, destination, segment):
    return ip(source, destination, TCP, segment)


def kind_of(packet):
    return IPV6 if packet[0] >> 4 == 6 else IPV4


def tagged(*tags):
    def wrap(source, destination, segment):
        packet = plain_ip(source, destination, segment)
        kinds = [*(tag for tag, _ in tags), kind_of(packet)]
        middle = b"".join(struct.pack("!HH", network, kind) for (_, network), kind in zip(tags, kinds[1:]))
        return bytes(12) + struct.pack("!H", kinds[0]) + middle + packet
    return wrap


def cooked(hardware=1):
    return lambda s, d, seg: struct.pack("!HHH8sH", 0, hardware, 6, bytes(8), kind_of(plain_ip(s, d, seg))) + plain_ip(s, d, seg)


def cooked2(hardware=1):
    return lambda s, d, seg: struct.pack("!HHIHBB8s", kind_of(plain_ip(s, d, seg)), 0, 1, hardware, 0, 6, bytes(8)) \
        + plain_ip(s, d, seg)


def family(order, of4=2, of6=30):
    return lambda s, d, seg: struct.pack(order + "I", of6 if ":" in s else of4) + plain_ip(s, d, seg)


def extended(extensions, first):
    """IPv6 with extension headers, as hexadecimal digits; `first` is the type of the first of them."""
    return lambda s, d, seg: ether(ipv6(s, d, first, bytes.fromhex(extensions) + seg))


def with_options(source, destination, segment):
    packet = bytearray(ipv4(source, destination, TCP, b"\x94\x04\0\0" + segment))     # router alert
    packet[0] = 0x46
    return ether(bytes(packet))


def with_length(length):
    def wrap(source, destination, segment):
        packet = bytearray(plain_ip(source, destination, segment))
        packet[2:4] = struct.pack("!H", length)
        return ether(bytes(packet))
    return wrap


HOP_BY_HOP, DESTINATION, ROUTING = 0, 60, 43
V4, V6 = (A, B), (X, Y)

# name: (link type, addresses, how a segment travels)
PLAIN = {
    "ethernet": (ETHERNET, V4, lambda s, d, seg: ether(plain_ip(s, d, seg))),
    "ethernet_ipv6": (ETHERNET, V6, lambda s, d, seg: ether(plain_ip(s, d, seg))),
    "padded": (ETHERNET, V4, lambda s, d, seg: ether(plain_ip(s, d, seg)) + b"\x55" * 6),
    "vlan": (ETHERNET, V4, tagged((0x8100, 5))),
    "vlan_ipv6": (ETHERNET, V6, tagged((0x8100, 5))),
    "two_vlans": (ETHERNET, V4, tagged((0x8100, 5), (0x8100, 6))),
    "cooked": (COOKED, V4, cooked()),
    "cooked_ipv6": (COOKED, V6, cooked()),
    "cooked_loopback": (COOKED, V4, cooked(772)),
    "cooked_tunnel_device": (COOKED, V4, cooked(0xfffe)),
    "cooked2": (COOKED2, V4, cooked2()),
    "cooked2_ipv6": (COOKED2, V6, cooked2()),
    "raw": (RAW, V4, plain_ip),
    "raw_ipv6": (RAW, V6, plain_ip),
    "raw4": (RAW4, V4, plain_ip),
    "raw6": (RAW6, V6, plain_ip),
    "null_little": (NULL, V4, family("<")),
    "null_big": (NULL, V4, family(">")),
    "null_ipv6_macos": (NULL, V6, family("<", of6=30)),
    "null_ipv6_freebsd": (NULL, V6, family(">", of6=28)),
    "null_ipv6_netbsd": (NULL, V6, family("<", of6=24)),
    "loop": (LOOP, V4, family(">")),
    "loop_ipv6": (LOOP, V6, family(">", of6=24)),
    "extensions": (ETHERNET, V6, extended("3c00010400000000 0600010400000000", HOP_BY_HOP)),
    "router_alert": (ETHERNET, V6, extended("0600050200000100", HOP_BY_HOP)),
}

# The same, and the reason why Wireshark has to look.
ODD = {
    "ppp": (PPP, V4, lambda s, d, seg: b"\xff\x03\0\x21" + plain_ip(s, d, seg), "unusual link layer"),
    "raw6_with_ipv4": (RAW6, V4, plain_ip, "unusual IP header"),
    "cooked_gre_device": (COOKED, V4, cooked(778), "unusual link layer"),
    "three_vlans": (ETHERNET, V4, tagged((0x8100, 5), (0x8100, 6), (0x8100, 7)), "unusual network protocol"),
    "provider_bridge": (ETHERNET, V4, tagged((0x88a8, 5), (0x8100, 6)), "unusual network protocol"),
    "mpls": (ETHERNET, V4, lambda s, d, seg: bytes(12) + b"\x88\x47\0\x01\x01\x40" + plain_ip(s, d, seg),
             "unusual network protocol"),
    "llc": (ETHERNET, V4, lambda s, d, seg: bytes(12) + struct.pack("!H", 8 + len(plain_ip(s, d, seg)))
            + b"\xaa\xaa\x03\0\0\0\x08\0" + plain_ip(s, d, seg), "unusual network protocol"),
    "options": (ETHERNET, V4, with_options, "IP options"),
    "offloaded": (ETHERNET, V4, with_length(0), "unusual IP header"),
    "overlong": (ETHERNET, V4, with_length(2000), "unusual IP header"),
    "too_short": (ETHERNET, V4, with_length(19), "unusual IP header"),
    "atomic_fragment": (ETHERNET, V6, extended("0600000000000001", 44), "IP fragment"),
    "routing": (ETHERNET, V6, extended("0602000000000000" + "fd000000000000000000000000000003", ROUTING), "tunnel"),
    "home_address": (ETHERNET, V6, extended("0602" + "0102" + "0000" + "c910" + "fd000000000000000000000000000007", DESTINATION),
                     "unusual IP header"),
    "gre": (ETHERNET, V4, lambda s, d, seg: ether(ipv4(*OUTER, 47, gre(plain_ip(s, d, seg)))), "tunnel"),
    "ip_in_ip": (ETHERNET, V4, lambda s, d, seg: ether(ipv4(*OUTER, 4, plain_ip(s, d, seg))), "tunnel"),
    "six_in_four": (ETHERNET, V6, lambda s, d, seg: ether(ipv4(*OUTER, 41, plain_ip(s, d, seg))), "tunnel"),
    "vxlan": (ETHERNET, V4, lambda s, d, seg: ether(ipv4(*OUTER, UDP, vxlan(ether(plain_ip(s, d, seg))))), "UDP"),
}


def told(captures):
    """{name: (link type, frames)} of a table above."""
    return {name: (link, story(*ends, wrap)) for name, (link, ends, wrap, *_) in captures.items()}


def fragments():
    long = tcp(A, B, 1000, 80, ACK | PSH, 106, 501, data=b"x" * 100)
    whole = told(PLAIN)["ethernet"][1]
    return [*whole[:5], ether(ipv4(A, B, TCP, long[:64], ident=9, fragment=0x2000)),
            ether(ipv4(A, B, TCP, long[64:], ident=9, fragment=8)), *whole[6:]]


def stream_of_frames():
    """OpenFlow carries the story's frames, some of them cut in two by its segments."""
    inner = told(PLAIN)["ethernet"][1]
    packets = [ether(ip(*OUTER, TCP, tcp(*OUTER, 7000, 6653, SYN, 0)))]
    sent, both = 1, openflow(inner[5]) + openflow(inner[6])
    for data in [*map(openflow, inner[:5]), both[:50], both[50:]]:
        packets.append(ether(ip(*OUTER, TCP, tcp(*OUTER, 7000, 6653, ACK | PSH, sent, 1, data=data))))
        sent += len(data)
    return packets


def icmp_errors():
    begun = told(PLAIN)["ethernet"][1][:4]
    quoted = ipv4(A, B, TCP, tcp(A, B, 1000, 80, ACK, 101, 501, data=b"hello"))
    kinds = [(3, 0), (3, 1), (3, 3), (3, 4), (3, 13), (4, 0), (5, 1), (11, 0), (12, 0), (8, 0), (0, 0), (13, 0), (42, 0)]
    messages = [icmp(kind, code, quoted[:28]) for kind, code in kinds]
    messages += [icmp(3, 1, quoted), icmp(3, 1, quoted[:27]), icmp(3, 1, b""), icmp(3, 1, ipv4(*OUTER, 4, quoted)),
                 icmp(3, 1, ipv4(*OUTER, UDP, udp(1, 2, b"x"))), icmp(3, 1, ipv4(A, B, TCP, quoted[20:], fragment=0x2000)),
                 icmp(3, 1, ipv4(B, A, TCP, tcp(B, A, 80, 1000, ACK, 501, 106)))]
    return begun + [ether(ipv4(ROUTER, A, ICMP, message)) for message in messages]


def icmpv6_errors():
    begun = told(PLAIN)["ethernet_ipv6"][1][:4]
    quoted = ipv6(X, Y, TCP, tcp(X, Y, 1000, 80, ACK, 101, 501, data=b"hello"))
    kinds = [(1, 0), (1, 1), (1, 4), (1, 5), (2, 0), (3, 0), (4, 0), (4, 1), (100, 0), (127, 0), (128, 0), (135, 0), (137, 0)]
    messages = [icmpv6(ROUTER6, X, kind, code, quoted) for kind, code in kinds]
    messages += [icmpv6(ROUTER6, X, 1, 0, quoted[:n]) for n in (0, 39, 40, 47, 48)]
    messages.append(icmpv6(ROUTER6, X, 1, 0, ipv6(X, Y, HOP_BY_HOP, bytes.fromhex("0600010400000000") + quoted[40:])))
    return begun + [ether(ipv6(ROUTER6, X, ICMPV6, message)) for message in messages]


def company():
    """Packets without TCP, among those with."""
    others = [bytes(12) + struct.pack("!H", kind) + bytes(46) for kind in (0x0806, 0x8035, 0x88cc, 0x888e, 0x9000, 0x0026)]
    others += [bytes(12) + b"\0\x26\x42\x42\x03" + bytes(43), ether(ipv4(A, B, UDP, udp(5000, 53, bytes(12)))),
               ether(ipv4(A, B, UDP, udp(5000, 6000, b"hello"))), ether(ipv4(A, "224.0.0.1", 2, bytes(8))),
               ether(ipv4(A, B, 89, bytes(44))), ether(ipv6(X, Y, 59, b"")), ether(ipv4(A, B, 132, bytes(12))), b"", b"\0" * 13]
    return [frame for pair in zip(told(PLAIN)["ethernet"][1], others) for frame in pair] + others[7:]


OTHERS = {"fragments": fragments, "stream_of_frames": stream_of_frames, "icmp_errors": icmp_errors,
          "icmpv6_errors": icmpv6_errors, "company": company}


def all_captures():
    return told(PLAIN) | told(ODD) | {name: (ETHERNET, make()) for name, make in OTHERS.items()}
