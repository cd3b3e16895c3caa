#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints docs/state-machine.dot, the state machine of an observed endpoint, from the table of rules. `neato -n2` draws it.

States stand where figure 5 of RFC 9293 has them, and the arrows are bent here: Graphviz's own layouts move every state
when one rule changes. A new rule gets its arrow without a change here, a new state needs a place.
"""
import collections
import hashlib
import html
import math

from tables import tables

# Centres of the states, in points from the top left corner.
PLACES = {"UNKNOWN": (410, 70), "LISTEN": (130, 70), "SYN-RECEIVED": (130, 210), "SYN-SENT": (690, 210),
          "ESTABLISHED": (410, 360), "FIN-WAIT-1": (130, 500), "CLOSE-WAIT": (690, 500), "FIN-WAIT-2": (130, 650),
          "CLOSING": (410, 650), "LAST-ACK": (690, 650), "TIME-WAIT": (270, 800), "CLOSED": (690, 800)}
HALF_WIDTH, HALF_HEIGHT, HEIGHT = 54, 17, 1000
ARROW = 9
OTHERS = 450, (777, 830)        # x and y of "every state but ..."
TITLE = 410, 20
KEY_AT = 110, 868

# Arrows that would lead through a state: how far the middle stands to the left of the straight line.
BENDS = {("SYN-RECEIVED", "CLOSE-WAIT"): -100, ("SYN-SENT", "CLOSED"): 105, ("CLOSED", "SYN-SENT"): -165}
# Labels that would stand on another arrow in the middle of their own: where on it they stand instead.
LABELS = {("UNKNOWN", "ESTABLISHED"): 0.18, ("SYN-RECEIVED", "CLOSE-WAIT"): 0.65, ("CLOSED", "SYN-SENT"): 0.6,
          ("CLOSED", "ESTABLISHED"): 0.6, ("CLOSE-WAIT", "CLOSING"): 0.6, ("SYN-SENT", "ESTABLISHED"): 0.6,
          ("ESTABLISHED", "SYN-RECEIVED"): 0.35}
APART = 46, 100                 # arrows between the same two states: one above the other, side by side

# Figure 5 of RFC 9293 without its timeouts, which no segment shows. UNKNOWN stands for CLOSED and LISTEN there.
FIGURE_5 = {("UNKNOWN", "SYN-SENT"), ("UNKNOWN", "SYN-RECEIVED"), ("SYN-SENT", "SYN-RECEIVED"),
            ("SYN-SENT", "ESTABLISHED"), ("SYN-RECEIVED", "ESTABLISHED"), ("SYN-RECEIVED", "LISTEN"),
            ("SYN-RECEIVED", "FIN-WAIT-1"), ("ESTABLISHED", "FIN-WAIT-1"), ("ESTABLISHED", "CLOSE-WAIT"),
            ("FIN-WAIT-1", "FIN-WAIT-2"), ("FIN-WAIT-1", "CLOSING"), ("FIN-WAIT-2", "TIME-WAIT"),
            ("CLOSING", "TIME-WAIT"), ("CLOSE-WAIT", "LAST-ACK"), ("LAST-ACK", "CLOSED")}

STYLES = {"observed": 'color="black" fontcolor="black" style="solid"',
          "presumed": 'color="#0050a0" fontcolor="#0050a0" style="dashed"',
          "taken back": 'color="#b02800" fontcolor="#b02800" style="dotted" arrowhead="empty"'}
KEY = {"observed": "the endpoint sent this segment",
       "presumed": "follows from a segment sent to the endpoint, until one of its own confirms it",
       "taken back": "a later segment shows that the presumed change did not happen"}
MANY = 5                        # what so many states do alike is drawn once


def sort_out(rules):
    """What single states do: (from, to, basis) -> cues. What most do: (cue, to, basis) -> the states that do not."""
    alike, single = collections.defaultdict(set), collections.defaultdict(list)
    for old, cue, new, basis, _why in rules:
        alike[cue, new, basis].add(old)
    for old, cue, new, basis, _why in rules:
        if len(alike[cue, new, basis]) < MANY:
            single[old, new, basis].append(cue)
    others = {key: [s for s in PLACES if s not in states] for key, states in alike.items() if len(states) >= MANY}
    return single, others


def border(place, towards, margin):
    """Where a line from the centre of a state towards a point leaves it, and where an arrow has its base."""
    dx, dy = towards[0] - place[0], towards[1] - place[1]
    out = min(HALF_WIDTH / abs(dx) if dx else math.inf, HALF_HEIGHT / abs(dy) if dy else math.inf)
    beyond = out + margin / math.hypot(dx, dy)
    return [place[i] + (dx, dy)[i] * out for i in (0, 1)], [place[i] + (dx, dy)[i] * beyond for i in (0, 1)]


def arrow(start, end, bend, label_at):
    """The attributes that say where an arrow between two states and its label are."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    middle = (start[0] + end[0]) / 2 + dy / length * bend * 2, (start[1] + end[1]) / 2 - dx / length * bend * 2
    first, (tip, last) = border(start, middle, 0)[0], border(end, middle, ARROW)
    control = [[a + (m - a) * 2 / 3 for a, m in zip(point, middle)] for point in (first, last)]
    points = first, *control, last
    weights = [math.comb(3, k) * label_at ** k * (1 - label_at) ** (3 - k) for k in range(4)]
    label = [sum(w * p[i] for w, p in zip(weights, points)) for i in (0, 1)]
    return f'pos="e,{at(tip)} {" ".join(map(at, points))}" lp="{at(label)}"'


