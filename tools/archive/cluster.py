# SPDX-License-Identifier: GPL-2.0-or-later
"""As much of Dask as is needed: a running cluster, and tasks with their results."""
import contextlib
import itertools
import logging
import socket
import time
import uuid
import warnings

import cloudpickle
import distributed

from . import Failure, reading, schema
from .workers import ALIVE, Workers

PATIENCE = 15               # seconds, for a scheduler to answer and for the first worker to come
GONE = 60                   # seconds without any worker: nobody starts one again
TASKS_PER_THREAD = 2        # handed out at a time: the rest waits here, and results do not pile up on the workers


class Lost(Failure):
    """The scheduler is gone, or its workers are."""


class Cluster(Workers):
    """Use it in a `with` statement."""

    def __init__(self, scheduler, programs, options):
        self.scheduler, self.arguments = scheduler, (programs, options)

    def __enter__(self):
        logging.disable(logging.CRITICAL)       # what Dask logs is told in one line, by us
        warnings.simplefilter("ignore")
        # Workers do not have this code.
        for module in reading, schema:
            cloudpickle.register_pickle_by_value(module)
        # Dask tries for long, also where nobody listens.
        host, _, port = self.scheduler.removeprefix("tcp://").rpartition(":")
        try:
            if "://" not in self.scheduler.removeprefix("tcp://") and port.isdigit():
                socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
            self.client = distributed.Client(self.scheduler, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError, TypeError, OverflowError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise Failure(f"no scheduler answers at {self.scheduler}: {reason}") from None
        self.seen_workers = time.monotonic()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.client.close(timeout=None if self.client.status == "running" else 0)

    def made_by(self, folders):
        """Workers that lack something are named before anything is done, and so are workers that differ."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (TimeoutError, distributed.TimeoutError):
            raise Failure(f"the scheduler {self.scheduler} has no workers") from None
        try:
            answers = self.client.run(reading.check, *self.arguments, folders).values()
        except OSError as error:
            raise Failure(f"a worker does not answer: {error}") from None
        faults = sorted({f"worker on {answer['host']}: {answer['fault']}" for answer in answers if "fault" in answer})
        if faults:
            raise Failure("\n  ".join(faults))
        made_by = sorted({answer["made_by"] for answer in answers})
        if len(made_by) > 1:
            raise Failure("the workers have different programs, and would not say the same:\n  " + "\n  ".join(made_by))
        self.found = next(iter(answers))["columns"]
        return made_by[0]

    def columns(self):
        return self.found

    def seen(self):
        return {}

    def window(self):
        return max(2, TASKS_PER_THREAD * sum(self.client.nthreads().values()))

    def _run(self, tasks, window, waiting):
        running, run, count, tasks = {}, uuid.uuid4().hex[:8], itertools.count(), iter(tasks)
        try:
            while True:
                self._look()
                for task in itertools.islice(tasks, max(0, window() - len(running))):
                    future = self.client.submit(reading.read_packed, *self.arguments, task[1], key=f"tcpstate-{run}-{next(count)}",
                                                pure=False)
                    running[future] = task
                if not running:
                    return
                self._wait(list(running))
                waiting()
                for future in [future for future in running if future.done()]:
                    yield running.pop(future), self._result(future)
                    future.release()
        finally:
            for future in running:
                with contextlib.suppress(Exception):
                    future.release()

    def _wait(self, futures):
        try:
            distributed.wait(futures, timeout=ALIVE, return_when="FIRST_COMPLETED")
        except (TimeoutError, distributed.TimeoutError):
            pass
        except (distributed.CancelledError, distributed.comm.CommClosedError):
            self._lost()

    def _result(self, future):
        if future.status == "cancelled":
            self._lost()
        try:
            return future.exception() if future.status == "error" else future.result(timeout=600)
        except (distributed.CancelledError, distributed.comm.CommClosedError, OSError, TimeoutError):
            self._lost()

    def _look(self):
        """Whether there still is somebody to wait for."""
        try:
            if self.client.status == "running" and self.client.nthreads():
                self.seen_workers = time.monotonic()
        except (OSError, TimeoutError, distributed.comm.CommClosedError):
            self._lost()
        if self.client.status != "running":
            self._lost()
        if time.monotonic() - self.seen_workers > GONE:
            raise Lost(f"the scheduler {self.scheduler} has no workers any more; the same command goes on from here")

    def _lost(self):
        raise Lost(f"the scheduler {self.scheduler} went away; the same command goes on from here")
