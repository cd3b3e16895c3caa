# SPDX-License-Identifier: GPL-2.0-or-later
"""Workers on this machine without Dask: a process pool of the standard library, with the interface of `Cluster`."""
import concurrent.futures
import ctypes
import itertools
import multiprocessing
import os
import shutil
import signal
import tempfile
from concurrent.futures.process import BrokenProcessPool

from . import Died, leftovers, worker

ALIVE = 0.5                 # seconds between two calls of `waiting`
TASKS_PER_WORKER = 3        # handed out at a time
ATTEMPTS = 2                # at a task whose worker died
DIE_WITH_PARENT = 1         # prctl


def begin_worker():
    """Interrupts are for the parent, and no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


class Pool:
    """Use it in a `with` statement."""

    def __init__(self, workers):
        self.workers, self.executor = workers, None

    def __enter__(self):
        self.scratch = tempfile.mkdtemp(prefix=leftovers.prefix())
        os.chmod(self.scratch, 0o711)       # tshark runs as another user when this is root
        return self

    def __exit__(self, *_):
        self._stop()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _start(self):
        # Forked, so that the workers have what `check` has set up.
        self.executor = concurrent.futures.ProcessPoolExecutor(self.workers, multiprocessing.get_context("fork"), begin_worker)

    def _stop(self):
        if self.executor:
            for process in multiprocessing.active_children():
                process.kill()
            self.executor.shutdown(cancel_futures=True)
            self.executor = None

    def check(self, plugins, options, folders):
        """What a worker says about itself: they are all alike."""
        worker.work_in(self.scratch)
        return {"here": worker.check(plugins, options, folders)}

    def map(self, function, tasks, waiting=lambda: None, meanwhile=lambda: None):
        """Runs function(*arguments) for each (name, arguments) and yields (name, result or exception) as they end, as
        `Cluster.map` does. When a worker dies, all tasks that had begun are suspects: each is tried again alone."""
        suspects = []
        yield from self._run(function, iter(tasks), TASKS_PER_WORKER * self.workers, suspects, waiting, meanwhile)
        for _ in range(ATTEMPTS):
            again, suspects = suspects, []
            for task in again:
                yield from self._run(function, iter([task]), 1, suspects, waiting)
        for name, _ in suspects:
            yield name, Died()

    def _run(self, function, tasks, window, suspects, waiting, meanwhile=None):
        running = {}
        while True:
            if not self.executor:
                self._start()
            for task in itertools.islice(tasks, window - len(running)):
                try:
                    running[self.executor.submit(function, *task[1])] = task
                except BrokenProcessPool:
                    suspects.append(task)
            if not running:
                return
            if meanwhile:
                meanwhile()
                meanwhile = None
            done, _ = concurrent.futures.wait(running, ALIVE, concurrent.futures.FIRST_COMPLETED)
            waiting()
            broken = False
            for future in done:
                task = running.pop(future)
                error = None if future.cancelled() else future.exception()
                if future.cancelled() or isinstance(error, BrokenProcessPool):
                    suspects.append(task)
                    broken = True
                else:
                    yield task[0], error or future.result()
            if broken:
                self._stop()
