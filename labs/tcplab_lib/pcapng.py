# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes pcapng with nanosecond timestamps and the direction of each frame."""

import struct


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def block(kind, body):
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def write(path, frames, comment, interfaces):
    """frames: (nanoseconds since 1970, outgoing, bytes, one of the interfaces)."""
    with open(path, "wb") as out:
        options = option(1, comment.encode()) + option(4, b"tcplab") + option(0, b"")
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + options))
        for interface in interfaces:
            options = option(2, interface.encode()) + option(9, b"\x09") + option(0, b"")
            out.write(block(1, struct.pack("<HHI", 1, 0, 262144) + options))
        for nanoseconds, outgoing, frame, interface in frames:
            head = struct.pack("<IIIII", interfaces.index(interface), nanoseconds >> 32, nanoseconds & 0xFFFFFFFF, len(frame), len(frame))
            flags = option(2, struct.pack("<I", 2 if outgoing else 1)) + option(0, b"")
            out.write(block(6, head + frame + b"\0" * (-len(frame) % 4) + flags))
