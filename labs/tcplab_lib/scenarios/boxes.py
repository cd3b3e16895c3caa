# SPDX-License-Identifier: GPL-2.0-or-later
"""Boxes between the ends that keep a table of connections, and forget; servers and load balancers that close idle ones."""

import socket
import struct

from ..scenario import scenario


def forgotten(lab, unknown, idle=None, random_ports=False, flushed=False):
    """A connection through a NAT that no longer knows it when "world" comes."""
    lab.middle.translate(idle, unknown, random_ports)
    client, server = lab.hello()
    if flushed:
        lab.pause(1.3)
        lab.step("the table of the NAT is flushed")
        lab.middle.forget()
    else:
        lab.pause(idle + 1.3)
    return client, server


@scenario("a NAT forgets an idle connection and drops what belongs to none it knows", "repeats into the silence: half-open is "
          "suspected, though the server still holds its end", middle="nat", slow=True,
          expects={"half_open": "suspected", "gone": "server"})
def nat_idle_drops(lab):
    client, _ = forgotten(lab, "drop", idle=2)
    client.send("world", wait=8)


@scenario("a NAT forgets an idle connection and resets what belongs to none it knows", "a RST from one hop nearer than the "
          "server: no crash, the server knows nothing of it", middle="nat", expects={"foreign": True})
def nat_idle_resets(lab):
    client, server = forgotten(lab, "reset", idle=2)
    client.send("world", wait=0.3)
    server.send("are you there?", wait=0.3)


@scenario("the table of a NAT is flushed in mid-connection; it drops what it does not know", "as nat_idle_drops, without "
          "idleness", middle="nat", slow=True, expects={"half_open": "suspected", "gone": "server"})
def nat_flushed_drops(lab):
    client, _ = forgotten(lab, "drop", flushed=True)
    client.send("world", wait=8)


@scenario("the table of a NAT is flushed in mid-connection; it resets what it does not know", "as nat_idle_resets, without "
          "idleness", middle="nat", expects={"foreign": True})
def nat_flushed_resets(lab):
    client, _ = forgotten(lab, "reset", flushed=True)
    client.send("world", wait=0.3)


