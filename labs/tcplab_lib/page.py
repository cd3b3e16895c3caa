# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of an experiment: what `tcpstate report` makes of it, with the kernel's states beside the inferred ones."""

import json
import shutil
import subprocess

from shark import CHECKOUT

from .namespaces import Missing
from .show import frames_with_states

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
    states = {frame.number: pair for frame, pair in frames_with_states(account, "client") if pair}
    truth = json.dumps({"source": "the kernel", "frames": states})
    text = page.read_text()
    page.write_text(text.replace(DATA, f'<script type="application/json" id="truth">{truth}</script>\n{DATA}', 1))
    return page.name
