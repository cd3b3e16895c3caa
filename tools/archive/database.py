# SPDX-License-Identifier: GPL-2.0-or-later
"""The result: an SQLite database that is whole after every transaction. Its tables are described in docs/archives.md."""
import array
import contextlib
import fcntl
import json
import os
import sqlite3
import tempfile
import time
import zlib

from . import Failure, leftovers, schema, series

APPLICATION = 0x74637073    # "tcps"
VERSION = 1

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, point TEXT NOT NULL, position INTEGER,
    size INTEGER, modified_ns INTEGER, made_by TEXT, packets INTEGER, frames_before INTEGER NOT NULL DEFAULT 0,
    start_ns INTEGER, end_ns INTEGER, connections INTEGER, seconds REAL, cpu REAL, memory_kib INTEGER, worker TEXT);
CREATE TABLE errors (
    id INTEGER PRIMARY KEY, path TEXT, stage TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, time TEXT NOT NULL);
-- How files are put together. Not for queries: this may change.
CREATE TABLE frames (file INTEGER PRIMARY KEY, packed BLOB, fragments BLOB);
CREATE TABLE sightings (pair INTEGER, file INTEGER, PRIMARY KEY (file, pair)) WITHOUT ROWID;
CREATE TABLE pending (point TEXT, pair INTEGER, PRIMARY KEY (point, pair)) WITHOUT ROWID;
CREATE TABLE unjoined (file INTEGER PRIMARY KEY);
"""

# Made when the first stage is done: filling a table without them is twice as fast.
# The second stage wants to find pairs, people want to find the rest.
OF_PAIRS = {"connections_by_pair": "connections (pair)", "sightings_by_pair": "sightings (pair, file)"}
OF_PEOPLE = {
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

    def has(self, table):
        return self.one("SELECT count(*) FROM sqlite_master WHERE name = ?", (table,)) == 1

    # What is there before a run.

    def prepare(self, columns):
        """The tables, for these columns of the plugin. False when the database is of a plugin with other columns."""
        stored = list(schema.stored(columns))
        self.columns = [name for name, _, _ in stored]
        self.frames, self.prose = schema.of_type(columns, "frame"), schema.of_type(columns, "prose")
        if self.has("meta"):
            with self.words():
                self.execute("DELETE FROM errors WHERE stage = 'find'")
            return self.one("SELECT value FROM meta WHERE name = 'columns'") == schema.pack(columns)
        typed = "".join(f", {name} {type_}" for name, _, type_ in stored)
        with self.transaction():
            for statement in TABLES.split(";\n"):
                self.execute(statement)
            self.execute("CREATE TABLE connections (id INTEGER PRIMARY KEY, point TEXT NOT NULL, file INTEGER NOT NULL, "
                         f"last_file INTEGER NOT NULL, joined INTEGER NOT NULL, pair INTEGER NOT NULL{typed})")
            self.execute("CREATE INDEX connections_by_file ON connections (file)")
            self.execute("INSERT INTO meta VALUES ('columns', ?), ('state', 'incomplete')", (schema.pack(columns),))
            self.execute(f"PRAGMA application_id = {APPLICATION}")
            self.execute(f"PRAGMA user_version = {VERSION}")
        return True

    def programs(self):
        """What `note_programs` was told, if all that there was to do then has been done."""
        if not self.has("meta"):
            return None
        meta = dict(self.execute("SELECT name, value FROM meta"))
        return json.loads(meta.get("programs", "null")) if meta.get("state") == "complete" else None

    def note_programs(self, programs):
        with self.transaction():
            self.execute("INSERT OR REPLACE INTO meta VALUES ('programs', ?)", (json.dumps(programs),))

    def plugin_columns(self):
        """[(name, type)] as the plugin said."""
        return schema.unpack(self.one("SELECT value FROM meta WHERE name = 'columns'"))

    def done(self):
        """{path: (size, modified_ns, made_by, point)} of the files that need no other look."""
        rows = self.execute("SELECT path, size, modified_ns, made_by, point FROM files WHERE packets IS NOT NULL")
        return {path: tuple(rest) for path, *rest in rows}

    # The first stage.

    def error(self, path, stage, kind, message):
        self.execute("INSERT INTO errors (path, stage, kind, message, time) VALUES (?, ?, ?, ?, ?)",
                     (path, stage, kind, message, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())))

    def note_error(self, *arguments):
        with self.transaction():
            self.error(*arguments)

    def forget(self, path):
        """Takes everything out that came from a file. Connections that others share with it are put together anew."""
        self.execute("DELETE FROM errors WHERE path = ? AND stage = 'read'", (path,))
        row = self.execute("SELECT id, point, packets FROM files WHERE path = ?", (path,)).fetchone()
        if row is None:
            return None
        file, point, packets = row
        self.execute("DELETE FROM connections WHERE file = ? AND joined = 0", (file,))
        if packets is not None and self.has("sightings_by_pair"):
            self.execute("INSERT OR IGNORE INTO pending SELECT ?, mine.pair FROM sightings mine WHERE mine.file = ? AND EXISTS "
                         "(SELECT 1 FROM sightings other JOIN files ON files.id = other.file WHERE other.pair = mine.pair "
                         "AND other.file <> mine.file AND files.point = ?)", (point, file, point))
            self.execute("DELETE FROM connections WHERE joined = 1 AND (file = ? OR last_file = ?) AND NOT EXISTS "
                         "(SELECT 1 FROM pending WHERE pending.point = connections.point AND pending.pair = connections.pair)",
                         (file, file))
        self.execute("DELETE FROM sightings WHERE file = ?", (file,))
        self.execute("DELETE FROM frames WHERE file = ?", (file,))
        self.execute("DELETE FROM unjoined WHERE file = ?", (file,))
        self.execute("DELETE FROM files WHERE id = ?", (file,))
        return file

    def add(self, point, result):
        """One file's table; False when it has to be read again. Frame numbers are those of the file until `settle`."""
        with self.attached(result["rows"]), self.transaction():
            file = self.forget(result["path"])
            passing = False
            if result["problem"]:
                kind, message = result["problem"]
                self.error(result["path"], "read", kind, message)
                passing = kind in PASSING
            if passing:
                return False
            self.execute("UPDATE meta SET value = 'incomplete' WHERE name = 'state'")
            file = self.execute(
                "INSERT INTO files (id, path, point, size, modified_ns, made_by, packets, start_ns, end_ns, connections, "
                "seconds, cpu, memory_kib, worker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (file, result["path"], point, result["size"], result["modified_ns"], result["made_by"], result["packets"],
                 result["start_ns"], result["end_ns"], result["count"], result["seconds"], result["cpu"], result["kib"],
                 result["worker"])).lastrowid
            self._insert("?, ?, ?, 0", (point, file, file))
            self.execute("INSERT INTO frames VALUES (?, ?, ?)",
                         (file, result["frames"], array.array("I", result["fragments"]).tobytes()))
            self.execute("INSERT OR IGNORE INTO sightings SELECT pair, ? FROM part.sightings ORDER BY pair", (file,))
            self.execute("INSERT INTO unjoined VALUES (?)", (file,))
        return True

    @contextlib.contextmanager
    def attached(self, packed):
        """A worker's rows, as the database `part`."""
        try:
            with tempfile.NamedTemporaryFile(prefix=leftovers.prefix()) as file:
                file.write(zlib.decompress(packed))
                file.flush()
                with self.words():
                    self.execute("ATTACH ? AS part", (file.name,))
                try:
                    yield
                finally:
                    with contextlib.suppress(sqlite3.Error):
                        self.execute("DETACH part")
        except OSError as error:
            raise Failure(f"cannot write into {tempfile.gettempdir()}: {error.strerror}") from None

    def _insert(self, origin, arguments):
        names = ", ".join(["pair", *self.columns])
        self.execute(f"INSERT INTO connections (point, file, last_file, joined, {names}) SELECT {origin}, {names} FROM part.rows "
                     "ORDER BY rowid", arguments)

    # Between the stages.

    def settle(self):
        """Puts the files of each point into the order of time, numbers frames through, finds what is to be joined."""
        with self.transaction():
            self._index(OF_PAIRS)
            self.execute("DELETE FROM errors WHERE stage = 'order'")
            self.execute("CREATE TEMP TABLE IF NOT EXISTS shift "
                         "(point TEXT, file INTEGER, low INTEGER, high INTEGER, step INTEGER)")
            self.execute("DELETE FROM shift")
            for point in [row[0] for row in self.execute("SELECT DISTINCT point FROM files")]:
                self._order(point)
            self._shift()
            self.execute("INSERT OR IGNORE INTO pending SELECT DISTINCT f.point, mine.pair FROM unjoined u "
                         "JOIN files f ON f.id = u.file JOIN sightings mine ON mine.file = u.file WHERE EXISTS "
                         "(SELECT 1 FROM sightings other JOIN files g ON g.id = other.file WHERE other.pair = mine.pair "
                         "AND other.file <> mine.file AND g.point = f.point)")
            self.execute("DELETE FROM unjoined")
            # Whole connections of which no file is left.
            gone = ("EXISTS (SELECT 1 FROM pending WHERE point = {0}.point AND pair = {0}.pair) AND NOT EXISTS (SELECT 1 FROM "
                    "sightings s JOIN files f ON f.id = s.file WHERE s.pair = {0}.pair AND f.point = {0}.point)")
            self.execute("DELETE FROM connections WHERE joined = 1 AND " + gone.format("connections"))
            self.execute("DELETE FROM pending WHERE " + gone.format("pending"))

    def _index(self, indices):
        for name, what in indices.items():
            self.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")

    def _order(self, point):
        rows = self.execute("SELECT id, path, packets, frames_before, start_ns, end_ns FROM files WHERE point = ?",
                            (point,)).fetchall()
        rows.sort(key=lambda row: (row[4] is None, row[4] or 0, series.natural(row[1])))
        new = {row[0] for row in self.execute("SELECT file FROM unjoined")}
        before, latest = 0, None
        for position, (file, path, packets, old, start, end) in enumerate(rows):
            if before != old:
                # No whole connection has its frames in a new file yet.
                low, high = (None, None) if file in new else (old + 1, old + packets)
                self.execute("INSERT INTO shift VALUES (?, ?, ?, ?, ?)", (point, file, low, high, before - old))
            self.execute("UPDATE files SET position = ?, frames_before = ? WHERE id = ?", (position, before, file))
            before += packets
            if start is None:
                continue
            # Clocks are set, and packets of two queues are written a little out of order: that is no overlap.
            if latest and latest[0] - start > 10 ** 9:
                self.error(path, "order", "overlap", f"begins {(latest[0] - start) / 1e9:.1f} s before the end of {latest[1]}, and "
                           f"both count as one series ({point}), one behind the other: are they two capture points? (--point)")
            latest = max(latest or (end, path), (end, path))

    def _shift(self):
        if not self.one("SELECT count(*) FROM shift"):
            return
        shifts = self.execute("SELECT point, file, low, high, step FROM shift").fetchall()
        of_file = {file: step for _, file, _, _, step in shifts}

        def moved_to(point, file, joined, frame):
            if not joined:
                return frame + of_file[file]
            return frame + next((step for at, _, low, high, step in shifts if at == point and low and low <= frame <= high), 0)
        self.connection.create_function("moved_prose", 4, lambda prose, point, file, joined: schema.renumbered(
            prose, lambda frame: moved_to(point, file, joined, frame)), deterministic=True)
        # A connection of one file moves with it; one of several, by the file that each frame number falls into.
        prose = "".join(f", {name} = moved_prose({name}, point, file, joined)" for name in self.prose)
        moved = ", ".join(f"{name} = {name} + (SELECT step FROM shift WHERE file = connections.file)" for name in self.frames) + prose
        self.execute(f"UPDATE connections SET {moved} WHERE joined = 0 AND file IN (SELECT file FROM shift)")
        moved = ", ".join(f"{name} = {name} + coalesce((SELECT step FROM shift WHERE point = connections.point "
                          f"AND {name} BETWEEN low AND high), 0)" for name in self.frames) + prose
        self.execute(f"UPDATE connections SET {moved} WHERE joined = 1 AND point IN (SELECT point FROM shift)")

    # The second stage.

    def spans(self):
        """(point, pair, first position, last position) of what is to be joined, so that neighbours touch the same files."""
        return self.execute(
            "SELECT p.point, p.pair, min(f.position) AS first, max(f.position) AS last FROM pending p "
            "JOIN sightings s ON s.pair = p.pair JOIN files f ON f.id = s.file AND f.point = p.point "
            "GROUP BY p.point, p.pair ORDER BY p.point, last - first > 1, first, last").fetchall()

    def files_of(self, point):
        """By position: (id, path, size, modified_ns, packets, frames_before)."""
        return {row[0]: row[1:] for row in self.execute(
            "SELECT position, id, path, size, modified_ns, packets, frames_before FROM files WHERE point = ?", (point,))}

    def index_of(self, file):
        packed, fragments = self.execute("SELECT packed, fragments FROM frames WHERE file = ?", (file,)).fetchone()
        numbers = array.array("I")
        numbers.frombytes(fragments)
        return packed, numbers

    def join(self, point, pairs, result):
        """Puts whole connections in the place of their parts."""
        edges = sorted((before, file) for file, *_, packets, before in self.files_of(point).values() if packets)
        self.connection.create_function("file_at", 1, lambda frame: file_at(edges, frame), deterministic=True)
        with self.attached(result["rows"]), self.transaction():
            self.connection.executemany("DELETE FROM connections WHERE pair = ? AND point = ?", ((pair, point) for pair in pairs))
            self.connection.executemany("DELETE FROM pending WHERE pair = ? AND point = ?", ((pair, point) for pair in pairs))
            self._insert("?, file_at(first_frame), file_at(last_frame), 1", (point,))

    def _age(self):
        """What lasts to the end of the capture lasts to the end of the series."""
        if "close_wait" in self.columns:
            self.execute("UPDATE connections SET close_wait = ((SELECT max(end_ns) FROM files WHERE files.point = connections.point) "
                         "- close_wait_since_ns) / 1e9 WHERE close_wait_since_ns IS NOT NULL")

    def begin_joining(self):
        with self.transaction():
            self.execute("DELETE FROM errors WHERE stage = 'join'")

    def index(self):
        """Makes what queries need; something to do while the workers join."""
        with self.transaction():
            self._index(OF_PEOPLE)

    def finish(self, joining_cpu):
        with self.transaction():
            self._index(OF_PEOPLE)
            self._age()
            self.execute("INSERT OR REPLACE INTO meta VALUES ('joining_cpu', ?)", (f"{joining_cpu:.3f}",))
            waiting = self.one("SELECT count(*) FROM pending")
            self.execute("UPDATE meta SET value = ? WHERE name = 'state'", ("incomplete" if waiting else "complete",))
        with self.words():      # the planner learns which index is worth it
            self.execute("PRAGMA analysis_limit = 1000")
            self.execute("ANALYZE")


def file_at(edges, frame):
    """The file in which a frame of the series lies. `edges`: (frames before it, file), sorted."""
    low, high = 0, len(edges)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if edges[middle][0] < frame else (low, middle)
    return edges[low][1]
