# SPDX-License-Identifier: GPL-2.0-or-later
"""Middles that route: a router with a packet filter, a NAT, and a box that changes sequence numbers."""

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time

import packets

from .middle import OTHER, Middle
from .namespaces import Missing
from .nflog import PacketLog

LOST, MADE = 1, 2   # groups of the packet filter's log

OWN = f"""table inet own {{
chain arrive {{
type filter hook input priority 0;
meta l4proto tcp log prefix "it is addressed to the middle itself" group {LOST}
}}
chain leave {{
type filter hook output priority 0;
meta l4proto {{ tcp, icmp, icmpv6 }} log prefix "the middle itself" group {MADE}
}}
}}
"""


class Router(Middle):
    """A router with a packet filter. The filter logs what it drops and what the router itself sends: that is the book."""
    routes = True
    interfaces = "to_client", "to_server"

    def __init__(self, namespace):
        super().__init__(namespace)
        namespace.sysctl(ip_forward=1, ipv6__conf__all__forwarding=1, ipv4__icmp_ratelimit=0)
        self.sockets = {end: namespace.packet_socket(f"to_{end}") for end in OTHER}
        self.rules, self.tables = [], ""
        self.log = PacketLog(namespace, (LOST, MADE), self.logged)
        self.load()

    def logged(self, group, prefix, frame):
        segment = packets.parse(frame)
        if group == MADE and (segment or packets.is_icmp_error(frame)):
            self.book.inject(self.receiver(frame), frame, prefix)
        elif group == LOST and (segment or packets.is_icmp_error(frame)):
            self.book.lose(self.sender(frame), frame, prefix)

    @staticmethod
    def identity(segment):
        """Without the checksum, which the log has unfinished."""
        return f"{segment.ends} ".encode() + segment.content

    @staticmethod
    def receiver(frame):
        return "client" if packets.text_of(frame[30:34]).startswith("10.77.") else "server"

    @staticmethod
    def sender(frame):
        return "client" if packets.text_of(frame[26:30]).startswith("10.77.") else "server"

    def load(self):
        forward = "".join(f'{match} log prefix "{what}" group {LOST} {verdict}\n' for match, verdict, what in self.rules)
        self.namespace.run("nft", "-f", "-", text=f"flush ruleset\n{OWN}{self.tables}"
                           f"table inet filter {{ chain forward {{\ntype filter hook forward priority 0;\n{forward}}}\n}}\n")

    def filter(self, match=None, verdict="drop", what=None):
        """From now on, what matches is lost (one more rule); without an argument, nothing is any more."""
        self.rules = [*self.rules, (match, verdict, what or f"packet filter: {match} {verdict}")] if match else []
        self.load()

    def lose(self, match, what, nth=1):
        """The n-th packet that matches, once."""
        self.filter(f"{match} numgen inc mod 100000 == {nth - 1}", "drop", what)

    def narrow(self, size):
        """The link to the server takes no larger packet. The kernel drops it behind the prerouting hook, and says so by ICMP."""
        self.namespace.ip(f"link set to_server mtu {size}")
        self.tables += ("table ip narrow { chain arrive {\ntype filter hook prerouting priority 0;\n"
                        f'iifname "to_client" ip length > {size} log prefix "larger than the link to the server takes: {size} bytes" '
                        f"group {LOST}\n}}\n}}\n")
        self.load()

    def catch_up(self):
        for end, packet in self.sockets.items():
            with contextlib.suppress(BlockingIOError):
                while True:
                    frame, address = packet.recvfrom(70000)
                    segment = packets.parse(frame)
                    if segment and address[2] != 4:  # PACKET_OUTGOING
                        self.note(end, segment)

    def inject(self, to, frame):
        self.sockets[to].send(frame)

    def pull(self):
        self.book.pull()
        self.namespace.ip("link set to_server down")

    def plug(self):
        self.namespace.ip("link set to_server up")
        self.book.plug()

    def close(self):
        self.log.close()
        for packet in self.sockets.values():
            packet.close()


TRANSLATION = re.compile(r"\[NEW\].*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+).*?dst=(\S+) sport=\d+ dport=(\d+)")


