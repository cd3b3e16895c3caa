# SPDX-License-Identifier: GPL-2.0-or-later
"""tcpstate report: the data of the page are what the program says elsewhere, nothing of a capture becomes markup, and the file is
there as a whole or not at all."""
import collections
import functools
import html.parser
import json
import os
import re
import stat
import subprocess

import pytest

import captures
import packets
from program import BAD_FILES, FAILED, PROGRAM, WRONG_ARGUMENTS, environment, out, tcpstate
from samples import CHECKOUT, SAMPLES, build_folder, recorded, sample

GENERATOR = build_folder() / "bench/generator"
RST_FLAG = 4


class Elements(html.parser.HTMLParser):
    """The elements of a page as a browser finds them: tags with their attributes, and the text of those that have an id."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.open = collections.Counter(), collections.defaultdict(str), None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.open = dict(attrs).get("id") if tag == "script" else None

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            self.texts[self.open] += data


class Page:
    def __init__(self, text):
        elements = Elements(text)
        self.tags = elements.tags
        data = {name: json.loads(text) for name, text in elements.texts.items()}
        self.capture = data.pop("capture")
        self.connections = {int(conn): each for chunk in data.values() for conn, each in chunk.items()}
        self.fields = [field["name"] for field in self.capture["vocabulary"]["fields"]]
        self.findings = [finding["text"] for finding in self.capture["findings"]]

    def rows(self):
        names = [column["name"] for column in self.capture["columns"]]
        return [dict(zip(names, row)) for row in self.capture["connections"]]


def page(*arguments):
    return Page(out("report", *arguments, "-o", "-"))


def lines(*arguments):
    return [json.loads(line) for line in out(*arguments).splitlines()]


def flags_and_length(step):
    bits = {"SYN": 2, "FIN": 1, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32}
    named = ",".join(name for name, bit in bits.items() if step["flags"] & bit) or "no flags"
    return named + (f" {step['len']}" if step["len"] else "")


def fields_of_step(report, conn, index):
    """All fields of a segment, from wherever the page keeps them, as `tcpstate segments --json` has them."""
    connection, vocabulary = report.connections[conn], report.capture["vocabulary"]
    step = {name: connection[name][index] for name in ("frame", "time", "side", "flags", "len")}
    more = connection["more"].get(str(index), {})
    states = [state["name"] for state in vocabulary["states"]]
    client, server, client_presumed, server_presumed = connection["pairs"][connection["states"][index]]
    fields = {"frame.number": step["frame"], "tcpstate.conn": conn, "tcpstate.client.state": states[client],
              "tcpstate.server.state": states[server],
              "tcpstate.states": f"{states[client]}{'?' * client_presumed} / {states[server]}{'?' * server_presumed}"}
    if client_presumed:
        fields["tcpstate.client.presumed"] = True
    if server_presumed:
        fields["tcpstate.server.presumed"] = True
    if step["flags"] is not None:
        fields["tcpstate.sender"] = ("client", "server")[step["side"]]
        fields["tcpstate.segment"] = flags_and_length(step)
    if index:
        fields["tcpstate.idle"] = (step["time"] - connection["time"][index - 1]) / 1e6
    for side, before, after, rule in more.get("moves", []):
        fields.setdefault("tcpstate.transition", []).append(f"{('client', 'server')[side]} {states[before]} -> {states[after]}")
        fields.setdefault("tcpstate.rule", []).append(vocabulary["rules"][rule]["why"])
        assert (vocabulary["rules"][rule]["from"], vocabulary["rules"][rule]["to"]) == (before, after)
    runs = [(field, value) for field, first, last, value in connection["runs"] if first <= index <= last]
    for field, value in [*connection["all"], *runs, *more.get("fields", [])]:
        name = report.fields[field]
        if name == "tcpstate.event":
            fields.setdefault(name, []).append(value)
        else:
            assert name not in fields or name == "tcpstate.idle", f"{name} is there twice"
            fields[name] = value
    return fields


def nearly(fields):
    """The page has microseconds where the fields have nanoseconds."""
    return {name: pytest.approx(value, abs=2.1e-6) if isinstance(value, float) else value for name, value in fields.items()}


@pytest.mark.parametrize("capture", recorded(), ids=lambda path: path.name)
def test_every_field_of_every_segment_is_in_the_page(capture):
    report, seen = page(capture), collections.Counter()
    for segment in lines("segments", "--json", capture):
        time, conn = segment.pop("frame.time_epoch"), segment["tcpstate.conn"]
        index, connection = seen[conn], report.connections[conn]
        seen[conn] += 1
        assert fields_of_step(report, conn, index) == nearly(segment)
        start = report.rows()[conn]["start"]
        assert connection["time"][index] / 1e6 == pytest.approx(time - start, abs=2e-6)
    assert {conn: len(each["frame"]) for conn, each in report.connections.items()} == seen
    assert report.capture["segments"] == seen.total()


@pytest.mark.parametrize("name", ["mixed", "half_open_crash", "syn_scan", "time_wait_reused", "icmp_port_unreachable"])
def test_the_table_is_that_of_connections(name):
    assert page(sample(name)).rows() == lines("connections", "--json", sample(name))


def test_numbers_of_a_known_connection():
    """half_open_crash: the client's SYN, "hello", silence, "world", and the RST of the server that came back without memory."""
    report = page(sample("half_open_crash"))
    connection = report.connections[0]
    assert connection["frame"] == [1, 2, 3, 4, 5, 6, 7]
    assert connection["side"] == [0, 1, 0, 0, 1, 0, 1]
    assert connection["seq"] == [0, 0, 1, 1, 1, 6, 1]
    assert connection["ack"] == [None, 1, 1, 1, 6, 1, None]
    assert connection["len"] == [0, 0, 0, 5, 0, 5, 0]
    assert connection["half_open"] == [{"since": 4, "until": 6, "gone": 1, "by": "rst", "state": "confirmed"}]
    assert [mark & 32 for mark in connection["mark"]] == [0, 0, 0, 0, 0, 32, 32]
    (reset,) = connection["resets"]
    assert (reset["at"], reset["answers"], reset["cause"], reset["effect"]) == (6, 5, "crash", "accepted")
    assert reset["line"]["seq"] == reset["line"]["rcv_nxt"] == 1, "a RST that is accepted stands at RCV.NXT (RFC 5961 3)"
    assert report.findings == ["1 connection crashed at 10.77.0.2:7777"]