@scenario("a NAT forgets an idle connection and gives its next segment another port", "the server knows no connection from that "
          "port: its own RST, which nothing tells from a crash", middle="nat", reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def nat_changes_port(lab):
    client, _ = forgotten(lab, None, idle=2, random_ports=True)
    client.send("world", wait=0.3)


@scenario("the server crashes behind a router; the client's next data find it out", "the RST comes from where the server's "
          "segments came from: a crash, and no box", middle="router", reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def crash_behind_router(lab):
    client, server = lab.hello()
    server.vanish(wait=1.5)
    client.send("world", wait=0.3)


@scenario("a firewall on the server's own machine rejects the SYN", "refused: nothing tells it from a port where nobody listens")
def refused_by_host(lab):
    lab.listen()
    lab.step("the server's firewall rejects connections")
    lab.spaces["server"].run("nft", "-f", "-", text="table inet filter { chain input {\n"
                             "type filter hook input priority 0;\ntcp dport 7777 reject with tcp reset\n}\n}\n")
    lab.dial()
    lab.pause(0.2)


HAPROXY = """
global
    log stderr format raw local0
defaults
    mode tcp
    timeout connect 1s
    timeout client 1500
    timeout server 1500
frontend front
    bind {address}:{port}
    default_backend back
backend back
    server one 127.0.0.1:7700
"""


def backend_of_haproxy(lab):
    backend = lab.spaces["server"].socket(socket.AF_INET)
    lab.spaces["server"].ip("link set lo up")
    backend.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    backend.bind(("127.0.0.1", 7700))
    backend.listen(20)
    return backend


@scenario("a load balancer (haproxy) closes an idle connection", "its FIN after 1.5 s of idleness; data that come later meet a RST",
          reason="TCP_TIMEWAIT_SOCKET", expects={"half_closed": "server"})
def load_balancer_closes(lab):
    backend = backend_of_haproxy(lab)
    lab.run_server("haproxy", HAPROXY, "-db", "-f")
    client = lab.dial()
    lab.pause()
    client.send("hello")
    behind = backend.accept()[0]
    behind.recv(100)
    lab.step("the backend answers through the load balancer")
    behind.send(b"world")
    lab.pause()
    client.read_nothing()
    lab.pause(1.8)
    client.send("anybody there?", wait=0.3)
    backend.close()
    behind.close()


NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    keepalive_timeout 1;
    server {{ listen {address}:{port}; location / {{ return 200 "world\\n"; }} }}
}}
"""


@scenario("a web server (nginx) closes an idle connection", "its FIN after 1 s of idleness, which the client answers in time",
          expects={"half_closed": "server"})
def web_server_closes(lab):
    lab.run_server("nginx", NGINX, "-c")
    client = lab.dial()
    lab.pause()
    client.send(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", wait=0.2)
    client.read_nothing()
    lab.pause(1.6)
    client.close(wait=0.2)


@scenario("a load balancer (haproxy, port 7777) and a web server (nginx, port 7778) with idle timeouts, many connections", "the "
          "idle time before the first FIN: again and again 1.5 s at one port, 1 s at the other, and anything where clients close",
          slow=True, expects={"half_closed": "server"})
def idle_timeouts(lab):
    backend = backend_of_haproxy(lab)
    lab.run_server("haproxy", HAPROXY, "-db", "-f")
    lab.run_server("nginx", NGINX, "-c", port=7778)
    open_ones, behind = [], []
    for _ in range(8):
        balanced = lab.dial()
        lab.pause(0.03)
        balanced.send("hello", wait=0.03)
        behind.append(backend.accept()[0])
        behind[-1].recv(100)
        behind[-1].send(b"world")
        web = lab.dial(port=7778)
        lab.pause(0.03)
        web.send(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n", wait=0.05)
        open_ones += [balanced, web]
    for hasty in (2, 5, 10, 13):         # some do not wait for the timeout
        lab.pause(0.05)
        open_ones[hasty].read_nothing()
        open_ones[hasty].close()
    lab.pause(1.9)
    for number, client in enumerate(open_ones):
        if number not in (2, 5, 10, 13):
            client.read_nothing()
            client.close(wait=0.03)
    for each in (*behind, backend):
        each.close()


@scenario("a capture on all interfaces of two switches in a row", "each packet is seen four times: the copies are none of the "
          "connection's", middle="bridges", reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def seen_four_times(lab):
    client, server = lab.hello()
    server.vanish(wait=1.5)
    client.send("world", wait=0.2)


@scenario("a capture on both interfaces of a router", "each packet is seen twice, the second time with a lower TTL: a copy all the "
          "same", middle="router", expects={"half_closed": "client"})
def seen_around_router(lab):
    client, server = lab.hello()
    server.send("world")
    client.read_nothing()
    client.close()
    server.close(wait=0.2)


@scenario("the cable stays out while the client repeats itself", "half-open suspected at the fourth repeat, and never proved",
          slow=True, expects={"half_open": "suspected", "gone": "server"})
def repeats_into_silence(lab):
    client, _ = lab.hello()
    lab.pull_cable()
    client.send("world", wait=15)


@scenario("the capture begins while a connection probes its peer", "keepalives are known as such once one was answered",
          expects={})
def keepalive_midstream(lab):
    client, _ = lab.hello()
    client.keepalive(1, 1, 3)
    lab.pause(0.3)
    lab.begin_capture("the capture begins")
    lab.pause(3.2)


@scenario("the capture begins after the server has lost power; the client's next data find it out", "two frames: data, and the "
          "RST that answers them at once", reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_midstream(lab):
    client, server = lab.hello()
    server.vanish(wait=0.5)
    lab.begin_capture("the capture begins")
    client.send("world", wait=0.2)


@scenario("the client reboots and connects again from the same port; the capture begins with that SYN", "figure 9 of RFC 9293 "
          "without the old connection: the SYN meets an ACK that does not fit, then RST", reason="TCP_INVALID_ACK_SEQUENCE",
          expects={"half_open": "confirmed", "gone": "client"})
def reconnect_midstream(lab):
    client, _ = lab.hello(stay=True)
    port = client.local[1]
    client.vanish(wait=0.2)
    lab.begin_capture("the capture begins")
    again = lab.dial(sport=port)
    lab.pause(0.3)
    again.send("hello again", wait=0.2)


@scenario("the server accepts only when data have come (TCP_DEFER_ACCEPT), and the client is silent", "the bare ACK counts for "
          "nothing: SYN,ACK again after a long silence", slow=True)
def deferred_accept(lab):
    lab.listen(options=[(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 6)])
    client = lab.dial()
    lab.pause(8)
    client.send("hello", wait=0.3)
    lab.listeners[7777].accept()
    lab.pause(0.1)


@scenario("a SYN is withdrawn by a RST before anything answers it", "a RST by the SYN's own sender, and no SYN,ACK to answer")
def syn_withdrawn(lab):
    lab.drop("server", what="what the server sends will be lost")
    lab.listen()
    port = lab.raw("S", "a raw socket of the client sends a SYN", seq=1000, options=b"\2\4\5\xb4", wait=0.3)
    lab.raw("R", "and withdraws it", seq=1001, sport=port, wait=0.2)


def declared(lab, what, payload):
    """A connection that is ended by a RST with this payload."""
    client, server = lab.hello()
    server.vanish(wait=1.2)
    edge = lab.middle.edge
    lab.raw("RA", f"a raw socket of the server sends a RST with {what}", end="server", seq=edge["server"], ack=edge["client"],
            port=client.local[1], sport=7777, payload=payload, wait=0.2)


@scenario("a RST says in words why it was sent (RFC 1122 4.2.2.12)", "its payload is its reason")
def rst_with_words(lab):
    declared(lab, "words", b"out of memory, sorry")


@scenario("a RST carries a diagnostic payload (draft-ietf-tcpm-rst-diagnostic-payload)", "its payload is a code: 10, resource exceeded")
def rst_with_code(lab):
    declared(lab, "a code", struct.pack("!HHI", 0x33AA, 10, 0))
