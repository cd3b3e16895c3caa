# SPDX-License-Identifier: GPL-2.0-or-later
"""Watches both ends: captures each interface with the kernel's own nanosecond timestamps, and reads the
kernel's table of sockets after every frame and now and then between frames."""

import os
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

import packets

TIMESTAMPS = 35  # SO_TIMESTAMPNS
ETHERNET, LOOPBACK = 1, 772  # ARPHRD_...
STATES = {1: "ESTABLISHED", 2: "SYN-SENT", 3: "SYN-RECEIVED", 4: "FIN-WAIT-1", 5: "FIN-WAIT-2", 6: "TIME-WAIT",
          7: "CLOSED", 8: "CLOSE-WAIT", 9: "LAST-ACK", 10: "LISTEN", 11: "CLOSING", 12: "SYN-RECEIVED"}


@dataclass
class Frame:
    time: int  # nanoseconds since 1970
    outgoing: bool
    bytes: bytes
    segment: object
    interface: str = ""
    number: int = 0  # in the capture file of this end


@dataclass
class Sample:
    first: int  # when this table was first and last seen
    last: int
    table: dict


def address_of(text):
    """The kernel's hexadecimal address:port."""
    host, port = text.split(":")
    words = [struct.pack("=I", int(host[i:i + 8], 16)) for i in range(0, len(host), 8)]
    raw = b"".join(words)
    if len(raw) == 16 and raw.startswith(b"\0" * 10 + b"\xff\xff"):
        raw = raw[12:]
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, raw), int(port, 16)


class End:
    """One endpoint's machine."""

    def __init__(self, name, namespace, interface):
        self.name, self.namespace = name, namespace
        self.packet = namespace.packet_socket(interface)  # None: of all interfaces
        self.packet.setsockopt(socket.SOL_SOCKET, TIMESTAMPS, 1)
        self.raw = namespace.packet_socket(interface)  # one of its own: a packet socket does not hear itself
        if interface:
            self.raw.bind((interface, 0))
        with namespace.entered():
            self.tables = [os.open(f"/proc/thread-self/net/{name}", os.O_RDONLY) for name in ("tcp", "tcp6")
                           if os.path.exists(f"/proc/thread-self/net/{name}")]
        self.frames, self.samples = [], []
        self.cache = {}

    def capture(self):
        while True:
            try:
                data, extra, _, address = self.packet.recvmsg(70000, 256)
            except OSError:
                return
            if address[3] not in (ETHERNET, LOOPBACK):
                continue  # a TUN device has no frames
            segment = packets.parse(data)
            if not segment and not packets.is_icmp_error(data):
                continue
            if address[0] == "lo":
                if address[2] == 4:
                    continue  # on lo each frame is seen twice
                data = packets.with_tcp_checksum(data)
            stamp = time.time_ns()
            for level, kind, value in extra:
                if level == socket.SOL_SOCKET and kind == TIMESTAMPS:
                    seconds, nanoseconds = struct.unpack("qq", value[:16])
                    stamp = seconds * 1_000_000_000 + nanoseconds
            self.frames.append(Frame(stamp, address[2] == 4, data, segment, address[0]))

    def sample(self):
        """The state of every socket of this machine now, by (local, port, remote, port)."""
        now, table = time.time_ns(), {}
        for number in self.tables:
            text = os.pread(number, 1 << 20, 0).decode()
            for line in text.splitlines()[1:]:
                local, remote, state = line.split(None, 4)[1:4]
                key = self.cache.get((local, remote))
                if key is None:
                    key = self.cache[local, remote] = address_of(local) + address_of(remote)
                table[key] = STATES[int(state, 16)]
        if self.samples and self.samples[-1].table == table:
            self.samples[-1].last = now
        else:
            self.samples.append(Sample(now, now, table))

    def close(self):
        self.packet.close()
        self.raw.close()
        for number in self.tables:
            os.close(number)


class Observer:
    def __init__(self, ends):
        self.ends, self.running = ends, True
        self.thread = threading.Thread(target=self.loop, daemon=True)
        for end in ends:
            end.sample()
        self.thread.start()

    def loop(self):
        names = {end.packet.fileno(): end for end in self.ends}
        poller = select.poll()
        for number in names:
            poller.register(number, select.POLLIN)
        again = 0
        while self.running:
            ready = poller.poll(1 if again else 20)
            for number, _ in ready:
                names[number].capture()
                names[number].sample()
            if not ready:
                for end in self.ends:
                    end.sample()
            again = 3 if ready else max(0, again - 1)

    def halt(self):
        self.running = False
        self.thread.join(1)

    def stop(self, begins=0):
        """The last look, and the frames in order; those before `begins` are not in the capture."""
        self.halt()
        for end in self.ends:
            end.capture()
            end.sample()
            end.frames = sorted((f for f in end.frames if f.time >= begins), key=lambda frame: frame.time)
            for number, frame in enumerate(end.frames, 1):
                frame.number = number