def straight(start, tip):
    length = math.dist(start, tip)
    last = [t - (t - s) * ARROW / length for s, t in zip(start, tip)]
    points = [[s + (e - s) * k / 3 for s, e in zip(start, last)] for k in range(4)]
    return f'pos="e,{at(tip)} {" ".join(map(at, points))}" lp="{at([(s + e) / 2 for s, e in zip(start, last)])}"'


def at(point):
    return f"{point[0]:.1f},{HEIGHT - point[1]:.1f}"


def bends(single):
    """(from, to, basis) -> bend. Arrows between the same two states keep apart."""
    found, bundles = {}, collections.defaultdict(list)
    for key in single:
        bundles[frozenset(key[:2])].append(key)
    for bundle in bundles.values():
        (x1, _), (x2, _) = (PLACES[state] for state in bundle[0][:2])
        apart = APART[abs(x1 - x2) < HALF_WIDTH]
        for i, key in enumerate(bundle):
            bend = (i - (len(bundle) - 1) / 2) * apart
            found[key] = BENDS.get(key[:2], bend if key[:2] == bundle[0][:2] else -bend)
    return found


def label(cues, basis):
    lines = []
    for cue in cues:
        text = cue + " again" if basis == "taken back" and cue.startswith("snd") else cue
        if len(text) > 18:
            space = min((i for i, c in enumerate(text) if c == " "), key=lambda i: abs(i - len(text) / 2))
            lines += [text[:space], text[space + 1:]]
        else:
            lines.append(text)
    return ('<<table border="0" cellborder="0" cellspacing="0" cellpadding="1" bgcolor="white"><tr><td>'
            + "<br/>".join(map(html.escape, lines)) + "</td></tr></table>>")


def statements(rules):
    single, others = sort_out(rules)
    for state, place in PLACES.items():
        yield f'"{state}" [pos="{at(place)}"]'
    bent = bends(single)
    for key, cues in single.items():
        old, new, basis = key
        width = 1.6 if basis == "taken back" else 2.2 if (old, new) in FIGURE_5 else 1.2
        where_it_is = arrow(PLACES[old], PLACES[new], bent[key], LABELS.get((old, new), 0.5))
        yield f'"{old}" -> "{new}" [{where_it_is} label={label(cues, basis)} {STYLES[basis]} penwidth={width}]'
    x, ys = OTHERS
    for ((cue, new, basis), but), y in zip(others.items(), ys):
        name = "every state but " + ", ".join(but)
        lines = name.replace("but ", "but\\n")
        yield f'"{name}" [pos="{at((x, y))}" label="{lines}" width=2.3 fontsize=11 style=dashed]'
        end = PLACES[new][0] - HALF_WIDTH, (y + PLACES[new][1]) / 2
        yield (f'"{name}" -> "{new}" [{straight((x + 83, y), end)} label={label([cue], basis)} {STYLES[basis]} '
               'penwidth=1.2]')
    yield (f'title [pos="{at(TITLE)}" label="TCP states of one endpoint, as an observer infers them" shape=plaintext '
           'fontsize=16 width=8]')
    x, y = KEY_AT
    for i, (basis, text) in enumerate(KEY.items()):
        y += 22
        yield f'key{i} [pos="{at((x + 320, y))}" shape=plaintext width=7 label="{basis}: {text}\\l" fontsize=12]'
        yield f'key{i} -> key{i} [{straight((x, y), (x + 60, y))} {STYLES[basis]} penwidth=1.6]'
    yield (f'key [pos="{at((x + 320, y + 22))}" shape=plaintext width=7 fontsize=12 '
           'label="thick: a transition of RFC 9293, figure 5; UNKNOWN stands for its CLOSED and LISTEN\\l"]')


def main():
    lines = ['node [shape=box style="rounded,filled" fillcolor=white fontname="Helvetica,Arial,sans-serif" fontsize=13 '
             f'fixedsize=true width={HALF_WIDTH / 36} height={HALF_HEIGHT / 36:.2f}]',
             'edge [fontname="Helvetica,Arial,sans-serif" fontsize=11 arrowsize=0.8]', *statements(tables()["rule"])]
    # Graphviz hands the id on: the picture says what it was made from, whichever version drew it.
    made_from = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    print('digraph "TCP states of one endpoint" {', f'graph [id="made_from_{made_from}"]', *lines, "}", sep="\n")


if __name__ == "__main__":
    main()
