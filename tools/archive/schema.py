# SPDX-License-Identifier: GPL-2.0-or-later
"""What the columns of -z tcpstate,connections are in the database. A column that is not listed here is taken as it is."""
import operator

# `conn` is counted anew when rows are printed; it means nothing in a database that grows.
INDEX = "conn"
# Frame numbers: of one file on a worker, of the whole capture point in the result.
FRAMES = ("first_frame", "last_frame", "half_open_since", "half_open_discovered_in", "half_open_recovered_in",
          "half_closed_since", "rst_frame")
SECONDS = ("duration", "half_open_duration", "half_closed_duration", "rst_idle")
# Seconds since the epoch do not fit into a REAL with all their digits: a second column has nanoseconds.
TIMES = ("start", "half_open_time", "rst_time")
NUMBERS = ("client_port", "server_port", "incarnation", "client_frames", "server_frames", "client_bytes",
           "server_bytes", "half_open_attempts", "half_open_lost_bytes", "half_closed_bytes")


def type_of(column):
    if column in FRAMES or column in NUMBERS:
        return "INTEGER"
    return "REAL" if column in SECONDS or column in TIMES else "TEXT"


def stored(columns):
    """The columns of the table `connections` for those that the plugin prints."""
    for column in columns:
        if column in TIMES:
            yield column + "_ns"
        if column != INDEX:
            yield column


class Reader:
    """Makes what is stored of a row that was read with floats as text."""

    def __init__(self, columns):
        names = list(stored(columns))
        sources = [name[:-3] if name.endswith("_ns") and name[:-3] in TIMES else name for name in names]
        self.get = operator.itemgetter(*sources)
        self.floats = [at for at, name in enumerate(names) if name in SECONDS or name in TIMES]
        self.times = [at for at, name in enumerate(names) if name != sources[at]]
        self.sums = [at for at, name in enumerate(names) if name.endswith("_bytes")]

    def __call__(self, row):
        values = list(self.get(row))
        for at in self.floats:
            if values[at] is not None:
                values[at] = float(values[at])
        for at in self.times:
            if values[at] is not None:
                values[at] = nanoseconds(values[at])
        for at in self.sums:
            if values[at] is not None and values[at] >= 1 << 63:    # SQLite has no unsigned numbers
                values[at] -= 1 << 64
        return values


def nanoseconds(text):
    seconds, _, fraction = text.partition(".")
    return int(seconds + (fraction + "000000000")[:9])


def seconds(number):
    """Nanoseconds as the plugin prints them."""
    sign, number = ("-", -number) if number < 0 else ("", number)
    return f"{sign}{number // 10 ** 9}.{number % 10 ** 9:09d}"
