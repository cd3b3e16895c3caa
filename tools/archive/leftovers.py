# SPDX-License-Identifier: GPL-2.0-or-later
"""Temporary files of a run that was killed are removed by the next one: their names tell whose they are."""
import contextlib
import os
import pathlib
import shutil
import tempfile

NAME = "tcpstate-archive-"


def prefix():
    return f"{NAME}{os.getpid()}-"


def remove():
    for path in pathlib.Path(tempfile.gettempdir()).glob(NAME + "[0-9]*-*"):
        number = path.name[len(NAME):].partition("-")[0]
        with contextlib.suppress(OSError):
            if number.isdigit() and not os.path.exists(f"/proc/{number}") and path.stat().st_uid == os.geteuid():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
