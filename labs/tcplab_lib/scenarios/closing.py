# SPDX-License-Identifier: GPL-2.0-or-later
"""How connections are closed, and half-closed ones."""

from ..scenario import scenario


@scenario("the server sends FIN; the client still sends \"world\", which is acknowledged, then its FIN",
          "half-closed from the server's FIN to the client's: FIN-WAIT-2 and CLOSE-WAIT",
          quick=True, ipv6_twin=True, expects={"half_closed": "server"})
def half_closed(lab):
    client, server = lab.hello()
    server.shutdown(wait=0.2)
    client.send("world", wait=0.2)
    client.close(wait=0.2)


@scenario("the client closes, then the server", "the ordinary close: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT; "
          "CLOSE-WAIT, LAST-ACK", quick=True, ipv6_twin=True, expects={"half_closed": "client"})
def normal_close(lab):
    client, server = lab.hello()
    server.send("world")
    client.read_nothing()
    client.close()
    server.close(wait=0.2)


@scenario("the client sends FIN and the server answers FIN,ACK at once", "the close in three segments")
def close_in_three(lab):
    client, server = lab.hello()
    client.close(wait=0.015)
    server.close(wait=0.2)


@scenario("the client sends FIN; the server continues to send for a while", "half-closed with a long one-way transfer: "
          "FIN-WAIT-2 at the client throughout", expects={"half_closed": "client"})
def half_closed_transfer(lab):
    client, server = lab.hello()
    client.shutdown()
    for _ in range(6):
        server.send(b"x" * 200, wait=0.1)
    server.close(wait=0.2)


@scenario("the server sends FIN and the client never closes", "the CLOSE-WAIT leak: half-closed to the end of the "
          "capture", quick=True, expects={"half_closed": "server"})
def close_wait_leak(lab):
    client, server = lab.hello()
    server.close(wait=1.5)


@scenario("both close before the other's FIN arrives (RFC 9293 figure 13)", "CLOSING on both sides",
          quick=True, ipv6_twin=True)
def simultaneous_close(lab):
    client, server = lab.hello()
    client.close(wait=0)
    server.close(wait=0.2)  # a millisecond later, and the way takes three


@scenario("the client's FIN is lost twice", "FIN retransmissions, then the ordinary close")
def fin_lost(lab):
    client, server = lab.hello()
    lab.drop("client", lambda s: s.fin, times=2, what="the client's next two FINs will be lost")
    client.close(wait=1.0)
    server.close(wait=0.2)


@scenario("the answer to the client's FIN is lost", "the FIN is retransmitted although it had arrived")
def fin_ack_lost(lab):
    client, server = lab.hello()
    lab.drop("server", lambda s: s.acks and not s.payload, times=1, what="the server's next ACK will be lost")
    client.close(wait=0.6)
    server.close(wait=0.2)


@scenario("two small segments and the FIN are lost; the retransmission carries them merged",
          "a retransmitted FIN with data that the first one did not carry",
          expects={"half_open": "possible", "gone": "server"})
def fin_merged(lab):
    client, server = lab.hello()
    lost = lab.drop("client", what="everything the client sends will be lost")
    client.send("one", wait=0.01)
    client.send("two", wait=0.01)
    client.close(wait=0.1)
    lab.release(lost, "no more loss", wait=1.2)
    server.read_nothing()
    server.close(wait=0.2)


@scenario("the last ACK of the close is lost", "the FIN of the passive closer is retransmitted to "
          "an endpoint in TIME-WAIT")
def last_ack_lost(lab):
    client, server = lab.hello()
    client.close()
    lab.drop("client", times=1, what="the client's next segment, the last ACK, will be lost")
    server.close(wait=0.7)


@scenario("data arrive at a client that has closed, before its FIN-WAIT-2 expires", "RST to data after close",
          reason="TCP_TIMEWAIT_SOCKET", expects={"half_closed": "client"})
def late_data(lab):
    client, server = lab.hello()
    client.close(wait=0.3)
    server.send("too late", wait=0.2)


@scenario("data arrive at a client that has closed, after its FIN-WAIT-2 has expired", "the same RST: the expiry is "
          "not on the wire", reason="NO_SOCKET", sysctl={"tcp_fin_timeout": 1}, expects={"half_closed": "client"})
def late_data_expired(lab):
    client, server = lab.hello()
    client.close(wait=2.5)
    server.send("too late", wait=0.2)


@scenario("the server's FIN comes after the client's FIN-WAIT-2 has expired", "RST to a FIN",
          reason="NO_SOCKET", sysctl={"tcp_fin_timeout": 1}, expects={"half_closed": "client"})
def late_fin_expired(lab):
    client, server = lab.hello()
    client.close(wait=2.5)
    server.close(wait=0.2)


@scenario("a new connection from the same port while the server is in TIME-WAIT", "a new incarnation: the SYN is "
          "accepted (its number is higher than the old ones)", quick=True)
def time_wait_reused(lab):
    client, server = lab.hello(stay=True)
    port = client.local[1]
    server.close()
    client.close(wait=1.1)
    again = lab.dial(sport=port)
    lab.pause(0.2)
    again.send("hello again", wait=0.2)


@scenario("an old segment of a closed connection reaches TIME-WAIT", "the ACK that it provokes is "
          "answered by a RST of the closed peer", reason="NO_SOCKET")
def time_wait_old_data(lab):
    client, server = lab.hello()
    server.close()
    client.close(wait=0.2)
    last = lab.middle.last["client"]
    lab.raw("PA", "an old segment of the client comes late", seq=last.seq - 6, ack=last.ack, sport=last.sport,
            payload=b"hello", wait=0.2)


@scenario("an old SYN of a closed connection reaches TIME-WAIT", "as time_wait_old_data", reason="NO_SOCKET")
def time_wait_old_syn(lab):
    client, server = lab.hello()
    server.close()
    client.close(wait=0.2)
    last = lab.middle.last["client"]
    lab.raw("S", "an old SYN of the client comes late", seq=last.seq - 7, sport=last.sport, wait=0.2)


@scenario("a RST reaches TIME-WAIT", "TIME-WAIT assassination (RFC 1337): Linux allows it")
def time_wait_rst(lab):
    client, server = lab.hello()
    client.close()
    server.close(wait=0.2)
    lab.forge("client", "R", "a RST with the exact number is forged")
