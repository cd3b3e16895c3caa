# SPDX-License-Identifier: GPL-2.0-or-later
"""Who reads series: threads on this machine, each of which waits for a program that reads one."""
import concurrent.futures
import itertools
import shutil
import tempfile

from . import Died, Failure, leftovers, reading

ALIVE = 0.5         # seconds between two calls of `waiting`


class Workers:
    """Use it in a `with` statement."""

    def map(self, tasks, waiting=lambda: None):
        """Reads the series of each (name, paths) and yields (name, result or exception) as they end; calls `waiting` now and
        then. One whose worker was killed is tried once more when nothing else runs: perhaps memory was too short for all."""
        suspects = []
        for task, result in self._run(tasks, self.window, waiting):
            if is_death(result):
                suspects.append(task)
            else:
                yield task[0], result
        for task, result in self._run(suspects, lambda: 1, waiting):
            yield task[0], Died() if is_death(result) else result


def is_death(result):
    """By its name: classes that a worker of Dask has sent are copies."""
    return type(result).__name__ in ("Killed", "KilledWorker")


class Pool(Workers):
    def __init__(self, count, programs, options):
        self.count, self.programs, self.options = count, programs, options

    def __enter__(self):
        self.scratch = tempfile.mkdtemp(prefix=leftovers.prefix())
        try:
            self.program = reading.Program(self.programs, self.options, self.scratch)
        except BaseException as error:
            shutil.rmtree(self.scratch, ignore_errors=True)
            raise Failure(str(error)) if isinstance(error, reading.Fault) else error
        self.executor = concurrent.futures.ThreadPoolExecutor(self.count)
        return self

    def __exit__(self, *_):
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.program.stop()
        self.executor.shutdown()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def made_by(self, _):
        return self.program.made_by

    def columns(self):
        try:
            return self.program.columns()
        except reading.Fault as fault:
            raise Failure(str(fault)) from None

    def seen(self):
        return self.program.seen()

    def window(self):
        return self.count + 1       # one is ready when another ends; results do not pile up

    def _run(self, tasks, window, waiting):
        tasks, running = iter(tasks), {}
        while True:
            for task in itertools.islice(tasks, window() - len(running)):
                running[self.executor.submit(self.program.read, task[1])] = task
            if not running:
                return
            done, _ = concurrent.futures.wait(running, ALIVE, concurrent.futures.FIRST_COMPLETED)
            waiting()
            for future in done:
                yield running.pop(future), future.exception() or future.result()
