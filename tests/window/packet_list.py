# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet list as its pixels show it, and what every test in the window does."""
import itertools
import os
import pathlib
import time
import unittest

from colours import rules
from samples import sample
from shark import PROFILE, Shark
from window import Display, Wireshark, do_until, wait_for

# As in profile/TCP State/colorfilters.
YELLOW, ORANGE, VERMILLION = (240, 228, 66), (230, 159, 0), (213, 94, 0)
GREEN, SKY, BLUE, PURPLE = (0, 158, 115), (86, 180, 233), (0, 114, 178), (204, 121, 167)
SELECTED, WHITE = (48, 140, 198), (255, 255, 255)
FIRST_ROW, ROW = 142, 17        # middle of the first row of the packet list, height of a row
OURS = {SELECTED, YELLOW, ORANGE, VERMILLION, GREEN, SKY, BLUE, PURPLE}
# Keys to menus.
BACK = ("Escape",) * 3      # out of whatever menu a lost key left open
TOOLS = "alt+t", "Up", "Right"      # Tools > TCP State
TABLE = ("Down",) * 11      # of Statistics

# Sample -> the colours of the rows that our rules paint, from top to bottom. The first frame is selected.
PAINTED = {
    "half_open_crash": [SELECTED, YELLOW, YELLOW, VERMILLION],
    "half_open_retransmit": [SELECTED] + [YELLOW] * 6 + [ORANGE] + [VERMILLION],
    "half_closed": [SELECTED, GREEN, GREEN],
    "normal_close": [SELECTED],
    "refused": [SELECTED, SKY],
    "abort_linger": [SELECTED, BLUE],
    "killed_then_data": [SELECTED, GREEN, PURPLE],
}


class Window(unittest.TestCase):
    Shark = Shark
    empty = WHITE           # a packet list without a row
    options = {}            # more environment

    @classmethod
    def setUpClass(cls):
        cls.shark = cls.Shark(env=cls.options).__enter__()
        cls.addClassCleanup(cls.shark.__exit__)
        cls.shark.check_loaded()
        cls.display = Display()
        cls.addClassCleanup(cls.display.close)
        cls.display.manage()

    def open(self, name):
        wireshark = Wireshark(self.shark, self.display, sample(name))
        self.addCleanup(wireshark.close)
        return wireshark

    def expected(self, capture, filter="frame"):
        """The colours of the first rows, as tshark tells them."""
        colours = {name: tuple(round(v * 65535) >> 8 for v in back) for name, _, back, _ in rules()}
        told = self.shark.tshark("-2", "-n", "--color", "-C", PROFILE, "-r", capture, "-Y", filter, "-T", "fields", "-e",
                                 "frame.coloring_rule.name").stdout
        return [colours[name] for name in told.splitlines()][:20]

    def shows(self, expected):
        """Whichever row is selected."""
        seen = self.rows()
        return len(seen) == len(expected) and all(a in (SELECTED, b) for a, b in zip(seen, expected))

    def wait_for_rows(self, expected):
        wait_for(f"rows in the colours {expected}", lambda: self.shows(expected))

    def rows(self):
        """The colours of the packet list's rows from top to bottom."""
        column = self.display.pixels(1, FIRST_ROW, 1, 20 * ROW)[::ROW]
        return [pixel for pixel, in itertools.takewhile(lambda row: row != [self.empty], column)]

    def painted(self):
        """Those of our rules, and of the selected row."""
        return [row for row in self.rows() if row in OURS]

    def assert_painted(self, expected):
        wait_for(f"rows in the colours {expected}", lambda: self.painted() == expected)

    def press_until_painted(self, wireshark, expected, *keys):
        wireshark.press(*keys, what=f"rows in the colours {expected}", until=lambda: self.painted() == expected)

    def filter(self, wireshark, text, expected):
        """Types a display filter, which must change the painted rows to those expected."""
        def act():
            self.display.focus(wireshark.window)
            self.display.key("Escape", "ctrl+slash", "ctrl+a", "BackSpace")
            self.display.type(text)
            self.display.key("Return")
        do_until(f"rows in the colours {expected}", act, lambda: wireshark.alive() and self.painted() == expected)

    def window_after(self, title, *keys, number=1):
        """The newest window of that title, of which there are `number` after the keys."""
        before = self.display.titled(title)
        self.wireshark.press(*BACK, *keys, what=title, until=lambda: len(self.display.titled(title)) >= number, every=10)
        self.wireshark.settle()
        return next(window for window in self.display.titled(title) if window not in before)

    def dismiss(self, window):
        self.display.press(window, "Escape", what="its end", until=lambda: window not in self.display.windows())
        self.assertTrue(self.wireshark.alive())

    def picture(self, name, crop=None):
        if folder := os.environ.get("TCPSTATE_IMAGES"):
            time.sleep(1)
            self.display.screenshot(pathlib.Path(folder, name + ".png"), crop)

    def assert_no_dialog(self):
        self.assertEqual(len(self.display.windows()), 1, self.display.windows())
