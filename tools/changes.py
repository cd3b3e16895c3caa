#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CHANGELOG.md as others want it: changes.py debian VERSION CONTACT prints Debian's changelog for the package."""
import datetime
import pathlib
import re
import sys
import textwrap

CHANGELOG = pathlib.Path(__file__).resolve().parent.parent / "CHANGELOG.md"
HEADING = re.compile(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", re.M)


def sections():
    """(version, date, text) of each release, the newest first."""
    _, *parts = HEADING.split(CHANGELOG.read_text())
    return list(zip(parts[::3], parts[1::3], (text.strip() for text in parts[2::3])))


def debian(package_version, contact):
    """Of every release; the newest one is `package_version`, which says for which Wireshark the package is."""
    entries = []
    for place, (version, date, text) in enumerate(sections()):
        items = re.split(r"^- ", re.sub(r"\s*\n +", " ", text.replace("`", "")), flags=re.M)[1:]
        told = "\n".join(textwrap.fill(item.strip(), 78, initial_indent="  * ", subsequent_indent="    ") for item in items)
        stamp = datetime.datetime.fromisoformat(date).strftime("%a, %d %b %Y 12:00:00 +0000")
        entries.append(f"tcpstate ({package_version if place == 0 else version + '-1'}) stable; urgency=medium\n\n{told}\n\n"
                       f" -- {contact}  {stamp}\n")
    return "\n".join(entries)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] != "debian":
        sys.exit(__doc__)
    print(debian(*sys.argv[2:]), end="")
