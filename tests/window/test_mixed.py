# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture with connections of every kind: each filter of Tools > TCP State, and the way to the half-open connection for
somebody who has only a pointer."""
import json
import re
import subprocess

from captures import spaced, write_pcap
from packet_list import (BACK, FIRST_ROW, ORANGE, PAINTED, ROW, SELECTED, TABLE, TOOLS, VERMILLION, WHITE, YELLOW,
                         Window)
from packets import ACK, RST, SYN, framed, tcp
from samples import sample
from tables import tables
from window import Wireshark, do_until, wait_for

FEW = "normal_close refused half_closed half_open_retransmit abort_linger close_in_three".split()
MANY = FEW + """close_wait_leak embryonic aborted_connect syn_received_wrong_ack data_crosses_fin forged_rst_exact
keepalive_timeout reboot_and_reconnect probes_to_listener abort_on_overflow time_wait_rst
nat_idle_resets""".split()
CAUSES = sorted(row[0] for row in tables()["cause"])
NO_SAMPLE = {"retransmission-timeout"}      # Linux never sends such a RST
HALF_OPEN = "tcpstate.half_open || tcpstate.half_open.discovered_in"
FILTERS = [     # keys after TOOLS, display filter
    (("Down", "Right"), "tcpstate.half_closed"),
    (("Down", "Right", "Down"), 'tcpstate.half_closed.ended_by == "capture-end"'),
    (("Down", "Right", "Down", "Down"), "tcpstate.half_closed.bytes > 0"),
    (("Down", "Down"), HALF_OPEN),
    (("Up",) * 2, "tcpstate.embryonic"),
    (("Up",) * 4 + ("Right",), "tcpstate.rst.cause"),
    *((("Up",) * 4 + ("Right",) + ("Down",) * (n + 1), f'tcpstate.rst.cause == "{cause}"') for n, cause in enumerate(CAUSES)),
]


class Mixed(Window):
    def start(self, samples, *options):
        self.capture = self.shark.folder / "mixed.pcapng"
        subprocess.run(["mergecap", "-w", self.capture, *map(sample, samples)], check=True)
        self.shark.give(self.capture)
        self.wireshark = Wireshark(self.shark, self.display, self.capture, *options)
        self.addCleanup(self.wireshark.close)
        self.wait_for_rows(self.expected(self.capture))

    def numbers(self):
        """What the columns with number and time look like: other rows in the same colours look different."""
        return self.display.pixels(0, 134, 140, 340)

    def test_every_filter_of_the_menu(self):
        self.start(MANY, "-o", "gui.recent_display_filter_entries.max:100")
        without = {f'tcpstate.rst.cause == "{cause}"' for cause in NO_SAMPLE}
        for keys, text in FILTERS:
            with self.subTest(filter=text):
                before, expected = self.numbers(), self.expected(self.capture, text)
                self.assertEqual(not expected, text in without, "a sample for each")
                self.wireshark.press(*BACK, *TOOLS, *keys, "Return", what=f"rows in the colours {expected}",
                                     until=lambda: self.numbers() != before and self.shows(expected))
        process = self.wireshark.process
        self.display.press(self.wireshark.window, "ctrl+q", what="the end", until=lambda: process.poll() is not None)
        recent = (self.shark.folder / "config/recent_common").read_text()
        self.assertEqual(set(re.findall("^recent.display_filter: (.*)", recent, re.M)), {text for _, text in FILTERS})

    def click_to_half_open(self, *places):
        """Few clicks lead to the rows of the one half-open connection, warmer and warmer."""
        self.start(FEW)
        expected = self.expected(self.capture, HALF_OPEN)

        def click():
            self.display.focus(self.wireshark.window)
            self.display.key(*BACK)
            self.display.click(*places)
        do_until(f"rows in the colours {expected}", click, lambda: self.wireshark.alive() and self.shows(expected))
        self.assertEqual(self.painted(), [SELECTED] + [YELLOW] * 5 + [ORANGE, VERMILLION])

    def test_half_open_by_a_button(self):
        self.click_to_half_open((1183, 96))
        last = 300, FIRST_ROW + 7 * ROW
        do_until("the RST", lambda: self.display.click(last), lambda: self.rows()[6:] == [ORANGE, SELECTED])
        self.wireshark.settle()
        self.picture("half_open", "1600x270+0+0")
        # Arrows to the last sign of life and to what the RST answers.
        arrows = [row for row, colour in enumerate(self.rows()[:7]) if self.display.pixels(14, FIRST_ROW + row * ROW, 1, 1) != [[colour]]]
        self.assertEqual(arrows, [0, 6])

        def follow():
            self.display.click((100, 573))                  # the tree, which is open
            self.display.key(*["Down"] * self.line_of("[Half-open: last sign of life"), "alt+g", "Down", "Return")
        do_until("the last sign of life", follow, lambda: self.rows()[0] == SELECTED)

    def crash(self):
        """Frame and connection of the RST that reveals it: where they are depends on when the samples were recorded."""
        return self.shark.tshark("-2", "-r", self.capture, "-Y", 'tcpstate.rst.cause == "crash"', "-T", "fields",
                                 "-e", "frame.number", "-e", "tcpstate.conn").stdout.split()

    def line_of(self, words):
        """How far below the title of our tree it stands, in the RST's frame."""
        frame, _ = self.crash()
        out = self.shark.tshark("-2", "-r", self.capture, "-Y", f"frame.number == {frame}", "-O", "tcpstate").stdout
        tree = out[out.index("[TCP State:"):].splitlines()
        return next(n for n, line in enumerate(tree) if words in line)

    def test_half_open_by_the_menu(self):
        self.click_to_half_open((535, 29), (600, 128), (794, 178))

    def test_table_sorts_filters_and_leads_to_the_connection(self):
        self.start(FEW)
        table = self.window_after("TCP State: connections", "alt+s", *TABLE, "Return")
        self.display.xdotool("windowsize", "--sync", table, 1500, 300, "windowmove", "--sync", table, 50, 500)
        self.wireshark.settle()

        def rows():     # without the first column: its current cell has a frame
            strips = [self.display.pixels(170, 533 + 17 * n, 1000, 16) for n in range(len(FEW))]
            return [strip for strip in strips if any(pixel != WHITE for line in strip for pixel in line)]
        before, durations = rows(), self.durations()
        self.assertEqual(len(before), len(FEW))
        shortest_first = [before[conn] for conn in sorted(durations, key=durations.get)]
        do_until("rows by duration", lambda: self.display.click((495, 522)), lambda: rows() == shortest_first)
        self.picture("table", "1540x360+30+460")

        def filter_the_table():
            self.display.focus(table)
            self.display.click((717, 745))
            self.display.key("ctrl+a")
            self.display.type("tcpstate.half_open")
            self.display.click((1497, 745), (1497, 745))    # away with the completions; Apply
        do_until("one row", filter_the_table, lambda: len(rows()) == 1)
        self.dismiss(table)
        # Its number, in the first column, is what to filter for.
        _, conn = self.crash()
        self.filter(self.wireshark, f"tcpstate.conn == {conn}", PAINTED["half_open_retransmit"])

    def test_table_obeys_the_display_filter(self):
        self.start(FEW)
        found = self.expected(self.capture, "tcpstate.half_open")

        def filter_the_packets():
            self.display.focus(self.wireshark.window)
            self.display.key("Escape", "ctrl+slash", "ctrl+a", "BackSpace")
            self.display.type("tcpstate.half_open")
            self.display.key("Return")
        do_until("the half-open packets", filter_the_packets, lambda: self.wireshark.alive() and self.shows(found))
        table = self.window_after("TCP State: connections", "alt+s", *TABLE, "Return")
        self.display.xdotool("windowsize", "--sync", table, 1500, 300, "windowmove", "--sync", table, 50, 500)
        self.wireshark.settle()

        def rows():
            strips = [self.display.pixels(170, 533 + 17 * n, 1000, 16) for n in range(len(FEW))]
            return [strip for strip in strips if any(pixel != WHITE for line in strip for pixel in line)]
        self.assertEqual(len(rows()), 1)
        self.dismiss(table)

    def test_table_opened_while_wireshark_filters(self):
        """Wireshark hands it no packets then, and never makes up for that."""
        ends = "10.0.0.1", "10.0.0.2", 1024, 80
        life = [(*ends, SYN, 0, 0), ("10.0.0.2", "10.0.0.1", 80, 1024, SYN | ACK, 0, 1), (*ends, RST, 1, 0)]
        capture = self.shark.folder / "many.pcap"
        write_pcap(capture, spaced([framed(*each[:2], tcp(*each)) for each in life] * 30000))
        self.shark.give(capture)
        self.wireshark = Wireshark(self.shark, self.display, capture)
        self.addCleanup(self.wireshark.close)

        def filter_and_open():
            self.display.focus(self.wireshark.window)
            self.display.key("Escape", "ctrl+slash", "ctrl+a", "BackSpace")
            self.display.type("tcp")
            self.display.key("Escape")
            # Capture File Properties, the first entry of the menu, is not there meanwhile.
            self.display.xdotool("key", "--delay", 30, "Return", *BACK, "alt+s", *TABLE[1:], "Return")
        do_until("the table", filter_and_open, lambda: self.display.titled("TCP State: connections"), every=15)
        table, = self.display.titled("TCP State: connections")
        self.display.xdotool("windowsize", "--sync", table, 1500, 300, "windowmove", "--sync", table, 50, 500)
        wait_for("rows", lambda: any(pixel != WHITE for line in self.display.pixels(170, 533, 1000, 100) for pixel in line))

    def test_whole_connections_of_what_is_displayed(self):
        """File > Export Specified Packets saves what is displayed."""
        self.start(FEW)
        abort = 'tcpstate.rst.cause == "abort"'
        out = self.shark.tshark("-2", "-r", self.capture, "-Y", abort, "-T", "fields", "-e", "tcpstate.conn").stdout
        whole = self.expected(self.capture, f"tcpstate.conn in {{{','.join(out.split())}}}")
        aborts = self.expected(self.capture, abort)
        self.assertGreater(len(whole), len(aborts))

        def filter_the_packets():
            self.display.focus(self.wireshark.window)
            self.display.key("Escape", "ctrl+slash", "ctrl+a", "BackSpace")
            self.display.type(abort)
            self.display.key("Return")
        do_until("the aborts", filter_the_packets, lambda: self.wireshark.alive() and self.shows(aborts))
        self.wireshark.press(*BACK, *TOOLS, "Up", "Return", what="their connections", until=lambda: self.shows(whole))

    def durations(self):
        out = self.shark.tshark("-q", "-r", self.capture, "-z", "tcpstate,connections,json").stdout
        return {row["conn"]: row["duration"] for row in map(json.loads, out.splitlines())}
