# SPDX-License-Identifier: GPL-2.0-or-later
"""One experiment: the machines, the steps, and what was recorded."""

import contextlib
import ipaddress
import socket
import sys
import time

import packets

from .endpoints import Endpoint, Listener
from .middle import OTHER, Bridge, Bridges, Relay
from .namespaces import Missing, Namespace, unique_number
from .observer import End, Observer
from .programs import Program
from .routers import Nat, Router, Shifter
from .tracing import Trace

MACS = {"client": "02:00:00:00:00:01", "server": "02:00:00:00:00:02",
        "to_client": "02:00:00:00:01:01", "to_server": "02:00:00:00:01:02"}
PORT, CLIENT_PORT = 7777, 40001
MIDDLES = {"relay": Relay, "bridge": Bridge, "bridges": Bridges, "router": Router, "nat": Nat, "shifter": Shifter}
QUIET = {"tcp_invalid_ratelimit": 0, "tcp_no_metrics_save": 1, "tcp_congestion_control": "reno",
         "ipv6__conf__all__accept_dad": 0, "ipv6__conf__default__accept_dad": 0,
         "ipv6__conf__all__router_solicitations": 0, "ipv6__conf__default__router_solicitations": 0}


def made(sender, to, source, destination, segment, ttl=64, ident=0):
    """A frame from one machine to the other."""
    packet = packets.ip(source, destination, packets.TCP, segment, ttl=ttl, ident=ident, fragment=packets.DONT_FRAGMENT)
    return packets.ether(packet, MACS[sender], MACS[to])


