# SPDX-License-Identifier: GPL-2.0-or-later
"""The README of a folder of captures, made from the declarations."""

import os

from .scenario import catalogue


def write(folder):
    lines = ["# Sample captures", "",
             "Real packets of the real Linux TCP stack, recorded by `labs/tcplab` in network namespaces, at the client",
             "(`.server.pcapng`: the same experiment, seen at the server; `.middle.pcapng`: on all interfaces between them). The",
             "kernel's own account of each lies in `truth/`, and so does the middle's, of what it did to packets (described in",
             "[labs/TRUTH.md](../labs/TRUTH.md)). This page is generated: `labs/tcplab run --all --out sample_pcaps --index` makes",
             "everything here anew.", ""]
    topic = None
    for item in catalogue().values():
        if not os.path.exists(f"{folder}/{item.name}.pcapng"):
            continue
        if item.topic != topic:
            topic = item.topic
            lines += ["", f"## {topic.replace('_', ' ').capitalize()}", "",
                      "| capture | what happens | what it shows | made by |", "|---|---|---|---|"]
        others = [view for view in ("server", "middle") if os.path.exists(f"{folder}/{item.name}.{view}.pcapng")]
        links = "".join(f", [{view}]({item.name}.{view}.pcapng)" for view in others)
        lines.append(f"| [{item.name}]({item.name}.pcapng){links} | {item.title} | {item.shows} | "
                     f"`labs/tcplab run {item.name}` |")
    path = f"{folder}/README.md"
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return path
