# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the table as -z tcpstate,connections does, with the capture point before it and the file behind it."""
import contextlib
import json
import os
import sys

from . import Failure, schema


def rows(database):
    """Tuples of texts and numbers, in the order of appearance at each point."""
    columns = database.columns()
    printed = [(name + schema.NANOSECONDS if type_ == "time" else name, type_) for name, type_ in columns if type_ != "index"]
    found = database.execute(
        f"SELECT connections.point, files.path, first_frame - frames_before, {', '.join('connections.' + name for name, _ in printed)} "
        "FROM connections JOIN files ON files.id = connections.file ORDER BY connections.point, first_frame, connections.id")
    index = columns.index((schema.index(columns), "index"))
    point, conn = None, 0
    for row in found:
        conn = conn + 1 if row[0] == point else 0
        point = row[0]
        values = []
        for value, (_, type_) in zip(row[3:], printed):
            if value is not None and type_ in ("time", "duration"):
                value = Number(schema.seconds(value) if type_ == "time" else f"{value:.9f}")
            values.append(value)
        values.insert(index, conn)
        yield [point, *values, row[1], row[2]]


class Number(str):
    """Digits that must be printed as they are."""


def names(database):
    return ["point", *(name for name, _ in database.columns()), "file", "file_frame"]


def tsv(database, out):
    out.write("\t".join(names(database)) + "\n")
    for row in rows(database):
        out.write("\t".join("" if value is None else str(value) for value in row) + "\n")


def json_lines(database, out):
    keys = [json.dumps(name) + ":" for name in names(database)]
    for row in rows(database):
        out.write("{" + ",".join(key + (value if isinstance(value, Number) else json.dumps(value, ensure_ascii=False))
                                 for key, value in zip(keys, row)) + "}\n")


def export(database, write, path):
    try:
        with database.words(), _open(path) as out:
            write(database, out)
            out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from None


def _open(path):
    return contextlib.nullcontext(sys.stdout) if path == "-" else open(path, "w", encoding="utf-8")
