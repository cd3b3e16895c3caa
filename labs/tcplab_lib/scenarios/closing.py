# SPDX-License-Identifier: GPL-2.0-or-later
"""How connections end in peace, and half-closed ones."""

from ..scenario import scenario


@scenario("the server says FIN; the client goes on sending \"world\", which is acknowledged, then says FIN too",
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
