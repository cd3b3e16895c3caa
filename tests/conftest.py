# SPDX-License-Identifier: GPL-2.0-or-later
import os
import pathlib
import signal
import sys
import time

sys.dont_write_bytecode = True
# Of jobs in the background shells let SIGINT be ignored, and so would what the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Progress:
    """One line now and then on the file descriptor that ./test names, because ctest keeps a suite's output until its end."""
    SECONDS = 10

    def __init__(self, descriptor, suite):
        self.descriptor, self.suite, self.done, self.total, self.told = descriptor, suite, 0, 0, time.monotonic()

    def tell(self, text):
        try:
            os.write(self.descriptor, f"    {self.suite}: {text}\n".encode())
        except OSError:
            pass

    def pytest_collection_finish(self, session):
        self.total = len(session.items)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.tell(f"FAILED {report.nodeid}")

    def pytest_runtest_logfinish(self):
        self.done += 1
        if time.monotonic() - self.told >= self.SECONDS:
            self.told = time.monotonic()
            self.tell(f"{self.done} of {self.total} done")


def pytest_configure(config):
    descriptor = os.environ.pop("TCPSTATE_PROGRESS", "")     # what the tests start is not to use it
    if descriptor:
        report = config.option.xmlpath
        config.pluginmanager.register(Progress(int(descriptor), pathlib.Path(report).stem if report else "tests"))
