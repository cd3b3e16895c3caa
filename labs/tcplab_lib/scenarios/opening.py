# SPDX-License-Identifier: GPL-2.0-or-later
"""How connections are opened, or are not."""

import socket

from ..scenario import scenario


@scenario("a SYN is sent and the SYN,ACK never answered, as in a SYN flood", "embryonic: the SYN,ACK at 0, 1 and 3 s",
          slow=True, sysctl={"tcp_synack_retries": 2}, expects={"embryonic": True})
def embryonic(lab):
    lab.listen()
    lab.silence("client")
    lab.raw("S", "a SYN that nobody stands behind is sent", options=b"\2\4\5\xb4")
    lab.pause(7.6)


@scenario("the ACK of the handshake is lost", "the client is ESTABLISHED, the server SYN-RECEIVED until it "
          "retransmits its SYN,ACK and receives another ACK")
def handshake_ack_lost(lab):
    lab.listen(told=False)
    lab.drop("client", lambda s: s.acks, times=1, what="the client's first ACK will be lost")
    client = lab.dial()
    lab.pause(1.3)
    client.send("hello", wait=0.2)


@scenario("the ACK of the handshake is lost, and the client sends at once", "the retransmitted data carry the ACK that "
          "completes the handshake")
def handshake_ack_lost_data(lab):
    lab.listen(told=False)
    lost = lab.drop("client", lambda s: s.acks, what="the client's ACKs will be lost")
    client = lab.dial()
    lab.pause(0.3)
    client.send("hello")
    lab.release(lost, "no more loss", wait=1.2)


@scenario("the SYN is lost once", "a retransmitted SYN")
def syn_lost(lab):
    lab.drop("client", times=1, what="the client's first segment will be lost")
    client, _ = lab.connect()
    client.send("hello")


@scenario("the SYN,ACK is lost once", "retransmitted SYN and SYN,ACK")
def syn_ack_lost(lab):
    lab.drop("server", times=1, what="the server's first segment will be lost")
    client, _ = lab.connect()
    client.send("hello")


@scenario("the accept queue is full", "the same as a lost ACK, although the ACKs do arrive", slow=True)
def accept_queue_full(lab):
    overflow(lab)
    lab.pause(3.5)
    lab.listeners[7777].accept()
    lab.step("server accepts one connection: there is room")
    lab.pause(4.5)


@scenario("the accept queue is full and tcp_abort_on_overflow is set", "the handshake's ACK is answered by a RST",
          reason="INVALID_SYN", sysctl={"tcp_abort_on_overflow": 1})
def abort_on_overflow(lab):
    overflow(lab)
    lab.pause(0.3)


def overflow(lab):
    """Room for three: two are there already, and the last two come at once."""
    lab.listen(backlog=2)
    lab.dial()
    lab.dial()
    lab.pause()
    slow = lab.hold("client", lambda s: not s.syn, what="the client's ACKs will be slow")
    lab.dial()
    lab.dial()
    lab.pause()
    lab.release(slow, "both ACKs arrive, there is room for one of them", wait=0.1)


@scenario("a SYN scan: the scanner's own kernel answers the SYN,ACK with a RST", "RST by the SYN's sender",
          quick=True, ipv6_twin=True, reason="NO_SOCKET")
def syn_scan(lab):
    lab.listen()
    lab.raw("S", "a raw socket of the client sends a SYN", options=b"\2\4\5\xb4", wait=0.2)


@scenario("the client gives up before the SYN,ACK arrives", "identical to a SYN scan", reason="NO_SOCKET")
def aborted_connect(lab):
    lab.listen()
    slow = lab.hold("server", what="the server's answer will be slow")
    client = lab.dial()
    lab.pause()
    client.close()
    lab.release(slow, wait=0.2)


@scenario("both endpoints connect to each other (RFC 9293 figure 7)",
          "SYN-SENT, SYN-RECEIVED, ESTABLISHED on both sides",
          quick=True, ipv6_twin=True)
def simultaneous_open(lab):
    client = lab.dial()
    lab.dial(port=client.local[1], end="server", to="client", sport=7777)  # a millisecond later: the way takes three
    lab.pause(0.3)
    client.send("hello", wait=0.2)


@scenario("TCP Fast Open: the SYN carries \"hello\"", "the SYN,ACK acknowledges data; the server may answer before the "
          "handshake's ACK", sysctl={"tcp_fastopen": 0x607})
