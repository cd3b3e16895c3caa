# SPDX-License-Identifier: GPL-2.0-or-later
"""What the columns of -z tcpstate,connections are in the database. The program itself says which there are, and of which types
(tcpstate connections --list-columns), so this is right on every worker and for columns that are yet to come."""
import re

# Of what the program prints. Seconds since the epoch do not fit into a REAL with all their digits: a second column has nanoseconds.
SQL = {"number": "INTEGER", "signed": "INTEGER", "bytes": "INTEGER", "frame": "INTEGER", "duration": "REAL", "time": "REAL",
       "string": "TEXT", "prose": "TEXT"}
# Names of columns end so where the table of connections has none.
NANOSECONDS = "_ns"
# What SQLite stores as NULL. So it does with None, for which Python first looks for an adapter: that takes half of all the time.
NOTHING = float("nan")


def read(printed):
    """The columns as the program prints them: [(name, type)]."""
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
    """The columns of the table `connections` for those that the program prints: (name, type in SQL, value), where the value is made
    of the cells of a line: ?1 is the first. The types make numbers of their text."""
    for number, (name, type_) in enumerate(columns, 1):
        if type_ == "time":     # with nine digits after the point
            yield name + NANOSECONDS, "INTEGER", f"CAST(replace(?{number}, '.', '') AS INTEGER)"
        if type_ != "index":
            yield name, SQL.get(type_, "TEXT"), f"?{number}"


def cells(line):
    return [cell or NOTHING for cell in line.rstrip("\n").split("\t")]


def mover(columns, step):
    """Adds a number to all frame numbers in the cells of a line, also where text for people names them."""
    frames = [at for at, (_, type_) in enumerate(columns) if type_ == "frame"]
    prose = [at for at, (_, type_) in enumerate(columns) if type_ == "prose"]

    def move(values):
        for at in frames:
            if values[at] is not NOTHING:
                values[at] = str(int(values[at]) + step)
        for at in prose:
            if values[at] is not NOTHING:
                values[at] = re.sub(r"\bframe (\d+)", lambda named: f"frame {int(named[1]) + step}", values[at])
        return values
    return move if step else lambda values: values


def nanoseconds(text):
    return int(text.replace(".", ""))


def seconds(number):
    """Nanoseconds as the program prints them."""
    sign, number = ("-", -number) if number < 0 else ("", number)
    return f"{sign}{number // 10 ** 9}.{number % 10 ** 9:09d}"
