# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts packets out of capture files by frame number, without dissecting them. Runs on the workers."""
import gzip
import mmap
import os
import shutil
import struct
import subprocess
import tempfile

PCAP = {b"\xd4\xc3\xb2\xa1": ("<", 6), b"\xa1\xb2\xc3\xd4": (">", 6),       # microseconds
        b"\x4d\x3c\xb2\xa1": ("<", 9), b"\xa1\xb2\x3c\x4d": (">", 9)}       # nanoseconds
PCAPNG = b"\n\r\r\n"
INTERFACE = 1
PACKETS = (2, 3, 6)
# Wireshark numbers some of these blocks as frames, depending on what they hold: journal, custom blocks, system calls.
PERHAPS_PACKETS = (9, 0xBAD, 0x40000BAD, 0x201, 0x204, 0x208, 0x216, 0x221)


class Unreadable(Exception):
    """Frames cannot be found in this file; in words for people."""


def cut(path, wanted, packets, folder=None):
    """Yields pcapng blocks with the wanted frames (ascending numbers) and what a reader must know to read them.
    `packets` is how many frames tshark counts in the file, `folder` is for copies."""
    with open(path, "rb") as file:
        file, magic = _plain(file, folder)
        with file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if magic in PCAP:
                yield from _cut_pcap(data, *PCAP[magic], wanted)
                return
            types = PACKETS
            if _count(data, types) != packets:
                types += PERHAPS_PACKETS
                if _count(data, types) != packets:
                    raise Unreadable("its frames cannot be counted as tshark counts them")
            yield from _cut_pcapng(data, types, wanted)


def _plain(file, folder):
    """The same capture as pcap or pcapng on disk: the file itself or a temporary copy."""
    magic = file.read(4)
    file.seek(0)
    if magic == PCAPNG:
        return file, magic
    if magic in PCAP:
        order = PCAP[magic][0]
        header = file.read(24)
        file.seek(0)
        if len(header) == 24 and struct.unpack_from(order + "I", header, 20)[0] < 1 << 16:
            return file, magic
    copy = tempfile.NamedTemporaryFile(dir=folder)
    if magic[:2] == b"\x1f\x8b":
        try:
            with gzip.open(file) as packed:
                shutil.copyfileobj(packed, copy, 1 << 20)
        except EOFError:
            pass        # cut short: what came before counts
        copy.flush()
        copy.seek(0)
        inner = copy.read(4)
        copy.seek(0)
        if inner == PCAPNG or inner in PCAP:
            return copy, inner
        file.seek(0)
    # Any other format that Wireshark knows. A status other than 0 is a file that was cut short.
    os.lseek(file.fileno(), 0, os.SEEK_SET)     # the process shares the file, not the buffer in front of it
    done = subprocess.run(["editcap", "-F", "pcapng", "-", copy.name], stdin=file, capture_output=True, text=True)
    with copy:
        copy = open(copy.name, "rb")
    magic = copy.read(4)
    copy.seek(0)
    if magic != PCAPNG:
        copy.close()
        raise Unreadable("editcap: " + (done.stderr.strip().splitlines() or ["wrote nothing"])[-1])
    return copy, magic


def _block(kind, body, order):
    size = 12 + len(body)
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def _section(order):
    return _block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def _cut_pcap(data, order, digits, wanted):
    snap, link = struct.unpack_from(order + "II", data, 16)
    resolution = struct.pack(order + "HHB3xHH", 9, 1, digits, 0, 0)
    yield _section(order) + _block(INTERFACE, struct.pack(order + "HHI", link, 0, snap) + resolution, order)
    unit = 10 ** digits
    length_at = struct.Struct(order + "I").unpack_from
    at, number, end = 24, 0, len(data)
    for frame in wanted:
        while number < frame:       # step over the records in between
            if at + 16 > end:
                raise Unreadable(f"it has no frame {frame} any more")
            here, (length,) = at, length_at(data, at + 8)
            at += 16 + length
            number += 1
        seconds, fraction, length, original = struct.unpack_from(order + "IIII", data, here)
        if at > end:
            raise Unreadable(f"frame {frame} is cut short")
        ticks = seconds * unit + fraction
        body = struct.pack(order + "IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, length, original)
        yield _block(6, body + data[here + 16:at] + bytes(-length % 4), order)


def _blocks(data):
    """(type, start, end, byte order) of each whole block."""
    at, end, order = 0, len(data), "<"
    while at + 12 <= end:
        if data[at:at + 4] == PCAPNG:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or at + size > end:
            return
        yield kind, at, at + size, order
        at += size + -size % 4


def _count(data, types):
    return sum(1 for kind, *_ in _blocks(data) if kind in types)


def _cut_pcapng(data, types, wanted):
    wanted = iter(wanted)
    frame, number = next(wanted, None), 0
    for kind, start, end, order in _blocks(data):
        if kind in types:
            number += 1
            if number != frame:
                continue
            yield data[start:end]
            frame = next(wanted, None)
            if frame is None:
                return
        elif kind == 0x0A0D0D0A:
            # Its length is no longer true: unknown.
            yield data[start:start + 16] + struct.pack(order + "q", -1) + data[start + 24:end]
        elif kind == INTERFACE:
            yield data[start:end]
    if frame is not None:
        raise Unreadable(f"it has no frame {frame} any more")
