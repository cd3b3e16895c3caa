# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./run prints: the frames of a capture with both endpoints' states, then one line per connection; of a large capture,
an overview of its connections."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys

from overview import Connections, check
from shark import Failure, NOBODY, PROFILE, Shark, exit_on_signals, last_line

FIELDS = """frame.number frame.time_relative frame.protocols ip.src ip.dst ipv6.src ipv6.dst tcp.srcport tcp.dstport
tcp.flags tcp.len icmp icmpv6""".split()
STATE_FIELDS = """conn sender client.state server.state client.presumed server.presumed summary outcome closed_first
half_open half_open.gone half_open.since half_open.duration half_open.attempts half_open.lost_bytes
half_open.discovered_in half_open.discovered_by half_open.recovered_in half_closed half_closed.since
half_closed.bytes half_closed.ended_in half_closed.ended_by rst.cause rst.confidence rst.effect rst.trigger
roles""".split()
FLAGS = ((0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x10, "ACK"), (0x20, "URG"))
BETWEEN = "\x1f"        # between several values of one field
PROGRAM = os.environ.get("TCPSTATE_PROGRAM", "run")
DESCRIPTION = """Prints the TCP segments of a capture with the states of both endpoints, then its connections. A capture of more
than 200 segments is summarized instead: how many connections ended how, and those in trouble."""
SMALL = 200     # TCP segments of a capture that is printed frame by frame


def rows(shark, path, name):
    """One dict per TCP header: field name -> text, absent fields left out."""
    fields = shark.tshark("-G", "fields").stdout.splitlines()
    known = {line.split("\t")[2] for line in fields if "\ttcpstate." in line}
    names = FIELDS + ["tcpstate." + name for name in STATE_FIELDS if "tcpstate." + name in known]
    wanted = [part for name in names for part in ("-e", name)]
    result = shark.tshark("-2", "-n", "-r", path, "-Y", "tcpstate", "-T", "fields", "-E",
                          "separator=/t", "-E", "occurrence=a", "-E", "aggregator=" + BETWEEN, *wanted)
    check(result, name)
    for line in result.stdout.splitlines():
        frame = {name: value.split(BETWEEN) for name, value in zip(names, line.split("\t")) if value}
        headers = len(frame["tcpstate.conn"])
        for n in range(headers):
            # A field with one value per header is split among them; any other is shown with the first.
            yield {name: values[n] if len(values) == headers else BETWEEN.join(values)
                   for name, values in frame.items() if len(values) == headers or n == 0 or not name.startswith("tcpstate.")}


def endpoints(row):
    """Source and destination of the TCP segment; for an ICMP error, of the error."""
    about_error = "icmp" in row or "icmpv6" in row
    layers = [layer for layer in row["frame.protocols"].split(":") if layer in ("ip", "ipv6", "tcp")]
    if "tcp" in layers and not about_error:
        layers = layers[:len(layers) - layers[::-1].index("tcp")]
    network = [layer for layer in layers if layer != "tcp"]
    layer = network[0 if about_error else -1] if network else "ip"
    pick = 0 if about_error else -1
    ends = []
    for side, port in (("src", "tcp.srcport"), ("dst", "tcp.dstport")):
        address = row.get(f"{layer}.{side}", "?").split(BETWEEN)[pick]
        if about_error:
            ends.append(address)
        else:
            address = f"[{address}]" if ":" in address else address
            ends.append(f"{address}:{row.get(port, '?').split(BETWEEN)[0]}")
    return ends


def segment(row):
    if "icmp" in row or "icmpv6" in row:
        return "ICMP error"
    bits = int(row["tcp.flags"].split(BETWEEN)[0], 16)
    flags = ",".join(name for bit, name in FLAGS if bits & bit) or "no flags"
    length = row.get("tcp.len", "0").split(BETWEEN)[0]
    return flags if length == "0" else f"{flags} len {length}"


def state(row, who):
    return row[f"tcpstate.{who}.state"] + ("?" if f"tcpstate.{who}.presumed" in row else "")


def remark(row):
    """What happened in this frame, or else what it is part of."""
    if "tcpstate.summary" in row:
        return row["tcpstate.summary"].replace(BETWEEN, " / ")
    discovered = row.get("tcpstate.half_open.discovered_in")
    if "tcpstate.half_open" in row:
        text = f"(half-open suspected, {row['tcpstate.half_open.attempts']} attempts failed"
    elif discovered and discovered != row["frame.number"]:
        text = "(half-open, not yet discovered"
    else:
        return ""
    return text + (f"; discovered in frame {discovered})" if discovered else ")")


