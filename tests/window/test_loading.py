# SPDX-License-Identifier: GPL-2.0-or-later
"""Ways to change what Wireshark has loaded: which packets, and when they were sent. The rows must be those of a file that
holds the same, as tshark tells them."""
import shutil
import subprocess

from captures import read, write_pcap
from packet_list import BACK, SELECTED, TOOLS, Window
from samples import sample
from window import Wireshark, do_until

HALF_OPEN = "tcpstate.half_open || tcpstate.half_open.discovered_in"      # Tools > TCP State
SIGN_OF_LIFE, LAST = 5, 12      # frames, without which the others look otherwise
FILE, EXPORT = (18, 30), (100, 259)     # the menu, and Export Specified Packets in it
# In the dialog Time Shift, from its corner.
SHIFT, FIRST_TIME, SECOND, SECOND_TIME = (237, 28), (448, 65), (38, 95), (425, 95)
APPLY = "Return", "Escape"


class Loading(Window):
    def start(self, *arguments):
        self.capture = self.path("open")
        shutil.copyfile(sample("half_open_retransmit"), self.capture)
        self.shark.give(self.capture)
        self.wireshark = Wireshark(self.shark, self.display, self.capture, "-o", "gui.ask_unsaved:FALSE", *arguments)
        self.addCleanup(self.wireshark.close)

    def path(self, name):
        path = self.shark.folder / f"tmp/{name}.pcapng"
        path.unlink(missing_ok=True)
        return path

    def made(self, name, program, *arguments):
        """What mergecap or editcap makes; None stands for its path."""
        path = self.path(name)
        subprocess.run([program, *(path if each is None else each for each in arguments)], check=True, capture_output=True)
        self.shark.give(path)
        return path

    def ignore(self, frame, expected):
        """Or no longer. The key must not be pressed twice."""
        if self.rows()[frame - 1] != SELECTED:
            self.wireshark.press("ctrl+Home", *["ctrl+Down"] * (frame - 1), what=f"frame {frame}",
                                 until=lambda: self.rows()[frame - 1] == SELECTED)
        self.wireshark.settle()
        self.wireshark.press("ctrl+d", what=f"rows in the colours {expected}", until=lambda: self.shows(expected), every=60)

    def ignored(self, frame, capture):
        """The rows when it is: it has no verdict, the others are those of a capture with a hole."""
        others = self.expected(self.made("hole", "editcap", capture, None, str(frame)))
        return others[:frame - 1] + [SELECTED] + others[frame - 1:]

    def open_dialog(self, title, *keys):
        self.wireshark.press(*BACK, *keys, what=title, until=lambda: self.display.titled(title), every=10)
        self.wireshark.settle()
        return self.display.titled(title)[0]

    def leave(self, dialog, done, *steps, keys=("Return",)):
        """Does the steps in a dialog until it is gone and they have had their effect."""
        def act():
            if dialog in self.display.windows():
                self.display.focus(dialog)
                for step in steps:
                    step()
                self.display.aside()
                self.display.key(*keys)
        do_until("the effect of the dialog", act, every=15,
                 condition=lambda: self.wireshark.alive() and dialog not in self.display.windows() and done())
        self.wireshark.settle()

    def enter(self, dialog, place, text):
        """In a field of the dialog."""
        def act():
            self.display.xdotool("mousemove", "--window", dialog, *place, "click", 1)
            self.display.key("ctrl+a")
            self.display.type(text)
        return act

    def tick(self, dialog, place):
        return lambda: self.display.xdotool("mousemove", "--window", dialog, *place, "click", 1)

    def name(self, path):
        def act():
            self.display.key("alt+n", "ctrl+a")
            self.display.type(str(path))
        return act

    def test_ignored_packets(self):
        self.start()
        whole = self.expected(self.capture)
        self.wait_for_rows(whole)
        for frame in LAST, SIGN_OF_LIFE:
            self.ignore(frame, self.ignored(frame, self.capture))
            self.ignore(frame, whole)

    def test_ignored_packets_of_those_that_passed_a_read_filter(self):
        self.start("-R", "tcp.flags.syn == 0")
        passed = self.made("passed", "editcap", self.capture, None, "1-2")
        whole = self.expected(passed)
        self.wait_for_rows(whole)
        self.ignore(LAST - 2, self.ignored(LAST - 2, passed))
        self.ignore(LAST - 2, whole)

    def test_time_shift(self):
        """All by an hour; then four seconds become about an hour, in which other attempts count."""
        self.start()
        whole = self.expected(self.capture)
        self.wait_for_rows(whole)
        dialog = self.open_dialog("Time Shift", "ctrl+shift+t")
        self.leave(dialog, lambda: self.display.titled("*open"), self.enter(dialog, SHIFT, "1:00:00"), keys=APPLY)
        self.wait_for_rows(whole)
        dialog = self.open_dialog("Time Shift", "ctrl+shift+t")
        self.leave(dialog, lambda: not self.shows(whole), self.enter(dialog, FIRST_TIME, "2020-01-01 00:00:00"),
                   self.tick(dialog, SECOND), self.enter(dialog, SECOND_TIME, "2020-01-01 01:00:00"), keys=APPLY)
        packets = list(read(self.capture))
        slow = self.path("slow")
        write_pcap(slow, [packet._replace(time=(packet.time - packets[0].time) * 3600 // 4) for packet in packets])
        self.shark.give(slow)
        self.wait_for_rows(self.expected(slow))

    def test_merge_and_export(self):
        """Both make another file: of all that two files hold, and of what a display filter lets pass."""
        self.start()
        other = self.shark.readable(sample("half_closed"))
        merged = self.made("merged", "mergecap", "-w", None, self.capture, other)
        whole, half_open = self.expected(merged), self.expected(merged, HALF_OPEN)
        dialog = self.open_dialog("Merge Capture File", "alt+f", "m")
        self.leave(dialog, lambda: self.shows(whole), self.name(other))
        self.wireshark.window = self.display.titled("Untitled")[0]
        self.wireshark.press(*BACK, *TOOLS, "Down", "Down", "Return", what="what is half-open", until=lambda: self.shows(half_open))

        part, title = self.path("part"), "Export Specified Packets"
        do_until(title, lambda: self.display.click(FILE, EXPORT), lambda: self.wireshark.alive() and self.display.titled(title), every=10)
        self.wireshark.settle()
        self.leave(self.display.titled(title)[0], part.exists, self.name(part))
        exported = self.expected(part)
        self.assertEqual(len(exported), len(half_open))
        dialog = self.open_dialog("Open Capture File", "ctrl+o")
        self.leave(dialog, lambda: self.display.titled("part.pcapng") and self.shows(exported), self.name(part))
