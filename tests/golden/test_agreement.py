# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every capture in the repository, whatever it shows."""
import re
import unittest

from samples import ONE_PASS, TWO_PASSES, captures, expert, frames, hindsight_fields, prefetch

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


def setUpModule():
    prefetch()


class EveryCapture:
    """The tests; below, one class is made of them for each capture."""

    @classmethod
    def setUpClass(cls):
        cls.one, cls.two = frames(cls.capture, ONE_PASS), frames(cls.capture, TWO_PASSES)

    def test_one_pass_and_two_passes_agree_on_online_fields(self):
        hindsight = {name.removeprefix("tcpstate.") for name in hindsight_fields()}
        online = {number: {name: value for name, value in frame.items() if name not in hindsight}
                  for number, frame in self.two.items()}
        self.assertEqual(self.one, online)

    def test_hindsight_is_absent_in_one_pass(self):
        hindsight = {name.removeprefix("tcpstate.") for name in hindsight_fields()}
        self.assertIn("half_open.discovered_in", hindsight)
        for number, frame in self.one.items():
            self.assertFalse(hindsight & set(frame), f"frame {number}")

    def test_what_is_always_there(self):
        for number, frame in segments(self.two):
            missing = {"conn", "roles", "sender", "client.state", "server.state", "states", "phase", "outcome"} - set(frame)
            self.assertFalse(missing, f"frame {number}")
            self.assertIn(frame["sender"], (["client"], ["server"]))
            self.assertLessEqual({frame["client.state"][0], frame["server.state"][0]}, STATES, f"frame {number}")

    def test_the_column_of_states_is_both_states(self):
        for number, frame in segments(self.two):
            both = (frame[end + ".state"][0] + "?" * (end + ".presumed" in frame) for end in ("client", "server"))
            self.assertEqual(frame["states"], [" / ".join(both)], f"frame {number}")

    def test_every_event_has_its_expert_info_and_a_sentence(self):
        for number, frame in self.two.items():
            possible = frame.get("rst.confidence") == ["possible"]
            named = sorted(expert(event) + "_possible" * (event == "rst-after-crash" and possible) for event in frame.get("event", []))
            self.assertEqual(named, sorted("tcpstate." + name for name in frame if name.startswith("expert.")), f"frame {number}")
            self.assertEqual("event" in frame, "summary" in frame, f"frame {number}")

    def test_who_sent_a_reset_or_a_fin_is_not_presumed(self):
        for number, frame in segments(self.two):
            if frame.get("rst.effect") == ["accepted"] and frame["rst.cause"][0] not in ("foreign", "middlebox"):
                self.assertNotIn(frame["sender"][0] + ".presumed", frame, f"frame {number}")

    def test_a_state_changes_only_with_a_transition_and_a_rule(self):
        before = {}
        for number, frame in segments(self.two):
            moved = frame.get("transition", [])
            self.assertEqual(len(moved), len(frame.get("rule", [])), f"frame {number}")
            states = before.setdefault(frame["conn"][0], {"client": "UNKNOWN", "server": "UNKNOWN"})
            for step in moved:
                who, old, new = re.fullmatch(r"(client|server) (\S+) -> (\S+)", step).groups()
                self.assertEqual(states[who], old, f"frame {number}: {step}")
                states[who] = new
            self.assertEqual(states, {who: frame[who + ".state"][0] for who in states}, f"frame {number}")

    def test_phase_agrees_with_both_states(self):
        for number, frame in segments(self.two):
            phase, states = frame["phase"][0], {frame["client.state"][0], frame["server.state"][0]}
            where = f"frame {number}: {phase} with {states}"
            if phase == "open":
                self.assertLessEqual(states, {"ESTABLISHED", "UNKNOWN"}, where)
            elif phase == "half-closed":
                self.assertIn("half_closed", frame, where)
                self.assertTrue(states & FIN_SENT, where)
            elif phase == "closing":
                self.assertTrue(states & (FIN_SENT | {"CLOSE-WAIT"}), where)
            elif phase == "half-open":
                self.assertIn("half_open", frame, where)
            elif phase == "closed":
                self.assertLessEqual(states, OVER | {"LAST-ACK", "CLOSING"}, where)
            elif phase == "reset":
                self.assertTrue(states & OVER, where)
            else:
                self.assertEqual(phase, "opening", where)
                self.assertNotEqual(states, {"ESTABLISHED"}, where)

    def test_hindsight_never_contradicts_online(self):
        for number, frame in segments(self.two):
            where = f"frame {number}"
            if frame.get("half_open") == ["confirmed"]:
                self.assertGreaterEqual(number, int(frame["half_open.discovered_in"][0]), where)
            if "half_open.discovered_in" in frame:
                found = self.two[int(frame["half_open.discovered_in"][0])]
                self.assertIn("half-open-confirmed", found["event"], where)
                self.assertEqual(found["half_open"], ["confirmed"], where)
                self.assertGreaterEqual(number, int(found.get("half_open.since", ["1"])[0]), where)
            if "half_open.recovered_in" in frame:
                self.assertEqual(frame["half_open"], ["suspected"], where)
                self.assertGreater(int(frame["half_open.recovered_in"][0]), number, where)
            if "half_closed.ended_in" in frame:
                self.assertGreater(int(frame["half_closed.ended_in"][0]), number, where)
            self.assertEqual("half_closed" in frame, "half_closed.ended_by" in frame, where)
            if frame["outcome"] == ["crashed"]:
                same = [f for _, f in segments(self.two) if f["conn"] == frame["conn"]]
                self.assertTrue(any(f.get("half_open") == ["confirmed"] for f in same), where)

    def test_half_open_has_all_its_fields(self):
        for number, frame in segments(self.one):
            named = {name for name in frame if name.startswith("half_open.")}
            if "half_open" in frame:
                self.assertLessEqual({"half_open." + n for n in ("gone", "attempts", "lost_bytes")}, named, f"frame {number}")
                # A capture that begins after the last sign of life shows no frame of it.
                self.assertLessEqual("half_open.since" in named, "half_open.duration" in named, f"frame {number}")
                self.assertLess(int(frame.get("half_open.since", ["0"])[0]), number)
            else:
                self.assertFalse(named, f"frame {number}")

    def test_a_copy_changes_and_tells_nothing(self):
        for number, frame in segments(self.two):
            if "copy_of" in frame:
                first = self.two[int(frame["copy_of"][0])]
                self.assertLess(int(frame["copy_of"][0]), number)
                self.assertNotIn("copy_of", first, f"frame {number}")
                self.assertNotIn("transition", frame, f"frame {number}")
                self.assertLessEqual(set(frame.get("event", [])), {"capture-remark"}, f"frame {number}")
                for name in ("conn", "sender", "rst.cause", "rst.trigger"):
                    self.assertEqual(frame.get(name), first.get(name), f"frame {number}: {name}")


for each in captures():
    made = type("Test_" + each.name, (EveryCapture, unittest.TestCase), {"capture": each, "maxDiff": None})
    globals()[made.__name__] = made
del made

if __name__ == "__main__":
    unittest.main()
