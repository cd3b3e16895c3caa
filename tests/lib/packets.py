# SPDX-License-Identifier: GPL-2.0-or-later
"""Ethernet frames with TCP over IPv4 or IPv6: made of their parts, and read. The labs, the fuzzers and the tests share it."""
import dataclasses
import functools
import socket
import struct
import zlib

FIN, SYN, RST, PSH, ACK, URG = (1 << bit for bit in range(6))
LETTERS = "FSRPAU"
NAMES = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"), (URG, "URG"))
IPV4, IPV6 = 0x0800, 0x86DD
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
ETHERNET = 14               # bytes before the IP header
DONT_FRAGMENT, MORE_FRAGMENTS = 0x4000, 0x2000
SEQ_AT, ACK_AT, OFFSET_AT, FLAGS_AT, WINDOW_AT, CHECKSUM_AT = 4, 8, 12, 13, 14, 16      # within the TCP header
LENGTH_AT, TTL_AT = {4: 2, 6: 4}, {4: 8, 6: 7}                                          # within the IP header, by version
ADDRESSES_AT, ADDRESS_SIZE = {4: (12, 16), 6: (8, 24)}, {4: 4, 6: 16}
END, NO_OPERATION, WINDOW_SCALE, SACK, TIMESTAMPS = 0, 1, 3, 5, 8       # TCP options
MACS = "02:00:00:00:00:01", "02:00:00:00:00:02"


@dataclasses.dataclass(frozen=True)
class Segment:
    """One TCP segment, and where it stands in its frame."""
    frame: bytes
    version: int            # of IP
    at: int                 # of the TCP header
    end: int                # of the IP packet, which a short snap length may have cut off
    source: str
    destination: str
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    data_offset: int        # in bytes

    ip_at = ETHERNET

    @property
    def ends(self):
        return (self.source, self.sport), (self.destination, self.dport)

    @property
    def header(self):
        return self.frame[self.at:self.at + self.data_offset]

    @property
    def payload(self):
        return self.frame[self.at + self.data_offset:self.end]

    @property
    def payload_length(self):
        """By the IP header, captured or not."""
        return max(0, self.end - self.at - self.data_offset)

    @property
    def next_seq(self):
        return (self.seq + self.payload_length + self.syn + self.fin) & 0xFFFFFFFF

    @property
    def ttl(self):
        return self.frame[self.ip_at + TTL_AT[self.version]]

    @property
    def ip_id(self):
        return struct.unpack_from("!H", self.frame, self.ip_at + 4)[0] if self.version == 4 else 0

    @functools.cached_property
    def identity(self):
        """What no router changes: names the packet wherever it is seen."""
        return f"{self.source} {self.destination} {self.ip_id} ".encode() + self.frame[self.at:self.end]

    @property
    def content(self):
        """What a NAT leaves as it is: names the packet where its addresses and ports may differ."""
        fields = struct.pack("!HIIBH", self.ip_id, self.seq, self.ack, self.flags, self.window)
        return fields + self.header[20:] + self.payload

    def has(self, letters):
        return all(self.flags & bits(letter) for letter in letters)

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
    def flag_names(self):
        return ",".join(name for bit, name in NAMES if self.flags & bit) or "none"

    def options(self):
        """(kind, content) of each, as far as they make sense."""
        text, at = self.header[20:], 0
        while at < len(text) and text[at] != END:
            if text[at] == NO_OPERATION:
                at += 1
                continue
            if at + 1 >= len(text) or text[at + 1] < 2:
                return
            yield text[at], text[at + 2:at + text[at + 1]]
            at += text[at + 1]


