# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files and the headers in them, as far as the recorded captures need: pcapng in, pcap out, Ethernet, IPv4, IPv6."""
import dataclasses
import pathlib
import struct

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
ETHERNET = 1


def read_pcapng(path):
    """(seconds, bytes) of every packet; Ethernet only, little-endian, as dumpcap writes here."""
    data = pathlib.Path(path).read_bytes()
    units, at = [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        if kind == 1:
            units.append(unit_of(body))
        elif kind == 6:
            interface, high, low, kept, _length = struct.unpack_from("<IIIII", body)
            yield (high << 32 | low) * units[interface], body[20:20 + kept]
        at += size


def unit_of(description):
    """Seconds per tick of an interface: option if_tsresol, or a microsecond."""
    at = 8
    while at + 4 <= len(description):
        code, size = struct.unpack_from("<HH", description, at)
        if code == 9:
            value = description[at + 4]
            return 2.0 ** -(value & 0x7F) if value & 0x80 else 10.0 ** -value
        if code == 0:
            break
        at += 4 + size + -size % 4
    return 1e-6


@dataclasses.dataclass
class Tcp:
    """A TCP segment of a packet, and where its parts stand."""
    version: int
    ip_at: int
    at: int                 # of the TCP header
    source: tuple
    destination: tuple
    seq: int
    ack: int
    flags: int
    window: int
    length: int
    header: bytes
    scale: int | None = None
    timestamp: bool = False
    sack: bool = False


def tcp_of(packet):
    """The segment in an Ethernet frame with IPv4 or IPv6 without extensions, or None."""
    if len(packet) < 54:
        return None
    kind = struct.unpack_from("!H", packet, 12)[0]
    if kind == 0x0800 and packet[23] == 6:
        at = 14 + (packet[14] & 15) * 4
        source, destination, total = packet[26:30], packet[30:34], 14 + struct.unpack_from("!H", packet, 16)[0]
        version = 4
    elif kind == 0x86DD and packet[20] == 6 and len(packet) >= 74:
        at = 54
        source, destination, total = packet[22:38], packet[38:54], 54 + struct.unpack_from("!H", packet, 18)[0]
        version = 6
    else:
        return None
    if len(packet) < at + 20:
        return None
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", packet, at)
    size = (offset >> 4) * 4
    segment = Tcp(version, 14, at, (source, sport), (destination, dport), seq, ack, flags, window,
                  max(0, total - at - size), packet[at:at + size])
    read_options(segment)
    return segment


def read_options(segment):
    at = 20
    while at < len(segment.header) and segment.header[at]:
        if segment.header[at] == 1:
            at += 1
            continue
        if at + 1 >= len(segment.header) or segment.header[at + 1] < 2:
            break
        kind, size = segment.header[at], segment.header[at + 1]
        if kind == 3 and at + 2 < len(segment.header):
            segment.scale = segment.header[at + 2]
        segment.timestamp |= kind == 8
        segment.sack |= kind == 5
        at += size


def write_pcap(path, packets):
    """(seconds, bytes, original length) of every packet, with nanoseconds."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, ETHERNET))
        for time, kept, length in packets:
            nanoseconds = round(time * 1e9)
            file.write(struct.pack("<IIII", nanoseconds // 10 ** 9 & 0xFFFFFFFF, nanoseconds % 10 ** 9, len(kept), length) + kept)
