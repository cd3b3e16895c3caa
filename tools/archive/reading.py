# SPDX-License-Identifier: GPL-2.0-or-later
"""What runs on the workers: the program tcpstate, over the files of one series. Dask carries this code to them, so it imports
nothing that a bare Python 3 does not have, and keeps what it remembers outside of itself."""
import gzip
import hashlib
import io
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import types

from . import schema

NO_PACKETS = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
COMPLETE, BAD_FILES = 0, 3          # exit status of the program
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL}


class Fault(Exception):
    """This worker cannot work; in words for people."""


class Killed(Exception):
    """Somebody killed the program: no fault of what it read."""


class Program:
    """tcpstate on this worker, without what somebody has set in Wireshark."""

    def __init__(self, names, options, folder):
        """`names`: where to look for it. `options`: its own. `folder`: for temporary files."""
        self.folder, self.running, self.stopped = folder, {}, False
        path = next(filter(None, map(shutil.which, names)), None)
        if not path:
            raise Fault(f"the program tcpstate is not installed there (looked for {' and '.join(names)}); --program says where it is")
        # It must not outlive a worker that is killed.
        self.command = ["setpriv", "--pdeathsig", "KILL", os.path.abspath(path)]
        self.options = options
        home = os.path.join(folder, "home")
        os.makedirs(home, exist_ok=True)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("WIRESHARK_", "XDG_"))}
        self.env.update(HOME=home, LC_ALL="C.UTF-8")
        version = self._say("--version").partition("\n")[0]
        if not version.startswith("tcpstate "):
            raise Fault(f"{path} there is another program: {version}")
        digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()[:16]
        self.made_by = " ".join([f"{version} ({digest})", *options])

    def columns(self):
        """[(name, type)] of the table; complains of preferences that do not exist."""
        if self.options:
            self._say("connections", "--tsv", *self.options, "-")
        return schema.read(self._say("connections", "--list-columns"))

    def _say(self, *arguments):
        try:
            done = subprocess.run([*self.command, *arguments], env=self.env, input=NO_PACKETS, capture_output=True)
        except OSError as error:
            raise Fault(f"{error.filename}: {error.strerror}") from None
        if done.returncode != COMPLETE:
            raise Fault("tcpstate does not start: " + last_line(done.stderr))
        return done.stdout.decode(errors="replace")

    def read(self, paths):
        """The table of the files of one series as text, in a file that is gone when it is closed; and what is to be said about
        each file, in the order in which they were read."""
        began, problems = time.monotonic(), {}
        while True:
            rest = [path for path in paths if path not in problems]
            status, rows, reports, said, usage = self._read(rest)
            if status not in CRASHES:
                break
            # It cannot tell which file that was. One that crashes alone too is left out.
            suspects = [path for path in rest if path not in reports]
            crashed = [path for path in suspects if self._read([path])[0] in CRASHES]
            if not crashed:
                raise RuntimeError(f"tcpstate was ended by signal {-status}")
            problems.update((path, ("failed", f"tcpstate was ended by signal {-status}")) for path in crashed)
        if status == -signal.SIGKILL:
            raise Killed("tcpstate was killed")
        if status not in (COMPLETE, BAD_FILES):
            raise RuntimeError(said or f"tcpstate ended with status {status}")
        nothing = {"packets": 0, "start_ns": None, "end_ns": None}
        files = {path: nothing | {"problem": problem} for path, problem in problems.items()} | reports
        return {"rows": rows, "files": files, "made_by": self.made_by, "seconds": time.monotonic() - began,
                "cpu": usage.ru_utime + usage.ru_stime, "kib": usage.ru_maxrss, "worker": f"{socket.gethostname()}:{os.getpid()}"}

    def _read(self, paths):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, tempfile.TemporaryFile(dir=folder) as said:
            names, report = os.path.join(folder, "names"), os.path.join(folder, "report")
            with open(names, "wb") as file:
                file.writelines(os.fsencode(path) + b"\n" for path in paths)
            rows = tempfile.TemporaryFile(dir=self.folder)
            process = subprocess.Popen(
                [*self.command, "connections", "--tsv", "--append", "--files-from", names, "--report", report, *self.options],
                stdin=subprocess.DEVNULL, stdout=rows, stderr=said, env=self.env, start_new_session=True)
            self.running[process] = report, paths
            try:
                if self.stopped:
                    self.stop()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                del self.running[process]
            rows.seek(0)
            said.seek(0)
            return process.returncode, rows, read_report(report, paths), last_line(said.read()), usage

    def stop(self):
        self.stopped = True
        for process in list(self.running):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def seen(self):
        """Files that were read to their end by what is running: {path: packets}."""
        found = {}
        for report, paths in list(self.running.values()):
            found.update((path, of_file["packets"]) for path, of_file in read_report(report, paths).items())
        return found


def read_report(report, paths):
    """{path: what tcpstate --report has written about it}."""
    found = {}
    try:
        with open(report, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")[1:-1]
    except FileNotFoundError:
        return found
    for line in lines:
        number, packets, start, end, kind, words = line.split("\t", 5)
        found[paths[int(number) - 1]] = {
            "packets": int(packets), "start_ns": schema.nanoseconds(start) if start else None,
            "end_ns": schema.nanoseconds(end) if end else None, "problem": (kind, words) if kind else None}
    return found


def last_line(text):
    lines = text.decode(errors="replace").replace("Run with --help for more information.", "").splitlines()
    return next((line.strip().removeprefix("tcpstate: ") for line in reversed(lines) if line.strip()), "")


# On workers of Dask, which know nothing but these functions.

def _program(names, options):
    memory = sys.modules.setdefault("_tcpstate_archive", types.SimpleNamespace(lock=threading.Lock(), programs={}))
    with memory.lock:
        key = (*names, *options)
        if key not in memory.programs:
            from distributed import get_worker
            memory.programs[key] = Program(names, options, get_worker().local_directory)   # Dask removes it
        return memory.programs[key]


def check(names, options, folders):
    """What this worker would work with; or why it cannot."""
    try:
        program = _program(names, options)
        for folder in folders:
            if not os.path.isdir(folder):
                raise Fault(f"it cannot see the folder {folder}: the captures must lie under the same path everywhere")
        return {"host": socket.gethostname(), "made_by": program.made_by, "columns": program.columns()}
    except (Fault, OSError) as fault:
        return {"host": socket.gethostname(), "fault": str(fault)}


def read_packed(names, options, paths):
    """As Program.read, with rows that can be sent."""
    result, packed = _program(names, options).read(paths), io.BytesIO()
    with result["rows"] as rows, gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as to:
        shutil.copyfileobj(rows, to, 1 << 20)
    return result | {"rows": packed.getvalue()}
