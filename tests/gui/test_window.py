# SPDX-License-Identifier: GPL-2.0-or-later
"""What people see and do in the Wireshark window, and that it survives."""
import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from window import CHECKOUT, Display, Shark, Wireshark, do_until, wait_for

# As in profile/TCP State/colorfilters.
YELLOW, ORANGE, VERMILLION = (240, 228, 66), (230, 159, 0), (213, 94, 0)
GREEN, SKY, BLUE, PURPLE = (0, 158, 115), (86, 180, 233), (0, 114, 178), (204, 121, 167)
SELECTED, WHITE = (48, 140, 198), (255, 255, 255)
FIRST_ROW, ROW = 142, 17        # middle of the first row of the packet list, height of a row
OURS = {SELECTED, YELLOW, ORANGE, VERMILLION, GREEN, SKY, BLUE, PURPLE}
BACK = ("Escape",) * 3       # out of whatever menu a lost key left open

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


def sample(name):
    return CHECKOUT / "sample_pcaps" / (name + ".pcapng")


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


class Rows(Window):
    def test_every_sample_has_its_colours(self):
        for name, expected in PAINTED.items():
            with self.subTest(sample=name):
                wireshark = Wireshark(self.shark, self.display, sample(name))
                try:
                    self.assert_painted(expected)
                    self.assert_no_dialog()
                finally:
                    wireshark.close()


class Dark(Window):
    """Qt can read the colours of KDE by itself: those of Breeze Dark."""
    empty = (35, 38, 41)
    options = {"QT_QPA_PLATFORMTHEME": "kde", "XDG_CURRENT_DESKTOP": "KDE", "KDE_SESSION_VERSION": "5"}

    def test_rows_keep_their_colours(self):
        settings = self.shark.folder / "home/.config"
        settings.mkdir()
        colours = {"Window": "49,54,59", "Button": "49,54,59", "Tooltip": "49,54,59", "View": "35,38,41", "Selection": "48,140,198"}
        (settings / "kdeglobals").write_text("".join(
            f"[Colors:{name}]\nBackgroundNormal={back}\nBackgroundAlternate=49,54,59\nForegroundNormal=239,240,241\n"
            for name, back in colours.items()))
        self.shark.give(settings)
        self.wireshark = self.open("half_open_retransmit")
        self.assert_painted(PAINTED["half_open_retransmit"])
        self.assertEqual(len(self.rows()), 12, "and below them it is dark")
        for row in range(4, 12):
            pixels = self.display.pixels(0, FIRST_ROW + row * ROW - 7, 400, 14)
            self.assertIn((0, 0, 0), itertools.chain(*pixels), "black text")
        self.picture("dark", "1600x400+0+0")


class Survives(Window):
    """One window, one sample, and what crashed other plugins."""

    def setUp(self):
        self.capture = self.shark.folder / "capture.pcapng"
        self.put("half_open_crash")
        self.wireshark = Wireshark(self.shark, self.display, self.capture)
        self.addCleanup(self.wireshark.close)
        self.assert_painted(PAINTED["half_open_crash"])

    def put(self, name):
        """Another capture in the place of the open one."""
        new = self.capture.with_suffix(".new")
        shutil.copyfile(sample(name), new)
        self.shark.give(new)
        new.rename(self.capture)

    def test_reload(self):
        for name in "half_open_retransmit", "half_closed", "half_open_crash":
            self.put(name)
            self.press_until_painted(self.wireshark, PAINTED[name], "ctrl+r")
        self.assert_no_dialog()

    def test_follow_tcp_stream(self):
        title = "Follow TCP Stream"
        self.wireshark.press("ctrl+shift+alt+t", what=title, until=lambda: self.display.titled(title))
        self.wireshark.settle()
        for dialog in self.display.titled(title):
            self.dismiss(dialog)
        self.assert_painted(PAINTED["half_open_crash"])

    def test_filters(self):
        for text, expected in (("tcpstate.half_open.discovered_in == 7", [SELECTED, YELLOW, VERMILLION]),
                               ("tcpstate.half_open", [SELECTED]),
                               ('tcpstate.rst.cause == "abort"', []),
                               ("tcpstate.conn == 0", PAINTED["half_open_crash"])):
            with self.subTest(filter=text):
                self.filter(self.wireshark, text, expected)

    def test_every_frame_can_be_selected(self):
        for row in (6, 5, 4, 3, 2, 1, 0):
            do_until(f"row {row}", lambda: self.display.click((300, FIRST_ROW + row * ROW)), lambda: self.rows()[row] == SELECTED)
        for row in range(1, 7):
            self.wireshark.press("ctrl+Home", *["ctrl+Down"] * row, what=f"row {row}", until=lambda: self.rows()[row] == SELECTED)
        self.display.aside()
        self.press_until_painted(self.wireshark, PAINTED["half_open_crash"], "ctrl+Home")

    def test_it_ends_in_order(self):
        process = self.wireshark.process
        self.display.press(self.wireshark.window, "ctrl+q", what="the end", until=lambda: process.poll() is not None)
        self.assertEqual(process.returncode, 0)


class RunGui(unittest.TestCase):
    """./run --gui, with a display that asks for a cookie and with one that asks who comes."""

    def check(self, display, env):
        process = subprocess.Popen([CHECKOUT / "run", "--gui", sample("half_closed")], env=display.env | env, cwd="/",
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        try:
            window = wait_for("the window", lambda: self.assertIsNone(process.poll()) or display.titled("half_closed.pcapng"), 300)[0]
            display.press(window, "ctrl+q", what="the end", until=lambda: process.poll() is not None)
            self.assertEqual(process.returncode, 0)
        finally:
            process.kill()
            errors = process.communicate()[1]
        self.assertNotIn("wireshark ended", errors)

    def test_with_a_cookie(self):
        with tempfile.TemporaryDirectory() as folder:
            cookies = pathlib.Path(folder, "cookies")
            cookies.touch(0o600)
            secret = os.urandom(16).hex()
            # The server reads the cookie of display 0, whatever its number.
            subprocess.run(["xauth", "-f", cookies, "add", ":0", ".", secret], check=True, capture_output=True)
            display = Display("-auth", str(cookies))
            self.addCleanup(display.close)
            subprocess.run(["xauth", "-f", cookies, "add", display.name, ".", secret], check=True, capture_output=True)
            display.env["XAUTHORITY"] = str(cookies)
            display.manage()
            self.check(display, {"XAUTHORITY": str(cookies)})

    def test_without_a_cookie(self):
        with tempfile.TemporaryDirectory() as home:
            display = Display("-auth", "/dev/null")
            self.addCleanup(display.close)
            display.env.pop("XAUTHORITY", None)
            display.manage()
            self.check(display, {"HOME": home})


if __name__ == "__main__":
    unittest.main()