def test_repeats_are_marked():
    connection = page(sample("half_open_retransmit")).connections[0]
    repeated = [frame for frame, mark in zip(connection["frame"], connection["mark"]) if mark & 1]
    assert repeated == [7, 8, 9, 10, 11], "frame 6 is the first time; the last repeat is what the server answered"


def test_a_half_close_lasts_from_fin_to_fin():
    connection = page(sample("half_closed")).connections[0]
    (half_close,) = connection["half_closed"]
    fins = [index for index, flags in enumerate(connection["flags"]) if flags & 1]
    assert [half_close["since"], half_close["until"]] == fins
    assert half_close["closed"] == connection["side"][fins[0]]


def test_colours_are_those_of_the_profile():
    rules = re.sub(r"!\([^)]*\)", "", (CHECKOUT / "profile/TCP State/colorfilters").read_text()).splitlines()
    vocabulary = page(sample("refused")).capture["vocabulary"]

    def in_profile(colour):
        return "[" + ",".join(str(int(colour[at:at + 2], 16) * 257) for at in (1, 3, 5)) + "]"

    for cause in vocabulary["causes"]:
        of_cause = [rule for rule in rules if re.search(rf'rst\.cause.*"{cause["name"]}"', rule)]
        assert (cause["colour"] is None) == (not of_cause), cause
        assert cause["colour"] is None or in_profile(cause["colour"]) in of_cause[0], cause
    for outcome in vocabulary["outcomes"]:
        assert outcome["colour"] is None or any(in_profile(outcome["colour"]) in rule for rule in rules), outcome