class Nat(Router):
    """A router that puts its own address in place of the client's and keeps a table of connections (conntrack)."""

    def __init__(self, namespace):
        super().__init__(namespace)
        self.events = None

    @staticmethod
    def identity(segment):
        return segment.content

    def translate(self, idle=None, unknown="drop", random_ports=False):
        """Forgets after `idle` seconds. What belongs to no connection in the table is dropped, rejected, or (unknown=None)
        taken for one that was there before."""
        chosen = "masquerade fully-random" if random_ports else "masquerade"
        self.tables = ("table ip nat { chain leave {\n"
                       f'type nat hook postrouting priority 100;\noifname "to_server" meta l4proto tcp {chosen}\n}}\n}}\n')
        if unknown:
            verdict = {"drop": "drop", "reset": "reject with tcp reset"}[unknown]
            self.rules = [("ct state invalid meta l4proto tcp", verdict, "it belongs to no connection in the table of the NAT")]
        self.load()
        with self.namespace.entered():
            if not os.path.exists("/proc/sys/net/netfilter/nf_conntrack_tcp_loose"):
                raise Missing("conntrack cannot be told here when to forget: run it with sudo")
        self.namespace.sysctl(netfilter__nf_conntrack_tcp_loose=int(unknown is None),
                              netfilter__nf_conntrack_tcp_be_liberal=1)
        if idle:
            self.namespace.sysctl(netfilter__nf_conntrack_tcp_timeout_established=idle)
        self.events = self.namespace.start("conntrack", "-E", "-e", "NEW", "-p", "tcp", out=subprocess.PIPE)
        time.sleep(0.1)

    def forget(self):
        self.namespace.run("conntrack", "-F")

    def close(self):
        if self.events:
            self.events.terminate()
            self.book.rewritten += translations(self.events.communicate()[0].decode())
            self.events = None
        super().close()


def translations(text):
    """What conntrack told of each new connection: its addresses as the client sent them, and as answers find it."""
    for source, target, sport, dport, outer, outer_port in TRANSLATION.findall(text):
        yield {"what": "addresses", "by": "the NAT", "server": [target, int(dport)],
               "client": [source, int(sport)], "becomes": [outer, int(outer_port)]}


class Shifter(Nat):
    """A router that leads all TCP through shifter.py, which adds a constant to each end's sequence numbers."""
    numbers = {"client": 0x9E3779B9, "server": 0x1234567}   # the first makes them wrap more often than not

    def __init__(self, namespace):
        super().__init__(namespace)
        self.program = None

    @staticmethod
    def identity(segment):
        """Without numbers."""
        options = b"".join(data for kind, data in segment.options() if kind != packets.SACK)
        return f"{segment.ip_id} {segment.flags} {segment.window} ".encode() + options + segment.payload

    def shift(self, port):
        """Conntrack, if a NAT needs it, sees what comes from the server's side and what goes there."""
        self.tables += ("table ip raw { chain before {\ntype filter hook prerouting priority -300;\n"
                        'iifname "to_client" notrack\niifname "tun0" ip saddr != 10.77.0.0/16 notrack\n}\n}\n')
        self.load()
        program = pathlib.Path(__file__).with_name("shifter.py")
        constants = [text for end, number in self.numbers.items() for text in (f"--{end}", str(number))]
        self.program = self.namespace.start(sys.executable, str(program), "tun0", "--port", str(port), *constants)
        self.wait_for_device()
        self.namespace.sysctl(ipv4__conf__all__rp_filter=0, ipv4__conf__tun0__rp_filter=0)
        self.namespace.ip("link set tun0 up", "route add default dev tun0 table 7",
                          *(f"rule add iif to_{end} ipproto tcp lookup 7 priority 7" for end in OTHER))
        self.book.rewritten += [{"what": "sequence numbers", "by": "shifter.py", "sender": end, "add": number}
                                for end, number in self.numbers.items()]

    def wait_for_device(self):
        for _ in range(100):
            time.sleep(0.02)
            if self.program.poll():
                reason = self.program.stderr.read().decode().strip().rpartition("\n")[2]
                raise Missing(f"no TUN device can be made here ({reason}): run it with sudo")
            with self.namespace.entered():
                if "tun0:" in pathlib.Path("/proc/thread-self/net/dev").read_text():
                    return
        raise Missing("shifter.py made no TUN device")

    def close(self):
        if self.program:
            self.program.kill()
            self.program.communicate()
            self.program = None
        super().close()
