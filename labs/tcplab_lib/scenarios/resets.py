# SPDX-License-Identifier: GPL-2.0-or-later
"""Every reason for which Linux sends a RST, and some it does not."""

from ..scenario import scenario


@scenario("nobody listens", "RST,ACK to the SYN: refused", quick=True, ipv6_twin=True, reason="NO_SOCKET")
def refused(lab):
    lab.dial()
    lab.pause(0.2)


@scenario("the client sets SO_LINGER to 0 and closes", "RST,ACK in midstream: an abort, no FIN",
          quick=True, ipv6_twin=True, reason="TCP_STATE")
def abort_linger(lab):
    client, _ = lab.hello()
    client.abort(wait=0.2)


@scenario("the server's process is killed, then the client sends", "FIN as in a normal close, then a RST to the "
          "data: nobody is there to read it", quick=True, ipv6_twin=True, reason="TCP_TIMEWAIT_SOCKET",
          expects={"half_closed": "server"})
def killed_then_data(lab):
    client, server = lab.hello()
    server.kill(wait=0.3)
    client.send("world", wait=0.2)
