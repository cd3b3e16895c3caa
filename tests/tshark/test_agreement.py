# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every capture in the repository, whatever it shows."""
import re

import pytest
from many import tshark_on
from samples import CHECKOUT, recorded, sample
from tshark import ONE_PASS, TWO_PASSES, connections, expert, frames, hindsight_fields, prefetch, shark

STATES = set("""UNKNOWN CLOSED LISTEN SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 CLOSE-WAIT CLOSING LAST-ACK
TIME-WAIT""".split())
# Which states the two endpoints may be in, for the phases that say something about them.
SYNCHRONIZED = STATES - {"UNKNOWN", "LISTEN", "SYN-SENT", "SYN-RECEIVED"}
FIN_SENT = {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK", "TIME-WAIT"}
OVER = {"CLOSED", "TIME-WAIT", "LISTEN", "UNKNOWN"}


def segments(found):
    """(frame number, fields) of frames with one TCP segment; ICMP errors and frames with two headers are left out."""
    return [(number, frame) for number, frame in sorted(found.items())
            if len(frame["conn"]) == 1 and "sender" in frame]


@pytest.fixture(scope="module", autouse=True)
def all_read(request):
    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    prefetch(sorted({params["capture"] for params in chosen if "capture" in params}))


@pytest.fixture(params=recorded(), ids=lambda path: path.name)
def capture(request):
    return request.param


@pytest.fixture
def one(capture):
    """Its frames in one pass."""
    return frames(capture, ONE_PASS)


@pytest.fixture
def two(capture):
    """In two."""
    return frames(capture, TWO_PASSES)


@pytest.fixture(scope="module")
def hindsight():
    return {name.removeprefix("tcpstate.") for name in hindsight_fields()}


def test_one_start_for_many_captures_reads_them_as_if_alone():
    captures = [sample("half_open_crash"), sample("refused"), CHECKOUT / "README.md", sample("half_closed_ipv6")]
    together = tshark_on(shark(), captures, "-2", "-V")
    for capture, each in zip(captures, together):
        alone = shark().tshark("-r", shark().readable(capture), "-2", "-V")
        assert (each.returncode, each.stdout) == (alone.returncode, alone.stdout), capture
        assert bool(each.stderr) == bool(alone.stderr), capture       # it names another file
    assert [each.returncode != 0 for each in together] == [False, False, True, False]     # 2 in 4.0, 3 later


def test_one_pass_and_two_passes_agree_on_online_fields(one, two, hindsight):
    online = {number: {name: value for name, value in frame.items() if name not in hindsight}
              for number, frame in two.items()}
    assert one == online


def test_hindsight_is_absent_in_one_pass(one, hindsight):
    assert "half_open.discovered_in" in hindsight
    for number, frame in one.items():
        assert not (hindsight & set(frame)), f"frame {number}"


@pytest.mark.parametrize("mode", [ONE_PASS, TWO_PASSES], ids=["one pass", "two passes"])
def test_every_connection_has_its_row_in_the_table(capture, mode):
    conns = {int(conn) for frame in frames(capture, mode).values() for conn in frame["conn"]}
    assert [row["conn"] for row in connections(capture, mode)] == sorted(conns)


def test_what_is_always_there(two):
    for number, frame in segments(two):
        missing = {"conn", "roles", "sender", "client.state", "server.state", "states", "phase", "outcome"} - set(frame)
        assert not missing, f"frame {number}"
        assert frame["sender"] in (["client"], ["server"])
        assert {frame["client.state"][0], frame["server.state"][0]} <= STATES, f"frame {number}"


def test_the_column_of_states_is_both_states(two):
    for number, frame in segments(two):
        both = (frame[end + ".state"][0] + "?" * (end + ".presumed" in frame) for end in ("client", "server"))
        assert frame["states"] == [" / ".join(both)], f"frame {number}"


def test_every_event_has_its_expert_info_and_a_sentence(two):
    for number, frame in two.items():
        possible = frame.get("rst.confidence") == ["possible"]
        named = sorted(expert(event) + "_possible" * (event == "rst-after-crash" and possible)
                       for event in frame.get("event", []))
        assert named == sorted("tcpstate." + name for name in frame if name.startswith("expert.")), f"frame {number}"
        assert ("event" in frame) == ("summary" in frame), f"frame {number}"


def test_who_sent_a_reset_or_a_fin_is_not_presumed(two):
    for number, frame in segments(two):
        if frame.get("rst.effect") == ["accepted"] and frame["rst.cause"][0] not in ("foreign", "middlebox"):
            assert frame["sender"][0] + ".presumed" not in frame, f"frame {number}"


def test_a_state_changes_only_with_a_transition_and_a_rule(two):
    before = {}
    for number, frame in sorted(two.items()):       # an ICMP error changes states, too
        if len(frame["conn"]) > 1:
            continue
        moved = frame.get("transition", [])
        assert len(moved) == len(frame.get("rule", [])), f"frame {number}"
        states = before.setdefault(frame["conn"][0], {"client": "UNKNOWN", "server": "UNKNOWN"})
        for step in moved:
            who, old, new = re.fullmatch(r"(client|server) (\S+) -> (\S+)", step).groups()
            assert states[who] == old, f"frame {number}: {step}"
            states[who] = new
        assert states == {who: frame[who + ".state"][0] for who in states}, f"frame {number}"


def test_phase_agrees_with_both_states(two):
    for number, frame in segments(two):
        phase, states = frame["phase"][0], {frame["client.state"][0], frame["server.state"][0]}
        where = f"frame {number}: {phase} with {states}"
        if phase == "open":
            assert states <= {"ESTABLISHED", "UNKNOWN"}, where
        elif phase == "half-closed":
            assert "half_closed" in frame, where
            assert states & FIN_SENT, where
        elif phase == "closing":
            assert states & (FIN_SENT | {"CLOSE-WAIT"}), where
        elif phase == "half-open":
            assert "half_open" in frame, where
        elif phase == "closed":
            assert states <= OVER | {"LAST-ACK", "CLOSING"}, where
        elif phase == "reset":
            assert states & OVER, where
        else:
            assert phase == "opening", where
            assert states != {"ESTABLISHED"}, where


def test_hindsight_never_contradicts_online(two):
    for number, frame in segments(two):
        where = f"frame {number}"
        if frame.get("half_open") == ["confirmed"]:
            assert number >= int(frame["half_open.discovered_in"][0]), where
        if "half_open.discovered_in" in frame:
            found = two[int(frame["half_open.discovered_in"][0])]
            assert "half-open-confirmed" in found["event"], where
            assert found["half_open"] == ["confirmed"], where
            assert number >= int(found.get("half_open.since", ["1"])[0]), where
        if "half_open.recovered_in" in frame:
            assert frame["half_open"] == ["suspected"], where
            assert int(frame["half_open.recovered_in"][0]) > number, where
        if "half_closed.ended_in" in frame:
            assert int(frame["half_closed.ended_in"][0]) > number, where
        assert "half_closed" in frame or "half_closed.ended_by" not in frame, where
        assert "half_closed.ended_by" in frame or "half_closed.ended_in" not in frame, where
        if frame["outcome"] == ["crashed"]:
            same = [f for _, f in segments(two) if f["conn"] == frame["conn"]]
            assert any(f.get("half_open") == ["confirmed"] for f in same), where


def test_half_open_has_all_its_fields(one):
    for number, frame in segments(one):
        named = {name for name in frame if name.startswith("half_open.")}
        if "half_open" in frame:
            assert {"half_open." + n for n in ("gone", "attempts", "lost_bytes")} <= named, f"frame {number}"
            # A capture that begins after the last sign of life shows no frame of it.
            assert "half_open.duration" in named or "half_open.since" not in named, f"frame {number}"
            assert int(frame.get("half_open.since", ["0"])[0]) < number
        else:
            assert not named, f"frame {number}"


def test_a_copy_changes_and_tells_nothing(two):
    for number, frame in segments(two):
        if "copy_of" not in frame:
            continue
        first = two[int(frame["copy_of"][0])]
        assert int(frame["copy_of"][0]) < number
        assert "copy_of" not in first, f"frame {number}"
        assert "transition" not in frame, f"frame {number}"
        assert set(frame.get("event", [])) <= {"capture-remark"}, f"frame {number}"
        for name in ("conn", "sender", "rst.cause", "rst.trigger"):
            assert frame.get(name) == first.get(name), f"frame {number}: {name}"
