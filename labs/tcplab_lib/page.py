# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of an experiment: what `tcpstate report` makes of it, with the kernel's states beside the inferred ones."""

import json
import re
import shutil
import subprocess
import sys

from shark import CHECKOUT, default_plugins

from .namespaces import Missing
from .show import ENDS, frames_with_states

DATA = '<script type="application/json" id="capture">'
ELEMENT = re.compile(r'<script type="application/json" id="([a-z0-9-]+)">(.*?)</script>', re.S)


def program():
    """The one built beside the plugin, or the installed one; a checkout without either builds it."""
    built = default_plugins().parent / "bin/tcpstate"
    if built.exists():
        return built
    if installed := shutil.which("tcpstate"):
        return installed
    if (CHECKOUT / "CMakeLists.txt").exists():
        subprocess.run([CHECKOUT / "tools/build-program"], stdout=sys.stderr)
    if not built.exists():
        raise Missing("no program tcpstate: install the package, or build it (tools/build-program)")
    return built


def html(*arguments):
    done = subprocess.run([program(), "report", "-o", "-", *arguments], capture_output=True, encoding="utf-8")
    if "</html>" not in done.stdout:    # also of a damaged capture there is a page
        raise Missing(done.stderr.strip() or "tcpstate report failed")
    return done.stdout


def data_of(text):
    """What is in a page: the capture, and its connections in their order."""
    elements = {name: json.loads(data) for name, data in ELEMENT.findall(text)}
    capture = elements.pop("capture")
    stories = {int(conn): story for chunk in elements.values() for conn, story in chunk.items()}
    return capture, [stories[conn] for conn in sorted(stories) if "frame" in stories[conn]]


def write(folder, captures, account, name):
    """The page's file name. The captures are in the order of the path, the client's first."""
    truth = json.dumps({"source": "the kernel"} | states_of(account))
    text = html(*(folder / each for each in captures))
    page = folder / f"{name}.html"
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
