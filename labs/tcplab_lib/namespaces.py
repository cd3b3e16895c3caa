# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces that have no name and no process: they are held by a file descriptor only, so that the
kernel takes them away with everything in them when this process ends, however it ends."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
NEWNET = 0x40000000
OFFLOADS = (0x15, 0x17, 0x19, 0x1F, 0x22, 0x24, 0x2C)  # rx and tx checksum, sg, tso, ufo, gso, gro: ETHTOOL_S...


class Missing(Exception):
    """Something this machine does not have or does not allow; the text is for the user."""


def call(function, *arguments):
    if function(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


class Namespace:
    def __init__(self, name, parent=None):
        self.name = name
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            if parent:
                call(libc.setns, parent.fd, NEWNET)
            call(libc.unshare, NEWNET)
            self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        finally:
            call(libc.setns, here, NEWNET)
            os.close(here)

    @property
    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    @contextlib.contextmanager
    def entered(self):
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        call(libc.setns, self.fd, NEWNET)
        try:
            yield
        finally:
            call(libc.setns, here, NEWNET)
            os.close(here)

    def run(self, *command, text=None):
        done = subprocess.run(command, input=text, text=True, capture_output=True,
                              preexec_fn=lambda: call(libc.setns, self.fd, NEWNET))
        if done.returncode:
            raise Missing(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start(self, *command, out=subprocess.DEVNULL):
        """A process that lives on, but not longer than this one."""
        def enter():
            call(libc.setns, self.fd, NEWNET)
            libc.prctl(1, signal.SIGKILL)
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
                                preexec_fn=enter)

    def ip(self, *commands):
        self.run("ip", "-batch", "-", text="\n".join(commands) + "\n")

    def sysctl(self, **values):
        """sysctl(tcp_syn_retries=2) writes net/ipv4/tcp_syn_retries; a key with a slash is taken from net/."""
        with self.entered():
            for key, value in values.items():
                path = "/proc/sys/net/" + (key.replace("__", "/") if "__" in key else f"ipv4/{key}")
                with contextlib.suppress(FileNotFoundError), open(path, "w") as file:
                    file.write(str(value))

    def socket(self, family, kind=socket.SOCK_STREAM, protocol=0):
        with self.entered():
            return socket.socket(family, kind, protocol)

    def packet_socket(self, interface):
        with self.entered():
            packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            if interface:
                packet.bind((interface, 3))
            packet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        packet.setblocking(False)
        return packet

    def offloads(self, interface, on):
        """With them, captures hold 64 KB frames with unfinished checksums."""
        with self.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            for command in OFFLOADS:
                value = bytearray(struct.pack("II", command, int(on)))
                buffer = (ctypes.c_char * len(value)).from_buffer(value)
                request = struct.pack("16sP8x", interface.encode(), ctypes.addressof(buffer))
                with contextlib.suppress(OSError):  # an old or new kernel may not know one
                    fcntl.ioctl(control, 0x8946, request)

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def unique_number():
    """A number no other run on this machine uses now (the trace events of all namespaces come together);
    the returned socket must be kept."""
    for number in range(250):
        guard = socket.socket(socket.AF_UNIX)
        try:
            guard.bind(f"\0tcplab-{number}")
            return number, guard
        except OSError:
            guard.close()
    raise Missing("250 runs of tcplab at once: no address is left")
