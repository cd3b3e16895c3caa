# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutations of a capture: of its packets' headers, and of the order, number and times of its packets."""
import struct

from captures import Packet as Captured
from packets import (ACK_AT, ADDRESS_SIZE, ADDRESSES_AT, ETHERNET, FLAGS_AT, ICMP, ICMPV6, IPV4, IPV6, LENGTH_AT, OFFSET_AT,
                     SEQ_AT, TTL_AT, WINDOW_AT, parse)

SECOND = 10**9
HUGE = (1, -1, 1460, 65535, 65536, 1 << 20, (1 << 30) - 1, 1 << 30, 1 << 31, (1 << 31) - 1, -(1 << 30))


class Packet:
    """A packet on its way: bytes that can be changed, and how much of it is captured."""

    def __init__(self, time, data):
        self.time, self.data, self.kept = time, bytearray(data), len(data)

    def copy(self):
        other = Packet(self.time, self.data)
        other.kept = self.kept
        return other


def tcp_packets(packets):
    return [(p, s) for p in packets for s in [parse(bytes(p.data))] if s is not None]


def one_tcp(packets, rng):
    found = tcp_packets(packets)
    return rng.choice(found) if found else (None, None)


def put32(data, at, number):
    struct.pack_into("!I", data, at, number & 0xFFFFFFFF)


def add32(data, at, number):
    put32(data, at, struct.unpack_from("!I", data, at)[0] + number)


# Each takes the list of packets and a random.Random, and changes or returns the list.

def flip_bits(packets, rng):
    packet, segment = one_tcp(packets, rng)
    for _ in range(rng.randint(1, 6) if packet and segment.header else 0):
        at = rng.randrange(segment.at, segment.at + len(segment.header))
        packet.data[at] ^= 1 << rng.randrange(8)


def flip_ip_bits(packets, rng):
    packet, segment = one_tcp(packets, rng)
    if packet:
        packet.data[rng.randrange(segment.ip_at, segment.at)] ^= 1 << rng.randrange(8)


def random_flags(packets, rng):
    for _ in range(rng.randint(1, 3)):
        packet, segment = one_tcp(packets, rng)
        if packet:
            packet.data[segment.at + FLAGS_AT] = rng.choice((rng.randrange(256), 0, 1, 2, 4, 0x10, 0x11, 0x12, 0x14, 3, 6, 7, 0x3F))


def jump(packets, rng):
    """A huge jump of sequence number or acknowledgment: of one segment, or of one direction from there on."""
    packet, segment = one_tcp(packets, rng)
    if not packet:
        return
    at, by, lasting = rng.choice((SEQ_AT, ACK_AT)), rng.choice((*HUGE, rng.randrange(1 << 32))), rng.random() < 0.4
    reached = False
    for each, s in tcp_packets(packets):
        reached |= each is packet
        if each is packet or (lasting and reached and s.source == segment.source):
            add32(each.data, s.at + at, by)


def random_options(packets, rng):
    packet, segment = one_tcp(packets, rng)
    if not packet:
        return
    if rng.random() < 0.3:
        packet.data[segment.at + OFFSET_AT] = rng.randrange(16) << 4
    for at in range(segment.at + 20, segment.at + len(segment.header)):
        if rng.random() < 0.3:
            packet.data[at] = rng.choice((0, 1, 2, 3, 5, 8, 10, 34, 255, rng.randrange(256)))


def random_window(packets, rng):
    packet, segment = one_tcp(packets, rng)
    if packet:
        struct.pack_into("!H", packet.data, segment.at + WINDOW_AT, rng.choice((0, 0, 1, 65535, rng.randrange(65536))))


def random_length(packets, rng):
    """The IP header promises another length."""
    packet, segment = one_tcp(packets, rng)
    if packet:
        at = segment.ip_at + LENGTH_AT[segment.version]
        struct.pack_into("!H", packet.data, at, rng.choice((0, 20, 39, 40, 41, 60, 1500, 65535, rng.randrange(65536))))


