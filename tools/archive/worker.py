# SPDX-License-Identifier: GPL-2.0-or-later
"""What runs on the workers: tshark with the plugin. Dask carries this code to them, so it imports nothing that a bare
Python 3 does not have, and keeps what it remembers outside of itself."""
import array
import collections
import hashlib
import json
import os
import pathlib
import resource
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import types
import zlib

from . import captures, schema

NOBODY = 65534
CONNECTIONS, FRAMES = "tcpstate,connections", "tcpstate,frames"
NO_PACKETS = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")


class Fault(Exception):
    """This worker cannot work; in words for people."""


class Damaged(Exception):
    """A file that cannot be read, or not to its end: kind and words for people."""


def _memory():
    """What this process keeps between tasks."""
    return sys.modules.setdefault("_tcpstate_archive", types.SimpleNamespace(lock=threading.Lock(), setups={}, scratch=None))


def work_in(folder):
    """Where this process and those that it forks have their temporary files; on a worker of Dask, Dask decides."""
    _memory().scratch = folder


def here():
    return f"{socket.gethostname()}:{os.getpid()}"


def last_line(text):
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


class Setup:
    """tshark on this worker, with a configuration of its own."""

    def __init__(self, plugins, options, scratch):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-", dir=scratch))
        self.folder.chmod(0o711)
        for program in "tshark", "editcap", "setpriv":
            if not shutil.which(program):
                raise Fault(f"{program} is not installed (apt-get install tshark)")
        # Wireshark ignores WIRESHARK_PLUGIN_DIR when its user is root, and dissecting as root is a bad idea anyway.
        drop = 0 in (os.geteuid(), os.getegid())
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("WIRESHARK_", "XDG_"))}
        for name in "home", "config", "tmp":
            (self.folder / name).mkdir()
            if drop:
                os.chown(self.folder / name, NOBODY, NOBODY)
        self.env.update(HOME=str(self.folder / "home"), WIRESHARK_CONFIG_DIR=str(self.folder / "config"),
                        TMPDIR=str(self.folder / "tmp"), LC_ALL="C.UTF-8")
        if drop and scratch:
            os.chmod(scratch, 0o711)
        if plugins and any(pathlib.Path(plugins).glob("*/epan/tcpstate.so")):
            if drop:
                plugins = shutil.copytree(plugins, self.folder / "plugins")
                for path in (plugins, *plugins.rglob("*")):
                    path.chmod(0o755)
            self.env["WIRESHARK_PLUGIN_DIR"] = str(plugins)
        # tshark must not outlive a worker that is killed.
        self.command = ["setpriv", "--pdeathsig", "KILL"]
        if drop:
            self.command += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        self.command += ["tshark"]
        self.options = [part for option in options for part in ("-o", option)]
        self._look()

    def _look(self):
        """Wireshark skips a plugin that it does not like and carries on: so look."""
        listed = self._say("-G", "plugins")
        rows = [line.split("\t") for line in listed.splitlines()]
        mine = next((row for row in rows if row[0].strip() == "tcpstate.so"), None)
        version = self._say("--version").partition("\n")[0].rstrip(".")
        if mine is None:
            where = self.env.get("WIRESHARK_PLUGIN_DIR", "its own plugin folder")
            raise Fault(f"{version} there does not load the plugin tcpstate (looked in {where}): install it for "
                        "everybody, or give --plugins a folder that all workers can read")
        try:
            digest = hashlib.sha256(pathlib.Path(mine[-1].strip()).read_bytes()).hexdigest()[:16]
        except OSError:
            digest = "unknown"
        self.plugin = mine[-1].strip()
        self.made_by = ", ".join([version, f"tcpstate {mine[1].strip()} ({digest})", *self.options[1::2]])
        done = subprocess.run([*self.command, *self.options, "-n", "-q", "-r", "-", "-z", CONNECTIONS + ",columns", "-z", FRAMES],
                              input=NO_PACKETS, env=self.env, cwd=self.folder, capture_output=True)
        self.columns = schema.read(done.stdout.decode())
        if not self.columns:
            raise Fault("tshark: " + (last_line(done.stderr.decode()) or "no table of connections"))

    def _say(self, *arguments):
        done = subprocess.run([*self.command, *arguments], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace")
        if done.returncode != 0:
            raise Fault("tshark does not start: " + last_line(done.stderr))
        return done.stdout


def setup(plugins, options):
    memory = _memory()
    with memory.lock:
        key = (plugins, *options)
        if key not in memory.setups:
            scratch = getattr(memory, "scratch", None)     # a worker of Dask may remember an older version of this
            if not scratch:
                from distributed import get_worker
                scratch = get_worker().local_directory      # Dask removes it, also after a worker was killed
            memory.setups[key] = Setup(plugins, options, scratch)
        return memory.setups[key]


def check(plugins, options, folders):
    """What this worker would work with; or why it cannot."""
    try:
        found = setup(plugins, options)
        for folder in folders:
            if not os.path.isdir(folder):
                raise Fault(f"it cannot see the folder {folder}: the captures must lie under the same path everywhere")
    except Fault as fault:
        return {"host": socket.gethostname(), "fault": str(fault)}
    except OSError as error:
        return {"host": socket.gethostname(), "fault": f"{error}"}
    return {"host": socket.gethostname(), "made_by": found.made_by, "plugin": found.plugin, "columns": found.columns}


def pair_of(a, a_port, b, b_port):
    """A number for two sockets, whoever is named first. Two pairs with one number would only be looked at together."""
    low, high = sorted(((a, a_port), (b, b_port)))
    text = f"{low[0]} {low[1]} {high[0]} {high[1]}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


class Rows:
    """Rows as a small database: who puts results together then only has to copy them. That one is alone, workers are many."""

    def __init__(self, tools):
        columns = tools.columns
        self.read, self.count, self.rows = schema.Reader(columns), 0, []
        names = ["pair", *(name for name, _, _ in schema.stored(columns))]
        self.file = tempfile.NamedTemporaryFile(dir=tools.folder)      # which Dask removes when this worker is killed
        self.connection = sqlite3.connect(self.file.name, isolation_level=None)
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", f"CREATE TABLE rows ({', '.join(names)})",
                          "CREATE TABLE sightings (pair INTEGER PRIMARY KEY)", "BEGIN"):
            self.connection.execute(statement)
        self.insert = f"INSERT INTO rows VALUES ({', '.join('?' * len(names))})"

    def add(self, row, pair):
        self.count += 1
        self.rows.append((pair, *self.read(row)))
        if len(self.rows) == 2000:
            self._write()

    def _write(self):
        self.connection.executemany(self.insert, self.rows)
        self.rows = []

    def saw(self, pairs):
        self.connection.executemany("INSERT OR IGNORE INTO sightings VALUES (?)", zip(sorted(pairs)))

    def pack(self):
        self._write()
        self.connection.execute("COMMIT")
        self.connection.close()
        with self.file:
            self.file.seek(0)
            return zlib.compress(self.file.read(), 1)


