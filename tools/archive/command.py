# SPDX-License-Identifier: GPL-2.0-or-later
"""The command: its arguments, and the order of what is done."""
import argparse
import array
import collections
import os
import pathlib
import shutil
import signal
import sys
import time

from . import Died, Failure, leftovers, series
from .progress import Progress, count, size, span

PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "build/release/plugins"
# One task of the second stage: so many packets, which tshark keeps in memory, and so many files to look through.
PACKETS_PER_TASK = 100_000
FILES_PER_TASK = 20

DESCRIPTION = """\
The table of connections (tshark -z tcpstate,connections) over any number of captures, on all cores of this machine or
on a Dask cluster. Connections that go on from file to file are whole. The result is an SQLite database; run the same
command again after an interruption, or when there are more files, and only what is new is read."""

EPILOGUE = """\
Exit status: 0 done; 3 done, but see the table `errors`; 1 not done. Schema, queries and figures: docs/archives.md."""


def parser():
    made = argparse.ArgumentParser(prog="tcpstate-archive", description=DESCRIPTION, epilog=EPILOGUE)
    made.add_argument("captures", nargs="+", metavar="FILE|FOLDER|PATTERN",
                      help="captures in any format that tshark reads; folders are searched")
    made.add_argument("--out", required=True, metavar="RESULT.sqlite", help="the database to make or to go on with")
    made.add_argument("--tsv", metavar="FILE", help="print all rows there as well (- is standard output)")
    made.add_argument("--json", metavar="FILE", help="the same, one JSON object a line")
    made.add_argument("--point", action="append", default=[], metavar="NAME=PATTERN",
                      help="files whose name or path matches are one capture point; without it names and folders decide")
    made.add_argument("--workers", type=int, metavar="N", help="workers on this machine (default: one for each core)")
    made.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler, tcp://HOST:PORT, instead")
    made.add_argument("--plugins", metavar="FOLDER", help="where X.Y/epan/tcpstate.so is, if tshark does not load it itself "
                      "(default: this checkout's build)")
    made.add_argument("--option", action="append", default=[], metavar="NAME:VALUE",
                      help="a preference for tshark, for example tcpstate.ttl_tolerance:5")
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
    plugins = options.plugins or os.environ.get("TCPSTATE_PLUGINS") or (str(PLUGINS) if PLUGINS.is_dir() else "")
    if options.plugins and not any(pathlib.Path(plugins).glob("*/epan/tcpstate.so")):
        raise Failure(f"no */epan/tcpstate.so in {plugins}")
    points = series.Points(options.point)
    out = os.path.realpath(options.out)
    outputs = {os.path.realpath(path) for path in (options.out, options.tsv, options.json) if path and path != "-"}
    captures, unreadable = series.find(options.captures, outputs)
    if not captures and not unreadable:
        raise Failure("no captures there")
    for path, reason in unreadable:
        print(f"tcpstate-archive: cannot look into {path}: {reason}", file=sys.stderr)

    from . import export
    from .database import Database
    leftovers.remove()
    with Database(out) as database:
        archive = Archive(options, database, points, os.path.abspath(plugins) if plugins else "")
        if unreadable or not archive.is_up_to_date(captures):
            with workers(options) as archive.cluster:
                archive.check(captures)
                for path, reason in unreadable:
                    database.note_error(path, "find", "unreadable", reason)
                archive.timed("reading", archive.read, captures)
                archive.timed("joining", archive.join)
        for write, path in ((export.tsv, options.tsv), (export.json_lines, options.json)):
            if path:
                export.export(database, write, path)
        return archive.report(sys.stderr if "-" in (options.tsv, options.json) else sys.stdout)


def workers(options):
    """Dask's where it is installed, else those of the standard library."""
    try:
        from .cluster import Cluster
    except ImportError:
        if options.scheduler:
            raise Failure("--scheduler needs Dask: apt-get install python3-dask python3-distributed") from None
        from .pool import Pool
        return Pool(options.workers or os.cpu_count())
    return Cluster(options.scheduler, options.workers or os.cpu_count())


