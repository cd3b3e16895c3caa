# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold of every capture, whatever it shows. Knows nothing of TCP but the names of the states."""
import re

STATES = set("""UNKNOWN CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK
TIME-WAIT""".split())
FIN_SENT = {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT"}
OVER = {"CLOSED", "TIME-WAIT", "LISTEN", "UNKNOWN"}
ALWAYS = ("conn", "roles", "client.state", "server.state", "phase", "outcome", "conn_state")
STEP = re.compile(r"(client|server) (\S+) -> (\S+)")
EXCHANGED = {"client": "server", "server": "client"}


def broken_invariants(frames):
    """(frame number, text) of everything that is wrong. `frames`: for each frame our layers, from tshark -2."""
    connections = {}
    events = {}         # (conn, frame) -> events, for hindsight
    for number, found in enumerate(frames, 1):
        for layer in found:
            missing = [name for name in ALWAYS if name not in layer]
            if missing:
                yield number, f"without {missing}"
                continue
            first = {name: values[0] for name, values in layer.items()}
            events.setdefault((first["conn"], number), set()).update(layer.get("event", []))
            for text in (*states(first, layer, connections), *phase(first), *reset(first, layer), *half_open(first, number),
                         *sentences(first, layer)):
                yield number, text
    for number, found in enumerate(frames, 1):
        for layer in found:
            yield from ((number, text) for text in hindsight(layer, number, events))


def states(first, layer, connections):
    """A state changes only by a rule, from where it was. Guessed roles may be exchanged, once."""
    now = {who: first[who + ".state"] for who in EXCHANGED}
    if not set(now.values()) <= STATES:
        yield f"states {now}"
    known, guessed = connections.get(first["conn"], ({"client": "UNKNOWN", "server": "UNKNOWN"}, False))
    exchanged = {EXCHANGED[who]: state for who, state in known.items()}
    steps = layer.get("transition", [])
    if len(steps) != len(layer.get("rule", [])):
        yield "not as many rules as transitions"
    may_exchange = guessed and first["roles"] == "handshake"
    if follow(known, steps) != now and not (may_exchange and follow(exchanged, steps) == now):
        yield f"{known} and {steps} do not give {now}"
    connections[first["conn"]] = now, first["roles"] == "guessed"


def follow(known, steps):
    """The states after the steps, or None if a step starts from elsewhere."""
    result = dict(known)
    for step in steps:
        who, before, after = STEP.fullmatch(step).groups()
        if result[who] != before:
            return None
        result[who] = after
    return result


def phase(first):
    name, both = first["phase"], {first["client.state"], first["server.state"]}
    holds = {
        "open": both <= {"ESTABLISHED", "UNKNOWN"},
        "half-closed": "half_closed" in first and bool(both & (FIN_SENT | OVER | {"CLOSE-WAIT"})),
        "closing": bool(both & (FIN_SENT | OVER | {"CLOSE-WAIT"})),
        "half-open": "half_open" in first,
        "closed": both <= OVER | {"LAST-ACK", "CLOSING"},
        "reset": bool(both & OVER),
        "opening": both != {"ESTABLISHED"},
    }
    if not holds.get(name, False):
        yield f"phase {name} with {sorted(both)}"


def reset(first, layer):
    parts = [part for part in ("cause", "confidence", "kind", "effect", "explanation") if "rst." + part in first]
    if len(parts) not in (0, 5):
        yield f"only {parts} of a RST"
    rejected = first.get("rst.effect") in ("challenged", "ignored")
    # a reply may prove that an earlier one had been accepted
    if rejected and first["rst.kind"] != "reply" and "transition" in layer:
        yield f"a RST that was {first['rst.effect']}: {layer['transition']}"
    if ("rst.trigger" in first) != (first.get("rst.kind") == "reply"):
        yield "a reply, and nothing else, has a trigger"


def half_open(first, number):
    for part in ("gone", "duration", "attempts", "lost_bytes"):
        if ("half_open" in first) != ("half_open." + part in first):
            yield f"half_open and half_open.{part} do not come together"
    # A capture that begins after the last sign of life does not show it.
    if "half_open.since" in first and "half_open" not in first:
        yield "half_open.since without half_open"
    if "half_open.since" in first and int(first["half_open.since"]) > number:
        yield "half-open since a later frame"


def sentences(first, layer):
    if ("event" in layer) != ("summary" in layer):
        yield "an event has a summary, and nothing else has one"
    if len(set(layer.get("event", []))) != len(layer.get("event", [])):
        yield "an event twice"


def hindsight(layer, number, events):
    first = {name: values[0] for name, values in layer.items()}
    if "half_open.discovered_in" in first:
        there = int(first["half_open.discovered_in"])
        if "half-open-confirmed" not in events.get((first["conn"], there), ()):
            yield f"discovered in {there}, which says nothing of it"
    for name in ("half_open.recovered_in", "half_closed.ended_in", "rst.contradicted_in"):
        if name in first and "copy_of" not in first and int(first[name]) < number:     # a copy of a RST repeats what it told
            yield f"{name} {first[name]} is in the past"
    if "half_closed.ended_by" in first and "half_closed" not in first:
        yield "half_closed.ended_by without half_closed"
    if "half_closed.ended_in" in first and "half_closed.ended_by" not in first:
        yield "half_closed.ended_in without half_closed.ended_by"
