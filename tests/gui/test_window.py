# SPDX-License-Identifier: GPL-2.0-or-later
"""What people see and do in the Wireshark window, and that it survives."""
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

from window import CHECKOUT, Display, PROFILE, Shark, Wireshark, wait_for

# As in profile/TCP State/colorfilters.
YELLOW, ORANGE, VERMILLION = (240, 228, 66), (230, 159, 0), (213, 94, 0)
GREEN, SKY, BLUE, PURPLE = (0, 158, 115), (86, 180, 233), (0, 114, 178), (204, 121, 167)
SELECTED = (48, 140, 198)
ROW = 17        # height of a row
OURS = {SELECTED, YELLOW, ORANGE, VERMILLION, GREEN, SKY, BLUE, PURPLE}

# Sample -> the colours of the rows that our rules paint, from top to bottom. The first frame is selected.
PAINTED = {
    "half_open_crash": [SELECTED, YELLOW, YELLOW, VERMILLION],
    "half_open_retransmit": [SELECTED] + [YELLOW] * 3 + [ORANGE] * 4 + [VERMILLION],
    "half_closed": [SELECTED, GREEN, GREEN],
    "normal_close": [SELECTED],
    "refused": [SELECTED, SKY],
    "abort_linger": [SELECTED, BLUE],
    "killed_then_data": [SELECTED, GREEN, PURPLE],
}


def sample(name):
    return CHECKOUT / "sample_pcaps" / (name + ".pcapng")


class Window(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shark = Shark().__enter__()
        cls.addClassCleanup(cls.shark.__exit__)
        cls.shark.check_loaded()
        cls.display = Display()
        cls.addClassCleanup(cls.display.close)
        cls.display.manage()

    def open(self, name):
        wireshark = Wireshark(self.shark, self.display, sample(name))
        self.addCleanup(wireshark.close)
        return wireshark

    def painted(self):
        """The colours of the packet list's rows from top to bottom; of Wireshark's own only SELECTED."""
        column = [row[1] for row in self.display.pixels()]
        rows, run = [], 0
        for above, here in zip([None] + column, column + [None]):
            if here == above:
                run += 1
            else:
                if above in OURS:
                    rows += [above] * round(run / ROW)
                run = 1
        return rows

    def assert_painted(self, expected, seconds=30):
        """Sooner or later: a busy machine takes its time."""
        end = time.monotonic() + seconds
        while (seen := self.painted()) != expected and time.monotonic() < end:
            time.sleep(0.3)
        self.assertEqual(seen, expected)

    def filter(self, wireshark, text):
        wireshark.keys("ctrl+slash", "ctrl+a", "BackSpace")
        wireshark.type(text)
        wireshark.keys("Return")
        wireshark.settle()

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


class Survives(Window):
    """One window, one sample, and what crashed other plugins."""

    def setUp(self):
        self.wireshark = self.open("half_open_crash")
        self.assert_painted(PAINTED["half_open_crash"])

    def test_reload(self):
        for _ in range(3):
            self.wireshark.keys("ctrl+r")
            self.wireshark.settle()
            self.assert_painted(PAINTED["half_open_crash"])
        self.assert_no_dialog()

    def test_reload_of_lua_plugins(self):
        for _ in range(2):
            self.wireshark.keys("ctrl+shift+l")
            self.wireshark.settle()
        self.assert_painted(PAINTED["half_open_crash"])

    def test_follow_tcp_stream(self):
        self.wireshark.keys("ctrl+shift+alt+t")
        dialog = wait_for("Follow TCP Stream", lambda: self.wireshark.alive() and self.display.titled("Follow TCP Stream"))[0]
        self.wireshark.settle()
        self.display.xdotool("windowactivate", "--sync", dialog, "key", "Escape")
        wait_for("its end", lambda: not self.display.titled("Follow TCP Stream"))
        self.wireshark.settle()
        self.assert_painted(PAINTED["half_open_crash"])

    def test_filters(self):
        for text, expected in (("tcpstate.half_open.discovered_in == 7", [SELECTED, YELLOW, VERMILLION]),
                               ("tcpstate.half_open", [SELECTED]),
                               ('tcpstate.rst.cause == "abort"', []),
                               ("tcpstate.conn == 0", PAINTED["half_open_crash"])):
            with self.subTest(filter=text):
                self.filter(self.wireshark, text)
                self.assert_painted(expected)

    def test_every_frame_can_be_clicked(self):
        self.wireshark.keys("ctrl+Home")
        for _ in range(7):
            self.wireshark.keys("ctrl+Down")
        self.wireshark.settle()
        for _ in range(7):
            self.wireshark.keys("ctrl+Up")
        self.wireshark.settle()
        self.assert_painted(PAINTED["half_open_crash"])

    def test_it_ends_in_order(self):
        self.wireshark.keys("ctrl+q")
        wait_for("the end", lambda: self.wireshark.process.poll() is not None)
        self.assertEqual(self.wireshark.process.returncode, 0)


class RunGui(unittest.TestCase):
    """./run --gui, with a display that asks for a cookie and with one that asks who comes."""

    def check(self, display, env):
        process = subprocess.Popen([CHECKOUT / "run", "--gui", sample("half_closed")], env=display.env | env, cwd="/",
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        try:
            window = wait_for("the window", lambda: self.assertIsNone(process.poll()) or display.titled("half_closed.pcapng"), 300)[0]
            time.sleep(2)
            display.xdotool("windowactivate", "--sync", window, "key", "ctrl+q")
            self.assertEqual(process.wait(20), 0)
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