class Archive:
    """One run."""

    def __init__(self, options, database, points, plugins):
        self.options, self.database, self.cluster, self.points, self.plugins = options, database, None, points, plugins
        self.read_files = self.skipped = 0
        self.took, self.joining_cpu = {}, 0

    def is_up_to_date(self, captures):
        """Whether the database has all of them, made by the same programs: found out without starting any. Workers elsewhere
        may have other programs."""
        known = self.database.programs()
        if self.options.scheduler or not known or known["files"] != self.programs(known["plugin"]):
            return False
        from . import worker
        done = self.database.done()
        try:
            fresh = all(done.get(path) == (*worker.identity(path), known["made_by"], self.points[path]) for path in captures)
        except OSError:
            return False        # the worker says why
        self.skipped = len(captures) if fresh else 0
        return fresh

    def programs(self, plugin):
        """What tells that tshark, plugin and preferences are the same as before: [path, size, time of change] of each file."""
        found = []
        for path in [shutil.which("tshark") or "", *sorted(map(str, pathlib.Path(self.plugins or "/nowhere").glob("*/epan/*.so"))),
                     plugin]:
            try:
                status = os.stat(path)
                found.append([path, status.st_size, status.st_mtime_ns])
            except OSError:
                found.append([path])
        return [*found, *self.options.option]

    def check(self, captures):
        """Workers that lack something are named before anything is done, and so are workers that differ."""
        folders = sorted({os.path.dirname(path) for path in captures})[:3]
        answers = self.cluster.check(self.plugins, self.options.option, folders)
        faults = sorted({f"worker on {answer['host']}: {answer['fault']}" for answer in answers.values() if "fault" in answer})
        if faults:
            raise Failure("\n  ".join(faults))
        made_by = sorted({answer["made_by"] for answer in answers.values()})
        if len(made_by) > 1:
            raise Failure("the workers have different programs, and would not say the same:\n  " + "\n  ".join(made_by))
        self.made_by = made_by[0]
        if not self.database.prepare(next(iter(answers.values()))["columns"]):
            raise Failure(f"{self.options.out} is the result of a plugin with other columns: choose another --out")
        if not self.options.scheduler:
            # A worker of root has copied a plugin that was given, and removes the copy.
            plugin = "" if self.plugins else next(iter(answers.values()))["plugin"]
            self.database.note_programs({"made_by": self.made_by, "plugin": plugin, "files": self.programs(plugin)})

    def timed(self, name, work, *arguments):
        began = time.monotonic()
        work(*arguments)
        self.took[name] = time.monotonic() - began

    # The first stage: file by file.

    def read(self, captures):
        from . import worker
        done, tasks, total = self.database.done(), [], 0
        for path in captures:
            try:
                known_as = worker.identity(path)
            except OSError:
                known_as = None         # the worker says why
            if known_as and done.get(path) == (*known_as, self.made_by, self.points[path]):
                self.skipped += 1
                continue
            bytes_ = known_as[0] if known_as else 0
            tasks.append(((path, bytes_), (path, self.plugins, self.options.option)))
            total += bytes_
        with Progress("reading", "files", len(tasks), self.options.quiet) as progress:
            progress.all_bytes = total
            for (path, bytes_), result in self.cluster.map(worker.survey, tasks, progress.show):
                if isinstance(result, BaseException):
                    self.not_read(path, result)
                    progress.add(0, bytes_)
                    continue
                self.read_files += self.database.add(self.points[path], result)
                progress.add(result["packets"], bytes_)
        self.database.settle()

    def not_read(self, path, error):
        message = "the workers that read it died" if isinstance(error, Died) else f"{error}"
        if type(error).__name__ == "Fault":
            raise Failure(f"a worker cannot work: {error}")
        with self.database.transaction():
            self.database.forget(path)
            self.database.error(path, "read", "failed", message)

    # The second stage: pair of sockets by pair of sockets.

    def join(self):
        from . import worker
        self.database.begin_joining()
        spans = self.database.spans()
        with Progress("joining", "pairs of sockets", len(spans), self.options.quiet) as progress:
            for (point, pairs), result in self.cluster.map(worker.follow, self.batches(spans), progress.show,
                                                           self.database.index):
                problem = None
                if isinstance(result, BaseException):
                    problem = "failed", "the workers that joined it died" if isinstance(result, Died) else f"{result}"
                elif result["problem"]:
                    problem = result["problem"]
                if problem:
                    self.database.note_error(None, "join", problem[0], f"{len(pairs)} pairs of sockets of {point} stay in parts: "
                                             f"{problem[1]}")
                else:
                    self.database.join(point, pairs, result)
                    progress.packets += result["packets"]
                    self.joining_cpu += result["cpu"]
                progress.files += len(pairs)
                progress.show()
        self.database.finish(self.joining_cpu)

    def batches(self, spans):
        """Tasks of the second stage. Neighbours in `spans` touch the same files, which then are looked through once."""
        batch, packets, covered = [], 0, set()
        for point, group in groups(spans):
            files = self.database.files_of(point)
            indices = Indices(self.database, files)
            for chunk in chunks(group, 5000):
                frames = indices.frames(chunk)
                for pair, first, last in chunk:
                    mine = {position: frames[pair, position] for position in range(first, last + 1) if (pair, position) in frames}
                    number = sum(map(len, mine.values()))
                    together = covered | mine.keys()
                    if batch and (packets + number > PACKETS_PER_TASK or len(together) > max(FILES_PER_TASK, len(mine))):
                        yield self.task(point, files, indices, batch)
                        batch, packets, together = [], 0, set(mine)
                    batch.append((pair, mine))
                    packets += number
                    covered = together
            if batch:
                yield self.task(point, files, indices, batch)
                batch, packets, covered = [], 0, set()

    def task(self, point, files, indices, batch):
        wanted = collections.defaultdict(set)
        for _, mine in batch:
            for position, frames in mine.items():
                wanted[position].update(frames)
        parts = []
        for position in sorted(wanted):
            _, path, bytes_, modified, packets, before = files[position]
            frames = sorted(wanted[position].union(indices.fragments(position)))
            parts.append((path, (bytes_, modified), packets, before, array.array("I", frames)))
        pairs = [pair for pair, _ in batch]
        return (point, pairs), (parts, array.array("q", pairs), self.plugins, self.options.option)

    # The end.

    def report(self, out):
        one = self.database.one
        files, packets, bytes_ = self.database.execute(
            "SELECT count(*), coalesce(sum(packets), 0), coalesce(sum(size), 0) FROM files").fetchone()
        rows, joined = self.database.execute("SELECT count(*), coalesce(sum(joined), 0) FROM connections").fetchone()
        errors = one("SELECT count(*) FROM errors")
        places = one("SELECT count(DISTINCT point) FROM files")
        print(f"{self.options.out}: {count(rows)} connections in {count(files)} files ({count(packets)} packets, {size(bytes_)}) of "
              f"{places} capture point{'s' * (places != 1)}", file=out)
        took = ", ".join(f"{name} {span(seconds)}" for name, seconds in self.took.items())
        print(f"{count(self.read_files)} files read, {count(self.skipped)} known already, {count(joined)} connections of several files "
              "put together" + (f"; {took}" if took else ""), file=out)
        worst = self.database.execute("SELECT outcome, count(*) FROM connections GROUP BY 1 ORDER BY 2 DESC").fetchall()
        print("outcomes: " + ", ".join(f"{name} {count(number)}" for name, number in worst), file=out)
        if errors:
            print(f"{errors} error{'s' * (errors != 1)}: SELECT path, kind, message FROM errors", file=sys.stderr)
            for path, kind, message in self.database.execute("SELECT path, kind, message FROM errors LIMIT 5"):
                print(f"  {kind}: {path + ': ' if path else ''}{message}", file=sys.stderr)
        return 3 if errors else 0


class Indices:
    """Which frames of which file belong to which pair, as the first stage left it."""

    def __init__(self, database, files):
        self.database, self.files, self.kept = database, files, {}

    def frames(self, spans):
        """{(pair, position): frames} for these (pair, first position, last position)."""
        from . import worker
        wanted = collections.defaultdict(set)
        for pair, first, last in spans:
            for position in range(first, last + 1):
                wanted[position].add(pair)
        found = {}
        for position, pairs in wanted.items():
            packed, _ = self.database.index_of(self.files[position][0])
            found.update(((pair, position), frames) for pair, frames in worker.frames_of(packed, pairs).items())
        return found

    def fragments(self, position):
        if position not in self.kept:
            self.kept[position] = self.database.index_of(self.files[position][0])[1]
        return self.kept[position]


def groups(spans):
    """(point, [(pair, first, last)]) for rows that are sorted by point."""
    point, group = None, []
    for name, *rest in spans:
        if group and name != point:
            yield point, group
            group = []
        point = name
        group.append(rest)
    if group:
        yield point, group


def chunks(rows, number):
    for at in range(0, len(rows), number):
        yield rows[at:at + number]
