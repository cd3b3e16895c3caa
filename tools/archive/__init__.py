# SPDX-License-Identifier: GPL-2.0-or-later
"""The connection table over many captures: tools/tcpstate-archive. How it works: docs/archives.md."""


class Failure(Exception):
    """One line for people; the run ends with it."""


class Died(Exception):
    """Whoever had this task was killed, twice."""
