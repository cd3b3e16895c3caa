# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture files of Ethernet frames: pcap and pcapng, written and read. Times are nanoseconds since 1970."""
import pathlib
import struct
import typing

ETHERNET, SNAP = 1, 262144
BEGIN = 1_700_000_000_000_000_000       # of captures that are made up
MILLISECOND = 1_000_000
# pcap says with its first number in which order its bytes stand and what its timestamps count.
MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
UNIT = {MICROSECONDS: 1000, NANOSECONDS: 1}
FILE_HEADER, RECORD_HEADER = 24, 16
SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6       # blocks of pcapng
COMMENT, NAME, FLAGS, APPLICATION, RESOLUTION = 1, 2, 2, 4, 9       # options of those blocks


class Packet(typing.NamedTuple):
    time: int
    data: bytes         # as far as it was captured
    length: int         # on the wire


def spaced(frames, snap=None, silent_before=None):
    """Frames a millisecond apart, but for three seconds before the one of that index; `snap` cuts them short as a capture
    with that snap length does."""
    def time(number):
        silence = 3000 if silent_before is not None and number >= silent_before else 0
        return BEGIN + (number + silence) * MILLISECOND
    return [Packet(time(number), frame[:snap], len(frame)) for number, frame in enumerate(frames)]


def read(path):
    """Yields the Packets of a pcap or pcapng file."""
    data = pathlib.Path(path).read_bytes()
    return read_pcapng(data) if data[:4] == b"\x0a\x0d\x0d\x0a" else read_pcap(data)


def read_pcap(data):
    order = "<" if struct.unpack_from("<I", data)[0] in UNIT else ">"
    unit = UNIT[struct.unpack_from(order + "I", data)[0]]
    at = FILE_HEADER
    while at < len(data):
        seconds, fraction, kept, length = struct.unpack_from(order + "IIII", data, at)
        at += RECORD_HEADER
        yield Packet(seconds * 10**9 + fraction * unit, data[at:at + kept], length)
        at += kept


def pcap_pieces(file):
    """The header of an open pcap file of this machine, then each packet with its header, as bytes."""
    yield file.read(FILE_HEADER)
    while header := file.read(RECORD_HEADER):
        yield header + file.read(struct.unpack_from("<8xI", header)[0])


def read_pcapng(data):
    """Little-endian, as tcplab and dumpcap write it here."""
    ticks, at = [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        body = data[at + 8:at + size - 4]
        if kind == SECTION:
            ticks = []
        elif kind == INTERFACE:
            ticks.append(ticks_per_second(body))
        elif kind == PACKET:
            interface, high, low, kept, length = struct.unpack_from("<IIIII", body)
            yield Packet((high << 32 | low) * 10**9 // ticks[interface], body[20:20 + kept], length)
        at += size


def edited(data, change):
    """A pcapng file whose packets have other times, or are left out: change(number, ticks) says which ticks, or None."""
    at, number, pieces = 0, 0, []
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        piece = data[at:at + size]
        if kind == PACKET:
            number += 1
            high, low = struct.unpack_from("<II", piece, 12)
            ticks = change(number, high << 32 | low)
            piece = b"" if ticks is None else piece[:12] + struct.pack("<II", ticks >> 32, ticks & 0xFFFFFFFF) + piece[20:]
        pieces.append(piece)
        at += size
    return b"".join(pieces)


def ticks_per_second(description):
    at = 8
    while at + 4 <= len(description):
        code, size = struct.unpack_from("<HH", description, at)
        if code == RESOLUTION:
            value = description[at + 4]
            return 2 ** (value & 0x7F) if value & 0x80 else 10 ** value
        if code == 0:
            break
        at += 4 + size + -size % 4
    return 10**6


def write_pcap(path, packets, magic=NANOSECONDS, order="<", link=ETHERNET):
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAP, link))
        for time, kept, length in packets:
            seconds, fraction = divmod(time, 10**9)
            file.write(struct.pack(order + "IIII", seconds & 0xFFFFFFFF, fraction // UNIT[magic], len(kept), length) + kept)


def write_pcapng(path, frames, comment="made up", interfaces=("eth0",), digits=9, snap=None):
    """frames: (time in units of 10 to the power of -digits seconds, outgoing, bytes[, one of the interfaces]); of each frame the
    first `snap` bytes are kept."""
    with open(path, "wb") as file:
        options = option(COMMENT, comment.encode()) + option(APPLICATION, b"tcplab") + option(0, b"")
        file.write(block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options))
        for interface in interfaces:
            options = option(NAME, interface.encode()) + option(RESOLUTION, bytes([digits])) + option(0, b"")
            file.write(block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, snap or SNAP) + options))
        for time, outgoing, frame, *interface in frames:
            number = interfaces.index(interface[0]) if interface else 0
            kept = frame[:snap]
            head = struct.pack("<IIIII", number, time >> 32, time & 0xFFFFFFFF, len(kept), len(frame))
            flags = option(FLAGS, struct.pack("<I", 2 if outgoing else 1)) + option(0, b"")
            file.write(block(PACKET, head + kept + b"\0" * (-len(kept) % 4) + flags))


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def block(kind, body):
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)
