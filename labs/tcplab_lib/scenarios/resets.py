# SPDX-License-Identifier: GPL-2.0-or-later
"""Every reason for which Linux sends a RST, and some it does not."""

import socket

from ..scenario import scenario


@scenario("nobody listens", "RST,ACK to the SYN: refused", quick=True, ipv6_twin=True, reason="NO_SOCKET")
def refused(lab):
    lab.dial()
    lab.pause(0.2)


@scenario("the client sets SO_LINGER to 0 and closes", "RST,ACK within the connection: an abort, no FIN",
          quick=True, ipv6_twin=True, reason="TCP_STATE")
def abort_linger(lab):
    client, _ = lab.hello()
    client.abort(wait=0.2)


@scenario("the server's process is killed, then the client sends", "FIN as in a normal close, then a RST to the "
          "data: no process is left to read it", quick=True, ipv6_twin=True, reason="TCP_TIMEWAIT_SOCKET",
          expects={"half_closed": "server"})
def killed_then_data(lab):
    client, server = lab.hello()
    server.kill(wait=0.3)
    client.send("world", wait=0.2)


@scenario("the server's process is killed, and the client's data cross its FIN", "the RST has the FIN's own "
          "sequence number", reason="TCP_ABORT_ON_DATA")
def data_crosses_fin(lab):
    client, server = lab.hello()
    server.to_process()
    crossing = lab.hold("server", lambda s: s.fin, what="the server's FIN will be slow")
    server.kill(wait=0.02)
    client.send("world", wait=0)
    lab.release(crossing, wait=0.2)


@scenario("the server's process is killed with unread data", "RST,ACK at once and no FIN", quick=True,
          reason="TCP_ABORT_ON_CLOSE")
def killed_unread(lab):
    client, server = lab.connect()
    client.send("hello")
    server.kill(wait=0.2)


@scenario("the server closes with unread data", "as killed_unread: they cannot be told apart",
          reason="TCP_ABORT_ON_CLOSE")
def close_unread(lab):
    client, server = lab.connect()
    client.send("hello")
    server.close(wait=0.2)


@scenario("the server shuts down both directions, then the client sends", "FIN, then a RST to the data though the "
          "process is running", reason="TCP_ABORT_ON_DATA", expects={"half_closed": "server"})
def shutdown_both_then_data(lab):
    client, server = lab.hello()
    server.shutdown("both", wait=0.2)
    client.send("world", wait=0.2)


@scenario("the client sends FIN, then aborts", "RST,ACK in FIN-WAIT-2", reason="TCP_STATE",
          expects={"half_closed": "client"})
def abort_fin_wait_2(lab):
    client, _ = lab.hello()
    client.shutdown(wait=0.2)
    client.abort(wait=0.2)


@scenario("the server sends FIN, the client aborts", "RST,ACK in CLOSE-WAIT", reason="TCP_STATE",
          expects={"half_closed": "server"})
def abort_close_wait(lab):
    client, server = lab.hello()
    server.shutdown(wait=0.2)
    client.abort(wait=0.2)


@scenario("the server aborts", "RST,ACK by the server", reason="TCP_STATE")
def abort_by_server(lab):
    _, server = lab.hello()
    server.abort(wait=0.2)


@scenario("the listener is closed with a connection nobody accepted", "RST,ACK on an established connection",
          reason="TCP_STATE")
def listener_closed(lab):
    listener = lab.listen()
    client = lab.dial()
    lab.pause()
    client.send("hello")
    listener.close(wait=0.2)


@scenario("the client calls connect(AF_UNSPEC)", "RST,ACK: disconnect", reason="TCP_STATE")
def disconnect(lab):
    client, _ = lab.hello()
    client.disconnect(wait=0.2)


@scenario("an administrator destroys the server's socket (ss -K)", "RST,ACK, the same as an abort",
          reason="TCP_STATE")
