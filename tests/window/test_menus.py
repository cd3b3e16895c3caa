# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin adds to Wireshark's menus: windows, filters, the table, the flow graph, preferences. Menus are walked
with arrow keys, which follow their order in Wireshark 4.0. With TCPSTATE_IMAGES=FOLDER the pictures of docs/window.md
are made on the way."""
import re
import time

from captures import spaced, write_pcap
from packet_list import (BACK, FIRST_ROW, ORANGE, ROW, SELECTED, SKY, TABLE, TOOLS, VERMILLION, WHITE, YELLOW,
                         Window)
from packets import ACK, PSH, RST, SYN, framed, tcp
from samples import sample
from shark import PROFILE
from tunnels import openflow
from window import Wireshark, do_until, wait_for

SUSPECTED = [SELECTED] + [YELLOW] * 6 + [ORANGE, VERMILLION]
ABOUT, TIMELINE = (), ("Up",) * 3
RESETS = ("Up",) * 4 + ("Right",)
FLOW, TREE = ("Up",) * 12, ("Up",)      # of Statistics
CONVERSATION = ("alt+a",) + ("Down",) * 5 + ("Right",)
TOOLTIP = (255, 255, 220)


class Menus(Window):
    def start(self):
        self.wireshark = self.open("half_open_retransmit")
        self.assert_painted(SUSPECTED)

    def test_tools(self):
        self.start()
        self.wireshark.press(*BACK, *TOOLS, *RESETS, what="the menu",
                             until=lambda: self.display.pixels(1100, 278, 1, 1) == [[SELECTED]])
        self.picture("menu", "1240x650+0+0")
        self.dismiss(self.window_after("About TCP State", *TOOLS, *ABOUT, "Return"))

    def test_timeline(self):
        """There is ink where -z tcpstate,timeline prints a character, and nowhere else."""
        expected = self.shark.tshark("-q", "-r", self.shark.readable(sample("half_open_retransmit")), "-z",
                                     "tcpstate,timeline,0").stdout.splitlines()
        self.start()
        window = self.window_after("timeline of connection 0", *TOOLS, *TIMELINE, "Return")
        self.display.xdotool("windowsize", "--sync", window, 1300, 580, "windowmove", "--sync", window, 150, 250)
        self.wireshark.settle()
        self.picture("timeline", "1302x606+149+229")
        pixels, width = self.display.pixels(165, 266, 1200, 17 * len(expected)), 7.83      # of a character

        def has_ink(line, column):
            left, right = round(column * width + 2), round((column + 1) * width - 1)
            return any(pixel != WHITE for row in pixels[17 * line:17 * line + 17] for pixel in row[left:right])
        for line, text in enumerate(expected):
            seen = "".join(".#"[has_ink(line, column)] for column in range(150))
            self.assertEqual(seen, re.sub(r"\S", "#", text.ljust(150)).replace(" ", "."), text)
        self.dismiss(window)

    def test_statistics(self):
        self.start()
        tree = self.window_after("Wireshark · TCP State · ", "alt+s", *TREE, "Return")
        self.display.xdotool("windowsize", "--sync", tree, 900, 560)
        self.wireshark.settle()
        self.picture("tree", "920x610+385+155")
        self.dismiss(tree)
        # A second window of the same table, and the first is sorted afterwards: their rows must not be mixed up.
        tables = [self.window_after("TCP State: connections", "alt+s", *TABLE, "Return", number=n) for n in (1, 2)]
        for window in tables:
            self.display.focus(window)
            self.display.xdotool("mousemove", "--window", window, 60, 12, "click", 1)
            self.wireshark.settle()
        for window in tables:
            self.dismiss(window)

    def test_flow_graph(self):
        self.start()
        flow = self.window_after("Wireshark · Flow", "alt+s", *FLOW, "Return")

        def choose():
            self.display.focus(flow)
            self.display.click((834, 664))      # Flow type
            time.sleep(1)
            self.display.type("TCP S")
            self.display.key("Return")

        def arrows():
            column = [pixel for pixel, in self.display.pixels(1250, 100, 1, 350)]
            return [round(column.count(colour) / 25.2) for colour in (YELLOW, ORANGE, VERMILLION)]
        self.assertEqual(arrows(), [6, 1, 1])       # one for each row: all flows
        # The silence when half-open is suspected, and when it is proved, have arrows of their own.
        do_until("the flow graph", choose, lambda: self.wireshark.alive() and arrows() == [6, 2, 2])
        self.picture("flow", "1600x500+0+0")
        self.dismiss(flow)

    def test_conversation_filter_on_a_frame_with_two_tcp_headers(self):
        def outer(flags, seq, ack, data=b"", back=False):
            ends = ("10.0.0.2", "10.0.0.1", 6653, 5000) if back else ("10.0.0.1", "10.0.0.2", 5000, 6653)
            return framed(*ends[:2], tcp(*ends, flags, seq, ack, data))

        def inner(*ends, flags, seq=0, ack=0):
            return openflow(framed(*ends[:2], tcp(*ends, flags, seq, ack)))

        request = inner("10.9.0.1", "10.9.0.2", 1000, 80, flags=SYN, seq=7)
        answer = inner("10.9.0.2", "10.9.0.1", 80, 1000, flags=RST | ACK, ack=8)
        capture = self.shark.folder / "two.pcap"
        write_pcap(capture, spaced([outer(SYN, 0, 0), outer(SYN | ACK, 0, 1, back=True), outer(ACK, 1, 1),
                                    outer(PSH | ACK, 1, 1, request), outer(PSH | ACK, 1 + len(request), 1, answer)]))
        self.shark.give(capture)
        self.wireshark = Wireshark(self.shark, self.display, capture)
        self.addCleanup(self.wireshark.close)
        self.wireshark.settle()
        self.assertEqual(len(self.rows()), 5)
        self.wireshark.press(*BACK, "ctrl+End", what="the last row", until=lambda: self.rows()[-1] == SELECTED)

        def by_menu():
            self.display.key(*BACK, *CONVERSATION, *entry, "Return")

        def by_right_click():
            self.display.key(*BACK)
            self.display.xdotool("mousemove", 300, FIRST_ROW + (len(self.rows()) - 1) * ROW, "click", 3)
            self.display.aside()
            self.display.key(*("Down",) * 9, "Right", *entry, "Return")
        for way in by_menu, by_right_click:
            for entry, expected in (("Up", "Up"), 2), (("Up",), 5):        # this connection; all connections in this frame
                do_until(f"{expected} rows {way.__name__}", way, lambda: self.wireshark.alive() and len(self.rows()) == expected)

    def restore(self, path, content):
        path.write_bytes(content)
        self.shark.give(path)

    def test_preferences_take_effect_on_the_open_file(self):
        saved = self.shark.folder / "config/profiles" / PROFILE / "preferences"
        self.addCleanup(self.restore, saved, saved.read_bytes())       # the dialog saves what was changed
        self.start()
        self.assert_painted(SUSPECTED)

        def change():
            opened = self.display.titled("Wireshark · Preferences")
            dialog = opened[0] if opened else self.window_after("Wireshark · Preferences", "ctrl+shift+p")
            self.display.type("Protocols")
            self.display.key("Right")
            time.sleep(1)
            self.display.type("TCP State")
            self.wireshark.settle()
            self.display.xdotool("mousemove", 700, 333)      # Explain resets
            wait_for("its help text", lambda: sum(line.count(TOOLTIP) for line in self.display.pixels(600, 300, 500, 200)) > 2000)
            self.picture("preferences", "750x600+455+155")
            self.display.xdotool("mousemove", "--window", dialog, 590, 55, "click", 1)
            self.display.key("ctrl+a", "5", "0")
            self.display.aside()
            self.wireshark.settle()
            self.display.key("Return")
        do_until("rows that are not suspected", change, every=20, seconds=120, condition=lambda: (
            self.wireshark.alive() and not self.display.titled("Preferences") and ORANGE not in self.painted()))

    def test_a_second_file(self):
        self.start()
        self.dismiss(self.window_after("timeline of connection 0", *TOOLS, *TIMELINE, "Return"))
        table = self.window_after("TCP State: connections", "alt+s", *TABLE, "Return")
        second, title = self.shark.readable(sample("refused")), "refused.pcapng"

        def choose():
            dialog = self.display.titled("Open Capture File")
            dialog = dialog[0] if dialog else self.window_after("Open Capture File", "ctrl+o")
            self.display.focus(dialog)
            self.display.key("ctrl+a")
            self.display.type(str(second))
            self.display.key("Return")
        do_until(title, choose, lambda: self.wireshark.alive() and self.display.titled(title), every=15)
        self.wireshark.window = self.display.titled(title)[0]
        if table in self.display.windows():
            self.dismiss(table)
        self.assert_painted([SELECTED, SKY])
        self.dismiss(self.window_after("timeline of connection 0", *TOOLS, *TIMELINE, "Return"))

    def test_reload_of_lua_plugins(self):
        """Menus of plugins are Lua's too, and made anew."""
        loads, script = self.shark.folder / "loads", self.shark.folder / "config/init.lua"
        self.addCleanup(script.unlink)
        script.write_text(f'local log = io.open("{loads}", "a") log:write("loaded ") log:close()')
        self.shark.give(script)
        self.start()
        for _ in range(2):
            before = loads.read_text()
            self.wireshark.press("ctrl+shift+l", what="Lua", until=lambda: loads.read_text() != before)
            self.wireshark.settle()
        self.assert_painted(SUSPECTED)
        self.dismiss(self.window_after("About TCP State", *TOOLS, *ABOUT, "Return"))
