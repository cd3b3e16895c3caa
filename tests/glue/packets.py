# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds packets that are hard to record: tunnels, fragments, quoted headers, bad checksums. For tests of the
reader only; what TCP does on the wire is tested with real captures (sample_pcaps)."""
import socket
import struct
import zlib

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


def pseudo(source, destination, protocol, length):
    form = "!II" if ":" in source else "!HH"
    return packed(source) + packed(destination) + struct.pack(form, *((length, protocol) if ":" in source else (protocol, length)))


def tcp(source, destination, sport, dport, flags, seq=0, ack=0, data=b"", options=b"", sum_mode="good", doff=None):
    options += b"\1" * (-len(options) % 4)
    size = 20 + len(options)
    doff = size // 4 if doff is None else doff
    head = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, doff << 4, flags, 1000, 0, 0) + options + data
    front = pseudo(source, destination, 6, len(head))
    value = checksum(front + head)
    if sum_mode == "bad":
        value ^= 0x1234
    elif sum_mode == "partial":
        value = ~checksum(front) & 0xFFFF
    return head[:16] + struct.pack("!H", value) + head[18:]


def udp(sport, dport, data):
    return struct.pack("!HHHH", sport, dport, 8 + len(data), 0) + data


def ipv4(source, destination, protocol, data, ttl=64, ident=None, fragment=0, total=None):
    """The identification is that of the data: two packets that differ have different ones."""
    ident = zlib.crc32(data) & 0xFFFF if ident is None else ident
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data) if total is None else total, ident, fragment, ttl, protocol, 0)
    head += packed(source) + packed(destination)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data


def ipv6(source, destination, protocol, data, hops=64):
    return struct.pack("!IHBB", 6 << 28, len(data), protocol, hops) + packed(source) + packed(destination) + data


def ether(data):
    kind = 0x86DD if data[0] >> 4 == 6 else 0x0800
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + struct.pack("!H", kind) + data


def icmp(kind, code, quoted):
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def icmpv6(source, destination, kind, code, quoted):
    body = struct.pack("!BBHI", kind, code, 0, 0) + quoted
    value = checksum(pseudo(source, destination, 58, len(body)) + body)
    return body[:2] + struct.pack("!H", value) + body[4:]


def vxlan(data, network=5):
    return udp(50000, 4789, struct.pack("!II", 0x08000000, network << 8) + data)


def gre(data):
    return struct.pack("!HH", 0, 0x86DD if data[0] >> 4 == 6 else 0x0800) + data


def openflow(data):
    """An OpenFlow 1.0 packet-in: a whole Ethernet frame inside a TCP stream on port 6653."""
    body = struct.pack("!IHHBB", 0xFFFFFFFF, len(data), 1, 0, 0) + data
    return struct.pack("!BBHI", 1, 10, 8 + len(body), 1) + body


def write_pcap(path, frames, snap=None, silent_before=None):
    """Frames a millisecond apart, but for three seconds before the one of that index; `snap` cuts them short as a capture with
    that snap length does."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            kept = frame[:snap]
            seconds = 1_700_000_000 + (3 if silent_before is not None and number >= silent_before else 0)
            file.write(struct.pack("<IIII", seconds, number * 1000, len(kept), len(frame)) + kept)
