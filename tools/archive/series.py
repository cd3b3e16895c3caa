# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds captures, and tells from their names which of them one capture point wrote one after the other."""
import fnmatch
import glob
import os
import re

from . import Failure

EXTENSION = re.compile(r"\.(pcapng|pcap|cap|ntar|dmp|snoop|erf|trc)\d*(\.(gz|zst|lz4))?$", re.IGNORECASE)
MAGIC = (b"\n\r\r\n", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
# What differs between the files of one series: date and time, and a number behind a separator
# (dumpcap: NAME_00001_20240131235959, tcpdump -C: NAME.pcap7, tcpdump -G and others: a date anywhere).
DATE = re.compile(r"(?<!\d)(19|20)\d\d[-_.]?(0\d|1[0-2])[-_.]?[0-3]\d"
                  r"([-_.T ]?[0-2]\d[-_.:h]?[0-5]\d([-_.:m]?[0-5]\ds?)?([.,]\d+)?)?(Z|[+-]\d{4})?(?!\d)")
COUNTER = re.compile(r"[-_.+ ]\d+$")
SEPARATORS = "-_.+ "


def point_of(path):
    """The name of the capture point: the path without what tells the files of one series apart."""
    folder, name = os.path.split(path)
    name = DATE.sub("", EXTENSION.sub("", name)).strip(SEPARATORS)
    while COUNTER.search(name):
        name = COUNTER.sub("", name).strip(SEPARATORS)
    if name.isdigit():
        name = ""
    parts = [DATE.sub("", part).strip(SEPARATORS) if DATE.search(part) else part for part in folder.split(os.sep)]
    return os.sep.join(part for part in ["", *filter(None, parts), name or "*"])


def natural(path):
    """Sorts 2 before 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)]


def looks_like_capture(path):
    if EXTENSION.search(path):
        return True
    try:
        if not os.path.isfile(path):
            return False
        with open(path, "rb") as file:
            return file.read(4) in MAGIC
    except OSError:
        return False


def find(arguments, excluded):
    """All captures that the arguments name, and what could not be looked into: paths, [(path, reason)]."""
    found, unreadable = {}, []

    def add(path):
        path = os.path.realpath(path)
        if path not in excluded:
            found[path] = True

    def look_into(folder):
        def note(error):
            unreadable.append((os.path.realpath(error.filename), error.strerror))
        for at, folders, names in os.walk(folder, onerror=note):
            folders.sort()
            for name in sorted(names):
                if looks_like_capture(os.path.join(at, name)):
                    add(os.path.join(at, name))

    for argument in arguments:
        if os.path.isdir(argument):
            look_into(argument)
            continue
        matches = [argument] if os.path.lexists(argument) else sorted(glob.glob(argument, recursive=True))
        if not matches:
            raise Failure(f"no such file, folder or pattern: {argument}")
        for match in matches:
            if os.path.isdir(match):
                look_into(match)
            else:
                add(match)
    return sorted(found, key=natural), unreadable


def day_of(path):
    """2024-01-31, from a date in the name of the file or of a folder; None without one."""
    for part in reversed(path.split(os.sep)):
        if found := DATE.search(part):
            digits = re.sub(r"\D", "", found[0])
            return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return None


class Points:
    """Names capture points: as --point says, else by the names of the files. With `daily`, each day is one of its own."""

    def __init__(self, given, daily=False):
        self.given, self.daily = [], daily
        for text in given:
            name, equals, pattern = text.partition("=")
            if not equals or not name or not pattern:
                raise Failure(f"--point {text}: NAME=PATTERN is wanted")
            self.given.append((name, pattern))

    def __getitem__(self, path):
        day = day_of(path) if self.daily else None
        return f"{self._point(path)} {day}" if day else self._point(path)

    def _point(self, path):
        for name, pattern in self.given:
            if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, os.path.join(os.path.realpath("."), pattern)) \
                    or fnmatch.fnmatch(os.path.basename(path), pattern):
                return name
        return point_of(path)
