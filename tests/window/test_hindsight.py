# SPDX-License-Identifier: GPL-2.0-or-later
"""What depends on later packets, while a file is being read; and a read filter, which numbers the frames anew."""
from packet_list import TOOLS, VERMILLION, YELLOW, Window
from samples import sample
from window import Wireshark, wait_for


class Hindsight(Window):

    def start(self, *arguments):
        self.wireshark = Wireshark(self.shark, self.display, sample("half_open_crash"), *arguments)
        self.addCleanup(self.wireshark.close)

    def wait_for_last_rows(self, count, *last):
        """The first row may be selected."""
        wait_for(f"{count} rows", lambda: self.wireshark.alive() and len(self.rows()) == count and self.rows()[-len(last):] == list(last))

    def test_a_display_filter_is_applied_again_when_the_file_has_been_read(self):
        self.start("-Y", 'tcpstate.outcome == "crashed"')
        self.wait_for_last_rows(7, YELLOW, YELLOW, VERMILLION)

    def test_it_is_after_every_redissection(self):
        self.start("-Y", "tcpstate.half_open.discovered_in")
        self.wait_for_last_rows(3, YELLOW, VERMILLION)
        self.wireshark.press("ctrl+r", what="the empty list", until=lambda: not self.rows())
        self.wait_for_last_rows(3, YELLOW, VERMILLION)

    def test_the_menu_looks_again(self):
        self.start()
        self.wait_for_last_rows(7, YELLOW, YELLOW, VERMILLION)
        before = self.display.pixels()
        self.wireshark.press(*TOOLS, "Down", "Down", "Down", what="the menu", until=lambda: self.display.pixels() != before)
        self.display.key("Return")
        self.wireshark.settle()
        self.wait_for_last_rows(7, YELLOW, YELLOW, VERMILLION)

    def test_what_passes_a_read_filter_is_a_capture_of_its_own(self):
        self.start("-R", "tcp.len > 0 || tcp.flags.reset == 1")
        self.wait_for_last_rows(3, YELLOW, VERMILLION)
