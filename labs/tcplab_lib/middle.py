# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands between client and server: here a relay that obeys the scenario, and a bridge or two; routers.py has those that
route. Each keeps a book of what it does to packets."""

import contextlib
import heapq
import itertools
import select
import threading
import time

import packets

from .book import Book

DELAY = 0.003  # one way; keeps causes and effects apart in both captures
SLOW = 0.012   # how much longer what is slow takes
OTHER = {"client": "server", "server": "client"}


class Rule:
    """What the relay does with the frames of one sender that match."""

    def __init__(self, action, sender, match, times, what):
        self.action, self.sender, self.match, self.left, self.what = action, sender, match, times, what
        self.held = []

    def takes(self, sender, segment):
        if self.left == 0 or not segment or (self.sender and sender != self.sender):
            return False
        if self.match and not self.match(segment):
            return False
        self.left -= 1
        return True


class Middle:
    delay = 0  # one way, seconds
    routes = False
    interfaces = ()  # on the way from client to server, where the middle is a machine that captures

    def __init__(self, namespace):
        self.namespace, self.book, self.last, self.edge = namespace, Book(), {}, {}

    @staticmethod
    def identity(segment):
        """What names a packet at both ends."""
        return segment.identity

    def note(self, sender, segment):
        """The last segment of each end, and the highest number it has used."""
        self.last[sender] = segment
        edge = self.edge.get(sender, segment.next_seq)
        ahead = (segment.next_seq - edge) & 0xFFFFFFFF < 1 << 31
        self.edge[sender] = segment.next_seq if segment.syn or ahead else edge

    def catch_up(self):
        """Until `last` and `edge` are those of now."""

    def close(self):
        pass


class Relay(Middle):
    """Forwards frames between the two ends by hand, DELAY later, unless a rule says otherwise."""

    def __init__(self, namespace):
        super().__init__(namespace)
        self.sockets = {"client": namespace.packet_socket("to_client"), "server": namespace.packet_socket("to_server")}
        self.rules, self.queue, self.plugged = [], [], True
        self.lock, self.order = threading.Lock(), itertools.count()
        self.delay, self.running = DELAY, True
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def rule(self, action, sender=None, match=None, times=-1, what=None):
        rule = Rule(action, sender, match, times, what or f"a rule of the relay: {action}")
        with self.lock:
            self.rules.append(rule)
        return rule

    def remove(self, rule):
        with self.lock:
            self.rules.remove(rule)
            for sender, frame in rule.held:
                self.later(sender, frame)
            rule.held = []

    def later(self, sender, frame, more=0):
        heapq.heappush(self.queue, (time.monotonic() + self.delay + more, next(self.order), OTHER[sender], frame))

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
                if rule:
                    self.obey(rule, sender, frame)
                elif self.plugged:
                    self.later(sender, frame)
                else:
                    self.book.lose(sender, frame, "the cable is out")

    def obey(self, rule, sender, frame):
        """Drop it, hold it until it is released, let it be late, or send it twice."""
        if rule.action == "drop":
            self.book.lose(sender, frame, rule.what)
            return
        if rule.action == "copy":
            self.book.copy(sender, frame, rule.what)
            self.later(sender, frame)
            self.later(sender, frame)
            return
        self.book.hold(sender, frame, rule.what)
        if rule.action == "hold":
            rule.held.append((sender, frame))
        else:
            self.later(sender, frame, SLOW)

    def deliver(self):
        with self.lock:
            while self.queue and self.queue[0][0] <= time.monotonic():
                _, _, end, frame = heapq.heappop(self.queue)
                with contextlib.suppress(OSError):  # the end is gone
                    self.sockets[end].send(frame)

    def pull(self):
        self.plugged = False

    def plug(self):
        self.plugged = True

    def close(self):
        self.running = False
        self.thread.join(1)
        for rule in self.rules:
            for sender, frame in rule.held:
                self.book.lose(sender, frame, f"{rule.what}; it is held to the end")
            rule.held = []
        for packet in self.sockets.values():
            packet.close()


class Bridge(Middle):
    """A learning switch. Pulling the cable takes the server's carrier away, as a hand would."""

    def __init__(self, namespace):
        super().__init__(namespace)
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
        self.book.pull()
        self.namespace.ip("link set to_server down")

    def plug(self):
        self.namespace.ip("link set to_server up")
        self.wait_for_port()
        self.book.plug()
        time.sleep(0.3)


class Bridges(Bridge):
    """Two learning switches in a row: who captures on all interfaces sees each frame four times."""
    interfaces = "to_client", "uplink", "downlink", "to_server"

    def __init__(self, namespace):
        Middle.__init__(self, namespace)
        namespace.ip("link add uplink type veth peer name downlink",
                     *(f"link add name {switch} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"
                       for switch in ("near", "far")),
                     "link set to_client master near", "link set uplink master near",
                     "link set downlink master far", "link set to_server master far",
                     *(f"link set {name} up" for name in ("near", "far", "uplink", "downlink")))
        for interface in ("uplink", "downlink"):
            namespace.offloads(interface, on=False)
        for port in self.interfaces:
            self.wait_for_port(port)