def test_a_page_for_exercises_says_so():
    assert page(sample("refused"), "--hide-answers").capture["hide_answers"] is True
    assert page(sample("refused")).capture["hide_answers"] is False


def test_one_connection():
    report = page(sample("mixed"), "--conn", 4)
    assert list(report.connections) == [4]
    assert [row["conn"] for row in report.rows()] == [4]
    assert report.connections[4] == page(sample("mixed")).connections[4]


# Two points

@functools.cache
def pair(name):
    return page(sample(name), SAMPLES / f"{name}.server.pcapng")


def test_a_segment_that_was_lost():
    """fin_lost: the path dropped the client's FIN twice (sample_pcaps/truth)."""
    connection = pair("fin_lost").connections[0]
    lost = [step for step, fate in enumerate(connection["fate"]) if fate]
    assert [connection["flags"][step] & 1 for step in lost] == [1, 1]
    assert {connection["fates"][connection["fate"][step]] for step in lost} == \
        {"lost between fin_lost.pcapng and fin_lost.server.pcapng"}
    for step, far in enumerate(connection["other"]):
        assert (far is None) == (step in lost)
        assert (connection["other_frame"][step] is None) == (step in lost)


def test_a_segment_that_only_the_far_point_has_seen():
    connection = pair("half_open_retransmit").connections[0]
    unseen = [step for step, frame in enumerate(connection["frame"]) if frame is None]
    assert [connection["flags"][step] & 5 for step in unseen] == [1, 4], "FIN and RST of a server that was cut off"
    for step in unseen:
        assert connection["side"][step] == 1
        assert connection["states"][step] == connection["states"][step - 1]
        assert str(step) not in connection["more"]
        assert connection["fates"][connection["fate"][step]].startswith("lost between ")
    assert connection["time"] == sorted(connection["time"])


def test_a_forged_reset_leads():
    report = pair("two_points_rst_to_client")
    assert "was not sent by the server" in report.findings[0]
    connection = report.connections[0]
    (forged,) = [step for step, fate in enumerate(connection["fate"]) if "injected" in connection["fates"][fate]]
    assert connection["flags"][forged] & RST_FLAG
    assert connection["other"][forged] is None


def test_points_stand_in_the_order_of_the_path():
    names = ["fin_lost.pcapng", "fin_lost.server.pcapng"]
    for files in names, names[::-1]:
        report = page(*(SAMPLES / name for name in files))
        assert report.capture["points"] == names
        assert report.connections == pair("fin_lost").connections


def test_captures_that_have_nothing_in_common(tmp_path):
    result = tcpstate("report", sample("refused"), sample("abort_linger_ipv6"), "-o", tmp_path / "page.html")
    assert result.returncode == FAILED
    assert "no connection in common" in result.stderr
    assert not list(tmp_path.iterdir())


# Hostile captures

HOSTILE = '</script><img src=x onerror=alert(1)><!--&\u2028"\\'


def hostile_capture(folder):
    """A RST that gives markup as its reason, in a file whose name is markup and no UTF-8."""
    path = folder / os.fsdecode(b'<img src=x onerror=alert(1)>&"\xff.pcap')
    client, server = "10.0.0.1", "10.0.0.2"
    frames = [packets.framed(client, server, packets.tcp(client, server, 40000, 80, "S", seq=100)),
              packets.framed(server, client, packets.tcp(server, client, 80, 40000, "RA", ack=101, data=HOSTILE.encode()))]
    captures.write_pcap(path, captures.spaced(frames))
    return path


