# SPDX-License-Identifier: GPL-2.0-or-later
"""What only captures at both ends tell apart: who lost it, who forged it, who is gone. The answers are in truth/NAME.path.json."""

import random

from ..scenario import scenario


def eager(client, server):
    """Each send is a segment of its own."""
    for endpoint in (client, server):
        endpoint.option("TCP_NODELAY", 1)
    return client, server


def talk(client, server, count, begin=1):
    """Numbered lines from the client; every second one is answered."""
    for number in range(begin, begin + count):
        client.send(f"client's line {number}\n", wait=0.02)
        if number % 2 == 0:
            server.read_nothing()
            server.send(f"server's line {number}\n", wait=0.02)
            client.read_nothing()


def lines(size):
    """So many bytes, of which no two kilobytes are equal."""
    text = "".join(f"line {number:08}\n" for number in range(size // 14 + 1))
    return text.encode()[:size]


def transfer(lab, sender, receiver, size):
    """Everything is read as it comes."""
    data = lines(size)
    lab.step(f"{sender.end} sends {size} bytes")
    sender.sock.setblocking(False)
    while data:
        try:
            data = data[sender.sock.send(data):]
        except BlockingIOError:
            pass
        lab.pause(0.002)
        receiver.read_nothing()
    sender.sock.settimeout(20)
    for _ in range(8):
        lab.pause(0.05)
        receiver.read_nothing()


def part(client, server):
    for endpoint in (client, server):
        endpoint.read_nothing()
    client.close()
    server.close(wait=0.3)


# who sent the RST?

@scenario("a router resets the client in the server's name", "the server sent no RST and knows nothing: its next data are answered by "
          "the client's own", middle="router", reason="NO_SOCKET", expects={"foreign": True})
def two_points_rst_to_client(lab):
    _, server = lab.hello()
    lab.forge("client", "R", "the router forges a RST to the client", wait=1.2)
    server.send("are you there?", wait=0.3)


@scenario("a router resets both ends, each in the other's name and with the other's TTL", "at either end the same as an abort by the "
          "other: only both captures show that nobody sent it", middle="router", expects={"foreign": True})
def two_points_rst_to_both(lab):
    lab.hello()
    lab.forge("client", "RA", "the router forges a RST to the client", ttl=63, wait=0)
    lab.forge("server", "RA", "the router forges a RST to the server", ttl=63, wait=0.5)


@scenario("the server aborts, and its RST is lost on the way", "the server sent the RST that the client never got; the client "
          "goes on until its data meet another", middle="router", reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def two_points_rst_lost(lab):
    client, server = lab.hello()
    lab.middle.lose("tcp flags & rst == rst", "the next RST is lost")
    server.abort(wait=1.2)
    client.send("world", wait=0.3)


@scenario("the server sends FIN, and the client never closes", "the client's own capture shows that the FIN came: the client leaks, not "
          "the path", middle="router", expects={"half_closed": "server"})
def two_points_close_wait(lab):
    _, server = lab.connect(stay=True)
    server.close(wait=1.5)
    part(*lab.connect())


# whose address, whose numbers?

@scenario("a NAT changes address and port of two connections", "the same segments at both ends, though no four-tuple is the same",
          middle="nat", expects={"half_closed": "client"})
def two_points_nat(lab):
    lab.middle.translate(unknown=None, random_ports=True)
    one, two = eager(*lab.connect(stay=True)), eager(*lab.connect())
    talk(*one, 4)
    talk(*two, 3, begin=5)
    part(*one)
    part(*two)


@scenario("a box adds a constant to each end's sequence numbers", "the same segments at both ends, though no number is the same",
          middle="shifter", expects={"half_closed": "client"})
def two_points_shifted(lab):
    lab.middle.shift(7777)
    client, server = eager(*lab.connect())
    talk(client, server, 4)
    part(client, server)


@scenario("as two_points_shifted; a data segment is lost in front of the box", "SACK blocks are shifted, too",
          middle="shifter", expects={"half_closed": "client"})
def two_points_shifted_loss(lab):
    lab.middle.shift(7777)
    client, server = eager(*lab.connect())
    lab.middle.lose('iifname "to_client" ip length > 60', "the client's third data segment is lost in front of the box", nth=3)
    talk(client, server, 8)
    lab.pause(0.5)
    part(client, server)


@scenario("addresses, ports and sequence numbers change on the way", "neither four-tuple nor numbers are the same: timestamps and "
          "payload are", middle="shifter", expects={"half_closed": "client"})
def two_points_shifted_nat(lab):
    lab.middle.translate(unknown=None, random_ports=True)
    lab.middle.shift(7777)
    client, server = eager(*lab.connect())
    talk(client, server, 4)
    part(client, server)


# who lost it?

DATA = "tcp dport 7777 ip length > 60"
ANSWER = "tcp sport 7777 ip length > 60"


@scenario("the router loses the client's third data segment, its FIN, and the last ACK", "three losses, each followed by a "
          "retransmission", middle="router", expects={"half_closed": "client"})
def two_points_three_losses(lab):
    client, server = eager(*lab.hello())
    lab.middle.lose(DATA, "the client's third data segment from here is lost", nth=3)
    lab.middle.lose("tcp dport 7777 tcp flags & fin == fin", "the client's FIN is lost")
    talk(client, server, 6)
    lab.pause(0.5)
    server.read_nothing()
    client.close(wait=0.6)
    lab.middle.lose("tcp dport 7777", "the last ACK is lost")
    server.close(wait=0.8)


@scenario("the router loses the server's second data segment", "a loss on the way back", middle="router",
          expects={"half_closed": "client"})
def two_points_answer_lost(lab):
    client, server = eager(*lab.hello())
    lab.middle.lose(ANSWER, "the server's second data segment is lost", nth=2)
    talk(client, server, 8)
    lab.pause(0.5)
    part(client, server)


@scenario("the router loses two bare ACKs of the server", "nobody misses them, since later ones say the same: no retransmission, and "
          "lost all the same", middle="router", expects={"half_closed": "client"})
def two_points_acks_lost(lab):
    client, server = lab.connect()
    lab.middle.lose("tcp sport 7777", "an ACK of the server is lost", nth=2)
    lab.middle.lose("tcp sport 7777", "another ACK of the server is lost", nth=3)
    transfer(lab, client, server, 12_000)
    part(client, server)


@scenario("one in eight segments is lost, either way", "many losses and as many retransmissions, some of them lost too",
          expects={"half_closed": "client"})
def two_points_lossy(lab):
    client, server = lab.connect()
    chance = random.Random(9293)
    lost = lab.drop(match=lambda s: chance.random() < 1 / 8, what="from now on, one in eight segments is lost")
    transfer(lab, client, server, 40_000)
    lab.pause(1)
    server.read_nothing()
    lab.release(lost, "no more loss")
    lab.pause(1)
    server.read_nothing()
    transfer(lab, server, client, 2_000)
    part(client, server)


# neither lost nor forged

def every(count, match=lambda s: s.payload):
    """Of the segments that match, each count-th."""
    seen = 0

    def takes(segment):
        nonlocal seen
        seen += bool(match(segment))
        return bool(match(segment)) and seen % count == 0
    return takes


@scenario("every fifth data segment of the client is slow", "they arrive after later ones: duplicate ACKs, perhaps retransmissions, "
          "and no loss", expects={"half_closed": "client"})
def two_points_reordered(lab):
    client, server = lab.connect()
    lab.slow("client", every(5), "every fifth data segment of the client will be slow")
    transfer(lab, client, server, 30_000)
    part(client, server)


@scenario("every fourth segment arrives twice, either way", "one was sent and two arrived: copies, no retransmissions",
          expects={"half_closed": "client"})
def two_points_duplicates(lab):
    client, server = eager(*lab.hello())
    lab.copy("client", every(4, lambda s: True), "every fourth segment of the client will arrive twice")
    lab.copy("server", every(4, lambda s: True), "every fourth segment of the server will arrive twice")
    talk(client, server, 8)
    part(client, server)


@scenario("bulk data, and no network card cuts or joins segments", "each segment is the same at both ends", middle="router", snap=128,
          expects={"half_closed": "client"})
def two_points_plain(lab):
    client, server = lab.connect()
    transfer(lab, client, server, 20_000)
    part(client, server)


@scenario("the client's network card cuts segments (TSO)", "segments of up to 64 KB leave, and pieces of 1448 bytes arrive",
          middle="router", offloads=("client",), snap=128, expects={"half_closed": "client"})
def two_points_cut(lab):
    client, server = lab.connect()
    transfer(lab, client, server, 70_000)
    part(client, server)


@scenario("the server's network card joins segments (GRO)", "pieces of 1448 bytes leave, and fewer, larger ones arrive",
          middle="router", offloads=("server",), snap=128, expects={"half_closed": "client"})
def two_points_joined(lab):
    client, server = lab.connect()
    transfer(lab, client, server, 40_000)
    part(client, server)


@scenario("the client's network card cuts segments (TSO), and the server's joins them (GRO)", "neither end sees what was on the wire",
          middle="router", offloads=("client", "server"), snap=128, expects={"half_closed": "client"})
def two_points_cut_and_joined(lab):
    client, server = lab.connect()
    transfer(lab, client, server, 40_000)
    part(client, server)


# what did ICMP say, and who?

def reject_at_server(lab):
    lab.step("the server's firewall rejects connections by ICMP")
    lab.spaces["server"].run("nft", "-f", "-", text="table inet filter { chain input {\n"
                             "type filter hook input priority 0;\ntcp dport 7777 reject with icmp type port-unreachable\n}\n}\n")


@scenario("a firewall on the server's own machine rejects the SYN by ICMP", "the error passes both points, and its sender is the server",
          middle="router")
def two_points_icmp_from_host(lab):
    lab.listen()
    reject_at_server(lab)
    lab.dial()
    lab.pause(0.3)


@scenario("the ICMP errors of the server's machine are lost on the way", "the client waits though it was told: the path lost the answer",
          middle="router", slow=True)
def two_points_icmp_lost(lab):
    lab.listen()
    reject_at_server(lab)
    lab.middle.filter("icmp type destination-unreachable", "drop", "the router drops ICMP errors")
    lab.dial()
    lab.pause(1.5)


@scenario("the path takes smaller packets than the client sends (ICMP 3/4)", "what was too big is lost, a router says so, and smaller "
          "segments follow", middle="router", snap=128, expects={"half_closed": "client"})
def two_points_too_big(lab):
    client, server = lab.connect()
    lab.step("the link to the server takes 1000 bytes at most")
    lab.middle.narrow(1000)
    transfer(lab, client, server, 6_000)
    part(client, server)


# who is gone?

@scenario("the path of one connection is cut; another between the same hosts goes on", "none of the client's retransmissions arrives: "
          "it was the path", middle="router", slow=True, expects={"half_open": "suspected", "gone": "server"})
def two_points_path_cut(lab):
    cut, _ = lab.hello(stay=True)
    goes_on = eager(*lab.connect())
    lab.step("the router drops everything of the first connection")
    port = cut.local[1]
    lab.middle.filter(f"tcp dport {port}", "drop", "the path is cut")
    lab.middle.filter(f"tcp sport {port}", "drop", "the path is cut")
    cut.send("world")
    for begin in (1, 3, 5):
        talk(*goes_on, 2, begin)
        lab.pause(2.5)


@scenario("the way back is cut", "the client's retransmissions arrive and are answered; the answers are lost", middle="router", slow=True,
          expects={"half_open": "suspected", "gone": "server"})
def two_points_way_back_cut(lab):
    client, _ = lab.hello()
    lab.step("the router drops everything that the server sends")
    lab.middle.filter("tcp sport 7777", "drop", "the way back is cut")
    client.send("world", wait=8)


@scenario("the server's host goes silent: its kernel hears nothing any more", "the client's retransmissions arrive and are not "
          "answered: it was the host", middle="router", slow=True, expects={"half_open": "suspected", "gone": "server"})
def two_points_host_silent(lab):
    client, _ = lab.hello()
    lab.silence("server")
    client.send("world", wait=8)


@scenario("the server's host loses its address", "as two_points_host_silent", middle="router", slow=True,
          expects={"half_open": "suspected", "gone": "server"})
def two_points_address_lost(lab):
    client, _ = lab.hello()
    lab.take_address("server")
    client.send("world", wait=8)


@scenario("a router drops a connection's segments for a while", "an outage seen at both ends: what was lost, and where it was sent again",
          middle="router", slow=True, expects={"half_open": "suspected", "gone": "server", "recovered": True})
def two_points_outage(lab):
    client, server = lab.hello()
    lab.step("the router drops everything")
    lab.middle.filter("meta l4proto tcp", "drop", "the path is cut")
    client.send("world", wait=3.7)
    lab.step("the router forwards again")
    lab.middle.filter()
    lab.pause(3.7)
    server.send("here I am", wait=0.2)
