# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile: every filter in it compiles, the right rows get their colours, and everybody can tell them apart."""
import itertools
import os
import pathlib
import pty
import re
import subprocess
import unittest

from colours import FOLDER, OURS, SIGHT, buttons, contrast, distance, records, rules
from samples import CHECKOUT, sample
from shark import PROFILE
from tshark import TWO_PASSES, frames, shark

# Sample -> frame -> the rule that paints it. Frames that are not named get one of Wireshark's own rules.
PAINTED = {
    "half_open_crash": {5: "half-open, nobody knows yet", 6: "half-open, nobody knows yet", 7: "half-open proved, one end is gone"},
    "half_open_retransmit": {**{n: "half-open, nobody knows yet" for n in (5, 6, 7, 8, 9, 10)},
                             11: "half-open suspected", 12: "half-open proved, one end is gone"},
    "firewall_rst": {7: "RST by a box that forgot the connection"},
    "keepalive_timeout": {10: "half-open suspected", 11: "half-open suspected", 12: "RST gave up on a silent peer"},
    "forged_rst_exact": {8: "RST forged or contradicted"},
    "half_closed": {8: "half-closed, with data or long", 9: "half-closed, with data or long"},
    "normal_close": {},
    "refused": {2: "RST in the handshake"},
    "abort_linger": {6: "RST aborts a live connection"},
    "killed_then_data": {8: "half-closed, with data or long", 9: "RST to data after close"},
}


class Colours(unittest.TestCase):
    def test_text_is_readable(self):
        for name, _, back, fore in rules():
            if name.startswith(OURS):
                with self.subTest(rule=name):
                    self.assertGreaterEqual(contrast(back, fore), 4.5)

    def test_different_rules_look_different_to_everybody(self):
        pairs = {(back, fore) for name, _, back, fore in rules() if name.startswith(OURS)}
        for sight in SIGHT:
            for (back, fore), (back2, fore2) in itertools.combinations(sorted(pairs), 2):
                # 10 is a clear difference side by side (1 is the least that anyone notices).
                seen = max(distance(back, back2, sight), distance(fore, fore2, sight))
                self.assertGreaterEqual(seen, 10, f"{sight}: {back} and {back2}")

    def test_ours_look_different_from_wiresharks(self):
        ours, own = ([rule for rule in rules() if rule[0].startswith(OURS) == whose] for whose in (True, False))
        for sight in SIGHT:
            for (name, _, back, fore), (name2, _, back2, fore2) in itertools.product(ours, own):
                seen = max(distance(back, back2, sight), distance(fore, fore2, sight))
                self.assertGreaterEqual(seen, 10, f"{sight}: {name} and {name2}")

    def test_the_documented_contrasts(self):
        shown = (CHECKOUT / "docs/reading-the-colours.md").read_text().partition("<!-- contrast:begin -->\n")[2]
        light, dark = (1, 1, 1), tuple(v / 255 for v in (35, 38, 41))
        lines = ["| rule | text on row | row on light | row on dark |", "|---|---:|---:|---:|"]
        lines += [f"| {name.removeprefix(OURS)} | " + " | ".join(f"{contrast(back, other):.1f}" for other in (fore, light, dark)) + " |"
                  for name, _, back, fore in rules() if name.startswith(OURS)]
        self.assertEqual(shown.partition("\n<!-- contrast:end -->")[0].splitlines(), lines)

    def test_wiresharks_own_rules_follow_unchanged(self):
        system = pathlib.Path("/usr/share/wireshark/colorfilters")
        version = shark().tshark("--version").stdout
        if not system.exists() or " 4.0." not in version:
            self.skipTest("the copy was taken from Wireshark 4.0")
        lines = (FOLDER / "colorfilters").read_text().splitlines()
        tail = [line for line in lines if line.startswith("@") and not line.startswith("@" + OURS)]
        self.assertEqual(tail, [line for line in system.read_text().splitlines() if line.startswith("@")])
        names = [name.startswith(OURS) for name, *_ in rules()]
        self.assertEqual(names, sorted(names, reverse=True), "ours come first")

    def test_the_right_rows_are_painted(self):
        for name, expected in PAINTED.items():
            with self.subTest(sample=name):
                out = self.colored(sample(name), "-2", "-T", "fields", "-e", "frame.number", "-e", "frame.coloring_rule.name")
                painted = {int(number): rule for number, rule in (line.split("\t") for line in out.splitlines())}
                self.assertEqual(set(painted), set(frames(sample(name), TWO_PASSES)))
                ours = {number: rule.removeprefix(OURS) for number, rule in painted.items() if rule.startswith(OURS)}
                self.assertEqual(ours, expected)
                self.assertTrue(all(painted.values()), "Wireshark's own rules paint the rest")

    def test_a_terminal_shows_the_colours(self):
        back = next(back for name, _, back, _ in rules() if "proved" in name)
        escape = "48;2;" + ";".join(str(round(v * 255)) for v in back)
        try:
            main, side = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminals here: {error}")
        env = shark().env() | {"COLORTERM": "truecolor", "TERM": "xterm-256color"}
        result = subprocess.Popen(shark().command("tshark", "-2", "-n", "--color", "-C", PROFILE, "-r",
                                                  shark().readable(sample("half_open_crash"))),
                                  env=env, cwd=shark().folder, stdin=subprocess.DEVNULL, stdout=side, stderr=subprocess.PIPE)
        os.close(side)
        text = b""
        try:
            while chunk := os.read(main, 65536):
                text += chunk
        except OSError:     # end of a terminal
            pass
        os.close(main)
        result.communicate()
        lines = text.decode().splitlines()
        self.assertIn(escape, lines[6], "frame 7")
        self.assertNotIn(escape, "".join(lines[:4]))

    @staticmethod
    def colored(capture, *arguments):
        result = shark().tshark("-n", "--color", "-C", PROFILE, "-r", shark().readable(capture), *arguments)
        assert (result.returncode, result.stderr) == (0, ""), result.stderr
        return result.stdout


