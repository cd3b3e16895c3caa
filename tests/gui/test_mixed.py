# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture with connections of every kind: each filter of Tools > TCP State, and the way to the half-open connection for
somebody who has only a pointer."""
import re
import subprocess
import sys

from test_menus import BACK, TOOLS
from test_window import FIRST_ROW, ORANGE, ROW, SELECTED, VERMILLION, YELLOW, Window, sample
from window import CHECKOUT, PROFILE, Wireshark, do_until, wait_for

sys.path.insert(0, str(CHECKOUT / "tests/golden"))
from test_profile import rules  # noqa: E402

FEW = "normal_close refused half_closed half_open_retransmit abort_linger close_in_three".split()
MANY = FEW + """close_wait_leak embryonic aborted_connect syn_received_wrong_ack data_crosses_fin forged_rst_exact
keepalive_timeout reboot_and_reconnect probes_to_listener abort_on_overflow time_wait_rst""".split()
CAUSES = sorted(re.findall(r'CauseRow\{Cause::\w+, "([\w-]+)"', (CHECKOUT / "src/causes.cpp").read_text()))
HALF_OPEN = "tcpstate.half_open || tcpstate.half_open.discovered_in"
FILTERS = [     # keys after TOOLS, display filter
    (("Down", "Right"), "tcpstate.half_closed"),
    (("Down", "Right", "Down"), 'tcpstate.half_closed.ended_by == "capture-end"'),
    (("Down", "Right", "Down", "Down"), "tcpstate.half_closed.bytes > 0"),
    (("Down", "Down"), HALF_OPEN),
    (("Up",), "tcpstate.embryonic"),
    (("Up",) * 3 + ("Right",), "tcpstate.rst.cause"),
    *((("Up",) * 3 + ("Right",) + ("Down",) * (n + 1), f'tcpstate.rst.cause == "{cause}"') for n, cause in enumerate(CAUSES)),
]


class Mixed(Window):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colour = {name: tuple(round(v * 65535) >> 8 for v in back) for name, _, back, _ in rules()}

    def start(self, samples, *options):
        self.capture = self.shark.folder / "mixed.pcapng"
        subprocess.run(["mergecap", "-w", self.capture, *map(sample, samples)], check=True)
        self.shark.give(self.capture)
        self.wireshark = Wireshark(self.shark, self.display, self.capture, *options)
        self.addCleanup(self.wireshark.close)
        self.wait_for_rows(self.expected("frame"))

    def expected(self, text):
        """The colours of the first rows, as tshark tells them."""
        out = self.shark.tshark("-2", "-n", "--color", "-C", PROFILE, "-r", self.capture, "-Y", text, "-T", "fields", "-e",
                                "frame.coloring_rule.name").stdout
        return [self.colour[name] for name in out.splitlines()][:20]

    def shows(self, expected):
        """Whichever row is selected."""
        seen = self.rows()
        return len(seen) == len(expected) and all(a in (SELECTED, b) for a, b in zip(seen, expected))

    def wait_for_rows(self, expected):
        wait_for(f"rows in the colours {expected}", lambda: self.shows(expected))

    def numbers(self):
        """What the columns with number and time look like: other rows in the same colours look different."""
        return self.display.pixels(0, 134, 140, 340)

    def test_every_filter_of_the_menu(self):
        self.start(MANY, "-o", "gui.recent_display_filter_entries.max:100")
        for keys, text in FILTERS:
            with self.subTest(filter=text):
                before, expected = self.numbers(), self.expected(text)
                self.assertTrue(expected, "a sample for each")
                self.wireshark.press(*BACK, *TOOLS, *keys, "Return", what=f"rows in the colours {expected}",
                                     until=lambda: self.numbers() != before and self.shows(expected))
        process = self.wireshark.process
        self.display.press(self.wireshark.window, "ctrl+q", what="the end", until=lambda: process.poll() is not None)
        recent = (self.shark.folder / "config/recent_common").read_text()
        self.assertEqual(re.findall("^recent.display_filter: (.*)", recent, re.M)[::-1], [text for _, text in FILTERS])

    def click_to_half_open(self, *places):
        """Few clicks lead to the rows of the one half-open connection, warmer and warmer."""
        self.start(FEW)
        expected = self.expected(HALF_OPEN)

        def click():
            self.display.focus(self.wireshark.window)
            self.display.key(*BACK)
            self.display.click(*places)
        do_until(f"rows in the colours {expected}", click, lambda: self.wireshark.alive() and self.shows(expected))
        self.assertEqual(self.painted(), [SELECTED] + [YELLOW] * 2 + [ORANGE] * 4 + [VERMILLION])

    def test_half_open_by_a_button(self):
        self.click_to_half_open((1013, 96))
        last = 300, FIRST_ROW + 7 * ROW
        do_until("the RST", lambda: self.display.click(last), lambda: self.rows()[6:] == [ORANGE, SELECTED])
        self.wireshark.settle()
        self.picture("half_open", "1600x270+0+0")

    def test_half_open_by_the_menu(self):
        self.click_to_half_open((535, 29), (600, 128), (794, 178))
