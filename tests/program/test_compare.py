# SPDX-License-Identifier: GPL-2.0-or-later
"""tcpstate compare against what the labs did: where segments were lost, what was injected, what was rewritten, how far the clocks
are apart. The truth is that of the boxes on the path (labs/TRUTH.md), for each pair with and without the captures between."""
import functools
import json
import pathlib
import re
import subprocess

import pytest

import variants
from program import BAD_FILES, COMPLETE, FAILED, WRONG_ARGUMENTS, out, tcpstate
from samples import CHECKOUT, SAMPLES

FOREIGN_SKEW = 60  # seconds: no pair is longer, so that a skew moves an offset by less than skew times this


@functools.cache
def truths():
    """By name: the folder and what the lab says of the path."""
    return {path.name.removesuffix(".path.json"): (SAMPLES, json.loads(path.read_text()))
            for path in sorted((SAMPLES / "truth").glob("*.path.json"))}


@pytest.fixture(scope="session")
def varied(tmp_path_factory):
    """Recorded pairs with a clock that is wrong, or a capture that missed packets."""
    folder = tmp_path_factory.mktemp("variants")
    return {name: (folder, json.loads((folder / f"truth/{name}.path.json").read_text())) for name in variants.make(folder)}


class Compared:
    """What compare says of a pair, by the names of the lab's points."""

    def __init__(self, folder, truth, *, middle):
        self.truth = truth
        points = truth["points"] if middle else [truth["points"][0], truth["points"][-1]]
        files = list(dict.fromkeys(point["capture"] for point in points))
        lines = out("compare", "--json", "--segments", *(pathlib.Path(folder) / file for file in files)).splitlines()
        self.head, *self.connections = map(json.loads, lines)
        self.names = {point["point"]: self.named(point["file"]) for point in self.head["points"]}
        self.places = {point["name"]: place for place, point in enumerate(truth["points"])}
        self.packets = [self.by_name(packet) for connection in self.connections
                        for packet in [*connection["segments"], *connection["icmp"]]]

    def named(self, file):
        name, _, interface = file.partition(", interface ")
        return next(point["name"] for point in self.truth["points"]
                    if point["capture"] == name and interface in ("", point["interface"]))

    def by_name(self, packet):
        return packet | {"between": [self.names[letter] for letter in packet["between"]],
                         "frames": {self.names[letter]: frame for letter, frame in packet["frames"].items()}}

    def agrees(self, packet, told):
        """The same packet, and the lab's place lies between the two points."""
        low, high = sorted(self.places[name] for name in packet["between"])
        from_, to = sorted(self.places[name] for name in told["between"])
        return ("says" in packet) == ("icmp" in told) and low <= from_ and to <= high and any(
            packet["frames"].get(name) in frames for name, frames in told["frames"].items())

    def with_fate(self, *fates):
        return [packet for packet in self.packets if packet["fate"] in fates]

    def unsaid(self, told, *fates):
        """What the lab did and compare does not say."""
        return [each for each in told if not any(self.agrees(packet, each) for packet in self.with_fate(*fates))]

    def invented(self, told, *fates):
        """What compare says without doubt and the lab did not do."""
        return [packet for packet in self.with_fate(*fates)
                if packet.get("sure", True) and not any(self.agrees(packet, each) for each in told)]

    def findings(self, *kinds):
        return [finding for connection in self.connections for finding in connection["findings"] if finding["finding"] in kinds]


@pytest.mark.parametrize("middle", [False, True], ids=["two-ends", "whole-path"])
@pytest.mark.parametrize("name", truths())
def test_says_what_the_lab_did(name, middle):
    folder, truth = truths()[name]
    if middle and len(truth["points"]) == 2:
        pytest.skip("there is nothing between the ends")
    compared = Compared(folder, truth, middle=middle)
    expected = [point["name"] for point in truth["points"] if point["name"] in compared.names.values()]
    assert list(compared.names.values()) == expected, "the order of the path"
    assert compared.unsaid(truth["lost"], "lost", "lost in part") == []
    assert compared.invented(truth["lost"], "lost", "lost in part") == []
    assert compared.unsaid(truth["injected"], "injected") == []
    assert compared.invented(truth["injected"], "injected") == []


@pytest.mark.parametrize("name", truths())
def test_names_what_is_rewritten(name):
    folder, truth = truths()[name]
    compared = Compared(folder, truth, middle=False)
    wanted = {"addresses": "address-rewritten", "sequence numbers": "numbers-shifted"}
    found = {finding["finding"] for finding in compared.findings("address-rewritten", "numbers-shifted")}
    assert found == {wanted[each["what"]] for each in truth["rewritten"]}


def offset_is_within(clock, truth, names):
    begin, end = (truth["clocks"][names[clock[key]].partition(".")[0]] for key in ("from", "to"))
    wrong_by = abs(clock["offset"] - (end["offset"] - begin["offset"]))
    return wrong_by <= clock["bound"] + FOREIGN_SKEW * abs(end["skew"] - begin["skew"]) * 1e-6


