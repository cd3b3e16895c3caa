# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives to test with, made of the recorded samples and of the benchmarks' made-up traffic; and ways to run the tool."""
import atexit
import contextlib
import functools
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from samples import CHECKOUT, build_folder, sample
from tshark import shark

PYTHON = "/usr/bin/python3"
PACKAGE = CHECKOUT / "tools/archive"
PROGRAM = build_folder() / "bin/tcpstate"


@functools.cache
def scratch():
    """A folder for all tests of this process, that the user nobody can read too."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-archive-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def call(*command, **options):
    done = subprocess.run([str(part) for part in command], **{"capture_output": True, "text": True} | options)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def traffic(mix, segments, connections, to):
    call(build_folder() / "bench/generator", mix, segments, connections, to)
    return to


def start_of(capture):
    """When its first packet was captured; None without packets."""
    text = call("capinfos", "-TMraS", capture).split("\t")[1].strip()
    return None if text == "n/a" else float(text)


def merged(parts, to):
    call("mergecap", "-w", to, *parts)
    return to


def after_another(captures, begin, gap, folder):
    """Copies of captures with other times: one begins `gap` seconds after the other."""
    copies = []
    for capture in captures:
        start = start_of(capture)
        if start is not None:
            copies.append(folder / f"moved{len(copies)}.pcapng")
            call("editcap", "-t", f"{begin + gap * len(copies) - start:.6f}", capture, copies[-1])
    return copies


def packets_in(capture):
    return int(call("capinfos", "-TMrc", capture).split("\t")[1])


def split(capture, prefix, cuts, formats=("pcapng",)):
    """One file from cut to cut, named as dumpcap names them, in one format after the other."""
    edges = [0, *cuts, packets_in(capture)]
    paths = []
    for number, (low, high) in enumerate(zip(edges, edges[1:]), 1):
        kind = formats[number % len(formats)]
        path = pathlib.Path(f"{prefix}_{number:05d}_{20231114221320 + number}.{kind.partition('.')[0].removeprefix('nsec')}")
        call("editcap", "-F", kind.partition(".")[0], "-r", capture, path, f"{low + 1}-{high}")
        if kind.endswith(".gz"):
            call("gzip", path)
            path = path.with_name(path.name + ".gz")
        paths.append(path)
    return paths


def random_cuts(capture, files, seed):
    return sorted(random.Random(seed).sample(range(1, packets_in(capture)), files - 1))


@functools.cache
def table(capture):
    """What one run of tshark prints over a capture: header and rows, without their index."""
    with open(capture, "rb") as file:
        done = shark().tshark("-n", "-q", "-r", "-", "-z", "tcpstate,connections,tsv", stdin=file)
    assert done.returncode == 0, done.stderr
    header, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert header[0] == "conn"
    return header[1:], [tuple(row[1:]) for row in rows]


def printed(tsv):
    """What the tool prints: {point: rows}, without point, index, and the file behind them."""
    header, *rows = [line.split("\t") for line in tsv.splitlines()]
    points = {}
    for row in rows:
        points.setdefault(row[0], []).append(tuple(row[2:-2]))
    return header[2:-2], points


@functools.cache
def small():
    """6 files of one capture point, and all of it in one: folder, paths, path."""
    base = pathlib.Path(tempfile.mkdtemp(dir=scratch()))
    base.chmod(0o755)
    samples = [sample(name) for name in ("half_open_crash", "half_closed", "close_wait_leak", "refused")]
    made = traffic("blend", 1500, 150, base / "traffic.pcap")
    whole = merged([made, *after_another(samples, 1_700_000_000, 3, base)], base / "whole.pcapng")
    (base / "archive").mkdir()
    return base / "archive", split(whole, base / "archive/lan", random_cuts(whole, 6, 7)), whole


def environment(**more):
    return {name: value for name, value in os.environ.items() if not name.startswith("DASK_")} | more


def command(package, arguments, program):
    return [PYTHON, str(package), *map(str, arguments), "--program", str(program)]


def archive(*arguments, package=PACKAGE, program=PROGRAM, prefix=(), env=None, **options):
    """Runs the tool; like subprocess.run."""
    options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, "timeout": 600} | options
    return subprocess.run([*prefix, *command(package, arguments, program)], env=env or environment(), **options)


def begin(*arguments, package=PACKAGE, program=PROGRAM, **options):
    """Starts the tool; like subprocess.Popen."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "stdin": subprocess.DEVNULL,
               "env": environment()} | options
    return subprocess.Popen(command(package, arguments, program), **options)


def query(database, statement):
    """Rows of a database that is there. Opened for writing too: the first to open it after a run was killed undoes what that
    run had begun, and with mode=ro SQLite refuses instead."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as connection:
        return connection.execute(statement).fetchall()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "this takes too long"
        time.sleep(0.05)
    return found


@contextlib.contextmanager
def dask(workers):
    """A scheduler and workers as processes of their own, as on a cluster: its address and the processes."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=scratch()))
    known = folder / "scheduler.json"
    options = {"env": environment(), "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
               "stdin": subprocess.DEVNULL, "start_new_session": True}
    processes = [subprocess.Popen([PYTHON, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                                   "--no-dashboard", "--scheduler-file", known], **options)]
    try:
        wait_for(lambda: known.exists() and known.read_text().strip().endswith("}"))
        for number in range(workers):
            # Nobody starts one again that was killed: others have to do its work.
            processes.append(subprocess.Popen(
                [PYTHON, "-m", "distributed.cli.dask_worker", "--scheduler-file", known, "--host", "127.0.0.1", "--nthreads", "1",
                 "--no-dashboard", "--memory-limit", "0", "--local-directory", folder, "--no-nanny", "--name", str(number)], **options))
        yield json.loads(known.read_text())["address"], processes
    finally:
        for process in reversed(processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def copied_program(folder):
    """The real one and what it loads, for who cannot enter the checkout."""
    for part in "bin", "lib":
        shutil.copytree(PROGRAM.parents[1] / part, folder / part)
    return folder / "bin/tcpstate"


def program_that(folder, does):
    """A program for --program: before it is the real one, it does this, with the list of files in $names where it reads a
    series."""
    folder.mkdir()
    folder.chmod(0o777)
    program = folder / "tcpstate"
    program.write_text(f"""#!/bin/sh
for each; do [ "$last" != --files-from ] || names=$each; last=$each; done
cd {folder}
if [ -n "$names" ]; then {does}
fi
exec {PROGRAM} "$@"
""")
    program.chmod(0o755)
    return program


def slow_program(folder, reading=1):
    """One that stops when a series is read for the first, second ... time. Returns it and the file that then has the numbers of
    who called it (a worker) and of itself."""
    met = folder / "met"
    does = f"if mkdir {reading} 2>/dev/null; then echo $PPID $$ >new; mv new {met}; exec sleep 100; fi"
    for number in range(1, reading):
        does = f"mkdir {number} 2>/dev/null || {does}"
    return program_that(folder, does), met


def numbers_in(path):
    return path.exists() and [int(number) for number in path.read_text().split()]


def is_gone(process):
    return not os.path.exists(f"/proc/{process}")