def fast_open(lab):
    lab.listen(options=[(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)])
    client = lab.socket()
    lab.step('client sends "hello" with its SYN')
    client.sock.sendto(b"hello", socket.MSG_FASTOPEN, (lab.address("server"), 7777))
    server = lab.listeners[7777].accept()
    lab.pause()
    server.read_nothing()
    server.send("world")
    client.read_nothing()
    client.close()
    server.close(wait=0.2)


PROBES = (("A", "ACK"), ("SA", "SYN,ACK"), ("F", "FIN"), ("FPU", "FIN,PSH,URG (XMAS)"), ("", "no flag (NULL)"),
          ("R", "RST"), ("RA", "RST,ACK"))


@scenario("ACK, SYN,ACK, FIN, XMAS, NULL and RST to a listening port", "RST to those with ACK, no answer to the others",
          reason="TCP_FLAGS")
def probes_to_listener(lab):
    lab.listen()
    for flags, name in PROBES:
        lab.raw(flags, f"{name} is sent", seq=5000, ack=9000 if "A" in flags else 0)


@scenario("ACK, SYN,ACK, FIN, XMAS, NULL and RST to a closed port", "RST to those with ACK, RST,ACK with number 0 "
          "to the others", reason="NO_SOCKET")
def probes_to_closed_port(lab):
    for flags, name in PROBES:
        lab.raw(flags, f"{name} is sent", seq=5000, ack=9000 if "A" in flags else 0)


@scenario("in SYN-SENT the client receives a SYN,ACK with a wrong acknowledgment",
          "it answers RST and stays in SYN-SENT",
          reason="TCP_INVALID_ACK_SEQUENCE")
def syn_sent_wrong_ack(lab):
    syn_sent_meets(lab, ack=5000)


@scenario("in SYN-SENT the client receives a SYN,ACK that echoes a wrong timestamp", "as syn_sent_wrong_ack",
          reason="TCP_RFC7323_PAWS")
def syn_sent_bad_timestamp(lab):
    syn_sent_meets(lab, options=b"\1\1\x08\x0a\0\0\0\1\x7f\0\0\1")


def syn_sent_meets(lab, ack=0, options=b""):
    lab.listen(told=False)
    slow = lab.hold("client", lambda s: s.syn, what="the client's SYN will be slow")
    client = lab.dial()
    lab.pause()
    lab.forge_answer(what="a SYN,ACK is forged", ack=ack, options=options)
    lab.release(slow, "the SYN arrives", wait=0.2)
    client.send("hello", wait=0.2)


@scenario("in SYN-RECEIVED the server receives an ACK of data never sent", "it answers RST and stays in SYN-RECEIVED", reason="TCP_FLAGS")
def syn_received_wrong_ack(lab):
    lab.listen(told=False)
    slow = lab.hold("client", lambda s: not s.syn, what="the client's ACK will be slow")
    client = lab.dial()
    lab.pause()
    lab.forge("server", "A", "an ACK of something never sent is forged", ack=5000, window=64)
    lab.release(slow, "the ACK arrives", wait=0.2)
    client.send("hello", wait=0.2)


@scenario("after a fast open, still in SYN-RECEIVED, the server receives an ACK of data never sent",
          "RST with the number that was acknowledged", reason="TCP_ACK_UNSENT_DATA",
          sysctl={"tcp_fastopen": 0x607})
def fast_open_unsent_ack(lab):
    fast_open_meets(lab, "an ACK of something never sent is forged", 5000)


@scenario("after a fast open, still in SYN-RECEIVED, the server receives an ACK that is far too old",
          "as fast_open_unsent_ack", reason="TCP_TOO_OLD_ACK", sysctl={"tcp_fastopen": 0x607})
def fast_open_old_ack(lab):
    fast_open_meets(lab, "an ACK far too old is forged", -(1 << 30))


def fast_open_meets(lab, what, ack):
    lab.listen(options=[(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)], told=False)
    slow = lab.hold("client", lambda s: not s.syn, what="the client's ACK will be slow")
    client = lab.socket()
    lab.step('client sends "hello" with its SYN')
    client.sock.sendto(b"hello", socket.MSG_FASTOPEN, (lab.address("server"), 7777))
    lab.pause()
    lab.forge("server", "A", what, ack=ack, window=64)
    lab.release(slow, "the ACK arrives", wait=0.2)
    client.send("world", wait=0.2)