@pytest.mark.parametrize("name", truths())
def test_the_clocks_offset_is_within_its_bound(name):
    folder, truth = truths()[name]
    compared = Compared(folder, truth, middle=True)
    assert all(offset_is_within(clock, truth, compared.names) for clock in compared.head["clocks"] if clock["bound"] is not None)


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_wrong_clocks_and_gaps_of_a_capture_are_no_losses(name, varied):
    folder, truth = varied[name]
    compared = Compared(folder, truth, middle=False)
    assert compared.invented(truth["lost"], "lost", "lost in part") == []
    assert compared.invented(truth["injected"], "injected") == []
    assert all(offset_is_within(clock, truth, compared.names) for clock in compared.head["clocks"])
    if not truth["not_captured"]:  # what was lost and repeated in a gap is told as a gap
        assert compared.unsaid(truth["lost"], "lost", "lost in part") == []


def test_a_skew_is_found(varied):
    compared = Compared(*varied["outage_clock_skewed"], middle=False)
    assert compared.head["clocks"][-1]["skew_ppm"] == pytest.approx(variants.SKEW, rel=0.5)


@pytest.mark.parametrize("name", ["half_closed", "mixed", *truths()])
def test_a_file_with_itself_has_no_difference(name):
    capture = SAMPLES / f"{name}.pcapng"
    head, *connections = map(json.loads, out("compare", "--json", "--segments", capture, capture).splitlines())
    assert head["clocks"][0]["offset"] == 0
    kinds = {finding["finding"] for connection in connections for finding in connection["findings"]}
    assert kinds <= {"rst-sent", "icmp-sent", "host-silent", "half-open", "close-wait"}, "what is said of the ends is no difference"
    packets = [packet for connection in connections for packet in [*connection["segments"], *connection["icmp"]]]
    assert {packet["fate"] for packet in packets} <= {"passed"}


@pytest.mark.parametrize("name", ["two_points_rst_to_client", "icmp_host_unreachable"])
def test_the_order_of_the_files_does_not_matter(name):
    """Also where one of them shows no connection at all."""
    ends = SAMPLES / f"{name}.pcapng", SAMPLES / f"{name}.server.pcapng"
    assert out("compare", *ends) == out("compare", *reversed(ends))


def test_a_forged_rst_is_told_first():
    """Issue: "the RST that the client got was not sent by the server"."""
    text = out("compare", SAMPLES / "two_points_rst_to_client.pcapng", SAMPLES / "two_points_rst_to_client.server.pcapng")
    first = next(line for line in text.splitlines() if line.startswith("  * "))
    assert first.startswith("  * The RST that the client got (frame 6 of A) was not sent by the server: it did not pass B")
    assert "the server went on" in first


def test_of_several_points_the_forged_rst_is_told_first_and_where():
    """The router whose interfaces are two of the points made it: nothing may say that no middlebox sent it (labs/TRUTH.md)."""
    ends = [SAMPLES / f"two_points_rst_to_client{where}.pcapng" for where in ("", ".middle", ".server")]
    lines = out("compare", *ends).splitlines()
    findings = [line for line in lines if line.startswith("  * ")]
    assert "not sent by the server: it did not pass C, so it was injected between B and C" in findings[0]
    passed_b, = (line for line in findings if "(frame 6 of A) came from the server's side of B" in line)
    assert "no middlebox" not in passed_b
    counts = [line.strip() for line in lines if ": " in line and " passed" in line and "*" not in line]
    assert [line.split(",")[0] for line in counts] == ["A to B", "A to B", "B to C", "B to C", "C to D", "C to D"]


def test_order_is_as_it_is_given():
    ends = [SAMPLES / f"two_points_rst_to_client{where}.pcapng" for where in (".server", "")]
    head = json.loads(out("compare", "--json", "--order", *ends).splitlines()[0])
    assert [point["file"] for point in head["points"]] == [end.name for end in ends]


def test_the_document_names_what_json_has():
    """Every key and every finding of the samples."""
    document = (CHECKOUT / "docs/two-points.md").read_text()
    words = set(re.findall(r"`([a-z_-]+)`", document[document.index("## For programs"):]))

    def names(value):
        if isinstance(value, list):
            return set().union(*map(names, value))
        if isinstance(value, dict):
            found = {key for key in value if not key.isupper()} | set().union(*map(names, value.values()))
            return found | ({value["finding"]} if "finding" in value else set())
        return set()
    compared = [Compared(*truths()[name], middle=False) for name in truths()]
    assert set().union(*(names([each.head, *each.connections]) for each in compared)) - words == set()


def test_a_silent_host_is_told_from_a_silent_path():
    def kinds(name):
        return {finding["finding"] for finding in Compared(*truths()[name], middle=False).findings("host-silent", "path-silent")}
    assert kinds("two_points_host_silent") == {"host-silent"}
    assert kinds("two_points_path_cut") == {"path-silent"}


def icmp_findings(name):
    return [finding["text"] for finding in Compared(*truths()[name], middle=False).findings("icmp-between", "icmp-lost", "icmp-sent")]


