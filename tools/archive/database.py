# SPDX-License-Identifier: GPL-2.0-or-later
"""The result: an SQLite database that is whole after every transaction. Its tables are described in docs/archives.md."""
import bisect
import collections
import contextlib
import fcntl
import gzip
import io
import itertools
import os
import sqlite3
import time

from . import Failure, schema

APPLICATION = 0x74637073    # "tcps"
VERSION = 2

# One line of `pair` for all connections of the same two sockets, whoever of them is the client.
CLIENT, SERVER = (f"{end} || ' ' || {end}_port" for end in ("client", "server"))
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, point TEXT NOT NULL, position INTEGER,
    size INTEGER, modified_ns INTEGER, made_by TEXT, packets INTEGER, frames_before INTEGER NOT NULL,
    start_ns INTEGER, end_ns INTEGER, connections INTEGER, seconds REAL, cpu REAL, memory_kib INTEGER, worker TEXT);
CREATE TABLE errors (
    id INTEGER PRIMARY KEY, path TEXT, stage TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, time TEXT NOT NULL,
    point TEXT);
"""
CONNECTIONS = f"""
CREATE TABLE connections (
    id INTEGER PRIMARY KEY, point TEXT NOT NULL, file INTEGER NOT NULL, last_file INTEGER NOT NULL, joined INTEGER NOT NULL,
    %s, pair TEXT AS (min({CLIENT}, {SERVER}) || ' ' || max({CLIENT}, {SERVER})) VIRTUAL)"""

# Filling a table without them, and making them at the end, is twice as fast.
INDICES = {
    "connections_by_outcome": "connections (outcome, start)", "connections_by_cause": "connections (rst_cause, start)",
    "connections_by_client": "connections (client, start)", "connections_by_start": "connections (start)",
    "connections_by_server": "connections (server, server_port, start)",
    "connections_by_frame": "connections (point, first_frame)"}

# Problems that another attempt may not have: such a file is not done.
PASSING = ("unreadable", "failed")


class Database:
    """Use it in a `with` statement. Every method is one transaction."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        try:
            self._lock()
            self._open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in "connection", "guard":
            with contextlib.suppress(AttributeError, sqlite3.Error, OSError):
                getattr(self, name).close()
        with contextlib.suppress(AttributeError, OSError):
            if self.mine:
                os.unlink(self.path + "-lock")

    def _lock(self):
        """One run at a time. Readers may look at the database all the while."""
        self.mine = False
        try:
            self.guard = open(self.path + "-lock", "w")
            fcntl.flock(self.guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"another run is writing into {self.path}") from None
        except OSError as error:
            raise Failure(f"cannot write {self.path}: {error.strerror}") from None
        self.mine = True

    def _open(self):
        existed = os.path.exists(self.path) and os.path.getsize(self.path) > 0
        with self.words():
            self.connection = sqlite3.connect(self.path, isolation_level=None, timeout=60)
            application, version = self.one("PRAGMA application_id"), self.one("PRAGMA user_version")
            self.execute("PRAGMA cache_size = -65536")
            if existed and application != APPLICATION:
                raise Failure(f"{self.path} is there already and is not a result of this tool")
            if existed and version != VERSION:
                raise Failure(f"{self.path} is the result of another version of this tool: choose another --out")

    @contextlib.contextmanager
    def words(self):
        """Turns what SQLite raises into one line."""
        try:
            yield
        except sqlite3.Error as error:
            if "not a database" in str(error):
                raise Failure(f"{self.path} is there already and is not a result of this tool") from None
            raise Failure(f"cannot write {self.path}: {error}; what was written before is whole, and the same command "
                          "goes on from there") from None

    @contextlib.contextmanager
    def transaction(self):
        with self.words():
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.execute("ROLLBACK")
                raise

    def execute(self, *arguments):
        return self.connection.execute(*arguments)

    def one(self, *arguments):
        row = self.execute(*arguments).fetchone()
        return row and row[0]

    # What is there before a run.

    def made_by(self):
        """The program that `prepare` was told of; None for a new database."""
        if self.one("SELECT count(*) FROM sqlite_master WHERE name = 'meta'"):
            return self.one("SELECT value FROM meta WHERE name = 'made_by'")

    def prepare(self, columns, made_by):
        """The tables, for these columns of the program. False when the database is of a program with other columns."""
        if self.made_by():
            if self.columns() != columns:
                return False
            with self.words():
                self.execute("UPDATE meta SET value = ? WHERE name = 'made_by'", (made_by,))
            return True
        typed = ", ".join(f"{name} {type_}" for name, type_, _ in schema.stored(columns))
        with self.transaction():
            for statement in TABLES.split(";\n"):
                self.execute(statement)
            self.execute(CONNECTIONS % typed)
            self.execute("CREATE INDEX connections_by_file ON connections (file)")
            self.execute("INSERT INTO meta VALUES ('columns', ?), ('state', 'incomplete'), ('made_by', ?)",
                         (schema.pack(columns), made_by))
            self.execute(f"PRAGMA application_id = {APPLICATION}")
            self.execute(f"PRAGMA user_version = {VERSION}")
        return True

    def is_complete(self):
        return self.one("SELECT value FROM meta WHERE name = 'state'") == "complete"

    def columns(self):
        """[(name, type)] as the program said."""
        return schema.unpack(self.one("SELECT value FROM meta WHERE name = 'columns'"))

    def files(self):
        """{path: (point, (size, modified_ns, made_by))} of the files that were read."""
        return {path: (point, tuple(rest)) for path, point, *rest in
                self.execute("SELECT path, point, size, modified_ns, made_by FROM files")}

    def torn_points(self):
        """Those of which some files were gone when others came."""
        return {point for point, in self.execute("SELECT point FROM errors WHERE kind = 'gone'")}

    # A run.

    def begin(self, bytes_to_read):
        """So many bytes are to be read. Where that is most of all, indices are made anew at the end."""
        with self.transaction():
            self.execute("UPDATE meta SET value = 'incomplete' WHERE name = 'state'")
            if bytes_to_read > self.one("SELECT coalesce(sum(size), 0) FROM files"):
                for name in INDICES:
                    self.execute(f"DROP INDEX IF EXISTS {name}")

    def finish(self):
        with self.transaction():
            for name, what in INDICES.items():
                self.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")
            self.execute("UPDATE meta SET value = 'complete' WHERE name = 'state'")
        with self.words():      # the planner learns which index is worth it
            self.execute("PRAGMA analysis_limit = 1000")
            self.execute("ANALYZE")

    def _error(self, point, path, stage, kind, message):
        self.execute("INSERT INTO errors (path, stage, kind, message, time, point) VALUES (?, ?, ?, ?, ?, ?)",
                     (path, stage, kind, message, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()), point))

    def note_unreadable(self, folders, captures):
        """What this run could not look into: [(path, reason)]."""
        with self.transaction():
            self.execute("DELETE FROM errors WHERE stage = 'find'")
            for path, reason in folders:
                self._error(None, path, "find", "unreadable", reason)
            for path, reason in captures:
                self.execute("DELETE FROM errors WHERE path = ? AND stage = 'read'", (path,))
                self._error(None, path, "read", "unreadable", reason)

    def note_failure(self, point, read, message):
        """Of files that were to be read as one: what is known of them from before stays."""
        with self.transaction():
            self.execute("DELETE FROM errors WHERE point = ? AND kind = 'failed'", (point,))
            if len(read) == 1:
                self._error(point, *read, "read", "failed", message)
            else:
                self._error(point, None, "read", "failed", f"{point}: {message}")

    def _forget(self, file):
        self.execute("DELETE FROM connections WHERE file = ?", (file,))
        self.execute("DELETE FROM files WHERE id = ?", (file,))

    def replace(self, point, read, kept, result):
        """What was read of the files of a point, {path: (size, modified_ns)}, replaces all that is known of it but for the kept
        files: what goes on from those begins anew. Returns how many of the files need not be read again."""
        with self.transaction():
            self.execute("DELETE FROM errors WHERE point = ?", (point,))
            newest = self.one("SELECT coalesce(max(id), 0) FROM files")
            ids = collections.defaultdict(itertools.count(newest + 1).__next__)     # files that are known keep theirs
            ids.update(self.execute("SELECT path, id FROM files WHERE point = ?", (point,)))
            for path in ids.keys() - set(kept):
                self._forget(ids[path])
            for path in read:       # it may have been another's, or unreadable
                self.execute("DELETE FROM errors WHERE path = ? AND stage = 'read'", (path,))
                self._forget(self.one("SELECT id FROM files WHERE path = ?", (path,)))
            if not read:
                return 0
            if kept:
                self._error(point, next(iter(result["files"])), "order", "gone",
                            "files that were read before are gone: connections that go on from those into newer ones are two rows")
            return self._add(point, read, ids, result)

    def _add(self, point, read, ids, result):
        for path, own in result["files"].items():
            if own["problem"]:
                self._error(point, path, "read", *own["problem"])
            elif read[path][0] == 0:
                self._error(point, path, "read", "empty", "no bytes in it")
        done = {path: own for path, own in result["files"].items() if not (own["problem"] and own["problem"][0] in PASSING)}
        edges = self._insert_files(point, done, read, ids, result)
        with lines(result["rows"]) as rows:
            self._insert_rows(point, edges, rows)
        self.execute("UPDATE files SET connections = (SELECT count(*) FROM connections WHERE file = files.id) WHERE point = ?", (point,))
        return len(done)

    def _insert_files(self, point, files, read, ids, result):
        """`files` is in the order in which they were read. Returns [(frames before it, id)]."""
        position, before = self.execute("SELECT count(*), coalesce(max(frames_before + packets), 0) FROM files WHERE point = ?",
                                        (point,)).fetchone()
        packets, edges, latest = max(1, sum(own["packets"] for own in files.values())), [], None
        for path, own in files.items():
            share = own["packets"] / packets
            self.execute(
                "INSERT INTO files (id, path, point, position, size, modified_ns, made_by, packets, frames_before, start_ns, end_ns, "
                "seconds, cpu, memory_kib, worker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (ids[path], path, point, position, *read[path], result["made_by"], own["packets"], before, own["start_ns"],
                 own["end_ns"], result["seconds"] * share, result["cpu"] * share, result["kib"], result["worker"]))
            edges.append((before, ids[path]))
            position, before = position + 1, before + own["packets"]
            if own["start_ns"] is None:
                continue
            # Clocks are set, and packets of two queues are written a little out of order: that is no overlap.
            if latest and latest[0] - own["start_ns"] > 10 ** 9:
                self._error(point, path, "order", "overlap", f"begins {(latest[0] - own['start_ns']) / 1e9:.1f} s before the end of "
                            f"{latest[1]}, and both count as one series ({point}), one behind the other: are they two capture "
                            "points? (--point)")
            latest = max(latest or (own["end_ns"], path), (own["end_ns"], path))
        return edges

    def _insert_rows(self, point, edges, rows):
        columns = self.columns()
        names = [name for name, _ in columns]
        first, last = names.index("first_frame"), names.index("last_frame")
        if next(rows, "") != "\t".join(names) + "\n":
            raise Failure("tcpstate printed another table than it said")
        befores = [before for before, _ in edges]
        move = schema.mover(columns, befores[0] if edges else 0)

        def file_at(frame):
            return edges[bisect.bisect_left(befores, int(frame)) - 1][1]

        def records():
            for line in rows:
                cells = move(schema.cells(line))
                yield [*cells, file_at(cells[first]), file_at(cells[last]), point]
        stored = list(schema.stored(columns))
        file, last_file, point_number = (f"?{len(names) + number}" for number in (1, 2, 3))
        self.connection.executemany(
            f"INSERT INTO connections (point, file, last_file, joined, {', '.join(name for name, _, _ in stored)}) "
            f"VALUES ({point_number}, {file}, {last_file}, {file} <> {last_file}, {', '.join(value for *_, value in stored)})", records())


def lines(rows):
    """Of a file, or of one that was packed to be sent."""
    if isinstance(rows, bytes):
        rows = gzip.GzipFile(fileobj=io.BytesIO(rows))
    return io.TextIOWrapper(rows, encoding="utf-8", newline="\n")
