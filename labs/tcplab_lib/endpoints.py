# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP sockets of the experiment, in words a scenario can use. Each method is one step and is told."""

import contextlib
import os
import signal
import socket
import struct
import subprocess

from .namespaces import libc

TCP_REPAIR, TCP_LINGER2, TCP_USER_TIMEOUT, TCP_FASTOPEN_CONNECT = 19, 8, 18, 30


def die_with_parent():
    libc.prctl(1, signal.SIGKILL)


class Endpoint:
    def __init__(self, lab, end, sock):
        self.lab, self.end, self.sock, self.process = lab, end, sock, None
        sock.settimeout(20)
        lab.opened.append(self)

    @property
    def local(self):
        return self.sock.getsockname()[:2]

    @property
    def remote(self):
        return self.sock.getpeername()[:2]

    def told(self, text, *arguments):
        self.lab.step(f"{self.end} {text}", *arguments)

    def send(self, text, wait=None):
        data = text.encode() if isinstance(text, str) else text
        shown = f'"{text}"' if isinstance(text, str) and len(text) < 20 else f"{len(data)} bytes"
        self.told(f"sends {shown}")
        self.sock.send(data)
        self.lab.pause(wait)

    def receive(self, size=65536):
        data = self.sock.recv(size)
        self.told(f"reads {len(data)} bytes" if data else "reads end of file")
        return data

    def read_nothing(self):
        """Drains what has arrived without a word."""
        self.sock.setblocking(False)
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass
        self.sock.settimeout(20)

    def close(self, wait=None):
        self.told("closes its socket")
        self.sock.close()
        self.lab.pause(wait)

    def shutdown(self, how="write", wait=None):
        self.told({"write": "shuts down sending", "both": "shuts down both directions"}[how])
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR if how == "write" else socket.SHUT_RDWR)
        self.lab.pause(wait)

    def abort(self, wait=None):
        self.told("sets SO_LINGER to 0 and closes")
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        self.lab.pause(wait)

    def disconnect(self, wait=None):
        self.told("calls connect(AF_UNSPEC)")
        libc.connect(self.sock.fileno(), bytes(16), 16)
        self.lab.pause(wait)

    def vanish(self, wait=None):
        """Gone as by power loss: closed in TCP_REPAIR, the kernel sends nothing."""
        self.told("loses power: its connection is gone without a packet")
        self.sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        self.sock.close()
        self.lab.pause(wait)

    def option(self, name, value, level=socket.IPPROTO_TCP):
        self.sock.setsockopt(level, getattr(socket, name) if isinstance(name, str) else name, value)

    def keepalive(self, idle, interval, probes):
        self.told(f"turns keepalive on: after {idle} s, every {interval} s, {probes} probes")
        self.option("SO_KEEPALIVE", 1, socket.SOL_SOCKET)
        self.option("TCP_KEEPIDLE", idle)
        self.option("TCP_KEEPINTVL", interval)
        self.option("TCP_KEEPCNT", probes)

    def to_process(self):
        """Hands the socket to a process of its own, which can be killed."""
        self.process = subprocess.Popen(["sleep", "120"], pass_fds=[self.sock.fileno()], preexec_fn=die_with_parent)
        self.sock.close()
        return self

    def kill(self, wait=None):
        if not self.process:
            self.to_process()
        self.told("process is killed (SIGKILL)")
        self.process.kill()
        self.process.wait()
        self.process = None
        self.lab.pause(wait)

    def quit(self):
        """Cleaning up: no packet any more matters."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
        with contextlib.suppress(OSError):
            self.sock.close()


class Listener(Endpoint):
    def accept(self):
        return Endpoint(self.lab, self.end, self.sock.accept()[0])


def pending_error(sock):
    number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return os.strerror(number) if number else ""