def random_ttl(packets, rng):
    packet, segment = one_tcp(packets, rng)
    if packet:
        packet.data[segment.ip_at + TTL_AT[segment.version]] = rng.choice((0, 1, 60, 63, 65, 128, 255))


def cut_ends(packets, rng):
    first = rng.randrange(len(packets))
    return packets[first:rng.randint(first + 1, len(packets))]


def drop(packets, rng):
    for _ in range(rng.randint(1, 4)):
        if len(packets) > 1:
            packets.pop(rng.randrange(len(packets)))


def duplicate(packets, rng):
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(packets))
        packets.insert(rng.choice((at + 1, rng.randint(0, len(packets)))), packets[at].copy())


def reorder(packets, rng):
    if rng.random() < 0.2:
        rng.shuffle(packets)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(packets))
        packets.insert(max(0, at - rng.randint(1, 5)), packets.pop(at))


def repeat_all(packets, _rng):
    """The same once more: every number is an old one of a connection that is over."""
    return packets + [p.copy() for p in packets]


def snap(packets, rng):
    length = rng.choice((34, 40, 50, 54, 60, 66, 68, 74, 80, 96))
    for packet in packets:
        packet.kept = min(packet.kept, length)


def one_direction(packets, rng):
    packet, segment = one_tcp(packets, rng)
    kept = [p for p in packets if (s := parse(bytes(p.data))) is None or s.source == segment.source] if packet else []
    return kept or packets


def exchange_ends(packets, rng):
    """A segment is sent by the other end."""
    packet, segment = one_tcp(packets, rng)
    if not packet:
        return
    size = ADDRESS_SIZE[segment.version]
    a, b = (segment.ip_at + at for at in ADDRESSES_AT[segment.version])
    packet.data[a:b], packet.data[b:b + size] = packet.data[b:b + size], packet.data[a:b]
    t = segment.at
    packet.data[t:t + 2], packet.data[t + 2:t + 4] = packet.data[t + 2:t + 4], packet.data[t:t + 2]


def move_time(packets, rng):
    at, by = rng.randrange(len(packets)), round(rng.choice((0.0002, 0.5, 2, 70, 8000, -0.5, -100)) * SECOND)
    for packet in packets[at:]:
        packet.time += by


MUTATIONS = (flip_bits, flip_bits, flip_ip_bits, random_flags, random_flags, jump, jump, random_options, random_window,
             random_length, random_ttl, cut_ends, drop, drop, duplicate, duplicate, reorder, reorder, repeat_all, snap,
             one_direction, exchange_ends, move_time)


def mutant(packets, rng):
    """The packets of a mutated copy of the capture."""
    made = [Packet(time, data) for time, data, _length in packets]
    start = rng.randrange(max(1, len(made) - 60))
    made = made[start:start + 60]       # long transfers are the same all along
    for _ in range(rng.randint(1, 4)):
        made = rng.choice(MUTATIONS)(made, rng) or made
    return [Captured(max(0, p.time), bytes(p.data[:p.kept]), len(p.data)) for p in made]


def move_to(number, packet):
    """The packet with addresses that only this mutant has, also in what an ICMP error quotes."""
    data = bytearray(packet)
    kind = int.from_bytes(data[12:14], "big")
    if kind in (IPV4, IPV6):
        move_ip(data, ETHERNET, number)
    if kind == IPV4 and data[ETHERNET + 9:ETHERNET + 10] == bytes([ICMP]):
        move_ip(data, ETHERNET + (data[ETHERNET] & 15) * 4 + 8, number)
    elif kind == IPV6 and data[ETHERNET + 6:ETHERNET + 7] == bytes([ICMPV6]):
        move_ip(data, ETHERNET + 40 + 8, number)
    return bytes(data)


def move_ip(data, at, number):
    """The upper half of an IPv4 address, the third word of an IPv6 address."""
    version = data[at] >> 4 if at < len(data) else 0
    within, number = (0, 0x1400 + number) if version == 4 else (4, number)
    for place in ADDRESSES_AT.get(version, ()):
        if at + place + within + 2 <= len(data):
            struct.pack_into("!H", data, at + place + within, number & 0xFFFF)