def parse(frame):
    """The Segment in an Ethernet frame with IPv4 or with IPv6 without extension headers. None where there is none, or less
    than the twenty bytes that each has."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == IPV4 and len(frame) >= ETHERNET + 20 and frame[ETHERNET + 9] == TCP:
        version, at = 4, ETHERNET + (frame[ETHERNET] & 15) * 4
        end = ETHERNET + struct.unpack_from("!H", frame, ETHERNET + 2)[0]
    elif kind == IPV6 and len(frame) >= ETHERNET + 40 and frame[ETHERNET + 6] == TCP:
        version, at = 6, ETHERNET + 40
        end = at + struct.unpack_from("!H", frame, ETHERNET + 4)[0]
    else:
        return None
    if len(frame) < at + 20:
        return None
    size = ADDRESS_SIZE[version]
    source, destination = (text_of(frame[ETHERNET + where:ETHERNET + where + size]) for where in ADDRESSES_AT[version])
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", frame, at)
    return Segment(bytes(frame), version, at, end, source, destination, sport, dport, seq, ack, flags & 63, window,
                   (offset >> 4) * 4)


def is_icmp_error(frame):
    kind = int.from_bytes(frame[12:14], "big")
    if kind == IPV4 and frame[ETHERNET + 9] == ICMP:
        return frame[ETHERNET + (frame[ETHERNET] & 15) * 4] in (3, 11, 12)
    if kind == IPV6 and frame[ETHERNET + 6] == ICMPV6:
        return frame[ETHERNET + 40] < 128
    return False


def text_of(address):
    return socket.inet_ntop(socket.AF_INET6 if len(address) == 16 else socket.AF_INET, address)


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def bits(flags):
    """Flags as a number; letters, as in "SA", are read."""
    return sum(1 << LETTERS.index(letter) for letter in flags) if isinstance(flags, str) else flags


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(source, destination, protocol, length):
    numbers = struct.pack("!II", length, protocol) if ":" in source else struct.pack("!HH", protocol, length)
    return packed(source) + packed(destination) + numbers


def put(data, at, number):
    """With 16 bits of it replaced."""
    return data[:at] + struct.pack("!H", number) + data[at + 2:]


def tcp(source, destination, sport, dport, flags, seq=0, ack=0, data=b"", options=b"", window=1000, sum_mode="good", doff=None):
    options += bytes([NO_OPERATION]) * (-len(options) % 4)
    doff = 5 + len(options) // 4 if doff is None else doff
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, doff << 4, bits(flags), window, 0,
                          0) + options + data
    front = pseudo_header(source, destination, TCP, len(segment))
    if sum_mode == "partial":       # as it is until a network card completes it
        return put(segment, CHECKSUM_AT, ~checksum(front) & 0xFFFF)
    return put(segment, CHECKSUM_AT, checksum(front + segment) ^ (0x1234 if sum_mode == "bad" else 0))


def ipv4(source, destination, protocol, data, ttl=64, ident=None, fragment=0, total=None):
    """The identification is that of the data unless one is given: two packets that differ have different ones."""
    ident = zlib.crc32(data) & 0xFFFF if ident is None else ident
    total = 20 + len(data) if total is None else total
    header = struct.pack("!BBHHHBBH", 0x45, 0, total, ident, fragment, ttl, protocol, 0) + packed(source) + packed(destination)
    return put(header, 10, checksum(header)) + data


def ipv6(source, destination, protocol, data, ttl=64):
    return struct.pack("!IHBB", 6 << 28, len(data), protocol, ttl) + packed(source) + packed(destination) + data


def ip(source, destination, protocol, data, ttl=64, **of_ipv4):
    if ":" in source:
        return ipv6(source, destination, protocol, data, ttl)
    return ipv4(source, destination, protocol, data, ttl, **of_ipv4)


def ether(data, source=MACS[1], destination=MACS[0]):
    addresses = bytes.fromhex((destination + source).replace(":", ""))
    return addresses + struct.pack("!H", IPV6 if data[0] >> 4 == 6 else IPV4) + data


def framed(source, destination, segment, **options):
    """A TCP segment in a frame, nothing unusual about it."""
    return ether(ip(source, destination, TCP, segment, **options))


def with_tcp_checksum(frame):
    """The frame with the TCP checksum that a network card would have filled in (lo leaves it unfinished)."""
    segment = parse(frame)
    if segment is None:
        return frame
    data = put(frame[segment.at:segment.end], CHECKSUM_AT, 0)
    front = pseudo_header(segment.source, segment.destination, TCP, len(data))
    return put(frame, segment.at + CHECKSUM_AT, checksum(front + data))
