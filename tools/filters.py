#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints docs/filters.md from the tables of the core. `cmake --build build/release --target docs` writes it."""
from tables import resets_that_matter, tables

HEAD = """# Filter reference

Every field, event, cause and rule of tcpstate, and every column of its table of connections. This page is generated from
the tables in `src/` by `tools/filters.py`; a test fails when it is stale.

A field is present only where its column *when* says so: `tcpstate.half_open` alone is a filter. Fields marked **2nd
pass** depend on later frames: they exist in the Wireshark window and in `tshark -2`, and are absent in a plain `tshark`
run. All others are the same everywhere.

The order is that of the tree *TCP State* in the packet details. The first field of a subtree is its title; on packets
without it, the others stand in the tree itself. Filters do not depend on where a field stands.
"""

EVENTS = """Each is a value of `tcpstate.event` and an expert info (Analyze > Expert Information, `tshark -z expert`) with
a filter of its own."""

CAUSES = """Values of `tcpstate.rst.cause`. The first row that the evidence supports is the cause; later rows that it supports
too are named in `tcpstate.rst.explanation`, with what the last column has. The confidence is that of a case without doubt;
it is lowered to `possible` when the TTL or hop limit differs within the tolerance, and when a foreign RST is known by its
numbers alone. Causes that matter: `{matter}`. [Kind, effect and cause of a RST](contract.md#6-rst-kind-effect-cause)."""

RULES = """Every change of state, as `tcpstate.rule` names it: what a segment shows of an endpoint (the *cue*, in the notation
of RFC 9293 figure 5) moves it from one state to another. [The picture and what it means](state-machine.md)."""

COLUMNS = """What `tshark -q -z tcpstate,connections,tsv` (or `json`) prints of each connection, in this order, and what the database of
an archive stores. A cell is empty (`null`) where there is nothing to say. Durations and times are in seconds, times since the
epoch; `bytes` are counts of up to 64 bits. `-z tcpstate,connections,columns` prints this table for programs."""


def cell(text):
    return text.replace("|", "\\|")


def print_table(title, lead, columns, rows):
    print(f"\n## {title}\n")
    if lead:
        print(lead + "\n")
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def field_rows(rows):
    for name, _label, type_, when, help_, pass_, several, subtree in rows:
        notes = (", several" if several == "several" else "") + (", **2nd pass**" if pass_ == "hindsight" else "")
        yield f"`{name}`", type_ + notes, cell(when), cell(help_), subtree


def event_rows(rows):
    for name, severity, summary, source in rows:
        yield f"`{name}`", severity, f"`tcpstate.expert.{name.replace('-', '_')}`", cell(summary), cell(source)


def cause_rows(rows):
    for name, confidence, event, because, lookalikes in rows:
        yield f"`{name}`", confidence, f"`{event}`" if event else "", cell(because), cell(lookalikes)


def main():
    rows = tables()
    print(HEAD, end="")
    print_table("Fields", "", ("field", "type", "when", "meaning", "subtree"), field_rows(rows["field"]))
    print_table("Events", EVENTS, ("event", "severity", "filter", "meaning", "source"), event_rows(rows["event"]))
    print_table("Causes of RSTs", CAUSES.format(matter=resets_that_matter(rows)[1]),
                ("cause", "confidence", "event", "because", "looks the same on the wire"), cause_rows(rows["cause"]))
    print_table("Columns of the table of connections", COLUMNS, ("column", "type", "meaning"),
                ((f"`{name}`", type_, cell(help_)) for name, type_, help_ in rows["column"]))
    print_table("Rules", RULES, ("from", "cue", "to", "basis", "rule"), (map(cell, row) for row in rows["rule"]))


if __name__ == "__main__":
    main()
