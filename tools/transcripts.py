#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Transcripts in documents: in a fenced block ```console, a line that begins with "$ " is a command, run in a folder that
holds sample_pcaps/; what follows is what it prints. Without argument: say which are no longer true. --update: write
what they print now into the documents (then read the difference)."""
import os
import re
import shutil
import sys

from shark import CHECKOUT, Failure, Shark, default_plugins

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def pages():
    return sorted([*(CHECKOUT / "docs").glob("*.md"), *(CHECKOUT / "labs/handouts").glob("*.md")])


def commands(block):
    """The commands of a block; a backslash at the end of a line joins the next."""
    found = []
    for line in block.splitlines():
        if found and found[-1].endswith("\\"):
            found[-1] += "\n" + line
        elif line.startswith("$ "):
            found.append(line[2:])
    return found


def folder_with_samples(shark):
    samples = shark.folder / "sample_pcaps"
    if not samples.exists():
        shutil.copytree(CHECKOUT / "sample_pcaps", samples)
        shark.give(samples)
    return shark.folder


def with_program(shark):
    """The environment in which `tcpstate` is the program that was built beside the plugin."""
    for part in "bin", "lib":
        if not (shark.folder / part).exists():
            shutil.copytree(default_plugins().parent / part, shark.folder / part)
            shark.give(shark.folder / part)
    return shark.env() | {"PATH": f"{shark.folder / 'bin'}:{os.environ['PATH']}"}


def transcript(shark, block):
    """The block as it is when its commands run now."""
    text = ""
    for command in commands(block):
        done = shark.run("bash", "-c", "exec 2>&1\n" + command, cwd=folder_with_samples(shark), env=with_program(shark))
        text += f"$ {command}\n" + "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
    return text


def stale(shark, page):
    """Pairs (as written, as it is) of the page's blocks that are no longer true."""
    blocks = BLOCK.findall(page.read_text())
    return [(block, now) for block in blocks if (now := transcript(shark, block)) != block]


def main(arguments):
    if arguments not in ([], ["--update"]):
        print("usage: tools/transcripts.py [--update]", file=sys.stderr)
        return 2
    count = 0
    with Shark() as shark:
        shark.check_loaded()
        for page in pages():
            for block, now in stale(shark, page):
                count += 1
                print(f"{page.relative_to(CHECKOUT)}: {commands(block)[0]}")
                if arguments:
                    page.write_text(page.read_text().replace(block, now))
    return 1 if count and not arguments else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"transcripts: {failure}")
