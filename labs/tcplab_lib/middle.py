# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands between client and server: a relay that obeys the scenario, a bridge or two, a router, or a NAT."""

import contextlib
import heapq
import itertools
import os
import select
import threading
import time

import packets

from .namespaces import Missing

DELAY = 0.003  # one way; keeps causes and effects apart in both captures


class Rule:
    """What the relay does with the frames of one sender that match."""

    def __init__(self, action, sender, match, times):
        self.action, self.sender, self.match, self.left = action, sender, match, times
        self.held = []

    def takes(self, sender, segment):
        if self.left == 0 or (self.sender and sender != self.sender):
            return False
        if self.match and not (segment and self.match(segment)):
            return False
        self.left -= 1
        return True


class Middle:
    delay = 0  # one way, seconds

    @staticmethod
    def identity(segment):
        """What names a packet at both ends."""
        return segment.identity


class Relay(Middle):
    """Forwards frames between the two ends by hand, DELAY later, unless a rule says otherwise."""

    def __init__(self, namespace):
        self.sockets = {"client": namespace.packet_socket("to_client"), "server": namespace.packet_socket("to_server")}
        self.rules, self.last, self.edge, self.queue, self.plugged = [], {}, {}, [], True
        self.lock, self.order = threading.Lock(), itertools.count()
        self.delay, self.running = DELAY, True
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def other(self, end):
        return "server" if end == "client" else "client"

    def rule(self, action, sender=None, match=None, times=-1):
        rule = Rule(action, sender, match, times)
        with self.lock:
            self.rules.append(rule)
        return rule

    def remove(self, rule):
        with self.lock:
            self.rules.remove(rule)
            for sender, frame in rule.held:
                self.later(sender, frame)
            rule.held = []

    def later(self, sender, frame):
        heapq.heappush(self.queue, (time.monotonic() + self.delay, next(self.order), self.other(sender), frame))

    def inject(self, to, frame):
        self.sockets[to].send(frame)

    def loop(self):
        names = {self.sockets[end].fileno(): end for end in self.sockets}
        poller = select.poll()
        for number in names:
            poller.register(number, select.POLLIN)
        while self.running:
            wait = self.queue[0][0] - time.monotonic() if self.queue else 0.05
            for number, _ in poller.poll(max(0, min(wait, 0.05)) * 1000):
                self.receive(names[number])
            self.deliver()

    def receive(self, sender):
        while True:
            try:
                frame, address = self.sockets[sender].recvfrom(70000)
            except OSError:
                return
            if address[2] == 4:  # PACKET_OUTGOING: our own
                continue
            segment = packets.parse(frame)
            with self.lock:
                if segment:
                    self.note(sender, segment)
                rule = next((r for r in self.rules if r.takes(sender, segment)), None)
                if rule and rule.action == "hold":
                    rule.held.append((sender, frame))
                elif not rule and self.plugged:
                    self.later(sender, frame)

    def note(self, sender, segment):
        """The last segment of each end, and the highest number it has used."""
        self.last[sender] = segment
        edge = self.edge.get(sender, segment.next_seq)
        ahead = (segment.next_seq - edge) & 0xFFFFFFFF < 1 << 31
        self.edge[sender] = segment.next_seq if segment.syn or ahead else edge

    def deliver(self):
        with self.lock:
            while self.queue and self.queue[0][0] <= time.monotonic():
                _, _, end, frame = heapq.heappop(self.queue)
                with contextlib.suppress(OSError):  # the cable is out
                    self.sockets[end].send(frame)

    def pull(self):
        self.plugged = False

    def plug(self):
        self.plugged = True

    def close(self):
        self.running = False
        self.thread.join(1)
        for packet in self.sockets.values():
            packet.close()


class Bridge(Middle):
    """A learning switch. Pulling the cable takes the server's carrier away, as a hand would."""

    def __init__(self, namespace):
        self.namespace = namespace
        namespace.ip("link add name switch type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                     "link set switch up", "link set to_client master switch", "link set to_server master switch")
        self.wait_for_port()

    def wait_for_port(self, port="to_server"):
        for _ in range(100):
            shown = self.namespace.run("bridge", "link", "show", "dev", port)
            if "state forwarding" in shown:
                return
            time.sleep(0.05)

    def pull(self):
        self.namespace.ip("link set to_server down")

    def plug(self):
        self.namespace.ip("link set to_server up")
        self.wait_for_port()
        time.sleep(0.3)

    def close(self):
        pass


class Bridges(Bridge):
    """Two learning switches in a row: who captures on all interfaces sees each frame four times."""

    def __init__(self, namespace):
        self.namespace = namespace
        namespace.ip("link add uplink type veth peer name downlink",
                     *(f"link add name {switch} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"
                       for switch in ("near", "far")),
                     "link set to_client master near", "link set uplink master near",
                     "link set downlink master far", "link set to_server master far",
                     *(f"link set {name} up" for name in ("near", "far", "uplink", "downlink")))
        for interface in ("uplink", "downlink"):
            namespace.without_offloads(interface)
        for port in ("to_client", "uplink", "downlink", "to_server"):
            self.wait_for_port(port)


class Router(Middle):
    """A router with a packet filter: lab.middle.filter(rules) loads nftables rules of its forward chain."""

    def __init__(self, namespace):
        self.namespace = namespace
        namespace.sysctl(ip_forward=1, ipv6__conf__all__forwarding=1, ipv4__icmp_ratelimit=0)

    def filter(self, *rules):
        self.namespace.run("nft", "flush ruleset")
        if rules:
            body = "\n".join(rules)
            self.namespace.run("nft", "-f", "-", text="table inet filter { chain forward {\n"
                               f"type filter hook forward priority 0;\n{body}\n" "}\n}\n")

    def pull(self):
        self.namespace.ip("link set to_server down")

    def plug(self):
        self.namespace.ip("link set to_server up")

    def close(self):
        pass


class Nat(Router):
    """A router that puts its own address in place of the client's and keeps a table of connections (conntrack)."""

    @staticmethod
    def identity(segment):
        return segment.content

    def translate(self, idle=None, unknown="drop", random_ports=False):
        """Forgets after `idle` seconds. What belongs to no connection in the table is dropped, rejected, or (unknown=None)
        taken for one that was there before."""
        verdict = {"drop": "drop", "reset": "reject with tcp reset", None: "accept"}[unknown]
        chosen = "masquerade fully-random" if random_ports else "masquerade"
        self.namespace.run("nft", "flush ruleset")
        self.namespace.run("nft", "-f", "-", text="table inet filter { chain forward {\n"
                           f"type filter hook forward priority 0;\nct state invalid meta l4proto tcp {verdict}\n}}\n}}\n"
                           "table ip nat { chain leave {\n"
                           f'type nat hook postrouting priority 100;\noifname "to_server" meta l4proto tcp {chosen}\n}}\n}}\n')
        with self.namespace.entered():
            if not os.path.exists("/proc/sys/net/netfilter/nf_conntrack_tcp_loose"):
                raise Missing("conntrack cannot be told here when to forget: run it with sudo")
        self.namespace.sysctl(netfilter__nf_conntrack_tcp_loose=int(unknown is None),
                              netfilter__nf_conntrack_tcp_be_liberal=1)
        if idle:
            self.namespace.sysctl(netfilter__nf_conntrack_tcp_timeout_established=idle)

    def forget(self):
        self.namespace.run("conntrack", "-F")


KINDS = {"relay": Relay, "bridge": Bridge, "bridges": Bridges, "router": Router, "nat": Nat}
