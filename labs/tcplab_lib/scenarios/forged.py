# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that no endpoint sent, and how RFC 5961 treats them. Forged ones have TTL 50."""

from ..scenario import scenario


def forged(flags, what, **numbers):
    def steps(lab):
        client, server = lab.hello()
        server.send("world")
        client.read_nothing()
        lab.forge("client", flags, f"{what} is forged in the server's name", ttl=50, wait=0.2, **numbers)
        if not (flags.startswith("R") and not numbers.get("seq")):
            client.send("still here", wait=0.2)
    return steps


def declare(name, flags, what, shows, quick=False, **numbers):
    steps = forged(flags, what, **numbers)
    steps.__name__ = name
    scenario(f"{what} is forged in the server's name", shows, quick=quick,
             expects={"foreign": True} if "R" in flags else {})(steps)


declare("forged_rst_exact", "R", "a RST with the exact number", "accepted: the client dies, the server lives on",
        quick=True)
declare("forged_rst_in_window", "R", "a RST in the window", "challenge ACK, nothing else", quick=True, seq=100)
declare("forged_rst_outside", "R", "a RST far outside the window", "silently ignored", seq=1 << 30)
declare("forged_rst_below", "R", "a RST one below the expected number", "silently ignored", seq=-1)
declare("forged_rst_absurd_ack", "RA", "a RST,ACK with the exact number and an absurd acknowledgment",
        "accepted: the acknowledgment is not checked", ack=1 << 29)
declare("forged_syn", "S", "a SYN", "challenge ACK", seq=5000)
declare("forged_syn_ack", "SA", "a SYN,ACK", "challenge ACK", window=64)
declare("forged_old_ack", "A", "an ACK far too old", "challenge ACK", ack=-(1 << 30), window=64)
declare("forged_unsent_ack", "A", "an ACK of data never sent", "challenge ACK", ack=5000, window=64)


@scenario("a RST at the right edge of the client's latest SACK is forged", "accepted, though it is not the next number "
          "expected (RFC 5961 as Linux implements it)", expects={"foreign": True})
def forged_rst_sack_edge(lab):
    client, server = lab.hello()
    server.option("TCP_NODELAY", 1)
    lab.hold("server", lambda s: s.payload == b"one", what='the server\'s "one" will be slow')
    server.send("one", wait=0.01)
    server.send("two", wait=0.02)
    lab.forge("client", "R", "a RST at the right edge of the SACK is forged", ttl=50, wait=0.15)
