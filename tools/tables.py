# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables of the core, as the program field_table prints them."""
import collections
import functools
import os
import pathlib
import subprocess

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PLUGINS = pathlib.Path(os.environ.get("TCPSTATE_PLUGINS") or CHECKOUT / "build/release/plugins")


@functools.cache
def tables(build=PLUGINS.parent):
    """Kind of row (field, event, rule, cause, column) -> rows."""
    rows = collections.defaultdict(list)
    printed = subprocess.run([build / "field_table"], capture_output=True, text=True, check=True).stdout
    for line in printed.splitlines():
        kind, *row = line.split("\t")
        rows[kind].append(row)
    return rows


def resets_that_matter(rows):
    """The causes whose event is a warning or worse, and the filter for them. A RST that changed nothing does not matter."""
    loud = {row[0] for row in rows["event"] if row[1] in ("warn", "error")}
    names = [name for name, _confidence, event, *_ in rows["cause"] if event in loud]
    listed = ", ".join(f'"{name}"' for name in names)
    return names, f'tcpstate.rst.cause in {{{listed}}} && !(tcpstate.rst.effect in {{"challenged", "ignored"}})'