def administrative_kill(lab):
    lab.hello()
    lab.destroy("server", "established", "the server's socket is destroyed by ss -K")
    lab.pause(0.2)


@scenario("the server closes with TCP_LINGER2 = -1", "FIN,ACK; ACK; then RST,ACK instead of waiting in FIN-WAIT-2",
          reason="TCP_ABORT_ON_LINGER")
def linger2(lab):
    _, server = lab.hello()
    server.shutdown()
    server.option("TCP_LINGER2", -1)
    server.close(wait=0.2)


@scenario("the server closes with TCP_LINGER2 = -1 in one step", "the ACK of its FIN is answered by a RST",
          reason="TCP_ABORT_ON_DATA")
def linger2_at_once(lab):
    _, server = lab.hello()
    server.option("TCP_LINGER2", -1)
    server.close(wait=0.2)


@scenario("the client's window is full; the server, told to close, disconnects", "RST,ACK from LAST-ACK with a FIN "
          "that was never on the wire", reason="TCP_DISCONNECT_WITH_DATA", expects={"half_closed": "client"})
def zero_window_disconnect(lab):
    client, server = lab.connect(prepare=small_window)
    client.shutdown()
    server.sock.setblocking(False)
    lab.step("server sends until the client's window is full")
    fill(server.sock)
    lab.pause(0.6)
    server.shutdown()
    server.disconnect(wait=0.2)


def small_window(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)


def fill(sock):
    try:
        for _ in range(12):
            sock.send(b"x" * 1000)
    except BlockingIOError:
        pass


# in the middle

SERVED = "tcp dport 7777"


@scenario("a firewall answers the client's data with a RST", "the server did not send it, and its TTL is not the "
          "server's", middle="router", expects={"foreign": True})
def firewall_rst(lab):
    client, _ = lab.hello()
    lab.step("the firewall begins to reject")
    lab.middle.filter(SERVED, "reject with tcp reset")
    lab.pause(1.5)
    client.send("world", wait=0.3)


@scenario("a firewall answers the SYN with a RST", "as refused, but sent by the firewall", middle="router")
def firewall_rst_syn(lab):
    lab.listen()
    lab.middle.filter(SERVED, "reject with tcp reset")
    lab.dial()
    lab.pause(0.2)


@scenario("a firewall silently drops SYNs", "SYN-SENT until the client gives up", middle="router", slow=True,
          sysctl={"tcp_syn_retries": 2})
def filtered(lab):
    lab.listen()
    lab.middle.filter(SERVED, "drop")
    lab.dial()
    lab.pause(7.5)


@scenario("port unreachable (ICMP 3/3) in answer to a SYN", "connection refused without a RST", middle="router")
def icmp_port_unreachable(lab):
    lab.middle.filter(SERVED, "reject with icmp type port-unreachable")
    lab.dial()
    lab.pause(0.3)


@scenario("host unreachable (ICMP 3/1) in answer to a SYN", "no route to host", middle="router")
def icmp_host_unreachable(lab):
    lab.middle.filter(SERVED, "reject with icmp type host-unreachable")
    lab.dial()
    lab.pause(0.3)


@scenario("administratively prohibited (ICMP 3/13) in answer to a SYN", "a firewall that tells the client",
          middle="router")
def icmp_prohibited(lab):
    lab.middle.filter(SERVED, "reject with icmp type admin-prohibited")
    lab.dial()
    lab.pause(0.3)


@scenario("ICMP host unreachable on an established connection, for a while", "a soft error: retransmissions, then the "
          "connection continues", middle="router")
def icmp_established(lab):
    client, server = lab.hello()
    lab.step("the router has lost its route")
    lab.middle.filter(SERVED, "reject with icmp type host-unreachable")
    client.send("world", wait=1.0)
    lab.step("the route is back")
    lab.middle.filter()
    lab.pause(1.0)
    server.send("here I am", wait=0.2)
