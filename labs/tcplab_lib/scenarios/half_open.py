# SPDX-License-Identifier: GPL-2.0-or-later
"""One end is gone and the other does not know (RFC 9293 3.5.1)."""

from ..scenario import scenario


@scenario("the server crashes while its cable is out; the client's next data finds it out",
          "the RST to \"world\" is the crash of three seconds before: half-open until then",
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
          "the client retransmits into the silence: half-open is suspected, then proved by the RST",
          both=True, reason="NO_SOCKET", expects={"half_open": "confirmed", "gone": "server"})
def half_open_retransmit(lab):
    client, server = lab.hello()
    lab.pull_cable()
    server.kill()
    lab.destroy_orphans("server")
    client.send("world")
    lab.pause(2.5)
    lab.plug_cable()
    lab.pause(1.5)
