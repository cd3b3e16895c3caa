# SPDX-License-Identifier: GPL-2.0-or-later
"""The packet list of the profile on real screens: what a row shows is not cut, by the lengths of its words."""
import collections
import math
import re

from captures import spaced, write_pcap
from packet_list import FIRST_ROW, OURS, ROW, Window
from packets import ACK, FIN, PSH, SYN, framed, tcp
from samples import sample
from shark import PROFILE
from window import Display, Wireshark, wait_for

CHARACTER = 7.83
IPV4 = "192.168.101.201", "172.116.254.203"
IPV6 = "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:ffff:1234:5678:9abc:def0:1111"


def connection(client, server):
    """Data after a FIN, with ports, flags and lengths that need much room."""
    def segment(from_client, *rest):
        ends = (client, server, 51234, 44300) if from_client else (server, client, 44300, 51234)
        return framed(*ends[:2], tcp(*ends, *rest))
    return spaced([segment(True, SYN, 0, 0), segment(False, SYN | ACK, 0, 1), segment(True, ACK, 1, 1),
                   segment(True, FIN | PSH | ACK, 1, 1, bytes(1400)), segment(False, ACK, 1, 1402),
                   segment(False, PSH | ACK, 1, 1402, bytes(1448))])


def words(pixels):
    """How many characters each word of a line of text has; what is less than a space apart belongs together."""
    background, = collections.Counter(pixel for line in pixels for pixel in line).most_common(1)
    ink = [x for x in range(len(pixels[0])) if any(line[x] != background[0] for line in pixels)]
    found = []
    for x in ink:
        if found and x - found[-1][1] < 8:
            found[-1][1] = x
        else:
            found.append([x, x])
    return [math.ceil((right - left + 1) / CHARACTER - 0.1) for left, right in found]


def begins_with(found, text):
    """Words in neighbouring columns may touch."""
    expected = [len(word) for word in text.split()]
    for length in found:
        if expected and length == expected[0]:
            expected = expected[1:]
        elif len(expected) > 1 and length == expected[0] + 1 + expected[1]:
            expected = expected[2:]
        else:
            break
    return not expected


class Screens(Window):
    def on(self, width, height, ends):
        display = Display(width=width, height=height)
        self.addCleanup(display.close)
        display.manage()
        capture = self.shark.folder / "screen.pcap"
        write_pcap(capture, connection(*ends))
        self.shark.give(capture)
        self.wireshark = Wireshark(self.shark, display, capture)
        self.addCleanup(self.wireshark.close)
        return display

    def row(self, display, frame):
        """Without the arrow of related packets, and between the lines above and below."""
        return words(display.pixels(28, FIRST_ROW + (frame - 1) * ROW - 7, display.width - 50, 15))

    def screenshot(self, display, name):
        shown, self.display = self.display, display
        self.picture(name)
        self.display = shown

    def test_1366_pixels_and_ipv4(self):
        display = self.on(1366, 768, IPV4)
        for frame, text in ((2, f"2 0.001000 {IPV4[1]} 44300 {IPV4[0]} 51234 SYN,ACK ESTABLISHED? / SYN-RECEIVED"),
                            (4, f"4 0.003000 {IPV4[0]} 51234 {IPV4[1]} 44300 FIN,PSH,ACK 1400 FIN-WAIT-1 / CLOSE-WAIT? "
                                "Half-closed: the client sent FIN and will send no more data")):
            wait_for(f"frame {frame}", lambda: begins_with(self.row(display, frame), text), 20)
        self.screenshot(display, "screen_1366")

    def test_1920_pixels_and_ipv6(self):
        """Resize All Columns (Ctrl+Shift+R) gives the addresses what they need, there is room for the rest, and the profile
        keeps the widths."""
        display = self.on(1920, 1080, IPV6)
        sentence = [len(word) for word in "client sent FIN and will send no more".split()]

        def shows_all():
            found = self.row(display, 4)
            addresses = [length for length in found if length >= len(IPV6[0])]
            return len(addresses) == 2 and any(found[n:n + len(sentence)] == sentence for n in range(len(found)))
        display.press(self.wireshark.window, "ctrl+shift+r", what="whole addresses and the sentence", until=shows_all)
        self.screenshot(display, "screen_1920")
        process = self.wireshark.process
        display.press(self.wireshark.window, "ctrl+q", what="the end", until=lambda: process.poll() is not None)
        widths = self.shark.folder / "config/profiles" / PROFILE / "recent"
        kept = re.findall(r"%[sd], (\d+)", widths.read_text())
        self.assertEqual([int(width) > len(IPV6[0]) * CHARACTER for width in kept], [True, True], kept)

    def test_graphs(self):
        """Statistics > I/O Graphs begins with those of the profile, in the colours of the rows."""
        self.wireshark = Wireshark(self.shark, self.display, sample("mixed"))
        self.addCleanup(self.wireshark.close)
        self.window_after("I/O Graphs", "alt+s", "i")

        def colours():
            seen = collections.Counter(pixel for line in self.display.pixels(400, 130, 820, 400) for pixel in line)
            return {colour for colour, count in seen.items() if count > 2000} & OURS
        wait_for("bars in at least three colours", lambda: len(colours()) >= 3)
        self.picture("graphs", "910x670+335+65")
