# SPDX-License-Identifier: GPL-2.0-or-later
"""What the columns of -z tcpstate,connections are in the database. The plugin itself says which there are, and of which types
(-z tcpstate,connections,columns), so this is right on every worker and for columns that are yet to come."""
import operator
import re

# Of what the plugin prints. Seconds since the epoch do not fit into a REAL with all their digits: a second column has nanoseconds.
SQL = {"number": "INTEGER", "signed": "INTEGER", "bytes": "INTEGER", "frame": "INTEGER", "duration": "REAL", "time": "REAL",
       "string": "TEXT", "prose": "TEXT"}
# Names of columns end so where the table of connections has none.
NANOSECONDS = "_ns"


def read(printed):
    """The columns as the plugin prints them: [(name, type)]."""
    return [tuple(line.split("\t")[:2]) for line in printed.splitlines() if line.count("\t") == 2]


def pack(columns):
    return " ".join(f"{name}:{type_}" for name, type_ in columns)


def unpack(text):
    return [tuple(column.split(":")) for column in text.split()]


def of_type(columns, *types):
    return [name for name, type_ in columns if type_ in types]


def index(columns):
    """The column that is counted anew when rows are printed; it means nothing in a database that grows."""
    return of_type(columns, "index")[0]


def stored(columns):
    """The columns of the table `connections` for those that the plugin prints: (name, source, type in SQL)."""
    for name, type_ in columns:
        if type_ == "time":
            yield name + NANOSECONDS, name, "INTEGER"
        if type_ != "index":
            yield name, name, SQL.get(type_, "TEXT")


def renumbered(prose, new):
    """Text for people, with the frames that it names as `new` numbers them."""
    return prose and re.sub(r"\bframe (\d+)", lambda named: f"frame {new(int(named[1]))}", prose)


class Reader:
    """Makes what is stored of a row that was read with floats as text."""

    def __init__(self, columns):
        types = dict(columns)
        rows = list(stored(columns))
        self.get = operator.itemgetter(*(source for _, source, _ in rows))
        self.floats = [at for at, (_, _, sql) in enumerate(rows) if sql == "REAL"]
        self.times = [at for at, (name, source, _) in enumerate(rows) if name != source]
        self.sums = [at for at, (_, source, _) in enumerate(rows) if types[source] == "bytes"]

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
