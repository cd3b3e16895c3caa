# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's own account: a private tracefs instance with the TCP state and reset events."""

import contextlib
import ctypes
import os
import re
import subprocess
import time
from dataclasses import dataclass

from .namespaces import libc

ROOT = "/sys/kernel/tracing"
EVENTS = ("sock/inet_sock_set_state", "tcp/tcp_send_reset")
LINE = re.compile(r"\s(\d+\.\d+): (\w+): (.*)")
NAMES = {"ESTABLISHED": "ESTABLISHED", "SYN_SENT": "SYN-SENT", "SYN_RECV": "SYN-RECEIVED", "FIN_WAIT1": "FIN-WAIT-1",
         "FIN_WAIT2": "FIN-WAIT-2", "TIME_WAIT": "TIME-WAIT", "CLOSE": "CLOSED", "CLOSE_WAIT": "CLOSE-WAIT",
         "LAST_ACK": "LAST-ACK", "LISTEN": "LISTEN", "CLOSING": "CLOSING", "NEW_SYN_RECV": "SYN-RECEIVED"}


@dataclass
class Change:
    time: int
    key: tuple  # local address, port, remote address, port
    old: str
    new: str


@dataclass
class Reset:
    time: int
    key: tuple  # as the RST goes: source, port, destination, port
    state: str
    reason: str


def clock_offset():
    """Real time minus monotonic time, ns. An interruption between the two clocks is an error of its length, and moves events
    to other frames: so the best of many."""
    def once():
        before, real, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        return after - before, real - (before + after) // 2
    return min(once() for _ in range(100))[1]


def named(state):
    return NAMES.get(state.removeprefix("TCP_"), state)


def endpoint(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


class Trace:
    """Lives in /sys/kernel/tracing/instances/tcplab-PID and is removed by close()."""

    def __init__(self):
        if not os.path.isdir(f"{ROOT}/instances"):
            self.mount()
        for name in os.listdir(f"{ROOT}/instances"):  # left by a run that was killed
            if name.startswith("tcplab-") and not os.path.exists(f"/proc/{name[7:]}"):
                with contextlib.suppress(OSError):
                    os.rmdir(f"{ROOT}/instances/{name}")
        self.path = f"{ROOT}/instances/tcplab-{os.getpid()}"
        with contextlib.suppress(FileExistsError):
            os.mkdir(self.path)
        self.warden = self.remove_when_we_die()
        self.write("trace_clock", "mono")
        self.write("buffer_size_kb", "256")
        for event in EVENTS:
            if os.path.isdir(f"{self.path}/events/{event}"):
                self.write(f"events/{event}/enable", "1")

    def remove_when_we_die(self):
        """A shell that waits for the end of this process, even by SIGKILL, and then takes the instance away."""
        script = 'read _; for n in 1 2 3 4 5; do rmdir "$0" 2>/dev/null && exit; test -d "$0" || exit; sleep 0.2; done'
        return subprocess.Popen(["sh", "-c", script, self.path], stdin=subprocess.PIPE, start_new_session=True)

    def mount(self):
        """In a mount namespace of our own: nothing is left mounted for others."""
        if libc.unshare(0x00020000) or libc.mount(b"none", b"/", None, 0x44000, None):  # NEWNS; MS_REC|MS_PRIVATE
            raise OSError(ctypes.get_errno(), "no private mount namespace")
        if libc.mount(b"tracefs", ROOT.encode(), b"tracefs", 0, None) or not os.path.isdir(f"{ROOT}/instances"):
            raise OSError(ctypes.get_errno(), "tracefs cannot be mounted")

    def write(self, name, value):
        with open(f"{self.path}/{name}", "w") as file:
            file.write(value)

    def read(self):
        """Every event so far, oldest first."""
        offset = clock_offset()
        with open(f"{self.path}/trace") as file:
            lines = [line for line in file if not line.startswith("#")]
        events = []
        for line in lines:
            stamp, name, rest = LINE.search(line).groups()
            seconds, micro = stamp.split(".")
            when = int(seconds) * 1_000_000_000 + int(micro) * 1000 + offset
            values = dict(item.split("=", 1) for item in rest.split() if "=" in item)
            if name == "inet_sock_set_state" and values["protocol"] == "IPPROTO_TCP":
                suffix = "v6" if values["family"] == "AF_INET6" else ""
                addresses = [values[side + suffix].removeprefix("::ffff:") for side in ("saddr", "daddr")]
                key = (addresses[0], int(values["sport"]), addresses[1], int(values["dport"]))
                events.append(Change(when, key, named(values["oldstate"]), named(values["newstate"])))
            elif name == "tcp_send_reset":
                events.append(Reset(when, endpoint(values["src"]) + endpoint(values["dest"]),
                                    named(values["state"]), values["reason"]))
        return sorted(events, key=lambda event: event.time)

    def close(self):
        for event in EVENTS:
            with contextlib.suppress(OSError):
                self.write(f"events/{event}/enable", "0")
        for _ in range(20):
            with contextlib.suppress(OSError):
                os.rmdir(self.path)
            if not os.path.isdir(self.path):
                break
            time.sleep(0.05)
        self.warden.stdin.close()
        self.warden.wait()