class Tshark:
    """One run of tshark; what it prints comes as JSON lines."""

    def __init__(self, tools, stdin, *statistics):
        arguments = [part for name in statistics for part in ("-z", name)]
        self.process = subprocess.Popen([*tools.command, *tools.options, "-n", "-q", "-r", "-", *arguments], stdin=stdin,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=tools.env, cwd=tools.folder)
        self.said = collections.deque(maxlen=5)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self):
        for line in self.process.stderr:
            self.said.append(line.decode(errors="replace").strip())

    def lines(self):
        read = json.JSONDecoder(parse_float=str).decode
        for line in self.process.stdout:
            yield read(line.decode())

    def end(self):
        """Waits for it; its status, its CPU time, and the peak of memory of it and of this worker in KiB."""
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.listener.join()
        self.process.stdout.close()
        self.process.stderr.close()
        cpu = usage.ru_utime + usage.ru_stime
        return self.process.returncode, cpu, usage.ru_maxrss + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            self.end()


def identity(path):
    """Size and time of change, by which a file is known again."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns


def complaint(said):
    """What tshark says about a file, in our words and its own."""
    text = " ".join(said).replace("tshark: ", "").replace("The standard input", "it")
    if "cut short" in text:
        return "truncated", text
    if "isn't a capture file" in text:
        return "not-a-capture", text
    return "corrupt", text or "tshark says nothing more"


def open_capture(path):
    """Only plain files: a pipe would be waited for, a folder cannot be read."""
    try:
        file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    except OSError as error:
        raise Damaged("unreadable", f"on {socket.gethostname()}: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Damaged("unreadable", "not a file")
    return file


def survey(path, plugins, options):
    """The first stage: the table of one file, and which frames belong to which pair of sockets."""
    began, own, tools = time.monotonic(), time.thread_time(), setup(plugins, options)
    rows, index, total, problem = Rows(tools), zlib.compressobj(3), {"packets": 0, "fragments": []}, None
    packed, pairs, cpu, kib = [], array.array("q"), 0, 0
    known_as, row_mark = (0, 0), schema.index(tools.columns)
    try:
        with open_capture(path) as file:
            found = os.fstat(file.fileno())
            known_as = found.st_size, found.st_mtime_ns
            if found.st_size == 0:
                raise Damaged("empty", "no bytes in it")
            with Tshark(tools, file, CONNECTIONS + ",json", FRAMES) as tshark:
                for line in tshark.lines():
                    if row_mark in line:
                        rows.add(line, pair_of(line["client"], line["client_port"], line["server"], line["server_port"]))
                    elif "frames" in line:
                        pair = pair_of(line["a"], line["a_port"], line["b"], line["b_port"])
                        pairs.append(pair)
                        frames = line["frames"]
                        steps = map(int.__sub__, frames, [0, *frames[:-1]])
                        packed.append(index.compress(f"{pair} {' '.join(map(str, steps))}\n".encode()))
                    else:
                        total = line
                status, cpu, kib = tshark.end()
                if status < 0:
                    raise RuntimeError(f"tshark was killed by signal {-status}")
                if status != 0:
                    problem = complaint(tshark.said)
    except Damaged as damaged:
        problem = damaged.args
    except ValueError:
        # What tshark had not printed when it died.
        raise RuntimeError("tshark stopped in the middle of its table") from None
    packed.append(index.flush())
    rows.saw(pairs)
    return {"path": path, "size": known_as[0], "modified_ns": known_as[1], "made_by": tools.made_by,
            "packets": total["packets"], "start_ns": _ns(total, "start"), "end_ns": _ns(total, "end"),
            "rows": rows.pack(), "count": rows.count, "frames": b"".join(packed),
            "fragments": total["fragments"], "problem": problem, "seconds": time.monotonic() - began,
            "cpu": cpu + time.thread_time() - own, "kib": kib,
            "worker": here()}


def _ns(total, name):
    return schema.nanoseconds(total[name]) if name in total else None


def frames_of(packed, wanted):
    """From what `survey` packed: {pair: frame numbers} for the wanted pairs."""
    found = {}
    for line in zlib.decompress(packed).splitlines():
        pair, _, steps = line.partition(b" ")
        pair = int(pair)
        if pair in wanted:
            found[pair] = array.array("I", _sums(map(int, steps.split())))
    return found


def _sums(steps):
    number = 0
    for step in steps:
        number += step
        yield number


def follow(parts, wanted, plugins, options):
    """The second stage: the packets of some pairs of sockets from all the files they touch, one behind the other.
    `parts`: (path, identity, packets, frames before it in the series, wanted frames) in the order of time."""
    began, own, tools = time.monotonic(), time.thread_time(), setup(plugins, options)
    wanted, rows = set(array.array("q", wanted)), Rows(tools)
    numbers, trouble = array.array("Q"), []
    renumbered, prose = schema.of_type(tools.columns, "frame"), schema.of_type(tools.columns, "prose")
    with Tshark(tools, subprocess.PIPE, CONNECTIONS + ",json") as tshark:
        writer = threading.Thread(target=_feed, args=(tshark.process.stdin, parts, numbers, trouble, tools.folder), daemon=True)
        writer.start()
        for line in tshark.lines():
            pair = pair_of(line["client"], line["client_port"], line["server"], line["server_port"])
            if pair not in wanted:      # came along, in a fragment or in a tunnel
                continue
            for name in renumbered:
                if line.get(name) is not None:
                    line[name] = numbers[line[name] - 1]
            for name in prose:
                line[name] = schema.renumbered(line[name], lambda frame: numbers[frame - 1])
            rows.add(line, pair)
        writer.join()
        status, cpu, kib = tshark.end()
    if status != 0 and not trouble:
        raise RuntimeError("tshark: " + (" ".join(tshark.said) or f"ended with status {status}"))
    return {"rows": rows.pack(), "count": rows.count, "problem": (trouble or [None])[0], "packets": len(numbers), "kib": kib,
            "seconds": time.monotonic() - began, "cpu": cpu + time.thread_time() - own, "worker": here()}


def _feed(pipe, parts, numbers, trouble, folder):
    """Writes the wanted packets, notes which frame of the series each is."""
    path = None
    try:
        with pipe:
            for path, known_as, packets, before, frames in parts:
                frames = array.array("I", frames)
                if identity(path) != tuple(known_as):
                    raise captures.Unreadable("it has changed since it was read")
                for block in captures.cut(path, frames, packets, folder):
                    pipe.write(block)
                numbers.extend(before + frame for frame in frames)
    except captures.Unreadable as error:
        trouble.append(("changed", f"{path}: {error}"))
    except BrokenPipeError:
        pass                    # tshark says why
    except (OSError, ValueError) as error:
        trouble.append(("unreadable", f"{path}: on {socket.gethostname()}: {error}"))