class Lab:
    def __init__(self, scenario, say=print, with_trace=True):
        self.scenario, self.say = scenario, say
        self.opened, self.steps, self.injected, self.listeners = [], [], [], {}
        self.spaces, self.ends, self.trace, self.middle, self.observer = {}, {}, None, None, None
        self.programs, self.begins, self.passing, self.deaf = [], 0, None, []
        self.next_port, self.began = CLIENT_PORT, time.monotonic()
        self.number, self.guard = unique_number()
        self.family = socket.AF_INET6 if scenario.ipv6 else socket.AF_INET
        try:
            self.build(with_trace)
        except BaseException:
            self.clean_up()
            raise

    # the machines

    def build(self, with_trace):
        outer = self.spaces["outer"] = Namespace("outer")
        outer.sysctl(tcp_child_ehash_entries=64)  # small tables: /proc/net/tcp is read after every frame
        for name in ("client", "middle", "server"):
            self.spaces[name] = Namespace(name, outer)
            self.spaces[name].sysctl(**QUIET)
        middle = self.spaces["middle"]
        for end in ("client", "server"):
            space = self.spaces[end]
            space.sysctl(**self.scenario.sysctl)
            middle.ip(f"link add to_{end} type veth peer name eth0 netns {space.path}")
            space.ip(f"link set eth0 address {MACS[end]}")
            middle.ip(f"link set to_{end} address {MACS['to_' + end]}")
            space.offloads("eth0", on=end in self.scenario.offloads)
            middle.offloads(f"to_{end}", on=False)
        kind = MIDDLES[self.scenario.middle]
        self.addresses = self.address_machines(kind.routes)
        self.middle = kind(middle)
        if with_trace:
            self.trace = Trace()
        for end in ("client", "server"):
            self.ends[end] = End(end, self.spaces[end], self.scenario.interface)
        if kind.interfaces:
            self.passing = End("middle", middle, None)
        self.observer = Observer([*self.ends.values(), *([self.passing] if self.passing else [])])

    def address_machines(self, routed):
        n = self.number
        own = {"client": (f"10.77.{n}.1", f"fd77::{n}:1"), "server": (f"10.77.{n}.2", f"fd77::{n}:2")}
        if routed:
            own["server"] = (f"10.78.{n}.2", f"fd78::{n}:2")
        own = {end: (four, str(ipaddress.ip_address(six))) for end, (four, six) in own.items()}
        for end, other in (("client", "server"), ("server", "client")):
            four, six = own[end]
            lines = ["link set lo up", "link set eth0 up", f"address add {four}/24 dev eth0",
                     f"address add {six}/64 dev eth0 nodad"]
            if routed:
                gates = (four.rsplit(".", 1)[0] + ".254", six.rsplit(":", 1)[0] + ":fe")
                self.spaces["middle"].ip(
                    f"link set to_{end} up", f"address add {gates[0]}/24 dev to_{end}",
                    f"address add {gates[1]}/64 dev to_{end} nodad",
                    *(f"neighbour add {a} lladdr {MACS[end]} dev to_{end} nud permanent" for a in own[end]))
                lines += [f"neighbour add {g} lladdr {MACS['to_' + end]} dev eth0 nud permanent" for g in gates]
                lines += [f"route add default via {g}" for g in gates]
            else:
                self.spaces["middle"].ip(f"link set to_{end} up")
                lines += [f"neighbour add {a} lladdr {MACS[other]} dev eth0 nud permanent" for a in own[other]]
            self.spaces[end].ip(*lines)
        return own

    def address(self, end):
        return self.addresses[end][1 if self.scenario.ipv6 else 0]

    # steps

    def step(self, text):
        self.steps.append((time.time_ns(), text))
        self.say(f"  {time.monotonic() - self.began:6.2f}  {text}")

    def pause(self, seconds=None):
        """Long enough that the next step does not run into this one (delayed ACKs take 40 ms)."""
        seconds = 0.08 if seconds is None else seconds
        until = time.monotonic() + seconds
        if seconds < 1.5:
            time.sleep(seconds)
            return
        self.say(f"          waits {seconds:g} s")
        while (left := until - time.monotonic()) > 0:
            if sys.stderr.isatty():
                print(f"\r          {left:4.1f} s left ", end="\r", file=sys.stderr, flush=True)
            time.sleep(min(left, 0.5))

    def sysctl(self, end, **values):
        self.spaces[end].sysctl(**values)

    def add_address(self, end, host):
        """One more address of that machine, known to the other."""
        other = OTHER[end]
        address = f"{self.addresses[end][0].rsplit('.', 1)[0]}.{host}"
        self.spaces[end].ip(f"address add {address}/24 dev eth0")
        self.spaces[other].ip(f"neighbour add {address} lladdr {MACS[end]} dev eth0 nud permanent")
        self.addresses[end] += (address,)
        return address

    def listen(self, port=PORT, backlog=5, told=True, end="server", protocol=0, **options):
        sock = self.spaces[end].socket(self.family, protocol=protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for level, name, value in options.get("options", ()):
            sock.setsockopt(level, name, value)
        sock.bind((self.address(end), port))
        sock.listen(backlog)
        if told:
            self.step(f"{end} listens on port {port}")
            self.pause(0.05)
        listener = self.listeners[port] = Listener(self, end, sock)
        return listener

    def unlisten(self, port=PORT):
        """Only where something listens: quietly."""
        if port in self.listeners:
            self.listeners.pop(port).sock.close()

    def socket(self, end="client", port=None, prepare=None, protocol=0):
        """A bound socket that is not connected."""
        sock = self.spaces[end].socket(self.family, protocol=protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if prepare:
            prepare(sock)
        if port is None:
            port, self.next_port = self.next_port, self.next_port + 1
        sock.bind((self.address(end), port))
        return Endpoint(self, end, sock)

    def dial(self, port=PORT, end="client", to="server", told=True, sport=None, prepare=None):
        """Begins to connect and does not wait."""
        endpoint = self.socket(end, sport, prepare)
        if told:
            self.step(f"{end} connects")
        endpoint.sock.setblocking(False)
        endpoint.sock.connect_ex((self.address(to), port))
        endpoint.sock.settimeout(20)
        return endpoint

    def connect(self, port=PORT, stay=False, prepare=None, protocol=0):
        """(client, server), established. The server stops listening unless it shall stay."""
        if port not in self.listeners:
            self.listen(port, protocol=protocol)
        client = self.socket(prepare=prepare, protocol=protocol)
        self.step("client connects")
        client.sock.connect((self.address("server"), port))
        server = self.listeners[port].accept()
        if not stay:
            self.unlisten(port)
        self.pause()
        return client, server

    def hello(self, **options):
        """The beginning most experiments share: connect, "hello", its ACK."""
        client, server = self.connect(**options)
        client.send("hello")
        server.read_nothing()
        return client, server

    def pull_cable(self):
        self.step("the server's cable is pulled")
        self.middle.pull()
        self.pause()

    def plug_cable(self):
        self.step("the cable is put back")
        self.middle.plug()
        self.pause()

    def drop(self, sender=None, match=None, times=-1, what=None):
        if what:
            self.step(what)
        return self.middle.rule("drop", sender, match, times, what)

    def hold(self, sender=None, match=None, times=-1, what=None):
        if what:
            self.step(what)
        return self.middle.rule("hold", sender, match, times, what)

    def slow(self, sender, match, what, times=-1):
        self.step(what)
        return self.middle.rule("slow", sender, match, times, what)

    def copy(self, sender, match, what, times=-1):
        self.step(what)
        return self.middle.rule("copy", sender, match, times, what)

    def release(self, rule, what=None, wait=None):
        if what:
            self.step(what)
        self.middle.remove(rule)
        self.pause(wait)

    def destroy(self, end, state, what):
        """As an administrator may: every socket of that state on this machine is gone."""
        self.step(what)
        self.spaces[end].run("ss", "-tK", "state", state)

    def destroy_orphans(self, end):
        self.destroy(end, "fin-wait-1", f"the {end}'s orphaned socket is destroyed")
        self.pause()

    def begin_capture(self, what):
        """Both captures begin here; what came before is not in them."""
        self.step(what)
        self.begins = time.time_ns()

    def run_server(self, program, configuration, *options, port=PORT):
        """haproxy, nginx or another program of this machine, listening at the server."""
        self.programs.append(Program(self.spaces["server"], (self.address("server"), port), program, configuration, options))

    def silence(self, end):
        """That machine's kernel hears no TCP any more (the capture does)."""
        self.is_deaf(end, f"the {end}'s kernel hears nothing: a packet filter drops what arrives")
        self.spaces[end].run("nft", "-f", "-", text="table inet deaf { chain input {\n"
                             "type filter hook input priority 0;\nmeta l4proto tcp drop\n}\n}\n")

    def take_address(self, end):
        """Its interface is up and captures, but the machine answers to that address no more."""
        self.is_deaf(end, f"the {end} loses its address")
        self.spaces[end].ip(f"address del {self.address(end)}/24 dev eth0")

    def is_deaf(self, end, how):
        self.step(how)
        self.deaf.append((time.time_ns(), end, how))

    # segments made by hand

    def forge(self, to, flags, what, seq=0, ack=0, ttl=64, payload=b"", wait=None, window=0, options=b""):
        """Injected by the middle in the name of the other end: numbers relative to that end's next ones."""
        sender = OTHER[to]
        self.middle.catch_up()
        theirs, edge = self.middle.last[to], self.middle.edge
        segment = packets.tcp(theirs.destination, theirs.source, theirs.dport, theirs.sport, flags, edge[sender] + seq,
                              edge[to] + ack if "A" in flags else 0, payload, options, window)
        source = f"to_{to}" if self.middle.routes else sender
        self.inject(to, made(source, to, theirs.destination, theirs.source, segment, ttl, 0x4242), what, wait)

    def forge_answer(self, what, ack=0, options=b"", wait=None):
        """A SYN,ACK for the client's SYN, in the server's name."""
        syn = self.middle.last["client"]
        segment = packets.tcp(syn.destination, syn.source, syn.dport, syn.sport, "SA", 7_000_000, syn.seq + 1 + ack,
                              options=options, window=64240)
        frame = made("server", "client", syn.destination, syn.source, segment, ident=0x4242)
        self.inject("client", frame, what, wait)

    def inject(self, to, frame, what, wait=None):
        self.step(what)
        segment = packets.parse(frame)
        if segment:
            self.injected.append(segment.identity)
        self.middle.book.inject(to, frame, what)
        self.middle.inject(to, frame)
        self.pause(wait)

    def raw(self, flags, what, end="client", seq=1000, ack=0, port=PORT, sport=None, payload=b"", options=b"",
            wait=None, window=64240):
        """Sent by a raw socket of that end's machine; its kernel knows nothing of it."""
        self.step(what)
        other = OTHER[end]
        if sport is None:
            sport, self.next_port = self.next_port, self.next_port + 1
        ends = self.address(end), self.address(other)
        frame = made(end, other, *ends, packets.tcp(*ends, sport, port, flags, seq, ack, payload, options, window))
        self.injected.append(packets.parse(frame).identity)
        self.ends[end].raw.send(frame)
        self.pause(wait)
        return sport

    # the end

    def finish(self):
        """Stops watching before the sockets are cleaned up: what cleaning up sends is no part of it."""
        self.pause(0.05)
        self.observer.stop(self.begins)
        self.middle.close()
        events = self.trace.read() if self.trace else []
        known = {address for pair in self.addresses.values() for address in pair}
        return [event for event in events if event.key[0] in known]

    def clean_up(self):
        """Each step whatever becomes of the others; the namespaces go when nothing holds them any more."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.guard.close)
            if self.trace:
                stack.callback(self.trace.close)
            for space in self.spaces.values():
                stack.callback(space.close)
            if self.passing:
                stack.callback(self.passing.close)
            for end in self.ends.values():
                stack.callback(end.close)
                stack.callback(self.destroy_all, end.namespace)
            for program in self.programs:
                stack.callback(program.close)
            if self.middle:
                stack.callback(self.middle.close)
            for endpoint in self.opened:
                stack.callback(endpoint.quit)
            if self.observer:
                stack.callback(self.observer.halt)

    @staticmethod
    def destroy_all(space):
        """Orphaned sockets would outlive their machine and send into the next experiment's trace."""
        with contextlib.suppress(Missing, OSError):
            space.run("ss", "-tK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clean_up()
