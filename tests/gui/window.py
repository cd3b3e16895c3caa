# SPDX-License-Identifier: GPL-2.0-or-later
"""The real Wireshark in a display of its own (Xvfb), driven by keys and seen by its pixels."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tools"))
from shark import PROFILE, Shark  # noqa: E402

WIDTH, HEIGHT = 1600, 900


def wait_for(what, condition, seconds=60):
    """Polls until `condition()` is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


class Display:
    """Xvfb and a window manager."""

    def __init__(self, *arguments, width=WIDTH, height=HEIGHT):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten",
                                        "tcp", *(arguments or ["-ac"])], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start")
        self.name = ":" + number
        self.env = os.environ | {"DISPLAY": self.name}
        self.manager = None

    def manage(self):
        self.manager = subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        for process in (self.manager, self.server):
            if process:
                process.terminate()
                process.wait()

    def xdotool(self, *arguments):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.env, capture_output=True, text=True).stdout

    def windows(self):
        """Visible windows: id -> title."""
        ids = self.xdotool("search", "--onlyvisible", "--name", ".").split()
        return {each: self.xdotool("getwindowname", each).strip() for each in ids}

    def titled(self, words):
        return [each for each, title in self.windows().items() if words in title]

    def screenshot(self, path, crop=None):
        cut = ["-crop", crop, "+repage"] if crop else []
        subprocess.run(["import", "-window", "root", *cut, "-strip", path], env=self.env, check=True)

    def pixels(self):
        """Rows of (r, g, b)."""
        raw = subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=self.env, check=True,
                             capture_output=True).stdout
        return [[tuple(raw[at:at + 3]) for at in range(line, line + WIDTH * 3, 3)]
                for line in range(0, len(raw), WIDTH * 3)]


class Wireshark:
    """One running Wireshark with the profile and a capture, as large as the display."""

    def __init__(self, shark, display, capture=None, *arguments):
        self.shark, self.display = shark, display
        self.env = shark.env() | {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb"}
        # As large as the display; the profile has the widths of the columns.
        recent = shark.folder / "config/recent_common"
        recent.write_text("gui.geometry_main_maximized: TRUE\n")
        shark.give(recent)
        self.log = open(shark.folder / "wireshark.log", "w+")
        files = ["-r", shark.readable(capture)] if capture else []
        self.process = subprocess.Popen(shark.command("wireshark", "-C", PROFILE, *arguments, *files), env=self.env,
                                        cwd=shark.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        title = pathlib.Path(capture).name if capture else "Wireshark"
        self.window = wait_for("the window of " + title, lambda: self.alive() and display.titled(title))[0]
        display.xdotool("windowactivate", "--sync", self.window)
        self.settle()

    def alive(self):
        if self.process.poll() is None:
            return True
        self.log.seek(0)
        raise AssertionError(f"Wireshark ended with status {self.process.returncode}: {self.log.read()}")

    def keys(self, *keys):
        self.display.xdotool("windowactivate", "--sync", self.window)
        if keys:
            self.display.xdotool("key", "--clearmodifiers", "--delay", 50, *keys)

    def type(self, text):
        self.display.xdotool("type", "--delay", 5, text)

    def settle(self, seconds=20):
        """Waits until the picture stands still; a filter's blinking cursor does not count."""
        last, since, end = None, time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < end:
            self.alive()
            now = subprocess.run(["import", "-window", "root", "-crop", f"{WIDTH}x{HEIGHT - 112}+0+112", "-depth", "8", "rgb:-"],
                                 env=self.display.env, capture_output=True).stdout
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > 0.7:
                return
            time.sleep(0.15)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