def test_a_router_that_sent_an_icmp_error_is_named():
    """The lab's router is 10.77.0.254 on the client's side (labs/tcplab_lib/namespaces.py)."""
    text, = icmp_findings("icmp_host_unreachable")
    assert text.startswith("A router between A and B, 10.77.0.254, told the client by ICMP (frame 2 of A) that the server is unreachable.")
    assert text.endswith("The segment quoted (frame 1 of A) never came to B.")


def test_an_icmp_error_of_the_other_end_is_told_from_one_of_the_path():
    text, = icmp_findings("two_points_icmp_from_host")
    assert text.startswith("The server told the client by ICMP (frame 2 of A) that it has nothing at this port; "
                           "B shows that, too (frame 2 of B).")


def test_an_icmp_error_that_was_lost_is_told():
    text, = icmp_findings("two_points_icmp_lost")
    assert text == ("The server said by ICMP (frames 2 and 4 of B) that it has nothing at this port; "
                    "that was lost between A and B, and the client was not told.")


def test_what_was_too_big_is_told():
    text, = icmp_findings("two_points_too_big")
    assert "that its segments are too big for the path. The segments quoted (frames 4, 5, 6 and 7 of A) never came to B." in text


def test_icmp_errors_stand_among_the_segments():
    text = out("compare", "--conn", "0", SAMPLES / "icmp_host_unreachable.pcapng", SAMPLES / "icmp_host_unreachable.server.pcapng")
    assert [line.split()[1:5] for line in text.splitlines() if " ICMP " in line and "*" not in line] == [
        ["2", "-", "ICMP", "unreachable"]]


def test_who_never_closed_is_told():
    finding, = Compared(*truths()["two_points_close_wait"], middle=False).findings("close-wait")
    assert finding["text"].startswith("The client has not closed: A shows it in CLOSE-WAIT since it got the server's FIN, 1.")
    assert finding["text"].endswith("the server is in FIN-WAIT-2.")


def test_the_segments_of_one_connection():
    text = out("compare", "--conn", "0", SAMPLES / "fin_lost.pcapng", SAMPLES / "fin_lost.server.pcapng")
    lost = [line for line in text.splitlines() if line.rstrip().split()[3:6] == ["client", "FIN,ACK", "lost"]]
    assert [line.split()[1] for line in lost] == ["6", "7"]


def test_captures_that_do_not_belong_together():
    result = tcpstate("compare", SAMPLES / "half_closed.pcapng", SAMPLES / "normal_close_ipv6.pcapng")
    assert (result.returncode, result.stdout) == (FAILED, "")
    assert result.stderr.splitlines() == [
        "tcpstate: the captures have no connection in common: neither addresses, initial sequence numbers nor contents agree"]


def test_a_nat_that_chose_another_port_is_no_crash():
    text = out("compare", SAMPLES / "nat_changes_port.pcapng", SAMPLES / "nat_changes_port.server.pcapng")
    assert "A alone: tcpstate.conn 0, crashed" in text
    assert "gave it another port, which its sender does not know: no crash." in text


@pytest.mark.parametrize("name", ["there-is-no-such-file", "README.md"])
def test_a_file_that_cannot_be_read_is_told_once(name):
    result = tcpstate("compare", CHECKOUT / name, SAMPLES / "filtered.pcapng")
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (BAD_FILES, "", 1)


def test_the_interfaces_of_one_file_are_points():
    text = out("compare", SAMPLES / "two_points_rst_to_client.middle.pcapng")
    assert "  A  two_points_rst_to_client.middle.pcapng, interface to_client: 1 connection" in text
    assert "was not sent by the server: it did not pass B" in text


def test_interfaces_that_a_capture_does_not_tell_apart(tmp_path):
    capture = tmp_path / "any.pcapng"
    subprocess.run(["editcap", "-T", "linux-sll", SAMPLES / "half_closed.pcapng", capture], check=True, capture_output=True)
    assert "LINUX_SLL2" in tcpstate("compare", capture).stderr


@pytest.mark.parametrize("arguments, says", [
    ([SAMPLES / "half_closed.pcapng"], "only one capture point"),
    (["-", SAMPLES / "half_closed.pcapng"], "standard input"),
    ([SAMPLES / "half_closed.pcapng", SAMPLES / "half_closed.pcapng", "--conn", "9"], "there are only 1 connections"),
])
def test_wrong_arguments_are_refused(arguments, says):
    result = tcpstate("compare", *arguments)
    assert result.returncode in (FAILED, WRONG_ARGUMENTS) and result.returncode != COMPLETE
    assert says in result.stderr and result.stderr.count("\n") == 1


def test_a_capture_that_ended_early_shows_no_half_open_connection(tmp_path):
    """Its last state is not the end's: the connection goes on and is closed."""
    early, capture = tmp_path / "early.pcapng", SAMPLES / "two_points_plain.pcapng"
    subprocess.run(["editcap", "-r", capture, early, "1-8"], check=True, capture_output=True)
    _, connection = map(json.loads, out("compare", "--json", "--segments", early, capture).splitlines())
    assert connection["findings"] == []
    assert {segment["fate"] for segment in connection["segments"]} == {"passed", "outside"}
