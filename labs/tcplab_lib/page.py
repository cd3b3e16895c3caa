# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of an experiment: what `tcpstate report` makes of it, with the kernel's states beside the inferred ones."""

import json
import shutil
import subprocess

from shark import CHECKOUT

from .namespaces import Missing
from .show import ENDS, frames_with_states

BUILT = CHECKOUT / "build/release/bin/tcpstate"
DATA = '<script type="application/json" id="capture">'


def program():
    found = BUILT if BUILT.exists() else shutil.which("tcpstate")
    if not found:
        raise Missing("no program tcpstate: install the package, or let ./run build it")
    return found


def write(folder, captures, account, name):
    """The page's file name. The captures are in the order of the path, the client's first."""
    page = folder / f"{name}.html"
    done = subprocess.run([program(), "report", *(folder / each for each in captures), "-o", page], capture_output=True, text=True)
    if done.returncode:
        raise Missing(done.stderr.strip() or "tcpstate report failed")
    truth = json.dumps({"source": "the kernel"} | states_of(account))
    text = page.read_text()
    page.write_text(text.replace(DATA, f'<script type="application/json" id="truth">{truth}</script>\n{DATA}', 1))
    return page.name


def states_of(account):
    """[client, server] behind each frame; and behind what happened to an end after it, before the next frame."""
    frames, between, later = {}, {}, {}
    for record in account.states("client"):
        if record["relation"] == "between":
            later.setdefault((record["frame"], record["connection"]), {})[record["end"]] = record["new"]
    for frame, connection, pair in frames_with_states(account, "client"):
        if not pair:
            continue
        frames[frame.number] = pair
        if changed := later.get((frame.number, connection)):
            between[frame.number] = [changed.get(end, state) for end, state in zip(ENDS, pair)]
    return {"frames": frames, "between": between}
