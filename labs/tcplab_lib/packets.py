# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading and building Ethernet frames that carry TCP over IPv4 or IPv6, or an ICMP error."""

import socket
import struct
from dataclasses import dataclass

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
LETTERS = "FSRPAU"
IPV4, IPV6, VLAN = 0x0800, 0x86DD, 0x8100


@dataclass(frozen=True)
class Segment:
    """One TCP segment as it stands in a frame."""
    source: str
    destination: str
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    payload: bytes
    options: bytes
    ttl: int
    ip_id: int
    identity: bytes  # what a router does not change: names the packet at both ends

    def has(self, letters):
        return all(self.flags & (1 << LETTERS.index(letter)) for letter in letters)

    @property
    def syn(self):
        return bool(self.flags & SYN)

    @property
    def fin(self):
        return bool(self.flags & FIN)

    @property
    def rst(self):
        return bool(self.flags & RST)

    @property
    def acks(self):
        return bool(self.flags & ACK)

    @property
    def length(self):
        """Sequence space used: payload, and one each for SYN and FIN."""
        return len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)

    @property
    def next_seq(self):
        return (self.seq + self.length) & 0xFFFFFFFF

    @property
    def content(self):
        """What a NAT leaves as it is: names the packet where its addresses and ports may differ."""
        return struct.pack("!HIIBH", self.ip_id, self.seq, self.ack, self.flags, self.window) + self.options + self.payload

    @property
    def flag_names(self):
        names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"]
        return ",".join(names[i] for i in (1, 0, 2, 3, 4, 5) if self.flags & (1 << i)) or "none"


def network_layer(frame):
    """(ethertype, offset of the IP header)."""
    kind = struct.unpack_from("!H", frame, 12)[0]
    return kind, 14


def parse(frame):
    """The Segment in an Ethernet frame, or None."""
    kind, at = network_layer(frame)
    if kind == IPV4 and frame[at + 9] == socket.IPPROTO_TCP:
        total, ip_id = struct.unpack_from("!HH", frame, at + 2)
        source = socket.inet_ntop(socket.AF_INET, frame[at + 12:at + 16])
        destination = socket.inet_ntop(socket.AF_INET, frame[at + 16:at + 20])
        ttl, start, end = frame[at + 8], at + (frame[at] & 15) * 4, at + total
    elif kind == IPV6 and frame[at + 6] == socket.IPPROTO_TCP:
        ip_id, total = 0, struct.unpack_from("!H", frame, at + 4)[0]
        source = socket.inet_ntop(socket.AF_INET6, frame[at + 8:at + 24])
        destination = socket.inet_ntop(socket.AF_INET6, frame[at + 24:at + 40])
        ttl, start, end = frame[at + 7], at + 40, at + 40 + total
    else:
        return None
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", frame, start)
    data = start + (offset >> 4) * 4
    return Segment(source, destination, sport, dport, seq, ack, flags & 63, window, frame[data:end],
                   frame[start + 20:data], ttl, ip_id,
                   f"{source} {destination} {ip_id} ".encode() + frame[start:end])


def is_icmp_error(frame):
    kind, at = network_layer(frame)
    if kind == IPV4 and frame[at + 9] == socket.IPPROTO_ICMP:
        return frame[at + (frame[at] & 15) * 4] in (3, 11, 12)
    if kind == IPV6 and frame[at + 6] == socket.IPPROTO_ICMPV6:
        return frame[at + 40] < 128
    return False


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def build(source_mac, destination_mac, source, destination, sport, dport, seq, ack, flags,
          window=0, payload=b"", options=b"", ttl=64, ip_id=0):
    """A whole Ethernet frame with right checksums."""
    if isinstance(flags, str):
        flags = sum(1 << LETTERS.index(letter) for letter in flags)
    options += b"\1" * (-len(options) % 4)
    header = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                         (20 + len(options)) // 4 << 4, flags, window, 0, 0) + options
    size = len(header) + len(payload)
    six = ":" in source
    family = socket.AF_INET6 if six else socket.AF_INET
    addresses = socket.inet_pton(family, source) + socket.inet_pton(family, destination)
    pseudo = addresses + struct.pack("!II" if six else "!HH", *((size, 6) if six else (6, size)))
    tcp = header[:16] + struct.pack("!H", checksum(pseudo + header + payload)) + header[18:] + payload
    if six:
        ip = struct.pack("!IHBB", 6 << 28, size, 6, ttl) + addresses
    else:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + size, ip_id, 0x4000, ttl, 6, 0) + addresses
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    ethernet = bytes.fromhex((destination_mac + source_mac).replace(":", ""))
    return ethernet + struct.pack("!H", IPV6 if six else IPV4) + ip + tcp


def with_tcp_checksum(frame):
    """The frame with the TCP checksum that a network card would have filled in (lo leaves it unfinished)."""
    kind, at = network_layer(frame)
    if kind != IPV4 or frame[at + 9] != socket.IPPROTO_TCP:
        return frame
    start, end = at + (frame[at] & 15) * 4, at + struct.unpack_from("!H", frame, at + 2)[0]
    tcp = frame[start:start + 16] + b"\0\0" + frame[start + 18:end]
    pseudo = frame[at + 12:at + 20] + struct.pack("!HH", 6, len(tcp))
    return frame[:start + 16] + struct.pack("!H", checksum(pseudo + tcp)) + frame[start + 18:]
