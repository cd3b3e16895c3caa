# SPDX-License-Identifier: GPL-2.0-or-later
"""The real Wireshark in a display of its own (Xvfb), driven by keys and seen by its pixels."""
import contextlib
import os
import pathlib
import re
import signal
import subprocess
import time

from shark import CHECKOUT, PROFILE

WIDTH, HEIGHT = 1600, 900
# Where things are on the screen depends on the font, and Wireshark likes others better where they are installed.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{folder}/tmp/fonts</cachedir>
<include ignore_missing="yes">/etc/fonts/conf.d</include></fontconfig>
"""
FAILURES = CHECKOUT / "build/gui-failures"


def wait_for(what, condition, seconds=60):
    """Polls until `condition()` is true and returns its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            fail(what)
        time.sleep(0.1)
    return value


def fail(what):
    raise AssertionError(f"waited for {what} in vain; " + "; ".join(each.evidence(what) for each in Display.opened))


def do_until(what, action, condition, seconds=60, every=6):
    """Does `action` again every few seconds until `condition()` is true, and returns its value: on a busy machine a key
    press can get lost. What is true before would prove nothing, so it must not be."""
    assert not condition(), f"{what} before anything was done"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        action()
        again = time.monotonic() + every
        while time.monotonic() < again:
            if value := condition():
                return value
            time.sleep(0.1)
    fail(what)


class Display:
    """Xvfb and a window manager. Without -noreset the server starts anew when its only client leaves; if that is an xdotool
    while the window manager is connecting, the latter is gone for good. With auto-repeat a key released late is many."""

    opened = []

    def __init__(self, *arguments, width=WIDTH, height=HEIGHT):
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten",
                                        "tcp", "-r", "-noreset", *(arguments or ["-ac"])], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise AssertionError("Xvfb did not start")
        self.name = ":" + number
        self.env = os.environ | {"DISPLAY": self.name}
        self.width, self.height = width, height
        self.manager = None
        self.opened.append(self)

    def manage(self):
        self.manager = subprocess.Popen(["openbox"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Keys pressed without one reach nobody.
        wait_for("the window manager", lambda: self.xdotool("get_num_desktops"))

    def close(self):
        self.opened.remove(self)
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

    def active(self):
        return self.xdotool("getactivewindow").strip()

    def focus(self, window):
        """Gives it the keyboard."""
        if self.active() != window:
            do_until("the keyboard", lambda: self.xdotool("windowactivate", window), lambda: self.active() == window)

    def key(self, *keys):
        self.xdotool("key", "--delay", 50, *keys)

    def type(self, text):
        self.xdotool("type", "--delay", 20, text)

    def click(self, *places):
        """Clicks on each and takes the pointer away: a row under it has another colour."""
        for x, y in places:
            self.xdotool("mousemove", x, y, "click", 1)
        self.aside()

    def aside(self):
        self.xdotool("mousemove", self.width - 10, 5)

    def press(self, window, *keys, what, until, **patience):
        """Presses keys in this window until that is seen."""
        def act():
            self.focus(window)
            self.key(*keys)
        return do_until(what, act, until, **patience)

    def screenshot(self, path, crop=None):
        cut = ["-crop", crop, "+repage"] if crop else []
        subprocess.run(["import", "-window", "root", *cut, "-strip", path], env=self.env, check=True)

    def pixels(self, left=0, top=0, width=None, height=None):
        """Rows of (r, g, b)."""
        width, height = width or self.width - left, height or self.height - top
        raw = subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{left}+{top}", "-depth", "8", "rgb:-"],
                             env=self.env, check=True, capture_output=True).stdout
        return [[tuple(raw[at:at + 3]) for at in range(line, line + width * 3, 3)]
                for line in range(0, len(raw), width * 3)]

    def evidence(self, what):
        """Keeps a picture of what went wrong, and tells who had the keyboard."""
        FAILURES.mkdir(parents=True, exist_ok=True)
        picture = FAILURES / (time.strftime("%H%M%S ") + re.sub(r"\W+", "-", what)[:60] + self.name.replace(":", "-") + ".png")
        if any(process and process.poll() is not None for process in (self.server, self.manager)):
            return "the display or its window manager has ended"
        self.screenshot(picture)
        return (f"windows {self.windows()}, active {self.active()}, keyboard {self.xdotool('getwindowfocus').strip()}, "
                f"pointer {self.xdotool('getmouselocation').strip()}, picture {picture}")


class Wireshark:
    """One running Wireshark with the profile and a capture, as large as the display."""

    def __init__(self, shark, display, capture=None, *arguments, focus=True):
        self.shark, self.display = shark, display
        display.aside()
        fonts = shark.folder / "fonts.conf"
        fonts.write_text(FONTS.format(folder=shark.folder))
        shark.give(fonts)
        self.env = shark.env() | {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "FONTCONFIG_FILE": str(fonts)}
        self.log = open(shark.folder / "wireshark.log", "w+")
        files = ["-r", shark.readable(capture)] if capture else []
        self.process = subprocess.Popen(shark.command("wireshark", "-C", PROFILE, *arguments, *files), env=self.env,
                                        cwd=shark.folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        start_new_session=True)
        title = pathlib.Path(capture).name if capture else "Wireshark"
        self.window = wait_for("the window of " + title, lambda: self.alive() and display.titled(title))[0]
        self.settle(20)
        if focus:       # a dialog may have the keyboard and keep it
            display.focus(self.window)

    def alive(self):
        if self.process.poll() is None:
            return True
        self.log.seek(0)
        raise AssertionError(f"Wireshark ended with status {self.process.returncode}: {self.log.read()}")

    def press(self, *keys, what, until, **patience):
        """Presses keys in the main window until that is seen."""
        return self.display.press(self.window, *keys, what=what, until=lambda: self.alive() and until(), **patience)

    def settle(self, seconds=4):
        """Waits until the picture stands still, but not for a cursor that blinks."""
        last, since, end = None, time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < end:
            self.alive()
            now = subprocess.run(["import", "-window", "root", "-crop", "+0+112", "-depth", "8", "rgb:-"],
                                 env=self.display.env, capture_output=True).stdout
            if now != last:
                last, since = now, time.monotonic()
            elif time.monotonic() - since > 0.7:
                return
            time.sleep(0.15)

    def close(self):
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def signal(self, number):
        """To the dumpcap of a capture too, which would go on without a window."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
