# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin adds to Wireshark's menus: windows, filters, the table, the flow graph, preferences. Menus are walked
with arrow keys, which follow their order in Wireshark 4.0. With TCPSTATE_IMAGES=FOLDER the pictures of docs/window.md
are made on the way."""
import os
import pathlib
import sys
import time

from test_window import ORANGE, SELECTED, SKY, VERMILLION, YELLOW, Window
from window import CHECKOUT, PROFILE, Wireshark, wait_for

sys.path.insert(0, str(CHECKOUT / "tests/glue"))
import packets  # noqa: E402

SUSPECTED = [SELECTED] + [YELLOW] * 3 + [ORANGE] * 4 + [VERMILLION]
TOOLS = "alt+t", "Up", "Right"      # Tools > TCP State
ABOUT, HALF_OPEN, TIMELINE, UNFINISHED = (), ("Down",) * 2, ("Up",) * 2, ("Up",)
RESETS = ("Up",) * 3 + ("Right",)
FLOW, TREE, TABLE = ("Up",) * 12, ("Up",), ("Down",) * 11       # of Statistics
CONVERSATION = ("alt+a",) + ("Down",) * 5 + ("Right",)


class Menus(Window):
    def start(self, name="half_open_retransmit"):
        self.display.xdotool("mousemove", 1590, 5)      # a row under the pointer has another colour
        self.wireshark = self.open(name)

    def picture(self, name, crop=None):
        if folder := os.environ.get("TCPSTATE_IMAGES"):
            time.sleep(1)
            self.display.screenshot(pathlib.Path(folder, name + ".png"), crop)

    def window_after(self, title, *keys):
        self.wireshark.keys(*keys)
        window = wait_for(title, lambda: self.wireshark.alive() and self.display.titled(title))[0]
        self.wireshark.settle()
        return window

    def dismiss(self, window):
        self.display.xdotool("windowactivate", "--sync", window, "key", "Escape")
        wait_for("its end", lambda: self.wireshark.alive() and window not in self.display.windows())

    def test_tools(self):
        self.start()
        self.assert_painted(SUSPECTED)
        self.wireshark.keys(*TOOLS, *RESETS)
        self.picture("menu", "1160x530+0+0")
        self.display.xdotool("key", "--delay", 80, *["Escape"] * 4)
        for title, entry in ("About TCP State", ABOUT), ("timeline of connection 0", TIMELINE):
            with self.subTest(window=title):
                self.dismiss(self.window_after(title, *TOOLS, *entry, "Return"))
        for entry, expected in ((HALF_OPEN, [SELECTED, YELLOW, YELLOW] + [ORANGE] * 4 + [VERMILLION]), (UNFINISHED, []),
                                ((*RESETS, "Down", "Down", "Down"), [SELECTED])):
            with self.subTest(entry=entry):
                self.filter(self.wireshark, "")
                self.wireshark.keys(*TOOLS, *entry, "Return")
                self.wireshark.settle()
                self.assert_painted(expected)
        # The windows and menus are still there after Lua's menus were made anew.
        self.filter(self.wireshark, "")
        self.wireshark.keys("ctrl+shift+l")
        self.wireshark.settle()
        self.dismiss(self.window_after("About TCP State", *TOOLS, *ABOUT, "Return"))

    def test_statistics(self):
        self.start()
        tree = self.window_after("Wireshark · TCP State · ", "alt+s", *TREE, "Return")
        self.display.xdotool("windowsize", "--sync", tree, 900, 560)
        self.wireshark.settle()
        self.picture("tree", "920x610+385+155")
        self.dismiss(tree)
        first = self.window_after("TCP State: connections", "alt+s", *TABLE, "Return")
        # A second window of the same table, and the first is sorted afterwards: their rows must not be mixed up.
        self.wireshark.keys("alt+s", *TABLE, "Return")
        wait_for("the second", lambda: self.wireshark.alive() and len(self.display.titled("TCP State: connections")) == 2)
        self.wireshark.settle()
        self.picture("table")
        for window in self.display.titled("TCP State: connections"):
            self.display.xdotool("windowactivate", "--sync", window, "mousemove", "--window", window, 60, 12, "click", 1)
            self.wireshark.settle()
        for window in self.display.titled("TCP State: connections"):
            self.dismiss(window)
        self.assertNotIn(first, self.display.windows())

    def test_flow_graph(self):
        self.start()
        flow = self.window_after("Wireshark · Flow", "alt+s", *FLOW, "Return")
        self.display.xdotool("mousemove", 834, 664, "click", 1)        # Flow type
        time.sleep(1)
        self.display.xdotool("type", "--delay", 30, "TCP S")
        self.display.xdotool("key", "Return")
        self.wireshark.settle()
        self.picture("flow", "1600x500+0+0")
        colours = {pixel for row in self.display.pixels()[100:450] for pixel in row[100:1200:50]}
        self.assertLessEqual({YELLOW, ORANGE, VERMILLION}, colours)
        self.dismiss(flow)

    def test_conversation_filter_on_a_frame_with_two_tcp_headers(self):
        def outer(flags, seq, ack, data=b"", back=False):
            ends = ("10.0.0.2", "10.0.0.1", 6653, 5000) if back else ("10.0.0.1", "10.0.0.2", 5000, 6653)
            return packets.ether(packets.ipv4(*ends[:2], 6, packets.tcp(*ends, flags, seq, ack, data)))

        def inner(*ends, flags, seq=0, ack=0):
            return packets.openflow(packets.ether(packets.ipv4(*ends[:2], 6, packets.tcp(*ends, flags, seq, ack))))

        request = inner("10.9.0.1", "10.9.0.2", 1000, 80, flags=packets.SYN, seq=7)
        answer = inner("10.9.0.2", "10.9.0.1", 80, 1000, flags=packets.RST | packets.ACK, ack=8)
        both = packets.PSH | packets.ACK
        capture = self.shark.folder / "two.pcap"
        packets.write_pcap(capture, [outer(packets.SYN, 0, 0), outer(packets.SYN | packets.ACK, 0, 1, back=True),
                                     outer(packets.ACK, 1, 1), outer(both, 1, 1, request),
                                     outer(both, 1 + len(request), 1, answer)])
        self.shark.give(capture)
        self.wireshark = Wireshark(self.shark, self.display, capture)
        self.addCleanup(self.wireshark.close)
        self.wireshark.keys("ctrl+End")
        self.wireshark.settle()
        before = self.rows()
        self.wireshark.keys(*CONVERSATION, "Up", "Up", "Return")       # this connection
        self.wireshark.settle()
        self.assertEqual((before, self.rows()), (5, 2))
        self.wireshark.keys(*CONVERSATION, "Up", "Return")             # all connections in this frame
        self.wireshark.settle()
        self.assertEqual(self.rows(), 5)

    def rows(self):
        """How many rows the packet list has: what is not white left of the first column's text."""
        column = [row[1] for row in self.display.pixels()[132:490]]
        return round(sum(pixel != (255, 255, 255) for pixel in column) / 17)

    def restore(self, path, content):
        path.write_bytes(content)
        self.shark.give(path)

    def test_preferences_take_effect_on_the_open_file(self):
        saved = self.shark.folder / "config/profiles" / PROFILE / "preferences"
        self.addCleanup(self.restore, saved, saved.read_bytes())       # the dialog saves what was changed
        self.start()
        self.assert_painted(SUSPECTED)
        dialog = self.window_after("Wireshark · Preferences", "ctrl+shift+p")
        self.display.xdotool("type", "--delay", 30, "Protocols")
        self.display.xdotool("key", "Right")
        time.sleep(1)
        self.display.xdotool("type", "--delay", 20, "TCP State")
        self.wireshark.settle()
        self.picture("preferences")
        self.display.xdotool("mousemove", "--window", dialog, 590, 55, "click", 1, "key", "--delay", 80, "ctrl+a", "5", "0",
                             "mousemove", 1590, 5)
        self.wireshark.settle()
        self.display.xdotool("key", "Return")
        wait_for("the end of the dialog", lambda: self.wireshark.alive() and not self.display.titled("Preferences"))
        end = time.monotonic() + 30
        while ORANGE in self.painted() and time.monotonic() < end:
            time.sleep(0.3)
        self.assertNotIn(ORANGE, self.painted())

    def test_a_second_file(self):
        self.start()
        self.dismiss(self.window_after("timeline of connection 0", *TOOLS, *TIMELINE, "Return"))
        table = self.window_after("TCP State: connections", "alt+s", *TABLE, "Return")
        second = self.shark.readable(CHECKOUT / "sample_pcaps/refused.pcapng")
        self.wireshark.keys("ctrl+o")
        wait_for("the file dialog", lambda: self.wireshark.alive() and self.display.titled("Open Capture File"))
        time.sleep(1)
        self.wireshark.type(str(second))
        self.display.xdotool("key", "Return")
        self.wireshark.window = wait_for("refused.pcapng", lambda: self.wireshark.alive() and self.display.titled("refused.pcapng"))[0]
        if table in self.display.windows():
            self.dismiss(table)
        self.assert_painted([SELECTED, SKY])
        self.dismiss(self.window_after("timeline of connection 0", *TOOLS, *TIMELINE, "Return"))