def test_nothing_of_a_capture_becomes_markup(tmp_path):
    text = out("report", hostile_capture(tmp_path), "-o", "-")
    report, plain = Page(text), page(sample("refused"))
    assert report.tags == plain.tags, "the same elements as of any capture"
    assert report.capture["points"] == ['<img src=x onerror=alert(1)>&"\N{REPLACEMENT CHARACTER}.pcap']
    declared = dict(report.connections[0]["more"]["1"]["fields"])[report.fields.index("tcpstate.rst.declared")]
    assert "</script><img src=x" in declared, "what the RST says is there as text"
    data = "".join(re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.S))
    assert not set("<>&\u2028\u2029") & set(data)


def test_the_page_asks_for_nothing_from_elsewhere():
    text = out("report", sample("mixed"), "-o", "-")
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', text).group(1)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r'(src|href)="?(https?:)?//', text)


# The file

def test_the_file_is_there_as_a_whole_or_not_at_all(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("before")
    assert tcpstate("report", CHECKOUT / "README.md", "-o", path).returncode == BAD_FILES
    assert tcpstate("report", sample("refused"), "--conn", 1, "-o", path).returncode == WRONG_ARGUMENTS
    assert path.read_text() == "before"
    assert out("report", sample("refused"), "-o", path) == ""
    assert path.read_text() == out("report", sample("refused"), "-o", "-")
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"], "no temporary file stays"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("arguments, status, words", [
    (("-o", "/nonexistent/page.html"), FAILED, "/nonexistent/page.html: No such file or directory"),
    (("-o", "/dev/full"), FAILED, "/dev/full: No space left on device"),
    (("--conn", 1, "-o", "-"), WRONG_ARGUMENTS, "--conn 1: there are only 1 connections, from 0"),
    ((), WRONG_ARGUMENTS, "--output is required"),
    (("--preference", "tcpstate.nothing:1", "-o", "-"), WRONG_ARGUMENTS, "tcpstate.nothing"),
])
def test_what_cannot_be_done_is_said_in_one_line(arguments, status, words):
    result = tcpstate("report", sample("refused"), *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert words in result.stderr.splitlines()[0]


def test_a_damaged_file_gives_a_page_of_what_could_be_read(tmp_path):
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(sample("half_open_crash").read_bytes()[:700])
    result = tcpstate("report", cut, "-o", tmp_path / "page.html")
    assert result.returncode == BAD_FILES
    assert "cut short" in result.stderr
    assert [row["outcome"] for row in Page((tmp_path / "page.html").read_text()).rows()] == ["open"]


def test_preferences_count():
    """Four repeats are needed for a suspicion by default (RFC 9293 3.8.4)."""
    report = page(sample("repeats_into_silence"), "--preference", "tcpstate.attempts_before_suspicion:100")
    assert [row["outcome"] for row in report.rows()] == ["open"]


# Large captures

@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "blend.pcap"
    subprocess.run([GENERATOR, "blend", "1000000", "20000", path], check=True)
    return path


def cpu_seconds(*arguments):
    before = os.times()
    subprocess.run([PROGRAM, *map(str, arguments)], env=environment(), stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_a_large_page_has_what_is_notable_and_stays_below_its_limit(large):
    text = out("report", large, "-o", "-")
    assert len(text) < 25_000_000
    report = Page(text)
    assert len(report.rows()) > 20_000
    assert report.capture["left_out"] == report.capture["chunk_of"].count(-1) > 0
    left_out = [row["outcome"] for row, chunk in zip(report.rows(), report.capture["chunk_of"]) if chunk == -1]
    assert set(left_out) <= {"closed", "open", "unknown"}
    shown = {row["conn"] for row, chunk in zip(report.rows(), report.capture["chunk_of"]) if chunk != -1}
    assert shown == set(report.connections)
    conn = report.capture["chunk_of"].index(-1)
    assert list(page(large, "--conn", conn).connections) == [conn], "what was left out can be had by itself"


def test_it_takes_less_than_twice_the_time_of_the_table(large):
    times = [(cpu_seconds("report", large, "-o", "-"), cpu_seconds("connections", "--tsv", large)) for _ in range(5)]
    report, table = (min(each) for each in zip(*times))
    assert report < 2 * table + 0.1
