# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder of captures and truth. With sudo, what is made there belongs to the user who called it."""

import os
import pathlib
import pwd

import captures

from . import page
from .namespaces import Missing


class Output:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.owner = None
        if os.geteuid() == 0 and "SUDO_UID" in os.environ:
            self.owner = int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"])
        self.make(self.folder / "truth")
        for path in (self.folder, self.folder / "truth"):
            if not os.access(path, os.W_OK):
                raise Missing(f"cannot write into {path}, which belongs to {owner_of(path)}: choose another folder with --out")

    def make(self, folder):
        """As mkdir -p; a folder that exists keeps its owner."""
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        try:
            for path in reversed(missing):
                path.mkdir()
                self.hand_over(path)
        except OSError as error:
            raise Missing(f"cannot make {folder}: {error.strerror}") from error

    def hand_over(self, path):
        if self.owner:
            os.chown(path, *self.owner)

    def save(self, account, path, item, report):
        """The names of the files written, with the page if it is wanted. The server's capture is kept where the path did something
        to packets, or might have."""
        names = []
        if account.lab.passing:
            names.append(f"{item.name}.middle.pcapng")
            self.write_capture(names[-1], account.lab.passing, item, "on all interfaces of the middle", item.snap)
        views = {"client": "", "server": ".server"} if path.eventful else {"client": ""}
        for view, infix in views.items():
            names += [f"{item.name}{infix}.pcapng", f"truth/{item.name}{infix}.truth.jsonl"]
            self.write_capture(names[-2], account.ends[view], item, f"at the {view}")
            account.write(self.folder / names[-1], view)
        if path.eventful:
            names.append(f"truth/{item.name}.path.json")
            path.write(self.folder / names[-1])
        if report:
            names.append(page.write(self.folder, [f"{item.name}{infix}.pcapng" for infix in views.values()], account, item.name))
        for name in names:
            self.hand_over(self.folder / name)
        return names

    def write_capture(self, name, end, item, where, snap=None):
        frames = [(f.time, f.outgoing, f.bytes, f.interface) for f in end.frames]
        interfaces = list(dict.fromkeys(f.interface for f in end.frames)) or ["eth0"]
        captures.write_pcapng(self.folder / name, frames, f"tcplab run {item.name}: {item.title} (seen {where})", interfaces,
                              snap=snap)


def owner_of(path):
    number = path.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