def print_table(table):
    lines = [("No.", "Time", "Conn", "Source", "Destination", "Segment", "Client", "Server", "What happened")]
    for row in table:
        lines.append((row["frame.number"], f"{float(row['frame.time_relative']):.6f}", row["tcpstate.conn"], *endpoints(row), segment(row),
                      state(row, "client"), state(row, "server"),
                      remark(row)))
    if len({line[2] for line in lines[1:]}) == 1:
        lines = [line[:2] + line[3:] for line in lines]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        cells = [cell.rjust(width) if n < len(widths) - 6 else cell.ljust(width)
                 for n, (cell, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())
    if any("?" in line[-3] + line[-2] for line in lines[1:]):
        print("STATE? = presumed: follows from what the endpoint received; nothing that it sent has confirmed it yet")


def seconds(text):
    value = float(text)
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def verdict(connection):
    """One line for a connection, given its rows."""
    last = lambda name: next((row["tcpstate." + name] for row in reversed(connection) if "tcpstate." + name in row), "")
    parts = []
    half_open = [row for row in connection if "tcpstate.half_open" in row]
    if half_open:
        # The confirmed frame tells more than those of the suspicion before it.
        row = next((row for row in half_open if row["tcpstate.half_open"] == "confirmed"), half_open[-1])
        get = lambda name: row.get("tcpstate.half_open." + name, "")
        text = f"half-open since frame {get('since')} ({get('gone')} gone, {seconds(get('duration'))}"
        text += f", {get('attempts')} unanswered" if get("attempts") not in ("", "0") else ""
        text += f", {get('lost_bytes')} bytes lost" if get("lost_bytes") not in ("", "0") else ""
        text += f"), {row['tcpstate.half_open']}"
        if get("discovered_by"):
            how = {"rst": "by the RST", "syn": "after a new SYN,"}[get("discovered_by")]
            text += f" {how} in frame {get('discovered_in') or row['frame.number']}"
        elif get("recovered_in"):
            text += f", recovered in frame {get('recovered_in')}"
        parts.append(text)
    half_closed = [row for row in connection if "tcpstate.half_closed" in row]
    if half_closed:
        row = half_closed[-1]
        get = lambda name: row.get("tcpstate.half_closed." + name, "")
        time = {each["frame.number"]: float(each["frame.time_relative"]) for each in connection}
        end = get("ended_in") if get("ended_in") in time else connection[-1]["frame.number"]
        lasted = time[end] - time.get(get("since"), 0)
        # Every close passes through it: worth a word only when it mattered.
        if get("bytes") != "0" or lasted > 1 or get("ended_by") != "fin":
            text = f"half-closed by the {row['tcpstate.half_closed']} in frame {get('since')} for {seconds(lasted)}"
            how = {"fin": "FIN", "rst": "RST", "capture-end": "the end of the capture"}.get(get("ended_by"))
            text += f", {get('bytes')} bytes the other way" + (f", until {how} in frame {end}" if how else "")
            parts.append(text)
    for row in [row for row in connection if "tcpstate.rst.cause" in row][:3]:
        get = lambda name: row.get("tcpstate.rst." + name, "")
        text = f"RST in frame {row['frame.number']} by the {row['tcpstate.sender']}: {get('cause')} ({get('confidence')}"
        text += f", {get('effect')}" if get("effect") not in ("", "accepted") else ""
        text += f", answers frame {get('trigger')}" if get("trigger") else ""
        parts.append(text + ")")
    if last("closed_first") and last("outcome") not in ("crashed", "refused"):
        parts.append(f"closed first by the {last('closed_first')}")
    return "; ".join([last("outcome") or "unknown", *parts])


def print_connections(table):
    connections = {}
    for row in table:
        connections.setdefault(int(row["tcpstate.conn"]), []).append(row)
    print()
    for index, connection in sorted(connections.items()):
        first = next((row for row in connection if "icmp" not in row and "icmpv6" not in row), connection[0])
        ends = endpoints(first)
        if first.get("tcpstate.sender") == "server":
            ends.reverse()
        guessed = " (roles guessed)" if first.get("tcpstate.roles") == "guessed" else ""
        print(f"connection {index}: client {ends[0]}, server {ends[1]}{guessed}: {verdict(connection)}")


def show(shark, path, options):
    connections = Connections(shark, path, options.name, options.filter)
    if connections.note:
        print(f"{PROGRAM}: note:", connections.note, file=sys.stderr)
    if options.filter and not connections.rows:
        raise Failure(f"no connection in {options.name} has a packet that the filter matches")
    if options.connections:
        connections.print_all()
    elif options.trouble:
        if not connections.print_trouble():
            print(f"no connection is in trouble: {connections.counts()}")
    elif options.all or connections.segments() <= SMALL:
        show_frames(shark, path, options.name, connections.numbers() if options.filter else None)
    else:
        return connections.print_overview()
    connections.print_remarks()


def show_frames(shark, path, name, wanted):
    table = [row for row in rows(shark, path, name) if wanted is None or int(row["tcpstate.conn"]) in wanted]
    if not table:
        raise Failure(f"no TCP segments in {name}")
    print_table(table)
    print_connections(table)


def show_timeline(shark, path, options):
    result = shark.tshark("-q", "-r", path, "-z", f"tcpstate,timeline,{options.timeline}")
    check(result, options.name)
    if "\nNo segment." in result.stdout:
        raise Failure(f"no connection {options.timeline} in {options.name} (--connections lists them)")
    print(result.stdout, end="")


def let_in(shark, env):
    """Gives the other user, under whom Wireshark runs for root, access to root's display. Returns what undoes it."""
    cookie = pathlib.Path(os.environ.get("XAUTHORITY") or pathlib.Path.home() / ".Xauthority")
    env.pop("WAYLAND_DISPLAY", None)
    if cookie.is_file():
        copy = shark.folder / "xauthority"
        shutil.copyfile(cookie, copy)
        shark.give(copy)
        env["XAUTHORITY"] = str(copy)
        return lambda: None
    friend = "si:localuser:#" + str(NOBODY)
    if subprocess.run(["xhost", "+" + friend], capture_output=True).returncode:
        raise Failure(f"cannot open the display {os.environ['DISPLAY']} to another user, and Wireshark ignores plugins of root")
    return lambda: subprocess.run(["xhost", "-" + friend], capture_output=True)


def open_window(shark, path, _):
    env = shark.env()
    env.pop("LC_ALL")
    if "LC_ALL" in os.environ:
        env["LC_ALL"] = os.environ["LC_ALL"]
    shark.bring_program()
    undo = let_in(shark, env) if shark.as_nobody else lambda: None
    try:
        done = shark.run("wireshark", "-C", PROFILE, "-r", path, env=env)
    finally:
        undo()
    if done.returncode:
        raise Failure(f"wireshark ended with status {done.returncode}: {last_line(done.stderr)}")


def received(shark):
    """A file with what standard input brings: it is read twice."""
    path = shark.folder / "standard-input"
    with open(path, "wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    shark.give(path)
    return path


def parser():
    """./run in a checkout, tcpstate in a package."""
    made = argparse.ArgumentParser(prog=PROGRAM, description=DESCRIPTION)
    how = made.add_mutually_exclusive_group()
    for mode, text in (("--all", "every segment, however many there are"),
                       ("--connections", "one line for each connection, no segments"),
                       ("--trouble", "one line for each connection in trouble (crashed, half-open, reset, never finished ...)"),
                       ("--gui", f"open the capture in Wireshark with the profile \"{PROFILE}\"")):
        how.add_argument(mode, action="store_true", help=text)
    how.add_argument("--timeline", metavar="N", help="connection N (tcpstate.conn) as in Tools > TCP State > Timeline")
    made.add_argument("--filter", metavar="FILTER", help="only connections with a packet that this display filter matches")
    made.add_argument("capture", metavar="CAPTURE", help="a capture file, or - for standard input")
    return made


def parsed(arguments):
    options = parser().parse_args(arguments)
    options.name = "standard input" if options.capture == "-" else options.capture
    return options


def main(arguments):
    exit_on_signals()
    options = parsed(arguments)
    act = show_timeline if options.timeline else open_window if options.gui else show
    try:
        with Shark() as shark:
            if shark.as_nobody:
                print(f"{PROGRAM}: Wireshark ignores plugins of root, so it runs as the user nobody, on temporary copies",
                      file=sys.stderr)
            shark.check_loaded()
            path = received(shark) if options.capture == "-" else shark.readable(options.capture)
            act(shark, path, options)
    except Failure as failure:
        print(f"{PROGRAM}:", failure, file=sys.stderr)
        return 1
    except BrokenPipeError:     # as in ./run | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
