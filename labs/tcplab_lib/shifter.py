#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A box that changes sequence numbers, as firewalls do that randomize them: reads IP packets from a TUN device, adds one
constant to the client's numbers and one to the server's, mends the checksum, and writes the packets back. What one side
sends as its sequence number, the other acknowledges: so acknowledgments and SACK blocks lose what sequence numbers gained.

    shifter.py tun0 --port 7777 --client 1000000 --server 2000000"""

import argparse
import fcntl
import os
import struct

SET_INTERFACE, TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
TCP, SACK = 6, 5


def add(data, at, number):
    value = struct.unpack_from("!I", data, at)[0]
    struct.pack_into("!I", data, at, (value + number) & 0xFFFFFFFF)


def checksum(data):
    data = bytes(data) + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def sack_edges(segment, header):
    """Where the numbers of SACK blocks stand."""
    at = 20
    while at + 1 < header and segment[at]:
        size = 1 if segment[at] == 1 else segment[at + 1]
        if size < 1:
            return
        if segment[at] == SACK:
            yield from range(at + 2, at + size, 4)
        at += size


def shifted(packet, port, client, server):
    """An IPv4 packet with other numbers; whatever else it is, as it came."""
    packet = bytearray(packet)
    at = (packet[0] & 15) * 4
    if packet[0] >> 4 != 4 or packet[9] != TCP:
        return packet
    segment = packet[at:]
    source = struct.unpack_from("!H", segment)[0]
    mine, other = (server, client) if source == port else (client, server)
    add(segment, 4, mine)
    if segment[13] & 16:
        add(segment, 8, -other)
    for edge in sack_edges(segment, (segment[12] >> 4) * 4):
        add(segment, edge, -other)
    segment[16:18] = b"\0\0"
    front = packet[12:20] + struct.pack("!HH", TCP, len(segment))
    struct.pack_into("!H", segment, 16, checksum(front + segment))
    return packet[:at] + segment


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("device")
    parser.add_argument("--port", type=int, required=True, help="the server's: tells who sends")
    parser.add_argument("--client", type=int, default=0, help="what is added to the client's sequence numbers")
    parser.add_argument("--server", type=int, default=0, help="and to the server's")
    options = parser.parse_args()
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, SET_INTERFACE, struct.pack("16sH22x", options.device.encode(), TUN_WITHOUT_HEADER))
    while True:
        os.write(tun, shifted(os.read(tun, 1 << 16), options.port, options.client, options.server))


if __name__ == "__main__":
    main()