class Filters(unittest.TestCase):
    def check(self, filters):
        """All at once, because starting tshark takes long; and if that fails, which of them."""
        def says(text):
            result = shark().tshark("-2", "-r", shark().readable(sample("refused")), "-Y", text)
            return result.returncode, result.stderr
        if says(" || ".join(f"({text})" for text in filters)) != (0, ""):
            for text in filters:
                self.assertEqual(says(text), (0, ""), text)
            self.fail("they do not compile together")

    def test_every_coloring_rule_compiles(self):
        ours = [text for name, text, *_ in rules() if name.startswith(OURS)]
        self.assertGreater(len(ours), 10)
        self.check(ours)

    def test_every_button_compiles(self):
        self.assertGreater(len(buttons()), 10)
        self.assertEqual({enabled for enabled, *_ in buttons()}, {"TRUE"})
        self.check([text for _, _, text, _ in buttons()])

    def test_every_graph_compiles_and_has_a_colour_of_its_own(self):
        graphs = [graph for graph in records("io_graphs") if graph[2]]
        self.check([text for _, _, text, *_ in graphs])
        self.assertEqual({enabled for enabled, *_ in graphs}, {"Enabled"})
        self.assertEqual(len({colour for _, _, _, colour, *_ in graphs}), len(graphs))
        matter = next(text for _, label, text, _ in buttons() if label == "Resets//That matter")
        causes = {name for _, _, text, *_ in graphs for name in re.findall('"([a-z-]+)"', text)}
        self.assertLessEqual(set(re.findall('"([a-z-]+)"', matter.partition("&&")[0])), causes)

    def test_buttons_find_what_they_promise(self):
        by_label = {label: text for _, label, text, _ in buttons()}
        for label, name, expected in (("Half-open", "half_open_crash", [5, 6, 7]),
                                      ("Half-open", "normal_close", []),
                                      ("Half-closed//With data or long", "half_closed", [8, 9]),
                                      ("Half-closed//With data or long", "normal_close", []),
                                      ("Resets//Crashes", "half_open_crash", [7]),
                                      ("Resets//Crashes", "firewall_rst", []),
                                      ("Resets//Middleboxes", "firewall_rst", [7]),
                                      ("Resets//Middleboxes", "half_open_crash", []),
                                      ("Resets//Timeouts", "keepalive_timeout", [12]),
                                      ("Resets//Aborts", "abort_linger", [6]),
                                      ("Resets//Refused or failed handshakes", "refused", [2]),
                                      ("Resets//Data after close", "killed_then_data", [9])):
            with self.subTest(button=label, sample=name):
                out = shark().tshark("-2", "-r", shark().readable(sample(name)), "-Y", by_label[label], "-T", "fields",
                                     "-e", "frame.number").stdout
                self.assertEqual([int(n) for n in out.split()], expected)


class Columns(unittest.TestCase):
    def test_they_fit_small_screens(self):
        """In characters of 7.83 pixels, with the room that Wireshark leaves at both sides."""
        recent = (FOLDER / "recent").read_text()
        widths = {name: int(width) for name, width in re.findall(r'^ +"?([^",]+)"?, (\d+)', recent, re.M)}
        longest = {"%t": "123.456789", "%s": "192.168.100.100", "%d": "192.168.100.100", "%uS": "65535", "%uD": "65535",
                   "%m": "12345", "%Cus:tcpstate.segment": "FIN,PSH,ACK 1448", "%Cus:tcpstate.states": "ESTABLISHED? / SYN-RECEIVED"}
        for column, text in longest.items():
            self.assertGreaterEqual(widths[column], 7.83 * len(text) + 3, column)
        before = sum(widths[column] for column in longest)
        sentence = "RST after crash: the server no longer knows this connection"
        self.assertLessEqual(before + 7.83 * len(sentence) + 15, 1366)

    def test_the_columns_show_both_states_and_the_summary(self):
        out = shark().tshark("-2", "-n", "-C", PROFILE, "-r", shark().readable(sample("half_open_crash"))).stdout.splitlines()
        found = frames(sample("half_open_crash"), TWO_PASSES)
        self.assertEqual(len(out), len(found))
        for line, frame in zip(out, found.values()):
            self.assertIn(frame["client.state"][0], line)
            self.assertIn(frame["server.state"][0], line)
            for summary in frame.get("summary", []):
                self.assertIn(summary, line)
