# SPDX-License-Identifier: GPL-2.0-or-later
"""What the packet filter of a router says of its own packets: nftables' `log group N`, read from netlink."""

import contextlib
import socket
import struct
import threading

from .namespaces import Missing

NETFILTER = 12                                      # the protocol of netlink
CONFIGURE, PACKET = 4 << 8 | 1, 4 << 8              # messages of nfnetlink_log
COMMAND, MODE, THRESHOLD = 1, 2, 5                  # attributes of the first: bind; copy whole packets; each at once
PAYLOAD, PREFIX = 9, 10                             # attributes of the second
BIND, WHOLE = b"\1", struct.pack("!IBx", 0xFFFF, 2)
REQUEST = 1
MACS = bytes(12)                                    # a packet in the log has no such header


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def attributes(data):
    at = 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if size < 4:
            return
        yield kind & 0x3FFF, data[at + 4:at + size]
        at += size + -size % 4


class PacketLog:
    """Calls tell(group, prefix, frame) for every packet that is logged in this namespace."""

    def __init__(self, namespace, groups, tell):
        self.tell, self.running = tell, True
        try:
            with namespace.entered():
                self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETFILTER)
            self.netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            for group in groups:
                for kind, value in ((COMMAND, BIND), (MODE, WHOLE), (THRESHOLD, struct.pack("!I", 1))):
                    body = struct.pack("!BBH", 0, 0, group) + attribute(kind, value)
                    self.netlink.send(struct.pack("=IHHII", 16 + len(body), CONFIGURE, REQUEST, 0, 0) + body)
        except OSError as error:
            raise Missing(f"the log of the packet filter cannot be read: {error.strerror}") from error
        self.netlink.settimeout(0.05)
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def loop(self):
        while self.running:
            with contextlib.suppress(TimeoutError):
                self.read(self.netlink.recv(1 << 17))

    def read(self, data):
        at = 0
        while at + 16 <= len(data):
            size, kind = struct.unpack_from("=IH", data, at)
            if kind == PACKET:
                group = struct.unpack_from("!H", data, at + 18)[0]
                found = dict(attributes(data[at + 20:at + size]))
                packet = found.get(PAYLOAD, b"\0")
                kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
                self.tell(group, found.get(PREFIX, b"").rstrip(b"\0").decode(), MACS + kind + packet)
            at += max(16, size + -size % 4)

    def close(self):
        self.running = False
        self.thread.join(1)
        self.netlink.close()
