# SPDX-License-Identifier: GPL-2.0-or-later
"""One endpoint is gone and the other does not know (RFC 9293 3.5.1)."""

from ..scenario import scenario


@scenario("the server crashes while its cable is out; the client's next data reveals it",
          "the RST to \"world\" reveals the crash of three seconds before: half-open until then",
          middle="bridge", quick=True, ipv6_twin=True, reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def half_open_crash(lab):
    client, server = lab.hello()
    lab.pull_cable()
    server.kill()
    lab.destroy_orphans("server")
    lab.pause(2)
    lab.plug_cable()
    client.send("world", wait=0.3)


@scenario("as half_open_crash, but \"world\" is sent while the cable is still out",
          "the client retransmits without an answer: half-open is suspected, then proved by the RST",
          reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_retransmit(lab):
    client, server = lab.hello()
    lab.pull_cable()
    server.kill()
    lab.destroy_orphans("server")
    client.send("world")
    lab.pause(2.5)
    lab.plug_cable()
    lab.pause(1.5)


@scenario("the server loses power without sending a packet; the client's next data reveals it",
          "as half_open_crash, within half a second: nothing on the wire shows the crash until the RST",
          quick=True, reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_power_loss(lab):
    client, server = lab.hello()
    server.vanish(wait=0.3)
    client.send("world", wait=0.2)


@scenario("as half_open_power_loss, but a server listens again by then",
          "identical on the wire; only the kernel's reason differs (TCP_FLAGS instead of NO_SOCKET)",
          quick=True, reason="TCP_FLAGS", expects={"half_open": "confirmed", "gone": "server"})
def half_open_listener_back(lab):
    client, server = lab.hello()
    server.vanish()
    lab.listen()
    client.send("world", wait=0.2)


@scenario("the server is gone; the client closes instead of sending", "the FIN is answered by the RST",
          quick=True, reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_client_closes(lab):
    client, server = lab.hello()
    server.vanish(wait=0.3)
    client.close(wait=0.2)


@scenario("the client is gone; the server sends", "half-open the other way round",
          reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "client"})
def half_open_client_gone(lab):
    client, server = lab.hello()
    client.vanish(wait=0.3)
    server.send("world", wait=0.2)


@scenario("the server is gone, and its first two RSTs are lost", "one RST for each retransmission; at the client "
          "only the last", reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_rsts_lost(lab):
    client, server = lab.hello()
    server.vanish()
    lab.drop("server", lambda s: s.rst, times=2, what="the next two RSTs will be lost")
    client.send("world", wait=1.3)


@scenario("the server is gone while the cable is out; the client closes without an answer",
          "FIN retransmissions without an answer, then the RST", reason="NO_SOCKET",
          expects={"half_open": "confirmed", "gone": "server"})
def half_open_fin_retransmit(lab):
    client, server = lab.hello()
    lab.pull_cable()
    server.vanish()
    client.close()
    lab.pause(1.0)
    lab.plug_cable()
    lab.pause(1.0)


@scenario("the server's process is killed while the cable is out; \"world\" arrives before its FIN is retransmitted",
          "to the client the same as a crash: it never saw the FIN", reason="TCP_ABORT_ON_DATA",
          expects={"half_open": "confirmed", "gone": "server"})
def orphan_data_first(lab):
    client, server = lab.hello()
    lab.drop("server", lambda s: s.fin, what="the server's FINs will be lost")
    server.kill()
    client.send("world", wait=0.2)


@scenario("the server's process is killed while the cable is out; its FIN is retransmitted before \"world\"",
          "no crash: FIN, then a RST to the data that came after it", reason="TCP_TIMEWAIT_SOCKET",
          expects={"half_closed": "server"})
def orphan_fin_first(lab):
    client, server = lab.hello()
    lab.pull_cable()
    server.kill()
    lab.plug_cable()
    lab.pause(0.6)
    client.send("world", wait=0.2)


@scenario("the cable is out while the client sends, and back before either endpoint gives up",
          "half-open is suspected during the silence, then recovery: an outage, not a crash",
          slow=True, expects={"half_open": "suspected", "gone": "server", "recovered": True})
def outage_recovers(lab):
    client, server = lab.hello()
    lab.pull_cable()
    client.send("world")
    lab.pause(3.7)
    lab.plug_cable()
    lab.pause(3.7)
    server.send("here I am", wait=0.2)


@scenario("the client reboots and connects again from the same port (RFC 9293 figure 9)",
          "the new SYN meets the old connection: challenge ACK, RST, and the SYN again", quick=True,
          reason="TCP_INVALID_ACK_SEQUENCE", expects={"half_open": "confirmed", "gone": "client"})
def reboot_and_reconnect(lab):
    client, server = lab.hello(stay=True)
    port = client.local[1]
    client.vanish(wait=0.2)
    again = lab.dial(sport=port)
    lab.pause(0.3)
    again.send("hello again", wait=0.2)
