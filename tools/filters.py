#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints docs/filters.md from the tables of the core."""
import os
import pathlib
import subprocess

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PLUGINS = pathlib.Path(os.environ.get("TCPSTATE_PLUGINS") or CHECKOUT / "build/release/plugins")

HEAD = """# Filter reference

Every field and event of tcpstate. This page is generated from the tables in `src/` by `tools/filters.py`; a test fails
when it is stale.

A field is present only where its column *when* says so: `tcpstate.half_open` alone is a filter. Fields marked **2nd
pass** depend on later frames: they exist in the Wireshark window and in `tshark -2`, and are absent in a plain `tshark`
run. All others are the same everywhere.
"""


def cell(text):
    return text.replace("|", "\\|")


def main():
    print(HEAD)
    rows = [line.split("\t") for line in
            subprocess.run([PLUGINS.parent / "field_table"], capture_output=True, text=True, check=True).stdout.splitlines()]
    print("## Fields\n\n| field | type | when | meaning |\n|---|---|---|---|")
    for kind, name, _label, type_, when, help_, pass_, several in [row for row in rows if row[0] == "field"]:
        notes = (", several" if several == "several" else "") + (", **2nd pass**" if pass_ == "hindsight" else "")
        print(f"| `{name}` | {type_}{notes} | {cell(when)} | {cell(help_)} |")
    print("\n## Events\n\nEach is a value of `tcpstate.event` and an expert info (Analyze > Expert Information, `tshark -z expert`) with a "
          "filter of its own.\n\n| event | severity | filter | meaning | source |\n|---|---|---|---|---|")
    for kind, name, severity, summary, source in [row for row in rows if row[0] == "event"]:
        print(f"| `{name}` | {severity} | `tcpstate.expert.{name.replace('-', '_')}` | {cell(summary)} | {cell(source)} |")
    print("\n## Rules\n\nThe whole state machine, as `tcpstate.rule` names it.\n\n| from | to | rule |\n|---|---|---|")
    for kind, old, new, why in [row for row in rows if row[0] == "rule"]:
        print(f"| {old} | {new} | {cell(why)} |")


if __name__ == "__main__":
    main()
