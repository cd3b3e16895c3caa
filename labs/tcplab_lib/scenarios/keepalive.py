# SPDX-License-Identifier: GPL-2.0-or-later
"""Silent peers: keepalive probes, zero-window probes, timeouts."""

from ..scenario import scenario
from .resets import fill, small_window


@scenario("keepalive probes are answered", "probes below the next sequence number, each answered: nothing is wrong")
def keepalive_answered(lab):
    client, _ = lab.hello()
    client.keepalive(1, 1, 6)
    lab.pause(3.4)


@scenario("keepalive probes go unanswered", "six probes, then the client's own RST,ACK: timed out",
          slow=True, reason="TCP_KEEPALIVE_TIMEOUT", expects={"half_open": "suspected", "gone": "server"})
def keepalive_timeout(lab):
    client, _ = lab.hello()
    client.keepalive(1, 1, 6)
    lab.pull_cable()
    lab.pause(7.5)


@scenario("a keepalive probe finds that the server is gone", "half-open, revealed by the RST to a probe",
          reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def keepalive_finds_crash(lab):
    client, server = lab.hello()
    client.keepalive(1, 1, 6)
    server.vanish(wait=1.4)


@scenario("data go unanswered until TCP_USER_TIMEOUT", "retransmissions, then silence: no packet shows that the "
          "client's socket was closed", slow=True, expects={"half_open": "suspected", "gone": "server"})
def user_timeout(lab):
    client, _ = lab.hello()
    client.option("TCP_USER_TIMEOUT", 5000)
    lab.pull_cable()
    client.send("world", wait=7)


@scenario("data go unanswered until the retries are used up", "as user_timeout", slow=True,
          sysctl={"tcp_retries2": 4}, expects={"half_open": "suspected", "gone": "server"})
def retries_exhausted(lab):
    client, _ = lab.hello()
    lab.pull_cable()
    client.send("world", wait=8)


@scenario("an orphaned socket gives up its FIN; the server's later data is answered by a RST",
          "FIN retransmissions without an answer, then RST", slow=True, sysctl={"tcp_orphan_retries": 1}, reason="NO_SOCKET")
def orphan_gives_up(lab):
    client, server = lab.hello()
    lab.pull_cable()
    client.close()
    lab.pause(4.5)
    lab.plug_cable()
    server.send("world", wait=0.3)


@scenario("the client does not read for a while: zero window", "probes, each answered: slow, but not half-open")
def zero_window(lab):
    client, server = lab.connect(prepare=small_window)
    server.sock.setblocking(False)
    lab.step("server sends until the client's window is full")
    fill(server.sock)
    lab.pause(2.2)
    lab.step("client reads everything")
    for _ in range(6):
        client.read_nothing()
        lab.pause(0.1)
    server.sock.settimeout(20)
    lab.pause(0.4)
