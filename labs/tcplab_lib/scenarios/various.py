# SPDX-License-Identifier: GPL-2.0-or-later
"""Other things that a capture may show."""

import socket

from ..scenario import scenario


@scenario("twelve connections of many kinds at once, one of them half-open", "find the half-open one",
          reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def mixed(lab):
    lab.listen(backlog=20)
    pairs = [lab.connect(stay=True) for _ in range(9)]
    for client, server in pairs:
        client.send("hello", wait=0.02)
        server.read_nothing()
    lab.dial(port=7778)
    lab.pause()
    pairs[0][0].close()
    pairs[0][1].close()
    pairs[1][1].close()
    pairs[1][0].close()
    pairs[2][1].shutdown()
    pairs[2][0].send("world")
    pairs[3][0].abort()
    pairs[4][1].vanish()
    pairs[5][1].kill()
    pairs[6][0].send("unread")
    pairs[6][1].close()
    pairs[5][0].send("world")
    pairs[2][0].close()
    pairs[4][0].send("world")
    lab.raw("S", "a raw socket of the client sends a SYN", options=b"\2\4\5\xb4")
    pairs[7][0].send("goodbye")
    pairs[7][1].read_nothing()
    pairs[7][0].close(wait=0.01)
    pairs[7][1].close()
    lab.dial(port=7779)
    lab.pause(0.2)


@scenario("the client sends urgent data", "URG and the urgent pointer change no state")
def urgent(lab):
    client, server = lab.hello()
    lab.step("client sends one urgent byte")
    client.sock.send(b"!", socket.MSG_OOB)
    lab.pause()
    client.close()
    server.read_nothing()
    server.close(wait=0.2)


@scenario("two connections one after the other from the same port, the first reset",
          "two incarnations: the second begins after a RST", reason="TCP_STATE")
def reuse_after_reset(lab):
    client, _ = lab.hello(stay=True)
    port = client.local[1]
    client.abort(wait=0.2)
    again = lab.dial(sport=port)
    lab.pause(0.2)
    again.send("hello again", wait=0.2)


@scenario("data of the client arrive in the wrong order", "reordering changes no state")
def reordered(lab):
    client, server = lab.hello()
    client.option("TCP_NODELAY", 1)
    slow = lab.hold("client", lambda s: s.payload == b"one", what='the client\'s "one" will be slow')
    client.send("one", wait=0.01)
    client.send("two", wait=0.02)
    lab.release(slow, wait=0.1)
    server.read_nothing()
    client.close()
    server.close(wait=0.2)


@scenario("a socket connects to its own address and port", "there is one endpoint, which is client and server",
          interface="lo")
def self_connect(lab):
    one = lab.dial(to="client", port=40001)
    lab.pause()
    one.send("hello")
    one.receive()
    one.close(wait=0.2)


@scenario("Multipath TCP: one connection over two subflows", "each subflow is a TCP connection with states of its own")
def multipath(lab):
    second = lab.add_address("client", 11)
    lab.spaces["client"].run("ip", "mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2")
    lab.spaces["server"].run("ip", "mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2")
    lab.spaces["client"].run("ip", "mptcp", "endpoint", "add", second, "dev", "eth0", "subflow")
    client, server = lab.connect(stay=True, protocol=MPTCP)
    client.send("hello", wait=0.3)
    server.read_nothing()
    client.send("world", wait=0.2)
    server.read_nothing()
    client.close(wait=0.2)
    server.close(wait=0.3)


MPTCP = 262


@scenario("a subflow asks to join a Multipath connection that does not exist",
          "refused, though the port has a listener: RST,ACK to the SYN", reason="MPTCP_RST_EMPTCP")
def multipath_bad_token(lab):
    lab.listen(protocol=MPTCP)
    join = b"\x1e\x0c\x10\x01" + b"\1\2\3\4" + b"\5\6\7\x08"
    lab.raw("S", "a raw socket of the client sends a SYN with MP_JOIN", options=b"\2\4\5\xb4" + join, wait=0.2)
