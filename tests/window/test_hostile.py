# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file or a command line can claim, and the window must survive and show rightly."""
from captures import write_pcapng
from packet_list import WHITE, Window
from packets import ACK, SYN, framed, tcp
from samples import sample
from window import Wireshark, do_until, wait_for

TIMELINE = "alt+t", "Up", "Right", "Up", "Up", "Up", "Return"     # Tools > TCP State > Timeline of this connection


class Hostile(Window):
    def start(self, capture, *arguments, **options):
        self.wireshark = Wireshark(self.shark, self.display, capture, *arguments, **options)
        self.addCleanup(self.wireshark.close)

    def test_a_bad_argument_does_not_end_the_window(self):
        for argument in "tcpstate,timeline,x", "tcpstate,frames,x", "tcpstate,connections,json,no.such.field", "tcpstate,connectionsx":
            with self.subTest(argument=argument):
                self.start(sample("half_open_crash"), "-z", argument, focus=False)
                main = self.wireshark.window
                self.wireshark.settle()
                wait_for("what is wrong with it", lambda: self.wireshark.alive() and self.display.active() not in (main, ""))
                do_until("the window", lambda: self.display.key("Escape"), lambda: self.display.active() == main)
                self.wireshark.settle()
                self.assertTrue(self.wireshark.alive())
                self.assertEqual(len(self.rows()), 7)
                self.wireshark.close()

    def test_times_that_no_clock_shows(self):
        """2^62 s times 10^9 is 0 in 64 bits. The window must say what tshark says."""
        def packet(seconds, flags, seq, ack, back=False):
            ends = ("10.0.0.2", "10.0.0.1", 80, 1000) if back else ("10.0.0.1", "10.0.0.2", 1000, 80)
            return seconds, back, framed(*ends[:2], tcp(*ends, flags, seq, ack))
        capture = self.shark.folder / "hostile.pcapng"
        write_pcapng(capture, [packet(1_700_000_000, SYN, 0, 0), packet(2 ** 62, SYN | ACK, 0, 1, back=True),
                               packet(2 ** 63 - 1, ACK, 1, 1)], digits=0)
        self.shark.give(capture)
        expected = self.shark.tshark("-q", "-r", capture, "-z", "tcpstate,timeline,0").stdout.splitlines()
        self.assertEqual([line.split()[1] for line in expected[6:] if line.split()[0].isdigit()],
                         ["0.000000", "2911686017.000000", "2911686017.000000"])
        self.start(capture)
        window = self.window_after("timeline of connection 0", *TIMELINE)
        self.display.xdotool("windowsize", "--sync", window, 1300, 480, "windowmove", "--sync", window, 150, 250)
        self.wireshark.settle()
        pixels, width = self.display.pixels(165, 266, 1200, 17 * len(expected)), 7.83      # of a character

        def has_ink(line, column):
            left, right = round(column * width + 2), round((column + 1) * width - 1)
            return any(pixel != WHITE for row in pixels[17 * line:17 * line + 17] for pixel in row[left:right])
        for line, text in enumerate(expected):
            seen = "".join(".#"[has_ink(line, column)] for column in range(100))
            self.assertEqual(seen, "".join(".#"[not c.isspace()] for c in text.ljust(100)[:100]), text)
        self.dismiss(window)
