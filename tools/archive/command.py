# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: its arguments, and the order of what is done."""
import argparse
import collections
import errno
import os
import pathlib
import signal
import stat
import sys
import time

from . import Died, Failure, leftovers, series
from .progress import Progress, count, size, span

BUILT = pathlib.Path(__file__).resolve().parents[2] / "build/release/bin/tcpstate"

DESCRIPTION = """\
The table of connections (tcpstate connections) over any number of captures: all files of a capture point are one
stream, capture points are read side by side on all cores of this machine or on a Dask cluster. The result is an SQLite
database; run the same command again after an interruption, or when there are more files, and only capture points with
something new are read."""

EPILOGUE = """\
Exit status: 0 done; 3 done, but see the table `errors`; 1 not done. Schema, queries and figures: docs/archives.md."""


def parser():
    made = argparse.ArgumentParser(prog="tcpstate-archive", description=DESCRIPTION, epilog=EPILOGUE)
    made.add_argument("captures", nargs="+", metavar="FILE|FOLDER|PATTERN",
                      help="captures in any format that Wireshark reads; folders are searched")
    made.add_argument("--out", required=True, metavar="RESULT.sqlite", help="the database to make or to go on with")
    made.add_argument("--tsv", metavar="FILE", help="print all rows there as well (- is standard output)")
    made.add_argument("--json", metavar="FILE", help="the same, one JSON object a line")
    made.add_argument("--point", action="append", default=[], metavar="NAME=PATTERN",
                      help="files whose name or path matches are one capture point; without it names and folders decide")
    made.add_argument("--daily", action="store_true",
                      help="each day of a capture point is one of its own, by the date in the names of files or folders")
    made.add_argument("--workers", type=int, metavar="N", help="so many at a time on this machine (default: one for each core)")
    made.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler, tcp://HOST:PORT, instead")
    made.add_argument("--program", metavar="FILE", help="the program tcpstate (default: this checkout's, else the installed one)")
    made.add_argument("--plugins", metavar="FOLDER", help="without effect: the program has in itself what the plugin does")
    made.add_argument("--option", action="append", default=[], metavar="NAME:VALUE",
                      help="a preference, for example tcpstate.ttl_tolerance:5")
    made.add_argument("--forget", metavar="TIME", help="forget connections that were silent for so long (90s, 30m, 1h, 7d), "
                      "which bounds memory; tcpstate(1) says what that costs")
    made.add_argument("--quiet", action="store_true", help="no progress")
    return made


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(parser().parse_args())
    except Failure as failure:
        print(f"tcpstate-archive: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("tcpstate-archive: interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1


def run(options):
    if options.workers is not None and options.workers < 1:
        raise Failure("--workers: at least one")
    points = series.Points(options.point, options.daily)
    out = os.path.realpath(options.out)
    outputs = {os.path.realpath(path) for path in (options.out, options.tsv, options.json) if path and path != "-"}
    captures, folders = series.find(options.captures, outputs)
    if not captures and not folders:
        raise Failure("no captures there")
    for path, reason in folders:
        print(f"tcpstate-archive: cannot look into {path}: {reason}", file=sys.stderr)

    from . import export
    from .database import Database
    leftovers.remove()
    with Database(out) as database:
        archive = Archive(options, database)
        with workers(options) as archive.workers:
            archive.read(captures, points, folders)
        for write, path in ((export.tsv, options.tsv), (export.json_lines, options.json)):
            if path:
                export.export(database, write, path)
        return archive.report(sys.stderr if "-" in (options.tsv, options.json) else sys.stdout)


def workers(options):
    wanted = [part for option in options.option for part in ("-o", option)] + (["--forget", options.forget] if options.forget else [])
    programs = [options.program] if options.program else [str(BUILT), "tcpstate"]
    if not options.scheduler:
        from .workers import Pool
        return Pool(options.workers or os.cpu_count(), programs, wanted)
    try:
        from .cluster import Cluster
    except ImportError:
        raise Failure("--scheduler needs Dask: apt-get install python3-dask python3-distributed") from None
    return Cluster(options.scheduler, programs, wanted)


class Archive:
    """One run."""

    def __init__(self, options, database):
        self.options, self.database, self.workers = options, database, None
        self.read_files, self.known_files, self.took = 0, 0, None

    def read(self, captures, points, folders):
        """What is new."""
        made_by = self.workers.made_by(sorted({os.path.dirname(path) for path in captures})[:3])
        if made_by != self.database.made_by() and not self.database.prepare(self.workers.columns(), made_by):
            raise Failure(f"{self.options.out} is the result of a program with other columns: choose another --out")
        given, unreadable = look_at(captures)
        tasks = plan({path: (points[path], known_as) for path, known_as in given.items()}, self.database.files(), made_by,
                     self.database.torn_points())
        self.database.note_unreadable(folders, unreadable)
        self.known_files = len(given.keys() - {path for task in tasks.values() for path in task.read})
        if tasks or not self.database.is_complete():
            began = time.monotonic()
            self.database.begin(sum(task.bytes() for task in tasks.values()))
            self.read_series(tasks)
            self.database.finish()
            self.took = time.monotonic() - began

    def read_series(self, tasks):
        for point, task in tasks.items():
            if not task.read:
                self.database.replace(point, task.read, task.kept, None)
        # The largest first, so that none is left for the end.
        todo = sorted((task.bytes(), point) for point, task in tasks.items() if task.read)[::-1]
        with Progress("reading", self.options.quiet, {path: known_as[0] for task in tasks.values()
                                                      for path, known_as in task.read.items()}) as progress:
            for point, result in self.workers.map([(point, list(tasks[point].read)) for _, point in todo],
                                                  lambda: progress.show(self.workers.seen())):
                task = tasks[point]
                if isinstance(result, BaseException):
                    self.database.note_failure(point, task.read, "the workers that read it died" if isinstance(result, Died) else
                                               f"{result}")
                    progress.add(dict.fromkeys(task.read, 0))
                    continue
                self.read_files += self.database.replace(point, task.read, task.kept, result)
                progress.add({path: own["packets"] for path, own in result["files"].items()})

    def report(self, out):
        one = self.database.one
        files, packets, bytes_ = self.database.execute(
            "SELECT count(*), coalesce(sum(packets), 0), coalesce(sum(size), 0) FROM files").fetchone()
        rows, joined = self.database.execute("SELECT count(*), coalesce(sum(joined), 0) FROM connections").fetchone()
        errors = one("SELECT count(*) FROM errors")
        places = one("SELECT count(DISTINCT point) FROM files")
        print(f"{self.options.out}: {count(rows)} connections in {count(files)} files ({count(packets)} packets, {size(bytes_)}) of "
              f"{places} capture point{'s' * (places != 1)}", file=out)
        took = f"; reading {span(self.took)}" if self.took else ""
        print(f"{count(self.read_files)} files read, {count(self.known_files)} known already, {count(joined)} connections go on from "
              f"file to file{took}", file=out)
        worst = self.database.execute("SELECT outcome, count(*) FROM connections GROUP BY 1 ORDER BY 2 DESC").fetchall()
        print("outcomes: " + ", ".join(f"{name} {count(number)}" for name, number in worst), file=out)
        if errors:
            print(f"{errors} error{'s' * (errors != 1)}: SELECT path, kind, message FROM errors", file=sys.stderr)
            for path, kind, message in self.database.execute("SELECT path, kind, message FROM errors LIMIT 5"):
                print(f"  {kind}: {path + ': ' if path else ''}{message}", file=sys.stderr)
        return 3 if errors else 0


class Task:
    """What is to be read of a capture point, {path: (size, modified_ns)}, and which files of it stay as they are known."""

    def __init__(self, read, kept):
        self.read, self.kept = read, kept

    def bytes(self):
        return sum(size for size, _ in self.read.values())


def plan(given, known, made_by, torn):
    """{point: task} for each point with something new. `given`: {path: (point, (size, modified_ns))}; `known`: {path: (point,
    (size, modified_ns, made_by))}; `torn`: points of which some files were gone before."""
    there, gone, before = collections.defaultdict(dict), collections.defaultdict(set), collections.defaultdict(dict)
    for path, (point, known_as) in given.items():
        there[point][path] = known_as
    for path, (point, known_as) in known.items():
        before[point][path] = known_as
        if path in given:
            continue
        found, _ = look_at([path])      # of an earlier run with other arguments
        if found:
            there[point][path] = found[path]
        else:
            gone[point].add(path)
    tasks = {}
    for point in sorted(there.keys() | before.keys()):
        same = {path for path, known_as in there[point].items() if before[point].get(path) == (*known_as, made_by)}
        if same == there[point].keys() and before[point].keys() == same | gone[point] and (gone[point] or point not in torn):
            continue
        kept = same | gone[point] if gone[point] else set()
        tasks[point] = Task({path: known_as for path, known_as in there[point].items() if path not in kept}, kept)
    return tasks


def look_at(paths):
    """{path: (size, modified_ns)}, by which a file is known again; [(path, reason)] for what is no plain file that can be read."""
    found, unreadable = {}, []
    for path in paths:
        try:
            if "\n" in path:
                raise OSError(errno.EINVAL, "a line break in its name")
            path.encode()
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a file")
            if not os.access(path, os.R_OK, effective_ids=True):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            found[path] = status.st_size, status.st_mtime_ns
        except OSError as error:
            unreadable.append((path, error.strerror))
        except UnicodeEncodeError:
            unreadable.append((path.encode(errors="replace").decode(), "its name is not UTF-8"))
    return found, unreadable
