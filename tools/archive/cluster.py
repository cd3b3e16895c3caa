# SPDX-License-Identifier: GPL-2.0-or-later
"""Dask, and as much of it as is needed: a cluster on this machine or a running one, and tasks with their results."""
import contextlib
import itertools
import logging
import os
import shutil
import socket
import tempfile
import uuid
import warnings

import cloudpickle
import dask
import distributed

from . import Died, Failure, captures, leftovers, schema, worker

ALIVE = 0.5                 # seconds between two looks at the scheduler
PATIENCE = 15               # for a scheduler to answer and the first worker to come
TASKS_PER_THREAD = 3        # handed out at a time: the rest waits here, and results do not pile up on the workers


class Lost(Failure):
    """The scheduler is gone."""


class Cluster:
    """Use it in a `with` statement."""

    def __init__(self, scheduler, workers):
        self.scheduler, self.workers = scheduler, workers

    def __enter__(self):
        logging.disable(logging.CRITICAL)       # what Dask logs is told in one line, by us
        warnings.simplefilter("ignore")
        # Workers of a cluster do not have this code.
        for module in worker, captures, schema:
            cloudpickle.register_pickle_by_value(module)
        self.stack = contextlib.ExitStack()
        try:
            self.client = self._join() if self.scheduler else self._start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def _start(self):
        scratch = tempfile.mkdtemp(prefix=leftovers.prefix())
        self.stack.callback(shutil.rmtree, scratch, ignore_errors=True)
        os.chmod(scratch, 0o711)        # tshark runs as another user when this is root
        dask.config.set({"distributed.scheduler.allowed-failures": 1, "distributed.worker.use-file-locking": False,
                         "distributed.admin.tick.limit": "1h"})
        # No limit of memory: the workers hold little, tshark beside them is not counted in it anyway.
        try:
            local = self.stack.enter_context(distributed.LocalCluster(
                n_workers=self.workers, threads_per_worker=1, memory_limit=0, local_directory=scratch, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL))
            return self.stack.enter_context(distributed.Client(local))
        except (OSError, TimeoutError, RuntimeError) as error:
            raise Failure(f"cannot start workers here: {error}") from None

    def _join(self):
        # Dask tries for long, also where nobody listens.
        host, _, port = self.scheduler.removeprefix("tcp://").rpartition(":")
        try:
            if "://" not in self.scheduler.removeprefix("tcp://") and port.isdigit():
                socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
            return self.stack.enter_context(distributed.Client(self.scheduler, timeout=PATIENCE))
        except (OSError, TimeoutError, ValueError, TypeError, OverflowError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise Failure(f"no scheduler answers at {self.scheduler}: {reason}") from None

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            if self.client.status != "running":
                self.client.close(timeout=0)
        with contextlib.suppress(Exception):
            self.stack.close()

    def threads(self):
        return sum(self.client.nthreads().values())

    def check(self, plugins, options, folders):
        """What the workers say about themselves; one answer each."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (TimeoutError, distributed.TimeoutError):
            raise Failure(f"the scheduler {self.scheduler} has no workers") from None
        try:
            return self.client.run(worker.check, plugins, options, folders)
        except OSError as error:
            raise Failure(f"a worker does not answer: {error}") from None

    def map(self, function, tasks, waiting=lambda: None, meanwhile=lambda: None):
        """Runs function(*arguments) for each (name, arguments) and yields (name, result or exception) as they end. Calls
        `meanwhile` once, when the workers have the first tasks, and `waiting` now and then.
        A task whose worker died is tried again by Dask; if that goes on, once more when nothing else runs, so that it
        does not take others with it."""
        suspects = []
        for name, result in self._run(function, iter(tasks), self._window, waiting, meanwhile):
            if isinstance(result, distributed.scheduler.KilledWorker):
                suspects.append(name)
            else:
                yield name[0], result
        for name, result in self._run(function, iter(suspects), lambda: 1, waiting):
            yield name[0], Died() if isinstance(result, distributed.scheduler.KilledWorker) else result

    def _window(self):
        return max(2, TASKS_PER_THREAD * self.threads())

    def _run(self, function, tasks, window, waiting, meanwhile=None):
        running, run = {}, uuid.uuid4().hex[:8]
        count = itertools.count()
        try:
            while True:
                self._look()
                for task in itertools.islice(tasks, max(0, window() - len(running))):
                    future = self.client.submit(function, *task[1], key=f"tcpstate-{run}-{next(count)}", pure=False, retries=2)
                    running[future.key] = future, task
                if not running:
                    return
                if meanwhile:
                    meanwhile()
                    meanwhile = None
                self._wait([future for future, _ in running.values()])
                waiting()
                for key in [key for key, (future, _) in running.items() if future.done()]:
                    future, task = running.pop(key)
                    yield task, self._result(future)
                    future.release()
        finally:
            for future, _ in running.values():
                with contextlib.suppress(Exception):
                    future.release()

    def _wait(self, futures):
        try:
            distributed.wait(futures, timeout=ALIVE, return_when="FIRST_COMPLETED")
        except (TimeoutError, distributed.TimeoutError):
            pass
        except (distributed.CancelledError, distributed.comm.CommClosedError):
            self._lost()
        self._look()

    def _result(self, future):
        if future.status == "cancelled":
            self._lost()
        try:
            if future.status == "error":
                return future.exception()
            return future.result(timeout=600)
        except (distributed.CancelledError, distributed.comm.CommClosedError, OSError, TimeoutError):
            self._lost()

    def _look(self):
        if self.client.status != "running":
            self._lost()

    def _lost(self):
        raise Lost(f"the scheduler {self.scheduler or ''} went away; the same command goes on from here")
